"""工地 · One read model while it is built: what it has taken in, what is written, what is still to come."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field, replace

from services.jetstream import Recorded
from services.projections import rebuilds
from services.projections.keeping import Keeping
from services.projections.projection import Projection
from services.projections.rebuilds import Rebuild

COMMIT_EVERY = 200_000  # events: some seconds; most rows change several times in them and are written once
AHEAD = 1  # batches read before they are taken in: each of some fifteen megabytes


@dataclass(slots=True)
class Site:
    """工地 · One read model being built: its connection, its rebuild, and what it is still to take in."""

    projection: Projection
    rebuild: Rebuild
    keeping: Keeping
    position: int
    skipped: frozenset[int]
    commit_every: int = COMMIT_EVERY
    failure: Exception | None = None
    waiting: asyncio.Queue[list[Recorded] | None] = field(default_factory=lambda: asyncio.Queue(AHEAD))

    async def work(self) -> None:
        """施工 · Take in batch after batch until None comes, writing now and then; an error ends this site alone."""
        while (batch := await self.waiting.get()) is not None:
            if self.failure is None:
                await self.guarded(self.take(batch))
        if self.failure is None:
            await self.guarded(self.commit())

    async def guarded(self, step: Awaitable[None]) -> None:
        """守护 · A step whose error ends this site alone."""
        try:
            await step
        except Exception as error:  # noqa: BLE001  # told by whoever waits for the site
            self.failure = error
            await self.keeping.rollback()

    async def take(self, batch: Sequence[Recorded]) -> None:
        """收进 · The events of a batch that are not in yet."""
        await self.absorb(batch)
        if self.position - self.rebuild.position >= self.commit_every:
            await self.commit()

    async def absorb(self, batch: Sequence[Recorded]) -> None:
        """并入 · As `take`, without writing."""
        new = [each for each in batch if each.position > self.position]
        if self.skipped:
            new = [each for each in new if each.position not in self.skipped]
        if new:
            await self.projection.project(self.keeping, new)
            await self.keeping.relieve()
        self.position = max(self.position, batch[-1].position)

    async def commit(self) -> None:
        """落定 · Rows and position in one transaction. Raises Withdrawn."""
        await self.write()
        await self.keeping.commit()

    async def write(self) -> None:
        """写下 · Rows and position, in the transaction that is open."""
        await self.keeping.write()
        if self.position > self.rebuild.position:
            start = self.rebuild.position
            await rebuilds.move(self.keeping, self.rebuild, start=start, end=self.position)
            self.rebuild = replace(self.rebuild, position=self.position)
