"""提请关闭 · Counted by case over its whole record; the condition is stated when it is met, and by nobody decided."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.case_codes import ClosureGround
from contracts.penalties import ClosureConditionMet, CountedPenalty, PenaltiesEvent
from given.cases import Trial
from given.story import DPL, ENTERPRISE, envelope
from services.hazard.case.penalties import Penalties, annul_penalty, evolve, note_penalty

FIRST = date(2026, 1, 5)
OCCASION = Trial().occasion(DPL)
G = ClosureGround


def penalty(number: int, day: int, *, major: bool = True) -> CountedPenalty:
    return CountedPenalty(
        case=str(UUID(int=number)),
        decision_number=f"余应急罚〔2026〕{number}号",
        decided_on=FIRST + timedelta(days=day),
        major=major,
    )


def after(penalties: Penalties, events: tuple[PenaltiesEvent, ...]) -> Penalties:
    for event in events:
        penalties = evolve(penalties, event, envelope(event, OCCASION, penalties.version + 1))
    return penalties


def noted(*penalties: CountedPenalty) -> tuple[Penalties, ClosureConditionMet | None]:
    """The record after these, and what was stated with the last of them."""
    record, events = Penalties(), ()
    for one in penalties:
        events = note_penalty(record, ENTERPRISE, one, OCCASION)
        record = after(record, events)
    return record, next((event for event in events if isinstance(event, ClosureConditionMet)), None)


@pytest.mark.parametrize(
    ("days", "grounds"),
    [
        ((0, 90, 180), (G.SHORT,)),
        ((0, 90, 181), None),
        ((0, 120, 240, 365), (G.LONG,)),
        ((0, 120, 241, 366), None),
        ((0, 1, 2, 3), (G.SHORT, G.LONG)),
        ((0, 1), None),
    ],
    ids=str,
)
def test_three_in_a_hundred_and_eighty_days_or_four_in_a_year_meet_it(days, grounds):
    _, met = noted(*(penalty(number, day) for number, day in enumerate(days, start=1)))

    assert (met.grounds if met else None) == grounds


def test_the_statement_names_the_decisions_that_were_counted():
    record, met = noted(penalty(1, 0), penalty(2, 300), penalty(3, 350), penalty(4, 360))

    assert [one.decision_number for one in met.counted] == [f"余应急罚〔2026〕{n}号" for n in (1, 2, 3, 4)]
    assert record.met_on == FIRST + timedelta(days=360)


def test_without_a_major_hazard_nothing_is_met_and_one_among_them_is_enough():
    slight = [penalty(number, number, major=False) for number in (1, 2, 3)]
    assert noted(*slight)[1] is None
    assert noted(*slight, penalty(4, 4))[1].grounds == (G.SHORT, G.LONG)


def test_a_withdrawn_decision_no_longer_counts():
    record, _ = noted(penalty(1, 0), penalty(2, 1), penalty(3, 2))
    events = annul_penalty(record, str(UUID(int=2)), OCCASION)
    left = after(record, events)

    assert [event.TYPE for event in events] == ["penalties.annulled"]
    assert (left.grounds, [one.case for one in left.noted]) == ((), [str(UUID(int=1)), str(UUID(int=3))])
    assert annul_penalty(left, str(UUID(int=2)), OCCASION) == ()


def test_what_the_rest_still_meets_is_stated_anew():
    record, _ = noted(*(penalty(number, number) for number in (1, 2, 3, 4)))
    left = after(record, annul_penalty(record, str(UUID(int=2)), OCCASION))

    assert (left.grounds, len(left.counted)) == ((G.SHORT,), 3)


def a_year_after(day: date) -> date:
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if leap else day.day)


def naive(decisions: list[CountedPenalty], latest: CountedPenalty) -> set[ClosureGround]:
    """Day by day: every stretch of the law that holds the latest, whatever day it begins on."""
    found = set()
    for ground, times, last_of in (
        (G.SHORT, 3, lambda day: day + timedelta(days=180)),
        (G.LONG, 4, a_year_after),
    ):
        for back in range(367):
            begins = latest.decided_on - timedelta(days=back)
            within = [one for one in decisions if begins <= one.decided_on <= last_of(begins)]
            if latest in within and len(within) >= times and any(one.major for one in within):
                found.add(ground)
    return found


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 900), st.booleans()), min_size=1, max_size=9))
def test_the_detector_equals_a_naive_count_in_whatever_order_decisions_arrive(lives):
    record, so_far = Penalties(), []
    for number, (day, major) in enumerate(lives, start=1):
        one = penalty(number, day, major=major)
        so_far.append(one)
        events = note_penalty(record, ENTERPRISE, one, OCCASION)
        record = after(record, events)
        stated = {ground for event in events[1:] for ground in event.grounds}

        assert stated == naive(so_far, one)
        assert set(record.noted) == set(so_far)
