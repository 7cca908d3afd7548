"""专项行动接口 · Campaigns planned, run, evaluated and read; how far they have come is a read model."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from contracts.campaign import (
    CampaignKind,
    CampaignScope,
    CampaignStage,
    CampaignTargets,
    OrderedBy,
)
from contracts.division import prefix
from contracts.visit import FormVersion
from services.attachments import Attachments
from services.hazard import campaigns
from services.hazard.api import guarding
from services.hazard.api.rows import Desk, add_rows
from services.hazard.api.sending import CallerOf, Sent, SentOf, answer, documented
from services.hazard.campaign import EXAMPLE_PLAN, Campaign, PlanCampaign
from services.hazard.campaigns import COMMANDS
from services.hazard.handling import Handling
from services.hazard.on_purpose import CAMPAIGN
from services.hazard.recalling import NotFound
from services.scope import Scope, scope_of
from services.tokens import Caller


def routes(
    handling: Handling, attachments: Attachments, sent_of: SentOf, caller_of: CallerOf, log_id: UUID
) -> APIRouter:
    """专项行动路由 · POST /campaigns, POST /campaigns/{id}/<command>, GET /campaigns/{id}."""
    router = APIRouter(prefix="/api/v1", tags=["专项行动"])

    @router.post("/campaigns", status_code=201, **documented("部署专项行动", "plan-campaign"))
    async def plan(ask: PlanCampaign, sent: Annotated[Sent, Depends(sent_of)]) -> Response:
        await guarding.check(ask, attachments)
        done = await campaigns.plan(handling, sent.creating("plan-campaign", ask), sent.new_id(), ask)
        return answer(done, log_id, created_at="/api/v1/campaigns")

    add_reading(router, handling, caller_of)
    desk = Desk(handling, attachments, sent_of, log_id)
    add_rows(router, "/campaigns", "campaign", COMMANDS, campaigns.change, desk)
    return router


class CampaignNow(
    BaseModel,
    json_schema_extra={
        "examples": [
            {
                "id": "9c1d2e3f-4a5b-5c6d-8e7f-0a1b2c3d4e5f",
                "version": 2,
                "stage": "RUNNING",
                "stage_name": "进行中",
                "division": "330111005000",
                **EXAMPLE_PLAN,
            }
        ]
    },
):
    """专项行动 · As the log has it now; ETag is its version."""

    id: str
    version: int
    stage: CampaignStage
    stage_name: str
    division: str
    name: str
    kind: CampaignKind
    starts_on: date
    ends_on: date
    ordered_by: OrderedBy
    scope: CampaignScope
    form: FormVersion | None = None
    targets: CampaignTargets


def add_reading(router: APIRouter, handling: Handling, caller_of: CallerOf) -> None:
    """读取 · GET /campaigns/{id}: the version that a command must name."""

    @router.get(
        "/campaigns/{key:uuid}",
        response_model=CampaignNow,
        summary="读取专项行动",
        operation_id="get-campaign",
    )
    async def read(key: UUID, caller: Annotated[Caller, Depends(caller_of)]) -> Response:
        state = await handling.read(CAMPAIGN, str(key))
        if state.stage is None or not concerns(state, scope_of(caller)):
            raise NotFound("专项行动")
        body = shown(str(key), state).model_dump(mode="json", exclude_none=True)
        return JSONResponse(body, headers={"ETag": f'"{state.version}"'})


def concerns(state: Campaign, scope: Scope) -> bool:
    """相关 · It runs in the caller's division or one above it: a town carries out what its district ordered."""
    place = prefix(state.place)
    return scope.enterprise is None and (place.startswith(scope.prefix) or scope.prefix.startswith(place))


def shown(key: str, state: Campaign) -> CampaignNow:
    """展示 · What a reader is shown of the state."""
    assert state.stage is not None  # `read` has looked
    plan = state.planned
    return CampaignNow(
        id=key,
        version=state.version,
        stage=state.stage,
        stage_name=state.stage.zh,
        division=state.place,
        name=plan.name,
        kind=plan.kind,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        ordered_by=plan.ordered_by,
        scope=plan.scope,
        form=plan.form,
        targets=state.targets,
    )
