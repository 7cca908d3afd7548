"""整改、复查、销号 · Submission, re-inspection, closure and reopening on each of the three tracks."""

from dataclasses import replace

import pytest

from contracts.values import PlanItem, ReinspectionMode, Role, Source, Status, Track, Waiver
from given.lives import (
    MAJOR_CERTIFICATES,
    MAJOR_PASS,
    PLAN,
    asked,
    captured,
    day,
    major,
    major_submitted,
    major_verified,
    ordered,
    plan_accepted,
    plan_filed,
    plan_required,
    registered,
    self_found,
    submitted,
    submitting,
    verified,
)
from given.story import DPL, DPO, DPO2, ENF, ENT_M, ENT_S, ENT_S2, EXP, GRID, LEDGER, PHOTO, POLICY, TWN, TWO
from services.hazard.lifecycle.closing import (
    CloseHazard,
    NotOwnTrack,
    PersonsNotDistinct,
    ReopenHazard,
    SubmitterMayNotClose,
    UncertifiedMayNotClose,
    close_hazard,
    reopen_hazard,
)
from services.hazard.lifecycle.planning import (
    AcceptPlan,
    FilePlan,
    NotFiveInPlace,
    NotMajor,
    PlanContentMissing,
    PlanMissing,
    RequirePlan,
    ReturnPlan,
    WaivePlan,
    WarningSignMissing,
    accept_plan,
    file_plan,
    require_plan,
    return_plan,
    waive_plan,
)
from services.hazard.lifecycle.powers import TooFewOfficers, TownOutsidePowers
from services.hazard.lifecycle.rectifying import (
    AcceptanceReportMissing,
    CostMissing,
    FixerMissing,
    FixOnSpot,
    PhotosMissing,
    ReportProgress,
    fix_on_spot,
    report_progress,
    submit_rectification,
)
from services.hazard.lifecycle.reinspecting import (
    DeadlineMissing,
    EnterpriseMayNotReinspect,
    OnSiteRequired,
    Reinspect,
    RemarkMissing,
    SubmitterMayNotReinspect,
    reinspect,
)
from services.hazard.lifecycle.reporting import SubmitHazard, submit_hazard
from services.hazard.lifecycle.state import NotAtThisStage
from services.hazard.occasion import DateInvalid
from services.hazard.refused import MayNot

PASS = Reinspect(result="pass", photos=(PHOTO,))
CLOSE = CloseHazard(remark="予以销号")
FIX = FixOnSpot(measures="当场清理通道", before=(PHOTO,), after=(PHOTO,), fixed_by="p-boss")


def failing(life, days=10, **more):
    return Reinspect(
        **{"result": "fail", "photos": (PHOTO,), "remark": "仍未接地", "deadline": day(life, days), **more}
    )


def test_a_submission_waits_for_re_inspection_within_ten_days():
    life = submitted()

    assert life.hazard.status is Status.SUBMITTED
    assert (life.events[0].reinspection_due - life.events[0].completed_on).days == 10


def test_a_submission_says_what_it_cost_were_it_nothing():
    life = ordered()

    assert "填 0" in life.refused(CostMissing, submit_rectification, submitting(life, cost=None), ENT_S)
    assert life.when(submit_rectification, submitting(life, cost=0), ENT_S).events[0].cost == 0
    ledger = life.when(submit_rectification, submitting(life, cost=None), ENT_S, **LEDGER)
    assert ledger.events[0].waived == (Waiver.COST,)


def test_a_submission_needs_photographs_and_a_completion_date_that_can_be():
    life = ordered()

    life.refused(PhotosMissing, submit_rectification, submitting(life, photos=()), ENT_S)
    life.refused(DateInvalid, submit_rectification, submitting(life, completed_on=day(life, 1)), ENT_S)
    life.refused(DateInvalid, submit_rectification, submitting(life, completed_on=day(life, -1)), ENT_S)


@pytest.mark.parametrize("who", [TWO, GRID, EXP, DPO])
def test_only_the_enterprise_submits(who):
    life = ordered()

    life.refused(MayNot, submit_rectification, submitting(life), who)


def test_progress_is_reported_while_it_is_put_right():
    assert (
        ordered().when(report_progress, ReportProgress(progress="过半"), ENT_S).hazard.status
        is Status.RECTIFYING
    )
    verified().refused(NotAtThisStage, report_progress, ReportProgress(progress="过半"), ENT_S)


