"""时限届满 · The timer records each version of a date once, and a step made in time undoes it."""

from datetime import timedelta

import pytest

from contracts.terms import Owing, Side
from contracts.values import Role, Status
from given.deadlines import (
    GRANTED,
    SYS,
    agreed,
    missed,
    missing,
    ordered_from_service,
    over,
)
from given.lives import asked, day, ordered, self_found, submitted, submitting, verified
from given.story import ENT_S, ENT_S2, PHOTO, TWL, TWO
from services.hazard.lifecycle.extending import grant_extension
from services.hazard.lifecycle.rectifying import submit_rectification
from services.hazard.lifecycle.reinspecting import Reinspect, reinspect
from services.hazard.lifecycle.state import NotAtThisStage
from services.hazard.lifecycle.terms import NO_TERM
from services.hazard.lifecycle.timing import (
    AlreadyMissed,
    DeadlineMoved,
    NotYetOver,
    RecomputeDeadline,
    RecordDeadlineMissed,
    may_miss,
    recompute_deadline,
    record_deadline_missed,
    term_of,
)
from services.hazard.refused import MayNot

PASS = Reinspect(result="pass", photos=(PHOTO,))
FAIL = Reinspect(result="fail", photos=(PHOTO,), remark="仍有一处未接地")


def test_a_missed_deadline_is_recorded_once_for_its_version():
    life = missed()

    assert ["hazard.deadline-missed"] == life.types
    assert life.events[0].deadline_version == life.hazard.terms.rectification.version
    life.refused(AlreadyMissed, record_deadline_missed, missing(life), SYS)


def test_a_deadline_lasts_until_midnight_ends_its_day():
    life = over(ordered())
    ask = missing(life)
    early = life.at - timedelta(seconds=2)

    life.refused(NotYetOver, record_deadline_missed, ask, SYS, at=early, now=early)
    assert life.when(record_deadline_missed, ask, SYS).events


def test_a_client_clock_ahead_misses_nothing():
    life = ordered()
    late = over(life).at
    now = late - timedelta(minutes=5)

    life.refused(NotYetOver, record_deadline_missed, missing(life), SYS, at=late, now=now)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SYS}))
def test_only_the_timer_records_and_recomputes(role):
    life = over(ordered())

    life.refused(MayNot, record_deadline_missed, missing(life), {**TWO, "role": role})
    ask = RecomputeDeadline(what=Owing.RECTIFICATION, deadline_version=1)
    life.refused(MayNot, recompute_deadline, ask, {**TWO, "role": role})


def test_a_deadline_that_moved_is_not_missed_under_its_old_version():
    life = agreed()
    old = missing(life)
    life = life.when(grant_extension, GRANTED, TWL)

    over(life).refused(DeadlineMoved, record_deadline_missed, old, SYS)


def test_an_extension_after_a_miss_can_be_missed_again():
    life = missed(agreed())
    life = life.when(grant_extension, GRANTED, TWL)

    assert not life.hazard.terms.rectification.missed
    assert ["hazard.deadline-missed"] == missed(life).types


def test_an_order_that_was_never_served_is_not_missed():
    life = ordered_from_service().later(100)
    ask = RecordDeadlineMissed(what=Owing.RECTIFICATION, deadline_version=life.hazard.version)

    life.refused(DeadlineMoved, record_deadline_missed, ask, SYS)


def test_nothing_is_missed_that_was_submitted():
    life = submitted()
    ask = RecordDeadlineMissed(what=Owing.RECTIFICATION, deadline_version=4)

    life.refused(NotAtThisStage, record_deadline_missed, ask, SYS)


def test_a_reinspection_that_was_not_made_is_held_against_the_office():
    life = over(submitted(), Owing.REINSPECTION)
    life = life.when(record_deadline_missed, missing(life, Owing.REINSPECTION), SYS)

    assert ["hazard.reinspection-overdue"] == life.types
    assert Side.OFFICE is life.events[0].against
    life.refused(AlreadyMissed, record_deadline_missed, missing(life, Owing.REINSPECTION), SYS)


def test_on_its_own_track_the_enterprise_reinspects():
    life = asked(self_found(), ENT_S)
    life = over(submitted(life, ENT_S), Owing.REINSPECTION)
    life = life.when(record_deadline_missed, missing(life, Owing.REINSPECTION), SYS)

    assert Side.ENTERPRISE is life.events[0].against
    assert life.when(reinspect, PASS, ENT_S2).hazard.status is Status.VERIFIED


def test_a_submission_made_in_time_arrives_late_and_annuls_the_miss():
    life = missed()
    made_at = life.at - timedelta(hours=10)
    ask = submitting(life, completed_on=day(life, -1))
    after = life.when(submit_rectification, ask, ENT_S, at=made_at).hazard

    assert Status.SUBMITTED is after.status
    assert (False, True) == (after.terms.rectification.missed, after.terms.rectification.annulled)


def test_a_submission_made_too_late_annuls_nothing():
    life = missed()
    after = life.when(submit_rectification, submitting(life), ENT_S).hazard

    assert (True, False) == (after.terms.rectification.missed, after.terms.rectification.annulled)


def test_a_reinspection_made_in_time_arrives_late_and_annuls_the_miss():
    life = over(submitted(), Owing.REINSPECTION)
    life = life.when(record_deadline_missed, missing(life, Owing.REINSPECTION), SYS)
    after = life.when(reinspect, PASS, TWO, at=life.at - timedelta(hours=10)).hazard

    assert (False, True) == (after.terms.reinspection.missed, after.terms.reinspection.annulled)


def test_a_new_round_has_a_deadline_of_its_own():
    life = submitted(missed())
    ask = FAIL.model_copy(update={"deadline": day(life, 10)})
    life = life.when(reinspect, ask, TWO)

    assert (2, life.hazard.version) == (life.hazard.round, life.hazard.terms.rectification.version)
    assert ["hazard.deadline-missed"] == missed(life).types


def test_a_deadline_is_missed_from_midnight_on():
    life = over(ordered())
    midnight = life.at - timedelta(seconds=1)

    assert life.when(record_deadline_missed, missing(life), SYS, at=midnight, now=midnight).events


def test_the_timer_is_told_when_something_is_to_be_recorded():
    rectifying, waiting = over(ordered()), over(submitted(), Owing.REINSPECTION)

    for life in (rectifying, waiting):
        may_miss(life.hazard, life.occasion(SYS))
    for life, refusal in (
        (ordered(), NotYetOver),
        (submitted(), NotYetOver),
        (missed(), AlreadyMissed),
        (ordered_from_service(), DeadlineMoved),
        (verified(), NotAtThisStage),
    ):
        with pytest.raises(refusal):
            may_miss(life.hazard, life.occasion(SYS))
    with pytest.raises(MayNot):
        may_miss(rectifying.hazard, rectifying.occasion(TWO))


def test_what_waits_for_nothing_is_told_which_stages_the_timer_looks_at():
    life = verified()
    with pytest.raises(NotAtThisStage) as told:
        may_miss(life.hazard, life.occasion(SYS))

    assert "不能记录逾期；该操作只适用于「整改中」、「待复查」" in told.value.detail


def test_what_the_timer_does_not_record_has_no_term():
    assert term_of(ordered().hazard, Owing.SERVICE) == NO_TERM
