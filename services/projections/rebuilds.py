"""重建 · What is known of a rebuild under way: who asked for it and why, how far it has come, how it differs.

It stands in PostgreSQL, so that a reader that was killed goes on where it stopped, and moves by compare and set, so that
two readers cannot both write.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from services.postgres import Connection
from services.projections.projection import Projection

BUILDING, READY, SWITCHING, FAILED = "building", "ready", "switching", "failed"
SYSTEM = "system"
LONGEST_ERROR = 500

ALL = "select * from projections.rebuilds order by projection"
BEGIN = """
insert into projections.rebuilds (projection, version, log_id, at_once, asked_by, reason, asked_at)
values (%(name)s, %(version)s, %(log)s, %(at_once)s, %(by)s, %(reason)s, %(at)s)
on conflict (projection) do nothing
"""
MOVE = """
update projections.rebuilds set position = %(to)s, updated_at = clock_timestamp()
where projection = %(name)s and version = %(version)s and log_id = %(log)s and position = %(from)s
    and state <> 'failed'
"""


class Withdrawn(Exception):
    """重建已取消 · The rebuild is gone, or another reader has moved it."""


@dataclass(frozen=True, slots=True)
class Rebuild:
    """重建 · One rebuild under way; the columns of its table."""

    projection: str
    version: int
    log_id: UUID
    state: str
    at_once: bool
    position: int
    began_from: int
    began_at: datetime | None
    updated_at: datetime
    indexed: bool
    last_error: str | None
    difference: dict[str, Any] | None  # services.projections.differing.Difference as JSON
    asked_by: str
    reason: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """所请 · Who asks for a rebuild, why and when; `at_once`: it changes places by itself when it is ready."""

    by: str
    reason: str
    at: datetime
    at_once: bool = False


async def under_way(connection: Connection) -> list[Rebuild]:
    """在办重建 · All rebuilds there are, in any state."""
    async with connection.cursor(row_factory=class_row(Rebuild)) as cursor:
        await cursor.execute(ALL)
        return await cursor.fetchall()


async def begin(
    connection: Connection,
    projection: Projection,
    log: UUID,
    asked: Asked,
) -> bool:
    """开始 · Ask for a rebuild; False when one is under way."""
    given = {
        "name": projection.NAME,
        "version": projection.VERSION,
        "log": log,
        "at_once": asked.at_once,
        "by": asked.by,
        "reason": asked.reason,
        "at": asked.at,
    }
    return (await connection.execute(BEGIN, given)).rowcount == 1


async def move(connection: Connection, rebuild: Rebuild, *, start: int, end: int) -> None:
    """推进 · In the transaction that wrote the rows. Raises Withdrawn."""
    moved = {
        "name": rebuild.projection,
        "version": rebuild.version,
        "log": rebuild.log_id,
        "from": start,
        "to": end,
    }
    if (await connection.execute(MOVE, moved)).rowcount != 1:
        raise Withdrawn(rebuild.projection)


async def note(connection: Connection, projection: str, **columns: object) -> None:
    """记下 · Columns of a rebuild with their new values; a difference as JSON."""
    for name, value in columns.items():
        statement = sql.SQL("update projections.rebuilds set {} = %s where projection = %s")
        told = Jsonb(value) if isinstance(value, dict) else value
        await connection.execute(statement.format(sql.Identifier(name)), (told, projection))
