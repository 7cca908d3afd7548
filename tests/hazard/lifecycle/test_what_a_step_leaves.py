"""留下什么 · What a step leaves in the state for the steps that follow, and how far its dates may reach."""

from dataclasses import replace

import pytest

from contracts.values import PlanItem, ReinspectionMode, Status, Track, Waiver
from given.lives import (
    MAJOR_PASS,
    PLAN,
    asked,
    captured,
    day,
    major,
    major_submitted,
    major_verified,
    ordered,
    plan_required,
    registered,
    self_found,
    submitted,
    submitting,
    verified,
)
from given.story import DPL, DPO, ENT_M, ENT_S, ENT_S2, EXP, LEDGER, PHOTO, POLICY, TWN, TWO, Life
from given.supervised import own_measure
from services.hazard.lifecycle.closing import CloseHazard, ReopenHazard, close_hazard, reopen_hazard
from services.hazard.lifecycle.measuring import impose_interim_measure
from services.hazard.lifecycle.planning import NotFiveInPlace, WaivePlan, waive_plan
from services.hazard.lifecycle.rectifying import (
    FixOnSpot,
    ReportProgress,
    fix_on_spot,
    report_progress,
    submit_rectification,
)
from services.hazard.lifecycle.reinspecting import (
    EnterpriseMayNotReinspect,
    Reinspect,
    reinspect,
)
from services.hazard.lifecycle.reporting import SubmitHazard, submit_hazard
from services.hazard.lifecycle.state import NotAtThisStage
from services.hazard.occasion import DateInvalid

CLOSE = CloseHazard(remark="予以销号")
FIX = FixOnSpot(measures="当场清理通道", before=(PHOTO,), after=(PHOTO,), fixed_by="p-boss")
LIMITS = POLICY.limits


def reopening(life: Life, days: int = 10) -> ReopenHazard:
    return ReopenHazard(reason="RELAPSE", remark="再次脱落", deadline=day(life, days), responsible="p-safety")


def failing(life: Life, days: int) -> Reinspect:
    return Reinspect(result="fail", photos=(PHOTO,), remark="仍未接地", deadline=day(life, days))


def closed() -> Life:
    return verified().when(close_hazard, CLOSE, TWO)


def test_what_is_verified_may_be_reopened_before_it_is_closed():
    life = verified()

    again = life.when(reopen_hazard, reopening(life), TWO).hazard

    assert (again.status, again.round, again.responsible) == (Status.RECTIFYING, 2, "p-safety")
    assert (again.submitter, again.inspectors) == (None, ())


def test_a_reopened_major_hazard_may_take_as_long_as_a_major_one():
    general, grave = closed(), major_verified()

    general.when(reopen_hazard, reopening(general, LIMITS.general_max_days), TWO)
    general.refused(DateInvalid, reopen_hazard, reopening(general, LIMITS.general_max_days + 1), TWO)
    grave.when(reopen_hazard, reopening(grave, LIMITS.general_max_days + 1), DPO)
    grave.refused(DateInvalid, reopen_hazard, reopening(grave, LIMITS.major_max_days + 1), DPO)


def test_failures_of_before_do_not_count_after_a_reopening():
    life = submitted()
    life = submitted(life.when(reinspect, failing(life, 5), TWO))
    life = verified(life)
    again = submitted(life.when(reopen_hazard, reopening(life), TWO))

    failed = again.when(reinspect, failing(again, 5), TWO)

    assert not failed.events[0].referral_required
    assert 1 == failed.hazard.failures


def test_after_a_reopening_a_failure_may_take_as_long_as_the_reopening_gave():
    life = closed()
    life = submitted(life.when(reopen_hazard, reopening(life, 5), TWO))

    life.when(reinspect, failing(life, 5), TWO)
    life.refused(DateInvalid, reinspect, failing(life, 6), TWO)


def test_a_failure_leaves_the_work_with_who_had_it():
    life = submitted(asked(self_found(), ENT_S), ENT_S)

    failed = life.when(reinspect, failing(life, 5), ENT_S2)

    assert life.hazard.responsible == failed.events[1].responsible == failed.hazard.responsible
    assert failed.hazard.inspectors == ()


def test_a_fix_seen_by_an_officer_waits_for_nobody():
    seen, unseen = registered().when(fix_on_spot, FIX, TWO), registered().when(fix_on_spot, FIX, EXP)

    assert (seen.events[0].reinspection_due, unseen.events[0].reinspection_due) == (
        None,
        day(registered(), 10),
    )
    assert (seen.events[0].witness, unseen.events[0].witness) == ("p-two", "p-exp")
    assert (seen.hazard.inspectors, unseen.hazard.inspectors) == (("p-two",), ())


def test_a_fix_of_ones_own_has_no_witness_and_is_ones_own_work():
    mine = FIX.model_copy(update={"fixed_by": None})

    life = self_found().when(fix_on_spot, mine, ENT_S)

    assert (life.events[0].witness, life.events[0].fixed_by) == (None, "p-safety")
    assert (life.hazard.submitter, life.hazard.responsible) == ("p-safety", "p-safety")


def test_a_plan_is_waived_while_it_is_waited_for():
    life = plan_required().when(waive_plan, WaivePlan(reason="当场消除", photos=(PHOTO,)), DPO)

    assert life.when(fix_on_spot, FIX, DPO).hazard.status is Status.SUBMITTED


