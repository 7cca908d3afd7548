"""投影进程 · `hazard projector` as it runs in the installation: follows the stream, ends when told."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE
from typing import Any

import pytest

from given.street import a_street_with_every_kind_of_life
from services.jetstream import connected, publish_batch
from services.postgres import Pool
from services.projections.catalogue import PROJECTIONS
from services.projections.runner import _end
from services.servers.nats import Nats

from .test_runner import all_at


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
async def test_the_process_follows_the_stream_and_ends_when_told(
    database: str, tables: Pool, nats_server: Nats, stream: str, told: signal.Signals
) -> None:
    street = a_street_with_every_kind_of_life()
    async with connected(nats_server.url("relay"), name="relay") as relay:
        await publish_batch(relay, street.messages(), after=0)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.cli.main", "projector"),
        env=os.environ | {"HAZARD_POSTGRES_DSN": database, "HAZARD_NATS_URL": nats_server.url("projections")},
        stderr=PIPE,
    )
    try:
        await all_at(tables, len(street.recorded))
    finally:
        process.send_signal(told)
    _, said = await process.communicate()

    assert process.returncode == 0, said.decode()
    assert [each.NAME.encode() in said for each in PROJECTIONS] == [True] * len(PROJECTIONS)


async def test_a_task_that_loses_a_cancellation_is_told_again() -> None:
    async def hard_of_hearing() -> Any:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            await asyncio.sleep(60)

    task = asyncio.create_task(hard_of_hearing())
    await asyncio.sleep(0)
    await _end([task])

    assert task.cancelled()
