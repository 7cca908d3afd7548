"""表 · The tables of a read model wherever they stand: the live ones, and those that are being built."""

import re

from psycopg import sql

from services.postgres import Connection
from services.projections.projection import Projection

LIVE = "projections"
BUILT = "projections_building"

INDEX = re.compile(r"\s*create (unique )?index")
STATEMENT = re.compile(r";\s*(?:\n|$)")
FOUND = "select tablename from pg_tables where schemaname = %s and tablename ~ ('^' || %s || '_v[0-9]+(_|$)') order by 1"


def statements(projection: Projection, *, indexes: bool) -> list[str]:
    """建表语句 · The indexes, which are made when the rows are in, or everything else."""
    every = [each for each in STATEMENT.split(projection.TABLES) if each.strip()]
    return [each for each in every if bool(INDEX.match(each)) == indexes]


async def tables_of(connection: Connection, place: str, projection: str) -> list[str]:
    """读模型的表 · Of any version, in one schema."""
    rows = await (await connection.execute(FOUND, (place, projection))).fetchall()
    return [name for (name,) in rows]


async def drop(connection: Connection, place: str, projection: str) -> None:
    """删表 · Of any version, in one schema."""
    for table in await tables_of(connection, place, projection):
        await connection.execute(sql.SQL("drop table {}").format(sql.Identifier(place, table)))
