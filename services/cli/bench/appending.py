"""批量追加 · Events a second into the log with its chain: whole lives of twelve events, 64 of them in one append.

The envelopes are there before the clock starts; encoding them is part of what is measured, except where the SQL is
measured alone. The log is one of its own that nobody relays.
"""

import gc
import time
from collections.abc import Callable
from itertools import islice

import psycopg

from services.cli.bench import lives
from services.cli.bench.figures import Figures
from services.cli.bench.lives import PER_APPEND, WHOLE
from services.cli.bench.size import Size
from services.cli.bench.stand import Stand
from services.hazard.appending import APPEND, Columns, columns, ready
from services.hazard.mapper import ContractMapper
from services.hazard.store import Command, Log
from services.postgres import conninfo

LOG = "bulk"
ONE, TWO, BULK = "append.one_writer_eps", "append.two_writers_eps", "append.bulk_eps"


async def measure(stand: Stand, size: Size, figures: Figures, told: Callable[[str], None]) -> None:
    """测量 · One writer, two writers, and the SQL alone; `append.bulk_eps` is the better of the first two."""
    async with stand.fresh_log(LOG) as log:
        await lives.write(log, _commands(stand, PER_APPEND))
        for number in range(size.repetitions):
            told(f"批量追加，第 {number + 1} 次 · bulk append, take {number + 1}")
            for key, writers in ((ONE, 1), (TWO, 2)):
                figures.add(key, await _written(log, _commands(stand, size.append_commands), writers))
            figures.add(
                "append.sql_eps", await _executed(stand.dsn(LOG), _commands(stand, size.append_commands))
            )
    better = max((ONE, TWO), key=lambda key: figures.of(key) or 0.0)
    figures.taken[BULK] = list(figures.taken[better])
    event = [ContractMapper().stored(one).state for one in _commands(stand, 1)[0].events]
    figures.add("append.bytes_an_event", sum(map(len, event)) / len(event))


def _commands(stand: Stand, how_many: int) -> list[Command]:
    """Made beforehand, and then left alone by the collector: it is the writing that is measured."""
    gc.unfreeze()
    commands = list(stand.lives.commands([WHOLE] * how_many))
    gc.collect()
    gc.freeze()
    return commands


async def _written(log: Log, commands: list[Command], writers: int) -> float:
    began = time.perf_counter()
    await lives.write(log, commands, writers=writers)
    return len(commands) * WHOLE / (time.perf_counter() - began)


async def _executed(dsn: str, commands: list[Command]) -> float:
    """The same statement with its values made beforehand."""
    waiting, calls = iter(commands), list[Columns]()
    while batch := list(islice(waiting, PER_APPEND)):
        calls.append(columns([ready(ContractMapper(), command) for command in batch]))
    writer = conninfo(dsn, role="hazard_writer")
    async with (
        await psycopg.AsyncConnection.connect(writer, autocommit=True) as connection,
        connection.cursor(binary=True) as cursor,
    ):
        began = time.perf_counter()
        for values in calls:
            await (await cursor.execute(APPEND, values)).fetchall()
    return len(commands) * WHOLE / (time.perf_counter() - began)
