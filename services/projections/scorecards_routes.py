"""记分接口 · GET /scorecards: towns and enterprises scored and ranked by their indicators, weights from policy data."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, LiteralString

from fastapi import APIRouter, Depends, Query
from psycopg.rows import class_row
from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from contracts.division import LEVELS
from services.problems import responses
from services.projections.indicators import Basis, Figures, indicators
from services.projections.reading import Reads, malformed
from services.projections.scorecards import Card, card_of, ranked
from services.projections.tallying.asking import Asked, asked_at, bases, division_of
from services.projections.tallying.hazard import Hazard, marks_of
from services.projections.tallying.summing import Question, Sums
from services.scope import scope_of
from services.tokens import Caller

TOWN_DIGITS = LEVELS[3]
MOST = 500  # places or enterprises in one ranking
PLACES: LiteralString = """
select distinct left(division, %(digits)s) as value from projections.tallies_v3_enterprise
where division like %(pattern)s and from_position <= %(position)s order by 1 limit %(most)s
"""
FIRMS: LiteralString = """
select id, name from projections.tallies_v3_enterprise
where id = enterprise and division like %(pattern)s order by id
"""
HAZARDS: LiteralString = """
select * from projections.tallies_v3_hazard
where division like %(pattern)s and enterprise <> '' and found_on <= %(last)s
and greatest(found_on, deadline, submitted_on, verified_on, closed_on) >= %(first)s
"""


EXAMPLE: JsonDict = {
    "name": "镇街隐患排查治理记分卡",
    "division": "330111",
    "from": "2026-01-01",
    "to": "2026-06-30",
    "position": 4711,
    "ranking": [
        {
            "id": "330111005",
            "name": "330111005",
            "rank": 1,
            "score": 91.25,
            "items": [
                {"name": "隐患整改率", "value": "N05.rate", "weight": 20, "figure": 95.5, "points": 93.42}
            ],
        }
    ],
}


class Kind(StrEnum):
    """对象 · Who is ranked."""

    TOWN = "town"
    ENTERPRISE = "enterprise"


class Scored(BaseModel):
    """记分项 · One item of a card, its value, and the points for it."""

    name: str
    value: str = Field(description="指标代码.数字")
    weight: float
    figure: float | None
    points: float | None = Field(description="0 至 100；没有可计算的数字时为 null，不参与总分")


class Ranked(BaseModel):
    """名次 · Who, with which score and place."""

    id: str
    name: str
    rank: int | None
    score: float | None
    items: list[Scored]


class Scorecard(BaseModel):
    """记分榜 · Everybody of one kind in a division, the highest score first."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    name: str
    division: str
    first: date = Field(serialization_alias="from")
    last: date = Field(serialization_alias="to")
    position: int
    ranking: list[Ranked]


# Any: tables of policy data, validated where they are kept.
Cards = Mapping[str, Mapping[str, Any]]


def routes(reads: Reads, projection: tuple[str, int], cards: Cards) -> APIRouter:
    """读接口 · GET /scorecards."""
    router = APIRouter(
        prefix="/api/v1",
        tags=["统计"],
        dependencies=[Depends(reads.caller_of), Depends(reads.fresh(*projection))],
    )

    @router.get(
        "/scorecards",
        operation_id="get-scorecards",
        summary="记分与排名：镇街、企业",
        responses=responses("unauthenticated", "out-of-scope", "not-found", "malformed", "not-caught-up"),
    )
    async def scorecards(
        caller: Annotated[Caller, Depends(reads.caller_of)],
        kind: Kind = Kind.TOWN,
        division: Annotated[str | None, Query(pattern=r"^[0-9]{2,12}$")] = None,
        start: Annotated[date | None, Query(alias="from")] = None,
        end: Annotated[date | None, Query(alias="to")] = None,
        as_of: Annotated[str | None, Query(description="截至时点，只用于镇街；企业按最新状态")] = None,
    ) -> Scorecard:
        """权重、底线和目标是政策数据（scorecards）；企业排名须限定在一个镇街之内。"""
        where = division_of(division, scope_of(caller))
        if kind is Kind.ENTERPRISE and (len(where) < TOWN_DIGITS or as_of is not None):
            raise malformed("/division", "企业排名须限定在一个镇街之内，并按最新状态计算")
        asked = await asked_at(reads, projection, as_of, start, end)
        return await _scorecard(reads, asked, where, kind, card_of(cards[kind]))

    return router


async def _scorecard(reads: Reads, asked: Asked, where: str, kind: Kind, card: Card) -> Scorecard:
    told = _towns if kind is Kind.TOWN else _enterprises
    figures, names = await told(reads, asked, where)
    return Scorecard(
        name=card.name,
        division=where,
        first=asked.first,
        last=asked.last,
        position=asked.point.position,
        ranking=ranking(card, figures, names),
    )


def ranking(
    card: Card, figures: Mapping[str, Mapping[str, Figures]], names: Mapping[str, str]
) -> list[Ranked]:
    """排名 · Each with the items of the card, the highest score first, those without one last."""
    scored = {key: card.score(each) for key, each in figures.items()}
    places = ranked({key: score for key, (score, _) in scored.items()})
    lines = [
        Ranked(
            id=key,
            name=names.get(key, key),
            rank=places[key],
            score=score,
            items=[
                Scored(
                    name=item.name, value=item.value, weight=float(item.weight), figure=figure, points=points
                )
                for item, figure, points in items
            ],
        )
        for key, (score, items) in scored.items()
    ]
    return sorted(lines, key=lambda line: (line.rank is None, line.rank or 0, line.id))


Told = tuple[dict[str, dict[str, Figures]], dict[str, str]]


async def _towns(reads: Reads, asked: Asked, where: str) -> Told:
    about = {
        "digits": TOWN_DIGITS,
        "pattern": f"{where}%",
        "position": asked.point.position,
        "most": MOST,
    }
    figures = {}
    for row in await reads.fetch(PLACES, about):
        (basis,) = await bases(reads, asked, Question(row["value"]), [asked.first])
        figures[row["value"]] = indicators(basis)
    return figures, {}


async def _enterprises(reads: Reads, asked: Asked, where: str) -> Told:
    """From the hazards as they stand: by enterprise nothing is summed up beforehand."""
    about = {"pattern": f"{where}%", "first": asked.first, "last": asked.last}
    async with (
        reads.pool.connection() as connection,
        connection.cursor(row_factory=class_row(Hazard)) as cursor,
    ):
        await cursor.execute(HAZARDS, about)
        hazards = await cursor.fetchall()
    own: dict[str, list[Hazard]] = {}
    for hazard in hazards:
        own.setdefault(hazard.enterprise, []).append(hazard)
    names = {row["id"]: row["name"] for row in await reads.fetch(FIRMS, about)}
    figures = {firm: indicators(_basis(asked, of_firm)) for firm, of_firm in own.items() if firm in names}
    return figures, names


def _basis(asked: Asked, hazards: Sequence[Hazard]) -> Basis:
    sums: Sums = Counter()
    overdue: Sums = Counter()
    first, last = asked.over(asked.first)
    for hazard in hazards:
        for days in marks_of(hazard).values():
            for on, amounts in days.items():
                if asked.first <= on <= asked.last:
                    sums.update(amounts)
                if first <= on <= last:
                    overdue.update(amounts)
    return Basis(sums, overdue)
