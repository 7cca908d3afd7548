"""性能测试 · `hazard bench`: starts an installation of its own, measures it, prints a table or one JSON object."""

import asyncio
import json
import logging
import shutil
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import uvloop
from cyclopts import Parameter

from services import logs
from services.cli.bench import appending, growth, latency, lengths, throughput
from services.cli.bench.figures import Figures
from services.cli.bench.size import FULL, QUICK, WHOLE, Size
from services.cli.bench.stand import Stand, standing
from services.servers import leftovers
from services.servers.failure import ServerFailed
from services.servers.places import PASSABLE, Places, prepare

Told = Callable[[str], None]
Measure = Callable[[Stand, Size, Figures, Told], Awaitable[None]]

MEASURES: dict[str, Measure] = {
    "http": throughput.measure,
    "append": appending.measure,
    "relay": latency.measure,
    "load": lengths.measure,
    "growth": growth.measure,
}
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def bench(
    *,
    quick: Annotated[bool, Parameter(negative=())] = False,
    full: Annotated[bool, Parameter(negative=())] = False,
    as_json: Annotated[bool, Parameter(name="--json", negative=())] = False,
    only: str = ",".join(MEASURES),
) -> int:
    """性能测试 · Measure the system beside its yardsticks, in one run on this machine."""
    logs.configure(level=logging.WARNING)
    folder = Path(tempfile.mkdtemp(prefix="hazard-bench-"))
    folder.chmod(PASSABLE)  # the database's account passes through
    places = prepare(folder)
    size = QUICK if quick else FULL if full else WHOLE
    figures = Figures()
    try:
        stopped = uvloop.run(until_told(measured(places, size, tuple(only.split(",")), figures)))
    except ServerFailed as failed:
        print(str(failed), file=sys.stderr)
        return 1
    finally:
        leftovers.end(places)
        shutil.rmtree(folder, ignore_errors=True)
    if stopped is not None:
        return 128 + stopped
    print(json.dumps(figures.nested(), ensure_ascii=False, indent=None if as_json else 1))
    for error in figures.errors:
        print(error, file=sys.stderr)
    return 1 if figures.errors else 0


async def measured(places: Places, size: Size, names: tuple[str, ...], figures: Figures) -> None:
    """测量 · Everything asked for, on one stand."""
    async with standing(places) as stand:
        for name in names:
            await MEASURES[name](stand, size, figures, tell)


def tell(sentence: str) -> None:
    """告知 · What is being measured, on the standard error."""
    print(sentence, file=sys.stderr, flush=True)


async def until_told(work: Awaitable[None]) -> int | None:
    """直到停止 · Runs the work; the first signal to stop cancels it and is given back, the others change nothing."""
    told: list[int] = []
    task = asyncio.ensure_future(work)

    def stop(number: int) -> None:
        if not told:
            task.cancel()
        told.append(number)

    for number in STOPS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
            asyncio.get_running_loop().add_signal_handler(number, stop, number)
    try:
        await task
    except asyncio.CancelledError:
        if not told:
            raise
    return told[0] if told else None
