"""统计 · Counts per division and day, kept as they change, so that any division and period is one sum.

Each hazard is a row with what counts of it; what it adds to which day follows from the row alone
(`counts_of`). A batch adds the difference between after and before. Days are local dates.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

import orjson
from fastapi import APIRouter
from psycopg import sql

from contracts import enterprise as firm
from contracts import hazard as life
from contracts.deadlines import moved_to
from contracts.envelope import Event
from contracts.values import Level, Status
from contracts.visit import VisitRecorded
from services.jetstream import Recorded
from services.postgres import Connection
from services.projections import rows, tallies_routes
from services.projections.reading import Reads
from services.projections.shanghai import day
from services.projections.status import RECTIFIED, UNCOUNTED, UNREGISTERED, status_after

NAME = "tallies"
VERSION = 2
HAZARDS = "projections.tallies_v2_hazard"
ENTERPRISES = "projections.tallies_v2_enterprise"
VISITS = "projections.tallies_v2_visit"
TABLES = """
create table projections.tallies_v2 (
    division text collate "C" not null,
    day date not null,
    found bigint not null default 0,
    found_general bigint not null default 0,
    found_major bigint not null default 0,
    found_rectified bigint not null default 0,
    found_closed bigint not null default 0,
    found_on_spot bigint not null default 0,
    found_major_closed bigint not null default 0,
    due bigint not null default 0,
    due_in_time bigint not null default 0,
    due_unrectified bigint not null default 0,
    rectified bigint not null default 0,
    closed bigint not null default 0,
    relapsed bigint not null default 0,
    visits bigint not null default 0,
    primary key (division, day)
);
comment on table projections.tallies_v2 is
    'found*: by finding date; due*: by current deadline; the others by the day on which it happened';
