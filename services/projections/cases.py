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
from contracts.regions import CaseOutcome, PenaltyKind, PenaltyReason
from services.jetstream import Recorded
from services.postgres import Connection
from services.problems import responses
from services.projections import rows
from services.projections.reading import (
    LONGEST_PAGE,
    Parameters,
    Reads,
    Row,
    decode_cursor,
    encode_cursor,
    link_next,
    malformed,
)
from services.projections.shanghai import day
from services.projections.trail_routes import CASE_READERS
from services.scope import scope_of
from services.tokens import Caller

NAME = "cases"
VERSION = 2
CASES = "projections.cases_v2"
TABLES = """
create table projections.cases_v2 (
    id uuid primary key,
    division text collate "C" not null,
    enterprise text,
    enterprise_name text,
    number text,
    status text,
    reason text,
    referred_on date,
    filed_on date,
    decision_due date,
    decision_number text,
    decided_on date,
    kinds text[] not null,
    fine bigint,
    paid bigint not null,
    outstanding bigint,
    closed_on date,
    outcome text,
    hazards text[] not null
);
create index on projections.cases_v2 (enterprise)
"""
LIST = """
select * from projections.cases_v2
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
    "reason": "SECOND_FAIL",
    "reason_name": "再次复查不合格",
    "referred_on": "2026-07-20",
    "filed_on": "2026-07-22",
    "decision_due": "2026-10-20",
    "decision_number": None,
    "decided_on": None,
    "kinds": [],
    "kinds_name": "",
    "fine": None,
    "paid": 0,
    "outstanding": None,
    "closed_on": None,
    "outcome_name": None,
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
    reason: PenaltyReason | None = Field(description="移送事由")
    reason_name: str | None
    referred_on: date | None = Field(description="移送日期")
    filed_on: date | None = Field(description="立案日期")
    decision_due: date | None = Field(description="应当作出决定的日期")
    decision_number: str | None = Field(description="决定书文号")
    decided_on: date | None = Field(description="决定日期")
    kinds: list[PenaltyKind] = Field(description="处理决定")
    kinds_name: str
    fine: int | None = Field(description="罚款，单位分；含截止的按日连续处罚")
    paid: int = Field(description="已缴，单位分")
    outstanding: int | None = Field(description="尚欠，单位分：最近一次记录的，含加处罚款")
    closed_on: date | None = Field(description="结案日期")
    outcome_name: str | None = Field(description="结案情形")
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
    reason: str | None = None
    referred_on: date | None = None
    filed_on: date | None = None
    decision_due: date | None = None
    decision_number: str | None = None
    decided_on: date | None = None
    kinds: Sequence[str] = ()
    fine: int | None = None
    paid: int = 0
    outstanding: int | None = None
    closed_on: date | None = None
    outcome: str | None = None
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
    _take(case, event, day(recorded.envelope.occurredat))
    _take_money(case, event)
    stands = STANDS.get(type(event))
    later = isinstance(event, life.CaseOfficersAssigned) and case.status != CaseStatus.FILED
    if stands is not None and not later:
        case.status = stands.value


def _take(case: CaseRow, event: Event, on: date) -> None:
    match event:
        case life.CaseReferred():
            case.enterprise_name, case.hazards = event.enterprise_name, [one.id for one in event.hazards]
            case.reason, case.referred_on = event.reason, on
        case life.CaseFiled():
            case.filed_on = event.filed_on
        case life.PenaltyDecided():
            case.decision_number, case.decided_on = event.decision_number, event.decided_on
            case.kinds = [kind.value for kind in event.penalty.kinds]
        case life.EnforcementCaseClosed():
            case.closed_on, case.outcome = event.closed_on, event.outcome


def _take_money(case: CaseRow, event: Event) -> None:
    """What is owed is what was last said of it: surcharges are counted where the law's numbers are."""
    match event:
        case life.PenaltyDecided():
            case.fine = case.outstanding = event.penalty.fine
        case life.DailyFineStopped():
            case.fine = (case.fine or 0) + event.amount
            case.outstanding = (case.outstanding or 0) + event.amount
        case life.PaymentRecorded():
            case.paid, case.outstanding = case.paid + event.amount, event.outstanding
        case life.CourtEnforcementApplied():
            case.outstanding = event.outstanding
        case life.PenaltyExecuted():
            case.paid, case.outstanding = event.paid, event.unpaid


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
    return CasePage(items=[line_of(row) for row in shown], next=last)


def day_in(text: str | None) -> date | None:
    """标记中的日期 · Of a cursor; a case that is not filed has none. Raises Trouble for anything else."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise malformed("/cursor", "翻页标记无效，请从第一页重新开始") from None


def line_of(row: Row) -> CaseLine:
    """一行 · A case as it is shown."""
    same = (
        "id", "number", "enterprise", "enterprise_name", "referred_on", "filed_on", "decision_due", "decision_number",
        "decided_on", "fine", "paid", "outstanding", "closed_on", "hazards",
    )  # fmt: skip
    status, kinds = CaseStatus(row["status"]), [PenaltyKind(kind) for kind in row["kinds"]]
    reason = PenaltyReason(row["reason"]) if row["reason"] else None
    return CaseLine(
        **{name: row[name] for name in same},
        status=status,
        status_name=status.zh,
        reason=reason,
        reason_name=reason.zh if reason else None,
        kinds=kinds,
        kinds_name="；".join(kind.zh for kind in kinds),
        outcome_name=CaseOutcome(row["outcome"]).zh if row["outcome"] else None,
    )
