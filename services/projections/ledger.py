"""隐患台账 · One row for each hazard, drafts included: what was found, who puts it right by when, how it stands.

A row shows the current round; earlier rounds stand in the enterprise file and in the trail.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from contracts import enterprise as firm
from contracts import hazard as life
from contracts.deadlines import moved_to
from contracts.values import Level, Status
from contracts.visit import VisitRecorded
from services.jetstream import Recorded
from services.postgres import Connection
from services.projections import ledger_routes, rows
from services.projections.handed import corrected, handed
from services.projections.reading import Reads
from services.projections.reports import report_of
from services.projections.shanghai import day
from services.projections.status import status_after

NAME = "ledger"
VERSION = 4
HAZARDS = "projections.ledger_v4"
ENTERPRISES = "projections.ledger_v4_enterprise"
VISITS = "projections.ledger_v4_visit"
TABLES = """
create table projections.ledger_v4 (
    id uuid primary key,
    version integer not null,
    position bigint not null,
    division text collate "C" not null,
    enterprise text,
    object_text text,
    number text,
    status text not null,
    level text not null,
    track text,
    category text,
    source text not null,
    visit_kind text,
    found_at timestamptz not null,
    found_on date not null,
    found_by text not null,
    found_role text not null,
    place text,
    description text,
    report uuid,
    advice text,
    basis text[] not null,
    clause text,
    round integer not null,
    deadline date,
    responsible text,
    measures text,
    submitted_by text,
    completed_on date,
    reinspected_on date,
    reinspected_by text[] not null,
    passed boolean,
    closed_on date,
    closed_by text,
    plan_filed_on date,
    plan_accepted_by text,
    plan_accepted_on date,
    holder text,
    offices text[] not null
);
create index on projections.ledger_v4 (found_at desc, id desc);
create index on projections.ledger_v4 (division, found_at desc, id desc);
create index on projections.ledger_v4 (enterprise, found_at desc, id desc);
create index on projections.ledger_v4 (deadline) where status in ('REGISTERED', 'PLAN_REQUIRED', 'RECTIFYING');
create index on projections.ledger_v4 (number);
create index on projections.ledger_v4 using gin (offices);
create table projections.ledger_v4_enterprise (
    id text primary key,
    name text not null,
    credit_code text,
    village text,
    industry text,
    size_class text
);
create table projections.ledger_v4_visit (
    id text primary key,
    enterprise text not null,
    visited_on date not null,
    visit_kind text not null,
    officers text[] not null
);
create index on projections.ledger_v4_visit (enterprise, visited_on)
"""

Changes = dict[str, Any]  # columns of a row with their new values, typed by the table


@dataclass(slots=True)
class Hazard:
    """台账行 · A row of the ledger; the columns of its table."""

    id: UUID
    version: int = 0
    position: int = 0
    division: str = ""
    enterprise: str | None = None
    object_text: str | None = None
    number: str | None = None
    status: Status = Status.DRAFT
    level: str = Level.GENERAL
    track: str | None = None
    category: str | None = None
    source: str = ""
    visit_kind: str | None = None
    found_at: datetime | None = None
    found_on: date | None = None
    found_by: str = ""
    found_role: str = ""
    place: str | None = None
    description: str | None = None
    report: str | None = None
    advice: str | None = None
    basis: Sequence[str] = ()
    clause: str | None = None
    round: int = 1
    deadline: date | None = None
    responsible: str | None = None
    measures: str | None = None
    submitted_by: str | None = None
    completed_on: date | None = None
    reinspected_on: date | None = None
    reinspected_by: Sequence[str] = ()
    passed: bool | None = None
    closed_on: date | None = None
    closed_by: str | None = None
    plan_filed_on: date | None = None
    plan_accepted_by: str | None = None
    plan_accepted_on: date | None = None
    holder: str | None = None
    offices: Sequence[str] = ()


@dataclass(slots=True)
class Enterprise:
    """企业 · What the ledger shows of an enterprise, as it stands now."""

    id: str
    name: str = ""
    credit_code: str | None = None
    village: str | None = None
    industry: str | None = None
    size_class: str | None = None


OF_VISIT = {"enterprise", "visited_on", "visit_kind", "officers"}


@dataclass(slots=True)
class Visit:
    """检查 · Who was on a visit; finds of its enterprise, day and kind are told to be of it."""

    id: str
    enterprise: str
    visited_on: date
    visit_kind: str
    officers: Sequence[str]


async def project(connection: Connection, batch: Sequence[Recorded]) -> None:
    """投影 · Fold the events of hazards and enterprises into their rows."""
    hazard_ids = {r.key for r in batch if r.aggregate == "hazard"}
    firm_ids = {r.key for r in batch if r.aggregate == "enterprise"}
    hazards = await rows.load(connection, HAZARDS, Hazard, hazard_ids)
    firms = await rows.load(connection, ENTERPRISES, Enterprise, firm_ids)
    visits: dict[str, Visit] = {}
    for recorded in batch:
        key = recorded.key
        match recorded.aggregate:
            case "hazard":
                row = hazards.get(key)
                if row is None:
                    row = hazards[key] = Hazard(UUID(key))
                row.status = status_after(row.status, recorded.event)
                _apply(row, hazard_changes(recorded))
                if isinstance(
                    recorded.event, life.FixedOnSpot
                ):  # who put it right answers for it, unless named
                    row.responsible = row.responsible or recorded.event.fixed_by
            case "enterprise":
                _apply(firms.setdefault(key, Enterprise(key)), enterprise_changes(recorded))
            case "visit" if isinstance(recorded.event, VisitRecorded):
                visits[key] = Visit(key, **recorded.event.model_dump(include=OF_VISIT))
    await rows.save(connection, HAZARDS, hazards.values())
    await rows.save(connection, ENTERPRISES, firms.values())
    await rows.save(connection, VISITS, visits.values())


def _apply(row: Hazard | Enterprise, changes: Changes) -> None:
    for column, value in changes.items():
        setattr(row, column, value)


def enterprise_changes(recorded: Recorded) -> Changes:
    """企业的变化 · The columns an event of an enterprise sets; what a profile change leaves out stays."""
    columns = ("name", "credit_code", "village", "industry", "size_class")
    match recorded.event:
        case firm.EnterpriseRegistered() as event:
            return {column: getattr(event, column) for column in columns}
        case firm.EnterpriseProfileChanged() as event:
            return {column: value for column in columns if (value := getattr(event, column)) is not None}
        case _:
            return {}


def hazard_changes(recorded: Recorded) -> Changes:
    """隐患的变化 · The columns an event of a hazard sets beside the status, whatever the row holds."""
    changes: Changes = {"version": recorded.envelope.version, "position": recorded.position}
    if recorded.envelope.division:
        changes["division"] = recorded.envelope.division
    for part in (_found, _graded, _planned, _rectified, _ended):
        if told := part(recorded):
            changes |= told
    return changes | handed(recorded.event) | corrected(recorded.event)


# Named one by one, so that a field the ledger has no column for does not stop it.
OF_CAPTURE = {"object_text", "source", "visit_kind", "place", "category", "description", "advice", "basis"}


def _found(recorded: Recorded) -> Changes:
    envelope = recorded.envelope
    match recorded.event:
        case life.HazardCaptured() as event:
            seen = event.model_dump(include=OF_CAPTURE)
            return seen | {
                "report": report_of(event),
                "enterprise": event.object,
                "found_at": envelope.occurredat,
                "found_on": day(envelope.occurredat),
                "found_by": envelope.actor,
                "found_role": envelope.role,
            }
        case life.HazardSubmitted() as event:
            told = event.model_dump(include={"place", "category", "description"})
            return told | {"report": report_of(event)}
        case life.HazardRegistered() as event:
            told = event.model_dump(exclude={"enterprise_name", "credit_code", "report"})
            return told | {"report": report_of(event)}
        case _:
            return {}


def _graded(recorded: Recorded) -> Changes:
    match recorded.event:
        case life.HazardClassified(proposal=False) as event:
            clause = {"clause": event.clause} if event.clause else {}
            return {"level": event.level, "category": event.category, **clause}
        case life.MajorHazardRegistered() as event:
            return {"level": Level.MAJOR, **({"clause": event.clause} if event.clause else {})}
        case life.HazardUpgraded() as event:
            # The old deadline gives way to the plan's, and what was submitted for it counts for nothing.
            cancelled = ("deadline", "measures", "submitted_by", "completed_on")
            return {"level": Level.MAJOR, "clause": event.clause, **dict.fromkeys(cancelled)}
        case life.HazardDowngraded():
            ended = ("deadline", "clause", "plan_filed_on", "plan_accepted_by", "plan_accepted_on")
            return {"level": Level.GENERAL, **dict.fromkeys(ended)}
        case life.OrderWithdrawn() as event:
            return {"track": event.track, "deadline": None, "responsible": None}
        case life.RectificationAdvised() as event:
            return {"advice": event.advice, "basis": event.basis}
        case _:
            return {}


def _planned(recorded: Recorded) -> Changes:
    match recorded.event:
        case life.PlanFiled():
            return {"plan_filed_on": day(recorded.envelope.occurredat)}
        case life.PlanReturned():
            return {"plan_filed_on": None}
        case life.PlanAccepted() as event:
            return {
                "deadline": event.deadline,
                "responsible": event.responsible,
                "plan_accepted_by": recorded.envelope.actor,
                "plan_accepted_on": day(recorded.envelope.occurredat),
            }
        case _:
            return {}


def _rectified(recorded: Recorded) -> Changes:
    envelope = recorded.envelope
    on = day(envelope.occurredat)
    match recorded.event:
        case life.RectificationOrdered() | life.RectificationAsked() as event:
            return {
                "deadline": event.deadline,
                "responsible": event.responsible,
            }
        case life.ResponsibleAssigned() as event:
            return {"responsible": event.responsible}
        case life.FixedOnSpot() as event:
            seen = {"reinspected_on": on, "reinspected_by": [event.witness or envelope.actor], "passed": True}
            return {
                "measures": event.measures,
                "submitted_by": event.fixed_by,
                "completed_on": on,
                **(seen if event.verified else {}),
            }
        case life.RectificationSubmitted() as event:
            return {
                "measures": event.measures,
                "submitted_by": envelope.actor,
                "completed_on": event.completed_on,
            }
        case life.ReinspectionPassed() as event:
            return _reinspected(event, on, passed=True)
        case life.ReinspectionFailed() as event:
            return _reinspected(event, on, passed=False)
        case event if deadline := moved_to(event):
            return {"deadline": deadline}
        case _:
            return {}


def _reinspected(
    event: life.ReinspectionPassed | life.ReinspectionFailed, on: date, *, passed: bool
) -> Changes:
    return {"reinspected_on": on, "reinspected_by": event.inspectors, "passed": passed}


def _ended(recorded: Recorded) -> Changes:
    match recorded.event:
        case life.RoundStarted() as event:
            # A new round is put right, looked at and closed anew; its row shows nothing of the last one.
            return {
                "round": event.round,
                "deadline": event.deadline,
                "responsible": event.responsible,
                **dict.fromkeys(("measures", "submitted_by", "completed_on", "reinspected_on", "passed")),
                **dict.fromkeys(("closed_on", "closed_by")),
                "reinspected_by": (),
            }
        case life.HazardClosed() as event:
            on = day(recorded.envelope.occurredat)
            return {"track": event.track, "closed_on": on, "closed_by": recorded.envelope.actor}
        case _:
            return {}


def routes(reads: Reads) -> APIRouter:
    """读接口 · The list, and the same list as a workbook."""
    return ledger_routes.routes(reads, NAME, VERSION)
