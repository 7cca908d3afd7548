"""案件接口 · Referral, one route for each command on a case, and the case with its clocks as the log has it now."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from contracts.case import CaseHazard, CaseOfficer, Penalty
from contracts.case_codes import CaseClock, CaseStatus, ClosureGround, PauseReason
from contracts.penalties import CountedPenalty
from contracts.problems import PROBLEM_TYPES
from contracts.regions import CaseOutcome
from contracts.terms import Side
from contracts.values import Fen, Role
from services.hazard import cases
from services.hazard.api import guarding
from services.hazard.api.openings import sender_of
from services.hazard.api.rows import Desk, add_rows
from services.hazard.api.sending import CallerOf, Sent, answer, documented
from services.hazard.case.clocks import Due, dues
from services.hazard.case.filing import EXAMPLE_HAZARD, ReferCase
from services.hazard.case.owing import account
from services.hazard.case.penalties import Penalties
from services.hazard.case.state import Case
from services.hazard.case_commands import COMMANDS
from services.hazard.case_openings import Opening, openings
from services.hazard.cases import CASE, PENALTIES, penalties_of
from services.hazard.handling import Handling
from services.hazard.hazards import known_enterprise, lean_on_officers
from services.hazard.lifecycle.reporting import EXAMPLE_ENTERPRISE
from services.hazard.occasion import Occasion
from services.hazard.recalling import NotFound
from services.problems import responses
from services.scope import OFFICE_ROLES, scope_of
from services.tokens import Caller

# 案卷不对外 · Offices in whose area it is, and the party itself; not landlords, grid members, experts or the public.
READERS = OFFICE_ROLES | {Role.ENT_M, Role.ENT_S}
EXAMPLE_CASE = "9c1e7a44-52b0-5d7e-8a11-2f6b0c3d9e75"
ASKED_FOR = Query(description="查询另一角色：该角色的人现在可以办理哪些命令", examples=["ENF"])


class DueNow(BaseModel):
    """应办事项 · What is due by the end of a day, by whom, and on which article it rests."""

    what: CaseClock
    name: str
    by: date
    side: Side
    side_name: str
    basis: str
    missed: bool
    paused: bool


class Owed(BaseModel):
    """账目 · As of today, in fen: fine, surcharge and daily fines, and what of it is paid."""

    fine: Fen
    surcharge: Fen
    daily_fine: Fen
    daily_days: int
    paid: Fen
    outstanding: Fen


class PauseNow(BaseModel):
    """正在中止 · Why the clock stands still, and since when."""

    reason: PauseReason
    since: date


EXAMPLE_PENALTY = {
    "case": EXAMPLE_CASE,
    "decision_number": "（余）应急罚〔2026〕3号",
    "decided_on": "2026-08-28",
    "major": True,
}


class PenaltiesNow(
    BaseModel,
    json_schema_extra={
        "examples": [
            {
                "version": 1,
                "enterprise": EXAMPLE_ENTERPRISE,
                "penalties": [EXAMPLE_PENALTY],
                "condition_met": False,
                "grounds": [],
                "counted": [],
            }
        ]
    },
):
    """企业处罚计次 · What counts under AQF 113; the condition met, where it is, is a reminder and no decision."""

    version: int = Field(description="版本")
    enterprise: str
    penalties: list[CountedPenalty]
    condition_met: bool
    grounds: list[ClosureGround]
    counted: list[CountedPenalty]
    note: str | None = None


EXAMPLE_NOW = {
    "id": EXAMPLE_CASE,
    "version": 8,
    "status": "DECIDED",
    "status_name": "已决定",
    "enterprise": EXAMPLE_ENTERPRISE,
    "enterprise_name": "蜀山精密机械有限公司",
    "division": "330111005000",
    "case_number": "余应急立〔2026〕3号",
    "hazards": [{"id": EXAMPLE_HAZARD, "number": "HZ-330111-2026-000123", "level": "GENERAL"}],
    "officers": [{"person": "p-80", "certificate": "33011100090"}],
    "due": [
        {
            "what": "PUBLICATION",
            "name": "公示处罚决定",
            "by": "2026-06-29",
            "side": "OFFICE",
            "side_name": "监管单位",
            "basis": "《安全生产法》第七十八条、《行政处罚法》第四十八条",
            "missed": False,
            "paused": False,
        }
    ],
    "missed": [],
    "late": [],
    "closure_condition_met": False,
}


class CaseNow(BaseModel, json_schema_extra={"examples": [EXAMPLE_NOW]}):
    """案件 · As the log has it now, with what is due next and what was missed; ETag is its version."""

    id: str
    version: int
    status: CaseStatus
    status_name: str
    enterprise: str
    enterprise_name: str
    division: str
    case_number: str | None = None
    hazards: list[CaseHazard]
    officers: list[CaseOfficer]
    filed_on: date | None = None
    decision_due: date | None = None
    pause: PauseNow | None = None
    proposed: Penalty | None = None
    penalty: Penalty | None = None
    decision_number: str | None = None
    decided_on: date | None = None
    served_on: date | None = None
    published_on: date | None = None
    payment_due: date | None = None
    owed: Owed | None = None
    executed_on: date | None = None
    outcome: CaseOutcome | None = None
    due: list[DueNow] = Field(description="应办事项，先到期的在前")
    missed: list[CaseClock] = Field(description="已过期限而尚未办理")
    late: list[CaseClock] = Field(description="已办理，但超过期限")
    closure_condition_met: bool = Field(description="该企业已达到提请关闭条件（安全生产法第113条），由人决定")


class Why(BaseModel):
    """原因 · The refusal that the command would meet."""

    code: str
    title: str
    detail: str


class CaseStep(BaseModel):
    """一项命令 · Open, or closed with the reason; and to which roles it is open."""

    command: str
    title: str
    open: bool
    by: date | None = None
    why: Why | None = None
    open_to: list[Role]


class CaseSteps(
    BaseModel,
    json_schema_extra={
        "examples": [
            {
                "id": EXAMPLE_CASE,
                "version": 1,
                "status": "REFERRED",
                "status_name": "已移送待立案",
                "role": "DPO",
                "open": [
                    {
                        "command": "file",
                        "title": "立案",
                        "open": True,
                        "by": "2026-06-12",
                        "open_to": ["DPO", "DPL", "ENF"],
                    }
                ],
                "closed": [],
            }
        ]
    },
):
    """下一步 · Every command on the case, split into what is open to the asker and what is not."""

    id: str
    version: int
    status: CaseStatus
    status_name: str
    role: Role
    open: list[CaseStep]
    closed: list[CaseStep]


def routes(desk: Desk, caller_of: CallerOf) -> APIRouter:
    """案件路由 · POST /cases, POST /cases/{id}/<command>, GET /cases/{id}, its next steps, an enterprise's penalties."""
    router = APIRouter(prefix="/api/v1", tags=["执法案件"])

    @router.post("/cases", status_code=201, **documented("移送案件", "refer-case"))
    async def refer(ask: ReferCase, sent: Annotated[Sent, Depends(desk.sent_of)]) -> Response:
        await guarding.check(ask, desk.attachments)
        sender = sent.creating("refer-case", ask)
        done = await cases.refer(desk.handling, sender, sent.new_id(), ask)
        return answer(done, desk.log_id, created_at="/api/v1/cases")

    add_rows(router, "/cases", "case", COMMANDS, cases.change, desk)
    add_reading(router, desk.handling, caller_of)
    add_next(router, desk.handling, caller_of)
    add_penalties(router, desk.handling, caller_of)
    return router


