"""一企一档 · Everything on file about an enterprise: profile and its history, persons, visits, hazards by rounds."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from contracts import enterprise as firm
from contracts import hazard as life
from contracts.envelope import Event
from contracts.values import Level, ObjectKind, Post, Status
from contracts.visit import VisitRecorded
from services.jetstream import Recorded
from services.postgres import Connection
from services.projections import enterprise_routes, rows, unvisited
from services.projections.handed import corrected
from services.projections.reading import Reads
from services.projections.reports import report_of
from services.projections.rounds import Round, opened, take_round
from services.projections.shanghai import day
from services.projections.status import status_then

NAME = "enterprise_file"
VERSION = 3
ENTERPRISES = "projections.enterprise_file_v3"
CHANGES = "projections.enterprise_file_v3_change"
VISITS = "projections.enterprise_file_v3_visit"
HAZARDS = "projections.enterprise_file_v3_hazard"
TABLES = """
create table projections.enterprise_file_v3 (
    id text primary key,
    version integer not null,
    division text collate "C" not null,
    name text not null,
    village text,
    credit_code text,
    credit_code_doubtful boolean not null,
    industry text,
    object_kind text not null,
    size_class text,
    address text,
    tags text[] not null,
    colour text,
    standing text not null,
    registered_on date,
    main_person text,
    safety_person text
);
create index on projections.enterprise_file_v3 (name, id);
create index on projections.enterprise_file_v3 (division, name, id);
create table projections.enterprise_file_v3_change (
    position bigint primary key,
    enterprise text not null,
    type text not null,
    occurred_at timestamptz not null,
    actor text not null,
    role text not null,
    data jsonb not null
);
create index on projections.enterprise_file_v3_change (enterprise, position);
create table projections.enterprise_file_v3_visit (
    id text primary key,
    enterprise text not null,
    visited_on date not null,
    visit_kind text not null,
    officers text[] not null,
    finds integer not null,
    remark text
);
create index on projections.enterprise_file_v3_visit (enterprise, visited_on);
create table projections.enterprise_file_v3_hazard (
    id uuid primary key,
    version integer not null,
    enterprise text,
    number text,
    status text not null,
    level text not null,
    category text,
    source text not null,
    place text,
    description text,
    report uuid,
    found_on date,
    deadline date,
    closed_on date,
    rounds jsonb not null
);
create index on projections.enterprise_file_v3_hazard (enterprise, found_on)
"""

PROFILE = (
    "name",
    "village",
    "credit_code",
    "credit_code_doubtful",
    "industry",
    "object_kind",
    "size_class",
    "address",
    "tags",
)
OF_VISIT = {"enterprise", "visited_on", "visit_kind", "officers", "finds", "remark"}
ACTIVE, SUSPENDED, CLOSED_DOWN = "ACTIVE", "SUSPENDED", "CLOSED_DOWN"


@dataclass(frozen=True, slots=True)
class Enterprise:
    """企业档案 · The profile as it stands now."""

    id: str
    version: int = 0
    division: str = ""
    name: str = ""
    village: str | None = None
    credit_code: str | None = None
    credit_code_doubtful: bool = False
    industry: str | None = None
    object_kind: str = ObjectKind.ENTERPRISE
    size_class: str | None = None
    address: str | None = None
    tags: Sequence[str] = ()
    colour: str | None = None
    standing: str = ACTIVE
    registered_on: date | None = None
    main_person: str | None = None
    safety_person: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """档案变更 · One event of the enterprise, for the history of its profile."""

    position: int
    enterprise: str
    type: str
    occurred_at: datetime
    actor: str
    role: str
    data: dict[str, Any]  # the event's own fields


@dataclass(frozen=True, slots=True)
class Visit:
    """检查 · One visit to the enterprise."""

    id: str
    enterprise: str
    visited_on: date
    visit_kind: str
    officers: Sequence[str]
    finds: int
    remark: str | None


@dataclass(slots=True)
class Hazard:
    """隐患 · A hazard of the enterprise with all its rounds."""

    id: UUID
    version: int = 0
    enterprise: str | None = None
    number: str | None = None
    status: Status = Status.DRAFT
    level: str = Level.GENERAL
    category: str | None = None
    source: str = "OTHER"
    place: str | None = None
    description: str | None = None
    report: str | None = None
    found_on: date | None = None
    deadline: date | None = None
    closed_on: date | None = None
    rounds: list[Round] = field(default_factory=list)


async def project(connection: Connection, batch: Sequence[Recorded]) -> None:
    """投影 · Fold the events of enterprises, visits and hazards."""
    firms = await rows.load(connection, ENTERPRISES, Enterprise, _ids(batch, "enterprise"))
    hazards = await rows.load(connection, HAZARDS, Hazard, _ids(batch, "hazard"))
    for hazard in hazards.values():
        hazard.rounds = opened(hazard.rounds)
    visits: dict[str, Visit] = {}
    for recorded in batch:
        key = recorded.key
        match recorded.aggregate:
            case "enterprise":
                firms[key] = enterprise_after(firms.get(key) or Enterprise(key), recorded)
            case "hazard":
                if key not in hazards:
                    hazards[key] = Hazard(UUID(key))
                take_step(hazards[key], recorded)
            case "visit" if visit := recorded.as_a(VisitRecorded):
                visits[key] = Visit(id=key, **visit.model_dump(include=OF_VISIT))
    await rows.save(connection, ENTERPRISES, firms)
    await rows.add(connection, CHANGES, _changes(batch), key="position")
    await rows.save(connection, VISITS, visits)
    await rows.save(connection, HAZARDS, hazards)


def _ids(batch: Sequence[Recorded], aggregate: str) -> set[str]:
    return {recorded.key for recorded in batch if recorded.aggregate == aggregate}


def _changes(batch: Sequence[Recorded]) -> list[Change]:
    return [
        Change(
            position=recorded.position,
            enterprise=recorded.envelope.key,
            type=recorded.envelope.type,
            occurred_at=recorded.envelope.occurredat,
            actor=recorded.envelope.actor,
            role=recorded.envelope.role,
            data=recorded.envelope.data,
        )
        for recorded in batch
        if recorded.aggregate == "enterprise"
    ]


def enterprise_after(before: Enterprise, recorded: Recorded) -> Enterprise:
    """企业之后 · The profile after one more event."""
    now = replace(before, version=recorded.envelope.version)
    match recorded.event:
        case firm.EnterpriseRegistered() as event:
            known = {name: getattr(event, name) for name in PROFILE}
            return replace(
                now, division=event.division, registered_on=day(recorded.envelope.occurredat), **known
            )
        case firm.EnterpriseProfileChanged() as event:
            changed = {name: value for name in PROFILE if (value := getattr(event, name)) is not None}
            return replace(now, **changed)
        case firm.EnterpriseGraded() as event:
            return replace(now, colour=event.colour)
        case firm.ResponsiblePersonNamed(post=Post.MAIN) as event:
            return replace(now, main_person=event.person)
        case firm.ResponsiblePersonNamed() as event:
            return replace(now, safety_person=event.person)
        case firm.EnterpriseSuspended():
            return replace(now, standing=SUSPENDED)
        case firm.EnterpriseResumed():
            return replace(now, standing=ACTIVE)
        case firm.EnterpriseClosedDown():
            return replace(now, standing=CLOSED_DOWN)
        case _:
            return now


def take_step(hazard: Hazard, recorded: Recorded) -> None:
    """隐患之后 · Bring a hazard with its rounds to after one more event."""
    hazard.version = recorded.envelope.version
    hazard.status = status_then(hazard.status, recorded)
    take_round(hazard.rounds, recorded)
    if hazard.rounds:
        hazard.deadline = hazard.rounds[-1].deadline
    if recorded.kind in TELLING:
        for name, value in _told(recorded).items():
            setattr(hazard, name, value)


SEEN = ("place", "category", "description")
OF_REGISTRATION = (*SEEN, "number", "enterprise", "level", "source", "found_on")
# 说明隐患的事件 · All others leave what is said of a hazard beside its rounds as it is.
TELLING: frozenset[type[Event]] = frozenset(
    {
        life.HazardCaptured,
        life.HazardSubmitted,
        life.HazardRegistered,
        life.HazardClassified,
        life.MajorHazardRegistered,
        life.HazardUpgraded,
        life.HazardDowngraded,
        life.HazardClosed,
        life.HazardReopened,
        life.HazardCorrected,
    }
)


def _told(recorded: Recorded) -> dict[str, Any]:  # columns of a hazard with their new values
    event = recorded.event
    match event:
        case life.HazardCaptured():
            found = {"enterprise": event.object, "found_on": day(recorded.envelope.occurredat)}
            return _of(event, *SEEN, "source") | found | {"report": report_of(event)}
        case life.HazardSubmitted():
            return _of(event, *SEEN) | {"report": report_of(event)}
        case life.HazardRegistered():
            return _of(event, *OF_REGISTRATION) | {"report": report_of(event)}
        case life.HazardClassified(proposal=False):
            return _of(event, "level", "category")
        case life.MajorHazardRegistered() | life.HazardUpgraded():
            return {"level": Level.MAJOR}
        case life.HazardDowngraded():
            return {"level": Level.GENERAL}
        case life.HazardClosed():
            return {"closed_on": day(recorded.envelope.occurredat)}
        case life.HazardReopened():
            return {"closed_on": None}
        case life.HazardCorrected():
            return corrected(event, *SEEN)
        case _:
            return {}


def _of(event: Event, *names: str) -> dict[str, Any]:  # fields of an event
    return {name: getattr(event, name) for name in names}


def routes(reads: Reads) -> APIRouter:
    """读接口 · The list of enterprises, the file of each, and which of them nobody visited."""
    router = enterprise_routes.routes(reads, NAME, VERSION)
    router.routes.extend(unvisited.routes(reads, NAME, VERSION).routes)
    return router
