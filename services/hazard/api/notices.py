"""指令书接口 · Notices drafted, numbered, served, signed for or void; and how each item stands."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from contracts.limits import Limit
from contracts.notice import ItemState, NoticeState
from contracts.numbering import DocumentKind
from contracts.values import VisitKind
from services.attachments import Attachments
from services.hazard import notices
from services.hazard.api import guarding
from services.hazard.api.keeping import covered, keeper
from services.hazard.api.rows import Desk
from services.hazard.api.sending import CallerOf, Sent, SentOf, answer, documented
from services.hazard.handling import Handling
from services.hazard.notice.drafting import DraftNotice
from services.hazard.notice.state import Notice
from services.hazard.notices import COMMANDS, NoticeCommand
from services.hazard.noticing import NOTICE
from services.hazard.recalling import NotFound
from services.people import People
from services.scope import scope_of
from services.tokens import Caller


class ItemNow(BaseModel):
    """逐项 · One hazard of a notice: the term it was given, and how its own loop stands."""

    hazard: str
    number: str
    deadline: date | None = None
    from_service: Limit | None = None
    fixed_on_spot: bool
    state: ItemState
    state_name: str


class NoticeNow(
    BaseModel,
    json_schema_extra={
        "examples": [
            {
                "id": "0c3c8f0e-6b0a-5d3f-8e55-2f6a1b7c9d10",
                "version": 5,
                "state": "PARTLY_DONE",
                "state_name": "部分完成",
                "kind": "RECTIFICATION_ORDER",
                "number": "（杭滨）应急责改〔2026〕12号",
                "office": "org-town",
                "enterprise": "7b0e1a52-3f54-5b6e-9d56-0f4a3a8e1c11",
                "division": "330111005000",
                "visit": "e1b5c7d9-2a4f-5e68-8c90-4d7b3f6a1e25",
                "visit_kind": "ADMIN",
                "served_on": "2026-06-04",
                "acknowledged": True,
                "done": 1,
                "items": [
                    {
                        "hazard": "5b1f0c8e-2f0e-5a51-8f1e-9d6f1f2a7c10",
                        "number": "HZ-330111-2026-000123",
                        "from_service": {"amount": 15, "unit": "days"},
                        "fixed_on_spot": False,
                        "state": "DONE",
                        "state_name": "已完成",
                    }
                ],
            }
        ]
    },
):
    """指令书 · As the log has it now; ETag is its version. A deadline in force is the hazard's own."""

    id: str
    version: int
    state: NoticeState
    state_name: str
    kind: DocumentKind
    number: str | None = None
    office: str
    enterprise: str
    division: str
    visit: str
    visit_kind: VisitKind | None = None
    served_on: date | None = None
    acknowledged: bool
    done: int
    items: list[ItemNow]


def routes(
    handling: Handling,
    attachments: Attachments,
    people: People,
    sent_of: SentOf,
    caller_of: CallerOf,
    log_id: UUID,
) -> APIRouter:
    """指令书路由 · POST /notices, POST /notices/{id}/<command>, GET /notices/{id}."""
    router = APIRouter(prefix="/api/v1/notices", tags=["整改指令"])
    desk = Desk(handling, attachments, sent_of, log_id)

    @router.post("", status_code=201, **documented("草拟指令书", "draft-notice"))
    async def draft(ask: DraftNotice, sent: Annotated[Sent, Depends(sent_of)]) -> Response:
        await guarding.check(ask, attachments)
        done = await notices.draft(handling, sent.creating("draft-notice", ask), sent.new_id(), ask)
        return answer(done, log_id, created_at="/api/v1/notices")

    @router.get("/{key}", response_model=NoticeNow, summary="读取指令书", operation_id="get-notice")
    async def read(key: UUID, caller: Annotated[Caller, Depends(caller_of)]) -> Response:
        notice = await handling.read(NOTICE, str(key))
        if notice.id is None or not scope_of(caller).covers(notice.division, notice.enterprise):
            raise NotFound("指令书")
        body = shown(notice).model_dump(mode="json", exclude_none=True)
        return JSONResponse(body, headers={"ETag": f'"{notice.version}"'})

    for command in COMMANDS:
        router.add_api_route(
            f"/{{key}}/{command.path}",
            endpoint(command, desk, people),
            methods=["POST"],
            description=command.ask.__doc__,
            **documented(command.title, f"notice-{command.path}"),
        )
    return router


def endpoint(command: NoticeCommand, desk: Desk, people: People) -> Callable[..., Awaitable[Response]]:
    """命令入口 · The body is the ask; the headers say who, under which key, on which version."""
    body, keep = command.ask, keeper(people, desk.handling.now)

    async def send(key: UUID, ask: body, sent: Annotated[Sent, Depends(desk.sent_of)]) -> Response:  # type: ignore[valid-type]  # each row brings its own ask
        await guarding.check(ask, desk.attachments)
        sender = sent.changing(command.path, str(key), covered(people, ask))
        done = await notices.change(desk.handling, sender, str(key), command, ask, keep)
        return answer(done, desk.log_id)

    return send


def shown(notice: Notice) -> NoticeNow:
    """展示 · What a reader is shown of the state."""
    same = ("version", "state", "kind", "number", "office", "enterprise", "division", "visit", "visit_kind")
    return NoticeNow(
        **{name: getattr(notice, name) for name in (*same, "served_on", "done")},
        id=notice.id or "",
        state_name=notice.state.zh,
        acknowledged=bool(notice.acknowledged),
        items=[
            ItemNow(
                hazard=item.hazard,
                number=item.number,
                deadline=item.deadline,
                from_service=item.limit,
                fixed_on_spot=item.fixed_on_spot,
                state=item.state,
                state_name=item.state.zh,
            )
            for item in notice.items
        ],
    )
