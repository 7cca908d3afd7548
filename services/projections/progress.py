"""读模型进度 · GET /projections: how far each read model is behind the real end of the log, and what stopped it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import psycopg
from fastapi import APIRouter, Depends
from psycopg.rows import dict_row
from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from services.postgres import Pool
from services.problems import responses
from services.projections.projection import Projection
from services.projections.reading import Reads, Row
from services.projections.shanghai import local
from services.tokens import Caller

# Late in events, and since when the first event not taken in has been waiting.
PROGRESS = """
select c.projection as name, c.version, c.log_id, c.position, c.seen_at, c.updated_at,
    c.last_error, c.last_error_at, head.position as head,
    greatest(head.position - case when c.log_id = head.log_id then c.position else 0 end, 0) as lag_events,
    (
        select events.appended_at from log.events
        where events.position = 1 + case when c.log_id = head.log_id then c.position else 0 end
    ) as waiting_since
from projections.checkpoints as c cross join log.head as head
"""
EXAMPLE: JsonDict = {
    "name": "ledger",
    "version": 2,
    "log_id": "0b9f8f8e-7d1c-4b5e-9a53-0f4a1c8a2d11",
    "position": 1042,
    "head": 1042,
    "lag_events": 0,
    "lag_seconds": 0.0,
    "seen_at": "2026-06-03T10:02:02+08:00",
    "updated_at": "2026-06-03T10:02:01+08:00",
    "last_error": None,
    "last_error_at": None,
}


class Progress(BaseModel):
    """读模型进度 · Where one read model stands."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    name: str = Field(description="读模型名称")
    version: int
    log_id: UUID | None = Field(description="所读日志的标识；尚未开始时为 null")
    position: int = Field(description="已读到的位置")
    head: int | None = Field(description="日志末尾的位置")
    lag_events: int | None = Field(description="落后的事件数")
    lag_seconds: float | None = Field(description="落后的秒数：第一个未读事件已等待多久")
    seen_at: datetime | None = Field(description="读取进程最近一次报到的时刻；停了就不再更新")
    updated_at: datetime | None = Field(description="最近一次前进的时刻")
    last_error: str | None = Field(description="使其停下的错误；恢复后清除")
    last_error_at: datetime | None


class ProgressList(BaseModel):
    """全部读模型 · Every read model with its progress."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"projections": [EXAMPLE]}]})

    projections: list[Progress]


async def progress(pool: Pool, projections: Sequence[Projection], now: datetime) -> list[Progress]:
    """进度 · The progress of these read models, in their order; one that has not begun stands at 0."""
    rows = {(row["name"], row["version"]): row for row in await _rows(pool)}
    return [_progress(each, rows.get((each.NAME, each.VERSION)), now) for each in projections]


async def _rows(pool: Pool) -> list[Row]:
    try:
        async with pool.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(PROGRESS)
            return await cursor.fetchall()
    except psycopg.errors.UndefinedTable:  # no projector has ever run here
        return []


def _progress(projection: Projection, row: Row | None, now: datetime) -> Progress:
    if row is None:
        absent = dict.fromkeys(Progress.model_fields) | {"position": 0}
        return Progress.model_validate(absent | {"name": projection.NAME, "version": projection.VERSION})
    since = row["waiting_since"]
    times = {name: row[name] and local(row[name]) for name in ("seen_at", "updated_at", "last_error_at")}
    waited = max((now - since).total_seconds(), 0.0) if since and row["lag_events"] else 0.0
    return Progress.model_validate(row | times | {"lag_seconds": round(waited, 3)})


def routes(reads: Reads, projections: Sequence[Projection]) -> APIRouter:
    """读接口 · GET /projections."""
    router = APIRouter(prefix="/api/v1", tags=["运行状况"])

    @router.get(
        "/projections",
        operation_id="list-projections",
        summary="读模型进度：位置、落后的事件数与秒数、最近错误",
        responses=responses("unauthenticated"),
    )
    async def listed(_: Annotated[Caller, Depends(reads.caller_of)]) -> ProgressList:
        """落后按日志真正的末尾计算：读取进程停了，会显示为落后，而不是正常。"""
        return ProgressList(projections=await progress(reads.pool, projections, reads.now()))

    return router
