"""日历 · Working days with 调休, and how limits are counted on them; pure, local dates of Asia/Shanghai."""

from calendar import SATURDAY
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """日历 · Which days are worked; beyond the last published year only an estimate.

    `off` are weekdays that are not worked, `worked` weekend days that are.
    """

    version: str
    published: int
    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()

    def works(self, day: date) -> bool:
        """工作日 · Whether offices work on this day."""
        return day in self.worked or (day.weekday() < SATURDAY and day not in self.off)

    def provisional(self, day: date) -> bool:
        """暂定 · Whether the days off of its year are still unpublished."""
        return day.year > self.published

    def working_from(self, day: date) -> date:
        """顺延 · The day itself when it is worked, else the next that is."""
        while not self.works(day):
            day += DAY
        return day


def end_of(day: date) -> datetime:
    """当日二十四时 · The instant at which a limit ending on this day has passed."""
    return datetime.combine(day + DAY, time(), ZONE)


def day_of(instant: datetime) -> date:
    """当地日期 · The local day on which an instant falls."""
    return instant.astimezone(ZONE).date()
