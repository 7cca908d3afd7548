"""指标 · N01, N02, N04 to N09 and N14 of domain/tallies.md from the sums of a division and period. PURE."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

EXAMPLE: JsonDict = {
    "N01": {"objects": 120, "visits": 143},
    "N02": {"visited": 120, "in_scope": 143, "rate": 83.92},
    "N04": {"found": 350, "general": 346, "major": 5, "upgraded": 1},
    "N05": {"rectified": 301, "found": 350, "rate": 86.0},
    "N06": {"in_time": 280, "due": 310, "rate": 90.32},
    "N07": {"overdue": 12, "due": 310, "rate": 3.87},
    "N08": {"on_spot": 40, "found": 350, "rate": 11.43},
    "N09": {"closed": 290, "found": 350, "rate": 82.86},
    "N14": {"closed": 3, "found": 5, "rate": 60.0},
    "rectified": 310,
    "closed": 295,
    "relapsed": 2,
}
RATE = Field(description="百分数，保留两位小数；分母为零时为 null")


@dataclass(frozen=True, slots=True)
class Sums:
    """合计 · What the days of a division and period add up to; `overdue` counts deadlines gone by only."""

    found: int
    found_general: int
    found_major: int
    found_rectified: int
    found_closed: int
    found_on_spot: int
    found_major_closed: int
    due: int
    due_in_time: int
    overdue: int
    rectified: int
    closed: int
    relapsed: int
    visits: int
    objects: int
    in_scope: int
    visited_in_scope: int


class N01(BaseModel):
    """检查单位数、家次 · Distinct objects visited, and number of visits, by the day of the visit."""

    objects: int = Field(description="检查单位数")
    visits: int = Field(description="检查家次")


class N02(BaseModel):
    """检查覆盖率 · Objects in scope with at least one visit in the period ÷ objects in scope.

    In scope is every object on file in the division that had not closed down before the period began.
    """

    visited: int = Field(description="已检查的应查单位数")
    in_scope: int = Field(description="应查单位数")
    rate: float | None = RATE


class N04(BaseModel):
    """隐患数 · Found in the period, by level. An upgraded hazard keeps both marks: found = general + major - upgraded.

    Found means: finding date in the period, reached 已登记, and neither 非隐患 nor 重复 nor 作废.
    """

    found: int = Field(description="隐患数")
    general: int = Field(description="一般隐患数")
    major: int = Field(description="重大隐患数")
    upgraded: int = Field(description="其中由一般升级为重大、两边都计的")


class N05(BaseModel):
    """隐患整改率 · Found in the period and 复查合格 or 已销号 by the query time ÷ found."""

    rectified: int
    found: int
    rate: float | None = RATE


class N06(BaseModel):
    """按期整改率 · Due with a submission on or before the deadline that later passed ÷ due.

    Due means: the current deadline lies in the period; the submission is that of the current round.
    """

    in_time: int = Field(description="按期整改数")
    due: int = Field(description="到期数")
    rate: float | None = RATE


class N07(BaseModel):
    """逾期率 · Due and not 复查合格 at the query time ÷ due; a deadline whose day is not over is not missed."""

    overdue: int = Field(description="逾期未整改数")
    due: int = Field(description="到期数")
    rate: float | None = RATE


class N08(BaseModel):
    """当场整改率 · Found in the period and fixed on the spot ÷ found."""

    on_spot: int
    found: int
    rate: float | None = RATE


class N09(BaseModel):
    """闭环（销号）率 · Found in the period and 已销号 by the query time ÷ found."""

    closed: int
    found: int
    rate: float | None = RATE


class N14(BaseModel):
    """重大隐患整改率 · MAJOR found in the period and 已销号 by the query time ÷ MAJOR found."""

    closed: int
    found: int
    rate: float | None = RATE


class Indicators(BaseModel):
    """指标 · The indicators of one division and period."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    N01: N01
    N02: N02
    N04: N04
    N05: N05
    N06: N06
    N07: N07
    N08: N08
    N09: N09
    N14: N14
    rectified: int = Field(description="期内复查合格数，可多于期内发现数")
    closed: int = Field(description="期内销号数")
    relapsed: int = Field(description="期内重新打开数；不重复计入发现数")


def rate(part: int, whole: int) -> float | None:
    """率 · A percentage with two decimals, halves rounded up; None when there is nothing to divide by."""
    if whole == 0:
        return None
    return float((Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.01"), ROUND_HALF_UP))


def indicators(sums: Sums) -> Indicators:
    """指标 · The indicators by the formulas in their docstrings."""
    found, due = sums.found, sums.due
    upgraded = sums.found_general + sums.found_major - found
    return Indicators(
        N01=N01(objects=sums.objects, visits=sums.visits),
        N02=N02(
            visited=sums.visited_in_scope,
            in_scope=sums.in_scope,
            rate=rate(sums.visited_in_scope, sums.in_scope),
        ),
        N04=N04(found=found, general=sums.found_general, major=sums.found_major, upgraded=upgraded),
        N05=N05(rectified=sums.found_rectified, found=found, rate=rate(sums.found_rectified, found)),
        N06=N06(in_time=sums.due_in_time, due=due, rate=rate(sums.due_in_time, due)),
        N07=N07(overdue=sums.overdue, due=due, rate=rate(sums.overdue, due)),
        N08=N08(on_spot=sums.found_on_spot, found=found, rate=rate(sums.found_on_spot, found)),
        N09=N09(closed=sums.found_closed, found=found, rate=rate(sums.found_closed, found)),
        N14=N14(
            closed=sums.found_major_closed,
            found=sums.found_major,
            rate=rate(sums.found_major_closed, sums.found_major),
        ),
        rectified=sums.rectified,
        closed=sums.closed,
        relapsed=sums.relapsed,
    )
