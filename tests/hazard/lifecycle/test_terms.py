"""期限 · Which dates run beside the status after each step, and which version of the record set them."""

from dataclasses import replace
from datetime import date, timedelta

from contracts.terms import ExtensionState
from contracts.values import Status
from given.deadlines import (
    FIFTEEN_DAYS,
    GRANTED,
    agreed,
    asking,
    missed,
    ordered_from_service,
    requested,
    served,
)
from given.lives import (
    asked,
    captured,
    capturing,
    day,
    major_submitted,
    ordered,
    ordering,
    plan_accepted,
    plan_filed,
    plan_required,
    registered,
    self_found,
    submitted,
    submitting,
    verified,
)
from given.story import DPL, DPO, ENT_M, ENT_S, EXP, GRID, LEDGER, PHOTO, START, TWL, TWO, Life
from services.hazard.lifecycle.classifying import (
    DowngradeToGeneral,
    UpgradeToMajor,
    downgrade_to_general,
    upgrade_to_major,
)
from services.hazard.lifecycle.extending import grant_extension, request_extension
from services.hazard.lifecycle.ordering import order_rectification
from services.hazard.lifecycle.planning import FilePlan, WaivePlan, file_plan, waive_plan
from services.hazard.lifecycle.rectifying import FixOnSpot, fix_on_spot, submit_rectification
from services.hazard.lifecycle.reinspecting import Reinspect, reinspect
from services.hazard.lifecycle.reporting import SubmitHazard, capture_hazard, submit_hazard
from services.hazard.lifecycle.terms import NO_NOTICE, NO_TERM, NO_TERMS, Extension, Notice, Term

NOTICE = "余应急责改〔2026〕12号"
UPGRADE = UpgradeToMajor(clause="工贸10号令-11(3)", reason="未泄爆")


def failed(life=None):
    life = life or submitted()
    ask = Reinspect(result="fail", photos=(PHOTO,), remark="仍未接地", deadline=day(life, 5))
    return life.when(reinspect, ask, TWO)


def test_nothing_runs_before_anything_was_asked_for():
    for life in (captured(), registered()):
        assert life.hazard.terms == NO_TERMS
        assert life.hazard.notice == NO_NOTICE


def test_a_find_that_waits_names_the_hour_and_the_version():
    life = captured(GRID).when(submit_hazard, SubmitHazard(), GRID)

    assert life.hazard.terms.confirmation == life.events[1].due
    assert life.hazard.terms.confirmation_version == life.hazard.version == 3


def test_an_order_is_kept_with_its_version_number_and_day():
    life = ordered()
    hazard = life.hazard

    assert hazard.notice == Notice(version=hazard.version, number=NOTICE, ordered_on=day(registered(), 0))
    assert hazard.terms.rectification == Term(on=hazard.deadline, version=hazard.version)
    assert hazard.terms.begun_on == day(registered(), 0)


def test_an_order_from_service_keeps_its_limit_and_runs_from_its_service():
    waiting, running = ordered_from_service().hazard, served().hazard

    assert (waiting.notice.limit.amount, waiting.notice.unserved) == (FIFTEEN_DAYS.amount, True)
    assert waiting.terms.rectification == NO_TERM
    assert (running.notice.unserved, running.notice.limit) == (False, waiting.notice.limit)
    assert (running.terms.rectification.on, running.terms.rectification.version) == (
        running.deadline,
        running.version,
    )
    assert running.terms.rectification.counted.limit == waiting.notice.limit


def test_a_request_has_a_date_and_no_notice():
    hazard = asked().hazard

    assert hazard.notice == NO_NOTICE
    assert hazard.terms.rectification == Term(on=hazard.deadline, version=hazard.version)


def test_a_plan_is_owed_by_the_version_that_required_it():
    life = plan_required()
    term = life.hazard.terms.plan

    assert (term.on, term.version) == (life.events[0].plan_due, life.hazard.version)
    assert term.counted == life.events[0].counted
    assert plan_filed().hazard.terms.plan == term
    accepted = plan_accepted().hazard
    assert accepted.terms.rectification == Term(on=accepted.deadline, version=accepted.version)


def test_a_submission_and_a_fix_set_the_date_of_the_re_inspection():
    fix = FixOnSpot(measures="当场清理", before=(PHOTO,), after=(PHOTO,))
    for life in (submitted(), major_submitted(), self_found().when(fix_on_spot, fix, ENT_S)):
        term = life.hazard.terms.reinspection
        assert (term.on, term.version) == (life.events[0].reinspection_due, life.hazard.version)
        assert term.counted == life.events[0].counted


def test_what_was_kept_in_time_stays_as_it_was():
    before, after = submitted(), verified()

    assert after.hazard.terms.reinspection == before.hazard.terms.reinspection
    assert after.hazard.terms.rectification == before.hazard.terms.rectification