def test_progress_of_what_nobody_listed_ends_with_the_submission():
    progress = ReportProgress(progress="已完成")

    submitted().refused(NotAtThisStage, report_progress, progress, ENT_S)
    major_submitted().refused(NotAtThisStage, report_progress, progress, ENT_M)


def test_a_submission_begins_the_looking_anew():
    life = submitted()

    assert (life.hazard.submitter, life.hazard.inspectors) == ("p-safety", ())


def test_who_has_to_put_it_right_does_not_come_along_to_look():
    companion = Reinspect(result="pass", photos=(PHOTO,), others=("p-boss",))

    told = submitted().refused(EnterpriseMayNotReinspect, reinspect, companion, TWO)
    assert told == "复查人员不得是该企业的人员"
    own = submitted(asked(self_found(), ENT_S), ENT_S)
    assert own.when(reinspect, companion, ENT_S2).hazard.status is Status.VERIFIED


def test_a_person_of_the_enterprise_does_not_come_along_to_look():
    companion = Reinspect(result="pass", photos=(PHOTO,), others=("p-somebody",))

    submitted().refused(
        EnterpriseMayNotReinspect, reinspect, companion, TWO, enterprise_people=frozenset({"p-somebody"})
    )


def test_a_general_hazard_may_be_looked_at_from_afar_without_certificates():
    afar = Reinspect(result="pass", photos=(PHOTO,), mode=ReinspectionMode.REMOTE, remark="照片清晰")

    (event,) = submitted().when(reinspect, afar, TWN).events

    assert (event.mode, event.certificates, event.remark) == (ReinspectionMode.REMOTE, (), "照片清晰")


def test_a_major_re_inspection_keeps_its_certificates():
    (event,) = major_submitted().later(2).when(reinspect, MAJOR_PASS, DPO).events

    assert event.certificates == MAJOR_PASS.certificates
    assert event.inspectors == ("p-dpo", "p-dpo2")


def test_a_major_hazard_without_a_plan_is_not_closed():
    life = major().when(waive_plan, WaivePlan(reason="当场消除", photos=(PHOTO,)), DPO)
    life = life.when(fix_on_spot, FIX, DPO).when(reinspect, MAJOR_PASS, DPO)

    assert life.when(close_hazard, CLOSE, DPL).hazard.status is Status.CLOSED


@pytest.mark.parametrize("late", [1, 2])
def test_a_completion_before_the_find_is_not_believed(late):
    life = ordered()

    life.refused(DateInvalid, submit_rectification, submitting(life, completed_on=day(life, -late)), ENT_S)


def test_a_draft_is_completed_when_it_is_submitted():
    life = captured(TWO, place=None, photos=())
    ask = SubmitHazard(place="3号车间", photos=(PHOTO,))

    (event, _) = life.when(submit_hazard, ask, TWO).events

    assert (event.place, event.photos) == ("3号车间", (PHOTO,))


AUTO_CLOSE = POLICY.model_copy(
    update={"powers": POLICY.powers.model_copy(update={"general_auto_close": True})}
)


def test_where_policy_closes_at_once_an_enterprises_own_measure_does_not_hinder_it():
    life = submitted().when(impose_interim_measure, own_measure(), ENT_S)
    passed = Reinspect(result="pass", photos=(PHOTO,))

    closed_at_once = life.when(reinspect, passed, TWO, policy=AUTO_CLOSE)
    assert closed_at_once.types == ["hazard.reinspection-passed", "hazard.closed"]
    assert closed_at_once.events[1].track is Track.AUTHORITY


def test_what_closes_at_once_closes_on_its_own_track():
    life = submitted(asked(self_found(), ENT_S), ENT_S)

    closed_at_once = life.when(
        reinspect, Reinspect(result="pass", photos=(PHOTO,)), ENT_S2, policy=AUTO_CLOSE
    )
    assert closed_at_once.events[1].track is Track.ENTERPRISE


def test_a_ledgers_failure_may_lack_its_photograph_and_says_so():
    life = submitted()
    bare = failing(life, 5).model_copy(update={"photos": ()})

    assert life.when(reinspect, bare, TWO, **LEDGER).events[0].waived == (Waiver.PHOTOS,)
    assert life.when(reinspect, failing(life, 5), TWO).events[0].photos == (PHOTO,)


def test_a_ledgers_re_inspection_without_a_photograph_counts_as_one_with_it():
    life = submitted().when(reinspect, Reinspect(result="pass"), TWO, **LEDGER)

    assert life.events[0].waived == (Waiver.PHOTOS,)
    assert life.when(close_hazard, CLOSE, TWN).hazard.status is Status.CLOSED


def test_a_general_re_inspection_of_a_ledger_waives_no_certificates():
    life = submitted().when(reinspect, Reinspect(result="pass", photos=(PHOTO,)), TWO, **LEDGER)

    assert life.events[0].waived == ()


@pytest.mark.parametrize(
    "plan", [None, PLAN.model_copy(update={"funds": PlanItem(in_place=False, content="未落实")})]
)
def test_a_major_hazard_is_not_closed_without_its_five_in_place(plan):
    life = major_verified()
    life = replace(life, hazard=replace(life.hazard, plan=plan))

    life.refused(NotFiveInPlace, close_hazard, CLOSE, DPL)
