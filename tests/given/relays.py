"""转发的测试材料 · A relay at work, what log and stream hold, and a NATS server of one's own to be killed."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg
from nats.aio.client import Client
from nats.errors import Error as NatsError
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from contracts.subjects import STREAM
from services.hazard.relay import Relay
from services.hazard.store import Command, Log
from services.jetstream import connected, ensure_stream
from services.servers import nats as nats_servers
from services.servers import process

Filed = Callable[..., Command]

START = "from services.cli.relay import relay; relay()"


class OwnNats:
    """A NATS server of one test's own, to be killed."""

    def __init__(self, folder: Path) -> None:
        for name in ("store", "secrets"):
            (folder / name).mkdir()
        self.store = folder / "store"
        self.server = nats_servers.prepare(
            self.store, folder / "secrets", folder / "nats.log", mark=folder, port=0
        )
        self.start()

    def start(self) -> None:
        self.process = process.start(self.server.program)
        process.await_answer(self.server.program, self.process, lambda: nats_servers.answers(self.server))

    def kill(self) -> None:
        with suppress(psutil.NoSuchProcess):  # the test may have done it
            self.process.kill()
        self.process.wait()


@asynccontextmanager
async def relaying(database: str, url: str) -> AsyncIterator[Client]:
    async with connected(url, name="test relay") as client:
        task = asyncio.create_task(Relay(database, client).run())
        yield client
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def start_process(database: str, nats: OwnNats) -> psutil.Popen:
    settings = {
        "HAZARD_POSTGRES_DSN": database,
        "HAZARD_NATS_URL": nats.server.url("relay"),
        "HAZARD_DATA_DIR": str(nats.store.parent / "data"),
    }
    return psutil.Popen([sys.executable, "-c", START], env=os.environ | settings)


async def in_log(database: str) -> list[tuple[Any, ...]]:
    query = """
        select events.position, position::text, log_id::text, subject, event_id::text, encode(chain, 'hex'), body
        from log.events, log.identity order by events.position
    """
    async with await psycopg.AsyncConnection.connect(database) as connection:
        return await (await connection.execute(query)).fetchall()


async def in_stream(client: Client) -> list[tuple[Any, ...]]:
    found = []
    for sequence in range(1, (await ensure_stream(client)).state.last_seq + 1):
        stored = await client.jetstream().get_msg(STREAM, sequence)
        names = ("Hazard-Position", "Hazard-Log", "Nats-Msg-Id", "Hazard-Chain")
        position, log_id, event_id, chain = (stored.headers[name] for name in names)
        found.append((sequence, position, log_id, stored.subject, event_id, chain, stored.data))
    return found


async def until_published(client: Client, position: int) -> None:
    async with asyncio.timeout(180):
        while True:
            with suppress(NatsError, TimeoutError):
                if (await client.jetstream().stream_info(STREAM)).state.last_seq >= position:
                    return
            await asyncio.sleep(0.05)


async def until_said(logs: list[dict[str, Any]], event: str) -> dict[str, Any]:
    async with asyncio.timeout(180):
        while True:
            for line in logs:
                if line["event"] == event:
                    return line
            await asyncio.sleep(0.02)


async def fill(log: Log, filed: Filed, events: int) -> int:
    """A log with some hundred events, quickly; gives its end."""
    for _ in range(0, events, 500):
        await log.append_all([filed(events=50) for _ in range(10)])
    return (await log.head()).position


async def end_sessions(database: str) -> None:
    async with await psycopg.AsyncConnection.connect(database) as connection:
        await connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )


async def forget(database: str, *, after: int) -> None:
    """As a restored older backup does."""
    async with await psycopg.AsyncConnection.connect(database) as connection:
        await connection.execute("delete from log.events where position > %s", (after,))


async def back_up(database: str) -> str:
    """A copy of a database as it is now; gives its name. Who is connected is cut off, and may come again."""
    name = conninfo_to_dict(database)["dbname"]
    copy = f"{name}_backup"
    await _alone(database, f"drop database if exists {copy}", f"create database {copy} template {name}")
    return copy


async def restore(database: str, copy: str) -> None:
    """The database as it was when the copy was made."""
    name = conninfo_to_dict(database)["dbname"]
    await _alone(database, f"drop database {name}", f"create database {name} template {copy}")


async def _alone(database: str, *statements: str) -> None:
    name = conninfo_to_dict(database)["dbname"]
    elsewhere = make_conninfo(database, dbname="postgres")
    async with await psycopg.AsyncConnection.connect(elsewhere, autocommit=True) as connection:
        await connection.execute(f"alter database {name} with allow_connections false")
        await connection.execute(
            "select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = %s", (name,)
        )
        for statement in statements:
            await connection.execute(statement)
        await connection.execute(f"alter database {name} with allow_connections true")
