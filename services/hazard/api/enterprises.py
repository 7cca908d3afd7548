"""企业接口 · Files of enterprises."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from contracts.values import RiskColour
from services.attachments import Attachments
from services.hazard import enterprises
from services.hazard.api import guarding
from services.hazard.api.rows import Desk, add_rows
from services.hazard.api.sending import CallerOf, Sent, SentOf, answer, documented
from services.hazard.enterprise import ChangeProfile, RegisterEnterprise
from services.hazard.enterprises import COMMANDS
from services.hazard.handling import Handling
from services.hazard.hazards import ENTERPRISE
from services.hazard.recalling import NotFound
from services.scope import scope_of
from services.tokens import Caller


def routes(
    handling: Handling, attachments: Attachments, sent_of: SentOf, caller_of: CallerOf, log_id: UUID
) -> APIRouter:
    """企业路由 · POST /enterprises, POST /enterprises/{id}/<command>."""
    router = APIRouter(prefix="/api/v1", tags=["企业"])

    @router.post("/enterprises", status_code=201, **documented("企业建档", "register-enterprise"))
    async def register(ask: RegisterEnterprise, sent: Annotated[Sent, Depends(sent_of)]) -> Response:
        await guarding.check(ask, attachments)
        done = await enterprises.register(
            handling, sent.creating("register-enterprise", ask), sent.new_id(), ask
        )
        return answer(done, log_id, created_at="/api/v1/enterprises")

    @router.post(
        "/enterprises/{enterprise_id}/change-profile", **documented("变更档案", "enterprise-change-profile")
    )
    async def change_profile(
        enterprise_id: UUID, ask: ChangeProfile, sent: Annotated[Sent, Depends(sent_of)]
    ) -> Response:
        await guarding.check(ask, attachments)
        sender = sent.changing("change-profile", str(enterprise_id), ask)
        return answer(await enterprises.change_profile(handling, sender, str(enterprise_id), ask), log_id)

    add_reading(router, handling, caller_of)
    desk = Desk(handling, attachments, sent_of, log_id)
    add_rows(router, "/enterprises", "enterprise", COMMANDS, enterprises.change, desk)
    return router


class EnterpriseNow(
    BaseModel,
    json_schema_extra={
        "examples": [
            {
                "id": "7b0e1a52-3f54-5b6e-9d56-0f4a3a8e1c11",
                "version": 3,
                "name": "蜀山精密机械有限公司",
                "division": "330111005000",
                "credit_code": "91330424MA28AQAQXU",
                "colour": "YELLOW",
                "suspended": False,
                "closed_down": False,
            }
        ]
    },
):
    """企业 · As the log has it now; ETag is its version. The whole file is at /enterprises/{id}/file."""

    id: str
    version: int
    name: str
    division: str
    credit_code: str | None = None
    colour: RiskColour | None = None
    suspended: bool
    closed_down: bool


def add_reading(router: APIRouter, handling: Handling, caller_of: CallerOf) -> None:
    """读取 · GET /enterprises/{id}: the version that a command must name."""

    @router.get(
        "/enterprises/{enterprise_id}",
        response_model=EnterpriseNow,
        summary="读取企业",
        operation_id="get-enterprise",
    )
    async def read(enterprise_id: UUID, caller: Annotated[Caller, Depends(caller_of)]) -> Response:
        state = await handling.read(ENTERPRISE, str(enterprise_id))
        if state.id is None or not scope_of(caller).covers(state.division, state.id):
            raise NotFound("企业")
        fields = ("id", "version", "name", "division", "credit_code", "colour", "suspended", "closed_down")
        body = EnterpriseNow(**{name: getattr(state, name) for name in fields})
        headers = {"ETag": f'"{state.version}"'}
        return JSONResponse(body.model_dump(mode="json", exclude_none=True), headers=headers)
