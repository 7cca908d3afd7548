"""期限重算 · A date counted over an unpublished year is provisional, and counted anew as an event of its own."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from contracts.limits import LimitUnit
from contracts.terms import Owing
from contracts.values import Status
from given.deadlines import SERVED, SYS, missed, ordered_from_service, requested, served
from given.lives import ordered, plan_accepted, plan_required, submitted, verified
from given.story import TWO, Life
from services.hazard.calendar.reading import read_calendar
from services.hazard.lifecycle.serving import serve_notice
from services.hazard.lifecycle.state import NotAtThisStage
from services.hazard.lifecycle.timing import (
    DeadlineMoved,
    NotProvisional,
    RecomputeDeadline,
    StillUnpublished,
    may_recompute,
    recompute_deadline,
    term_of,
)
from services.hazard.policy import DayLimit
from services.hazard.refused import MayNot

PUBLISHED = read_calendar()
UNPUBLISHED = replace(
    PUBLISHED,
    version="2025.0",
    published=2025,
    off=frozenset(day for day in PUBLISHED.off if day.year <= 2025),
)
TEN_WORKING_DAYS = DayLimit(amount=10, unit=LimitUnit.WORKING_DAYS)


def guessed() -> Life:
    """Served on 11 June, before anybody knew that the Dragon Boat Festival is on the 19th."""
    life = replace(ordered_from_service(TEN_WORKING_DAYS).later(8), calendar=UNPUBLISHED)
    return life.when(serve_notice, SERVED, TWO)


def recompute(life: Life, what: Owing = Owing.RECTIFICATION) -> RecomputeDeadline:
    return RecomputeDeadline(what=what, deadline_version=term_of(life.hazard, what).version)


def test_a_date_over_an_unpublished_year_is_marked():
    life = guessed()

    assert date(2026, 6, 25) == life.hazard.deadline
    assert life.hazard.terms.rectification.provisional
    assert life.events[0].counted.provisional


def test_a_provisional_date_is_counted_anew_from_the_same_day():
    life = replace(guessed(), calendar=PUBLISHED)
    version = life.hazard.terms.rectification.version
    life = life.when(recompute_deadline, recompute(life), SYS)

    (event,) = life.events
    assert (date(2026, 6, 25), date(2026, 6, 26), version) == (
        event.former,
        event.recomputed,
        event.deadline_version,
    )
    assert date(2026, 6, 26) == life.hazard.deadline
    assert not life.hazard.terms.rectification.provisional
    assert life.hazard.version == life.hazard.terms.rectification.version > version


def test_nothing_is_counted_anew_before_the_calendar_is_published():
    life = guessed()

    assert "尚未公布" in life.refused(StillUnpublished, recompute_deadline, recompute(life), SYS)


def test_a_date_is_counted_anew_once():
    life = replace(guessed(), calendar=PUBLISHED)
    first = recompute(life)
    life = life.when(recompute_deadline, first, SYS)

    life.refused(DeadlineMoved, recompute_deadline, first, SYS)
    life.refused(NotProvisional, recompute_deadline, recompute(life), SYS)


def test_a_named_date_and_one_in_calendar_days_are_never_provisional():
    life = replace(served(), calendar=PUBLISHED)

    life.refused(NotProvisional, recompute_deadline, recompute(life), SYS)


def test_more_time_undoes_a_miss_and_the_same_day_does_not():
    life = replace(missed(guessed()), calendar=PUBLISHED)
    life = life.when(recompute_deadline, recompute(life), SYS)
    assert not life.hazard.terms.rectification.missed

    same = replace(UNPUBLISHED, published=2026)
    life = replace(missed(guessed()), calendar=same)
    life = life.when(recompute_deadline, recompute(life), SYS)
    assert life.hazard.terms.rectification.missed


def test_the_plans_date_is_counted_anew_while_it_is_awaited():
    guess = replace(plan_required(), calendar=UNPUBLISHED)
    hazard = guess.hazard
    plan = replace(
        hazard.terms.plan, counted=hazard.terms.plan.counted.model_copy(update={"provisional": True})
    )
    life = replace(guess, hazard=replace(hazard, terms=replace(hazard.terms, plan=plan)), calendar=PUBLISHED)
    after = life.when(recompute_deadline, recompute(life, Owing.PLAN), SYS).hazard

    assert (hazard.deadline, Status.PLAN_REQUIRED) == (after.deadline, after.status)
    assert not after.terms.plan.provisional
    plan_accepted().refused(NotAtThisStage, recompute_deadline, recompute(life, Owing.PLAN), SYS)


@pytest.mark.parametrize("what", [Owing.EXTENSION_ANSWER, Owing.REINSPECTION])
def test_the_offices_dates_are_counted_anew_without_touching_the_deadline(what):
    major = replace(plan_accepted().later(30), calendar=replace(UNPUBLISHED, off=frozenset()))
    life = requested(major) if what is Owing.EXTENSION_ANSWER else special()
    deadline, term = life.hazard.deadline, term_of(life.hazard, what)
    assert term.provisional

    after = replace(life, calendar=PUBLISHED).when(recompute_deadline, recompute(life, what), SYS).hazard

    assert deadline == after.deadline
    assert term.on <= term_of(after, what).on <= term.on + timedelta(days=3)
    assert not term_of(after, what).provisional


def special() -> Life:
    """Submitted for a lift, whose re-inspection is due in working days."""
    life = ordered_from_service()
    life = replace(life, hazard=replace(life.hazard, category="B02"), calendar=UNPUBLISHED)
    return submitted(life)


def test_the_timer_is_told_when_something_is_to_be_counted_anew():
    life = guessed()

    may_recompute(life.hazard, life.occasion(SYS))
    for other, refusal in (
        (ordered(), NotProvisional),
        (ordered_from_service(), DeadlineMoved),
        (verified(), NotAtThisStage),
    ):
        with pytest.raises(refusal) as told:
            may_recompute(other.hazard, other.occasion(SYS))
    assert "不能重新计算期限；该操作只适用于「待治理方案」、「整改中」、「待复查」" in told.value.detail
    with pytest.raises(MayNot):
        may_recompute(life.hazard, life.occasion(TWO))


def test_one_provisional_date_of_several_is_enough():
    life = requested(replace(plan_accepted().later(30), calendar=replace(UNPUBLISHED, off=frozenset())))

    assert not life.hazard.terms.rectification.provisional
    may_recompute(life.hazard, life.occasion(SYS))


def test_a_date_counted_anew_still_says_how_it_was_counted():
    life = replace(guessed(), calendar=PUBLISHED)
    before = life.hazard.terms.rectification.counted
    after = life.when(recompute_deadline, recompute(life), SYS).hazard.terms.rectification.counted

    assert (before.limit, before.since, after.provisional) == (after.limit, after.since, False)


def test_what_is_not_served_yet_has_no_deadline_to_count_anew():
    life = ordered_from_service()

    with pytest.raises(DeadlineMoved) as told:
        may_recompute(life.hazard, life.occasion(SYS))
    assert told.value.detail == "整改期限尚未起算，或已不再计算"
