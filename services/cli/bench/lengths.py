"""读取用时 · How long the state of a hazard takes to load, by the number of its events; snapshots as commands find them."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median
from uuid import uuid4

from contracts.hazard import ProgressReported
from services.cli.bench import lives
from services.cli.bench.figures import Figures
from services.cli.bench.size import Size
from services.cli.bench.stand import Stand
from services.hazard.handling import Handling
from services.hazard.hazards import HAZARD
from services.hazard.policy import read_policy
from services.hazard.store import Command, Log

ORDERED = 5
"""The events of a life until it is being put right; from there on its progress is reported as often as one likes."""
STREAMS = 5


def now() -> datetime:
    """此刻 · The clock of this process."""
    return datetime.now(UTC)


async def measure(stand: Stand, size: Size, figures: Figures, told: Callable[[str], None]) -> None:
    """测量 · The first read of each hazard folds all of it and leaves a snapshot behind where one is due; then the median of many."""
    async with stand.fresh_log("lengths") as log:
        handling = Handling(log, read_policy(), now)
        for length in size.load_lengths:
            told(f"读取 {length} 个事件的隐患 · loading a hazard of {length} events")
            keys = [await write_long(log, stand.lives, length) for _ in range(STREAMS)]
            for key in keys:
                figures.add(f"load.whole_ms_{length}", await _timed(handling, key))
            await handling.recalling.settled()
            for _ in range(size.repetitions):
                times = [await _timed(handling, keys[n % STREAMS]) for n in range(size.load_times)]
                figures.add(f"load.ms_{length}", median(times))
    first, last = size.load_lengths[0], size.load_lengths[-1]
    ratio = figures.ratio(f"load.ms_{last}", f"load.ms_{first}")
    assert ratio is not None
    figures.add(f"load.ratio_{last}_to_{first}", ratio)


async def write_long(log: Log, some: lives.Lives, length: int) -> str:
    """写长隐患 · A hazard whose progress was reported over and over; gives its id."""
    (begun,) = some.commands([ORDERED])
    await lives.write(log, [begun])
    last = begun.events[-1]
    report = ProgressReported(
        number=last.data["number"], enterprise=last.data["enterprise"], progress=lives.ADVICE
    )
    events = tuple(
        lives.envelop(last.subject, version, report, last.time) for version in range(ORDERED + 1, length + 1)
    )
    await lives.write(log, [Command(lives.CLIENT, str(uuid4()), b"", b"{}", events)])
    return last.key


async def _timed(handling: Handling, key: str) -> float:
    began = time.perf_counter()
    await handling.read(HAZARD, key)
    return (time.perf_counter() - began) * 1000
