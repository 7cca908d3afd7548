"""统计接口 · GET /tallies: the indicators of a division for a period, and from 1 January to its end; now, or as of a past point."""

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from contracts.codes import category_name
from contracts.division import LEVELS
from contracts.values import Level, ObjectKind, SizeClass, SourceGroup, VisitKind
from services.problems import responses
from services.projections import indicators as formulas
from services.projections.behind_routes import add_behind
from services.projections.indicators import INDICATORS, WITHOUT_EVENTS, Basis, Figures
from services.projections.reading import Reads
from services.projections.tallying.asking import Asked, asked_at, bases, division_of, told_apart, wanted
from services.projections.tallying.lacking import Lacking, lacking
from services.projections.tallying.summing import Filters, Question
from services.scope import scope_of
from services.tokens import Caller

EXAMPLE: JsonDict = {
    "N04": {"found": 350, "general": 346, "major": 5, "upgraded": 1},
    "N05": {"rectified": 301, "found": 350, "rate": 86.0},
    "rectified": 310,
    "closed": 295,
    "relapsed": 2,
    "open": 60,
}
FIGURES = "按指标代码（N01 等，见 /api/v1/indicators）；rate 为百分数，两位小数，分母为零时为 null"
By = Literal[
    "month",
    "division",
    "level",
    "source_group",
    "category",
    "industry",
    "object_kind",
    "size_class",
    "visit_kind",
]
CODES: dict[str, type[Level | SourceGroup | ObjectKind | SizeClass | VisitKind]] = {
    "level": Level,
    "source_group": SourceGroup,
    "object_kind": ObjectKind,
    "size_class": SizeClass,
    "visit_kind": VisitKind,
}
AS_OF = Query(
    description="截至时点：日志位置（可用写操作答复的 X-Position），或者带时区的时刻，指届时最后一个位置；省略时为最新",
    examples=["1042", "2026-07-01T00:00:00+08:00"],
)
DIVISION = Query(
    pattern=r"^[0-9]{2,12}$",
    description="行政区划代码或其前缀；省略时为您的管辖范围",
    examples=["330111005"],
)
FROM = Query(alias="from", description="起始日期；省略时为当年 1 月 1 日")
TO = Query(alias="to", description="截止日期；省略时为今天")


class AsOf(BaseModel):
    """截至 · The point in the log that the figures are of."""

    log: str
    position: int = Field(description="日志位置；以此为 as_of 再查，得到同样的数字")


class Group(BaseModel):
    """一组 · The indicators of one value of what the answer is told apart by."""

    value: str
    name: str = Field(description="中文名；没有的同代码")
    figures: dict[str, Figures | int] = Field(
        description="同 period，没有按单位去重的和历时的指标（N01 单位数、N02、N12、N22、N27、N30）"
    )


class Tally(BaseModel):
    """统计 · The indicators of one division and period."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "division": "330111005",
                    "from": "2026-06-01",
                    "to": "2026-06-30",
                    "at": "2026-07-01T09:00:00+08:00",
                    "as_of": {"log": "0b9f8f8e-7d1c-4b5e-9a53-0f4a1c8a2d11", "position": 4711},
                    "formulas": formulas.VERSION,
                    "filters": {},
                    "period": EXAMPLE,
                    "cumulative": EXAMPLE,
                    "groups": None,
                    "lacking": [],
                }
            ]
        },
        serialize_by_alias=True,
    )

    division: str = Field(description="行政区划前缀，其下各级一并计入")
    start: date = Field(alias="from", description="起始日期（含）")
    end: date = Field(alias="to", description="截止日期（含）")
    at: datetime = Field(description="查询时刻；整改率、逾期率按此刻的状态计算")
    as_of: AsOf
    formulas: str = Field(description="公式版本")
    filters: dict[str, list[str]] = Field(
        description="筛选条件；检查、案件、文书没有等级、来源、类别，不因此而不计"
    )
    period: dict[str, Figures | int] = Field(description=f"当期。{FIGURES}")
    cumulative: dict[str, Figures | int] = Field(description="累计：自截止日期当年 1 月 1 日起")
    groups: list[Group] | None = Field(description="按 by 分组的当期")
    lacking: list[Lacking] = Field(description="这些数字所缺的事件：搁置的、已决定跳过的；没有时为空")


class Indicator(BaseModel):
    """指标 · One indicator with its formula, or with why it cannot be computed."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"code": "N29", "formula": "", "missing": "企业档案没有年主营收入"}]}
    )

    code: str
    formula: str = Field(description="中文名称 · formula in English")
    missing: str | None = Field(description="尚无法计算的原因")


