"""案件履历 · Every step of an enforcement case, and which cases an enterprise has: who, in which role, what, when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from contracts import case as life
from contracts.case_codes import CaseStatus
from contracts.catalogue import open_event
from contracts.envelope import Envelope, Event
from contracts.values import Role
from services.jetstream import Recorded
from services.postgres import Connection
from services.problems import Trouble, responses
from services.projections import rows
from services.projections.reading import (
    LONGEST_PAGE,
    Parameters,
    Reads,
    decode_cursor,
    encode_cursor,
    link_next,
    malformed,
)
from services.projections.sentences_case import CASE_SENTENCES, people_of_case
from services.projections.trail import EXAMPLE as EXAMPLE_STEP
from services.projections.trail import Step, step
from services.scope import OFFICE_ROLES, scope_of
from services.tokens import Caller

NAME = "case_trail"
VERSION = 2
CASES = "projections.case_trail_v2"
STEPS = "projections.case_trail_v2_step"
TABLES = """
create table projections.case_trail_v2 (
    id uuid primary key,
    division text collate "C" not null,
    enterprise text,
    enterprise_name text,
    number text,
    status text,
    decision_due date,
    hazards text[] not null
);
create index on projections.case_trail_v2 (enterprise);
create table projections.case_trail_v2_step (
    position bigint primary key,
    case_id uuid not null,
    envelope json not null
);
create index on projections.case_trail_v2_step (case_id, position)
"""
LIST = """
select id, number, status, enterprise, enterprise_name, decision_due, hazards from projections.case_trail_v2
where division like %(pattern)s and coalesce(%(enterprise)s, enterprise) = enterprise
    and (%(status)s::text is null or status = %(status)s) and (%(of)s::text is null or enterprise = %(of)s)
    and (%(after)s::uuid is null
        or (coalesce(decision_due, '-infinity'), id) > (coalesce(%(since)s::date, '-infinity'), %(after)s::uuid))
order by coalesce(decision_due, '-infinity'), id
limit %(limit)s
"""
ONE = "select * from projections.case_trail_v2 where id = %s"
STEPS_OF = (
    "select position, envelope from projections.case_trail_v2_step where case_id = %s order by position"
)
# 案卷不对外 · Offices in whose area it is, and the party itself.
READERS = OFFICE_ROLES | {Role.ENT_M, Role.ENT_S}
STANDS: dict[type[Event], CaseStatus] = {
    life.CaseReferred: CaseStatus.REFERRED,
    life.CaseNotFiled: CaseStatus.NOT_FILED,
    life.CaseFiled: CaseStatus.FILED,
    life.CaseOfficersAssigned: CaseStatus.INVESTIGATING,
    life.PenaltyInformed: CaseStatus.INFORMED,
    life.PenaltyDecided: CaseStatus.DECIDED,
    life.PenaltyPublished: CaseStatus.PUBLISHED,
    life.PenaltyExecuted: CaseStatus.EXECUTED,
    life.EnforcementCaseClosed: CaseStatus.CLOSED,
}
EXAMPLE: dict[str, Any] = {  # as JSON has it
    "id": "9c1e7a44-52b0-5d7e-8a11-2f6b0c3d9e75",
    "number": "余应急立〔2026〕3号",
    "status": "INVESTIGATING",
    "status_name": "调查中",
    "enterprise": "7b0e1a52-3f54-5b6e-9d56-0f4a3a8e1c11",
    "enterprise_name": "蜀山精密机械有限公司",
    "decision_due": "2026-10-20",
    "hazards": ["5b1f0c8e-2f0e-5a51-8f1e-9d6f1f2a7c10"],
}


class CaseLine(BaseModel):
    """案件一行 · Where a case stands, and by when it must be decided."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    id: UUID
    number: str | None = Field(description="立案文号")
    status: CaseStatus
    status_name: str
    enterprise: str
    enterprise_name: str
    decision_due: str | None = Field(description="应当作出决定的日期")
    hazards: list[str]


class CasePage(BaseModel):
    """案件一览 · The cases of an area, by what is due first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [EXAMPLE], "next": None}]})

    items: list[CaseLine]
    next: str | None = Field(description="翻页标记；没有更多时为 null")


class CaseTrail(BaseModel):
    """案件履历 · All steps of one case, the first one first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"case": EXAMPLE["id"], "number": EXAMPLE["number"], "steps": [EXAMPLE_STEP]}]
        }
    )

    case: UUID
    number: str | None
    steps: list[Step]


@dataclass(slots=True)
class CaseRow:
    """案件 · Where it belongs and stands."""

    id: UUID
    division: str = ""
    enterprise: str | None = None
    enterprise_name: str | None = None
    number: str | None = None
    status: str | None = None
    decision_due: Any = None  # a date as the table or an event has it
    hazards: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Recording:
    """步骤行 · One event of a case, kept with its envelope."""

    position: int
    case_id: str
    envelope: orjson.Fragment


