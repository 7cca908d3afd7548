"""未检查企业 · Which enterprises nobody visited as often as wanted in a period, the gravest risk colour first.

What service institutions owe is told by the gaps of the service plans (service_duty).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, LiteralString

from fastapi import APIRouter, Depends, Query, Request, Response
from psycopg import sql
from pydantic import BaseModel, ConfigDict, Field

from contracts.service_plan import first_day, quarter_of
from contracts.values import ObjectKind, RiskColour, SizeClass, VisitKind
from services.problems import responses
from services.projections.duties.routes import CURSOR, LIMIT, MOST_ROWS, WORKBOOK, attached
from services.projections.reading import (
    Parameters,
    Reads,
    Row,
    decode_cursor,
    encode_cursor,
    link_next,
    malformed,
    under,
)
from services.projections.sheets import Column, Sheet, book_of
from services.scope import Scope, scope_of
from services.tokens import Caller
from services.trouble import Trouble

UNGRADED = "未定级"
NEVER = "-infinity"
RANK: LiteralString = "coalesce(array_position(array['RED', 'ORANGE', 'YELLOW', 'BLUE'], e.colour), 5)"
# An enterprise counts from the day on which its file was opened until it closes down.
WATCHED: LiteralString = """
from projections.enterprise_file_v4 as e cross join lateral (
    select count(*) filter (where visited_on >= %(first)s) as visits, max(visited_on) as last_visit
    from projections.enterprise_file_v4_visit
    where enterprise = e.id and visited_on <= %(last)s and (%(kind)s::text[] is null or visit_kind = any(%(kind)s))
) as v
where e.standing <> 'CLOSED_DOWN' and e.registered_on <= %(last)s and {conditions}
"""
LIST: LiteralString = """
select e.id, e.name, e.division, e.village, e.industry, e.size_class, e.object_kind, e.colour, e.standing,
    v.visits, v.last_visit, {rank} as rank
{watched} and v.visits < %(least)s
    and (%(after)s::text is null or ({rank}, coalesce(v.last_visit, '-infinity'), e.name, e.id)
        > (%(after_rank)s::integer, %(after_visit)s::date, %(after_name)s::text, %(after)s::text))
order by {rank}, coalesce(v.last_visit, '-infinity'), e.name, e.id limit %(limit)s
"""
FIGURES: LiteralString = """
select e.colour, count(*) as enterprises, count(*) filter (where v.visits < %(least)s) as unvisited
{watched} group by e.colour, {rank} order by {rank}
"""
CONDITIONS: dict[str, LiteralString] = {
    "scope": "e.division like %(pattern)s and (%(reach)s::text is null or e.id = %(reach)s)",
    "division": "e.division like %(division)s",
    "colour": "e.colour = any(%(colour)s)",
    "village": "e.village = %(village)s",
    "industry": "e.industry = %(industry)s",
    "size_class": "e.size_class = %(size_class)s",
    "object_kind": "e.object_kind = %(object_kind)s",
}
EXAMPLE: dict[str, Any] = {  # as JSON has it
    "enterprise": "0f8b7c1e-4a77-5d31-9c1c-2f2f6a1f0b55",
    "enterprise_name": "某某五金制品有限公司",
    "division": "330111005003",
    "village": "东村",
    "industry": "机械",
    "size_class": "BELOW",
    "object_kind": "ENTERPRISE",
    "colour": "RED",
    "colour_name": "红",
    "suspended": False,
    "visits": 0,
    "missing": 1,
    "last_visit": "2026-01-15",
    "days_since": 171,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """查询条件 · Which enterprises, in which period, how often and by which kinds of visits."""

    division: Annotated[
        str | None,
        Query(pattern=r"^[0-9]{2,12}$", description="行政区划代码或其前缀", examples=["330111005"]),
    ] = None
    colour: Annotated[list[RiskColour] | None, Query(description="风险颜色，可多选")] = None
    village: Annotated[str | None, Query(max_length=300, description="村社区")] = None
    industry: Annotated[str | None, Query(max_length=300, description="行业")] = None
    size_class: Annotated[SizeClass | None, Query(description="规模")] = None
    object_kind: Annotated[ObjectKind | None, Query(description="对象类型")] = None
    kind: Annotated[list[VisitKind] | None, Query(description="只计这些检查类型，可多选；缺省全部")] = None
    least: Annotated[int, Query(ge=1, le=366, description="期间内应检查的次数")] = 1
    first: Annotated[date | None, Query(alias="from", description="期间起，含当日；缺省本季度第一日")] = None
    last: Annotated[date | None, Query(alias="to", description="期间止，含当日；缺省今天")] = None

    def asked(self) -> Parameters:
        """所问 · The filters in use, with their values as SQL compares them."""
        given = {name: getattr(self, name) for name in CONDITIONS if name != "scope"}
        given["division"] = self.division and under(self.division)
        given["colour"] = self.colour and [each.value for each in self.colour]
        return {name: value for name, value in given.items() if value not in (None, [])}

    def period(self, today: date) -> tuple[date, date]:
        """期间 · As asked for, or the quarter so far. Raises Trouble when it ends before it begins."""
        last = self.last or today
        first = self.first or first_day(last.year, quarter_of(last))
        if first > last:
            raise malformed("/from", "期间的起不得晚于止")
        return first, last


class Unvisited(BaseModel):
    """未检查企业 · One enterprise, how often it was visited in the period, and when it was last."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    enterprise: str
    enterprise_name: str
    division: str
    village: str | None
    industry: str | None
    size_class: SizeClass | None
    object_kind: ObjectKind
    colour: RiskColour | None = Field(description="风险颜色；未定级的为 null")
    colour_name: str
    suspended: bool = Field(description="停产停业中")
    visits: int = Field(description="期间内的检查次数")
    missing: int = Field(description="还缺几次")
    last_visit: date | None = Field(description="截至期末最近一次检查；从未检查的为 null")
    days_since: int | None = Field(description="距最近一次检查的天数")


