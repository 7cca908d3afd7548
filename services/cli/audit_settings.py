"""审计设置 · Where the installation is that is audited, with its signing key and its witnesses."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import NoDecode

from services.cli import state
from services.cli.events import NotThere
from services.cli.installation import Settings
from services.cli.looking import is_running
from services.hazard.proofs.signing import LogKey, key_at, own_key
from services.keyfiles import UnfitKey
from services.keys import PeopleSettings
from services.servers.places import Places


class AuditSettings(Settings, PeopleSettings):
    """审计设置 · The installation's own, or servers and key that are named."""

    log_key: Path | None = Field(default=None, description="日志签名密钥文件")
    witness_dir: Annotated[tuple[Path, ...], NoDecode] = Field(default=(), description="见证目录，逗号分隔")

    @field_validator("witness_dir", mode="before")
    @classmethod
    def split(cls, given: object) -> object:
        """逗号分隔 · An environment variable holds a list with commas."""
        if isinstance(given, str):
            return tuple(part.strip() for part in given.split(",") if part.strip())
        return given

    @field_validator("log_key", mode="before")
    @classmethod
    def unset(cls, given: object) -> object:
        """空即未设 · An empty path names no file."""
        return given or None

    @property
    def root(self) -> Path:
        """数据目录 · Absolute: the store of photographs takes no other."""
        return self.data_dir.resolve()

    def dsn(self) -> str:
        """数据库 · The one that is named, else that of the installation. Raises NotThere when it does not run."""
        if self.postgres_dsn:
            return self.postgres_dsn
        places = Places(self.root)
        known = state.read(places)
        if known is None:
            raise NotThere(
                f"这里没有启动过系统：{places.root}。请先运行 hazard up，或用 HAZARD_POSTGRES_DSN 指明数据库"
            )
        if not is_running(places):
            raise NotThere(f"系统没有在运行：{places.root}。请先运行 hazard up")
        return known.dsn

    def key(self) -> LogKey:
        """签名密钥 · The log's own; one that is not there is never made here. Raises UnfitKey."""
        if self.log_key:
            return key_at(self.log_key)
        file = self.root / "keys" / "log.pem"
        if not file.is_file():
            raise UnfitKey(
                f"这里没有日志签名密钥：{file}。请在签发检查点的机器上运行，或用 HAZARD_LOG_KEY 指明"
            )
        return own_key(self.root)

    def witnesses(self) -> tuple[Path, ...]:
        """见证目录 · Those that are named, else the installation's own."""
        return self.witness_dir or (self.root / "witness",)
