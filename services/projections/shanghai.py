"""当地时间 · Dates and instants as China reads them: Asia/Shanghai, the only time zone of the law."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
# Since summer time ended, one offset the whole year; to ask the time zone takes three times as long.
SETTLED = 1992
EIGHT_HOURS = timedelta(hours=8)
NOT_AT_ALL = timedelta(0)


def local(instant: datetime) -> datetime:
    """当地时刻 · The same instant, told in Asia/Shanghai."""
    return instant.astimezone(SHANGHAI)


def day(instant: datetime) -> date:
    """当地日期 · The local date on which an instant falls."""
    if instant.utcoffset() == NOT_AT_ALL and instant.year >= SETTLED:
        return (instant + EIGHT_HOURS).date()
    return local(instant).date()


def date_words(value: date) -> str:
    """日期 · 2026年6月3日."""
    return f"{value.year}年{value.month}月{value.day}日"


def instant_words(instant: datetime) -> str:
    """时刻 · 2026年6月3日 09:41, local time."""
    there = local(instant)
    return f"{date_words(there.date())} {there:%H:%M}"
