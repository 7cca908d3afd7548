"""服务矩阵 · What service institutions owe each enterprise in each quarter, and the acts that count towards it.

Counted: 检查 are service visits of the institution that serves on that day; 督促 are urges by people; 复查 are
re-inspections of hazards by others than the enterprise, and re-check visits. Several on one day count once. A quarter is
that of the local date of the act.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter
from pydantic import TypeAdapter

from contracts import enterprise as firm
from contracts import hazard as life
from contracts import service_plan as plans
from contracts.envelope import Event
from contracts.service_plan import AssignedExpert, QuarterDuty, ServiceDuty, quarter_of
from contracts.values import Role, VisitKind
from contracts.visit import VisitRecorded
from services.jetstream import Recorded
from services.postgres import Connection
from services.projections import rows, service_duty_routes
from services.projections.reading import Reads
from services.projections.shanghai import day
from services.projections.visiting import purpose, seen
from services.scope import ENTERPRISE_ROLES

NAME = "service_duty"
VERSION = 1
PLANS = "projections.service_duty_v1"
ACTS = "projections.service_duty_v1_act"
ENTERPRISES = "projections.service_duty_v1_enterprise"
VISITS = "projections.service_duty_v1_visit"
TABLES = """
create table projections.service_duty_v1 (
    id text primary key,
    version integer not null,
    enterprise text not null,
    year integer not null,
    division text collate "C" not null,
    ground text not null,
    institution text not null,
    contract text not null,
    expert text not null,
    proposed text,
    duties jsonb not null,
    reason text,
    terms jsonb not null,
    expert_changes integer not null,
    ended_on date
);
create unique index on projections.service_duty_v1 (enterprise, year);
create index on projections.service_duty_v1 (year, division);
create table projections.service_duty_v1_act (
    id bigint primary key,
    enterprise text not null,
    year integer not null,
    quarter integer not null,
    duty text not null,
    on_day date not null,
    type text not null,
    subject text not null,
    number text,
    actor text not null,
    role text not null,
    persons text[] not null,
    organisations text[] not null,
    plan text
);
create index on projections.service_duty_v1_act (enterprise, year, quarter);
create table projections.service_duty_v1_enterprise (
    id text primary key,
    name text collate "C" not null,
    village text,
    closed_down_on date
);
create table projections.service_duty_v1_visit (
    id text primary key,
    plan text not null
)
"""
DAY = timedelta(days=1)
# A re-inspection of its own hazard by the enterprise is no service to it.
NOT_SERVING = ENTERPRISE_ROLES | {Role.SYS}
WHOLE = frozenset({"enterprise", "service-plan", "visit"})
ACTING: frozenset[type[Event]] = frozenset(
    {VisitRecorded, life.RectificationUrged, life.ReinspectionPassed, life.ReinspectionFailed}
)
OF_KIND = {VisitKind.EXPERT: ServiceDuty.CHECK, VisitKind.RECHECK: ServiceDuty.RECHECK}


@dataclass(frozen=True, slots=True)
class Term:
    """任期 · Which institution and expert serve from a day to a day, both included; none when it ends before it begins."""

    institution: str
    expert: str
    starts_on: date
    ends_on: date


TERMS = TypeAdapter(tuple[Term, ...])
DUTIES = TypeAdapter(tuple[QuarterDuty, ...])


@dataclass(frozen=True, slots=True)
class Plan:
    """服务计划 · The plan as it stands now, with the terms in which it was served."""

    id: str
    version: int
    enterprise: str
    year: int
    division: str
    ground: str
    institution: str
    contract: str
    expert: str
    proposed: str | None
    duties: Any  # JSON of quarter duties
    reason: str | None
    terms: tuple[Term, ...]
    expert_changes: int = 0
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """服务行为 · One act that may count, under its position in the log."""

    id: int
    enterprise: str
    year: int
    quarter: int
    duty: str
    on_day: date
    type: str
    subject: str
    number: str | None
    actor: str
    role: str
    persons: Sequence[str]
    organisations: Sequence[str]
    plan: str | None


@dataclass(frozen=True, slots=True)
class Enterprise:
    """企业 · What the lists say of it."""

    id: str
    name: str = ""
    village: str | None = None
    closed_down_on: date | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """检查 · A visit that names the plan it is paid under."""

    id: str
    plan: str


async def project(connection: Connection, batch: Sequence[Recorded]) -> None:
    """投影 · Fold the events of plans and enterprises, keep the acts and what visits are for."""
    batch = [recorded for recorded in batch if recorded.aggregate in WHOLE or recorded.kind in ACTING]
    kept = await rows.load(connection, PLANS, Plan, _ids(batch, "service-plan"))
    known = {key: replace(plan, terms=TERMS.validate_python(plan.terms)) for key, plan in kept.items()}
    firms = await rows.load(connection, ENTERPRISES, Enterprise, _ids(batch, "enterprise"))
    visits = await rows.load(connection, VISITS, Visit, _ids(batch, "visit"))
    acts: list[Act] = []
    for recorded in batch:
        key = recorded.key
        said = purpose(recorded)
        if said and said.plan:
            visits[key] = Visit(key, said.plan)
        match recorded.aggregate:
            case "enterprise":
                firms[key] = enterprise_after(firms.get(key) or Enterprise(key), recorded)
            case "service-plan":
                after = plan_after(known.get(key), recorded)
                known |= {key: after} if after else {}
            case _ if act := act_of(recorded):
                acts.append(replace(act, plan=visits[key].plan) if key in visits else act)
    await rows.save(connection, ENTERPRISES, firms)
    await rows.save(connection, PLANS, known)
    await rows.save(connection, ACTS, acts)
    await rows.save(connection, VISITS, visits)


def _ids(batch: Sequence[Recorded], aggregate: str) -> set[str]:
    return {recorded.key for recorded in batch if recorded.aggregate == aggregate}


def enterprise_after(before: Enterprise, recorded: Recorded) -> Enterprise:
    """企业之后 · Its name and village, and the day on which it closed down."""
    match recorded.event:
        case firm.EnterpriseRegistered() | firm.EnterpriseProfileChanged() as event:
            return replace(before, name=event.name or before.name, village=event.village or before.village)
        case firm.EnterpriseClosedDown():
            return replace(before, closed_down_on=day(recorded.envelope.occurredat))
        case _:
            return before


def plan_after(before: Plan | None, recorded: Recorded) -> Plan | None:
    """计划之后 · The plan after one more event."""
    envelope = recorded.envelope
    if isinstance(recorded.event, plans.ServicePlanMade):
        return _made(recorded.event, recorded)
    if before is None:
        return None
    now, on = replace(before, version=envelope.version), day(envelope.occurredat)
    match recorded.event:
        case plans.ExpertChangeProposed() as event:
            return replace(now, proposed=event.expert.person)
        case plans.ExpertChangeRefused():
            return replace(now, proposed=None)
        case plans.ExpertChanged() as event:
            last = before.terms[-1]
            begins = max(on, last.starts_on)
            serving = _served(before, event.expert, event.institution, begins, last.ends_on)
            return replace(serving, version=now.version, expert_changes=now.expert_changes + 1)
        case plans.InstitutionChanged() as event:
            begins = max(on, event.contract.starts_on)
            serving = _served(before, event.expert, event.institution, begins, event.contract.ends_on)
            return replace(serving, version=now.version, contract=event.contract.number)
        case plans.DutiesChanged() as event:
            return replace(now, duties=_stored(event.duties), reason=event.reason)
        case plans.ServicePlanEnded() as event:
            return replace(now, ended_on=event.ends_on, terms=_cut(before.terms, event.ends_on))
        case _:
            return now


def _made(event: plans.ServicePlanMade, recorded: Recorded) -> Plan:
    contract, envelope = event.contract, recorded.envelope
    term = Term(event.institution, event.expert.person, contract.starts_on, contract.ends_on)
    return Plan(
        id=envelope.key,
        version=envelope.version,
        enterprise=event.enterprise,
        year=event.year,
        division=envelope.division or "",
        ground=event.ground,
        institution=event.institution,
        contract=contract.number,
        expert=event.expert.person,
        proposed=None,
        duties=_stored(event.duties),
        reason=event.duties_reason,
        terms=(term,),
    )


def _served(plan: Plan, expert: AssignedExpert, institution: str, begins: date, ends: date) -> Plan:
    """From a day on by others; who served until then does so no more."""
    term = Term(institution, expert.person, begins, ends)
    terms = (*_cut(plan.terms, begins - DAY), term)
    return replace(plan, institution=institution, expert=expert.person, proposed=None, terms=terms)


def _cut(terms: tuple[Term, ...], last: date) -> tuple[Term, ...]:
    return tuple(replace(term, ends_on=min(term.ends_on, last)) for term in terms)


def _stored(duties: tuple[QuarterDuty, ...]) -> Any:  # JSON
    return DUTIES.dump_python(duties, mode="json")


def act_of(recorded: Recorded) -> Act | None:
    """服务行为 · What of an event may count towards a matrix, whoever's it is; None for all others."""
    if recorded.kind not in ACTING:
        return None
    visit = seen(recorded)
    if visit is not None:
        duty = OF_KIND.get(visit.kind)
        if duty is None:
            return None
        act = _act(recorded, visit.enterprise, duty, visit.on)
        return replace(act, persons=visit.persons, organisations=visit.organisations)
    event, envelope = recorded.event, recorded.envelope
    match event:
        case life.RectificationUrged() if envelope.role is not Role.SYS:
            duty = ServiceDuty.URGE
        case life.ReinspectionPassed() | life.ReinspectionFailed() if envelope.role not in NOT_SERVING:
            duty = ServiceDuty.RECHECK
        case _:
            return None
    return replace(_act(recorded, event.enterprise, duty, day(envelope.occurredat)), number=event.number)


def _act(recorded: Recorded, enterprise: str, duty: ServiceDuty, on: date) -> Act:
    envelope = recorded.envelope
    return Act(
        id=recorded.position,
        enterprise=enterprise,
        year=on.year,
        quarter=quarter_of(on),
        duty=duty,
        on_day=on,
        type=envelope.type,
        subject=envelope.subject,
        number=None,
        actor=envelope.actor,
        role=envelope.role,
        persons=(envelope.actor,),
        organisations=(envelope.organisation,) if envelope.organisation else (),
        plan=None,
    )


def routes(reads: Reads) -> APIRouter:
    """读接口 · Plans with their matrix, what is missing, figures, and both as workbooks."""
    return service_duty_routes.routes(reads, NAME, VERSION)
