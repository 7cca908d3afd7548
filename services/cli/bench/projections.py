"""读侧性能测试 · `hazard bench projections`: a year of a district in the log, and how fast the read side is with it."""

import asyncio
import logging
import shutil
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Annotated

import uvloop
from cyclopts import Parameter
from cyclopts.validators import Number
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from services import logs
from services.cli.bench import machine
from services.cli.bench.command import JsonOption, KeepOption, Unfit, directory, tell, told, until_told
from services.cli.bench.figures import Figures
from services.cli.bench.generator import GeneratorEnded
from services.cli.bench.past import EVENTS_A_HAZARD, Past
from services.cli.bench.reading import BuildFailed, Reading, Span
from services.cli.bench.reading_stand import standing
from services.cli.bench.stand import Started
from services.servers.failure import ServerFailed
from services.servers.places import Places

BYTES_A_HAZARD = 90_000  # on the disk: its events, and the read models twice over while they are rebuilt
FEWEST = 900  # fewer events than theirs a reader takes from the stream, which begins behind them
SPAN = Span()

HazardsOption = Annotated[
    int,
    Parameter(
        validator=Number(gte=FEWEST),
        help="日志中的隐患数，每件约 12 个事件 · Hazards in the log, some twelve events each",
    ),
]


def projections(
    *, hazards: HazardsOption = 20_000, as_json: JsonOption = False, keep: KeepOption = None
) -> int:
    """读侧性能测试 · Measure the read models: building, following, and asking them.

    在临时目录中启动一套自己的系统，写入一个区县一年的历史（20 个镇街、企业、检查、隐患），再测重建、跟随、
    受理至可见、统计、历史时点统计、台账检索、一企一档；每项三次取中位数。

    hazard bench projections --hazards 200000 --json

    A seeded year of a district is written straight through the append; its stream begins at the log's end. Rebuilding
    is all read models together, from the asking until they have changed places. Reads go over HTTP, one after the
    other. Let the machine rest meanwhile. The exit status is 0 when everything ran, 1 when a request failed or a
    server did, 130 after Ctrl-C. Progress goes to the standard error.
    """
    logs.configure(level=logging.WARNING)
    figures = Figures()
    try:
        with directory(keep) as places:
            check_room(places, hazards)
            stopped = uvloop.run(until_told(measured(places, hazards, figures)))
    except (Unfit, ServerFailed, GeneratorEnded, BuildFailed) as error:
        tell(str(error))
        return 1
    return told(figures, as_json=as_json) if stopped is None else 128 + stopped


def check_room(places: Places, hazards: int) -> None:
    """检查 · Raises Unfit when the disk cannot hold so many."""
    needed, free = hazards * BYTES_A_HAZARD, shutil.disk_usage(places.root).free
    if free < needed:
        raise Unfit(f"磁盘空间不足：需要 {needed >> 30} GB，剩余 {free >> 30} GB · not enough disk space")


async def measured(places: Places, hazards: int, figures: Figures) -> None:
    """测量 · The year is written, then everything is measured with it."""
    past = Past(hazards, datetime.now(UTC))
    began = time.monotonic()
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("剩余"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as progress:
        task = progress.add_task("写入一年的历史 · writing a year", total=hazards * EVENTS_A_HAZARD)
        async with AsyncExitStack() as stack:
            started = Started(places, stack, {})
            stood = await stack.enter_async_context(
                standing(started, past, lambda stored: progress.advance(task, stored))
            )
            progress.stop()
            figures.facts |= await asyncio.to_thread(machine.facts, stood.stand)
            figures.facts |= {
                "history.hazards": hazards,
                "history.events": await stood.head(),
                "history.enterprises": len(past.places),
                "seconds.writing": round(time.monotonic() - began, 1),
            }
            await Reading(stood, SPAN, figures, tell).measure()
            figures.facts["seconds.whole"] = round(time.monotonic() - began, 1)