def routes(reads: Reads, name: str, version: int) -> APIRouter:
    """读接口 · GET /tallies, GET /indicators."""
    router = APIRouter(
        prefix="/api/v1",
        tags=["统计"],
        dependencies=[Depends(reads.caller_of), Depends(reads.fresh(name, version))],
    )

    @router.get(
        "/tallies",
        operation_id="get-tallies",
        summary="统计：检查、发现、整改、逾期、销号等指标，可查任一时点",
        responses=responses("unauthenticated", "out-of-scope", "not-found", "malformed", "not-caught-up"),
    )
    async def tallies(
        caller: Annotated[Caller, Depends(reads.caller_of)],
        filters: Annotated[Filters, Depends(wanted)],
        division: Annotated[str | None, DIVISION] = None,
        start: Annotated[date | None, FROM] = None,
        end: Annotated[date | None, TO] = None,
        as_of: Annotated[str | None, AS_OF] = None,
        by: Annotated[By | None, Query(description="当期再按月、下级区划或一个维度分组")] = None,
    ) -> Tally:
        """发现数按发现日期、到期数按当前整改期限、已整改数按复查合格日期、销号数按销号日期归入。率为百分数，分母为零时为 null。"""
        where = division_of(division, scope_of(caller))
        asked = await asked_at(reads, (name, version), as_of, start, end)
        return await _tally(reads, (name, version), asked, Question(where, filters, by, _below(where)))

    @router.get("/indicators", operation_id="list-indicators", summary="统计指标及其公式")
    async def indicators() -> list[Indicator]:
        """能由现有事件计算的指标及公式；尚不能的注明原因。"""
        known = [
            Indicator(code=code, formula=(each.__doc__ or "").strip(), missing=None)
            for code, each in INDICATORS.items()
        ]
        unknown = [Indicator(code=code, formula="", missing=why) for code, why in WITHOUT_EVENTS.items()]
        return sorted(known + unknown, key=lambda each: each.code)

    add_behind(router, reads, (name, version))
    return router


def figures_of(basis: Basis) -> dict[str, Figures | int]:
    """数字 · All indicators, and what the period itself saw."""
    return {**formulas.indicators(basis), **formulas.flows(basis)}


async def _tally(reads: Reads, projection: tuple[str, int], asked: Asked, question: Question) -> Tally:
    firsts = [asked.first, date(asked.last.year, 1, 1)]
    period, cumulative = await bases(reads, asked, question, firsts)
    groups = None
    if question.by is not None:
        apart = await told_apart(reads, asked, question)
        groups = [_group(question.by, value, basis) for value, basis in apart.items()]
    return Tally.model_validate(
        {
            "division": question.division,
            "from": asked.first,
            "to": asked.last,
            "at": asked.at,
            "as_of": AsOf(log=asked.point.log, position=asked.point.position),
            "formulas": formulas.VERSION,
            "filters": question.filters,
            "period": figures_of(period),
            "cumulative": figures_of(cumulative),
            "groups": groups,
            "lacking": await lacking(reads, projection, asked, question.division),
        }
    )


_OF_OBJECTS = frozenset({"N02", "N12", "N22", "N27", "N30"})


def _group(by: str, value: str, basis: Basis) -> Group:
    figures = figures_of(basis)
    return Group(
        value=value,
        name=_name(by, value),
        figures={code: figure for code, figure in figures.items() if code not in _OF_OBJECTS},
    )


def _name(by: str, value: str) -> str:
    if by == "category":
        return category_name(value)
    codes = CODES.get(by)
    return codes(value).zh if codes else value


def _below(division: str) -> int:
    """How many digits the next lower divisions have."""
    return next((digits for digits in LEVELS if digits > len(division)), LEVELS[-1])
