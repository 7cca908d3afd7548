"""一企一档 · Everything on file about an enterprise: profile and its history, persons, visits, hazards by rounds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from contracts import enterprise as firm
from contracts import hazard as life
from contracts.values import Level, ObjectKind, Post, Status
from contracts.visit import VisitRecorded
from services.jetstream import Recorded
from services.postgres import Connection
from services.projections import enterprise_routes, rows
from services.projections.handed import corrected
from services.projections.reading import Reads
from services.projections.reports import report_of
from services.projections.rounds import Round, opened, rounds_after
from services.projections.shanghai import day
from services.projections.status import status_after

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


@dataclass(frozen=True, slots=True)
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
    rounds: tuple[Round, ...] = ()


async def project(connection: Connection, batch: Sequence[Recorded]) -> None:
    """投影 · Fold the events of enterprises, visits and hazards."""
    firms = await rows.load(connection, ENTERPRISES, Enterprise, _ids(batch, "enterprise"))
    kept = await rows.load(connection, HAZARDS, Hazard, [UUID(key) for key in _ids(batch, "hazard")])
    hazards = {key: replace(hazard, rounds=opened(hazard.rounds)) for key, hazard in kept.items()}
    visits: dict[str, Visit] = {}
    for recorded in batch:
        key = recorded.envelope.key
        match recorded.envelope.aggregate:
            case "enterprise":
                firms[key] = enterprise_after(firms.get(key) or Enterprise(key), recorded)
            case "hazard":
                hazards[key] = hazard_after(hazards.get(key) or Hazard(UUID(key)), recorded)
            case "visit" if isinstance(recorded.event, VisitRecorded):
                visits[key] = Visit(id=key, **recorded.event.model_dump(include=OF_VISIT))
    await rows.save(connection, ENTERPRISES, firms.values())
    await rows.save(connection, CHANGES, _changes(batch), key="position")
    await rows.save(connection, VISITS, visits.values())
    await rows.save(connection, HAZARDS, hazards.values())


def _ids(batch: Sequence[Recorded], aggregate: str) -> set[str]:
    return {recorded.envelope.key for recorded in batch if recorded.envelope.aggregate == aggregate}


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
        if recorded.envelope.aggregate == "enterprise"
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


def hazard_after(before: Hazard, recorded: Recorded) -> Hazard:
    """隐患之后 · The hazard with its rounds after one more event."""
    envelope = recorded.envelope
    told = rounds_after(before.rounds, recorded)
    now = replace(
        before,
        version=envelope.version,
        rounds=told,
        deadline=told[-1].deadline if told else None,
        status=status_after(before.status, recorded.event),
    )
    match recorded.event:
        case life.HazardCaptured() as event:
            seen = event.model_dump(include={"place", "category", "description", "source"})
            now = replace(now, enterprise=event.object, found_on=day(envelope.occurredat))
            return replace(now, report=report_of(event), **seen)
        case life.HazardSubmitted() as event:
            told_now = event.model_dump(include={"place", "category", "description"})
            return replace(now, report=report_of(event), **told_now)
        case life.HazardRegistered() as event:
            kept = {"number", "enterprise", "level", "category", "place", "description", "source", "found_on"}
            return replace(now, report=report_of(event), **event.model_dump(include=kept))
        case life.HazardClassified(proposal=False) as event:
            return replace(now, level=event.level, category=event.category)
        case life.MajorHazardRegistered() | life.HazardUpgraded():
            return replace(now, level=Level.MAJOR)
        case life.HazardDowngraded():
            return replace(now, level=Level.GENERAL)
        case life.HazardClosed():
            return replace(now, closed_on=day(envelope.occurredat))
        case life.HazardReopened():
            return replace(now, closed_on=None)
        case life.HazardCorrected() as event:
            return replace(now, **corrected(event, "place", "category", "description"))
        case _:
            return now


def routes(reads: Reads) -> APIRouter:
    """读接口 · The list of enterprises and the file of each."""
    return enterprise_routes.routes(reads, NAME, VERSION)
