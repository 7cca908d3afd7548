"""读侧测量 · How fast the read models are built and followed, how soon one sees what was accepted, and how long reads take."""

import asyncio
import time
from bisect import bisect_left
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random
from typing import Final
from urllib.parse import urlencode

from services.cli.bench import past
from services.cli.bench.figures import Figures, percentile
from services.cli.bench.jobs import Job
from services.cli.bench.reading_stand import ReadingStand
from services.cli.bench.steps import FINDS
from services.cli.bench.throughput import WARMING, Loads
from services.projections import rebuilds
from services.projections.catalogue import PROJECTIONS
from services.projections.rebuilds import FAILED, Asked

GLANCE: Final = 0.05
BLINK: Final = 0.002  # seconds between two looks at the checkpoints, while it is measured how soon one sees
CLIENTS: Final = 64
LATE: Final = 30.0  # seconds to wait for the last event to be seen
LONGEST: Final = 600.0  # seconds of one load of reads
SLOWEST: Final = "select coalesce(min(position), 0), count(*) from projections.checkpoints"
WORDS: Final = (
    "配电箱",
    "疏散指示标志",
    "有限空间",
    "冲床",
    "除尘器",
    "三级安全教育",
    "叉车 年检",
    "平台",
    "油漆 防爆",
    "5区",
)


class BuildFailed(Exception):
    """建立失败 · A read model could not be built; its own words say why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """规模 · How much of each measure one repetition takes."""

    repetitions: int = 3
    live_hazards: int = 700
    """Fewer events than those from which on a reader reads the log itself."""
    rate: float = 500.0
    seconds: float = 5.0
    reads: int = 60
    files: int = 15


@dataclass(frozen=True, slots=True)
class Reading:
    """读侧测量 · One run on a stand."""

    standing: ReadingStand
    span: Span
    figures: Figures
    told: Callable[[str], None]

    async def measure(self) -> None:
        """测量 · Everything, each so many times."""
        takes = range(1, self.span.repetitions + 1)
        for take in takes:
            self.told(f"重建全部读模型，第 {take} 次 · rebuilding all read models, take {take}")
            await self._rebuild(first=take == 1)
        for take in takes:
            self.told(f"跟随事件流，第 {take} 次 · following the stream, take {take}")
            await self._follow(take)
        for take in takes:
            self.told(f"受理至可见，第 {take} 次 · accepted → visible, take {take}")
            await self._visible()
        for take in takes:
            self.told(f"查询，第 {take} 次 · reads, take {take}")
            await self._reads(take)
        self.figures.add("runner.rss_mb", self.standing.peak_mb)

    async def _rebuild(self, *, first: bool) -> None:
        """From the asking, or the projector's start, until all of them have changed places: indexes and analysis included."""
        end = await self.standing.head()
        await self._ask()
        began, before = time.perf_counter(), await asyncio.to_thread(self.standing.computed)
        if first:
            await self.standing.start_projector()
        await self._built()
        seconds = time.perf_counter() - began
        self.figures.add("rebuild.eps", end / seconds)
        self.figures.add("rebuild.seconds", seconds)
        for name, computed in (await asyncio.to_thread(self.standing.computed)).items():
            self.figures.add(f"rebuild.{name}_us_an_event", (computed - before.get(name, 0.0)) / end * 1e6)

    async def _ask(self) -> None:
        log = (await self.standing.stand.log.head()).log_id
        asked = Asked("p-50", "性能测试", datetime.now(UTC), at_once=True)
        async with self.standing.pool.connection() as connection:
            for each in PROJECTIONS:
                await rebuilds.begin(connection, each, log, asked)

    async def _built(self) -> None:
        while True:
            async with self.standing.pool.connection() as connection:
                left = await rebuilds.under_way(connection)
            for each in left:
                if each.state == FAILED:
                    raise BuildFailed(f"{each.projection}: {each.last_error}")
            if not left:
                return
            await asyncio.sleep(GLANCE)

    async def _slowest(self) -> int:
        """The position that all read models have come to; 0 until each has a checkpoint."""
        async with self.standing.pool.connection() as connection:
            row = await (await connection.execute(SLOWEST)).fetchone()
        assert row is not None
        position, models = row
        return int(position) if models == len(PROJECTIONS) else 0

    async def _reached(self, position: int, pause: float = GLANCE) -> None:
        while await self._slowest() < position:  # noqa: ASYNC110  # another process tells nobody
            await asyncio.sleep(pause)

    async def _follow(self, take: int) -> None:
        """From the first append until the last event is in every read model, the relay between them."""
        more = past.Past(self.span.live_hazards, self.standing.past.until, seed=past.SEED + take)
        start = await self.standing.head()
        await self._reached(start)
        commands = list(more.commands())
        began = time.perf_counter()
        for command in commands:
            await past.store(self.standing.stand.log, command)
        await self._reached(end := await self.standing.head(), BLINK)
        self.figures.add("live.eps", (end - start) / (time.perf_counter() - began))

    async def _visible(self) -> None:
        """From the answer that accepted a command until what it did is in every read model."""
        loads = Loads(self.standing.stand)
        await loads.run("ours", await loads.prepare("ours", CLIENTS, WARMING))
        job = await loads.paced(self.span.rate, CLIENTS, self.span.seconds)
        await self._reached(await self.standing.head())
        async with self._watched() as seen:
            result = await self.standing.stand.load(job)
            last = max((position for position, _ in result.accepted), default=0)
            async with asyncio.timeout(LATE):
                while not seen or seen[-1][0] < last:  # noqa: ASYNC110  # as above
                    await asyncio.sleep(GLANCE)
        self.figures.complain("visible", result)
        late = _late(result.accepted, seen)
        if late:
            self.figures.add("visible.p50_ms", percentile(late, 50))
            self.figures.add("visible.p99_ms", percentile(late, 99))
            self.figures.add("visible.commands_rps", result.rps)

    @asynccontextmanager
    async def _watched(self) -> AsyncIterator[list[tuple[int, float]]]:
        """Positions that all read models had come to, with when that was seen."""
        seen: list[tuple[int, float]] = []

        async def watch() -> None:
            while True:
                position = await self._slowest()
                if not seen or position > seen[-1][0]:
                    seen.append((position, time.monotonic()))
                await asyncio.sleep(BLINK)

        watching = asyncio.create_task(watch())
        try:
            yield seen
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    async def _reads(self, take: int) -> None:
        """One client, one request after the other, over HTTP: what is asked for differs each time."""
        chance = Random(take)  # noqa: S311 — no secret
        end, largest = await self.standing.head(), self.standing.past.largest
        asked = {
            "tally": [_tally(chance, end=None) for _ in range(self.span.reads)],
            "as_of": [_tally(chance, end=end) for _ in range(self.span.reads)],
            "search": [_search(chance) for _ in range(self.span.reads)],
            "file": [f"/enterprises/{largest.id}/file"] * self.span.files,
        }
        for name, paths in asked.items():
            job = self._job(paths)
            await self.standing.stand.load(
                replace(job, lines=job.lines[:5])
            )  # plans and caches are there from now on
            result = await self.standing.stand.load(job)
            self.figures.complain(name, result)
            if result.latencies_ms:
                self.figures.add(f"{name}.p50_ms", percentile(result.latencies_ms, 50))
                self.figures.add(f"{name}.p95_ms", percentile(result.latencies_ms, 95))

    def _job(self, paths: Sequence[str]) -> Job:
        return Job(
            port=self.standing.stand.ports["web"],
            lines=[(f"GET /api/v1{path}", {}) for path in paths],
            bodies=[""],
            token=self.standing.district,
            clients=1,
            seconds=LONGEST,
        )


