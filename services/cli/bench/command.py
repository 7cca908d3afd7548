"""性能测试 · `hazard bench`: starts an installation of its own, measures it, prints a table or one JSON object."""

import asyncio
import json
import logging
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import uvloop
from cyclopts import App, Parameter

from services import logs
from services.cli.bench import (
    appending,
    breakdown,
    crowd,
    growth,
    latency,
    lengths,
    machine,
    report,
    throughput,
)
from services.cli.bench.figures import Figures, nest
from services.cli.bench.generator import GeneratorEnded
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
    "writers": crowd.measure,
    "breakdown": breakdown.measure,
}
TOO_LONG_FOR_QUICK = frozenset({"writers"})
OVER_HTTP = frozenset({"http", "relay"})
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
BYTES_AN_EVENT = 2200  # on the disk: the event, its indexes, and what the write-ahead log keeps of it


QuickOption = Annotated[
    bool,
    Parameter(
        negative=(),
        help="一分钟以内 · Under a minute; growth to 100 k events instead of 1 M",
        show_default=False,
    ),
]
FullOption = Annotated[
    bool,
    Parameter(
        negative=(),
        help="日志增长测到 1000 万事件 · Growth to 10 M events too: some 25 GB of disk, a quarter of an hour more",
        show_default=False,
    ),
]
JsonOption = Annotated[
    bool,
    Parameter(
        name="--json",
        negative=(),
        help="只输出一个 JSON 对象 · Print one JSON object and nothing else; a dot in a key is nesting",
        show_default=False,
    ),
]
OnlyOption = Annotated[
    str | None, Parameter(help=f"只测其中几项，逗号分隔 · Some of the measures: {', '.join(MEASURES)}")
]
KeepOption = Annotated[
    Path | None,
    Parameter(help="在此空目录中运行并保留日志与数据 · Run in this empty directory and leave its data there"),
]


def bench(
    *,
    quick: QuickOption = False,
    full: FullOption = False,
    as_json: JsonOption = False,
    only: OnlyOption = None,
    keep: KeepOption = None,
) -> int:
    """性能测试 · Measure the system beside its yardsticks: in one run, on one machine, with fsync on.

    在临时目录中启动一套自己的系统（PostgreSQL、NATS、网页、转发），每项测三次取中位数，结束后全部停止并删除，
    不接触您的数据目录。

    Each number stands beside its yardstick: a no-op endpoint of the same application, the stock event sourcing
    library behind the same body and token, the load generator on a trivial server. Let the machine rest meanwhile:
    whatever else runs is measured too. Targets are shown and fail nothing. The exit status is 0 when everything ran,
    1 when a request failed or a server did, 130 after Ctrl-C. Progress goes to the standard error.
    """
    logs.configure(level=logging.WARNING)
    names = chosen(only, quick=quick)
    size = QUICK if quick else FULL if full else WHOLE
    figures = Figures()
    try:
        with directory(keep) as places:
            check_room(places, size, names)
            stopped = uvloop.run(until_told(measured(places, size, names, figures)))
    except (Unfit, ServerFailed, GeneratorEnded) as error:
        tell(str(error))
        return 1
    return told(figures, as_json=as_json) if stopped is None else 128 + stopped


app = App(name="bench")
app.default(bench)
app.command(
    "services.cli.bench.projections:projections",
    name="projections",
)


def chosen(only: str | None, *, quick: bool) -> tuple[str, ...]:
    """选定 · What to measure: what was named, else everything that fits into the time."""
    if only is not None:
        return tuple(name.strip() for name in only.split(","))
    return tuple(name for name in MEASURES if not (quick and name in TOO_LONG_FOR_QUICK))


class Unfit(Exception):
    """无法测试 · What was asked for cannot be measured here; says why."""


@contextmanager
def directory(keep: Path | None) -> Iterator[Places]:
    """目录 · A directory of its own, with nothing left running in it at the end; removed unless it is to be kept.

    Raises Unfit for one that holds something: what is measured begins empty.
    """
    folder = Path(tempfile.mkdtemp(prefix="hazard-bench-")) if keep is None else keep
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise Unfit(f"目录不是空的：{folder} · the directory is not empty")
    folder.chmod(PASSABLE)  # the database's account passes through
    places = prepare(folder)
    try:
        yield places
    finally:
        leftovers.end(places)
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def check_room(places: Places, size: Size, names: Collection[str]) -> None:
    """检查 · Raises Unfit for a measure nobody knows, and when the disk cannot hold the largest log."""
    unknown = [name for name in names if name not in MEASURES]
    if unknown:
        raise Unfit(f"没有这一项：{'、'.join(unknown)}；可选 {'、'.join(MEASURES)} · no such measure")
    needed = sum(size.growth) * BYTES_AN_EVENT if "growth" in names else 0
    free = shutil.disk_usage(places.root).free
    if free < needed:
        raise Unfit(f"磁盘空间不足：需要 {needed >> 30} GB，剩余 {free >> 30} GB · not enough disk space")


def told(figures: Figures, *, as_json: bool) -> int:
    """告知 · The table or the JSON object, and what went wrong; gives the exit status."""
    for error in figures.errors:
        tell(f"出错 · {error}")
    if as_json:
        whole = figures.facts | report.ratios(figures) | {"errors": figures.errors}
        print(json.dumps(nest(whole | figures.medians()), ensure_ascii=False))
    else:
        report.show(figures)
    return 1 if figures.errors else 0


async def measured(places: Places, size: Size, names: tuple[str, ...], figures: Figures) -> None:
    """测量 · Everything asked for, on one stand."""
    tell("启动服务器与进程 · starting servers and processes")
    arrived = time.monotonic()
    async with standing(places, over_http=not OVER_HTTP.isdisjoint(names)) as stand:
        figures.facts |= await asyncio.to_thread(machine.facts, stand)
        figures.facts["seconds.starting"] = round(time.monotonic() - arrived, 1)
        if figures.facts["machine.filesystem"] in machine.IN_MEMORY:
            tell(
                "注意：数据在内存文件系统上，落盘不费时 · note: data in memory, a sync costs nothing; see --keep"
            )
        for name in names:
            began = time.monotonic()
            await MEASURES[name](stand, size, figures, tell)
            figures.facts[f"seconds.{name}"] = round(time.monotonic() - began, 1)


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
