"""应办事项 · What is owed by when and by whom; how it stands against the clock."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from contracts.terms import Owing, Side, Timeliness
from contracts.values import Source, VisitKind
from given.deadlines import agreed, missed, ordered_from_service, over, requested, served
from given.lives import (
    asked,
    captured,
    day,
    major,
    offered,
    ordered,
    plan_accepted,
    plan_filed,
    plan_required,
    registered,
    self_found,
    submitted,
    verified,
)
from given.story import DPO, ENT_S, GRID, POLICY, TWO, Life
from given.supervised import listed
from services.hazard.calendar import end_of
from services.hazard.calendar.reading import read_calendar
from services.hazard.lifecycle.owing import Owed, owed, timeliness
from services.hazard.lifecycle.planning import RequirePlan, require_plan
from services.hazard.lifecycle.powers import AQF_41, AQF_69
from services.hazard.lifecycle.reporting import ConfirmHazard, SubmitHazard, confirm_hazard, submit_hazard
from services.hazard.lifecycle.state import NotAtThisStage
from services.hazard.occasion import DateInvalid


def pending() -> Life:
    life = captured(GRID, source=Source.GRID, visit_kind=VisitKind.GRID)
    return life.when(submit_hazard, SubmitHazard(), GRID)


def owing(life: Life) -> tuple[Owed, ...]:
    return owed(life.hazard, life.policy, life.calendar)


def stands(life: Life) -> Timeliness:
    return timeliness(life.hazard, life.at, life.policy, life.calendar)


@pytest.mark.parametrize(
    ("life", "what"),
    [
        (captured, []),
        (pending, [(Owing.CONFIRMATION, Side.OFFICE)]),
        (registered, []),
        (ordered, [(Owing.RECTIFICATION, Side.ENTERPRISE)]),
        (asked, [(Owing.RECTIFICATION, Side.ENTERPRISE)]),
        (ordered_from_service, [(Owing.SERVICE, Side.OFFICE)]),
        (served, [(Owing.RECTIFICATION, Side.ENTERPRISE)]),
        (requested, [(Owing.EXTENSION_ANSWER, Side.OFFICE), (Owing.RECTIFICATION, Side.ENTERPRISE)]),
        (agreed, [(Owing.EXTENSION_ANSWER, Side.OFFICE), (Owing.RECTIFICATION, Side.ENTERPRISE)]),
        (submitted, [(Owing.REINSPECTION, Side.OFFICE)]),
        (verified, []),
        (plan_required, [(Owing.PLAN, Side.ENTERPRISE)]),
        (plan_filed, []),
        (plan_accepted, [(Owing.RECTIFICATION, Side.ENTERPRISE)]),
        (listed, [(Owing.PROGRESS, Side.ENTERPRISE), (Owing.RECTIFICATION, Side.ENTERPRISE)]),
        (offered, [(Owing.TRANSFER_ANSWER, Side.OFFICE), (Owing.RECTIFICATION, Side.ENTERPRISE)]),
    ],
)
def test_what_is_owed_and_by_whom(life, what):
    assert what == [(one.what, one.by) for one in owing(life())]


def test_what_is_due_first_comes_first_and_has_a_basis():
    owes = owing(requested())

    assert sorted(owes, key=lambda one: one.due) == list(owes)
    assert all(one.basis and one.version for one in owes)


@pytest.mark.parametrize(
    ("life", "what", "basis"),
    [
        (pending, Owing.CONFIRMATION, "待核实办理时限"),
        (plan_required, Owing.PLAN, AQF_41),
        (ordered, Owing.RECTIFICATION, AQF_41),
        (ordered_from_service, Owing.SERVICE, "责令整改文书送达时限"),
        (listed, Owing.PROGRESS, "挂牌督办：至少每季度报告一次进展"),
        (offered, Owing.TRANSFER_ANSWER, AQF_69),
        (requested, Owing.EXTENSION_ANSWER, "延期申请答复时限"),
        (submitted, Owing.REINSPECTION, "复查时限"),
    ],
)
def test_what_is_owed_says_on_which_basis(life, what, basis):
    assert [one.basis for one in owing(life()) if one.what is what] == [basis]


def test_what_the_timer_records_names_the_version_that_set_it():
    for life in (pending(), plan_required(), ordered(), ordered_from_service(), submitted()):
        assert [one.version for one in owing(life)] == [life.hazard.version]
    assert [one.version for one in owing(listed()) if one.what is Owing.PROGRESS] == [0]


def test_a_find_is_confirmed_by_the_hour_and_then_owed_no_more():
    life = pending()
    (one,) = owing(life)

    assert one.due == life.events[1].due
    assert owing(life.when(confirm_hazard, ConfirmHazard(), TWO)) == ()


def test_what_was_missed_or_is_provisional_says_so():
    (kept,) = owing(ordered())
    (late,) = owing(missed())
    major_plan = replace(plan_required(), calendar=replace(read_calendar(), published=2025))
    assert (kept.missed, late.missed, kept.provisional, late.provisional) == (False, True, False, False)

    guess = major().when(require_plan, RequirePlan(), DPO, calendar=major_plan.calendar)
    (one,) = owing(guess)
    assert one.provisional is guess.hazard.terms.plan.counted.provisional


def test_an_overdue_report_of_progress_makes_no_rectification_overdue():
    life = listed().later(45)

    assert Owing.PROGRESS is owing(life)[0].what
    assert Timeliness.OVERDUE is owing(life)[0].timeliness(life.at, life.policy)
    assert Timeliness.ON_TIME is stands(life)


def test_on_its_own_track_the_enterprise_owes_the_reinspection():
    (one,) = owing(submitted(asked(self_found(), ENT_S), ENT_S))

    assert (Owing.REINSPECTION, Side.ENTERPRISE) == (one.what, one.by)


@pytest.mark.parametrize(
    ("days", "seconds", "stand"),
    [
        (-4, 0, Timeliness.ON_TIME),
        (-3, 0, Timeliness.DUE_SOON),
        (0, -1, Timeliness.DUE_SOON),
        (0, 0, Timeliness.OVERDUE),
        (30, 0, Timeliness.OVERDUE),
    ],
)
def test_a_deadline_is_soon_by_policy_and_over_at_midnight(days, seconds, stand):
    life = ordered()
    at = end_of(life.hazard.deadline) + timedelta(days=days, seconds=seconds)

    assert stand is timeliness(life.hazard, at, POLICY, life.calendar)


def test_nothing_runs_where_nothing_is_owed_by_the_enterprise():
    for life in (captured(), registered(), ordered_from_service(), submitted(), verified()):
        assert Timeliness.NONE is stands(life)


def test_an_overdue_office_makes_no_enterprise_overdue():
    life = over(submitted(), Owing.REINSPECTION)
    (one,) = owing(life)

    assert Timeliness.OVERDUE is one.timeliness(life.at, life.policy)
    assert Timeliness.NONE is stands(life)


def test_a_plan_is_due_within_the_longest_term_of_a_major_hazard():
    life = major()
    far = RequirePlan(plan_due=date.max)

    life.refused(DateInvalid, require_plan, far, DPO)
    assert life.when(require_plan, RequirePlan(plan_due=day(life, 365)), DPO).events


@pytest.mark.parametrize("days", [-1, 0])
def test_a_plan_is_due_after_the_day_it_is_asked_for(days):
    life = major()

    told = life.refused(DateInvalid, require_plan, RequirePlan(plan_due=day(life, days)), DPO)
    assert told == "备案期限须晚于 2026-06-03"
    assert life.when(require_plan, RequirePlan(plan_due=day(life, 1)), DPO).events[0].counted is None


def test_a_plan_is_asked_for_once():
    told = plan_required().refused(NotAtThisStage, require_plan, RequirePlan(), DPO)

    assert "不能要求治理方案" in told
