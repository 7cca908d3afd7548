"""时限 · How long something may take, in the units in which the laws count, and how a date was counted from it."""

from datetime import date

from pydantic import Field

from contracts.values import Named, Value


class LimitUnit(Named):
    """时限单位 · What a limit counts."""

    DAYS = "days", "日"
    WORKING_DAYS = "working-days", "个工作日"
    MONTHS = "months", "个月"
    HOURS = "hours", "小时"


class Limit(Value):
    """时限 · So many days, working days, natural months or hours.

    `rolls`: one that ends on a day off ends on the next working day.
    """

    amount: int = Field(ge=1, le=3660, description="数量 · How many of the unit")
    unit: LimitUnit
    rolls: bool = Field(False, description="末日顺延 · Ends on the next working day when its last day is off")

    @property
    def zh(self) -> str:
        """中文 · 10个工作日."""
        return f"{self.amount}{self.unit.zh}"


class Counted(Value):
    """计算依据 · From which day a date was counted, that day not included, and by which limit.

    `provisional`: a year was crossed whose days off are not published yet; hazard.deadline-recomputed follows.
    """

    since: date
    limit: Limit
    provisional: bool = False
