"""履历 · Every step of a hazard, a case, a visit, a notice, a service plan and a paper: who, in which role, what, when.

A step is kept once, with the record that it happened to. Where another record's story needs it, too (a paper in the
story of the hazards it was made from, a service visit in that of its plan), a line beside says so.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from uuid import UUID

import orjson
from fastapi import APIRouter

from contracts import notice as order
from contracts import paper, visit
from contracts.case import CaseReferred
from contracts.envelope import Event
from services.jetstream import Recorded
from services.postgres import Connection
from services.projections import rows, trail_routes
from services.projections.handed import HANDED, handed
from services.projections.reading import Reads

NAME = "trail"
VERSION = 3
RECORDS = "projections.trail_v3"
STEPS = "projections.trail_v3_step"
BESIDE = "projections.trail_v3_beside"
TABLES = """
create table projections.trail_v3 (
    id uuid primary key,
    kind text not null,
    division text collate "C" not null,
    enterprise text,
    number text,
    offices text[] not null,
    hazards text[] not null,
    concerns text[] not null,
    hidden boolean not null
);
create table projections.trail_v3_step (
    position bigint primary key,
    record uuid not null,
    envelope json not null
);
create index on projections.trail_v3_step (record, position);
create table projections.trail_v3_beside (
    record uuid not null,
    position bigint not null,
    again boolean not null,
    primary key (record, position)
)
"""
KINDS = frozenset({"hazard", "case", "visit", "notice", "service-plan", "paper"})
# 要打开的事件 · Of all others only what every record has is kept.
BELONGING: frozenset[type[Event]] = frozenset(
    {
        CaseReferred,
        order.NoticeDrafted,
        paper.PaperIssued,
        visit.VisitPlanned,
        visit.VisitRecorded,
        visit.VisitStarted,
    }
)
TOLD_BESIDE: frozenset[type[Event]] = frozenset(
    {
        order.NoticeDrafted,
        order.NoticeNumbered,
        order.NoticeServed,
        order.NoticeAcknowledged,
        order.NoticeSignatureRefused,
        order.NoticeVoided,
        paper.PaperIssued,
        paper.PaperSuperseded,
        paper.PaperWithdrawn,
        visit.VisitStarted,
        visit.VisitRecorded,
    }
)


@dataclass(slots=True)
class Record:
    """记录 · Whose trail it is: what decides who may see it, and whom its steps concern besides.

    `hazards`: of a notice or a case; `concerns`: other records, by id; `hidden`: a visit that has not begun.
    """

    id: UUID
    kind: str = ""
    division: str = ""
    enterprise: str | None = None
    number: str | None = None
    offices: Sequence[str] = ()
    hazards: Sequence[str] = ()
    concerns: Sequence[str] = ()
    hidden: bool = False


@dataclass(slots=True)
class Recording:
    """步骤行 · One event of a record, kept with its envelope."""

    position: int
    record: str
    envelope: orjson.Fragment


@dataclass(frozen=True, slots=True)
class Beside:
    """旁及 · A step in the story of another record; `again`: that record has an event of its own for it."""

    record: UUID
    position: int
    again: bool


async def project(connection: Connection, batch: Sequence[Recorded]) -> None:
    """投影 · Keep each event, where its record belongs, and in whose stories it is told besides."""
    told = [recorded for recorded in batch if recorded.aggregate in KINDS]
    records = await rows.load(connection, RECORDS, Record, {r.key for r in told})
    beside: list[Beside] = []
    for recorded in told:
        record = records.get(recorded.key)
        if record is None:
            record = records[recorded.key] = Record(UUID(recorded.key))
        fold(record, recorded)
        beside += besides(record, recorded)
    await rows.save(connection, RECORDS, records)
    await rows.add(connection, STEPS, [_recording(recorded) for recorded in told], key="position")
    await rows.add(connection, BESIDE, beside, key="record, position")


def _recording(recorded: Recorded) -> Recording:
    return Recording(recorded.position, recorded.key, orjson.Fragment(recorded.stored))


def fold(record: Record, recorded: Recorded) -> None:
    """之后 · What one event says of the record that it happened to."""
    data = recorded.envelope.data
    enterprise, number = _fields(recorded.kind)
    record.kind = recorded.aggregate
    record.division = recorded.envelope.division or record.division
    record.enterprise = data.get(enterprise) or record.enterprise
    record.number = data.get(number) or record.number
    if recorded.kind in HANDED:
        record.offices = handed(recorded.event).get("offices", record.offices)
    if recorded.kind in BELONGING:
        _belong(record, recorded.event)


@cache
def _fields(kind: type[Event]) -> tuple[str, str]:
    """Where an event says which enterprise it is about, and which number: it need not be opened for them."""
    enterprise = "enterprise" if "enterprise" in kind.model_fields else "object"
    number = "case_number" if kind.TYPE.startswith("case.") else "number"
    known = kind.model_fields
    return enterprise if enterprise in known else "", number if number in known else ""


def _belong(record: Record, event: Event) -> None:
    match event:
        case CaseReferred():
            record.hazards = [one.id for one in event.hazards]
        case order.NoticeDrafted():
            record.hazards, record.concerns = [item.hazard for item in event.items], [event.visit]
        case paper.PaperIssued():
            record.concerns = sorted(set(_of_trails((event.of, *(one.subject for one in event.made_from)))))
        case visit.VisitPlanned():
            record.concerns = [one for one in (event.plan, event.case) if one]
            record.hidden = event.visit_kind not in trail_routes.OWN_VISITS
        case visit.VisitRecorded() if event.plan and not record.concerns:
            record.concerns = [event.plan]
        case visit.VisitStarted():
            record.hidden = False


def _of_trails(subjects: Collection[str]) -> Iterator[str]:
    """The keys of those that have a trail."""
    for subject in subjects:
        kind, _, key = subject.partition("/")
        if kind in KINDS:
            yield key


def besides(record: Record, recorded: Recorded) -> Iterator[Beside]:
    """旁及 · The other stories that an event is a step of."""
    if recorded.kind not in TOLD_BESIDE:
        return
    event, position = recorded.event, recorded.position
    match event:
        case (
            order.NoticeDrafted()
            | order.NoticeNumbered()
            | order.NoticeServed()
            | order.NoticeAcknowledged()
            | order.NoticeSignatureRefused()
            | order.NoticeVoided()
        ):
            yield from (Beside(UUID(key), position, again=False) for key in record.concerns)
            yield from _to_hazards(record, event, position)
        case paper.PaperIssued() | paper.PaperSuperseded() | paper.PaperWithdrawn():
            yield from (Beside(UUID(key), position, again=False) for key in record.concerns)
        case (
            visit.VisitStarted() | visit.VisitRecorded()
        ):  # what is only planned the enterprise does not read
            yield from (Beside(UUID(key), position, again=False) for key in record.concerns)


def _to_hazards(record: Record, event: Event, position: int) -> Iterator[Beside]:
    """Service and refusal are written to each hazard as well; a case that leans on the hazard tells them once."""
    if isinstance(event, (order.NoticeServed, order.NoticeSignatureRefused, order.NoticeAcknowledged)):
        again = not isinstance(event, order.NoticeAcknowledged)
        yield from (Beside(UUID(key), position, again) for key in record.hazards)


def routes(reads: Reads) -> APIRouter:
    """读接口 · GET /hazards/{id}/trail, and the same of every other kind of record."""
    return trail_routes.routes(reads, NAME, VERSION)
