"""运维办理 · What an operator asks of the read models, each with a reason that is kept; the runner carries it out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import dict_row

from services.postgres import Connection
from services.projections import decisions, rebuilds
from services.projections.decisions import Decision
from services.projections.projection import Projection
from services.projections.rebuilds import READY, SWITCHING, Asked, Rebuild
from services.trouble import Trouble

PARKED = """
select id, projection, version, subject, position, type, error, parked_at, convert_from(body, 'UTF8') as payload,
    decision, decided_by, decided_at, reason, skipped
from projections.parked
where projection = %(name)s and (%(skipped)s or not skipped) and id > %(after)s
order by id limit %(limit)s
"""
FIRST = """
select first.id from projections.parked as first
join projections.parked as one using (projection, version, log_id, subject)
where one.id = %s and one.projection = %s and not first.skipped order by first.position limit 1
"""
DECIDE = """
update projections.parked set decision = %s, decided_by = %s, decided_at = %s, reason = %s
where id = %s returning subject, position
"""
PAUSE = """
insert into projections.paused (projection, asked_by, reason, asked_at) values (%s, %s, %s, %s)
on conflict (projection) do nothing
"""

Row = dict[str, Any]  # by column name


@dataclass(frozen=True, slots=True)
class Operator:
    """办理人 · Who asks, why and when."""

    person: str
    reason: str
    at: datetime

    def decided(self, projection: str, decision: str, **more: Any) -> Decision:  # what it is about
        """决定 · As it is kept."""
        return Decision(projection, decision, self.person, self.reason, self.at, **more)


def named(projections: Sequence[Projection], name: str) -> Projection:
    """按名 · Raises Trouble for a name that no read model has."""
    for each in projections:
        if name == each.NAME:
            return each
    known = "、".join(each.NAME for each in projections)
    raise Trouble("no-such-projection", f"没有名为「{name}」的读模型；现有：{known}")


async def rebuild(connection: Connection, projection: Projection, by: Operator, *, at_once: bool) -> None:
    """重建 · Begin to build it anew beside the live one. Raises Trouble while one is under way."""
    await _end_failed(connection, projection)
    row = await (await connection.execute("select log_id from log.head")).fetchone()
    assert row is not None  # made by the first migration
    asked = Asked(by.person, by.reason, by.at, at_once=at_once)
    if not await rebuilds.begin(connection, projection, row[0], asked):
        raise Trouble("rebuild-under-way", f"「{projection.NAME}」的重建正在进行，可先取消")
    await decisions.keep(connection, by.decided(projection.NAME, "rebuild"))


async def _end_failed(connection: Connection, projection: Projection) -> None:
    await connection.execute(
        "delete from projections.rebuilds where projection = %s and state = 'failed'", (projection.NAME,)
    )


async def switch(connection: Connection, projection: Projection, by: Operator) -> None:
    """切换 · Let what was built take the live one's place. Raises Trouble until it is ready."""
    found = await _under_way(connection, projection)
    if found.state not in (READY, SWITCHING):
        raise Trouble("rebuild-not-ready", f"「{projection.NAME}」的重建尚未追上，现在不能切换")
    await rebuilds.note(connection, projection.NAME, state=SWITCHING)
    await decisions.keep(connection, by.decided(projection.NAME, "switch", position=found.position))


async def cancel(connection: Connection, projection: Projection, by: Operator) -> None:
    """取消 · Give the rebuild up; its tables go at the runner's next look."""
    await _under_way(connection, projection)
    await connection.execute("delete from projections.rebuilds where projection = %s", (projection.NAME,))
    await decisions.keep(connection, by.decided(projection.NAME, "cancel"))


async def _under_way(connection: Connection, projection: Projection) -> Rebuild:
    for each in await rebuilds.under_way(connection):
        if each.projection == projection.NAME:
            return each
    raise Trouble("no-rebuild-under-way", f"「{projection.NAME}」没有正在进行的重建")


async def pause(connection: Connection, projection: Projection, by: Operator) -> None:
    """暂停 · Hold it still; what it shows ages. Nothing happens to one that is held already."""
    await connection.execute(PAUSE, (projection.NAME, by.person, by.reason, by.at))
    await decisions.keep(connection, by.decided(projection.NAME, "pause"))


async def resume(connection: Connection, projection: Projection, by: Operator) -> None:
    """恢复 · Let it go on from where it was held."""
    await connection.execute("delete from projections.paused where projection = %s", (projection.NAME,))
    await decisions.keep(connection, by.decided(projection.NAME, "resume"))


async def parked(
    connection: Connection, projection: Projection, *, after: int, limit: int, skipped: bool
) -> list[Row]:
    """搁置清单 · Events set aside, the oldest first; those skipped only when they are asked for."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        given = {"name": projection.NAME, "after": after, "limit": limit, "skipped": skipped}
        await cursor.execute(PARKED, given)
        return await cursor.fetchall()


async def decide(
    connection: Connection, projection: Projection, parked: int, decision: str, by: Operator
) -> None:
    """决定 · Have an event tried again, or skipped; those behind it go in after it.

    Raises Trouble for one that is not there, and for one that waits behind another of its subject.
    """
    row = await (await connection.execute(FIRST, (parked, projection.NAME))).fetchone()
    if row is None:
        raise Trouble("not-found", "没有这个搁置的事件，或已经办理")
    if row[0] != parked:
        raise Trouble("not-first-in-line", "它排在同一对象的另一事件之后，请先办理最前面的一个", first=row[0])
    told = (decision, by.person, by.at, by.reason, parked)
    subject = await (await connection.execute(DECIDE, told)).fetchone()
    assert subject is not None  # found above, in this transaction
    about = {"parked": parked, "subject": subject[0], "position": subject[1]}
    await decisions.keep(connection, by.decided(projection.NAME, decision, **about))
