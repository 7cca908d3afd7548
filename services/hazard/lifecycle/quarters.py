"""季度 · When a listed hazard's progress is due: the last working day of each period of the policy's months."""

from datetime import date

from services.hazard.calendar import DAY
from services.hazard.calendar.counting import MONTHS_OF_A_YEAR
from services.hazard.occasion import Occasion


def first_due(occasion: Occasion) -> date:
    """首次期限 · The last working day of this quarter, or of the next when that day has come."""
    due = last_working_day(occasion.today, occasion)
    return due if due > occasion.today else next_due(occasion)


def next_due(occasion: Occasion) -> date:
    """下次期限 · The last working day of the quarter after this one."""
    end = period_end(occasion.today, occasion.policy.limits.progress_months)
    return last_working_day(end + DAY, occasion)


def period_end(on: date, months: int) -> date:
    """期末 · The last day of the period of so many months that a day stands in; periods begin with January."""
    following = (on.month - 1) // months * months + months
    year, month = on.year + following // MONTHS_OF_A_YEAR, following % MONTHS_OF_A_YEAR + 1
    return date(year, month, 1) - DAY


def last_working_day(on: date, occasion: Occasion) -> date:
    """期末工作日 · The last working day of the period that a day stands in."""
    day = period_end(on, occasion.policy.limits.progress_months)
    while not occasion.calendar.works(day):
        day -= DAY
    return day
