"""日历 · Local days in Asia/Shanghai, where a deadline means 24:00 of its day (architecture 10)."""

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


def end_of(day: date) -> datetime:
    """当日二十四时 · The instant at which a deadline on that day is missed."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)


def day_of(instant: datetime) -> date:
    """当地日期 · The local day an instant falls on."""
    return instant.astimezone(SHANGHAI).date()


def last_day(due: datetime) -> date:
    """期限末日 · The last local day before an instant is reached: 24:00 belongs to the day it ends."""
    return day_of(due - timedelta(microseconds=1))


def days_past(due: datetime, now: datetime) -> int:
    """距期限天数 · Local days from the last day to today: -3 three days before, 0 on the day, 1 the day after."""
    return (day_of(now) - last_day(due)).days
