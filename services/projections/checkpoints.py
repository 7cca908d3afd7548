"""检查点 · How far each read model has come in which log, beside its rows and moved with them.

PostgreSQL is the only checkpoint: the consumers of the stream acknowledge nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import LiteralString
from uuid import UUID

from psycopg import sql
from psycopg.rows import class_row

from services.postgres import BUILDING, LOCKS, Connection
from services.projections.projection import Projection

LONGEST_ERROR = 500

FIND = """
select log_id as log, position from projections.checkpoints
where projection = %(name)s and version = %(version)s and (%(log)s::uuid is null or log_id = %(log)s)
"""

MOVE = """
update projections.checkpoints
set position = %(to)s, updated_at = clock_timestamp(), seen_at = clock_timestamp(),
    last_error = null, last_error_at = null
where projection = %(name)s and version = %(version)s and log_id = %(log)s and position = %(from)s
"""

TURN = """
select checkpoints.position,
    exists (select from projections.paused where paused.projection = checkpoints.projection) as paused,
    array(
        select distinct subject from projections.parked
        where parked.projection = checkpoints.projection and parked.version = checkpoints.version
            and parked.log_id = checkpoints.log_id and not skipped
    ) as parked
from projections.checkpoints
where projection = %(name)s and version = %(version)s and log_id = %(log)s
for update of checkpoints
"""

# Who only notes something waits for no batch: holding one row and waiting for another, it would keep all readers waiting.
FREE: LiteralString = "ctid in (select ctid from projections.checkpoints for update skip locked)"

OLD_TABLES = """
select tablename from pg_tables
where schemaname = 'projections' and tablename ~ ('^' || %s || '_v[0-9]+(_|$)')
"""


class Overtaken(Exception):
    """被他人推进 · Another process has moved this checkpoint: read it anew and go on from there."""


class Paused(Exception):
    """已暂停 · An operator holds this read model still."""


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
        found = await find(connection, projection, log)
        return found or await _begin(connection, projection, log or await _own_log(connection))


async def find(connection: Connection, projection: Projection, log: UUID | None) -> Checkpoint | None:
    """查找 · The checkpoint of a read model in a log, or in the one it was last in; None where it has not begun."""
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
    # It begins anew: what was set aside comes again; what a person skipped stays on record.
    await connection.execute(
        "delete from projections.parked where projection = %s and not skipped", (projection.NAME,)
    )
    await connection.execute(projection.TABLES)
    await connection.execute(
        "insert into projections.checkpoints (projection, version, log_id) values (%s, %s, %s)",
        (projection.NAME, projection.VERSION, log),
    )
    return Checkpoint(log, 0)


async def take_turn(connection: Connection, projection: Projection, at: Checkpoint) -> frozenset[str]:
    """轮到 · Hold the checkpoint for this transaction; gives the subjects of which an event is set aside.

    Raises Overtaken when it is no longer where the caller read it, Paused while an operator holds it still.
    """
    given = {"name": projection.NAME, "version": projection.VERSION, "log": at.log}
    row = await (await connection.execute(TURN, given)).fetchone()
    if row is None or row[0] != at.position:
        raise Overtaken(projection.NAME)
    if row[1]:
        raise Paused(projection.NAME)
    return frozenset(row[2])


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


async def note_pace(connection: Connection, projection: Projection, rate: float, seconds: float) -> None:
    """记录快慢 · Events a second of late, and the seconds of the last batch."""
    await connection.execute(
        "update projections.checkpoints set rate = %s, batch_seconds = %s "  # noqa: S608  # as below
        "where projection = %s and version = %s"
        f" and {FREE}",
        (rate, seconds, projection.NAME, projection.VERSION),
    )


async def note_lag(connection: Connection, at: datetime, every: timedelta) -> None:
    """记录落后 · How far behind everybody is, now and then, so that one can see whether it becomes less."""
    await connection.execute(
        "update projections.checkpoints set lag_before_at = %s, "  # noqa: S608  # as below
        "lag_before = (select position from log.head) - position "
        f"where (lag_before_at is null or lag_before_at <= %s) and {FREE}",
        (at, at - every),
    )


async def note_seen(connection: Connection, at: datetime) -> None:
    """报到 · The running reader reaches the stream now; a dead reader stops saying so."""
    await connection.execute(f"update projections.checkpoints set seen_at = %s where {FREE}", (at,))  # noqa: S608  # a condition of ours
