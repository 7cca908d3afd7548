"""企业档案接口 · GET /enterprises, and the routes of the file of each."""

from dataclasses import dataclass
from typing import Annotated, LiteralString

from fastapi import APIRouter, Depends, Query, Request, Response
from psycopg import sql

from contracts.values import ObjectKind, RiskColour, SizeClass
from services.problems import responses
from services.projections.enterprise_answers import EnterprisePage, item_of
from services.projections.enterprise_file_routes import add_file, add_page, add_workbook
from services.projections.reading import (
    LONGEST_PAGE,
    Parameters,
    Reads,
    decode_cursor,
    encode_cursor,
    like,
    link_next,
    under,
)
from services.scope import Scope, scope_of
from services.tokens import Caller

COUNTS: LiteralString = """
select count(*) as found,
    count(*) filter (where h.status not in ('VERIFIED', 'CLOSED')) as open,
    count(*) filter (where h.level = 'MAJOR' and h.status <> 'CLOSED') as major_open,
    count(*) filter (
        where h.deadline < %(today)s and h.status in ('REGISTERED', 'PLAN_REQUIRED', 'RECTIFYING')
    ) as overdue
from projections.enterprise_file_v4_hazard as h
where h.enterprise = e.id and h.number is not null and h.status not in ('DUPLICATE', 'VOIDED')
"""
LIST: LiteralString = """
select e.*, counted.*
from projections.enterprise_file_v4 as e cross join lateral ({counts}) as counted
where {conditions}
order by e.name, e.id limit %(limit)s
"""
CONDITIONS: dict[str, LiteralString] = {
    "scope": "e.division like %(pattern)s and (%(reach)s::text is null or e.id = %(reach)s)",
    "division": "e.division like %(division)s",
    "text": "(e.name ilike %(text)s or e.credit_code ilike %(text)s or e.village ilike %(text)s)",
    "industry": "e.industry = %(industry)s",
    "size_class": "e.size_class = %(size_class)s",
    "object_kind": "e.object_kind = %(object_kind)s",
    "colour": "e.colour = %(colour)s",
    "standing": "e.standing = %(standing)s",
    "cursor": "(e.name, e.id) > (%(cursor_name)s, %(cursor_id)s)",
}


@dataclass(frozen=True, slots=True)
class Filters:
    """筛选 · The filters of the list of enterprises; all of them must hold."""

    division: Annotated[
        str | None,
        Query(pattern=r"^[0-9]{2,12}$", description="行政区划代码或其前缀", examples=["330111005"]),
    ] = None
    text: Annotated[str | None, Query(max_length=100, description="企业名称、信用代码或村社区中包含")] = None
    industry: Annotated[str | None, Query(max_length=300, description="行业")] = None
    size_class: Annotated[SizeClass | None, Query(description="规模")] = None
    object_kind: Annotated[ObjectKind | None, Query(description="对象类型")] = None
    colour: Annotated[RiskColour | None, Query(description="风险颜色")] = None
    standing: Annotated[
        str | None,
        Query(
            pattern="^(ACTIVE|SUSPENDED|CLOSED_DOWN)$",
            description="经营状态：ACTIVE 正常、SUSPENDED 停产停业、CLOSED_DOWN 关闭注销",
        ),
    ] = None

    def asked(self) -> Parameters:
        """所问 · The filters in use, with their values as SQL compares them."""
        given = {
            "division": self.division and under(self.division),
            "text": self.text and like(self.text),
            "industry": self.industry,
            "size_class": self.size_class,
            "object_kind": self.object_kind,
            "colour": self.colour,
            "standing": self.standing,
        }
        return {name: value for name, value in given.items() if value is not None}


def routes(reads: Reads, name: str, version: int) -> APIRouter:
    """读接口 · The list of enterprises and the file of each."""
    router = APIRouter(
        prefix="/api/v1",
        tags=["一企一档"],
        dependencies=[Depends(reads.caller_of), Depends(reads.fresh(name, version))],
        responses=responses("unauthenticated", "malformed", "not-caught-up"),
    )

    add_list(router, reads)
    add_file(router, reads)
    add_workbook(router, reads)
    add_page(router, reads)
    return router


def add_list(router: APIRouter, reads: Reads) -> None:
    """名册 · GET /enterprises."""

    @router.get("/enterprises", operation_id="list-enterprises", summary="企业名册：按条件查询")
    async def enterprises(
        request: Request,
        response: Response,
        caller: Annotated[Caller, Depends(reads.caller_of)],
        filters: Annotated[Filters, Depends()],
        cursor: Annotated[str | None, Query(description="翻页标记：上一页答复中的 next")] = None,
        limit: Annotated[int, Query(ge=1, le=LONGEST_PAGE, description="每页条数")] = 50,
    ) -> EnterprisePage:
        """按名称排列，附隐患数、未整改数、逾期数。下一页的地址在 `Link` 答复头中。"""
        query, parameters = _listing(filters, scope_of(caller), cursor)
        found = await reads.fetch(query, parameters | {"today": reads.today, "limit": limit + 1})
        page = found[:limit]
        following = encode_cursor(page[-1]["name"], page[-1]["id"]) if len(found) > limit else None
        link_next(request, response, following)
        return EnterprisePage(items=[item_of(row) for row in page], next=following)


def _listing(filters: Filters, scope: Scope, cursor: str | None) -> tuple[sql.Composed, Parameters]:
    asked = filters.asked()
    holding = ["scope", *asked, *(["cursor"] if cursor else [])]
    name, enterprise = decode_cursor(cursor, "text", "text") if cursor else (None, None)
    query = sql.SQL(LIST).format(
        counts=sql.SQL(COUNTS),
        conditions=sql.SQL(" and ").join(sql.SQL(CONDITIONS[each]) for each in holding),
    )
    reach = {"pattern": scope.pattern, "reach": scope.enterprise}
    return query, asked | reach | {"cursor_name": name, "cursor_id": enterprise}
