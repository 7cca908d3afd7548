"""数据目录 · Where an installation of one machine keeps what it owns."""

import os
from dataclasses import dataclass
from pathlib import Path

OWNER_ONLY = 0o700
PASSABLE = 0o711  # the superuser's servers run as somebody else, who has to reach his own folder


@dataclass(frozen=True, slots=True)
class Places:
    """各处所在 · The paths under one data directory, all absolute."""

    root: Path

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def nats(self) -> Path:
        return self.root / "nats"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def secrets(self) -> Path:
        return self.root / "secrets"

    @property
    def state(self) -> Path:
        return self.root / "state.json"

    @property
    def lock(self) -> Path:
        return self.root / "lock"


def prepare(root: Path) -> Places:
    """建立目录 · Makes the data directory and its folders where they are missing, for their owner only."""
    places = Places(root.resolve())
    if not places.root.exists():
        places.root.mkdir(parents=True)
        places.root.chmod(PASSABLE if os.geteuid() == 0 else OWNER_ONLY)
    for folder in (places.nats, places.logs, places.secrets):
        folder.mkdir(mode=OWNER_ONLY, exist_ok=True)
    return places


def write_private(path: Path, text: str) -> None:
    """私密写入 · Replaces a file in one step; only its owner can read it, at no instant anybody else."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(
        os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(text)
    fresh.replace(path)
