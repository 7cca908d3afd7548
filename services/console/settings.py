"""控制台设置 · Whether the web process has pages for people, and the secret that its sessions are sealed with."""

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class ConsoleSettings(BaseSettings):
    """控制台设置 · Read by the command line; several web processes share sessions when they share the secret."""

    model_config = SettingsConfigDict(env_prefix="HAZARD_", frozen=True, extra="ignore")

    console: bool = Field(default=True, description="是否提供 /console 网页")
    console_secret: SecretStr | None = Field(
        default=None,
        description="封存登录会话的口令，至少 32 个字符；不设则自动生成 <data>/keys/console.key",
        min_length=32,
    )

    @field_validator("console", mode="before")
    @classmethod
    def unset(cls, given: object) -> object:
        """空即未设 · An empty switch is on, as it is when nobody speaks of it."""
        return True if given == "" else given

    @field_validator("console_secret", mode="before")
    @classmethod
    def unset_secret(cls, given: object) -> object:
        """空即未设 · An empty secret is none."""
        return given or None
