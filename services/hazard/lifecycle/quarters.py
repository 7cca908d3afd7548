"""季度与工作日 · When a listed hazard's progress is due, and dates counted in working days."""

from datetime import date, timedelta

from services.hazard.occasion import Occasion

MONTHS = 12
SATURDAY = 5


def first_due(occasion: Occasion) -> date:
    """首次期限 · The last working day of this quarter, or of the next when that day has come."""
    due = last_working_day(occasion.today, occasion.policy.limits.progress_months)
    return due if due > occasion.today else next_due(occasion)


def next_due(occasion: Occasion) -> date:
    """下次期限 · The last working day of the quarter after this one."""
    months = occasion.policy.limits.progress_months
    return last_working_day(period_end(occasion.today, months) + timedelta(days=1), months)


def period_end(on: date, months: int) -> date:
    """期末 · The last day of the period of so many months that a day stands in; periods begin with January."""
    following = (on.month - 1) // months * months + months
    year, month = on.year + following // MONTHS, following % MONTHS + 1
    return date(year, month, 1) - timedelta(days=1)


def last_working_day(on: date, months: int) -> date:
    """期末工作日 · The last working day of the period that a day stands in."""
    day = period_end(on, months)
    while day.weekday() >= SATURDAY:
        day -= timedelta(days=1)
    return day


def working_days_on(occasion: Occasion, days: int) -> date:
    """顺延工作日 · The date so many working days after the step."""
    day = occasion.today
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < SATURDAY
    return day
