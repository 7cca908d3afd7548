"""待办接口 · GET /work-list, /work-list/figures and /overdue, the lists as workbooks as well."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response

from services.problems import responses
from services.projections.duties import query
from services.projections.duties.answers import DutyFigures, DutyItem, DutyPage, figures_of, item_of
from services.projections.duties.query import Asked, Wanted, Whose
from services.projections.duties.workbook import overdue_book, work_book
from services.projections.reading import LONGEST_PAGE, Reads, Row, link_next
from services.projections.reports import join
from services.projections.shanghai import local
from services.tokens import Caller
from services.trouble import Trouble

MOST_ROWS = 50_000  # of one workbook
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORKBOOK = {**responses("too-large"), 200: {"content": {XLSX: {}}, "description": "工作簿"}}
CURSOR = Query(description="翻页标记：上一页答复中的 next")
LIMIT = Query(ge=1, le=LONGEST_PAGE, description="每页条数")
WHOSE = Query(description="me 本人应办的，office 本单位应办的，all 管辖范围内全部")
OVERDUE = Query(description="只看逾期的，或者只看未逾期的")


def routes(reads: Reads, name: str, version: int) -> APIRouter:
    """读接口 · The lists, how many of what, the workbooks."""
    router = APIRouter(
        prefix="/api/v1",
        tags=["待办和逾期"],
        dependencies=[Depends(reads.caller_of), Depends(reads.fresh(name, version))],
        responses=responses("unauthenticated", "malformed", "not-caught-up"),
    )
    add_work(router, reads)
    add_figures(router, reads)
    add_work_book(router, reads)
    add_overdue(router, reads)
    add_overdue_book(router, reads)
    return router


def add_work(router: APIRouter, reads: Reads) -> None:
    """待办 · GET /work-list."""

    @router.get("/work-list", operation_id="list-work", summary="我的待办：现在应当办理什么、到何时、为什么")
    async def work(
        request: Request,
        response: Response,
        caller: Annotated[Caller, Depends(reads.caller_of)],
        wanted: Annotated[Wanted, Depends()],
        whose: Annotated[Whose, WHOSE] = Whose.ME,
        overdue: Annotated[bool | None, OVERDUE] = None,
        cursor: Annotated[str | None, CURSOR] = None,
        limit: Annotated[int, LIMIT] = 50,
    ) -> DutyPage:
        """先到期的在前，没有期限的在后。本人应当回避的（如本人提交的整改）不在 `me` 内。下一页的地址在 `Link` 答复头中。"""
        asked = Asked(wanted, caller, whose, reads.now(), overdue)
        page = await _page(reads, asked, limit, cursor)
        link_next(request, response, page.next)
        return page


def add_figures(router: APIRouter, reads: Reads) -> None:
    """数量 · GET /work-list/figures."""

    @router.get(
        "/work-list/figures", operation_id="get-work-figures", summary="待办和逾期的数量：按事项和责任方"
    )
    async def figures(
        caller: Annotated[Caller, Depends(reads.caller_of)],
        wanted: Annotated[Wanted, Depends()],
        whose: Annotated[Whose, WHOSE] = Whose.ME,
    ) -> DutyFigures:
        """与待办清单的条件相同。"""
        asked = Asked(wanted, caller, whose, reads.now())
        return figures_of(await reads.fetch(*query.figures(asked)), asked.now)


def add_work_book(router: APIRouter, reads: Reads) -> None:
    """待办工作簿 · GET /work-list.xlsx."""

    @router.get(
        "/work-list.xlsx",
        operation_id="export-work",
        summary="待办清单：导出工作簿",
        response_class=Response,
        responses=WORKBOOK,
    )
    async def work_workbook(
        caller: Annotated[Caller, Depends(reads.caller_of)],
        wanted: Annotated[Wanted, Depends()],
        whose: Annotated[Whose, WHOSE] = Whose.ME,
        overdue: Annotated[bool | None, OVERDUE] = None,
    ) -> Response:
        """与待办清单的条件和次序相同。"""
        asked = Asked(wanted, caller, whose, reads.now(), overdue)
        return await _book(reads, asked, work_book, ("待办事项", "work-list"))


def add_overdue(router: APIRouter, reads: Reads) -> None:
    """逾期 · GET /overdue."""

    @router.get("/overdue", operation_id="list-overdue", summary="逾期清单：逾期几日、是谁的责任")
    async def overdue(
        request: Request,
        response: Response,
        caller: Annotated[Caller, Depends(reads.caller_of)],
        wanted: Annotated[Wanted, Depends()],
        whose: Annotated[Whose, WHOSE] = Whose.ALL,
        cursor: Annotated[str | None, CURSOR] = None,
        limit: Annotated[int, LIMIT] = 50,
    ) -> DutyPage:
        """逾期最久的在前。企业逾期未整改、未报方案、未报进展的计在企业名下；监管单位逾期未核实、未送达、未答复、未复查的计在监管单位名下；\
企业已提交整改、尚在复查时限内的不在内。"""
        asked = Asked(wanted, caller, whose, reads.now(), overdue=True)
        page = await _page(reads, asked, limit, cursor)
        link_next(request, response, page.next)
        return page


def add_overdue_book(router: APIRouter, reads: Reads) -> None:
    """逾期工作簿 · GET /overdue.xlsx."""

    @router.get(
        "/overdue.xlsx",
        operation_id="export-overdue",
        summary="逾期清单：导出工作簿，企业和监管单位各一页",
        response_class=Response,
        responses=WORKBOOK,
    )
    async def overdue_workbook(
        caller: Annotated[Caller, Depends(reads.caller_of)],
        wanted: Annotated[Wanted, Depends()],
        whose: Annotated[Whose, WHOSE] = Whose.ALL,
    ) -> Response:
        """与逾期清单的条件和次序相同。"""
        asked = Asked(wanted, caller, whose, reads.now(), overdue=True)
        return await _book(reads, asked, overdue_book, ("逾期清单", "overdue"))


async def _page(reads: Reads, asked: Asked, limit: int, cursor: str | None) -> DutyPage:
    found = await reads.fetch(*query.listing(asked, limit + 1, cursor))
    shown = found[:limit]
    following = query.cursor_after(shown[-1]) if len(found) > limit else None
    items = await _items(reads, asked, shown, "hazard.work-list")
    return DutyPage(items=items, next=following, at=local(asked.now))


async def _items(reads: Reads, asked: Asked, found: Sequence[Row], why: str) -> list[DutyItem]:
    await join(reads, found, asked.caller, why)
    names = await reads.names((row["responsible"] for row in found), asked.caller, why)
    return [item_of(row, names, asked.caller, asked.now) for row in found]


async def _book(
    reads: Reads,
    asked: Asked,
    book: Callable[[Sequence[DutyItem], date], bytes],
    called: tuple[str, str],
) -> Response:
    found = await reads.fetch(*query.listing(asked, MOST_ROWS + 1))
    if len(found) > MOST_ROWS:
        raise Trouble("too-large", f"符合条件的事项超过 {MOST_ROWS} 条，请缩小筛选范围后导出")
    items = await _items(reads, asked, found, "hazard.work-list.export")
    today = local(asked.now).date()
    content = await asyncio.to_thread(book, items, today)
    return attached(content, called, today)


def attached(content: bytes, called: tuple[str, str], today: date) -> Response:
    """附件 · A workbook under its Chinese name with the day, and a plain one for who cannot read that."""
    name, plain = (f"{each}-{today:%Y%m%d}.xlsx" for each in called)
    said = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    return Response(content, media_type=XLSX, headers={"Content-Disposition": said})
