"""数字来由接口 · GET /tallies/why: the events behind a figure, each with what it added or took away."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from contracts.trusted import heading, opened
from services.problems import responses
from services.projections.reading import (
    LONGEST_PAGE,
    Reads,
    Row,
    decode_cursor,
    encode_cursor,
    link_next,
    malformed,
)
from services.projections.shanghai import local
from services.projections.tallying.asking import asked_at, division_of, wanted
from services.projections.tallying.behind import FIGURES, START, Mark, behind
from services.projections.tallying.summing import Filters, Question
from services.scope import scope_of
from services.tokens import Caller

ADDED: JsonDict = {
    "position": 1042,
    "type": "hazard.registered",
    "type_name": "隐患登记",
    "subject": "hazard/5b1f0c8e-2f0e-5a51-8f1e-9d6f1f2a7c10",
    "number": "HZ-330111-2026-000123",
    "division": "330111005003",
    "on": "2026-06-03",
    "occurred_at": "2026-06-03T10:02:00+08:00",
    "recorded_at": "2026-06-03T10:02:01.120000+08:00",
    "amount": 1,
}
EXAMPLE: JsonDict = {
    "figure": "found",
    "figure_name": "发现隐患",
    "total": 1,
    "division": "330111005",
    "from": "2026-06-01",
    "to": "2026-06-30",
    "position": 4711,
    "items": [ADDED],
    "next": None,
}


class Added(BaseModel):
    """一笔 · What one event added to a figure, or took away from it."""

    model_config = ConfigDict(json_schema_extra={"examples": [ADDED]})

    position: int = Field(description="在事件日志中的位置")
    type: str
    type_name: str = Field(description="事件名称")
    subject: str
    number: str | None = Field(description="事件所载编号")
    division: str = Field(description="计入的区划")
    on: date = Field(description="计入的日期")
    occurred_at: datetime
    recorded_at: datetime
    amount: int = Field(description="增减")


class Behind(BaseModel):
    """数字的来由 · Every event behind a figure, the first one first; the amounts add up to it."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]}, serialize_by_alias=True)

    figure: str
    figure_name: str
    total: int = Field(description="该数字，等于各笔增减之和")
    division: str
    start: date = Field(alias="from")
    end: date = Field(alias="to")
    position: int = Field(description="截至的日志位置；以此为 as_of 再查，得到同样的数字")
    items: list[Added]
    next: str | None


def add_behind(router: APIRouter, reads: Reads, projection: tuple[str, int]) -> None:
    """安装 · The route, beside the tallies' own."""

    @router.get(
        "/tallies/why",
        operation_id="explain-tally",
        summary="统计数字的来由：由哪些事件增减而成",
        responses=responses("unauthenticated", "out-of-scope", "not-found", "malformed", "not-caught-up"),
    )
    async def explained(
        request: Request,
        response: Response,
        caller: Annotated[Caller, Depends(reads.caller_of)],
        filters: Annotated[Filters, Depends(wanted)],
        *,
        figure: Annotated[str, Query(description=f"哪个数字：{'、'.join(FIGURES)}", examples=["found"])],
        division: Annotated[str | None, Query(pattern=r"^[0-9]{2,12}$", description="行政区划")] = None,
        start: Annotated[date | None, Query(alias="from", description="起始日期")] = None,
        end: Annotated[date | None, Query(alias="to", description="截止日期")] = None,
        as_of: Annotated[str | None, Query(description="截至时点：日志位置或带时区的时刻")] = None,
        cursor: Annotated[str | None, Query(description="翻页标记")] = None,
        limit: Annotated[int, Query(ge=1, le=LONGEST_PAGE, description="每页笔数")] = 50,
    ) -> Behind:
        """各笔增减之和等于该数字；更正、改判等使数字改变的，是另一笔。同一时点，同样的答复。"""
        known = FIGURES.get(figure)
        if known is None:
            raise malformed("/figure", f"没有名为 {figure} 的数字；可用：{'、'.join(FIGURES)}")
        where = division_of(division, scope_of(caller))
        asked = await asked_at(reads, projection, as_of, start, end)
        total, rows = await behind(reads, asked, Question(where, filters), known, _mark(cursor), limit + 1)
        items = [_added(row) for row in rows[:limit]]
        following: str | None = None
        if len(rows) > limit:
            last = items[-1]
            following = encode_cursor(last.position, last.on, last.division)
        link_next(request, response, following)
        told = {"figure": figure, "figure_name": known.zh, "total": total, "division": where}
        days = {"from": asked.first, "to": asked.last, "position": asked.point.position}
        return Behind.model_validate({**told, **days, "items": items, "next": following})


def _mark(cursor: str | None) -> Mark:
    if cursor is None:
        return START
    position, on, division = decode_cursor(cursor, "number", "day", "text")
    return int(position), date.fromisoformat(on), division


def _added(row: Row) -> Added:
    envelope = heading(bytes(row["body"]))
    event = opened(envelope)
    return Added(
        position=row["position"],
        type=envelope.type,
        type_name=(type(event).__doc__ or envelope.type).partition(" · ")[0],
        subject=envelope.subject,
        number=getattr(event, "number", None),
        division=row["division"],
        on=row["on_day"],
        occurred_at=local(envelope.occurredat),
        recorded_at=local(row["appended_at"]),
        amount=row["amount"],
    )