async def project(connection: Connection, batch: Sequence[Recorded]) -> None:
    """投影 · Keep each event of a case, and where the case stands."""
    of_cases = [r for r in batch if r.aggregate == "case"]
    cases = await rows.load(connection, CASES, CaseRow, {r.key for r in of_cases})
    for recorded in of_cases:
        key = recorded.key
        _fold(cases.setdefault(key, CaseRow(UUID(key))), recorded)
    await rows.save(connection, CASES, cases.values())
    kept = [Recording(r.position, r.key, orjson.Fragment(r.stored)) for r in of_cases]
    await rows.save(connection, STEPS, kept, key="position")


def _fold(case: CaseRow, recorded: Recorded) -> None:
    event = recorded.event
    case.division = recorded.envelope.division or case.division
    case.enterprise = getattr(event, "enterprise", None) or case.enterprise
    case.number = getattr(event, "case_number", None) or case.number
    case.decision_due = getattr(event, "decision_due", None) or case.decision_due
    if isinstance(event, life.CaseReferred):
        case.enterprise_name, case.hazards = event.enterprise_name, [one.id for one in event.hazards]
    stands = STANDS.get(type(event))
    later = isinstance(event, life.CaseOfficersAssigned) and case.status != CaseStatus.FILED
    if stands is not None and not later:
        case.status = stands.value


def routes(reads: Reads) -> APIRouter:
    """读接口 · GET /cases, GET /cases/{id}/trail."""
    router = APIRouter(
        prefix="/api/v1",
        tags=["执法案件"],
        dependencies=[Depends(reads.caller_of), Depends(reads.fresh(NAME, VERSION))],
    )

    @router.get(
        "/cases",
        operation_id="list-cases",
        summary="案件一览：先到期的在前",
        responses=responses("unauthenticated", "not-caught-up"),
    )
    async def listed(
        request: Request,
        response: Response,
        caller: Annotated[Caller, Depends(reads.caller_of)],
        status: CaseStatus | None = None,
        enterprise: UUID | None = None,
        cursor: str | None = None,
        limit: Annotated[int, Query(ge=1, le=LONGEST_PAGE)] = 50,
    ) -> CasePage:
        """本辖区的执法案件；企业只看到本企业的。"""
        wanted = {"status": status, "of": str(enterprise) if enterprise else None, "limit": limit}
        page = await _page(reads, caller, wanted, cursor)
        link_next(request, response, page.next)
        return page

    @router.get(
        "/cases/{case}/trail",
        operation_id="get-case-trail",
        summary="案件履历：从移送到结案的每一步",
        responses=responses("unauthenticated", "not-found", "not-caught-up"),
    )
    async def trail(case: UUID, caller: Annotated[Caller, Depends(reads.caller_of)]) -> CaseTrail:
        """每一步由谁、以何身份、何时、做了什么。"""
        return await _told(reads, case, caller)

    return router


async def _told(reads: Reads, case: UUID, caller: Caller) -> CaseTrail:
    number = await _seen(reads, case, caller)
    found = await reads.fetch(STEPS_OF, (case,))
    steps = [(row["position"], Envelope.model_validate(row["envelope"])) for row in found]
    events = [open_event(envelope) for _, envelope in steps]
    people = set().union(*(people_of_case(e, event) for (_, e), event in zip(steps, events, strict=True)))
    names = await reads.names(people, caller, "case.trail")
    told = [
        step(position, envelope, event, names, CASE_SENTENCES)
        for (position, envelope), event in zip(steps, events, strict=True)
    ]
    return CaseTrail(case=case, number=number, steps=told)


async def _page(reads: Reads, caller: Caller, wanted: Parameters, cursor: str | None) -> CasePage:
    if caller.role not in READERS:
        return CasePage(items=[], next=None)
    since, after = decode_cursor(cursor, "text", "uuid") if cursor else (None, None)
    asked = scope_of(caller).parameters | wanted | {"since": day_in(since), "after": after}
    found = await reads.fetch(LIST, asked | {"limit": wanted["limit"] + 1})
    shown = found[: wanted["limit"]]
    more = len(found) > len(shown)
    last = encode_cursor(shown[-1]["decision_due"] or "", shown[-1]["id"]) if more else None
    return CasePage(items=[_line(row) for row in shown], next=last)


def day_in(text: str | None) -> date | None:
    """标记中的日期 · Of a cursor; a case that is not filed has none. Raises Trouble for anything else."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise malformed("/cursor", "翻页标记无效，请从第一页重新开始") from None


def _line(row: dict[str, Any]) -> CaseLine:  # a row by column name
    due = row["decision_due"]
    status = CaseStatus(row["status"])
    shown = {name: row[name] for name in ("id", "number", "enterprise", "enterprise_name", "hazards")}
    return CaseLine(
        status=status, status_name=status.zh, decision_due=due.isoformat() if due else None, **shown
    )


async def _seen(reads: Reads, case: UUID, caller: Caller) -> str | None:
    for row in await reads.fetch(ONE, (case,)):
        if caller.role in READERS and scope_of(caller).covers(row["division"], row["enterprise"]):
            number: str | None = row["number"]
            return number
    raise Trouble("not-found", "没有这个案件，或不在您的管辖范围内")