create table projections.tallies_v2_hazard (
    id uuid primary key,
    division text collate "C" not null,
    status text not null,
    level text not null,
    upgraded boolean not null,
    on_spot boolean not null,
    found_on date,
    deadline date,
    submitted_on date,
    verified_on date,
    closed_on date,
    relapsed_on date[] not null
);
create table projections.tallies_v2_enterprise (
    id text primary key,
    division text collate "C" not null,
    closed_down_on date
);
create index on projections.tallies_v2_enterprise (division);
create table projections.tallies_v2_visit (
    id text primary key,
    enterprise text not null,
    division text collate "C" not null,
    visited_on date not null
);
create index on projections.tallies_v2_visit (division, visited_on, enterprise)
"""
MEASURES = (
    "found",
    "found_general",
    "found_major",
    "found_rectified",
    "found_closed",
    "found_on_spot",
    "found_major_closed",
    "due",
    "due_in_time",
    "due_unrectified",
    "rectified",
    "closed",
    "relapsed",
    "visits",
)
ADD = sql.SQL(
    "insert into projections.tallies_v2 as kept (division, day, {measures}) "
    "select division, day, {given} from jsonb_populate_recordset(null::projections.tallies_v2, %s::jsonb) "
    "on conflict (division, day) do update set {sums}"
).format(
    measures=sql.SQL(", ").join(map(sql.Identifier, MEASURES)),
    given=sql.SQL(", ").join(sql.SQL("coalesce({}, 0)").format(sql.Identifier(name)) for name in MEASURES),
    sums=sql.SQL(", ").join(
        sql.SQL("{0} = kept.{0} + excluded.{0}").format(sql.Identifier(name)) for name in MEASURES
    ),
)

Cell = tuple[str, date, str]  # division, day, measure


@dataclass(frozen=True, slots=True)
class Hazard:
    """隐患 · What counts of a hazard: its current round and its days."""

    id: UUID
    division: str = ""
    status: Status = Status.DRAFT
    level: str = Level.GENERAL
    upgraded: bool = False
    on_spot: bool = False
    found_on: date | None = None
    deadline: date | None = None
    submitted_on: date | None = None
    verified_on: date | None = None
    closed_on: date | None = None
    relapsed_on: Sequence[date] = ()


@dataclass(frozen=True, slots=True)
class Enterprise:
    """检查对象 · Where an object in scope stands, and since when it is closed down."""

    id: str
    division: str = ""
    closed_down_on: date | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """检查 · One visit to one object."""

    id: str
    enterprise: str
    division: str
    visited_on: date


def counts_of(hazard: Hazard) -> Counter[Cell]:
    """计数 · What one hazard adds to which day, by the rules of domain/tallies.md d.3.

    Found by finding date, rectified by the day of verification, closed by the closing day, due by the
    current deadline. An upgraded hazard keeps both marks. Nothing before registration; nothing for
    非隐患, 重复, 作废.
    """
    counts: Counter[Cell] = Counter()
    if hazard.found_on is None or hazard.status in UNREGISTERED | UNCOUNTED:
        return counts
    major = hazard.level == Level.MAJOR
    rectified = hazard.status in RECTIFIED
    closed = hazard.status == Status.CLOSED
    in_time = hazard.submitted_on and hazard.deadline and hazard.submitted_on <= hazard.deadline
    by_day: tuple[tuple[date | None, dict[str, bool]], ...] = (
        (
            hazard.found_on,
            {
                "found": True,
                "found_general": hazard.upgraded or not major,
                "found_major": major,
                "found_rectified": rectified,
                "found_closed": closed,
                "found_on_spot": hazard.on_spot,
                "found_major_closed": major and closed,
            },
        ),
        (
            hazard.deadline,
            {"due": True, "due_in_time": bool(in_time and rectified), "due_unrectified": not rectified},
        ),
        (hazard.verified_on, {"rectified": rectified}),
        (hazard.closed_on, {"closed": closed}),
        *((relapsed_on, {"relapsed": True}) for relapsed_on in hazard.relapsed_on),
    )
    for on, marks in by_day:
        if on is not None:
            counts.update({(hazard.division, on, name): 1 for name, marked in marks.items() if marked})
    return counts


def hazard_after(before: Hazard, recorded: Recorded) -> Hazard:
    """隐患之后 · What counts of a hazard after one more event."""
    now = replace(
        before,
        division=recorded.envelope.division or before.division,
        status=status_after(before.status, recorded.event),
    )
    return _put_right(_graded(now, recorded.event), recorded.event, day(recorded.envelope.occurredat))


def _graded(now: Hazard, event: Event) -> Hazard:
    match event:
        case life.HazardRegistered():
            return replace(now, found_on=event.found_on, level=event.level)
        case life.HazardClassified(proposal=False):
            return replace(now, level=event.level)
        case life.MajorHazardRegistered():
            return replace(now, level=Level.MAJOR)
        case life.HazardUpgraded():
            # Due again only by the plan's deadline; what was submitted for the old one does not meet it.
            return replace(now, level=Level.MAJOR, upgraded=True, deadline=None, submitted_on=None)
        case life.HazardDowngraded():
            return replace(now, level=Level.GENERAL, upgraded=False, deadline=None)
        case life.OrderWithdrawn():
            return replace(now, deadline=None)
        case _:
            return now


def _put_right(now: Hazard, event: Event, on: date) -> Hazard:
    match event:
        case life.RectificationOrdered() | life.RectificationAsked() | life.PlanAccepted():
            return replace(now, deadline=event.deadline)
        case life.FixedOnSpot():
            return replace(now, on_spot=True, submitted_on=on, verified_on=on if event.verified else None)
        case life.RectificationSubmitted():
            return replace(now, submitted_on=on)
        case life.ReinspectionPassed():
            return replace(now, verified_on=on)
        case life.HazardClosed():
            return replace(now, closed_on=on)
        case life.HazardReopened():
            return replace(now, relapsed_on=[*now.relapsed_on, on], verified_on=None, closed_on=None)
        case life.RoundStarted():
            return replace(now, deadline=event.deadline, submitted_on=None)
        case event if deadline := moved_to(event):
            return replace(now, deadline=deadline)
        case _:
            return now


def enterprise_after(before: Enterprise, recorded: Recorded) -> Enterprise:
    """检查对象之后 · Where an object stands after one more event."""
    match recorded.event:
        case firm.EnterpriseRegistered() as event:
            return replace(before, division=event.division)
        case firm.EnterpriseClosedDown():
            return replace(before, closed_down_on=day(recorded.envelope.occurredat))
        case _:
            return before


async def project(connection: Connection, batch: Sequence[Recorded]) -> None:
    """投影 · Fold hazards, objects and visits, and add what changed to the counts of the days."""
    hazards = await rows.load(connection, HAZARDS, Hazard, [UUID(key) for key in _ids(batch, "hazard")])
    firms = await rows.load(connection, ENTERPRISES, Enterprise, _firms(batch))
    counts: Counter[Cell] = Counter()
    for hazard in hazards.values():
        counts.subtract(counts_of(hazard))
    visits: list[Visit] = []
    for recorded in batch:
        key = recorded.envelope.key
        match recorded.envelope.aggregate:
            case "hazard":
                hazards[key] = hazard_after(hazards.get(key) or Hazard(UUID(key)), recorded)
            case "enterprise":
                firms[key] = enterprise_after(firms.get(key) or Enterprise(key), recorded)
            case "visit" if isinstance(recorded.event, VisitRecorded):
                visits.append(_visit(recorded, recorded.event, firms))
    for hazard in hazards.values():
        counts.update(counts_of(hazard))
    counts.update((visit.division, visit.visited_on, "visits") for visit in visits)
    await rows.save(connection, HAZARDS, hazards.values())
    await rows.save(connection, ENTERPRISES, [firm for firm in firms.values() if firm.division])
    await rows.save(connection, VISITS, visits)
    await _add(connection, counts)


def _ids(batch: Iterable[Recorded], aggregate: str) -> set[str]:
    return {recorded.envelope.key for recorded in batch if recorded.envelope.aggregate == aggregate}


def _firms(batch: Sequence[Recorded]) -> set[str]:
    visited = {r.event.enterprise for r in batch if isinstance(r.event, VisitRecorded)}
    return _ids(batch, "enterprise") | visited


def _visit(recorded: Recorded, event: VisitRecorded, firms: dict[str, Enterprise]) -> Visit:
    """By the place of the object, not of the inspector's office; the visit's own division stands in for it."""
    visited = firms.get(event.enterprise)
    division = visited.division if visited else recorded.envelope.division
    return Visit(recorded.envelope.key, event.enterprise, division or "", event.visited_on)


async def _add(connection: Connection, counts: Counter[Cell]) -> None:
    days: dict[tuple[str, date], dict[str, object]] = {}
    for (division, on, measure), count in counts.items():
        if count:
            row = days.setdefault((division, on), {"division": division, "day": on})
            row[measure] = count
    if days:
        await connection.execute(ADD, (orjson.dumps(list(days.values())).decode(),))


def routes(reads: Reads) -> APIRouter:
    """读接口 · GET /tallies."""
    return tallies_routes.routes(reads, NAME, VERSION)
