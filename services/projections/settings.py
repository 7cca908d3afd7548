"""设置 · What the projector needs to know from its surroundings."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """投影进程设置 · Read once from the environment, prefix HAZARD_."""

    model_config = SettingsConfigDict(env_prefix="HAZARD_", frozen=True)

    postgres_dsn: str = Field(description="PostgreSQL 连接串")
    nats_url: str = Field(description="NATS 地址，含用户 projections 及其密码")
    rebuild_apart: int = Field(default=100_000, ge=1, description="重建落后多少事件起，由几个进程分担")
    projector_metrics_host: str = Field(default="127.0.0.1", description="投影进程指标端口的监听地址")
    projector_metrics_port: int | None = Field(
        default=None, ge=0, lt=65536, description="投影进程的指标端口，GET /metrics、/healthz；省略时不开"
    )