def _late(accepted: Sequence[tuple[int, float]], seen: Sequence[tuple[int, float]]) -> list[float]:
    """Milliseconds from each answer until its position was seen."""
    positions = [position for position, _ in seen]
    return [max(0.0, seen[bisect_left(positions, at)][1] - answered) * 1000 for at, answered in accepted]


def _tally(chance: Random, end: int | None) -> str:
    """A town or all of them, the year or some of its months, now or at any position of the log."""
    year = datetime.now(UTC).year
    month = chance.randrange(1, 12)
    asked = {"division": chance.choice((*past.TOWNS, "330111"))}
    if chance.random() < 0.5:  # noqa: PLR2004 — every other one
        asked |= {"from": f"{year}-{month:02}-01", "to": f"{year}-{month + 1:02}-15"}
    if chance.random() < 0.25:  # noqa: PLR2004 — every fourth
        asked["by"] = chance.choice(("category", "month", "level"))
    if end is not None:
        asked["as_of"] = str(chance.randrange(end // 10, end))
    return f"/tallies?{urlencode(asked)}"


def _search(chance: Random) -> str:
    """Words that many hazards have and words that few have, as they are typed."""
    category, _, description = chance.choice(FINDS)
    start = chance.randrange(len(description) - 4)
    words = chance.choice((*WORDS, description[start : start + 4], f"{chance.randrange(1, 99)}区"))
    asked = {"text": words} | ({"category": category} if chance.random() < 0.2 else {})  # noqa: PLR2004 — every fifth
    return f"/hazards?{urlencode(asked)}"
