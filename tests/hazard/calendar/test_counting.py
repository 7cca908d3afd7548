"""计算期限 · Days, working days with 调休, months and hours, as each law counts them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as any_

from contracts.limits import Limit, LimitUnit
from services.hazard.calendar import DAY, day_of, end_of
from services.hazard.calendar.counting import (
    HoursHaveNoDay,
    count,
    ends_at,
    ends_on,
    latest_before,
    months_after,
)
from services.hazard.calendar.reading import read_calendar

CALENDAR = read_calendar()
DAYS = any_.dates(date(2020, 1, 1), date(2035, 12, 31))
UNITS = any_.sampled_from([LimitUnit.DAYS, LimitUnit.WORKING_DAYS, LimitUnit.MONTHS])
AMOUNTS = any_.integers(1, 40)
LIMITS = any_.builds(Limit, amount=AMOUNTS, unit=UNITS, rolls=any_.booleans())


def days(amount: int, unit: LimitUnit = LimitUnit.DAYS, **more: bool) -> Limit:
    return Limit(amount=amount, unit=unit, **more)


def test_the_day_of_service_is_not_counted():
    assert date(2026, 6, 18) == ends_on(days(15), date(2026, 6, 3), CALENDAR)


@pytest.mark.parametrize(
    ("since", "amount", "last"),
    [
        (date(2026, 6, 3), 2, date(2026, 6, 5)),
        (date(2026, 6, 17), 3, date(2026, 6, 23)),  # 19日端午节放假
        (date(2026, 9, 30), 3, date(2026, 10, 10)),  # 10日（周六）上班
        (date(2026, 2, 13), 2, date(2026, 2, 24)),  # 14日（周六）上班，15日至23日春节放假
        (date(2026, 5, 8), 1, date(2026, 5, 9)),  # 周六上班
    ],
)
def test_working_days_know_days_off_and_weekends_that_are_worked(since, amount, last):
    assert last == ends_on(days(amount, LimitUnit.WORKING_DAYS), since, CALENDAR)


@pytest.mark.parametrize(
    ("since", "months", "last"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 11, 15), 3, date(2027, 2, 15)),
        (date(2026, 8, 31), 12, date(2027, 8, 31)),
    ],
)
def test_a_month_ends_on_the_same_number_or_on_its_last_day(since, months, last):
    assert last == months_after(since, months)


def test_a_limit_that_rolls_ends_on_the_next_working_day():
    assert date(2026, 6, 22) == ends_on(days(3, rolls=True), date(2026, 6, 17), CALENDAR)
    assert date(2026, 6, 20) == ends_on(days(3), date(2026, 6, 17), CALENDAR)


def test_hours_run_from_the_instant_and_have_no_day():
    at = datetime(2026, 6, 3, 1, 30, tzinfo=UTC)

    assert at + timedelta(hours=24) == ends_at(days(24, LimitUnit.HOURS), at, day_of(at), CALENDAR)
    with pytest.raises(HoursHaveNoDay):
        ends_on(days(24, LimitUnit.HOURS), date(2026, 6, 3), CALENDAR)


def test_a_deadline_lasts_until_midnight_ends_its_day_in_shanghai():
    assert datetime(2026, 6, 18, 16, tzinfo=UTC) == end_of(date(2026, 6, 18))
    assert date(2026, 6, 4) == day_of(datetime(2026, 6, 3, 16, tzinfo=UTC))


def test_what_crosses_into_an_unpublished_year_is_provisional_if_it_counts_working_days():
    since = date(2026, 12, 28)

    last, counted = count(days(10, LimitUnit.WORKING_DAYS), since, CALENDAR)

    assert (True, since) == (counted.provisional, counted.since)
    assert last.year > CALENDAR.published
    assert not count(days(10), since, CALENDAR)[1].provisional
    assert count(days(10, rolls=True), since, CALENDAR)[1].provisional
    assert not count(days(2, LimitUnit.WORKING_DAYS), since, CALENDAR)[1].provisional


@given(DAYS, LIMITS)
def test_every_limit_ends_after_it_began(since, limit):
    assert ends_on(limit, since, CALENDAR) > since


@given(DAYS, LIMITS)
def test_beginning_a_day_later_never_ends_earlier(since, limit):
    assert ends_on(limit, since, CALENDAR) <= ends_on(limit, since + DAY, CALENDAR)


@given(DAYS, AMOUNTS)
def test_so_many_working_days_are_exactly_so_many(since, amount):
    last = ends_on(days(amount, LimitUnit.WORKING_DAYS), since, CALENDAR)
    between = [since + timedelta(days=n) for n in range(1, (last - since).days + 1)]

    assert amount == sum(map(CALENDAR.works, between))
    assert CALENDAR.works(last)


@given(DAYS, LIMITS)
def test_rolling_moves_to_a_working_day_and_over_none(since, limit):
    rolled = ends_on(limit.model_copy(update={"rolls": True}), since, CALENDAR)
    plain = ends_on(limit.model_copy(update={"rolls": False}), since, CALENDAR)

    assert CALENDAR.works(rolled)
    assert not any(CALENDAR.works(plain + timedelta(days=n)) for n in range((rolled - plain).days))


@given(DAYS, LIMITS)
def test_the_latest_day_before_an_end_still_leaves_the_whole_limit(end, limit):
    latest = latest_before(limit, end, CALENDAR)

    assert ends_on(limit, latest, CALENDAR) <= end
    assert latest + DAY >= end or ends_on(limit, latest + DAY, CALENDAR) > end


@given(DAYS)
def test_only_days_of_unpublished_years_are_provisional(day):
    assert CALENDAR.provisional(day) == (day.year > CALENDAR.published)
