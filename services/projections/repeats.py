"""重复隐患 · Where the same was found again at the same enterprise within twelve months, by category or by clause."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, LiteralString
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from psycopg import sql
from pydantic import BaseModel, ConfigDict, Field

from contracts.codes import category_name
from contracts.values import Level, Named, Status
from services.problems import responses
from services.projections.duties.routes import CURSOR, LIMIT, MOST_ROWS, WORKBOOK, attached
from services.projections.ledger_query import CONDITIONS, LISTED, Prefix, within
from services.projections.ledger_sorting import NAME
from services.projections.reading import (
    Parameters,
    Reads,
    Row,
    decode_cursor,
    encode_cursor,
    link_next,
    under,
)
from services.projections.sheets import Column, Sheet, book_of
from services.projections.status import RECTIFIED, UNCOUNTED
from services.scope import Scope, scope_of
from services.tokens import Caller
from services.trouble import Trouble

YEAR = timedelta(days=365)  # as N13 of domain/tallies.md is counted


class Ground(Named):
    """何为重复 · By what two hazards are the same."""

    CATEGORY = "CATEGORY", "同类别"
    CLAUSE = "CLAUSE", "同判定条款"


GROUPED: LiteralString = """
select enterprise, '{ground}' as ground, {code} as code, count(*) as times,
    count(*) filter (where not rectified) as open, min(found_on) as first, max(found_on) as last,
    jsonb_agg(jsonb_build_object('id', id, 'number', number, 'found_on', found_on, 'status', status, 'level', level)
        order by found_on, number) as hazards
from found where {code} is not null group by enterprise, {code}
"""
REPEATS: LiteralString = """
with found as (
    select h.id, h.number, h.enterprise, h.category, h.clause, h.found_on, h.status, h.level,
        h.status = any(%(rectified)s) as rectified
    from {listed}
    where h.number is not null and h.enterprise is not null and h.status <> all(%(uncounted)s)
        and h.found_on between %(first)s and %(as_of)s and {conditions}
), grouped as ({by_category} union all {by_clause})
select g.*, {name} as enterprise_name, e.village, h.division
from grouped as g
join projections.ledger_v6 as h on h.id = (g.hazards -> -1 ->> 'id')::uuid
left join projections.ledger_v6_enterprise as e on e.id = g.enterprise
where g.times >= %(least)s and (%(ground)s::text is null or g.ground = %(ground)s)
    and (%(times)s::integer is null
        or (-g.times, g.enterprise, g.ground, g.code) > (-(%(times)s::integer), %(of)s, %(after_ground)s, %(code)s))
order by -g.times, g.enterprise, g.ground, g.code limit %(limit)s
"""
FILTERS = ("division", "enterprise", "level", "category", "clause", "village", "industry", "size_class")
EXAMPLE: dict[str, Any] = {  # as JSON has it
    "enterprise": "0f8b7c1e-4a77-5d31-9c1c-2f2f6a1f0b55",
    "enterprise_name": "某某五金制品有限公司",
    "village": "东村",
    "division": "330111005003",
    "ground": "CATEGORY",
    "ground_name": "同类别",
    "code": "B04",
    "code_name": "用电安全",
    "times": 2,
    "open": 1,
    "first": "2026-02-11",
    "last": "2026-06-03",
    "hazards": [
        {
            "id": "5b1f0c8e-2f0e-5a51-8f1e-9d6f1f2a7c10",
            "number": "HZ-330111-2026-000123",
            "found_on": "2026-06-03",
            "status": "RECTIFYING",
            "status_name": "整改中",
            "level": "GENERAL",
        }
    ],
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """筛选 · The filters of the list; all of them must hold."""

    division: Prefix = None
    enterprise: Annotated[str | None, Query(max_length=100, description="企业标识")] = None
    level: Annotated[Level | None, Query(description="隐患等级")] = None
    category: Annotated[
        list[Annotated[str, Query(pattern=r"^[AB][0-9]{2}$")]] | None,
        Query(description="隐患类别代码，可多选"),
    ] = None
    clause: Annotated[str | None, Query(max_length=300, description="判定条款")] = None
    village: Annotated[str | None, Query(max_length=300, description="村社区")] = None
    industry: Annotated[str | None, Query(max_length=300, description="行业")] = None
    size_class: Annotated[str | None, Query(max_length=20, description="规模代码")] = None
    ground: Annotated[Ground | None, Query(description="只看同类别的，或者只看同判定条款的")] = None
    least: Annotated[int, Query(ge=2, le=1000, description="至少几次")] = 2
    as_of: Annotated[date | None, Query(description="截至日；看该日及以前十二个月内发现的。缺省今天")] = None

    def asked(self) -> Parameters:
        """所问 · The filters in use, with their values as SQL compares them."""
        given = {name: getattr(self, name) for name in FILTERS}
        given["division"] = self.division and under(self.division)
        return {name: value for name, value in given.items() if value not in (None, [])}


class Again(BaseModel):
    """其中一条 · One of the hazards that are the same."""

    id: UUID
    number: str
    found_on: date
    status: Status
    status_name: str
    level: Level


class Repeat(BaseModel):
    """重复隐患 · What was found how often where within the twelve months."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    enterprise: str
    enterprise_name: str | None
    village: str | None
    division: str
    ground: Ground
    ground_name: str
    code: str = Field(description="隐患类别代码，或者判定条款")
    code_name: str
    times: int = Field(description="十二个月内发现的次数")
    open: int = Field(description="其中尚未复查合格的")
    first: date
    last: date
    hazards: list[Again] = Field(description="各条隐患，先发现的在前")


