"""快照 · Several queries that see one and the same moment: what a read model adds up to agrees with what it lists.

A rebuilt read model takes the live one's place by changing tables. A snapshot from before would find the new tables
without their last rows; so the tables are held first, in their order by name, as whoever changes them takes them.
"""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import LiteralString

from psycopg import sql
from psycopg.abc import Params, QueryNoTemplate
from psycopg.rows import dict_row

from services.postgres import Connection, Pool
from services.projections.reading import Row

AS_ONE: LiteralString = "set transaction isolation level repeatable read, read only"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """快照 · A connection that sees the moment at which its first query was asked."""

    connection: Connection

    async def fetch(self, query: QueryNoTemplate, parameters: Params | None = None) -> list[Row]:
        """查询 · All rows of one query, each as a dictionary by column name."""
        async with self.connection.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(query, parameters)
            return await cursor.fetchall()


@asynccontextmanager
async def snapshot(pool: Pool, tables: Collection[LiteralString]) -> AsyncIterator[Snapshot]:
    """一个时刻 · For as long as it is open; `tables` by schema and name."""
    held = sql.SQL(", ").join(sql.Identifier(*table.split(".")) for table in sorted(tables))
    async with pool.connection() as connection, connection.transaction():
        await connection.execute(AS_ONE)
        await connection.execute(sql.SQL("lock table {} in access share mode").format(held))
        yield Snapshot(connection)
