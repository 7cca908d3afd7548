"""计算期限 · From a day on, in days, working days or natural months; from an instant on, in hours.

The day it begins on is not counted; the last day counts until 24:00; a month ends on the day of the same number, or on
its last day when there is none. That is our reading of 民法典 200-203; 行政处罚法 85 and 行政强制法 69 say which short
limits are working days, and policy data name the unit of each limit.
"""

from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import assert_never

from contracts.limits import Counted, Limit, LimitUnit
from services.hazard.calendar import DAY, Calendar, end_of

MONTHS_OF_A_YEAR = 12


class HoursHaveNoDay(ValueError):
    """小时不按日计算 · Hours are counted from an instant, not from a day."""


def ends_on(limit: Limit, since: date, calendar: Calendar) -> date:
    """末日 · The last day of a limit that begins with the day after `since`. Raises HoursHaveNoDay."""
    last = _last(limit, since, calendar)
    return calendar.working_from(last) if limit.rolls else last


def _last(limit: Limit, since: date, calendar: Calendar) -> date:
    match limit.unit:
        case LimitUnit.DAYS:
            return since + timedelta(days=limit.amount)
        case LimitUnit.WORKING_DAYS:
            return working_days_after(since, limit.amount, calendar)
        case LimitUnit.MONTHS:
            return months_after(since, limit.amount)
        case LimitUnit.HOURS:
            raise HoursHaveNoDay(limit.zh)
        case _:
            assert_never(limit.unit)


def working_days_after(day: date, count: int, calendar: Calendar) -> date:
    """工作日顺推 · The so-manieth working day after a day."""
    for _ in range(count):
        day = calendar.working_from(day + DAY)
    return day


def months_after(day: date, count: int) -> date:
    """月顺推 · The day of the same number so many months later, or the last of that month."""
    years, month = divmod(day.month - 1 + count, MONTHS_OF_A_YEAR)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def count(limit: Limit, since: date, calendar: Calendar) -> tuple[date, Counted]:
    """计算 · The last day, and how it was counted, for the event to keep. Raises HoursHaveNoDay."""
    last = ends_on(limit, since, calendar)
    of_working_days = limit.unit is LimitUnit.WORKING_DAYS or limit.rolls
    provisional = of_working_days and calendar.provisional(last)
    plain = Limit(amount=limit.amount, unit=limit.unit, rolls=limit.rolls)  # of the contract, not of a policy
    return last, Counted(since=since, limit=plain, provisional=provisional)


def ends_at(limit: Limit, since: datetime, day: date, calendar: Calendar) -> datetime:
    """届满时刻 · Hours run from the instant; everything else until 24:00 of its last day, counted from the local day."""
    if limit.unit is LimitUnit.HOURS:
        return since + timedelta(hours=limit.amount)
    return end_of(ends_on(limit, day, calendar))


def latest_before(limit: Limit, end: date, calendar: Calendar) -> date:
    """最晚提出日 · The latest day from which the whole limit still fits before the end. Raises HoursHaveNoDay."""
    day = end - DAY
    while ends_on(limit, day, calendar) > end:
        day -= DAY
    return day