def add_reading(router: APIRouter, handling: Handling, caller_of: CallerOf) -> None:
    """读取 · GET /cases/{id}."""

    @router.get(
        "/cases/{case_id}",
        response_model=CaseNow,
        summary="读取案件：所处阶段、应办事项和账目",
        operation_id="get-case",
        responses=responses("unauthenticated", "not-found"),
    )
    async def read(case_id: UUID, caller: Annotated[Caller, Depends(caller_of)]) -> Response:
        case = await seen(handling, str(case_id), caller)
        occasion = await handling.occasion_of(sender_of(caller), case.division)
        penalties = await handling.read(PENALTIES, penalties_of(case.enterprise))
        body = shown(str(case_id), case, occasion, penalties).model_dump(mode="json", exclude_none=True)
        return JSONResponse(body, headers={"ETag": f'"{case.version}"'})


def add_next(router: APIRouter, handling: Handling, caller_of: CallerOf) -> None:
    """下一步 · GET /cases/{id}/next, asked of the gates that the rules begin with."""

    @router.get(
        "/cases/{case_id}/next",
        response_model=CaseSteps,
        summary="案件下一步可以办理什么",
        operation_id="get-case-next",
        responses=responses("unauthenticated", "not-found"),
    )
    async def read_next(
        case_id: UUID,
        caller: Annotated[Caller, Depends(caller_of)],
        role: Annotated[Role | None, ASKED_FOR] = None,
    ) -> Response:
        case = await seen(handling, str(case_id), caller)
        asked = await handling.occasion_of(sender_of(caller), case.division)
        occasion, _ = await lean_on_officers(handling, case, asked, ())
        found = [step(one, role) for one in openings(case, occasion)]
        assert case.status is not None  # seen() has looked
        body = CaseSteps(
            id=str(case_id),
            version=case.version,
            status=case.status,
            status_name=case.status.zh,
            role=role or caller.role,
            open=[one for one in found if one.open],
            closed=[one for one in found if not one.open],
        )
        told = body.model_dump(mode="json", exclude_none=True)
        return JSONResponse(told, headers={"ETag": f'"{case.version}"'})


