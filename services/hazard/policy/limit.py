"""按日时限 · A limit of policy data that ends on a day."""

from pydantic import ConfigDict, field_validator

from contracts.limits import Limit, LimitUnit


class DayLimit(Limit):
    """按日时限 · A limit in days, working days or months, with no key that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @field_validator("unit")
    @classmethod
    def has_a_day(cls, unit: LimitUnit) -> LimitUnit:
        """按日 · Hours end at an instant, not on a day."""
        if unit is LimitUnit.HOURS:
            raise ValueError("该时限按日、工作日或月计算，不能用小时")
        return unit
