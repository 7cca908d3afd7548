"""检查点 · How far each read model has come in which log, beside its rows and moved with them.

PostgreSQL is the only checkpoint: the consumers of the stream acknowledge nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg import sql
from psycopg.rows import class_row

from services.postgres import BUILDING, LOCKS, Connection
from services.projections.projection import Projection

LONGEST_ERROR = 500

TABLE = """
create table if not exists projections.checkpoints (
    projection text not null,
    version integer not null,
    log_id uuid not null,
    position bigint not null default 0,
    seen_at timestamptz,
    updated_at timestamptz not null default clock_timestamp(),
    last_error text,
    last_error_at timestamptz,
    primary key (projection, version, log_id)
);
comment on column projections.checkpoints.seen_at is 'when the running reader last reached the stream'
"""

FIND = """
select log_id as log, position from projections.checkpoints
where projection = %(name)s and version = %(version)s and (%(log)s::uuid is null or log_id = %(log)s)
"""

MOVE = """
update projections.checkpoints
set position = %(to)s, updated_at = clock_timestamp(), last_error = null, last_error_at = null
where projection = %(name)s and version = %(version)s and log_id = %(log)s and position = %(from)s
"""

OLD_TABLES = """
select tablename from pg_tables
where schemaname = 'projections' and tablename ~ ('^' || %s || '_v[0-9]+(_|$)')
"""


class Overtaken(Exception):
    """被他人推进 · Another process has moved this checkpoint: read it anew and go on from there."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """检查点 · The position in the log up to which a read model holds everything."""

    log: UUID
    position: int


async def prepare(connection: Connection, projection: Projection, log: UUID | None = None) -> Checkpoint:
    """准备 · The checkpoint of a read model; without one in this log and version the model begins empty.

    `log` is that of the stream when the reader knows it, else the one the model was last in, else the
    database's own. Tables of another version or another log are dropped: they are rebuilt, never migrated.
    """
    async with connection.transaction():
        await connection.execute("select pg_advisory_xact_lock(%s, %s)", (LOCKS, BUILDING))
        await connection.execute(TABLE)
        found = await _find(connection, projection, log)
        return found or await _begin(connection, projection, log or await _own_log(connection))


async def _find(connection: Connection, projection: Projection, log: UUID | None) -> Checkpoint | None:
    async with connection.cursor(row_factory=class_row(Checkpoint)) as cursor:
        await cursor.execute(FIND, {"name": projection.NAME, "version": projection.VERSION, "log": log})
        return await cursor.fetchone()


async def _own_log(connection: Connection) -> UUID:
    row = await (await connection.execute("select log_id from log.head")).fetchone()
    assert row is not None  # made by the first migration
    own: UUID = row[0]
    return own


async def _begin(connection: Connection, projection: Projection, log: UUID) -> Checkpoint:
    rows = await (await connection.execute(OLD_TABLES, (projection.NAME,))).fetchall()
    for (table,) in rows:
        await connection.execute(sql.SQL("drop table {}").format(sql.Identifier("projections", table)))
    await connection.execute("delete from projections.checkpoints where projection = %s", (projection.NAME,))
    await connection.execute(projection.TABLES)
    await connection.execute(
        "insert into projections.checkpoints (projection, version, log_id) values (%s, %s, %s)",
        (projection.NAME, projection.VERSION, log),
    )
    return Checkpoint(log, 0)


async def move(connection: Connection, projection: Projection, at: Checkpoint, to: int) -> Checkpoint:
    """推进 · Compare and set, in the transaction that changed the rows.

    Raises Overtaken when the checkpoint is no longer where the caller read it.
    """
    changes = {
        "name": projection.NAME,
        "version": projection.VERSION,
        "log": at.log,
        "from": at.position,
        "to": to,
    }
    if (await connection.execute(MOVE, changes)).rowcount != 1:
        raise Overtaken(projection.NAME)
    return Checkpoint(at.log, to)


async def note_error(connection: Connection, projection: Projection, error: str, at: datetime) -> None:
    """记录错误 · Keep what stopped a read model where people look; the next success wipes it."""
    await connection.execute(
        "update projections.checkpoints set last_error = %s, last_error_at = %s "
        "where projection = %s and version = %s",
        (error[:LONGEST_ERROR], at, projection.NAME, projection.VERSION),
    )


async def note_seen(connection: Connection, at: datetime) -> None:
    """报到 · The running reader reaches the stream now; a dead reader stops saying so."""
    await connection.execute("update projections.checkpoints set seen_at = %s", (at,))