def add_penalties(router: APIRouter, handling: Handling, caller_of: CallerOf) -> None:
    """处罚计次 · GET /enterprises/{id}/penalties."""

    @router.get(
        "/enterprises/{enterprise_id}/penalties",
        summary="企业受到的处罚，以及是否达到提请关闭条件",
        operation_id="get-enterprise-penalties",
        responses=responses("unauthenticated", "not-found"),
    )
    async def read_penalties(
        enterprise_id: UUID, caller: Annotated[Caller, Depends(caller_of)]
    ) -> PenaltiesNow:
        enterprise = await known_enterprise(handling, str(enterprise_id))
        reached = scope_of(caller).covers(enterprise.division, enterprise.id)
        if not reached or caller.role not in READERS:
            raise NotFound("企业")
        penalties = await handling.read(PENALTIES, penalties_of(str(enterprise_id)))
        return counted(str(enterprise_id), penalties)


async def seen(handling: Handling, key: str, caller: Caller) -> Case:
    """可见 · By the offices of its area and by the party. Raises NotFound."""
    case = await handling.read(CASE, key)
    reached = scope_of(caller).covers(case.division, case.enterprise)
    if case.status is None or not reached or caller.role not in READERS:
        raise NotFound("案件")
    return case


def shown(key: str, case: Case, occasion: Occasion, penalties: Penalties) -> CaseNow:
    """展示 · The state with what is due and owed today."""
    assert case.status is not None  # seen() has looked
    rules, today = occasion.policy.cases, occasion.today
    due = dues(case, rules, occasion.calendar, today)
    same = (
        "version", "status", "enterprise", "enterprise_name", "division", "hazards", "officers", "filed_on",
        "decision_due", "penalty", "decision_number", "decided_on", "served_on", "published_on", "payment_due",
        "executed_on", "outcome", "late",
    )  # fmt: skip
    return CaseNow(
        id=key,
        status_name=case.status.zh,
        case_number=case.number,
        pause=PauseNow(reason=case.pause.reason, since=case.pause.since) if case.pause else None,
        proposed=case.told.proposed if case.told else None,
        owed=owed(case, occasion) if case.fine else None,
        due=[due_now(one) for one in due],
        missed=[one.what for one in due if one.missed],
        closure_condition_met=bool(penalties.grounds),
        **{name: getattr(case, name) for name in same},
    )


def owed(case: Case, occasion: Occasion) -> Owed:
    """账目 · As of today, or of the day on which it was executed."""
    now = account(case, occasion.policy.cases, case.executed_on or occasion.today)
    fields = ("fine", "surcharge", "daily_fine", "daily_days", "paid", "outstanding")
    return Owed(**{name: getattr(now, name) for name in fields})


def due_now(due: Due) -> DueNow:
    """应办事项 · One clock as a reader is shown it."""
    return DueNow(
        what=due.what,
        name=due.what.zh,
        by=due.by,
        side=due.side,
        side_name=due.side.zh,
        basis=due.basis,
        missed=due.missed,
        paused=due.paused,
    )


def step(opening: Opening, role: Role | None) -> CaseStep:
    """展示 · One command, open or closed to whom was asked about."""
    refusal = opening.closed_to.get(role) if role else opening.refusal
    code = type(refusal).code() if refusal else ""
    why = Why(code=code, title=PROBLEM_TYPES[code].title, detail=refusal.detail) if refusal else None
    return CaseStep(
        command=opening.command.path,
        title=opening.command.title,
        open=refusal is None,
        by=opening.by,
        why=why,
        open_to=list(opening.open_to),
    )


def counted(enterprise: str, penalties: Penalties) -> PenaltiesNow:
    """处罚计次 · With the reminder where the condition is met."""
    met = bool(penalties.grounds)
    note = (
        "已达到《安全生产法》第一百一十三条规定的提请关闭条件，是否提请由人决定，系统不作决定"
        if met
        else None
    )
    return PenaltiesNow(
        version=penalties.version,
        enterprise=enterprise,
        penalties=list(penalties.noted),
        condition_met=met,
        grounds=list(penalties.grounds),
        counted=list(penalties.counted),
        note=note,
    )
