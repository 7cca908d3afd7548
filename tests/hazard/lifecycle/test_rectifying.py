"""整改 · Fixed on the spot, reported on, submitted: who is named, what is shown, and what a ledger may lack."""

from contracts.values import Waiver
from given.lives import day, major, plan_filed, registered, self_found, submitting
from given.story import DPO, ENT_S, EXP, LEDGER, PHOTO, TWO
from given.supervised import listed
from services.hazard.lifecycle.certifying import OfficerUncertified
from services.hazard.lifecycle.planning import AcceptPlan, PlanMissing, accept_plan
from services.hazard.lifecycle.rectifying import (
    FixerMissing,
    FixOnSpot,
    ReportProgress,
    fix_on_spot,
    report_progress,
    submit_rectification,
)
from services.hazard.lifecycle.state import NotAtThisStage

FIX = FixOnSpot(measures="当场清理通道", before=(PHOTO,), after=(PHOTO,), fixed_by="p-boss")


def test_a_ledgers_fix_may_lack_the_witnesss_certificate_and_photographs_and_says_so():
    uncertified = {**TWO, "certificate": None}
    registered().refused(OfficerUncertified, fix_on_spot, FIX, uncertified)

    for lacking in ({"before": ()}, {"after": ()}, {"before": (), "after": ()}):
        ask = FIX.model_copy(update=lacking)
        (event,) = registered().when(fix_on_spot, ask, uncertified, **LEDGER).events
        assert event.waived == (Waiver.PHOTOS,)
    (event,) = registered().when(fix_on_spot, FIX, uncertified, **LEDGER).events
    assert event.waived == ()


def test_who_fixed_it_is_named_and_is_oneself_when_one_is_of_the_enterprise():
    unnamed = FIX.model_copy(update={"fixed_by": None})

    told = registered().refused(FixerMissing, fix_on_spot, unnamed, EXP)
    assert told == "请填写企业的整改人，见证人不能同时是整改人"
    told = self_found().refused(FixerMissing, fix_on_spot, FIX, ENT_S)
    assert told == "企业人员记录当场整改时，整改人就是本人"


def test_a_major_hazard_is_fixed_on_the_spot_only_when_its_plan_was_waived():
    told = major().refused(PlanMissing, fix_on_spot, FIX, DPO)

    assert told == "重大隐患须先由部门免予治理方案，才能当场整改"


def test_nothing_is_submitted_that_nobody_asked_for():
    life = registered()

    told = life.refused(NotAtThisStage, submit_rectification, submitting(life), ENT_S)
    assert told == "隐患处于「已登记」，不能提交整改；该操作只适用于「整改中」"


def test_a_report_of_progress_moves_the_day_of_the_next():
    life = listed().when(report_progress, ReportProgress(progress="过半"), ENT_S)

    assert life.hazard.supervision.progress_due == life.events[0].progress_due > day(life, 60)


def test_the_plan_says_who_has_to_do_it():
    life = plan_filed()
    ask = AcceptPlan(deadline=day(life, 60), responsible="p-workshop", warning_sign=PHOTO)

    assert life.when(accept_plan, ask, DPO).hazard.responsible == "p-workshop"
