"""一企一档 · Everything on file about an enterprise: profile and its history, persons, visits, hazards, notices.

Its service plans, its cases and what visits are planned stand in read models of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from contracts import enterprise as firm
from contracts.values import ObjectKind, Post
from contracts.visit import VisitRecorded
from services.jetstream import Recorded
from services.postgres import Connection
from services.projections import enterprise_routes, rows, unvisited
from services.projections.enterprise_hazards import Hazard, take_step
from services.projections.enterprise_notices import Notice, take_notice
from services.projections.reading import Reads
from services.projections.shanghai import day

NAME = "enterprise_file"
VERSION = 4
ENTERPRISES = "projections.enterprise_file_v4"
CHANGES = "projections.enterprise_file_v4_change"
VISITS = "projections.enterprise_file_v4_visit"
HAZARDS = "projections.enterprise_file_v4_hazard"
NOTICES = "projections.enterprise_file_v4_notice"
TABLES = """
create table projections.enterprise_file_v4 (
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
    standardisation text,
    address text,
    tags text[] not null,
    colour text,
    standing text not null,
    registered_on date,
    main_person text,
    safety_person text
);
create index on projections.enterprise_file_v4 (name, id);
create index on projections.enterprise_file_v4 (division, name, id);
create table projections.enterprise_file_v4_change (
    position bigint primary key,
    enterprise text not null,
    type text not null,
    occurred_at timestamptz not null,
    actor text not null,
    role text not null,
    data jsonb not null
);
create index on projections.enterprise_file_v4_change (enterprise, position);
create table projections.enterprise_file_v4_visit (
    id text primary key,
    enterprise text not null,
    visited_on date not null,
    visit_kind text not null,
    officers text[] not null,
    finds integer not null,
    remark text
);
create index on projections.enterprise_file_v4_visit (enterprise, visited_on);
create table projections.enterprise_file_v4_hazard (
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
    clause text,
    track text,
    report uuid,
    found_on date,
    confirm_by date,
    registered_on date,
    deadline date,
    closed_on date,
    changed_on date,
    rounds jsonb not null,
    plans jsonb not null,
    extensions jsonb not null
);
create index on projections.enterprise_file_v4_hazard (enterprise, found_on);
create table projections.enterprise_file_v4_notice (
    id uuid primary key,
    enterprise text,
    number text,
    office text,
    kind text,
    visit text,
    hazards text[] not null,
    state text not null,
    drafted_on date,
    numbered_on date,
    served_on date,
    method text,
    recipient text,
    acknowledged_by text,
    refused text,
    done integer not null,
    voided_on date,
    reason text
);
create index on projections.enterprise_file_v4_notice (enterprise)
"""

PROFILE = (
    "name",
    "village",
    "credit_code",
    "credit_code_doubtful",
    "industry",
    "object_kind",
    "size_class",
    "standardisation",
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
    standardisation: str | None = None
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


async def project(connection: Connection, batch: Sequence[Recorded]) -> None:
    """投影 · Fold the events of enterprises, visits, hazards and notices."""
    firms = await rows.load(connection, ENTERPRISES, Enterprise, _ids(batch, "enterprise"))
    hazards = await rows.load(connection, HAZARDS, Hazard, _ids(batch, "hazard"))
    for hazard in hazards.values():
        hazard.open_lists()
    notices = await rows.load(connection, NOTICES, Notice, _ids(batch, "notice"))
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
            case "notice":
                if key not in notices:
                    notices[key] = Notice(UUID(key))
                take_notice(notices[key], recorded)
            case "visit" if visit := recorded.as_a(VisitRecorded):
                visits[key] = Visit(id=key, **visit.model_dump(include=OF_VISIT))
    await rows.save(connection, ENTERPRISES, firms)
    await rows.add(connection, CHANGES, _changes(batch), key="position")
    await rows.save(connection, VISITS, visits)
    await rows.save(connection, HAZARDS, hazards)
    await rows.save(connection, NOTICES, notices)


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


def routes(reads: Reads) -> APIRouter:
    """读接口 · The list of enterprises, the file of each, and which of them nobody visited."""
    router = enterprise_routes.routes(reads, NAME, VERSION)
    router.routes.extend(unvisited.routes(reads, NAME, VERSION).routes)
    return router
