"""统计接口 · GET /tallies: the indicators of a division for a period, and from 1 January to its end."""

from datetime import date, datetime
from typing import Annotated, LiteralString

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from contracts.division import prefix
from services.problems import Trouble, responses
from services.projections.indicators import EXAMPLE, Indicators, Sums, indicators
from services.projections.reading import Parameters, Reads, malformed
from services.projections.shanghai import local
from services.scope import Scope, scope_of
from services.tokens import Caller

SUMS: LiteralString = """
select
    coalesce(sum(found), 0)::bigint as found,
    coalesce(sum(found_general), 0)::bigint as found_general,
    coalesce(sum(found_major), 0)::bigint as found_major,
    coalesce(sum(found_rectified), 0)::bigint as found_rectified,
    coalesce(sum(found_closed), 0)::bigint as found_closed,
    coalesce(sum(found_on_spot), 0)::bigint as found_on_spot,
    coalesce(sum(found_major_closed), 0)::bigint as found_major_closed,
    coalesce(sum(due), 0)::bigint as due,
    coalesce(sum(due_in_time), 0)::bigint as due_in_time,
    coalesce(sum(due_unrectified) filter (where day < %(today)s), 0)::bigint as overdue,
    coalesce(sum(rectified), 0)::bigint as rectified,
    coalesce(sum(closed), 0)::bigint as closed,
    coalesce(sum(relapsed), 0)::bigint as relapsed,
    coalesce(sum(visits), 0)::bigint as visits
from projections.tallies_v2
where division like %(pattern)s and day between %(start)s and %(end)s
"""
# Distinct objects do not add up over days; they are counted from the visits themselves.
OBJECTS: LiteralString = """
with visited as (
    select distinct enterprise from projections.tallies_v2_visit
    where division like %(pattern)s and visited_on between %(start)s and %(end)s
), in_scope as (
    select id from projections.tallies_v2_enterprise
    where division like %(pattern)s and (closed_down_on is null or closed_down_on >= %(start)s)
)
select
    (select count(*) from visited) as objects,
    (select count(*) from in_scope) as in_scope,
    (select count(*) from in_scope join visited on visited.enterprise = in_scope.id) as visited_in_scope
"""


class Tally(BaseModel):
    """统计 · The indicators of one division and period, as they stand now."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "division": "330111005",
                    "from": "2026-06-01",
                    "to": "2026-06-30",
                    "at": "2026-07-01T09:00:00+08:00",
                    "period": EXAMPLE,
                    "cumulative": EXAMPLE,
                }
            ]
        },
        serialize_by_alias=True,
    )

    division: str = Field(description="行政区划前缀，其下各级一并计入")
    start: date = Field(alias="from", description="起始日期（含）")
    end: date = Field(alias="to", description="截止日期（含）")
    at: datetime = Field(description="查询时刻；整改率、逾期率按此刻的状态计算")
    period: Indicators = Field(description="当期")
    cumulative: Indicators = Field(description="累计：自截止日期当年 1 月 1 日起")


def routes(reads: Reads, name: str, version: int) -> APIRouter:
    """读接口 · GET /tallies."""
    router = APIRouter(
        prefix="/api/v1",
        tags=["统计"],
        dependencies=[Depends(reads.caller_of), Depends(reads.fresh(name, version))],
    )

    @router.get(
        "/tallies",
        operation_id="get-tallies",
        summary="统计：检查、发现、整改、逾期、销号等指标",
        responses=responses("unauthenticated", "out-of-scope", "not-found", "malformed", "not-caught-up"),
    )
    async def tallies(
        caller: Annotated[Caller, Depends(reads.caller_of)],
        division: Annotated[
            str | None,
            Query(
                pattern=r"^[0-9]{2,12}$",
                description="行政区划代码或其前缀；省略时为您的管辖范围",
                examples=["330111005"],
            ),
        ] = None,
        start: Annotated[
            date | None, Query(alias="from", description="起始日期；省略时为当年 1 月 1 日")
        ] = None,
        end: Annotated[date | None, Query(alias="to", description="截止日期；省略时为今天")] = None,
    ) -> Tally:
        """发现数按发现日期、到期数按当前整改期限、已整改数按复查合格日期、销号数按销号日期归入。率为百分数，分母为零时为 null。"""
        last = end or reads.today
        first = start or date(last.year, 1, 1)
        if first > last:
            raise malformed("/from", "起始日期不得晚于截止日期")
        return await _tally(reads, _division(division, scope_of(caller)), first, last)

    return router


async def _tally(reads: Reads, division: str, first: date, last: date) -> Tally:
    return Tally.model_validate(
        {
            "division": division,
            "from": first,
            "to": last,
            "at": local(reads.now()),
            "period": await _indicators(reads, division, first, last),
            "cumulative": await _indicators(reads, division, date(last.year, 1, 1), last),
        }
    )


def _division(asked: str | None, scope: Scope) -> str:
    if scope.enterprise is not None:
        raise Trouble("out-of-scope", "企业人员不能查看区域统计，请查看本企业档案")
    # A code that ends in zeros means everything below it: 330111005000 -> 330111005.
    where = scope.prefix if asked is None else prefix(asked.ljust(12, "0"))
    if not where.startswith(scope.prefix):
        raise Trouble("not-found", "没有这个行政区划，或不在您的管辖范围内")
    return where


async def _indicators(reads: Reads, division: str, start: date, end: date) -> Indicators:
    parameters: Parameters = {
        "pattern": f"{division}%",
        "start": start,
        "end": end,
        "today": reads.today,
    }
    (sums,) = await reads.fetch(SUMS, parameters)
    (objects,) = await reads.fetch(OBJECTS, parameters)
    return indicators(Sums(**sums, **objects))
