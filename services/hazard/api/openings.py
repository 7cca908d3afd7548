"""下一步接口 · What may be done with a hazard now: by whom, by when, and why the rest may not."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from contracts.problems import PROBLEM_TYPES
from contracts.values import Role, Status
from services.hazard import hazards
from services.hazard.api.hazards import check_visible
from services.hazard.api.sending import CallerOf
from services.hazard.handling import Handling, Sender
from services.hazard.hazards import HAZARD
from services.hazard.lifecycle.state import Hazard
from services.hazard.occasion import SHANGHAI
from services.hazard.openings import Opening, openings
from services.problems import responses
from services.scope import scope_of
from services.tokens import Caller
from services.trouble import Trouble

ASKED_FOR = Query(description="查询另一角色：该角色的人现在可以办理哪些命令", examples=["DPO"])


class Why(BaseModel):
    """原因 · The refusal that the command would meet: its problem type and its sentence."""

    code: str = Field(examples=["not-at-this-stage"])
    title: str
    detail: str


class Step(BaseModel):
    """一项命令 · Open with its date, or closed with the reason; and to which roles it is open."""

    command: str = Field(description="命令，即 POST /api/v1/hazards/{id}/ 之后的路径")
    title: str
    open: bool
    proposal: bool | None = Field(None, description="办理的只是建议：记录在案，由有权的人决定，隐患状态不变")
    by: datetime | None = Field(None, description="应在此时之前办理；按日计的期限到当日24时为止")
    basis: str | None = Field(None, description="期限的依据")
    provisional: bool | None = Field(None, description="期限暂定：当年放假安排尚未公布")
    why: Why | None = Field(None, description="不能办理的原因和依据")
    open_to: list[Role] = Field(description="现在可以办理的角色")
    proposing: list[Role] | None = Field(None, description="其中只能提出建议的角色")
    closed_to: dict[str, str] = Field(description="不能办理的角色及其问题类型代码")


EXAMPLE = {
    "id": "5b1f0c8e-2f0e-5a51-8f1e-9d6f1f2a7c10",
    "version": 3,
    "status": "RECTIFYING",
    "status_name": "整改中",
    "role": "TWO",
    "role_name": "镇街执法人员",
    "open": [
        {
            "command": "urge-rectification",
            "title": "督促整改",
            "open": True,
            "open_to": ["GRID", "VIL", "EXP", "TWN", "TWO", "TWL", "DPO", "DPL", "SCO"],
            "closed_to": {"ENT_M": "may-not"},
        },
        {
            "command": "serve-notice",
            "title": "送达文书",
            "open": True,
            "by": "2026-06-15T00:00:00+08:00",
            "basis": "责令整改文书送达时限",
            "open_to": ["TWO", "DPO", "ENF"],
            "closed_to": {"TWN": "may-not"},
        },
    ],
    "closed": [
        {
            "command": "reinspect",
            "title": "复查",
            "open": False,
            "why": {
                "code": "not-at-this-stage",
                "title": "当前状态不允许此操作",
                "detail": "隐患处于「整改中」，不能复查；该操作只适用于「待复查」",
            },
            "open_to": [],
            "closed_to": {"TWO": "not-at-this-stage", "GRID": "may-not"},
        }
    ],
}


class NextSteps(BaseModel, json_schema_extra={"examples": [EXAMPLE]}):
    """下一步 · Every command of the life, split into what is open to the asker and what is not."""

    id: str
    version: int
    status: Status
    status_name: str
    role: Role
    role_name: str
    open: list[Step]
    closed: list[Step]


def routes(handling: Handling, caller_of: CallerOf) -> APIRouter:
    """下一步路由 · GET /hazards/{id}/next."""
    router = APIRouter(prefix="/api/v1/hazards", tags=["隐患"])

    @router.get(
        "/{hazard_id}/next",
        response_model=NextSteps,
        summary="下一步可以办理什么",
        operation_id="get-hazard-next",
        responses=responses("unauthenticated", "not-found"),
    )
    async def read(
        hazard_id: UUID,
        caller: Annotated[Caller, Depends(caller_of)],
        role: Annotated[Role | None, ASKED_FOR] = None,
    ) -> Response:
        hazard = await handling.read(HAZARD, str(hazard_id))
        check_visible(hazard, caller)
        sender = sender_of(caller)
        asked = await handling.occasion_of(sender, hazard.division)
        occasion, _ = await hazards.lean_on_officers(handling, hazard, asked, ())
        found = openings(hazard, occasion)
        steps = [
            shown(
                opening,
                role or caller.role,
                refusal_to(opening, role) if role else refusal_of(opening, hazard, sender, caller),
            )
            for opening in found
        ]
        answer = told(str(hazard_id), hazard, role or caller.role, steps)
        body = answer.model_dump(mode="json", exclude_none=True)
        return JSONResponse(body, headers={"ETag": f'"{hazard.version}"'})

    return router


def sender_of(caller: Caller) -> Sender:
    """请求人 · As a command of the caller would have it, without the command."""
    return Sender(
        client=caller.client,
        key="",
        request=b"",
        person=caller.person,
        role=caller.role,
        organisation=caller.organisation,
        division=caller.division,
        certificate=caller.certificate,
        scope=scope_of(caller),
    )


def shown(opening: Opening, role: Role, because: Why | None) -> Step:
    """展示 · One command, open or closed to whom was asked about; for some roles open as a proposal only."""
    owed = opening.owed
    return Step(
        command=opening.command.path,
        title=opening.command.title,
        open=because is None,
        proposal=(because is None and role in opening.proposing) or None,
        by=owed.due.astimezone(SHANGHAI) if owed else None,
        basis=owed.basis if owed else None,
        provisional=owed.provisional or None if owed else None,
        why=because,
        open_to=list(opening.open_to),
        proposing=list(opening.proposing) or None,
        closed_to={role.value: type(refusal).code() for role, refusal in opening.closed_to.items()},
    )


def why(code: str, detail: str) -> Why:
    """原因 · A refusal as a reader is shown it."""
    return Why(code=code, title=PROBLEM_TYPES[code].title, detail=detail)


def refusal_to(opening: Opening, role: Role) -> Why | None:
    """对某角色 · Why it is closed to everybody of a role."""
    refusal = opening.closed_to.get(role)
    return why(type(refusal).code(), refusal.detail) if refusal else None


def refusal_of(opening: Opening, hazard: Hazard, sender: Sender, caller: Caller) -> Why | None:
    """对本人 · Why it is closed to the caller: a service account's list and the reach come before every rule."""
    command, refusal = opening.command, opening.refusal
    if not caller.may_send(command.path):
        return why("command-not-granted", f"该服务账号不得发送「{command.path}」")
    try:
        hazards.check_reach(hazard, sender, command)
    except Trouble as trouble:
        return why(trouble.code, str(trouble))
    return why(type(refusal).code(), refusal.detail) if refusal else None


def told(key: str, hazard: Hazard, role: Role, steps: list[Step]) -> NextSteps:
    """答复 · What is open first."""
    assert hazard.status is not None  # check_visible has looked
    return NextSteps(
        id=key,
        version=hazard.version,
        status=hazard.status,
        status_name=hazard.status.zh,
        role=role,
        role_name=role.zh,
        open=[step for step in steps if step.open],
        closed=[step for step in steps if not step.open],
    )