def test_who_submitted_does_not_re_inspect_even_as_a_companion():
    life = submitted()

    life.refused(SubmitterMayNotReinspect, reinspect, PASS, {**TWO, "person": ENT_S["person"]})
    life.refused(SubmitterMayNotReinspect, reinspect, PASS.model_copy(update={"others": ("p-safety",)}), TWO)


def test_the_enterprise_does_not_re_inspect_an_order():
    submitted().refused(EnterpriseMayNotReinspect, reinspect, PASS, ENT_S2)


@pytest.mark.parametrize("role", [Role.PUB, Role.WRK, Role.LND, Role.DPL, Role.SCO, Role.SYS])
def test_who_has_nothing_to_say_of_it_does_not_re_inspect(role):
    submitted().refused(MayNot, reinspect, PASS, {**TWO, "role": role})


def test_a_re_inspection_needs_a_photograph():
    submitted().refused(PhotosMissing, reinspect, Reinspect(result="pass"), TWO)


def test_a_failed_re_inspection_starts_a_round_no_longer_than_the_first():
    life = submitted()
    life.refused(DateInvalid, reinspect, failing(life, 16), TWO)
    life.refused(DeadlineMissing, reinspect, failing(life, deadline=None), TWO)
    life.refused(RemarkMissing, reinspect, failing(life, remark=None), TWO)

    failed = life.when(reinspect, failing(life), TWO)

    assert failed.types == ["hazard.reinspection-failed", "hazard.round-started"]
    assert (failed.hazard.status, failed.hazard.round) == (Status.RECTIFYING, 2)
    assert (failed.events[0].referral_required, failed.hazard.submitter) == (False, None)


def test_the_second_failure_calls_for_enforcement():
    life = submitted()
    life = submitted(life.when(reinspect, failing(life), TWO))

    again = life.when(reinspect, failing(life), TWO)

    assert (again.events[0].referral_required, again.hazard.round) == (True, 3)


def test_a_passed_hazard_is_closed_by_the_town():
    life = verified().when(close_hazard, CLOSE, TWN)

    assert (life.hazard.status, life.events[0].track) == (Status.CLOSED, Track.AUTHORITY)


def test_an_uncertified_officer_closes_only_where_policy_allows():
    powers = POLICY.powers.model_copy(update={"town_closes_uncertified": False})

    verified().refused(
        TownOutsidePowers, close_hazard, CLOSE, TWN, policy=POLICY.model_copy(update={"powers": powers})
    )


def test_an_uncertified_officer_closes_only_what_was_seen_in_a_photograph():
    unseen = submitted().when(reinspect, Reinspect(result="pass"), TWO, **LEDGER)
    unseen = replace(unseen, hazard=replace(unseen.hazard, inspected_with_photo=False))

    unseen.refused(UncertifiedMayNotClose, close_hazard, CLOSE, TWN)


def test_nothing_is_closed_without_a_passed_re_inspection():
    for life in (registered(), ordered(), submitted()):
        life.refused(NotAtThisStage, close_hazard, CLOSE, TWO)


def test_a_policy_may_close_with_the_passed_re_inspection():
    powers = POLICY.powers.model_copy(update={"general_auto_close": True})

    life = submitted().when(reinspect, PASS, TWO, policy=POLICY.model_copy(update={"powers": powers}))

    assert life.types == ["hazard.reinspection-passed", "hazard.closed"]
    assert life.hazard.status is Status.CLOSED


def test_it_closes_with_the_re_inspection_only_by_who_may_close_it():
    """b.5 lets enforcement re-inspect and not close; a town's uncertified officer where the province lets him."""
    at_once = POLICY.powers.model_copy(update={"general_auto_close": True})
    certified_only = at_once.model_copy(update={"town_closes_uncertified": False})
    for who, powers in ((ENF, at_once), (TWN, certified_only)):
        life = submitted().when(reinspect, PASS, who, policy=POLICY.model_copy(update={"powers": powers}))

        assert (life.types, life.hazard.status) == (["hazard.reinspection-passed"], Status.VERIFIED)


