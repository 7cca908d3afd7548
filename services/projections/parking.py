"""搁置 · An event that a read model cannot take in is set aside, and with it whatever comes after it of its subject.

Others go on. A person has it tried again, or skipped with a reason; what waited behind it then goes in, in its order.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg
import structlog
from psycopg.rows import class_row

from contracts.trusted import heading
from services.jetstream import Recorded
from services.postgres import Connection
from services.projections.checkpoints import Checkpoint
from services.projections.poison import words_of
from services.projections.projection import Projection

MOST = 100  # subjects; more are no accident of an event, but of the read model: it stops
LONGEST_ERROR = 500
# Not an event's fault: tables that are not as they should be.
NOT_OF_AN_EVENT = (psycopg.ProgrammingError, psycopg.InternalError, psycopg.InterfaceError, MemoryError)

RETRY, SKIP = "retry", "skip"

SET_ASIDE = """
insert into projections.parked
    (projection, version, log_id, subject, position, type, body, appended_at, error, parked_at)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
on conflict (projection, version, log_id, position) do nothing
"""
COUNT = """
select count(distinct subject) from projections.parked
where projection = %s and version = %s and log_id = %s and not skipped
"""
DECIDED = """
select distinct subject from projections.parked
where projection = %s and version = %s and log_id = %s and decision is not null and not skipped
"""
OF_SUBJECT = """
select id, position, body, appended_at, decision from projections.parked
where projection = %s and version = %s and log_id = %s and subject = %s and not skipped order by position for update
"""
HOLD = """
select position from projections.checkpoints
where projection = %s and version = %s and log_id = %s for update
"""
STILL = "update projections.parked set error = %s, parked_at = %s, decision = null where id = %s"

logger = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Aside:
    """搁置的事件 · What is needed to try it again."""

    id: int
    position: int
    body: bytes
    appended_at: datetime
    decision: str | None

    def recorded(self, log: UUID) -> Recorded:
        """还原 · As it came."""
        return Recorded(str(log), self.position, self.appended_at, heading(self.body), body=self.body)


async def set_aside(
    connection: Connection,
    projection: Projection,
    log: UUID,
    events: Collection[Recorded],
    at: datetime,
    error: Exception | None = None,
) -> None:
    """搁置 · Events with the error they made, or without one when they only wait behind another."""
    for recorded in events:
        await connection.execute(
            SET_ASIDE,
            (
                projection.NAME,
                projection.VERSION,
                log,
                recorded.envelope.subject,
                recorded.position,
                recorded.envelope.type,
                recorded.stored,
                recorded.appended_at,
                words_of(error)[:LONGEST_ERROR] if error else None,
                at,
            ),
        )


async def room(connection: Connection, projection: Projection, at: Checkpoint) -> bool:
    """还能搁置 · Whether another subject may be set aside."""
    row = await (await connection.execute(COUNT, (projection.NAME, projection.VERSION, at.log))).fetchone()
    return row is not None and row[0] < MOST


async def decided(connection: Connection, projection: Projection, log: UUID) -> list[str]:
    """已有决定 · Subjects of which a person wants an event tried again or skipped."""
    rows = await (await connection.execute(DECIDED, (projection.NAME, projection.VERSION, log))).fetchall()
    return [subject for (subject,) in rows]


async def carry_out(
    connection: Connection, projection: Projection, log: UUID, subject: str, at: datetime
) -> None:
    """执行 · Take in what was set aside of a subject, in its order, until one cannot go in; in one transaction."""
    whose = (projection.NAME, projection.VERSION, log)
    async with connection.transaction():
        await connection.execute(HOLD, whose)  # nothing new of the subject comes meanwhile
        waiting = await _waiting(connection, (*whose, subject))
        if waiting and waiting[0].decision == SKIP:
            skipped = waiting.pop(0)
            await connection.execute(
                "update projections.parked set skipped = true where id = %s", (skipped.id,)
            )
        for aside in waiting:
            if not await _goes_in(connection, projection, aside, log, at):
                return
            await connection.execute("delete from projections.parked where id = %s", (aside.id,))
    logger.info("parked.taken_in", projection=projection.NAME, events=len(waiting))


async def _waiting(connection: Connection, whose: Sequence[object]) -> list[Aside]:
    async with connection.cursor(row_factory=class_row(Aside)) as cursor:
        await cursor.execute(OF_SUBJECT, whose)
        return await cursor.fetchall()


async def _goes_in(
    connection: Connection, projection: Projection, aside: Aside, log: UUID, at: datetime
) -> bool:
    try:
        async with connection.transaction():
            await projection.project(connection, [aside.recorded(log)])
    except (psycopg.OperationalError, *NOT_OF_AN_EVENT):
        raise
    except Exception as error:  # noqa: BLE001  # whatever it was is told to a person
        await connection.execute(STILL, (words_of(error)[:LONGEST_ERROR], at, aside.id))
        return False
    return True
