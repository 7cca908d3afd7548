"""专项行动接口 · GET /campaigns and GET /campaigns/{campaign}/coverage."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from contracts.campaign import CampaignKind, CampaignStage
from services.problems import responses
from services.projections import campaign_query as query
from services.projections.campaign_answers import (
    CampaignPage,
    Coverage,
    CoverageFigures,
    CoverageOf,
    campaign_of,
    figures_of,
    target_of,
    town_of,
)
from services.projections.reading import (
    LONGEST_PAGE,
    Parameters,
    Reads,
    Row,
    decode_cursor,
    encode_cursor,
    link_next,
)
from services.scope import Scope, scope_of
from services.tokens import Caller
from services.trouble import Trouble

CURSOR = Query(description="翻页标记：上一页答复中的 next")
LIMIT = Query(ge=1, le=LONGEST_PAGE, description="每页条数")


def routes(reads: Reads, name: str, version: int) -> APIRouter:
    """读接口 · The list, and the coverage of one."""
    router = APIRouter(
        prefix="/api/v1",
        tags=["专项行动"],
        dependencies=[Depends(reads.caller_of), Depends(reads.fresh(name, version))],
        responses=responses("unauthenticated", "malformed", "not-caught-up"),
    )
    add_list(router, reads)
    add_coverage(router, reads)
    return router


def add_list(router: APIRouter, reads: Reads) -> None:
    """列表 · GET /campaigns."""

    @router.get("/campaigns", operation_id="list-campaigns", summary="专项行动：本级组织的和上级部署的")
    async def campaigns(
        request: Request,
        response: Response,
        caller: Annotated[Caller, Depends(reads.caller_of)],
        stage: Annotated[CampaignStage | None, Query(description="行动阶段")] = None,
        kind: Annotated[CampaignKind | None, Query(description="专项行动类型")] = None,
        cursor: Annotated[str | None, CURSOR] = None,
        limit: Annotated[int, LIMIT] = 50,
    ) -> CampaignPage:
        """开始日期晚的在前。下一页的地址在 `Link` 答复头中。"""
        asked: Parameters = {name: value for name, value in (("stage", stage), ("kind", kind)) if value}
        if cursor:
            asked["cursor_day"], asked["cursor_id"] = decode_cursor(cursor, "day", "text")
        found = await reads.fetch(*query.listing(scope_of(caller), asked, limit + 1))
        page = found[:limit]
        following = encode_cursor(page[-1]["starts_on"], page[-1]["id"]) if len(found) > limit else None
        link_next(request, response, following)
        return CampaignPage(items=[campaign_of(row) for row in page], next=following)


def add_coverage(router: APIRouter, reads: Reads) -> None:
    """进展 · GET /campaigns/{campaign}/coverage."""

    @router.get(
        "/campaigns/{campaign:uuid}/coverage",
        operation_id="get-campaign-coverage",
        summary="专项行动进展：覆盖率、各镇街、已查和未查的目标",
        responses=responses("not-found"),
    )
    async def coverage(
        request: Request,
        response: Response,
        campaign: UUID,
        caller: Annotated[Caller, Depends(reads.caller_of)],
        covered: Annotated[bool | None, Query(description="只看已查的或者未查的目标")] = None,
        cursor: Annotated[str | None, CURSOR] = None,
        limit: Annotated[int, LIMIT] = 50,
    ) -> Coverage:
        """只计您辖区内的目标、检查和隐患。点名的企业或者范围内在营的企业为目标；只定家数的，检查过的企业都计入。"""
        key, scope = str(campaign), scope_of(caller)
        known = await reads.fetch(*query.one(key, scope))
        if not known:
            raise Trouble("not-found", "没有这个专项行动，或与您的辖区无关")
        name, enterprise = decode_cursor(cursor, "text", "text") if cursor else ("", "")
        after = (name, enterprise) if cursor else None
        found = await reads.fetch(*query.targets(key, scope, covered=covered, limit=limit + 1, after=after))
        page = found[:limit]
        following = encode_cursor(page[-1]["name"], page[-1]["id"]) if len(found) > limit else None
        link_next(request, response, following)
        figures, towns = await _figures(reads, known[0], scope)
        return Coverage(
            campaign=campaign_of(known[0]),
            figures=figures,
            divisions=towns,
            items=[target_of(row) for row in page],
            next=following,
        )


async def _figures(reads: Reads, campaign: Row, scope: Scope) -> tuple[CoverageFigures, list[CoverageOf]]:
    towns = [town_of(row) for row in await reads.fetch(*query.divisions(campaign["id"], scope))]
    (results,) = await reads.fetch(*query.results(campaign["id"], scope))
    # How many of a number fall to one town nobody said: there its enterprises within the scope are the targets.
    whole = campaign["within"].startswith(scope.prefix)
    return figures_of(results, towns, campaign["target_count"] if whole else None), towns