def test_the_enterprise_track_needs_a_second_person():
    life = submitted(asked(self_found(), ENT_S), ENT_S)
    life.refused(SubmitterMayNotReinspect, reinspect, PASS, ENT_S)
    passed = life.when(reinspect, PASS, ENT_S2)
    passed.refused(SubmitterMayNotClose, close_hazard, CLOSE, ENT_S)

    closed = passed.when(close_hazard, CLOSE, ENT_S2)

    assert closed.events[0].track is Track.ENTERPRISE


def test_an_enterprise_does_not_close_what_an_authority_found():
    verified().refused(NotOwnTrack, close_hazard, CLOSE, ENT_M)


def test_a_plan_is_for_major_hazards():
    registered().refused(NotMajor, require_plan, RequirePlan(), DPO)
    assert (plan_required().events[0].plan_due - plan_required().hazard.found_on).days == 14


def test_a_plan_has_content_and_five_in_place_and_a_warning_sign():
    life = plan_required()
    life.refused(PlanContentMissing, file_plan, FilePlan(), ENT_M)
    accept = AcceptPlan(deadline=day(life, 60), responsible="p-boss", warning_sign=PHOTO)
    life.refused(PlanMissing, accept_plan, accept, DPO)
    poor = PLAN.model_copy(update={"funds": PlanItem(in_place=False, content="未落实")})

    life.when(file_plan, FilePlan(plan=poor), ENT_M).refused(NotFiveInPlace, accept_plan, accept, DPO)
    plan_filed().refused(
        WarningSignMissing, accept_plan, accept.model_copy(update={"warning_sign": None}), DPO
    )
    plan_filed().refused(
        DateInvalid, accept_plan, accept.model_copy(update={"deadline": day(life, 400)}), DPO
    )


def test_a_returned_plan_is_filed_again():
    life = plan_filed().when(return_plan, ReturnPlan(reason="资金未落实"), DPL)

    life.refused(PlanMissing, return_plan, ReturnPlan(reason="资金未落实"), DPL)
    assert life.when(file_plan, FilePlan(plan=PLAN), ENT_M).hazard.plan_filed


@pytest.mark.parametrize("who", [ENT_S, TWO, DPO])
def test_the_main_person_files_the_plan(who):
    plan_required().refused(MayNot, file_plan, FilePlan(plan=PLAN), who)


def test_a_major_submission_comes_from_the_main_person_with_an_acceptance_report():
    life = plan_accepted()

    life.refused(MayNot, submit_rectification, submitting(life, acceptance_report=PHOTO), ENT_S)
    life.refused(AcceptanceReportMissing, submit_rectification, submitting(life), ENT_M)


def test_a_major_hazard_is_re_inspected_on_site_by_two_certified_officers_of_the_department():
    life = major_submitted()

    life.refused(MayNot, reinspect, MAJOR_PASS, TWO)
    life.refused(
        OnSiteRequired, reinspect, MAJOR_PASS.model_copy(update={"mode": ReinspectionMode.REMOTE}), DPO
    )
    life.refused(
        TooFewOfficers,
        reinspect,
        MAJOR_PASS.model_copy(update={"certificates": (DPO["certificate"],)}),
        DPO,
    )
    life.refused(TooFewOfficers, reinspect, MAJOR_PASS.model_copy(update={"others": ()}), DPO)


def test_three_distinct_persons_close_a_major_hazard():
    life = major_verified()

    life.refused(PersonsNotDistinct, close_hazard, CLOSE, DPO)
    life.refused(PersonsNotDistinct, close_hazard, CLOSE, DPO2)
    life.refused(MayNot, close_hazard, CLOSE, TWO)
    life.refused(PersonsNotDistinct, close_hazard, CLOSE, {**DPL, "person": ENT_M["person"]})
    assert life.when(close_hazard, CLOSE, DPL).hazard.status is Status.CLOSED


def test_fixed_on_the_spot_is_verified_only_if_a_certified_officer_saw_a_general_hazard():
    for who, status in (
        (TWO, Status.VERIFIED),
        (DPO, Status.VERIFIED),
        (EXP, Status.SUBMITTED),
        (GRID, Status.SUBMITTED),
    ):
        life = registered().when(fix_on_spot, FIX, who)

        assert life.hazard.status is status
    assert registered().when(fix_on_spot, FIX, ENT_M).hazard.status is Status.SUBMITTED