class RepeatPage(BaseModel):
    """重复隐患一页 · What was found most often first."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"items": [EXAMPLE], "next": None, "as_of": "2026-07-01"}]}
    )

    items: list[Repeat]
    next: str | None = Field(description="翻页标记；没有更多时为 null")
    as_of: date


def routes(reads: Reads, name: str, version: int) -> APIRouter:
    """读接口 · GET /repeats, also as a workbook."""
    router = APIRouter(
        prefix="/api/v1",
        tags=["隐患台账"],
        dependencies=[Depends(reads.caller_of), Depends(reads.fresh(name, version))],
        responses=responses("unauthenticated", "malformed", "not-caught-up"),
    )
    add_list(router, reads)
    add_workbook(router, reads)
    return router


def add_list(router: APIRouter, reads: Reads) -> None:
    """列表 · GET /repeats."""

    @router.get(
        "/repeats", operation_id="list-repeats", summary="重复隐患：同一企业十二个月内同类或同条款再次发现"
    )
    async def repeats(
        request: Request,
        response: Response,
        caller: Annotated[Caller, Depends(reads.caller_of)],
        wanted: Annotated[Wanted, Depends()],
        cursor: Annotated[str | None, CURSOR] = None,
        limit: Annotated[int, LIMIT] = 50,
    ) -> RepeatPage:
        """次数多的在前；草稿、待核实、非隐患、重复、作废的不计。下一页的地址在 `Link` 答复头中。"""
        as_of = wanted.as_of or reads.today
        found = await reads.fetch(*listing(wanted, scope_of(caller), as_of, limit + 1, cursor))
        page = found[:limit]
        following = cursor_after(page[-1]) if len(found) > limit else None
        link_next(request, response, following)
        return RepeatPage(items=[item_of(row) for row in page], next=following, as_of=as_of)


def add_workbook(router: APIRouter, reads: Reads) -> None:
    """工作簿 · GET /repeats.xlsx."""

    @router.get(
        "/repeats.xlsx",
        operation_id="export-repeats",
        summary="重复隐患：导出工作簿",
        response_class=Response,
        responses=WORKBOOK,
    )
    async def repeats_workbook(
        caller: Annotated[Caller, Depends(reads.caller_of)], wanted: Annotated[Wanted, Depends()]
    ) -> Response:
        """与重复隐患清单的条件和次序相同。"""
        as_of = wanted.as_of or reads.today
        found = await reads.fetch(*listing(wanted, scope_of(caller), as_of, MOST_ROWS + 1))
        if len(found) > MOST_ROWS:
            raise Trouble("too-large", f"符合条件的超过 {MOST_ROWS} 条，请缩小筛选范围后导出")
        content = await asyncio.to_thread(workbook, [item_of(row) for row in found], reads.today)
        return attached(content, ("重复隐患", "repeats"), as_of)


def listing(
    wanted: Wanted, scope: Scope, as_of: date, limit: int, cursor: str | None = None
) -> tuple[sql.Composed, Parameters]:
    """清单语句 · Found in the twelve months up to a day, as often as asked for. Raises Trouble."""
    given = wanted.asked()
    conditions = [*within(scope), *(CONDITIONS[name] for name in given)]
    times, of, ground, code = (
        decode_cursor(cursor, "number", "text", "text", "text") if cursor else (None, None, None, None)
    )
    query = sql.SQL(REPEATS).format(
        listed=sql.SQL(LISTED),
        name=sql.SQL(NAME),
        conditions=sql.SQL(" and ").join(sql.SQL(each) for each in conditions),
        by_category=sql.SQL(GROUPED.format(ground="CATEGORY", code="category")),
        by_clause=sql.SQL(GROUPED.format(ground="CLAUSE", code="clause")),
    )
    return query, given | {
        "pattern": scope.pattern,
        "reach": scope.enterprise,
        "seat": scope.seat,
        "first": as_of - YEAR,
        "as_of": as_of,
        "least": wanted.least,
        "ground": wanted.ground,
        "rectified": [status.value for status in RECTIFIED],
        "uncounted": [status.value for status in UNCOUNTED],
        "times": int(times) if times else None,
        "of": of,
        "after_ground": ground,
        "code": code,
        "limit": limit,
    }


def cursor_after(row: Row) -> str:
    """翻页标记 · Of the last line shown."""
    return encode_cursor(row["times"], row["enterprise"], row["ground"], row["code"])


def item_of(row: Row) -> Repeat:
    """条目 · A row of the query as it is shown."""
    ground = Ground(row["ground"])
    named = category_name(row["code"]) if ground is Ground.CATEGORY else row["code"]
    hazards = [{**one, "status_name": Status(one["status"]).zh} for one in row["hazards"]]
    return Repeat.model_validate(
        row | {"ground_name": ground.zh, "code_name": named or row["code"], "hazards": hazards}
    )


COLUMNS: tuple[Column[Repeat], ...] = (
    Column("企业名称", 26, lambda item: item.enterprise_name),
    Column("村社区", 16, lambda item: item.village),
    Column("重复依据", 12, lambda item: item.ground_name),
    Column("类别或者条款", 30, lambda item: item.code_name),
    Column("次数", 9, lambda item: item.times, lambda _: "centre"),
    Column("未复查合格", 9, lambda item: item.open, lambda item: "late" if item.open else "centre"),
    Column("首次发现", 12, lambda item: item.first, lambda _: "date"),
    Column("最近发现", 12, lambda item: item.last, lambda _: "date"),
    Column("隐患编号", 26, lambda item: "、".join(one.number for one in item.hazards)),
)


def workbook(items: Sequence[Repeat], today: date) -> bytes:
    """工作簿 · The .xlsx of these, in their order."""
    return book_of("重复隐患", (Sheet("重复隐患", COLUMNS, items, frozen=1),), today)
