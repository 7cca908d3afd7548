"""另建 · Builds read models from the log in tables beside the live ones, all of them from one reading.

One builder at a time holds an advisory lock. An event that a read model cannot take in stops its rebuild, and no other.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import psycopg
import structlog
from psycopg import sql

from services.postgres import LOCKS, REBUILDING, Pool
from services.projections import rebuilds
from services.projections.apart import build_apart
from services.projections.differing import difference
from services.projections.history import AT_ONCE, history, log_end
from services.projections.keeping import Keeping
from services.projections.poison import Poison, words_of
from services.projections.projection import Projection
from services.projections.rebuilds import BUILDING, FAILED, READY, SWITCHING, Rebuild, Withdrawn
from services.projections.site import COMMIT_EVERY, Site
from services.projections.switching import clear, skipped, switch
from services.projections.tables import BUILT, drop, statements, tables_of

APART = 100_000  # events behind, from which on several processes share the reading

logger = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Builder:
    """建造者 · What is needed to build read models: the tables, the clock, and how far one may read."""

    pool: Pool
    now: Callable[[], datetime]
    horizon: Callable[[], Awaitable[int]]
    """The stream's end: what is not there yet may still be lost with its server."""
    commit_every: int = COMMIT_EVERY
    processes: int = 1
    """How many share a long reading."""
    apart: int = APART
    """Events behind, from which on a reading is long."""

    async def look(self, projections: Sequence[Projection]) -> None:
        """察看 · Bring every rebuild there is on by as much as there is to read, and do what was asked of it."""
        async with self._alone() as alone:
            if not alone:
                return
            active = await self._active(projections)
            async with self.pool.connection() as connection:
                building = {one.projection for one in await rebuilds.under_way(connection)}
                await clear(connection, building, {each.NAME for each in projections})
            behind = [each.NAME for each, one in active if one.position < await self.horizon() - self.apart]
            if self.processes > 1 and len(behind) > 1:
                assert isinstance(self.pool.conninfo, str)  # as services.postgres makes pools
                await build_apart(self.pool.conninfo, behind, await self.horizon(), self.processes)
            await self.bring_on(projections, finish=True)

    async def bring_on(self, projections: Sequence[Projection], *, finish: bool = False) -> None:
        """推进 · Read what there is to read for the rebuilds of these read models; `finish`: and do what comes after."""
        active = await self._active(projections)
        sites: list[Site] = []
        try:
            for projection, rebuild in active:
                sites.append(await self._open(projection, rebuild))  # closed, if the next one fails
            await self._read(sites, await self.horizon())
            for site in sites:
                if site.failure is not None:
                    await self._failed(site)
                elif finish:
                    await self._finish(site)
        finally:
            for site in sites:
                await site.close()

    async def _active(self, projections: Sequence[Projection]) -> list[tuple[Projection, Rebuild]]:
        """Rebuilds of today's versions, of this database's log, that nothing has stopped."""
        found = await log_end(self.pool)
        async with self.pool.connection() as connection:
            wanted = {one.projection: one for one in await rebuilds.under_way(connection)}
        return [
            (each, one)
            for each in projections
            if (one := wanted.get(each.NAME)) is not None
            and one.version == each.VERSION
            and one.state != FAILED
            and found is not None
            and one.log_id == found[0]
        ]

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[bool]:
        async with self.pool.connection() as connection:
            taken = await connection.execute("select pg_try_advisory_xact_lock(%s, %s)", (LOCKS, REBUILDING))
            row = await taken.fetchone()
            yield bool(row and row[0])

    async def _open(self, projection: Projection, rebuild: Rebuild) -> Site:
        async with self.pool.connection() as connection:
            over = await skipped(connection, rebuild)
            if rebuild.state == BUILDING:
                began = {"began_from": rebuild.position, "began_at": self.now()}
                await rebuilds.note(connection, rebuild.projection, **began)
        keeping = await Keeping.to(self.pool, projection.NAME, BUILT, empty=rebuild.position == 0)
        if rebuild.position == 0 and not rebuild.indexed:
            try:
                await drop(keeping, BUILT, projection.NAME)
                for statement in statements(projection, indexes=False):
                    await keeping.execute(statement)
                await keeping.commit()
            except BaseException:  # who is cancelled here leaves no connection behind
                await keeping.close()
                raise
        return Site(projection, rebuild, keeping, rebuild.position, over, self.commit_every)

    async def _read(self, sites: Sequence[Site], end: int) -> None:
        """One reading for all; each site works at its own pace behind a short queue."""
        if not sites:
            return
        start = min(site.position for site in sites)
        work = [asyncio.create_task(site.work()) for site in sites]
        try:
            async for batch in history(self.pool, sites[0].rebuild.log_id, after=start, upto=end):
                for site in sites:
                    await site.waiting.put(batch)
            for site in sites:
                await site.waiting.put(None)
            await asyncio.gather(*work)
        finally:
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)

    async def _finish(self, site: Site) -> None:
        try:
            if not site.rebuild.indexed:
                for statement in statements(site.projection, indexes=True):
                    await site.keeping.execute(statement)
                await rebuilds.note(site.keeping, site.projection.NAME, indexed=True)
                await site.keeping.commit()
                await self._analyze(site)
            if site.rebuild.at_once or site.rebuild.state == SWITCHING:
                await switch(site, self.pool, self.now())
            elif site.rebuild.state == BUILDING:
                told = await difference(self.pool, site)
                await rebuilds.note(site.keeping, site.projection.NAME, difference=told, state=READY)
                await site.keeping.commit()
        except (psycopg.errors.LockNotAvailable, Withdrawn) as error:
            logger.info("rebuild.delayed", projection=site.projection.NAME, error=type(error).__name__)
            await site.keeping.rollback()

    async def _analyze(self, site: Site) -> None:
        for table in await tables_of(site.keeping, BUILT, site.projection.NAME):
            await site.keeping.execute(sql.SQL("analyze {}").format(sql.Identifier(BUILT, table)))
        await site.keeping.commit()

    async def _failed(self, site: Site) -> None:
        error = site.failure
        if isinstance(error, Withdrawn):
            logger.info("rebuild.withdrawn", projection=site.projection.NAME)
        elif isinstance(error, psycopg.OperationalError):
            logger.warning("rebuild.interrupted", projection=site.projection.NAME, error=type(error).__name__)
        elif error is not None:
            words = str(await self._culprit(site) or words_of(error))
            logger.error("rebuild.failed", projection=site.projection.NAME, error=words, exc_info=error)
            told = {"state": FAILED, "last_error": words[: rebuilds.LONGEST_ERROR]}
            async with self.pool.connection() as connection:
                await rebuilds.note(connection, site.projection.NAME, **told)

    async def _culprit(self, site: Site) -> Poison | None:
        """The event to blame, found by taking them in one by one from the last commit on; nothing is written."""
        rebuild = site.rebuild
        keeping = await Keeping.to(self.pool, site.projection.NAME, BUILT, empty=rebuild.position == 0)
        try:
            upto = min(site.position + 2 * AT_ONCE, await self.horizon())
            async for batch in history(self.pool, rebuild.log_id, after=rebuild.position, upto=upto):
                for recorded in batch:
                    if recorded.position not in site.skipped:
                        try:
                            await site.projection.project(keeping, [recorded])
                            await keeping.write()
                        except Exception as error:  # noqa: BLE001  # whatever it was is told to a person
                            return Poison(recorded, error)
        finally:
            await keeping.close()
        return None
