"""调用 · How a command of this command line calls the running system: its address and a token of its own key."""

from datetime import UTC, datetime
from pathlib import Path

import httpx2
from pydantic_settings import SettingsConfigDict

from contracts.values import DivisionCode, Role
from services import tokens
from services.cli import state
from services.servers.places import Places

PATIENCE = 60.0  # seconds for one request


class CallingSettings(tokens.TokenSettings):
    """调用设置 · Where the installation is and answers, which town it is, and in whose name its tokens are."""

    model_config = SettingsConfigDict(env_prefix="HAZARD_", frozen=True)

    data_dir: Path = Path(".data")
    web_address: str | None = None
    town: DivisionCode = "330111005000"


class NotRunning(Exception):
    """系统未启动 · Nothing answers for this data directory."""


def web_address(settings: CallingSettings) -> str:
    """网址 · As named, or as the running `hazard up` wrote it down.

    Raises NotRunning.
    """
    if settings.web_address is not None:
        return settings.web_address
    known = state.read(Places(settings.data_dir.resolve()))
    if known is None or not known.web:
        raise NotRunning(f"系统未启动，请先运行 hazard up（数据目录 {settings.data_dir}）")
    return known.web


def issued(
    settings: CallingSettings,
    *,
    person: str,
    role: Role,
    division: str | None = None,
    organisation: str = "org-town",
    certificate: str | None = None,
    now: datetime,
) -> str:
    """签发 · A person's token by the installation's own key; of its own town unless a division is named."""
    return tokens.issue(
        tokens.own_key(settings.data_dir),
        person=person,
        role=role,
        division=division or settings.town,
        organisation=organisation,
        certificate=certificate,
        issuer=settings.token_issuer,
        audience=settings.token_audience,
        now=now,
    )


def token_of(
    settings: CallingSettings,
    *,
    person: str,
    role: Role,
    division: str | None = None,
    organisation: str = "org-town",
    certificate: str | None = None,
) -> dict[str, str]:
    """身份 · The Authorization header of a person, by the installation's own key."""
    token = issued(
        settings,
        person=person,
        role=role,
        division=division,
        organisation=organisation,
        certificate=certificate,
        now=datetime.now(UTC),
    )
    return {"Authorization": f"Bearer {token}"}


def client(settings: CallingSettings) -> httpx2.Client:
    """客户端 · HTTP to the running web process."""
    return httpx2.Client(base_url=web_address(settings), timeout=PATIENCE)