class UnvisitedPage(BaseModel):
    """未检查企业一页 · The gravest colour first, within it the longest unvisited."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"items": [EXAMPLE], "next": None, "from": "2026-07-01", "to": "2026-07-05"}]
        },
        populate_by_name=True,
    )

    items: list[Unvisited]
    next: str | None = Field(description="翻页标记；没有更多时为 null")
    first: date = Field(alias="from")
    last: date = Field(alias="to")


class OfColour(BaseModel):
    """一色 · How many enterprises have the colour, and how many of them were not visited as often as wanted."""

    colour: RiskColour | None
    colour_name: str
    enterprises: int
    unvisited: int
    covered: float | None = Field(description="达到次数的百分比；没有企业时为 null")


class UnvisitedFigures(BaseModel):
    """各色检查情况 · By risk colour, the gravest first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "colours": [
                        {
                            "colour": "RED",
                            "colour_name": "红",
                            "enterprises": 12,
                            "unvisited": 3,
                            "covered": 75.0,
                        }
                    ],
                    "from": "2026-07-01",
                    "to": "2026-07-05",
                }
            ]
        },
        populate_by_name=True,
    )

    colours: list[OfColour]
    first: date = Field(alias="from")
    last: date = Field(alias="to")


def routes(reads: Reads, name: str, version: int) -> APIRouter:
    """读接口 · GET /unvisited, its figures, its workbook."""
    router = APIRouter(
        prefix="/api/v1",
        tags=["一企一档"],
        dependencies=[Depends(reads.caller_of), Depends(reads.fresh(name, version))],
        responses=responses("unauthenticated", "malformed", "not-caught-up"),
    )
    add_list(router, reads)
    add_figures(router, reads)
    add_workbook(router, reads)
    return router


def add_list(router: APIRouter, reads: Reads) -> None:
    """列表 · GET /unvisited."""

    @router.get(
        "/unvisited", operation_id="list-unvisited", summary="未检查企业：按风险颜色，期间内检查次数不足的"
    )
    async def unvisited(
        request: Request,
        response: Response,
        caller: Annotated[Caller, Depends(reads.caller_of)],
        wanted: Annotated[Wanted, Depends()],
        cursor: Annotated[str | None, CURSOR] = None,
        limit: Annotated[int, LIMIT] = 50,
    ) -> UnvisitedPage:
        """红、橙、黄、蓝、未定级依次，同色的最久未检查的在前；关闭注销的不列。服务机构的缺口见 `/service-plans/gaps`。"""
        first, last = wanted.period(reads.today)
        found = await reads.fetch(*listing(wanted, scope_of(caller), (first, last), limit + 1, cursor))
        page = found[:limit]
        following = cursor_after(page[-1]) if len(found) > limit else None
        link_next(request, response, following)
        items = [item_of(row, wanted.least, last) for row in page]
        return UnvisitedPage(items=items, next=following, first=first, last=last)


def add_figures(router: APIRouter, reads: Reads) -> None:
    """各色 · GET /unvisited/figures."""

    @router.get(
        "/unvisited/figures", operation_id="get-unvisited-figures", summary="各风险颜色的企业数和未检查数"
    )
    async def figures(
        caller: Annotated[Caller, Depends(reads.caller_of)], wanted: Annotated[Wanted, Depends()]
    ) -> UnvisitedFigures:
        """与未检查企业清单的条件相同；率为百分数。"""
        first, last = wanted.period(reads.today)
        query, parameters = _asked(FIGURES, wanted, scope_of(caller), (first, last))
        found = await reads.fetch(query, parameters)
        return UnvisitedFigures(colours=[of_colour(row) for row in found], first=first, last=last)


