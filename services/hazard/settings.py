"""设置 · What a deployment may set for the write side; read once, by the command line."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from services.keys import PeopleSettings
from services.tokens import TokenSettings

PUBLIC_URL = (
    "http://127.0.0.1:8000"  # for trying it out; whoever hands out papers sets an address of their own
)


class SigningSettings(BaseSettings):
    """签名设置 · Where the log's signing key is, and the directories that witness its checkpoints."""

    model_config = SettingsConfigDict(env_prefix="HAZARD_", frozen=True, extra="ignore")

    data_dir: Path = Field(default=Path(".data"), description="签名密钥与见证目录所在")
    log_key: Path | None = Field(
        default=None,
        description="日志签名密钥文件（Ed25519 私钥，PKCS #8，PEM）；不设则自动生成 <data>/keys/log.pem",
    )
    witness_dir: Annotated[tuple[Path, ...], NoDecode] = Field(
        default=(), description="见证目录，逗号分隔；不设则为 <data>/witness"
    )

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


class RelaySettings(SigningSettings):
    """转发进程设置 · Where the log and the stream are, and how the log's checkpoints are signed and kept."""

    postgres_dsn: str = Field(description="PostgreSQL 连接串", examples=["postgresql://hazard@db/hazard"])
    nats_url: str = Field(
        description="NATS 地址，含用户 relay 及口令", examples=["nats://relay:secret@nats:4222"]
    )
    stream_replicas: int = Field(
        default=1, ge=1, le=5, description="事件流副本数 · Used when the stream is made"
    )
    checkpoint_seconds: float = Field(default=10, ge=1, description="两个检查点之间至少相隔的秒数")


class WebSettings(TokenSettings, PeopleSettings):
    """网页进程设置 · Where to listen and where the data are; whose tokens are believed stands with the tokens."""

    model_config = SettingsConfigDict(env_prefix="HAZARD_", frozen=True, extra="ignore")

    postgres_dsn: str = Field(description="PostgreSQL 连接串", examples=["postgresql://hazard@db/hazard"])
    nats_url: str | None = Field(
        default=None,
        description="NATS 地址，含用户 web 及口令；只用来叫醒发布进程",
        examples=["nats://web:secret@nats:4222"],
    )
    web_host: str = Field(default="127.0.0.1", description="监听地址")
    web_port: int = Field(default=8000, ge=0, le=65535, description="监听端口")
    import_days: int = Field(default=90, ge=1, description="导入结束后原台账保存的天数，其后销毁")
    public_url: str = Field(
        default=PUBLIC_URL,
        description="对外网址，印在文书的二维码里；公众扫码打开它下面的 /p/<查验码>",
        examples=["https://hazard.example.org"],
    )
    templates: Path | None = Field(
        default=None, description="本单位 Word 文书模板的目录；不设则为 <data>/templates"
    )
    calendar: Path | None = Field(default=None, description="工作日历的本地更正文件；不设则用程序自带的日历")

    @field_validator("calendar", "templates", mode="before")
    @classmethod
    def unset(cls, given: object) -> object:
        """空即未设 · An empty path names no file."""
        return given or None

    @field_validator("public_url", mode="before")
    @classmethod
    def unset_url(cls, given: object) -> object:
        """空即未设 · An empty address is none."""
        return given or PUBLIC_URL
