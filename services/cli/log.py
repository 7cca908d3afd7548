"""日志 · `hazard log`: what a deployment's servers need before the processes start, and what a person mends."""

import asyncio
import sys
from typing import Annotated

import psycopg
from cyclopts import App
from nats.errors import Error as NatsError
from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from contracts.subjects import STREAM
from services import jetstream, logs, postgres
from services.cli.mending import adopt, rebuild_stream
from services.hazard.leading import look_before_writing
from services.hazard.store import Log, make_room, writer_pool
from services.servers.failure import ServerFailed
from services.servers.nats_users import DEPLOYMENT, Reader
from services.servers.readers import ensure_consumers

PATIENCE = 30.0  # seconds for a message server that is still coming up

app = App(name="log", help="日志 · Look after the log")
app.command(adopt)
app.command(rebuild_stream)


class PrepareSettings(BaseSettings):
    """准备设置 · Which servers to prepare, and whom to give a consumer."""

    model_config = SettingsConfigDict(env_prefix="HAZARD_", frozen=True, extra="ignore")

    postgres_dsn: str = Field(description="PostgreSQL 连接串，数据库所有者")
    nats_url: str = Field(description="NATS 地址，含用户 admin 及口令")
    stream_replicas: int = Field(default=1, ge=1, le=5, description="事件流副本数")
    readers: Annotated[tuple[str, ...], NoDecode] = Field(
        default=tuple(reader.division for reader in DEPLOYMENT), description="只读订阅者的区划前缀，逗号分隔"
    )

    @field_validator("readers", mode="before")
    @classmethod
    def split(cls, given: object) -> object:
        """逗号分隔 · An environment variable holds a list with commas."""
        if isinstance(given, str):
            return tuple(part.strip() for part in given.split(",") if part.strip())
        return given


@app.command
def prepare() -> int:
    """备好数据库与事件流 · Apply the migrations, make the stream and the readers' consumers. May be run again.

    HAZARD_POSTGRES_DSN names the owner of the database, HAZARD_NATS_URL the user admin, HAZARD_READERS the divisions
    of the read-only users, with commas between them.
    """
    logs.configure()
    try:
        asyncio.run(_prepare(PrepareSettings()))
    except ServerFailed as error:
        print(error.reason, file=sys.stderr)
        return 2
    except psycopg.OperationalError as error:
        print(f"数据库没有应答：{error}", file=sys.stderr)
        return 1
    except (NatsError, OSError, TimeoutError) as error:
        print(f"消息服务器没有应答：{error or type(error).__name__}", file=sys.stderr)
        return 1
    return 0


async def _prepare(settings: PrepareSettings) -> None:
    readers = [Reader(division) for division in settings.readers]
    await postgres.migrate(settings.postgres_dsn)
    await make_room(settings.postgres_dsn)
    print("数据库结构已是最新")
    async with writer_pool(settings.postgres_dsn, size=1) as pool:
        head = await Log(pool).head()
    client = await asyncio.wait_for(jetstream.connect(settings.nats_url, name="prepare"), PATIENCE)
    try:
        await jetstream.ensure_stream(client, str(head.log_id), replicas=settings.stream_replicas)
        await ensure_consumers(client.jetstream(), readers)
        difference = await look_before_writing(settings.postgres_dsn, client)
    finally:
        await client.close()
    if difference is not None:  # the processes may start: what must not be taken in is refused
        print(difference, file=sys.stderr)
    print(f"事件流 {STREAM} 已备好；订阅者：{'、'.join(reader.user for reader in readers) or '无'}")