def add_workbook(router: APIRouter, reads: Reads) -> None:
    """工作簿 · GET /unvisited.xlsx."""

    @router.get(
        "/unvisited.xlsx",
        operation_id="export-unvisited",
        summary="未检查企业：导出工作簿",
        response_class=Response,
        responses=WORKBOOK,
    )
    async def unvisited_workbook(
        caller: Annotated[Caller, Depends(reads.caller_of)], wanted: Annotated[Wanted, Depends()]
    ) -> Response:
        """与未检查企业清单的条件和次序相同。"""
        first, last = wanted.period(reads.today)
        found = await reads.fetch(*listing(wanted, scope_of(caller), (first, last), MOST_ROWS + 1))
        if len(found) > MOST_ROWS:
            raise Trouble("too-large", f"符合条件的企业超过 {MOST_ROWS} 家，请缩小筛选范围后导出")
        items = [item_of(row, wanted.least, last) for row in found]
        content = await asyncio.to_thread(workbook, items, reads.today)
        return attached(content, ("未检查企业", "unvisited"), last)


def listing(
    wanted: Wanted, scope: Scope, period: tuple[date, date], limit: int, cursor: str | None = None
) -> tuple[sql.Composed, Parameters]:
    """清单语句 · Those visited less often than wanted. Raises Trouble."""
    query, parameters = _asked(LIST, wanted, scope, period)
    rank, visit, name, enterprise = _opened(cursor) if cursor else (None, None, None, None)
    return query, parameters | {
        "after_rank": rank,
        "after_visit": visit,
        "after_name": name,
        "after": enterprise,
        "limit": limit,
    }


def _opened(cursor: str) -> list[str]:
    _, visit, *_ = decode_cursor(cursor, "number", "text", "text", "text")
    return decode_cursor(cursor, "number", "text" if visit == NEVER else "day", "text", "text")


def _asked(
    query: LiteralString, wanted: Wanted, scope: Scope, period: tuple[date, date]
) -> tuple[sql.Composed, Parameters]:
    given = wanted.asked()
    conditions = sql.SQL(" and ").join(sql.SQL(CONDITIONS[name]) for name in ("scope", *given))
    whole = sql.SQL(query).format(rank=sql.SQL(RANK), watched=sql.SQL(WATCHED).format(conditions=conditions))
    return whole, given | {
        "pattern": scope.pattern,
        "reach": scope.enterprise,
        "first": period[0],
        "last": period[1],
        "kind": [each.value for each in wanted.kind] if wanted.kind else None,
        "least": wanted.least,
    }


def cursor_after(row: Row) -> str:
    """翻页标记 · Of the last enterprise shown."""
    return encode_cursor(row["rank"], row["last_visit"] or NEVER, row["name"], row["id"])


def item_of(row: Row, least: int, last: date) -> Unvisited:
    """条目 · A row of the query as it is shown."""
    seen: date | None = row["last_visit"]
    shown = {
        "enterprise": row["id"],
        "enterprise_name": row["name"],
        "colour_name": colour_name(row["colour"]),
        "suspended": row["standing"] == "SUSPENDED",
        "missing": least - row["visits"],
        "days_since": (last - seen).days if seen else None,
    }
    return Unvisited.model_validate(row | shown)


def of_colour(row: Row) -> OfColour:
    """一色 · With the share that was visited often enough, in whole hundredths."""
    enterprises, unvisited = row["enterprises"], row["unvisited"]
    covered = round(100 * (enterprises - unvisited) / enterprises, 2) if enterprises else None
    return OfColour.model_validate(row | {"colour_name": colour_name(row["colour"]), "covered": covered})


def colour_name(colour: str | None) -> str:
    """颜色名称 · In Chinese, 未定级 for none."""
    return RiskColour(colour).zh if colour else UNGRADED


COLUMNS: tuple[Column[Unvisited], ...] = (
    Column("企业名称", 26, lambda item: item.enterprise_name),
    Column("村社区", 16, lambda item: item.village),
    Column("行业", 16, lambda item: item.industry),
    Column("规模", 9, lambda item: item.size_class.zh if item.size_class else None),
    Column("风险颜色", 9, lambda item: item.colour_name, lambda _: "centre"),
    Column("期间检查次数", 9, lambda item: item.visits, lambda _: "centre"),
    Column("还缺次数", 9, lambda item: item.missing, lambda _: "late"),
    Column("最近检查", 12, lambda item: item.last_visit, lambda _: "date"),
    Column("距今天数", 9, lambda item: item.days_since, lambda _: "centre"),
)


def workbook(items: Sequence[Unvisited], today: date) -> bytes:
    """工作簿 · The .xlsx of these, in their order."""
    return book_of("未检查企业", (Sheet("未检查企业", COLUMNS, items, frozen=1),), today)
