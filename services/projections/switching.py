"""切换 · The tables that were built take the place of the live ones, and the checkpoint with them, in one transaction.

A reader names the live schema: before the commit it finds the old table, behind it the new one, and never none.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

import structlog
from psycopg import sql

from services.postgres import Connection, Pool
from services.projections import decisions
from services.projections.history import history
from services.projections.rebuilds import Rebuild, Withdrawn
from services.projections.site import Site
from services.projections.tables import BUILT, LIVE, drop, tables_of

CLOSE = 5_000  # events that may be taken in while the live read model waits
PATIENCE = "2s"  # for the checkpoint, which a batch holds
# For all tables of a read model together, in milliseconds. A reader that is at it longer is waited for at the next
# attempt. Less than PostgreSQL's deadlock_timeout: of a reader that has one table and waits for another, and a switch
# that has the other and waits for the one, it is always the switch that gives way.
FOR_ALL = 800

LIVE_AT = """
select position from projections.checkpoints
where projection = %s and version = %s and log_id = %s for update
"""
LIVE_NOW = (
    "select position from projections.checkpoints where projection = %s and version = %s and log_id = %s"
)
ASKED = "select true from projections.rebuilds where projection = %s and position = %s and state <> 'failed' for update"
STANDS = """
insert into projections.checkpoints (projection, version, log_id, position, seen_at)
values (%s, %s, %s, %s, %s)
"""

logger = structlog.get_logger()


async def switch(site: Site, pool: Pool, at: datetime) -> None:
    """切换 · Takes in what the live one has more, then changes places.

    Raises Withdrawn when the rebuild is cancelled or too far behind to change places now, and psycopg's
    LockNotAvailable while somebody reads on and on.
    """
    name, connection = site.projection.NAME, site.keeping
    await _come_near(site, pool)
    rebuild = site.rebuild
    async with connection.transaction():
        await connection.execute(sql.SQL("set local lock_timeout = {}").format(PATIENCE))
        held = await connection.execute(LIVE_AT, (name, rebuild.version, rebuild.log_id))
        live = await held.fetchone()
        await _catch_up(site, pool, live[0] if live else 0)
        asked = await connection.execute(ASKED, (name, site.position))
        if await asked.fetchone() is None:
            raise Withdrawn(name)
        connection.place = LIVE  # from here on it means the tables it names
        await _change_places(connection, name)
        await connection.execute("delete from projections.checkpoints where projection = %s", (name,))
        where = (name, rebuild.version, rebuild.log_id, site.position, at)
        await connection.execute(STANDS, where)
        await connection.execute("delete from projections.rebuilds where projection = %s", (name,))
        # What was set aside is in the new tables; only what a person skipped stays out of them.
        await connection.execute(
            "delete from projections.parked where projection = %s and not skipped", (name,)
        )
        told = decisions.Decision(
            name, "switched", rebuild.asked_by, rebuild.reason, at, position=site.position
        )
        await decisions.keep(connection, told)
    logger.info("rebuild.switched", projection=name, position=site.position)


async def _come_near(site: Site, pool: Pool) -> None:
    """Most of what the live one has more, before it is made to wait for the rest."""
    rebuild, connection = site.rebuild, site.keeping
    whose = (site.projection.NAME, rebuild.version, rebuild.log_id)
    row = await (await connection.execute(LIVE_NOW, whose)).fetchone()
    async for batch in history(pool, rebuild.log_id, after=site.position, upto=row[0] if row else 0):
        await site.take(batch)
    await site.commit()


async def _catch_up(site: Site, pool: Pool, live: int) -> None:
    if live - site.position > CLOSE:
        raise Withdrawn(site.projection.NAME)
    async for batch in history(pool, site.rebuild.log_id, after=site.position, upto=live):
        await site.absorb(batch)
    await site.write()


async def _change_places(connection: Connection, projection: str) -> None:
    await _hold(connection, await tables_of(connection, LIVE, projection))
    await drop(connection, LIVE, projection)
    for table in await tables_of(connection, BUILT, projection):
        await connection.execute(
            sql.SQL("alter table {} set schema {}").format(sql.Identifier(BUILT, table), sql.Identifier(LIVE))
        )


async def _hold(connection: Connection, tables: Sequence[str]) -> None:
    """Keep readers out of all of them, or raise LockNotAvailable before any reader is made to fail."""
    if not tables:
        return
    each = sql.Literal(f"{max(FOR_ALL // len(tables), 1)}ms")
    await connection.execute(sql.SQL("set local lock_timeout = {}").format(each))
    names = sql.SQL(", ").join(sql.Identifier(LIVE, table) for table in tables)
    await connection.execute(sql.SQL("lock table {} in access exclusive mode").format(names))
    await connection.execute(sql.SQL("set local lock_timeout = {}").format(PATIENCE))


async def skipped(connection: Connection, rebuild: Rebuild) -> frozenset[int]:
    """已跳过的 · Positions that a person left out of this version; a rebuild leaves them out too."""
    rows = await (
        await connection.execute(
            "select position from projections.parked "
            "where projection = %s and version = %s and log_id = %s and skipped",
            (rebuild.projection, rebuild.version, rebuild.log_id),
        )
    ).fetchall()
    return frozenset(position for (position,) in rows)


async def clear(connection: Connection, wanted: Collection[str], known: Collection[str]) -> None:
    """清场 · Tables built for a rebuild that is gone; of read models this process knows."""
    for projection in set(known) - set(wanted):
        await drop(connection, BUILT, projection)
