"""设置 · What a deployment may set for the write side; read once, by the command line."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.keys import PeopleSettings
from services.tokens import TokenSettings


class RelaySettings(BaseSettings):
    """转发进程设置 · Where the log and the stream are."""

    model_config = SettingsConfigDict(env_prefix="HAZARD_", frozen=True, extra="ignore")

    postgres_dsn: str = Field(description="PostgreSQL 连接串", examples=["postgresql://hazard@db/hazard"])
    nats_url: str = Field(
        description="NATS 地址，含用户 relay 及口令", examples=["nats://relay:secret@nats:4222"]
    )
    stream_replicas: int = Field(
        default=1, ge=1, le=5, description="事件流副本数 · Used when the stream is made"
    )


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
