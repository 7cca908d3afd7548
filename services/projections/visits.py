"""检查一览 · Every visit, planned or done: who visits whom, which day, and where it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from contracts import enterprise as firm
from contracts import visit
from contracts.visit import Function, Participant, VisitState
from services.jetstream import Recorded
from services.postgres import Connection
from services.projections import rows, visits_routes
from services.projections.reading import Reads
from services.projections.trail_routes import OWN_VISITS

NAME = "visits"
VERSION = 1
VISITS = "projections.visits_v1"
ENTERPRISES = "projections.visits_v1_enterprise"
TABLES = """
create table projections.visits_v1 (
    id uuid primary key,
    division text collate "C" not null,
    enterprise text,
    visit_kind text,
    state text,
    day date not null,
    planned_on date,
    visited_on date,
    purpose text,
    organisation text,
    departments text[] not null,
    lead text,
    lead_department text,
    participants jsonb not null,
    approval text,
    finds integer,
    campaign text,
    plan text,
    hidden boolean not null
);
create index on projections.visits_v1 (day, id);
create index on projections.visits_v1 (enterprise);
create table projections.visits_v1_enterprise (
    id uuid primary key,
    name text not null
)
"""
S = VisitState
ENDS: Mapping[type[visit.VisitEvent], VisitState] = {
    visit.VisitSigned: S.SIGNED,
    visit.VisitSignatureRefused: S.SIGNATURE_REFUSED,
    visit.VisitArchived: S.ARCHIVED,
    visit.VisitCancelled: S.CANCELLED,
}


@dataclass(slots=True)
class Visit:
    """检查 · As the list shows it; `day` is the day planned, or of a visit without a plan the day it was made.

    `participants`: as the events have them, who left included; `hidden`: not for the enterprise before it begins.
    """

    id: UUID
    division: str = ""
    enterprise: str | None = None
    visit_kind: str | None = None
    state: str | None = None
    day: date = date.min
    planned_on: date | None = None
    visited_on: date | None = None
    purpose: str | None = None
    organisation: str | None = None
    departments: Sequence[str] = ()
    lead: str | None = None
    lead_department: str | None = None
    participants: Sequence[Mapping[str, Any]] = ()  # JSON of a row
    approval: str | None = None
    finds: int | None = None
    campaign: str | None = None
    plan: str | None = None
    hidden: bool = False


@dataclass(slots=True)
class Enterprise:
    """企业 · What it is called."""

    id: UUID
    name: str


async def project(connection: Connection, batch: Sequence[Recorded]) -> None:
    """投影 · Each visit as it stands, each enterprise by its name."""
    of_visits = [recorded for recorded in batch if recorded.aggregate == "visit"]
    visits = await rows.load(connection, VISITS, Visit, {UUID(r.key) for r in of_visits})
    for recorded in of_visits:
        key = recorded.key
        fold(visits.setdefault(key, Visit(UUID(key))), recorded)
    named = {
        recorded.key: Enterprise(UUID(recorded.key), recorded.event.name)
        for recorded in batch
        if recorded.aggregate == "enterprise"
        and isinstance(recorded.event, (firm.EnterpriseRegistered, firm.EnterpriseProfileChanged))
        and recorded.event.name
    }
    await rows.save(connection, VISITS, visits)
    await rows.save(connection, ENTERPRISES, named)


def fold(row: Visit, recorded: Recorded) -> None:
    """之后 · The visit after one more event."""
    event, envelope = recorded.event, recorded.envelope
    row.division = envelope.division or row.division
    row.enterprise = getattr(event, "enterprise", None) or row.enterprise
    match event:
        case visit.VisitPlanned():
            _planned(row, event, envelope.organisation)
        case visit.VisitApproved():
            row.approval = event.number
            row.state = row.state if event.afterwards else S.APPROVED
        case visit.VisitStarted():
            row.state, row.visited_on, row.hidden = S.STARTED, event.visited_on, False
            _attended(row, event.participants)
        case visit.ParticipantJoined():
            others = [one for one in row.participants if one["person"] != event.participant.person]
            row.participants = [*others, event.participant.model_dump(mode="json")]
        case visit.VisitRecorded():
            _recorded(row, event, envelope.organisation)
        case (
            visit.VisitSigned()
            | visit.VisitSignatureRefused()
            | visit.VisitArchived()
            | visit.VisitCancelled()
        ):
            row.state = ENDS[type(event)]


def _planned(row: Visit, event: visit.VisitPlanned, organisation: str | None) -> None:
    for name in ("planned_on", "purpose", "lead", "lead_department", "campaign", "plan"):
        setattr(row, name, getattr(event, name))
    row.visit_kind, row.state, row.day = event.visit_kind, S.PLANNED, event.planned_on
    row.organisation, row.hidden = organisation, event.visit_kind not in OWN_VISITS
    _attended(row, event.participants)


def _recorded(row: Visit, event: visit.VisitRecorded, organisation: str | None) -> None:
    row.visited_on, row.finds = event.visited_on, event.finds
    if row.state is None:  # in short, without a plan
        row.visit_kind, row.day, row.organisation = event.visit_kind, event.visited_on, organisation
        row.campaign, row.plan = event.campaign, event.plan
        _attended(
            row,
            tuple(Participant(person=one, function=Function.OFFICER) for one in event.officers),
        )
    row.state = S.RECORDED


def _attended(row: Visit, participants: Sequence[Participant]) -> None:
    row.participants = [one.model_dump(mode="json") for one in participants]
    row.departments = sorted({one.department for one in participants if one.department})


def routes(reads: Reads) -> APIRouter:
    """读接口 · GET /visits."""
    return visits_routes.routes(reads, NAME, VERSION)
