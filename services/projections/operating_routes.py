"""运维接口 · GET /projections for everybody; rebuild, switch, cancel, pause, resume, and events set aside, for operators."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Path, Query, Request, Response, status
from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from contracts.values import ShortText
from services.problems import responses
from services.projections import operating
from services.projections.operating import Operator, named
from services.projections.progress import Progress, ProgressList, progress
from services.projections.projection import Projection
from services.projections.reading import LONGEST_PAGE, Reads, decode_cursor, encode_cursor, link_next
from services.projections.shanghai import local
from services.scope import may_operate
from services.tokens import Caller
from services.trouble import Trouble

REFUSALS = ("unauthenticated", "may-not-operate", "no-such-projection")
OPERATE = "operate-projections"  # as a command on a service's list
NAMED = Annotated[str, Path(description="读模型名称", examples=["ledger"])]
ASIDE: JsonDict = {
    "id": 7,
    "subject": "hazard/5b1f0c8e-2f0e-5a51-8f1e-9d6f1f2a7c10",
    "position": 1042,
    "type": "hazard.reopened",
    "error": "ValueError: 看不懂",
    "parked_at": "2026-06-03T10:02:01+08:00",
    "payload": {"type": "hazard.reopened"},
    "decision": None,
    "decided_by": None,
    "decided_at": None,
    "reason": None,
    "skipped": False,
}


class Act(StrEnum):
    """办理 · What an operator may ask of a read model."""

    REBUILD = "rebuild"
    SWITCH = "switch"
    CANCEL = "cancel"
    PAUSE = "pause"
    RESUME = "resume"


class Verdict(StrEnum):
    """处理 · What an operator may decide of an event set aside."""

    RETRY = "retry"
    SKIP = "skip"


class Because(BaseModel):
    """事由 · Why; it is kept with who and when."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "核对台账"}]})

    reason: ShortText = Field(min_length=2, description="事由，留存备查")
    at_once: bool = Field(default=False, description="重建追上后自动切换；只用于 rebuild")


class Aside(BaseModel):
    """搁置的事件 · An event that a read model could not take in, or that waits behind one."""

    model_config = ConfigDict(json_schema_extra={"examples": [ASIDE]})

    id: int
    subject: str
    position: int
    type: str
    error: str | None = Field(description="错误；null 表示排在同一对象的另一事件之后")
    parked_at: datetime
    payload: dict[str, Any] = Field(description="事件原文")
    decision: Verdict | None
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None
    skipped: bool = Field(description="已决定跳过")


class AsidePage(BaseModel):
    """搁置清单 · The oldest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [ASIDE], "next": None}]})

    items: list[Aside]
    next: str | None


ACTS: dict[Act, Callable[..., Awaitable[None]]] = {
    Act.SWITCH: operating.switch,
    Act.CANCEL: operating.cancel,
    Act.PAUSE: operating.pause,
    Act.RESUME: operating.resume,
}


def routes(reads: Reads, projections: Sequence[Projection]) -> APIRouter:
    """读接口 · All of them, under /api/v1/projections."""
    router = APIRouter(prefix="/api/v1", tags=["运行状况"])
    _add_progress(router, reads, projections)
    _add_acts(router, reads, projections)
    _add_parked(router, reads, projections)
    _add_verdicts(router, reads, projections)
    return router


def _operator(caller: Caller) -> Caller:
    if not may_operate(caller, OPERATE):
        raise Trouble("may-not-operate", "只有区县安委办的人员可以办理读模型的运维")
    return caller


def _reserved(model: Progress) -> Progress:
    """Without the rows that a difference shows: they may be of anybody's division."""
    rebuild = model.rebuild and model.rebuild.model_copy(update={"difference": None})
    return model.model_copy(update={"rebuild": rebuild})


