"""台账接口 · GET /hazards and GET /hazards.xlsx: the ledger as a list and as the workbook an office keeps."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response

from services.problems import responses
from services.projections.ledger_item import LedgerPage, item_of
from services.projections.ledger_query import Filters, Listing, ledger
from services.projections.reading import LONGEST_PAGE, Names, Reads, Row, link_next
from services.projections.reports import join
from services.projections.shanghai import local
from services.projections.why_routes import add_why
from services.projections.workbook import workbook
from services.scope import scope_of
from services.tokens import Caller
from services.trouble import Trouble

MOST_ROWS = 50_000  # of one workbook: what an import takes back
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def routes(reads: Reads, name: str, version: int) -> APIRouter:
    """读接口 · The list, and the same list as a workbook."""
    router = APIRouter(
        prefix="/api/v1",
        tags=["隐患台账"],
        dependencies=[Depends(reads.caller_of), Depends(reads.fresh(name, version))],
        responses=responses("unauthenticated", "malformed", "not-caught-up"),
    )

    add_list(router, reads)
    add_workbook(router, reads)
    add_why(router, reads, (name, version))
    return router


def add_list(router: APIRouter, reads: Reads) -> None:
    """列表 · GET /hazards."""

    @router.get("/hazards", operation_id="list-hazards", summary="隐患台账：按条件查询")
    async def hazards(
        request: Request,
        response: Response,
        caller: Annotated[Caller, Depends(reads.caller_of)],
        filters: Annotated[Filters, Depends()],
        cursor: Annotated[str | None, Query(description="翻页标记：上一页答复中的 next")] = None,
        limit: Annotated[int, Query(ge=1, le=LONGEST_PAGE, description="每页条数")] = 50,
    ) -> LedgerPage:
        """按 `sort` 排列，缺省新发现的在前；草稿、待核实的也在内，`draft` 为真者尚不计入隐患。下一页的地址在 `Link` 答复头中。"""
        today = reads.today
        asked = ledger(filters, scope_of(caller), today=today, limit=limit + 1, cursor=cursor)
        found = await _found(reads, asked, limit + 1)
        page = found[:limit]
        following: str | None = None
        if len(found) > limit:
            following = filters.sorting.cursor(page[-1]["sorted_by"], page[-1]["id"])
        link_next(request, response, following)
        await join(reads, page, caller, "hazard.ledger")
        names = await _names(reads, page, caller, "hazard.ledger")
        return LedgerPage(items=[item_of(row, names, today) for row in page], next=following)


def add_workbook(router: APIRouter, reads: Reads) -> None:
    """工作簿 · GET /hazards.xlsx."""

    @router.get(
        "/hazards.xlsx",
        operation_id="export-hazards",
        summary="隐患台账：导出工作簿",
        response_class=Response,
        responses={**responses("too-large"), 200: {"content": {XLSX: {}}, "description": "工作簿"}},
    )
    async def hazards_workbook(
        caller: Annotated[Caller, Depends(reads.caller_of)], filters: Annotated[Filters, Depends()]
    ) -> Response:
        """表头与导入一致，另加隐患编号、状态、剩余天数；填写后可原样再导入。尚无编号的草稿和待核实记录不在内。筛选和排序与列表相同。"""
        today = reads.today
        asked = ledger(filters, scope_of(caller), today=today, limit=MOST_ROWS + 1, numbered=True)
        found = await _found(reads, asked, MOST_ROWS + 1)
        if len(found) > MOST_ROWS:
            raise Trouble("too-large", f"符合条件的隐患超过 {MOST_ROWS} 条，请缩小筛选范围后导出")
        await join(reads, found, caller, "hazard.export")
        names = await _names(reads, found, caller, "hazard.export")
        items = [item_of(row, names, today) for row in found]
        content = await asyncio.to_thread(workbook, items, today)
        return Response(content, media_type=XLSX, headers=_attachment(local(reads.now()).date()))


async def _found(reads: Reads, listing: Listing, wanted: int) -> list[Row]:
    found: list[Row] = []
    for attempt in listing.attempts:
        found = await reads.fetch(attempt, listing.parameters)
        if len(found) >= wanted:
            break
    return found


async def _names(reads: Reads, found: Sequence[Row], caller: Caller, why: str) -> Names:
    single = ("found_by", "responsible", "submitted_by", "closed_by", "plan_accepted_by")
    ids: Iterable[str | None] = (
        person
        for row in found
        for person in (*(row[column] for column in single), *row["inspectors"], *row["reinspected_by"])
    )
    return await reads.names(ids, caller, why)


def _attachment(today: date) -> dict[str, str]:
    name = quote(f"隐患台账-{today:%Y%m%d}.xlsx")
    plain = f"hazards-{today:%Y%m%d}.xlsx"
    return {"Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{name}"}
