"""差异 · How the tables that were built differ from the live ones, at one position, before they change places."""

import asyncio
from typing import Any

from psycopg import IsolationLevel, sql

from services.postgres import Connection, Pool
from services.projections.history import history
from services.projections.projection import Projection
from services.projections.rebuilds import Rebuild
from services.projections.site import Site
from services.projections.tables import BUILT, LIVE, tables_of

SHOWN = 5  # rows of each side
ATTEMPTS = 20  # to meet the live one at a position
PAUSE = 0.1  # seconds between two of them
NEAR = 2_000  # events that are taken in while the live one is held still: more than it moves by at a time

HELD = """
select position from projections.checkpoints
where projection = %s and log_id = %s order by version desc limit 1 for update
"""

STANDS = """
select position from projections.checkpoints where projection = %s and log_id = %s order by version desc limit 1
"""
COLUMNS = """
select one.column_name from information_schema.columns as one
join information_schema.columns as other using (column_name)
where one.table_schema = %s and one.table_name = %s and other.table_schema = %s and other.table_name = %s
order by one.ordinal_position
"""
COUNTS = "select (select count(*) from {live}), (select count(*) from {built})"
ONLY = """
select jsonb_agg(to_jsonb(few) - 'nth_of_few') filter (where nth_of_few <= {shown}), count(*)
from (
    select lone.*, row_number() over () as nth_of_few
    from (select {columns} from {here} except all select {columns} from {there}) as lone
) as few
"""

Told = dict[str, Any]  # JSON: what differs


async def difference(pool: Pool, site: Site) -> Told:
    """差异 · Row counts and differing rows of each table, both sides seen in one snapshot at one position.

    `same_position` is false when the live one does not come to where the other stands, as one that is stopped. Rows are
    compared by the columns both have.
    """
    async with pool.connection() as connection:
        await connection.set_isolation_level(IsolationLevel.REPEATABLE_READ)
        try:
            async with connection.transaction():
                await _together(pool, site, connection)
                return await _difference(connection, site.projection, site.rebuild)
        finally:
            await connection.set_isolation_level(None)


async def _together(pool: Pool, site: Site, connection: Connection) -> None:
    """Begins the snapshot at an instant at which the live one is held still and the other has come to where it stands."""
    await connection.execute("set local statement_timeout = 0")  # takes no snapshot
    whose = (site.projection.NAME, site.rebuild.log_id)
    for _ in range(ATTEMPTS):
        async with pool.connection() as holding, holding.transaction():
            row = await (await holding.execute(HELD, whose)).fetchone()
            if row is None:  # there is nothing to compare with
                return
            if site.position <= row[0] <= site.position + NEAR:
                async for batch in history(pool, site.rebuild.log_id, after=site.position, upto=row[0]):
                    await site.absorb(batch)
                await site.commit()
                await connection.execute("select from projections.rebuilds")
                return
        if row[0] > site.position:
            async for batch in history(pool, site.rebuild.log_id, after=site.position, upto=row[0]):
                await site.take(batch)
            await site.commit()
        else:
            await asyncio.sleep(PAUSE)


async def _difference(connection: Connection, projection: Projection, rebuild: Rebuild) -> Told:
    row = await (await connection.execute(STANDS, (projection.NAME, rebuild.log_id))).fetchone()
    position = await (
        await connection.execute(
            "select position from projections.rebuilds where projection = %s", (projection.NAME,)
        )
    ).fetchone()
    live = {_part(name): name for name in await tables_of(connection, LIVE, projection.NAME)}
    built = {_part(name): name for name in await tables_of(connection, BUILT, projection.NAME)}
    compared = [
        {"table": built[part]} | await _compared(connection, live[part], built[part])
        for part in built
        if part in live
    ]
    return {
        "live_position": row[0] if row else None,
        "built_position": position[0] if position else None,
        "same_position": bool(row and position and row[0] == position[0]),
        "tables": compared,
        "only_live": sorted(live[part] for part in live.keys() - built.keys()),
        "only_built": sorted(built[part] for part in built.keys() - live.keys()),
    }


def _part(table: str) -> str:
    """What a table is of its read model, whatever the version: ledger_v4_visit is its visit."""
    _, _, rest = table.rpartition("_v")
    return rest.lstrip("0123456789")


async def _compared(connection: Connection, live: str, built: str) -> Told:
    rows = await (await connection.execute(COLUMNS, (LIVE, live, BUILT, built))).fetchall()
    # As text: not every type can be compared with itself, such as json.
    columns = sql.SQL(", ").join(sql.SQL("{0}::text as {0}").format(sql.Identifier(name)) for (name,) in rows)
    sides = {"live": sql.Identifier(LIVE, live), "built": sql.Identifier(BUILT, built)}
    counts = await (await connection.execute(sql.SQL(COUNTS).format(**sides))).fetchone()
    assert counts is not None
    lone = {
        here: await _lone(
            connection,
            sql.SQL(ONLY).format(shown=SHOWN, columns=columns, here=sides[here], there=sides[there]),
        )
        for here, there in (("live", "built"), ("built", "live"))
    }
    return {
        "live_rows": counts[0],
        "built_rows": counts[1],
        "only_live": lone["live"][1],
        "only_built": lone["built"][1],
        "shown_live": lone["live"][0],
        "shown_built": lone["built"][0],
    }


async def _lone(connection: Connection, query: sql.Composed) -> tuple[list[Told], int]:
    row = await (await connection.execute(query)).fetchone()
    return (row[0] or [], row[1]) if row else ([], 0)
