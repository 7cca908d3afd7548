"""修复的测试材料 · What a person does when the relay has stopped: by the command line, or by its parts."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from nats.aio.client import Client

from services.hazard import adopting
from services.hazard.leading import leading
from services.jetstream import connected
from services.postgres import Connection
from services.servers.nats import Nats


async def hazard_log(
    database: str, url: str, *arguments: str, data: str = "/nonexistent"
) -> tuple[int | None, str, str]:
    """`hazard log …` as a person runs it."""
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.cli.main", "log", *arguments),
        env=os.environ
        | {
            "HAZARD_POSTGRES_DSN": database,
            "HAZARD_NATS_URL": url,
            "PYTHONUTF8": "1",
            "HAZARD_DATA_DIR": data,
        },
        stdin=asyncio.subprocess.DEVNULL,
        stdout=PIPE,
        stderr=PIPE,
    )
    out, err = await running.communicate()
    return running.returncode, out.decode(), err.decode()


@asynccontextmanager
async def mending(database: str, nats: Nats) -> AsyncIterator[tuple[Connection, Client]]:
    async with (
        connected(nats.url("admin"), name="mending") as admin,
        leading(database, role=None) as connection,
    ):
        yield connection, admin


async def take_back(database: str, nats: Nats) -> adopting.Tail:
    async with mending(database, nats) as (connection, admin):
        tail = await adopting.lost_tail(connection, admin, closing=True)
        await adopting.verify(connection, admin, tail, lambda _: None)
        await adopting.take_back(connection, admin, tail, lambda _: None)
    return tail
