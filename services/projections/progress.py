"""读模型进度 · How far each read model is behind the real end of the log, what it does now, and what stopped it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row
from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from services.postgres import Pool
from services.projections.projection import Projection
from services.projections.reading import Row
from services.projections.shanghai import local

# Late in events, and since when the first event not taken in has been waiting.
PROGRESS = """
select c.projection as name, c.version, c.log_id, c.position, c.seen_at, c.updated_at,
    c.last_error, c.last_error_at, c.rate, c.batch_seconds, c.lag_before, head.position as head,
    greatest(head.position - case when c.log_id = head.log_id then c.position else 0 end, 0) as lag_events,
    (
        select events.appended_at from log.events
        where events.position = 1 + case when c.log_id = head.log_id then c.position else 0 end
    ) as waiting_since
from projections.checkpoints as c cross join log.head as head
"""
BESIDE = """
select name, to_jsonb(rebuilds) as rebuild, to_jsonb(paused) as paused,
    (select count(*) from projections.parked where projection = name and not skipped) as parked
from unnest(%s::text[]) as name
left join projections.rebuilds on rebuilds.projection = name
left join projections.paused on paused.projection = name
"""
MANY = 1_000  # events behind
LONG = 30.0  # seconds behind, or without a word of the running reader

REBUILDING: JsonDict = {
    "state": "building",
    "version": 2,
    "position": 600_000,
    "ratio": 0.5,
    "rate": 30_000.0,
    "seconds_left": 20.0,
    "asked_by": "p-41",
    "reason": "核对台账",
    "asked_at": "2026-06-03T10:00:00+08:00",
    "last_error": None,
    "difference": None,
}
HELD: JsonDict = {"asked_by": "p-41", "reason": "检修", "asked_at": "2026-06-03T10:00:00+08:00"}
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
    "state": "following",
    "healthy": True,
    "rate": 12.5,
    "batch_seconds": 0.004,
    "parked": 0,
    "paused": None,
    "rebuild": REBUILDING,
}


class Held(BaseModel):
    """暂停 · Who holds a read model still, why, since when."""

    model_config = ConfigDict(json_schema_extra={"examples": [HELD]})

    asked_by: str
    reason: str
    asked_at: datetime


class Rebuilding(BaseModel):
    """重建进度 · A rebuild beside the live read model."""

    model_config = ConfigDict(json_schema_extra={"examples": [REBUILDING]})

    state: str = Field(description="building 进行中；ready 待切换；switching 切换中；failed 已停止")
    version: int
    position: int = Field(description="已写到的位置")
    ratio: float = Field(description="进度，0 至 1")
    rate: float | None = Field(description="每秒事件数")
    seconds_left: float | None = Field(description="预计剩余秒数")
    asked_by: str
    reason: str
    asked_at: datetime
    last_error: str | None = Field(description="使其停止的错误")
    difference: dict[str, Any] | None = Field(description="切换前的差异：各表行数、不同的行数和若干样例")


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
    state: str = Field(
        description="absent 尚无；building 建立中；paused 已暂停；stopped 出错停止；following 跟随中"
    )
    healthy: bool = Field(description="落后很多且未在减少时为 false")
    rate: float | None = Field(description="最近每秒处理的事件数")
    batch_seconds: float | None = Field(description="最近一批用时（秒）")
    parked: int = Field(description="搁置的事件数")
    paused: Held | None
    rebuild: Rebuilding | None


class ProgressList(BaseModel):
    """全部读模型 · Every read model with its progress."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"projections": [EXAMPLE]}]})

    projections: list[Progress]


async def progress(pool: Pool, projections: Sequence[Projection], now: datetime) -> list[Progress]:
    """进度 · The progress of these read models, in their order; one that has not begun stands at 0."""
    async with pool.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(PROGRESS)
        rows = {(row["name"], row["version"]): row for row in await cursor.fetchall()}
        await cursor.execute(BESIDE, ([each.NAME for each in projections],))
        beside = {row["name"]: row for row in await cursor.fetchall()}
        await cursor.execute("select position from log.head")
        end = await cursor.fetchone()
    head = end["position"] if end else 0
    return [
        _progress(each, rows.get((each.NAME, each.VERSION)), beside[each.NAME], head, now)
        for each in projections
    ]


def _progress(projection: Projection, row: Row | None, beside: Row, head: int, now: datetime) -> Progress:
    rebuild = _rebuilding(beside["rebuild"], head, now) if beside["rebuild"] else None
    held = Held.model_validate(_at_home(beside["paused"])) if beside["paused"] else None
    told = {"parked": beside["parked"], "paused": held, "rebuild": rebuild, "healthy": True}
    if row is None:
        absent = dict.fromkeys(Progress.model_fields) | {"position": 0}
        named = {"name": projection.NAME, "version": projection.VERSION}
        return Progress.model_validate(absent | named | told | {"state": "building" if rebuild else "absent"})
    since = row["waiting_since"]
    times = {name: row[name] and local(row[name]) for name in ("seen_at", "updated_at", "last_error_at")}
    waited = max((now - since).total_seconds(), 0.0) if since and row["lag_events"] else 0.0
    state = "paused" if held else "stopped" if row["last_error"] else "following"
    told |= {
        "state": state,
        "lag_seconds": round(waited, 3),
        "healthy": held is not None or not _stuck(row, waited),
    }
    return Progress.model_validate(row | times | told)


def _stuck(row: Row, waited: float) -> bool:
    """Far and long behind, and no less than it was half a minute ago."""
    many = row["lag_events"] >= MANY and waited >= LONG
    return many and row["lag_events"] >= (row["lag_before"] or 0)


def _rebuilding(row: Row, head: int, now: datetime) -> Rebuilding:
    began = row["began_at"] and datetime.fromisoformat(row["began_at"])
    seconds = (datetime.fromisoformat(row["updated_at"]) - began).total_seconds() if began else 0.0
    done = row["position"] - row["began_from"]
    rate = done / seconds if seconds > 0 and done > 0 else None
    left = max(head - row["position"], 0)
    return Rebuilding(
        ratio=round(row["position"] / head, 4) if head else 1.0,
        rate=round(rate, 1) if rate else None,
        seconds_left=round(left / rate, 1) if rate else None,
        **{name: value for name, value in _at_home(row).items() if name in Rebuilding.model_fields},
    )


def _at_home(row: Row) -> Row:
    """With the local time at which it was asked for, as every other time that is told."""
    return row | {"asked_at": local(datetime.fromisoformat(row["asked_at"]))}
