"""审计设置 · Where the installation is that is audited, with its signing key and its witnesses."""

from pathlib import Path

from services.cli import state
from services.cli.events import NotThere
from services.cli.installation import Settings
from services.cli.looking import is_running
from services.hazard.proofs.signing import LogKey, key_at, own_key
from services.hazard.settings import SigningSettings
from services.keyfiles import UnfitKey
from services.keys import PeopleSettings
from services.servers.places import Places


class AuditSettings(Settings, SigningSettings, PeopleSettings):
    """审计设置 · The installation's own, or servers and key that are named."""

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
