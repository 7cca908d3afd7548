"""一企一档接口 · GET /enterprises/{id}/file: as JSON, as a workbook, and as a page that can be printed."""

import asyncio
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response

from services.problems import responses
from services.projections.enterprise_answers import EnterpriseFile
from services.projections.enterprise_reading import BESIDE, Page, read_file
from services.projections.enterprise_sections.page import page
from services.projections.enterprise_sections.workbook import workbook
from services.projections.ledger_routes import XLSX
from services.projections.reading import LONGEST_PAGE, Reads, link_next
from services.projections.shanghai import local
from services.tokens import Caller

PAGE = 100  # hazards
HTML = "text/html"
# A page of ours asks for nothing from anywhere, whatever stands in it.
SAFE = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'"}


def add_file(router: APIRouter, reads: Reads) -> None:
    """档案 · GET /enterprises/{id}/file."""

    @router.get(
        "/enterprises/{enterprise}/file",
        operation_id="get-enterprise-file",
        summary="一企一档：档案、责任人、定级、检查、隐患、指令书、服务计划、案件、时限、资金",
        responses=responses("not-found"),
        dependencies=_fresh(reads),
    )
    async def enterprise_file(
        request: Request,
        response: Response,
        enterprise: str,
        caller: Annotated[Caller, Depends(reads.caller_of)],
        cursor: Annotated[str | None, Query(description="隐患的翻页标记：上一页答复中的 next")] = None,
        limit: Annotated[int, Query(ge=1, le=LONGEST_PAGE, description="每页隐患条数")] = PAGE,
    ) -> EnterpriseFile:
        """一家企业的档案，各部分取自同一时刻。隐患从登记起列入，每条含各轮整改、治理方案、延期、时长和延误。

        隐患逐页列出，下一页的地址在 `Link` 答复头中；统计、亮灯、时限、资金始终按全部隐患计算，其余部分不分页。
        """
        file = await read_file(reads, enterprise, caller, Page(limit, cursor))
        link_next(request, response, file.next)
        return file


def add_workbook(router: APIRouter, reads: Reads) -> None:
    """工作簿 · GET /enterprises/{id}/file.xlsx."""

    @router.get(
        "/enterprises/{enterprise}/file.xlsx",
        operation_id="export-enterprise-file",
        summary="一企一档：导出工作簿",
        response_class=Response,
        responses={**responses("not-found"), **_media(XLSX, "工作簿")},
        dependencies=_fresh(reads),
    )
    async def file_workbook(enterprise: str, caller: Annotated[Caller, Depends(reads.caller_of)]) -> Response:
        """一部分一页：概况、隐患、各轮整改、延误、治理方案、延期、检查、指令书、服务矩阵、案件、档案变更、时效。"""
        file = await read_file(reads, enterprise, caller)
        content = await asyncio.to_thread(workbook, file, reads.today)
        headers = _named(file, "xlsx", "attachment", local(reads.now()))
        return Response(content, media_type=XLSX, headers=headers)


def add_page(router: APIRouter, reads: Reads) -> None:
    """打印页 · GET /enterprises/{id}/file.html."""

    @router.get(
        "/enterprises/{enterprise}/file.html",
        operation_id="print-enterprise-file",
        summary="一企一档：打印页",
        response_class=Response,
        responses={**responses("not-found"), **_media(HTML, "打印页")},
        dependencies=_fresh(reads),
    )
    async def file_page(enterprise: str, caller: Annotated[Caller, Depends(reads.caller_of)]) -> Response:
        """与档案内容相同，横向 A4，不引用任何外部资源，可直接打印或者另存为 PDF。"""
        file = await read_file(reads, enterprise, caller)
        at = local(reads.now())
        content = await asyncio.to_thread(page, file, at)
        return Response(content, media_type=HTML, headers=SAFE | _named(file, "html", "inline", at))


def _fresh(reads: Reads) -> list[Any]:  # dependencies of FastAPI
    """What it is read from besides has come to Min-Position, or is there at all."""
    return [Depends(reads.fresh(name, version)) for name, version in BESIDE]


def _media(kind: str, words: str) -> dict[int | str, dict[str, Any]]:  # as OpenAPI has it
    return {200: {"content": {kind: {}}, "description": words}}


def _named(file: EnterpriseFile, ending: str, how: str, at: datetime) -> dict[str, str]:
    name = quote(f"一企一档-{file.profile.name}-{at:%Y%m%d}.{ending}")
    plain = f"enterprise-file-{at:%Y%m%d}.{ending}"
    return {"Content-Disposition": f"{how}; filename=\"{plain}\"; filename*=UTF-8''{name}"}
