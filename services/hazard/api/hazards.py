"""隐患接口 · Capture, one route for each command, and the hazard as the log has it now."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from contracts.regions import EnforcementState, EscalationLevel, Holder, TransferState
from contracts.values import SEALED_ROLES, Level, PersonId, Role, Status, Track
from services import texts
from services.attachments import Attachments
from services.hazard import hazards
from services.hazard.api import guarding
from services.hazard.api.keeping import keeper
from services.hazard.api.sending import CallerOf, Sent, SentOf, answer, documented
from services.hazard.handling import Handling
from services.hazard.hazard_commands import COMMANDS, HazardCommand
from services.hazard.hazards import HAZARD
from services.hazard.lifecycle.reporting import CaptureHazard
from services.hazard.lifecycle.state import Hazard
from services.hazard.occasion import Ask
from services.hazard.policy import Policy
from services.people import People
from services.scope import scope_of
from services.tokens import Caller
from services.trouble import Trouble

UNTRIAGED = frozenset({Status.DRAFT, Status.PENDING_CONFIRMATION})


class HazardNow(
    BaseModel,
    json_schema_extra={
        "examples": [
            {
                "id": "5b1f0c8e-2f0e-5a51-8f1e-9d6f1f2a7c10",
                "version": 4,
                "status": "RECTIFYING",
                "status_name": "整改中",
                "number": "HZ-330111-2026-000123",
                "level": "GENERAL",
                "track": "AUTHORITY",
                "enterprise": "7b0e1a52-3f54-5b6e-9d56-0f4a3a8e1c11",
                "division": "330111005000",
                "place": "2号车间配电间",
                "category": "B04",
                "description": "配电箱外壳未做保护接地",
                "round": 1,
                "deadline": "2026-12-10",
                "responsible": "p-301",
                "holder": {"division": "330111005000"},
                "transfer": "NONE",
                "enforcement": "NONE",
                "escalation": 0,
            }
        ]
    },
):
    """隐患 · As the log has it now; ETag is its version."""

    id: str
    version: int
    status: Status
    status_name: str
    number: str | None = None
    level: Level
    track: Track
    enterprise: str | None = None
    division: str
    place: str | None = None
    category: str | None = None
    description: str | None = None
    found_on: date | None = None
    triage_due: datetime | None = Field(None, description="应在此时之前上报、核实")
    round: int
    deadline: date | None = None
    responsible: PersonId | None = None
    holder: Holder
    transfer: TransferState
    enforcement: EnforcementState
    escalation: EscalationLevel


class Reports:
    """举报原文 · The public's own words, kept beside the log and joined when somebody reads."""

    def __init__(self, people: People, now: Callable[[], datetime]) -> None:
        """装配 · The door to what can be erased, and the clock."""
        self.people, self.keep = people, keeper(people, now)

    def covered(self, ask: Ask, role: Role) -> Ask:
        """遮盖 · For the hash by which a repeat is known, which the log keeps: of the words a keyed hash."""
        words = getattr(ask, "description", None)
        if words is None or role not in SEALED_ROLES:
            return ask
        return ask.model_copy(update={"description": self.people.keys.match("report", words).hex()})

    async def joined(self, now: HazardNow, hazard: Hazard, caller: Caller) -> HazardNow:
        """并入 · The hazard with the words of its report, or 已删除."""
        if hazard.report is None:
            return now
        text = UUID(hazard.report.id)
        said = await texts.read(self.people, [text], reader=caller.person, why="hazard.read")
        return now.model_copy(update={"description": said.get(text, now.description)})


def routes(
    handling: Handling,
    attachments: Attachments,
    people: People,
    sent_of: SentOf,
    caller_of: CallerOf,
    log_id: UUID,
) -> APIRouter:
    """隐患路由 · POST /hazards, POST /hazards/{id}/<command>, GET /hazards/{id}."""
    router = APIRouter(prefix="/api/v1/hazards", tags=["隐患"])
    reports = Reports(people, handling.now)

    @router.post("", status_code=201, **documented("记录隐患", "capture-hazard"))
    async def capture(ask: CaptureHazard, sent: Annotated[Sent, Depends(sent_of)]) -> Response:
        await guarding.check(ask, attachments)
        sender = sent.creating("capture-hazard", reports.covered(ask, sent.caller.role))
        done = await hazards.capture(handling, sender, sent.new_id(), ask, reports.keep)
        return answer(done, log_id, created_at="/api/v1/hazards")

    @router.get("/{hazard_id}", response_model=HazardNow, summary="读取隐患", operation_id="get-hazard")
    async def read(hazard_id: UUID, caller: Annotated[Caller, Depends(caller_of)]) -> Response:
        hazard = await handling.read(HAZARD, str(hazard_id))
        check_visible(hazard, caller)
        policy = await handling.policy_at(hazard.division)
        now = await reports.joined(shown(str(hazard_id), hazard, policy), hazard, caller)
        body = now.model_dump(mode="json", exclude_none=True)
        return JSONResponse(body, headers={"ETag": f'"{hazard.version}"'})

    for command in COMMANDS:
        router.add_api_route(
            f"/{{hazard_id}}/{command.path}",
            endpoint(command, handling, attachments, reports, sent_of, log_id),
            methods=["POST"],
            description=command.ask.__doc__,
            **documented(command.title, f"hazard-{command.path}"),
        )
    return router


def endpoint(
    command: HazardCommand,
    handling: Handling,
    attachments: Attachments,
    reports: Reports,
    sent_of: SentOf,
    log_id: UUID,
) -> Callable[..., Awaitable[Response]]:
    """命令入口 · The body is the ask; the headers say who, under which key, on which version."""
    body = command.ask

    async def send(hazard_id: UUID, ask: body, sent: Annotated[Sent, Depends(sent_of)]) -> Response:  # type: ignore[valid-type]  # each row brings its own ask
        await guarding.check(ask, attachments)
        sender = sent.changing(command.path, str(hazard_id), reports.covered(ask, sent.caller.role))
        done = await hazards.change(handling, sender, str(hazard_id), command, ask, reports.keep)
        return answer(done, log_id)

    return send


def check_visible(hazard: Hazard, caller: Caller) -> None:
    """可见 · In scope, or one's own report."""
    in_reach = scope_of(caller).covers(hazard.division, hazard.enterprise, hazard.offices)
    if hazard.status is None or not (in_reach or hazard.author == caller.person):
        raise Trouble("not-found", "未找到该隐患，或不在您的管辖范围内")


def shown(key: str, hazard: Hazard, policy: Policy) -> HazardNow:
    """展示 · What a reader is shown of the state."""
    assert hazard.status is not None  # check_visible has looked
    return HazardNow(
        id=key,
        version=hazard.version,
        status=hazard.status,
        status_name=hazard.status.zh,
        number=hazard.number,
        level=hazard.level,
        track=hazard.track(policy),
        enterprise=hazard.enterprise,
        division=hazard.division,
        place=hazard.place,
        category=hazard.category,
        description=hazard.description,
        found_on=hazard.found_on,
        triage_due=hazard.terms.confirmation if hazard.status in UNTRIAGED else None,
        round=hazard.round,
        deadline=hazard.deadline,
        responsible=hazard.responsible,
        holder=hazard.holder,
        transfer=hazard.transfer.state,
        enforcement=hazard.enforcement.state,
        escalation=hazard.escalation.level,
    )