def test_a_miss_is_undone_only_by_what_was_done_by_the_last_day():
    life = missed()
    term = life.hazard.terms.rectification
    assert (term.missed, term.annulled) == (True, False)

    in_time, late = term.kept(term.on), term.kept(day(life, 0))
    assert (in_time.missed, in_time.annulled) == (False, True)
    assert late == term
    assert ordered().hazard.terms.rectification.kept(term.on).annulled is False


def test_a_new_round_keeps_the_order_and_has_a_date_of_its_own():
    life = failed()
    hazard = life.hazard

    assert hazard.notice == Notice(
        version=ordered().hazard.version, number=NOTICE, ordered_on=day(registered(), 0)
    )
    assert hazard.terms.rectification == Term(on=hazard.deadline, version=hazard.version)
    assert hazard.terms.begun_on == day(submitted(), 0)
    again = failed(submitted(ordered_from_service()))
    assert again.hazard.notice.limit is None


def test_an_upgrade_lets_the_old_date_go_and_a_downgrade_the_plans():
    up = ordered().when(upgrade_to_major, UPGRADE, TWO).hazard
    assert (up.status, up.terms.rectification) == (Status.PLAN_REQUIRED, NO_TERM)
    assert (up.terms.plan.version, up.first_length) == (up.version, None)

    ask = DowngradeToGeneral(proposed_by="p-dpo", reason="不符合判定条款", evidence=(PHOTO,))
    down = plan_accepted().when(downgrade_to_general, ask, DPL).hazard
    assert (down.status, down.terms.rectification) == (Status.REGISTERED, NO_TERM)
    assert (down.deadline, down.first_length, down.plan, down.plan_filed) == (None, None, None, False)
    waived = plan_required().when(waive_plan, WaivePlan(reason="当场消除", photos=(PHOTO,)), DPO)
    assert waived.hazard.plan_waived
    assert waived.when(downgrade_to_general, ask, DPL).hazard.plan_waived is False
    lacking = plan_required().when(file_plan, FilePlan(), ENT_M, **LEDGER)
    assert lacking.hazard.plan_content_waived
    assert lacking.when(downgrade_to_general, ask, DPL).hazard.plan_content_waived is False


def test_an_extension_granted_is_a_version_of_the_date_and_leaves_the_beginning():
    life = agreed()
    after = life.when(grant_extension, GRANTED, TWL).hazard

    assert after.terms.rectification == Term(on=after.deadline, version=after.version)
    assert after.terms.begun_on == life.hazard.terms.begun_on


def test_an_application_lapses_with_the_submission_and_what_was_granted_is_still_counted():
    life = agreed().when(grant_extension, GRANTED, TWL)
    life = life.when(request_extension, asking(life, 60), ENT_M)
    assert (life.hazard.extension.state, life.hazard.extension.granted) == (ExtensionState.REQUESTED, 1)

    after = life.when(submit_rectification, submitting(life), ENT_S).hazard
    assert after.extension == Extension(granted=1)
    assert submitted(requested()).hazard.extension == Extension()


def test_an_application_says_who_asked_until_when_and_by_when_it_is_answered():
    life = requested()
    asked_for = life.hazard.extension

    assert (asked_for.requester, asked_for.deadline, asked_for.open) == (
        "p-boss",
        life.events[0].wanted,
        True,
    )
    assert (asked_for.answer.on, asked_for.answer.version) == (life.events[0].answer_due, life.hazard.version)
    assert asked_for.answer.counted == life.events[0].counted
    assert agreed().hazard.extension.supervisor == "p-two"


def test_a_new_deadline_leaves_no_application():
    life = agreed().when(grant_extension, GRANTED, TWL)
    life = failed(submitted(life))

    assert life.hazard.extension == Extension(granted=1)


def test_days_are_counted_by_the_day_in_shanghai():
    night = START.replace(hour=17)  # an hour after midnight there
    life = replace(Life(), at=night).when(capture_hazard, capturing(), TWO)
    life = life.when(submit_hazard, SubmitHazard(), TWO)
    ask = ordering(life, deadline=date(2026, 6, 14))
    hazard = life.when(order_rectification, ask, TWO).hazard

    assert hazard.registered_on == hazard.notice.ordered_on == date(2026, 6, 4)
    assert hazard.first_length == 10


def test_what_the_timer_says_is_no_step_that_others_have_to_follow():
    before, after = ordered(), missed()

    assert after.hazard.last_at == before.hazard.last_at


def test_a_critical_items_draft_has_the_instant_by_which_it_is_triaged():
    def at_an_instant(hazard, ask, occasion):
        due = occasion.at + timedelta(hours=24)
        return tuple(
            event.model_copy(update={"triage_due": due}) for event in capture_hazard(hazard, ask, occasion)
        )

    life = Life()
    draft = life.when(at_an_instant, capturing(), EXP)

    terms = draft.hazard.terms
    assert (terms.confirmation, terms.confirmation_version) == (life.at + timedelta(hours=24), 1)
    without = life.when(capture_hazard, capturing(), EXP).hazard.terms
    assert (without.confirmation, without.confirmation_version) == (None, 0)
