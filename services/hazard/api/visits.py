"""检查接口 · Visits from plan to file, in short or in full; the record as the log has it now."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from contracts.values import VisitKind
from contracts.visit import Answer, CapExemption, FormVersion, Participant, VisitState
from services.attachments import Attachments
from services.hazard import visits
from services.hazard.api import guarding
from services.hazard.api.keeping import covered, keeper
from services.hazard.api.rows import Desk, add_rows
from services.hazard.api.sending import CallerOf, Sent, SentOf, answer, documented
from services.hazard.handling import Handling
from services.hazard.on_visit import VISIT
from services.hazard.recalling import NotFound
from services.hazard.visit.answering import OWN_CHECKS
from services.hazard.visit.planning import EXAMPLE_PARTY, PlanVisit
from services.hazard.visit.recording import RecordVisit
from services.hazard.visit.signing import SignVisit
from services.hazard.visit.state import Visit
from services.people import People
from services.scope import ENTERPRISE_ROLES, scope_of
from services.tokens import Caller


class AnswerNow(BaseModel):
    """检查项 · How an item stands, and the hazard it led to."""

    item: str
    answer: Answer
    answer_name: str
    revision: int
    hazard: str | None = None


class VisitNow(
    BaseModel,
    json_schema_extra={
        "examples": [
            {
                "id": "e1b5c7d9-2a4f-5e68-8c90-4d7b3f6a1e25",
                "version": 3,
                "state": "STARTED",
                "state_name": "检查中",
                "visit_kind": "ADMIN",
                "visit_kind_name": "行政检查",
                "enterprise": "7b0e1a52-3f54-5b6e-9d56-0f4a3a8e1c11",
                "division": "330111005000",
                "planned_on": "2026-11-25",
                "visited_on": "2026-11-25",
                "participants": EXAMPLE_PARTY,
                "left": [],
                "lead": "p-9",
                "approval": "余应急检批〔2026〕31号",
                "answers": [{"item": "1.1", "answer": "CONFORMS", "answer_name": "符合", "revision": 1}],
                "found": [],
                "finds": 0,
            }
        ]
    },
):
    """检查 · As the log has it now; ETag is its version."""

    id: str
    version: int
    state: VisitState
    state_name: str
    visit_kind: VisitKind
    visit_kind_name: str
    enterprise: str
    division: str
    planned_on: date | None = None
    visited_on: date | None = None
    purpose: str | None = None
    participants: list[Participant]
    left: list[str] = Field(description="中途离开的人员")
    lead: str | None = None
    lead_department: str | None = None
    approval: str | None = None
    form: FormVersion | None = None
    case: str | None = None
    report: str | None = None
    hazards: list[str] = Field([], description="要复查的隐患")
    campaign: str | None = None
    plan: str | None = None
    exemption: CapExemption | None = None
    answers: list[AnswerNow]
    found: list[str] = Field(description="发现的隐患")
    finds: int


def routes(
    handling: Handling,
    attachments: Attachments,
    people: People,
    sent_of: SentOf,
    caller_of: CallerOf,
    log_id: UUID,
) -> APIRouter:
    """检查路由 · POST /visits, POST /visits/plan, POST /visits/{id}/<command>, GET /visits/{id}."""
    router = APIRouter(prefix="/api/v1", tags=["检查"])
    keep = keeper(people, handling.now)

    @router.post("/visits", status_code=201, **documented("记录检查", "record-visit"))
    async def record(ask: RecordVisit, sent: Annotated[Sent, Depends(sent_of)]) -> Response:
        await guarding.check(ask, attachments)
        done = await visits.record(handling, sent.creating("record-visit", ask), sent.new_id(), ask)
        return answer(done, log_id, created_at="/api/v1/visits")

    @router.post("/visits/plan", status_code=201, **documented("计划检查", "plan-visit"))
    async def plan(ask: PlanVisit, sent: Annotated[Sent, Depends(sent_of)]) -> Response:
        await guarding.check(ask, attachments)
        done = await visits.plan(handling, sent.creating("plan-visit", ask), sent.new_id(), ask)
        return answer(done, log_id, created_at="/api/v1/visits")

    @router.post("/visits/{visit_id}/sign", **documented("企业签字", "visit-sign"))
    async def sign(visit_id: UUID, ask: SignVisit, sent: Annotated[Sent, Depends(sent_of)]) -> Response:
        await guarding.check(ask, attachments)
        sender = sent.changing("sign", str(visit_id), covered(people, ask))
        return answer(await visits.sign(handling, sender, str(visit_id), ask, keep), log_id)

    add_reading(router, handling, caller_of)
    desk = Desk(handling, attachments, sent_of, log_id)
    add_rows(router, "/visits", "visit", visits.COMMANDS, visits.change, desk)
    return router


def add_reading(router: APIRouter, handling: Handling, caller_of: CallerOf) -> None:
    """读取 · GET /visits/{id}: the version that a command must name, and how far it has come."""

    @router.get("/visits/{visit_id}", response_model=VisitNow, summary="读取检查", operation_id="get-visit")
    async def read(visit_id: UUID, caller: Annotated[Caller, Depends(caller_of)]) -> Response:
        visit = await handling.read(VISIT, str(visit_id))
        if not visible(visit, caller):
            raise NotFound("检查")
        body = shown(visit).model_dump(mode="json", exclude_none=True)
        return JSONResponse(body, headers={"ETag": f'"{visit.version}"'})


def visible(visit: Visit, caller: Caller) -> bool:
    """可见 · In the caller's reach; an inspection that is only planned is not the enterprise's to know."""
    if visit.state is None or not scope_of(caller).covers(visit.division, visit.enterprise):
        return False
    known = visit.visited_on is not None or visit.kind in OWN_CHECKS
    return known or caller.role not in ENTERPRISE_ROLES


def shown(visit: Visit) -> VisitNow:
    """展示 · What a reader is shown of the state."""
    assert visit.state is not None  # whoever asks has looked
    alike = (
        "id", "version", "state", "division", "planned_on", "visited_on", "purpose", "lead_department", "approval", "form",
        "case", "report", "campaign", "plan", "exemption", "finds",
    )  # fmt: skip
    return VisitNow(
        **{name: getattr(visit, name) for name in alike},
        state_name=visit.state.zh,
        visit_kind=visit.kind,
        visit_kind_name=visit.kind.zh,
        enterprise=visit.enterprise or "",
        participants=list(visit.participants),
        left=sorted(visit.gone),
        lead=visit.lead or None,
        hazards=list(visit.hazards),
        answers=[
            AnswerNow(
                item=one.item,
                answer=one.answer,
                answer_name=one.answer.zh,
                revision=one.revision,
                hazard=one.hazard,
            )
            for one in visit.answers
        ],
        found=list(visit.found),
    )
