"""服务次数 · How often an enterprise is served in each quarter: the policy's measure, or one of its own with a reason."""

from datetime import timedelta

from pydantic import Field

from contracts.service_plan import QUARTERS, Quarter, QuarterDuty, ServiceContract, Times, first_day, last_day
from services.hazard.occasion import Ask
from services.hazard.policy import Policy
from services.hazard.refused import Refused

FOUR = "全年现场检查服务、督促整改、回头复查各四次，覆盖每个季度"


class DutiesReasonMissing(Refused):
    """次数与政策不同须说明理由 · An enterprise that is served more or less often than policy says has a reason."""


class NothingOwed(Refused):
    """没有应办的服务 · A plan owes something in some quarter."""


class QuarterTwice(Refused):
    """季度重复 · Each quarter is named once."""


class QuarterTimes(Ask):
    """季度次数 · How often each of the three is owed in one quarter."""

    quarter: Quarter
    checks: Times = Field(description="现场检查服务次数")
    urges: Times = Field(description="督促整改次数")
    rechecks: Times = Field(description="回头复查次数")


def standard(year: int, contract: ServiceContract, policy: Policy) -> tuple[QuarterDuty, ...]:
    """政策次数 · What policy says of each quarter; nothing in one that the contract does not touch."""
    return tuple(_duty(year, quarter, contract, policy) for quarter in QUARTERS)


def _duty(year: int, quarter: int, contract: ServiceContract, policy: Policy) -> QuarterDuty:
    said = policy.service
    begins, due = first_day(year, quarter), last_day(year, quarter)
    owed = contract.starts_on <= due and begins <= contract.ends_on
    return QuarterDuty(
        quarter=quarter,
        checks=said.checks if owed else 0,
        urges=said.urges if owed else 0,
        rechecks=said.rechecks if owed else 0,
        due=due,
        remind_on=due - timedelta(days=said.remind_days),
    )


def own(duties: tuple[QuarterDuty, ...], times: tuple[QuarterTimes, ...]) -> tuple[QuarterDuty, ...]:
    """另定次数 · These duties with other numbers in the quarters that are named.

    Raises QuarterTwice, NothingOwed.
    """
    named = {each.quarter: each for each in times}
    if len(named) < len(times):
        raise QuarterTwice("同一季度的服务次数只填写一次")
    changed = tuple(
        duty.model_copy(update=named[duty.quarter].model_dump()) if duty.quarter in named else duty
        for duty in duties
    )
    if not any(duty.checks or duty.urges or duty.rechecks for duty in changed):
        raise NothingOwed(f"各季度的服务次数不得全部为零（{FOUR}）；不再服务的请终止服务计划")
    return changed
