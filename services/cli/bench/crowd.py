"""并发写入 · Thirty-two writers in four processes on two hundred streams, with and without a long read of the log beside them."""

from collections.abc import Callable

from services.cli.bench.figures import Figures
from services.cli.bench.size import Size
from services.cli.bench.stand import Stand
from services.cli.bench.writers import writers

LOG = "writers"


async def measure(stand: Stand, size: Size, figures: Figures, told: Callable[[str], None]) -> None:
    """测量 · The one after the other, so that each is the other's yardstick."""
    async with stand.fresh_log(LOG):
        for number in range(size.repetitions):
            told(f"32 个写入者，第 {number + 1} 次 · 32 writers, take {number + 1}")
            alone = await writers(stand.dsn(LOG), seconds=size.writers_seconds)
            beside = await writers(stand.dsn(LOG), seconds=size.writers_seconds, long_read=True)
            figures.add("writers.rps", alone.rate)
            figures.add("writers.conflicts", alone.conflicts)
            figures.add("writers.beside_read_rps", beside.rate)
            figures.add("writers.events_read", beside.read)
            figures.add("writers.read_ratio", beside.rate / alone.rate)