def _add_progress(router: APIRouter, reads: Reads, projections: Sequence[Projection]) -> None:
    @router.get(
        "/projections",
        operation_id="list-projections",
        summary="读模型进度：位置、落后的事件数与秒数、速率、状态、重建、最近错误",
        responses=responses("unauthenticated"),
    )
    async def listed(caller: Annotated[Caller, Depends(reads.caller_of)]) -> ProgressList:
        """落后按日志真正的末尾计算：读取进程停了，会显示为落后，而不是正常。重建的差异只给办理运维的人员看。"""
        models = await progress(reads.pool, projections, reads.now())
        return ProgressList(projections=models if may_operate(caller, OPERATE) else [*map(_reserved, models)])


def _add_acts(router: APIRouter, reads: Reads, projections: Sequence[Projection]) -> None:
    @router.post(
        "/projections/{name}/{act}",
        operation_id="operate-projection",
        summary="办理读模型：重建、切换、取消、暂停、恢复",
        status_code=status.HTTP_202_ACCEPTED,
        responses=responses(*REFUSALS, "rebuild-under-way", "no-rebuild-under-way", "rebuild-not-ready"),
    )
    async def operate(
        name: NAMED, act: Act, because: Because, caller: Annotated[Caller, Depends(reads.caller_of)]
    ) -> Progress:
        """由投影进程随后执行；答复是此刻的状态。重建在旁进行，不影响查询，切换是一个事务。"""
        by = Operator(_operator(caller).person, because.reason, reads.now())
        projection = named(projections, name)
        async with reads.pool.connection() as connection, connection.transaction():
            if act is Act.REBUILD:
                await operating.rebuild(connection, projection, by, at_once=because.at_once)
            else:
                await ACTS[act](connection, projection, by)
        return (await progress(reads.pool, [projection], reads.now()))[0]


def _add_parked(router: APIRouter, reads: Reads, projections: Sequence[Projection]) -> None:
    @router.get(
        "/projections/{name}/parked",
        operation_id="list-parked",
        summary="搁置的事件：错误与原文",
        responses=responses(*REFUSALS),
    )
    async def listed(
        name: NAMED,
        request: Request,
        response: Response,
        caller: Annotated[Caller, Depends(reads.caller_of)],
        *,
        skipped: Annotated[bool, Query(description="连同已决定跳过的")] = False,
        cursor: str | None = None,
        limit: Annotated[int, Query(ge=1, le=LONGEST_PAGE)] = 50,
    ) -> AsidePage:
        """同一对象的后续事件排在出错事件之后，一并搁置，其他对象不受影响。"""
        _operator(caller)
        after = int(decode_cursor(cursor, "number")[0]) if cursor else 0
        projection = named(projections, name)
        async with reads.pool.connection() as connection:
            found = await operating.parked(
                connection, projection, after=after, limit=limit + 1, skipped=skipped
            )
        items = [_aside(row) for row in found[:limit]]
        following = encode_cursor(items[-1].id) if len(found) > limit else None
        link_next(request, response, following)
        return AsidePage(items=items, next=following)


def _add_verdicts(router: APIRouter, reads: Reads, projections: Sequence[Projection]) -> None:
    @router.post(
        "/projections/{name}/parked/{parked}/{verdict}",
        operation_id="decide-parked",
        summary="处理搁置的事件：重试，或附事由跳过",
        status_code=status.HTTP_202_ACCEPTED,
        responses=responses(*REFUSALS, "not-found", "not-first-in-line"),
    )
    async def decide(
        name: NAMED,
        parked: int,
        verdict: Verdict,
        because: Because,
        caller: Annotated[Caller, Depends(reads.caller_of)],
    ) -> Progress:
        """由投影进程随后执行；排在后面的事件随之依次投影。何人、何时、何故均留存。"""
        by = Operator(_operator(caller).person, because.reason, reads.now())
        projection = named(projections, name)
        async with reads.pool.connection() as connection, connection.transaction():
            await operating.decide(connection, projection, parked, verdict.value, by)
        return (await progress(reads.pool, [projection], reads.now()))[0]


def _aside(row: dict[str, Any]) -> Aside:  # a row by column name
    times = {name: row[name] and local(row[name]) for name in ("parked_at", "decided_at")}
    return Aside.model_validate(row | times | {"payload": orjson.loads(row["payload"])})