def test_fixed_on_the_spot_needs_both_photographs_and_a_fixer_of_the_enterprise():
    life = registered()

    life.refused(PhotosMissing, fix_on_spot, FIX.model_copy(update={"after": ()}), TWO)
    life.refused(FixerMissing, fix_on_spot, FIX.model_copy(update={"fixed_by": None}), TWO)
    life.refused(FixerMissing, fix_on_spot, FIX.model_copy(update={"fixed_by": "p-two"}), TWO)
    life.refused(MayNot, fix_on_spot, FIX, TWN)


def test_a_witnessed_fix_is_closed_and_the_fixer_could_not_have_re_inspected():
    life = registered().when(fix_on_spot, FIX, TWO)

    assert life.when(close_hazard, CLOSE, TWN).hazard.status is Status.CLOSED
    unseen = registered().when(fix_on_spot, FIX, EXP)
    unseen.refused(SubmitterMayNotReinspect, reinspect, PASS, {**TWO, "person": "p-boss"})


def test_a_major_hazard_removed_at_once_still_needs_the_departments_look():
    life = major()
    life.refused(PlanMissing, fix_on_spot, FIX, DPO)
    waived = life.when(waive_plan, WaivePlan(reason="当场消除", photos=(PHOTO,)), DPO)

    fixed = waived.when(fix_on_spot, FIX, DPO)

    assert fixed.hazard.status is Status.SUBMITTED
    passed = fixed.when(reinspect, MAJOR_PASS.model_copy(update={"certificates": MAJOR_CERTIFICATES}), DPO)
    assert passed.when(close_hazard, CLOSE, DPL).hazard.status is Status.CLOSED


def test_a_closed_hazard_lives_again_in_a_new_round():
    closed = verified().when(close_hazard, CLOSE, TWO)
    ask = ReopenHazard(reason="RELAPSE", remark="再次脱落", deadline=day(closed, 10), responsible="p-boss")
    closed.refused(MayNot, reopen_hazard, ask, GRID)

    life = closed.when(reopen_hazard, ask, TWO)

    assert life.types == ["hazard.reopened", "hazard.round-started"]
    assert (life.hazard.status, life.hazard.round) == (Status.RECTIFYING, 2)
    assert verified(submitted(life)).when(close_hazard, CLOSE, TWO).events[0].round == 2


def test_after_a_reopening_a_failed_round_is_measured_by_the_reopened_deadline():
    closed = verified().when(close_hazard, CLOSE, TWO)
    ask = ReopenHazard(reason="RELAPSE", remark="再次脱落", deadline=day(closed, 5), responsible="p-boss")
    life = submitted(closed.when(reopen_hazard, ask, TWO))

    life.refused(DateInvalid, reinspect, failing(life, 6), TWO)
    assert life.when(reinspect, failing(life, 5), TWO).hazard.round == 3


def test_a_ledger_row_takes_a_major_hazard_as_far_as_it_goes_with_what_it_lacks_on_record():
    life = plan_required().when(file_plan, FilePlan(), ENT_M, **LEDGER)
    accept = AcceptPlan(deadline=day(life, 30), responsible="p-boss")
    life = life.when(accept_plan, accept, DPO, **LEDGER)
    life = life.later(3)
    life = life.when(submit_rectification, submitting(life, photos=()), ENT_M, **LEDGER)

    assert life.events[0].waived == (Waiver.ACCEPTANCE_REPORT, Waiver.PHOTOS)
    life.refused(TooFewOfficers, reinspect, Reinspect(result="pass"), DPO, **LEDGER)
    passed = life.when(reinspect, Reinspect(result="pass", others=("p-dpo2",)), DPO, **LEDGER)
    passed.refused(PersonsNotDistinct, close_hazard, CLOSE, DPO, **LEDGER)
    assert passed.when(close_hazard, CLOSE, DPL, **LEDGER).hazard.status is Status.CLOSED


def test_a_service_track_hazard_is_closed_by_the_town():
    life = captured(EXP, source=Source.EXPERT, officer_present=True).when(submit_hazard, SubmitHazard(), EXP)
    closed = verified(submitted(asked(life, TWN))).when(close_hazard, CLOSE, TWN)

    assert closed.events[0].track is Track.SERVICE


def test_the_system_closes_nothing():
    verified().refused(MayNot, close_hazard, CLOSE, {**TWO, "role": Role.SYS})
