"""折叠 · The stream folded into what the notifier knows, rows and checkpoint in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from psycopg.rows import dict_row

from contracts.enterprise import ResponsiblePersonNamed
from contracts.person import AppointmentEnded, PersonAppointed
from contracts.values import Level, Post, Role, Track
from services.jetstream import Recorded
from services.notifier.obligations import Case, Kind, Obligation, fold
from services.notifier.recipients import Appointment, Directory
from services.postgres import Connection

HAZARD: Final = "hazard"


class CheckpointMoved(Exception):
    """检查点已移动 · Somebody else folds the same stream, or events are missing before these."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """检查点 · How far which log has been folded."""

    log: str
    position: int


async def checkpoint(connection: Connection) -> Checkpoint | None:
    """检查点 · How far the stream has been folded; None before the first event."""
    cursor = await connection.execute("select log_id::text, position from notifier.checkpoint")
    row = await cursor.fetchone()
    return None if row is None else Checkpoint(*row)


async def begin(connection: Connection, log: str) -> Checkpoint:
    """从头折叠 · Forget what was folded, for this is another history; the ledger of reminders stays."""
    async with connection.transaction():
        await connection.execute(
            "truncate notifier.checkpoint, notifier.obligations, notifier.cases, notifier.appointments, notifier.posts"
        )
        await connection.execute("insert into notifier.checkpoint (log_id, position) values (%s, 0)", (log,))
    return Checkpoint(log, 0)


CAUGHT_UP = """
select head.position = 0 or exists (
    select from notifier.checkpoint
    where checkpoint.log_id = head.log_id and checkpoint.position >= coalesce(%(position)s, head.position)
), head.position
from log.head
"""


async def caught_up(connection: Connection, position: int | None = None) -> tuple[bool, int]:
    """已追平 · Whether everything up to a position of the log (its end, if none is given) is folded; and that end."""
    cursor = await connection.execute(CAUGHT_UP, {"position": position})
    row = await cursor.fetchone()
    assert row is not None
    return bool(row[0]), int(row[1])


async def fold_batch(connection: Connection, batch: Sequence[Recorded]) -> None:
    """折叠一批 · Apply consecutive events of one log and move the checkpoint behind them.

    Raises CheckpointMoved when the checkpoint does not stand right before the first.
    """
    async with connection.transaction():
        moved = await connection.execute(
            "update notifier.checkpoint set position = %s where log_id = %s and position = %s",
            (batch[-1].position, batch[0].log, batch[0].position - 1),
        )
        if moved.rowcount != 1:
            raise CheckpointMoved(batch[0].position)
        await _fold_cases(connection, [one for one in batch if one.envelope.aggregate == HAZARD])
        for one in batch:
            await _fold_people(connection, one)


# ---- hazards


async def _fold_cases(connection: Connection, batch: Sequence[Recorded]) -> None:
    if not batch:
        return
    before = {case.hazard: case for case in await cases(connection, {one.envelope.key for one in batch})}
    after = dict(before)
    for one in batch:
        folded = fold(after.get(one.envelope.key), one.envelope, one.event)
        if folded is not None:
            after[one.envelope.key] = folded
    await _write(connection, [case for key, case in after.items() if before.get(key) != case])


CASES = """
select cases.*, kind, version, due, set_at
from notifier.cases left join notifier.obligations using (hazard)
where hazard = any(%s)
order by hazard, kind
"""


async def cases(connection: Connection, hazards: Iterable[str]) -> list[Case]:
    """隐患要点 · What is known and open about some hazards."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(CASES, (list(hazards),))
        rows = await cursor.fetchall()
    return [case_of(list(group)) for _, group in groupby(rows, key=lambda row: row["hazard"])]


def case_of(rows: Sequence[dict[str, Any]]) -> Case:  # a row as psycopg gives it
    """由行还原 · A case from its rows, one for each open obligation or one without."""
    row = rows[0]
    return Case(
        hazard=str(row["hazard"]),
        number=row["number"],
        enterprise=row["enterprise"],
        enterprise_name=row["enterprise_name"],
        division=row["division"],
        place=row["place"],
        level=Level(row["level"]),
        track=Track(row["track"]),
        responsible=row["responsible"],
        obligations=tuple(obligation_of(row) for row in rows if row["kind"] is not None),
    )


def obligation_of(row: dict[str, Any]) -> Obligation:  # a row as psycopg gives it
    """由行还原 · An obligation from its row."""
    return Obligation(Kind(row["kind"]), row["version"], row["due"], row["set_at"])


WRITE_CASE = """
insert into notifier.cases
    (hazard, number, enterprise, enterprise_name, division, place, level, track, responsible)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s)
on conflict (hazard) do update set level = excluded.level, track = excluded.track, responsible = excluded.responsible
"""
WRITE_OBLIGATION = """
insert into notifier.obligations (hazard, kind, version, due, set_at) values (%s, %s, %s, %s, %s)
"""


async def _write(connection: Connection, changed: Sequence[Case]) -> None:
    if not changed:
        return
    async with connection.cursor() as cursor:
        await cursor.executemany(
            WRITE_CASE,
            [
                (
                    *(c.hazard, c.number, c.enterprise, c.enterprise_name, c.division, c.place),
                    *(c.level.value, c.track.value, c.responsible),
                )
                for c in changed
            ],
        )
        await cursor.execute(
            "delete from notifier.obligations where hazard = any(%s)", ([case.hazard for case in changed],)
        )
        await cursor.executemany(
            WRITE_OBLIGATION,
            [(c.hazard, o.kind.value, o.version, o.due, o.set_at) for c in changed for o in c.obligations],
        )


# ---- people by id

APPOINT = """
insert into notifier.appointments (person, role, organisation, division, starts_on, ends_on)
values (%s, %s, %s, %s, %s, %s)
on conflict (person, role, organisation, division, starts_on) do update set ends_on = excluded.ends_on
"""
END_APPOINTMENT = """
update notifier.appointments set ends_on = %(day)s
where person = %(person)s and role = %(role)s and organisation = %(organisation)s
    and (ends_on is null or ends_on > %(day)s)
"""
NAME_POST = """
insert into notifier.posts (enterprise, post, person) values (%s, %s, %s)
on conflict (enterprise, post) do update set person = excluded.person
"""


async def _fold_people(connection: Connection, one: Recorded) -> None:
    match one.event:
        case PersonAppointed() as it:
            where = (it.appointed_organisation, it.appointed_division)
            await connection.execute(
                APPOINT, (it.person, it.appointed_role.value, *where, it.starts_on, it.ends_on)
            )
        case AppointmentEnded() as it:
            ended = {"person": it.person, "role": it.appointed_role.value, "day": it.ends_on}
            await connection.execute(END_APPOINTMENT, {**ended, "organisation": it.appointed_organisation})
        case ResponsiblePersonNamed() as it:
            await connection.execute(NAME_POST, (one.envelope.key, it.post.value, it.person))
        case _:
            pass


async def directory(connection: Connection) -> Directory:
    """名录 · Everybody a reminder may go to, by id."""
    cursor = await connection.execute(
        "select person, role, division, starts_on, ends_on from notifier.appointments order by person"
    )
    appointments = [
        Appointment(person, Role(role), division, starts_on, ends_on)
        for person, role, division, starts_on, ends_on in await cursor.fetchall()
    ]
    posts: dict[str, dict[Post, str]] = {}
    cursor = await connection.execute("select enterprise, post, person from notifier.posts")
    for enterprise, post, person in await cursor.fetchall():
        posts.setdefault(enterprise, {})[Post(post)] = person
    return Directory(tuple(appointments), posts)
