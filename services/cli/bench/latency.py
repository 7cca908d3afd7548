"""送达延迟 · From the answer that accepted a command to the instant a subscriber has it from the stream.

Commands fall due at a fixed rate whatever the system does. Both instants are read from the one monotonic clock that
all processes of a Linux machine share; what the subscriber had before the answer arrived counts as 0.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from services import jetstream
from services.cli.bench.figures import Figures, percentile
from services.cli.bench.jobs import Result
from services.cli.bench.size import Size
from services.cli.bench.stand import Stand
from services.cli.bench.throughput import WARMING, Loads

CLIENTS = 64
LATE = 20.0  # seconds to wait for the last event


async def measure(stand: Stand, size: Size, figures: Figures, told: Callable[[str], None]) -> None:
    """测量 · Creations at the rate, followed by a subscriber that decodes every event."""
    loads = Loads(stand)
    await loads.run("ours", await loads.prepare("ours", CLIENTS, WARMING))
    for number in range(size.repetitions):
        told(
            f"每秒 {size.latency_rate:.0f} 条命令的送达延迟，第 {number + 1} 次"
            f" · accepted → stream at {size.latency_rate:.0f} commands/s, take {number + 1}"
        )
        await _take(loads, size, figures)


async def _take(loads: Loads, size: Size, figures: Figures) -> None:
    job = await loads.paced(size.latency_rate, CLIENTS, size.latency_seconds)
    seen: dict[int, float] = {}
    following = asyncio.create_task(_follow(loads.stand, seen))
    try:
        await asyncio.sleep(WARMING)  # until the consumer is made
        result = await loads.stand.load(job)
        wanted = {position for position, _ in result.accepted}
        with suppress(TimeoutError):
            async with asyncio.timeout(LATE):
                while not wanted <= seen.keys() and not following.done():  # noqa: ASYNC110  a dict tells nobody
                    await asyncio.sleep(0.01)
    finally:
        following.cancel()
        await asyncio.wait([following])
    _add(figures, result, seen)


def _add(figures: Figures, result: Result, seen: Mapping[int, float]) -> None:
    figures.complain("relay", result)
    late = [max(0.0, seen[position] - at) * 1000 for position, at in result.accepted if position in seen]
    lost = len(result.accepted) - len(late)
    if lost or not late:
        figures.errors.append(
            f"relay: {lost} of {len(result.accepted)} accepted events were not in the stream in time"
        )
        return
    figures.add("relay.p50_ms", percentile(late, 50))
    figures.add("relay.p99_ms", percentile(late, 99))
    figures.add("relay.max_ms", max(late))
    figures.add("relay.answer_p99_ms", percentile(result.latencies_ms, 99))
    figures.add("relay.commands_rps", result.rps)


async def _follow(stand: Stand, seen: dict[int, float]) -> None:
    head = await stand.log.head()
    async with jetstream.connected(stand.running.url("projections"), name="bench") as client:
        async for events in jetstream.follow(client, after=head.position, log=str(head.log_id)):
            now = time.monotonic()
            seen.update({event.position: now for event in events})
