"""区划接口 · The dated tree of divisions: read by day, amended from what was published."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from contracts.division_tree import DivisionEntry
from contracts.values import DivisionCode
from services.attachments import Attachments
from services.hazard import policies
from services.hazard.api import guarding
from services.hazard.api.sending import CallerOf, Sent, SentOf, answer, documented
from services.hazard.division_tree import AmendDivisions
from services.hazard.handling import Handling
from services.hazard.occasion import SHANGHAI
from services.hazard.policies import DIVISIONS, TREE
from services.hazard.recalling import NotFound

ON = Annotated[date | None, Query(description="哪一天；默认今天", examples=["2026-03-01"])]
PARENT = Annotated[DivisionCode | None, Query(description="上级代码；不填则列出最上级")]


EXAMPLE_DIVISION = {
    "code": "330111005000",
    "name": "某某街道",
    "parent": "330111000000",
    "valid_from": "2015-02-01",
}


class DivisionList(
    BaseModel,
    json_schema_extra={
        "examples": [{"on": "2026-03-01", "parent": "330111000000", "divisions": [EXAMPLE_DIVISION]}]
    },
):
    """下级区划 · What stands directly under a code on a day."""

    on: date
    parent: str | None
    divisions: list[DivisionEntry]


class DivisionShown(
    BaseModel,
    json_schema_extra={
        "examples": [
            {"on": "2026-03-01", "code": "330111005000", "now": "330111005000", "path": [EXAMPLE_DIVISION]}
        ]
    },
):
    """区划 · What a code stands for on a day, and above it its parents; where it ended, what it went into."""

    on: date
    code: str
    now: str
    path: list[DivisionEntry]


def routes(
    handling: Handling,
    attachments: Attachments,
    sent_of: SentOf,
    caller_of: CallerOf,
    log_id: UUID,
    now: Callable[[], datetime],
) -> APIRouter:
    """区划路由 · GET /divisions, /divisions/{code}; POST /divisions."""
    router = APIRouter(prefix="/api/v1", tags=["区划"])

    @router.post("/divisions", **documented("变更区划", "amend-divisions"))
    async def amend(ask: AmendDivisions, sent: Annotated[Sent, Depends(sent_of)]) -> Response:
        await guarding.check(ask, attachments)
        return answer(await policies.amend(handling, sent.creating("amend-divisions", ask), ask), log_id)

    add_reading(router, handling, caller_of, now)
    return router


def add_reading(
    router: APIRouter, handling: Handling, caller_of: CallerOf, now: Callable[[], datetime]
) -> None:
    """读取 · By day; anybody with a token may know what stands where."""
    guarded = [Depends(caller_of)]

    @router.get(
        "/divisions",
        response_model=DivisionList,
        summary="下级区划",
        operation_id="divisions",
        dependencies=guarded,
    )
    async def listed(on: ON = None, parent: PARENT = None) -> Response:
        tree, day = await handling.read(DIVISIONS, TREE), on or now().astimezone(SHANGHAI).date()
        return told(DivisionList(on=day, parent=parent, divisions=tree.under(parent, day)), tree.version)

    @router.get(
        "/divisions/{code}",
        response_model=DivisionShown,
        summary="某一区划",
        operation_id="get-division",
        dependencies=guarded,
    )
    async def one(code: DivisionCode, on: ON = None) -> Response:
        tree, day = await handling.read(DIVISIONS, TREE), on or now().astimezone(SHANGHAI).date()
        if code not in tree.entries:
            raise NotFound("区划")
        path = list(tree.path(code, day))
        return told(DivisionShown(on=day, code=code, now=tree.today_s(code, day), path=path), tree.version)


def told(body: BaseModel, version: int) -> Response:
    """答复 · With the tree's version as the ETag."""
    return JSONResponse(body.model_dump(mode="json", exclude_none=True), headers={"ETag": f'"{version}"'})
