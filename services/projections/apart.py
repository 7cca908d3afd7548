"""分进程施工 · A long reading is shared by processes, one for each core: each opens the events for the read models it builds.

A process of its own can be ended at any time: what it wrote last stands beside its rows. It ends when whoever started it
is gone, however that one ended: its successor builds the same tables.
"""

import asyncio
import gc
import multiprocessing
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from threading import Thread

import structlog

from services import logs, postgres
from services.projections.catalogue import PROJECTIONS

LOOK_EVERY = 0.2  # seconds
# 代价 · About how many microseconds of an event each takes, by a profile of a year of a district; LITTLE are the others.
COSTS = {"tallies": 30, "ledger": 16, "trail": 14, "enterprise_file": 10}
LITTLE = 3

logger = structlog.get_logger()


async def build_apart(conninfo: str, names: Sequence[str], upto: int, processes: int) -> None:
    """分头施工 · Bring the rebuilds of these read models on to a position; ends when every process has ended."""
    context = multiprocessing.get_context("spawn")
    shares = shared_out(names, processes)
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


def shared_out(names: Sequence[str], processes: int) -> list[list[str]]:
    """分工 · The costliest first, each to the process that has least to do."""
    shares: list[list[str]] = [[] for _ in range(processes)]
    for name in sorted(names, key=_cost, reverse=True):
        min(shares, key=lambda share: sum(map(_cost, share))).append(name)
    return shares


def _cost(name: str) -> int:
    return COSTS.get(name, LITTLE)


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
        await builder.bring_on([each for each in PROJECTIONS if each.NAME in names], index=True)
