"""计量 · What is added up: a handful of counts, each on a business day at a place of many dimensions. PURE.

Indicators are computed from sums of these and from distinct counts of object rows, from nothing else.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from typing import Final, LiteralString, NamedTuple

# 按发现日期 · On the finding date of a hazard that counts.
BY_FINDING: Final[tuple[LiteralString, ...]] = (
    "found",
    "found_major",
    "upgraded",
    "found_rectified",
    "found_major_rectified",
    "found_closed",
    "found_major_closed",
    "found_on_spot",
    "found_repeated",
    "found_self",
    "found_government",
    "found_listed",
    "found_listed_province",
    "found_listed_city",
    "found_listed_rectified",
    "found_planned",
    "found_five",
    "open_planned",
    "open_five",
    "open",
    "reports",
    "reports_verified",
)
# 按当前整改期限 · On the current deadline.
BY_DEADLINE: Final[tuple[LiteralString, ...]] = (
    "due",
    "due_rectified",
    "due_in_time",
    "due_rechecked",
    "due_major",
    "due_major_rectified",
)
# 按发生日期 · On the day on which it happened.
BY_DAY: Final[tuple[LiteralString, ...]] = (
    "submitted",
    "submitted_rechecked",
    "rechecked_first",
    "passed_first",
    "rectified",
    "rectified_major",
    "closed",
    "closed_major",
    "relapsed",
    "transfers",
    "transfers_in_time",
    "visits",
    "planned",
    "planned_done",
    "notices",
    "notices_answered",
    "cases",
    "suspensions",
    "closures",
    "persons",
    "warnings",
    "licences",
    "detentions",
)
MONEY: Final[tuple[LiteralString, ...]] = (
    "cost",
    "fines",
)  # fen, on the day of the submission, of the decision
MEASURES: Final[tuple[LiteralString, ...]] = (*BY_FINDING, *BY_DEADLINE, *BY_DAY, *MONEY)

Amounts = Mapping[str, int]  # by measure; shared, never changed
Days = dict[date, Amounts]
Marks = dict["Place", Days]  # what one thing adds, where and on which day

NO_DAYS: Final[Mapping[date, Amounts]] = {}
NOTHING: Final[Amounts] = {}

TO_SUBMISSION, TO_VERIFICATION = 1, 2  # kinds of durations, both from the order


class Place(NamedTuple):
    """格 · The dimensions under which something counts; an empty one does not apply, or is not known."""

    division: str
    level: str = ""
    source_group: str = ""
    category: str = ""
    industry: str = ""
    object_kind: str = ""
    size_class: str = ""
    visit_kind: str = ""


class Duration(NamedTuple):
    """历时 · So many days, of one of the kinds, ended on a day at a place."""

    place: Place
    on: date
    kind: int
    days: int


class Delta(NamedTuple):
    """增量 · What an event changed: by a position, at a place, on a business day."""

    position: int
    place: Place
    on: date
    amounts: Mapping[str, int]


@lru_cache(maxsize=65_536)  # the same places again and again
def place_id(place: Place) -> int:
    """格的标识 · The same number for the same dimensions in every build."""
    return int.from_bytes(blake2b("\x1f".join(place).encode(), digest_size=8).digest(), signed=True)


def put(days: Days, on: date, amounts: Amounts) -> None:
    """加上 · More on a day; what stood there is not changed, another takes its place."""
    there = days.get(on)
    if there is None:
        days[on] = amounts
    else:
        days[on] = {**there, **{name: there.get(name, 0) + amount for name, amount in amounts.items()}}


def differences(before: Marks, after: Marks) -> Iterator[tuple["Place", date, Amounts]]:
    """差 · What has to be added to the marks before to have those after; nothing where they are alike."""
    for place in before if before.keys() == after.keys() else {**before, **after}:
        old, new = before.get(place, NO_DAYS), after.get(place, NO_DAYS)
        for on in new if old.keys() == new.keys() else {**old, **new}:
            was, now = old.get(on, NOTHING), new.get(on, NOTHING)
            if was is not now and was != now:
                yield place, on, _less(now, was)


def _less(now: Amounts, was: Amounts) -> Amounts:
    if not was:
        return now
    by = {name: now.get(name, 0) - was.get(name, 0) for name in {**was, **now}}
    return {name: amount for name, amount in by.items() if amount}
