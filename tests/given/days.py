"""给定日期 · Days as the office counts them: in its own time zone, whatever the hour of the machine."""

from datetime import date, datetime, timedelta

from services.hazard.occasion import SHANGHAI


def today() -> date:
    return datetime.now(SHANGHAI).date()


def in_days(days: int) -> str:
    return (today() + timedelta(days=days)).isoformat()
