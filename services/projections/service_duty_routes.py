"""服务矩阵接口 · GET /service-plans, its gaps, its figures, one plan's matrix, and the workbooks."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from contracts.service_plan import Quarter
from services.problems import responses
from services.projections import service_duty_query as query
from services.projections.ledger_routes import XLSX
from services.projections.reading import LONGEST_PAGE, Names, Reads, Row, encode_cursor, link_next
from services.projections.service_duty_answers import (
    Figures,
    GapPage,
    Matrix,
    PlanPage,
    figures_of,
    gap_of,
    items_of,
    matrix_of,
)
from services.projections.service_duty_query import AS_OF, Filters
from services.projections.service_duty_workbook import gaps_book, matrix_book
from services.scope import scope_of
from services.tokens import Caller
from services.trouble import Trouble

MOST_PLANS = 20_000  # of one workbook
LINES = 4  # of a plan: one for each quarter
CURSOR = Query(description="翻页标记：上一页答复中的 next")
LIMIT = Query(ge=1, le=LONGEST_PAGE, description="每页条数")
OF_QUARTER = Query(description="只看这一季度；省略时为已开始的各季度")
WORKBOOK = {**responses("too-large"), 200: {"content": {XLSX: {}}, "description": "工作簿"}}


def routes(reads: Reads, name: str, version: int) -> APIRouter:
    """读接口 · Lists, gaps, figures, the matrix of one plan, workbooks."""
    router = APIRouter(
        prefix="/api/v1",
        tags=["社会化服务"],
        dependencies=[Depends(reads.caller_of), Depends(reads.fresh(name, version))],
        responses=responses("unauthenticated", "malformed", "not-caught-up"),
    )
    add_list(router, reads)
    add_gaps(router, reads)
    add_figures(router, reads)
    add_matrix(router, reads)
    add_plans_workbook(router, reads)
    add_gaps_workbook(router, reads)
    return router


def add_list(router: APIRouter, reads: Reads) -> None:
    """列表 · GET /service-plans."""

    @router.get(
        "/service-plans", operation_id="list-service-plans", summary="服务计划及其季度矩阵：按条件查询"
    )
    async def plans(
        request: Request,
        response: Response,
        caller: Annotated[Caller, Depends(reads.caller_of)],
        filters: Annotated[Filters, Depends()],
        cursor: Annotated[str | None, CURSOR] = None,
        limit: Annotated[int, LIMIT] = 50,
    ) -> PlanPage:
        """按企业名称排列，每个计划附四个季度的检查、督促、复查。下一页的地址在 `Link` 答复头中。"""
        asked = query.listing(filters, scope_of(caller), today=reads.today, limit=limit + 1, cursor=cursor)
        found = await reads.fetch(*asked)
        page = found[: limit * LINES]
        more = len(found) > len(page)
        following = encode_cursor(page[-1]["enterprise_name"], page[-1]["id"]) if more else None
        link_next(request, response, following)
        names = await _names(reads, page, caller, "service-plan.list")
        return PlanPage(items=items_of(page, names, filters.as_of or reads.today), next=following)


def add_gaps(router: APIRouter, reads: Reads) -> None:
    """缺口 · GET /service-plans/gaps."""

    @router.get(
        "/service-plans/gaps", operation_id="list-service-gaps", summary="服务缺口：哪家企业哪一季度还缺什么"
    )
    async def gaps(
        request: Request,
        response: Response,
        caller: Annotated[Caller, Depends(reads.caller_of)],
        filters: Annotated[Filters, Depends()],
        quarter: Annotated[Quarter | None, OF_QUARTER] = None,
        cursor: Annotated[str | None, CURSOR] = None,
        limit: Annotated[int, LIMIT] = 50,
    ) -> GapPage:
        """只列已开始的季度，季度早的在前；完成期限在统计日之前的为逾期。下一页的地址在 `Link` 答复头中。"""
        as_of = filters.as_of or reads.today
        asked = query.gaps(
            filters, quarter, scope_of(caller), today=reads.today, limit=limit + 1, cursor=cursor
        )
        found = await reads.fetch(*asked)
        page, last = found[:limit], found[limit - 1 : limit]
        following = (
            encode_cursor(last[0]["quarter"], last[0]["enterprise_name"], last[0]["id"])
            if len(found) > limit
            else None
        )
        link_next(request, response, following)
        names = await _names(reads, page, caller, "service-plan.gaps")
        return GapPage(items=[gap_of(row, names, as_of) for row in page], next=following)


def add_figures(router: APIRouter, reads: Reads) -> None:
    """指标 · GET /service-plans/figures."""

    @router.get(
        "/service-plans/figures",
        operation_id="get-service-figures",
        summary="服务覆盖率、专家包干连续率、逾期企业数",
    )
    async def figures(
        caller: Annotated[Caller, Depends(reads.caller_of)], filters: Annotated[Filters, Depends()]
    ) -> Figures:
        """纳入服务的企业为当年有服务计划的企业；率为百分数，分母为零时为 null。"""
        as_of = filters.as_of or reads.today
        (row,) = await reads.fetch(*query.figures(filters, scope_of(caller), reads.today))
        return figures_of(row, filters.year or as_of.year, as_of)


def add_matrix(router: APIRouter, reads: Reads) -> None:
    """单个计划 · GET /service-plans/{plan}/matrix."""

    @router.get(
        "/service-plans/{plan:uuid}/matrix",
        operation_id="get-service-matrix",
        summary="一个服务计划的季度矩阵和计入的各次服务",
        responses=responses("not-found"),
    )
    async def matrix(
        plan: UUID,
        caller: Annotated[Caller, Depends(reads.caller_of)],
        as_of: Annotated[date | None, AS_OF] = None,
    ) -> Matrix:
        """当年在该企业的各次检查服务、督促、复查，含不计入的；同一天的同类服务计一次。"""
        on = as_of or reads.today
        asked, of_acts = query.one(str(plan), on, scope_of(caller))
        lines = await reads.fetch(*asked)
        if not lines:
            raise Trouble("not-found", "没有这个服务计划，或不在您的管辖范围内")
        acts = await reads.fetch(*of_acts)
        names = await _names(reads, lines, caller, "service-plan.matrix", acts)
        return matrix_of(lines, acts, names, on)


def add_plans_workbook(router: APIRouter, reads: Reads) -> None:
    """矩阵工作簿 · GET /service-plans.xlsx."""

    @router.get(
        "/service-plans.xlsx",
        operation_id="export-service-plans",
        summary="服务矩阵：导出工作簿，附缺口清单",
        response_class=Response,
        responses=WORKBOOK,
    )
    async def plans_workbook(
        caller: Annotated[Caller, Depends(reads.caller_of)], filters: Annotated[Filters, Depends()]
    ) -> Response:
        """一家企业一行，四个季度并列，逾期的标红；第二页为缺口清单。"""
        as_of, scope = filters.as_of or reads.today, scope_of(caller)
        found = await reads.fetch(*query.listing(filters, scope, today=reads.today, limit=MOST_PLANS + 1))
        _check_size(found)
        missing = await reads.fetch(
            *query.gaps(filters, None, scope, today=reads.today, limit=MOST_PLANS * LINES)
        )
        names = await _names(reads, found, caller, "service-plan.export")
        plans = items_of(found, names, as_of)
        gaps = [gap_of(row, names, as_of) for row in missing]
        content = await asyncio.to_thread(matrix_book, plans, gaps, reads.today)
        return _workbook(content, f"服务矩阵-{as_of:%Y%m%d}", f"service-plans-{as_of:%Y%m%d}")


def add_gaps_workbook(router: APIRouter, reads: Reads) -> None:
    """缺口工作簿 · GET /service-plans/gaps.xlsx."""

    @router.get(
        "/service-plans/gaps.xlsx",
        operation_id="export-service-gaps",
        summary="服务缺口：导出工作簿",
        response_class=Response,
        responses=WORKBOOK,
    )
    async def gaps_workbook(
        caller: Annotated[Caller, Depends(reads.caller_of)],
        filters: Annotated[Filters, Depends()],
        quarter: Annotated[Quarter | None, OF_QUARTER] = None,
    ) -> Response:
        """与缺口清单的条件和次序相同。"""
        as_of = filters.as_of or reads.today
        asked = query.gaps(
            filters, quarter, scope_of(caller), today=reads.today, limit=MOST_PLANS * LINES + 1
        )
        found = await reads.fetch(*asked)
        _check_size(found)
        names = await _names(reads, found, caller, "service-plan.export")
        content = await asyncio.to_thread(
            gaps_book, [gap_of(row, names, as_of) for row in found], reads.today
        )
        return _workbook(content, f"服务缺口-{as_of:%Y%m%d}", f"service-gaps-{as_of:%Y%m%d}")


def _check_size(found: Sequence[Row]) -> None:
    if len(found) > MOST_PLANS * LINES:
        raise Trouble("too-large", f"符合条件的服务计划超过 {MOST_PLANS} 个，请缩小筛选范围后导出")


def _workbook(content: bytes, name: str, plain: str) -> Response:
    said = f"attachment; filename=\"{plain}.xlsx\"; filename*=UTF-8''{quote(name)}.xlsx"
    return Response(content, media_type=XLSX, headers={"Content-Disposition": said})


async def _names(
    reads: Reads, lines: Iterable[Row], caller: Caller, why: str, acts: Iterable[Row] = ()
) -> Names:
    ids = {person for row in lines for person in (row["expert"], row["proposed"])}
    return await reads.names(ids | {act["actor"] for act in acts}, caller, why)
