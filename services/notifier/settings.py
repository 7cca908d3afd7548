"""设置 · What the notifier is told by its environment."""

from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from services.keys import PeopleSettings

ChannelName = Literal["log", "email", "webhook"]
SCHEMES = {
    "smtp_url": ("smtp", "smtp+starttls", "smtps"),
    "webhook_url": ("http", "https"),
}


class Settings(PeopleSettings):
    """提醒设置 · Servers, channels and their addresses; secrets are not shown when printed.

    HAZARD_CHANNELS is a list with commas: log,email,webhook. HAZARD_SMTP_URL is smtp://, smtp+starttls:// or
    smtps://user:password@host:port.
    """

    model_config = SettingsConfigDict(env_prefix="HAZARD_", frozen=True, extra="ignore")

    postgres_dsn: str
    nats_url: str
    channels: Annotated[tuple[ChannelName, ...], NoDecode] = ("log",)
    smtp_url: SecretStr | None = None
    mail_from: str = Field("hazard@localhost", pattern=r"^[^@\s]+@[^@\s]+$")
    webhook_url: SecretStr | None = None
    sweep_seconds: float = Field(10, gt=0)

    @field_validator("channels", mode="before")
    @classmethod
    def split(cls, given: object) -> object:
        """逗号分隔 · An environment variable holds a list with commas."""
        if isinstance(given, str):
            return tuple(part.strip() for part in given.split(",") if part.strip())
        return given

    @field_validator("smtp_url", "webhook_url", mode="before")
    @classmethod
    def empty_is_none(cls, given: object) -> object:
        """空即未设 · An empty variable is one that was not set."""
        return given or None

    @model_validator(mode="after")
    def addressed(self) -> Self:
        """渠道须有地址 · A channel without its server's address would only fail later."""
        if "email" in self.channels and self.smtp_url is None:
            raise ValueError("启用邮件渠道须设置 HAZARD_SMTP_URL")
        if "webhook" in self.channels and self.webhook_url is None:
            raise ValueError("启用回调渠道须设置 HAZARD_WEBHOOK_URL")
        for name, url in (("smtp_url", self.smtp_url), ("webhook_url", self.webhook_url)):
            if url is not None and not _is_address(url.get_secret_value(), SCHEMES[name]):
                raise ValueError(
                    f"HAZARD_{name.upper()} 应以 {'、'.join(SCHEMES[name])} 之一开头，并有主机名，端口不超过 65535"
                )
        return self


def _is_address(url: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
