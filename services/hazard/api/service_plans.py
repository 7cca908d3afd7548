"""服务计划接口 · What a service institution owes an enterprise in a year: made, changed, ended, read."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from contracts.service_plan import AssignedExpert, QuarterDuty, ServiceContract
from contracts.values import PersonId
from services.attachments import Attachments
from services.hazard import service_plans
from services.hazard.api import guarding
from services.hazard.api.rows import Desk, add_rows
from services.hazard.api.sending import CallerOf, Sent, SentOf, answer, documented
from services.hazard.handling import Handling
from services.hazard.on_purpose import SERVICE_PLAN
from services.hazard.recalling import NotFound
from services.hazard.service_plan.making import EXAMPLE_CONTRACT, MakeServicePlan
from services.hazard.service_plan.state import ServicePlan
from services.hazard.service_plans import COMMANDS
from services.scope import scope_of
from services.tokens import Caller


def routes(
    handling: Handling, attachments: Attachments, sent_of: SentOf, caller_of: CallerOf, log_id: UUID
) -> APIRouter:
    """服务计划路由 · POST /service-plans, POST /service-plans/{id}/<command>, GET /service-plans/{id}."""
    router = APIRouter(prefix="/api/v1", tags=["社会化服务"])

    @router.post("/service-plans", status_code=201, **documented("制定服务计划", "make-service-plan"))
    async def make(ask: MakeServicePlan, sent: Annotated[Sent, Depends(sent_of)]) -> Response:
        await guarding.check(ask, attachments)
        done = await service_plans.make(handling, sent.creating("make-service-plan", ask), ask)
        return answer(done, log_id, created_at="/api/v1/service-plans")

    add_reading(router, handling, caller_of)
    desk = Desk(handling, attachments, sent_of, log_id)
    add_rows(router, "/service-plans", "service-plan", COMMANDS, service_plans.change, desk)
    return router


EXAMPLE = {
    "id": "4f0f7a8e-6b35-5c0f-9a41-0d5a3c1e7b22",
    "version": 2,
    "enterprise": "7b0e1a52-3f54-5b6e-9d56-0f4a3a8e1c11",
    "year": 2026,
    "division": "330111005000",
    "institution": "org-service-3",
    "contract": EXAMPLE_CONTRACT,
    "expert": {"person": "p-71", "specialties": ["MACHINERY"]},
    "duties": [
        {
            "quarter": 1,
            "checks": 1,
            "urges": 1,
            "rechecks": 1,
            "due": "2026-03-31",
            "remind_on": "2026-03-16",
        }
    ],
    "proposal": {
        "proposed_by": "p-70",
        "expert": {"person": "p-72", "specialties": ["MACHINERY"]},
        "reason": "原专家调离服务机构",
    },
}


class ProposalNow(BaseModel):
    """更换提议 · Who is to serve instead."""

    proposed_by: PersonId
    expert: AssignedExpert
    reason: str


class ServicePlanNow(BaseModel, json_schema_extra={"examples": [EXAMPLE]}):
    """服务计划 · As the log has it now; ETag is its version."""

    id: str
    version: int
    enterprise: str
    year: int
    division: str
    institution: str
    contract: ServiceContract
    expert: AssignedExpert
    duties: tuple[QuarterDuty, ...] = Field(description="各季度应办次数")
    proposal: ProposalNow | None = Field(None, description="待批的专家更换")
    ended_on: date | None = None


def add_reading(router: APIRouter, handling: Handling, caller_of: CallerOf) -> None:
    """读取 · GET /service-plans/{id}: the version that a command must name."""

    @router.get(
        "/service-plans/{key:uuid}",  # only a UUID: the read models have names of their own beside it
        response_model=ServicePlanNow,
        summary="读取服务计划",
        operation_id="get-service-plan",
    )
    async def read(key: UUID, caller: Annotated[Caller, Depends(caller_of)]) -> Response:
        state = await handling.read(SERVICE_PLAN, str(key))
        if state.enterprise is None or not scope_of(caller).covers(state.division, state.enterprise):
            raise NotFound("服务计划")
        body = shown(str(key), state).model_dump(mode="json", exclude_none=True)
        return JSONResponse(body, headers={"ETag": f'"{state.version}"'})


def shown(key: str, state: ServicePlan) -> ServicePlanNow:
    """展示 · What a reader is shown of the state."""
    enterprise, expert = state.known
    assert state.contract is not None  # of a plan that was made
    proposal = state.proposal
    return ServicePlanNow(
        id=key,
        version=state.version,
        enterprise=enterprise,
        year=state.year,
        division=state.division,
        institution=state.institution,
        contract=state.contract,
        expert=expert,
        duties=state.duties,
        proposal=proposal
        and ProposalNow(proposed_by=proposal.proposed_by, expert=proposal.expert, reason=proposal.reason),
        ended_on=state.ended_on,
    )
