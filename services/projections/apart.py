"""分进程施工 · A long reading is shared by processes, one for each core: each opens the events for the read models it builds.

A process of its own can be ended at any time: what it wrote last stands beside its rows. It ends when whoever started it
is gone, however that one ended: its successor builds the same tables.
"""

import asyncio
import gc
import multiprocessing
import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from threading import Thread

import structlog

from services import logs, postgres
from services.projections.catalogue import PROJECTIONS

LOOK_EVERY = 0.2  # seconds

logger = structlog.get_logger()


async def build_apart(conninfo: str, names: Sequence[str], upto: int, processes: int) -> None:
    """分头施工 · Bring the rebuilds of these read models on to a position; ends when every process has ended."""
    context = multiprocessing.get_context("spawn")
    shares = [names[n::processes] for n in range(processes)]
    working: list[BaseProcess] = [
        context.Process(target=build_share, args=(conninfo, share, upto), daemon=True)
        for share in shares
        if share
    ]
    for process in working:
        process.start()
    try:
        while any(process.is_alive() for process in working):  # noqa: ASYNC110  # a process sets no event
            await asyncio.sleep(LOOK_EVERY)
    finally:
        for process in working:
            process.kill()
            process.join()
    for process in working:
        if process.exitcode:
            logger.warning("rebuild.process_ended", exit_status=process.exitcode)


def build_share(conninfo: str, names: Sequence[str], upto: int) -> None:
    """一份 · What one process does."""
    Thread(target=_end_with_parent, daemon=True).start()
    logs.configure()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)  # rows kept in memory are no cycles
    asyncio.run(_build_share(conninfo, names, upto))


def _end_with_parent() -> None:
    """A parent that is killed kills nobody: left alone, the builder would write beside its successor."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


async def _build_share(conninfo: str, names: Sequence[str], upto: int) -> None:
    from services.projections.building import Builder  # noqa: PLC0415  # which starts this process

    async def horizon() -> int:
        return upto

    async with postgres.pool(conninfo, size=len(names) + 2) as pool:
        builder = Builder(pool, lambda: datetime.now(UTC), horizon)
        await replace(builder, processes=1).bring_on([each for each in PROJECTIONS if each.NAME in names])
