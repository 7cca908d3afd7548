"""读取日历 · The days of China, and what an office corrects."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from services.hazard.calendar import Calendar
from services.hazard.calendar.reading import CalendarInvalid, read_calendar

Written = Callable[[str], Calendar]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def write(text: str) -> Calendar:
        path = tmp_path / f"{abs(hash(text))}.toml"
        path.write_text(text, encoding="utf-8")
        return read_calendar(path)

    return write


def test_the_shipped_calendar_knows_the_published_years():
    calendar = read_calendar()

    assert calendar.published >= 2026
    assert calendar.version == f"{calendar.published}.0"
    assert not calendar.works(date(2026, 10, 7))
    assert calendar.works(date(2026, 10, 10))


def test_far_years_fall_back_to_weekends_and_never_fail():
    calendar = read_calendar()

    assert calendar.works(date(2199, 1, 3))
    assert not calendar.works(date(2199, 1, 5))
    assert calendar.provisional(date(2199, 1, 3))


def test_an_office_adds_what_was_published_since(written: Written):
    calendar = written(
        "revision = 1\npublished = 2027\noff = [2027-01-01, 2027-02-11]\nworked = [2027-02-20]\n"
    )

    assert calendar.published == 2027
    assert not calendar.provisional(date(2027, 2, 20))
    assert (False, True) == (calendar.works(date(2027, 2, 11)), calendar.works(date(2027, 2, 20)))
    assert calendar.works(date(2027, 5, 3))  # an estimate of the library's that was not published
    assert not calendar.works(date(2026, 10, 7))


def test_two_corrections_never_share_a_version(written: Written):
    one = written("revision = 1\noff = [2026-12-24]\n")
    other = written("revision = 1\noff = [2026-12-25]\n")

    assert one.version != other.version
    assert one.version.startswith("2026.1-")


def test_a_file_without_corrections_is_the_shipped_calendar(written: Written):
    assert read_calendar() == written("revision = 7\n")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("revision = 1\noff = [2026-12-24]\nworked = [2026-12-24]\n", "既放假又上班"),
        ("revision = 1\nof = [2026-12-24]\n", "of"),
        ("revision = \n", "有误"),
        ("off = []\n", "revision"),
    ],
)
def test_a_calendar_that_cannot_be_right_is_refused(written: Written, text: str, told: str):
    with pytest.raises(CalendarInvalid, match=told):
        written(text)


def test_a_calendar_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(CalendarInvalid, match=r"missing\.toml"):
        read_calendar(tmp_path / "missing.toml")
