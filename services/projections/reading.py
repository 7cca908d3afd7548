"""读取 · What every read needs: who asks, how fresh the tables are, whose names to show, and pages.

A read model may lag. A client that has just written sends the position of its answer along and is told
either what that position shows or, after two seconds, to ask again.
"""

import asyncio
import base64
import binascii
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import psycopg
from fastapi import Header, Request, Response
from psycopg.abc import Params, QueryNoTemplate
from psycopg.rows import dict_row

from contracts.division import prefix
from contracts.problems import FieldError
from services import people
from services.people import People
from services.postgres import Pool
from services.projections.shanghai import day
from services.tokens import Caller
from services.trouble import Trouble

PATIENCE = 2.0  # seconds, design: a read waits up to 2 s for a position
PAUSE = 0.02
RETRY_AFTER = 1  # seconds
LONGEST_PAGE = 200
WHOLE_CODE = 12  # digits of a division code

CHECKPOINT = (
    "select position from projections.checkpoints where projection = %s and version = %s "
    "and (%s::uuid is null or log_id = %s)"
)

CHECKS: Mapping[str, Callable[[str], object]] = {
    "text": str.encode,
    "instant": datetime.fromisoformat,
    "uuid": UUID,
    "number": int,
    "day": date.fromisoformat,
}

Names = dict[str, str]
Row = dict[str, Any]  # a row by column name, as its table types it
Parameters = dict[str, Any]  # what a query binds by name


@dataclass(frozen=True, slots=True)
class Reads:
    """读取条件 · What the routes of the read models are given: tables, people, who asks, the clock."""

    pool: Pool
    people: People
    caller_of: Callable[..., Awaitable[Caller]]
    now: Callable[[], datetime]

    @property
    def today(self) -> date:
        """今天 · The local date by the clock given."""
        return day(self.now())

    def fresh(self, projection: str, version: int) -> Callable[..., Awaitable[None]]:
        """新鲜度依赖 · A FastAPI dependency that waits until a read model has come to Min-Position.

        It answers 503 with Retry-After when that takes longer than 2 s, or when the model is not there yet.
        """

        async def fresh(
            min_position: Annotated[
                str | None,
                Header(
                    description="读己之写：带上写操作答复的 X-Position，读模型最多等待 2 秒赶上该位置",
                    examples=["0b9f8f8e-7d1c-4b5e-9a53-0f4a1c8a2d11:1042"],
                ),
            ] = None,
        ) -> None:
            log, position = _position(min_position) if min_position else (None, 0)
            deadline = asyncio.get_running_loop().time() + PATIENCE
            while not await self._reached(projection, version, log, position):
                if asyncio.get_running_loop().time() > deadline:
                    raise _not_caught_up(projection)
                await asyncio.sleep(PAUSE)

        return fresh

    async def _reached(self, projection: str, version: int, log: UUID | None, position: int) -> bool:
        try:
            rows = await self.fetch(CHECKPOINT, (projection, version, log, log))
        except psycopg.errors.UndefinedTable:
            return False
        return any(row["position"] >= position for row in rows)

    async def fetch(self, query: QueryNoTemplate, parameters: Params | None = None) -> list[Row]:
        """查询 · All rows of one query, each as a dictionary by column name."""
        async with self.pool.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(query, parameters)
            return await cursor.fetchall()

    async def names(self, ids: Iterable[str | None], caller: Caller, why: str) -> Names:
        """姓名 · Names for these person ids, read through the door that logs who read them and why."""
        wanted = {person for person in ids if person}
        return await people.names(self.people, wanted, reader=caller.person, why=why) if wanted else {}


def encode_cursor(*values: object) -> str:
    """翻页标记 · Opaque to clients: the sort values of the last row shown."""
    return base64.urlsafe_b64encode(json.dumps(values, default=str).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, *kinds: str) -> list[str]:
    """解开标记 · The sort values in a cursor of ours, each a text, an instant, a uuid, a number or a day; 422 for anything else."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        for kind, value in zip(kinds, values, strict=True):
            CHECKS[kind](value)
    except (binascii.Error, ValueError, TypeError, AttributeError):
        raise malformed("/cursor", "翻页标记无效，请从第一页重新开始") from None
    return [str(value) for value in values]


def link_next(request: Request, response: Response, cursor: str | None) -> None:
    """下一页 · Link rel="next" (RFC 8288), when there is more."""
    if cursor is not None:
        response.headers["Link"] = f'<{request.url.include_query_params(cursor=cursor)}>; rel="next"'


def like(text: str) -> str:
    """模糊匹配 · A pattern for ILIKE that finds the text as it stands, its own % and _ included."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def under(division: str) -> str:
    """其下 · A pattern for LIKE: a whole code means that division and all below it, fewer digits are a prefix."""
    return f"{prefix(division) if len(division) == WHOLE_CODE else division}%"


def malformed(pointer: str, detail: str) -> Trouble:
    """参数有误 · 422 that points at the query parameter."""
    return Trouble("malformed", detail, errors=[FieldError(pointer=pointer, detail=detail)])


def _position(given: str) -> tuple[UUID, int]:
    log, _, position = given.partition(":")
    try:
        return UUID(log), int(position)
    except ValueError:
        raise malformed("/Min-Position", "Min-Position 应为写操作答复的 X-Position，原样带回") from None


def _not_caught_up(projection: str) -> Trouble:
    return Trouble(
        "not-caught-up",
        "读数据尚未更新到所要求的位置，请稍后重试",
        headers={"Retry-After": str(RETRY_AFTER)},
        projection=projection,
    )
