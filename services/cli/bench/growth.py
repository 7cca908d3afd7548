"""随日志增长 · What one command costs at different sizes of the log: one creation and one loading command, alone.

Each size is a log of its own on the same server, filled with whole and half lives, then vacuumed and checkpointed, so
that the writing back of the filling is not what is measured. Commands go to the sizes in turn, one by one: whatever
the machine does meanwhile, it does to all of them.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import cycle
from statistics import median
from uuid import uuid4

import psycopg
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from contracts.values import CauseClass, Level, Role
from services.cli.bench import lives
from services.cli.bench.figures import Figures
from services.cli.bench.lengths import now
from services.cli.bench.size import Size
from services.cli.bench.stand import Stand
from services.hazard import hazard_commands, hazards
from services.hazard.handling import Handling, Sender
from services.hazard.lifecycle.classifying import ClassifyHazard
from services.hazard.lifecycle.reporting import CaptureHazard
from services.hazard.policy import read_policy
from services.hazard.store import Command, Log

LENGTHS = (lives.WHOLE, lives.WHOLE, 5, lives.REGISTERED)
"""The lives a log is filled with, over and over; the last two are open, so a command may still change them."""
LOADED = 600  # hazards that are changed, spread evenly over the whole log
CLASSIFY = next(command for command in hazard_commands.COMMANDS if command.path == "classify")
CLASSIFIED = ClassifyHazard(level=Level.GENERAL, category="B04", cause=CauseClass.CONDITION)


@dataclass(slots=True)
class Grown:
    """已长成的日志 · One size of the log, ready to be measured."""

    name: str
    handling: Handling
    asks: Iterator[CaptureHazard]
    keys: Iterator[str]

    async def create(self) -> float:
        """创建 · Milliseconds of one creation, alone."""
        began = time.perf_counter()
        await hazards.capture(self.handling, sender(), str(uuid4()), next(self.asks))
        return (time.perf_counter() - began) * 1000

    async def change(self) -> float:
        """修改 · Milliseconds of one command that loads a hazard this process has not in mind, and appends to it."""
        key = next(self.keys)
        began = time.perf_counter()
        await hazards.change(self.handling, sender(), key, CLASSIFY, CLASSIFIED)
        return (time.perf_counter() - began) * 1000


def sender() -> Sender:
    """请求人 · An officer of the town, with a key of its own each time."""
    key = str(uuid4())
    return Sender(
        client=lives.CLIENT,
        key=key,
        request=key.encode(),
        person=lives.OFFICER,
        role=Role.TWO,
        organisation="org-town",
        division=lives.TOWN,
        certificate="33011100123",
    )


async def measure(stand: Stand, size: Size, figures: Figures, told: Callable[[str], None]) -> None:
    """测量 · Fills every size, then measures them in turn; ratios are of the same repetition."""
    async with AsyncExitStack() as stack:
        grown = [await _grow(stack, stand, events, figures) for events in size.growth]
        await asyncio.to_thread(settle, stand, [one.name for one in grown])
        for one in grown:
            await one.create(), await one.change()  # connections, plans and caches are there from now on
        for number in range(size.repetitions):
            told(f"一条命令的代价，第 {number + 1} 次 · cost of a command, take {number + 1}")
            await _take(grown, size, figures)


async def _take(grown: list[Grown], size: Size, figures: Figures) -> None:
    creating: dict[str, list[float]] = {one.name: [] for one in grown}
    changing: dict[str, list[float]] = {one.name: [] for one in grown}
    for _ in range(size.growth_commands):
        for one in grown:
            creating[one.name].append(await one.create())
            changing[one.name].append(await one.change())
    costs = {one.name: (median(creating[one.name]) + median(changing[one.name])) / 2 for one in grown}
    for one in grown:
        figures.add(f"growth.create_ms_{one.name}", median(creating[one.name]))
        figures.add(f"growth.change_ms_{one.name}", median(changing[one.name]))
        figures.add(f"growth.ms_{one.name}", costs[one.name])
    first = grown[0].name
    for one in grown[1:]:
        figures.add(f"growth.ratio_{one.name}_to_{first}", costs[one.name] / costs[first])


async def _grow(stack: AsyncExitStack, stand: Stand, events: int, figures: Figures) -> Grown:
    name = label(events)
    log = await stack.enter_async_context(stand.fresh_log(f"growth_{name}"))
    enterprises = await lives.make_enterprises(log, 200)
    began = time.perf_counter()
    keys = await fill(log, lives.Lives(enterprises), events)
    figures.add(f"growth.filling_eps_{name}", events / (time.perf_counter() - began))
    step = max(1, len(keys) // LOADED)
    asks = [CaptureHazard.model_validate(body) for body in lives.bodies(enterprises)]
    return Grown(name, Handling(log, read_policy(), now), cycle(asks), cycle(keys[::step][:LOADED]))


def label(events: int) -> str:
    """名称 · 10k, 100k, 1m, 10m; a size that is none of these by its digits."""
    for unit, word in ((1_000_000, "m"), (1000, "k")):
        if events >= unit and events % unit == 0:
            return f"{events // unit}{word}"
    return str(events)


async def fill(log: Log, some: lives.Lives, events: int) -> list[str]:
    """填充 · So many events, with a bar; gives the ids of the hazards that are still open."""
    open_ones: list[str] = []

    def commands() -> Iterator[Command]:
        written = 0
        for command in some.commands(cycle(LENGTHS)):
            if written >= events:
                return
            written += len(command.events)
            if len(command.events) < lives.WHOLE:
                open_ones.append(command.events[0].key)
            yield command

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("剩余"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(f"填充 {label(events)} · filling", total=events)
        await lives.write(log, commands(), lambda stored: progress.advance(task, stored))
    return open_ones


def settle(stand: Stand, names: list[str]) -> None:
    """沉淀 · Vacuum, analyze, checkpoint: the filling is over and done with."""
    for name in names:
        with psycopg.connect(stand.dsn(f"growth_{name}"), autocommit=True) as connection:
            connection.execute("vacuum (analyze)")
            connection.execute("checkpoint")
