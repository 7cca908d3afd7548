"""历史 · The events of the log in bulk, straight from the database: what a read model that is far behind reads.

Each is read once, and opened once at most, for all who read along. Bounded ranges in short transactions: no long snapshot lies on the log.
"""

from collections.abc import AsyncGenerator
from uuid import UUID

import psycopg

from contracts.trusted import heading
from services.jetstream import Gap, Recorded
from services.postgres import Pool

AT_ONCE = 2_000  # events in one reading
END = "select log_id, position from log.head"
EVENTS = """
select position, appended_at, body from log.events
where position > %s and position <= %s order by position limit %s
"""


async def log_end(pool: Pool) -> tuple[UUID, int] | None:
    """日志末端 · The log of this database and its last position; None where a reader has no access to it."""
    try:
        async with pool.connection() as connection:
            row = await (await connection.execute(END)).fetchone()
    except (
        psycopg.errors.UndefinedTable,
        psycopg.errors.InvalidSchemaName,
        psycopg.errors.InsufficientPrivilege,
    ):
        return None
    return (row[0], row[1]) if row else None


async def history(pool: Pool, log: UUID, *, after: int, upto: int) -> AsyncGenerator[list[Recorded], None]:
    """历史 · The events behind a position up to another, in lists. Raises Gap where one is missing."""
    name = str(log)
    while after < upto:
        async with pool.connection() as connection, connection.cursor(binary=True) as cursor:
            await cursor.execute(EVENTS, (after, upto, AT_ONCE))
            found = await cursor.fetchall()
        batch = [
            Recorded(name, position, appended_at, heading(body), body=body)
            for position, appended_at, body in found
        ]
        if not batch or batch[0].position != after + 1 or batch[-1].position != after + len(batch):
            raise Gap(after + 1, batch[-1].position if batch else upto)
        after = batch[-1].position
        yield batch
