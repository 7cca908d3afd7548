"""设置 · What the projector needs to know from its surroundings."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """投影进程设置 · Read once from the environment, prefix HAZARD_."""

    model_config = SettingsConfigDict(env_prefix="HAZARD_", frozen=True)

    postgres_dsn: str = Field(description="PostgreSQL 连接串")
    nats_url: str = Field(description="NATS 地址，含用户 projections 及其密码")
