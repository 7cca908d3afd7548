"""案件一览 · Which enforcement cases there are, where each stands, and by when it must be decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from contracts import case as life
from contracts.case_codes import CaseStatus
from contracts.envelope import Event
from services.jetstream import Recorded
from services.postgres import Connection
from services.problems import responses
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
from services.projections.trail_routes import CASE_READERS
from services.scope import scope_of
from services.tokens import Caller

NAME = "cases"
VERSION = 1
CASES = "projections.cases_v1"
TABLES = """
create table projections.cases_v1 (
    id uuid primary key,
    division text collate "C" not null,
    enterprise text,
    enterprise_name text,
    number text,
    status text,
    decision_due date,
    hazards text[] not null
);
create index on projections.cases_v1 (enterprise)
"""
LIST = """
select id, number, status, enterprise, enterprise_name, decision_due, hazards from projections.cases_v1
where division like %(pattern)s and coalesce(%(enterprise)s, enterprise) = enterprise
    and (%(status)s::text is null or status = %(status)s) and (%(of)s::text is null or enterprise = %(of)s)
    and (%(after)s::uuid is null
        or (coalesce(decision_due, '-infinity'), id) > (coalesce(%(since)s::date, '-infinity'), %(after)s::uuid))
order by coalesce(decision_due, '-infinity'), id
limit %(limit)s
"""
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


async def project(connection: Connection, batch: Sequence[Recorded]) -> None:
    """投影 · Where each case stands."""
    of_cases = [r for r in batch if r.aggregate == "case"]
    cases = await rows.load(connection, CASES, CaseRow, {r.key for r in of_cases})
    for recorded in of_cases:
        key = recorded.key
        _fold(cases.setdefault(key, CaseRow(UUID(key))), recorded)
    await rows.save(connection, CASES, cases)


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
    """读接口 · GET /cases."""
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

    return router


async def _page(reads: Reads, caller: Caller, wanted: Parameters, cursor: str | None) -> CasePage:
    if caller.role not in CASE_READERS:
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
