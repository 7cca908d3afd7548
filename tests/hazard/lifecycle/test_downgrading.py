"""降级 · A major hazard becomes a general one again: proposed by an officer, decided by the head."""

from datetime import date, timedelta

import pytest

from contracts.values import Level, Role, Status
from given.lives import (
    CLAUSE,
    day,
    major,
    major_submitted,
    major_verified,
    ordered,
    ordering,
    plan_accepted,
    plan_filed,
    plan_required,
    registered,
    submitted,
)
from given.story import DPL, DPO, ENT_M, EXP, PHOTO, POLICY, TWL, TWN, TWO, Life
from given.supervised import ASK_LIFT, LIFT, SCO, acceptance_requested, accepted, delisted, imposed, listed
from services.hazard.appointment import Appointment
from services.hazard.lifecycle.certifying import OfficerNotOnRecord
from services.hazard.lifecycle.classifying import (
    AlreadyGeneral,
    ClassifyHazard,
    DowngradeInstead,
    DowngradeToGeneral,
    ProposerMissing,
    UpgradeInstead,
    UpgradeToMajor,
    classify_hazard,
    downgrade_to_general,
    upgrade_to_major,
)
from services.hazard.lifecycle.closing import CloseHazard, close_hazard
from services.hazard.lifecycle.lifting import (
    lift_interim_measure,
    request_lift,
)
from services.hazard.lifecycle.ordering import order_rectification
from services.hazard.lifecycle.planning import AcceptPlan, PlanMissing, accept_plan
from services.hazard.lifecycle.regions import MeasureStanding, StillListed
from services.hazard.lifecycle.reinspecting import Reinspect, reinspect
from services.hazard.lifecycle.reporting import VoidHazard, void_hazard
from services.hazard.lifecycle.state import NotAtThisStage, OrderServed
from services.hazard.policy import OnRecord
from services.hazard.refused import MayNot

ASK = DowngradeToGeneral(proposed_by="p-dpo", reason="复核不符合判定条款", evidence=(PHOTO,))
REPORT = {
    "department": "余杭区应急管理局",
    "situation": "污水池作业未审批",
    "harm": "可能中毒窒息",
    "difficulty": "约一个月",
}
PASS = Reinspect(result="pass", photos=(PHOTO,))


def serving(role: Role, **more: object) -> dict:
    """On record: who proposes serves in this role."""
    fields = {"organisation": "org-dept", "certificate": None, "starts_on": date(2020, 1, 1), "ends_on": None}
    return {"on_record": {"p-dpo": (Appointment(role=role, **{**fields, **more}),)}}


BY_AN_OFFICER = serving(Role.DPO)


def downgraded(life: Life) -> Life:
    return life.when(downgrade_to_general, ASK, DPL, **BY_AN_OFFICER)


@pytest.mark.parametrize("stage", [plan_required, plan_filed, plan_accepted])
def test_a_downgraded_hazard_is_registered_as_general_and_disposed_anew(stage):
    life = downgraded(stage())

    assert life.types == ["hazard.downgraded"]
    assert (life.hazard.status, life.hazard.level) == (Status.REGISTERED, Level.GENERAL)
    assert (life.hazard.deadline, life.hazard.plan, life.hazard.plan_filed) == (None, None, False)
    assert life.when(order_rectification, ordering(life), TWO).hazard.status is Status.RECTIFYING


@pytest.mark.parametrize("who", [DPO, TWO, TWL, SCO, EXP, ENT_M])
def test_only_the_head_of_the_department_downgrades(who):
    plan_accepted().refused(MayNot, downgrade_to_general, ASK, who, **BY_AN_OFFICER)


def test_an_officer_of_the_department_other_than_the_head_proposes():
    life = plan_accepted()

    own = ASK.model_copy(update={"proposed_by": "p-dpl"})
    life.refused(ProposerMissing, downgrade_to_general, own, DPL, **BY_AN_OFFICER)
    left = serving(Role.DPO, ends_on=date(2026, 1, 31))
    life.refused(ProposerMissing, downgrade_to_general, ASK, DPL, **left)
    town = serving(Role.TWO)
    assert "部门执法人员" in life.refused(ProposerMissing, downgrade_to_general, ASK, DPL, **town)


def test_policy_says_whether_a_proposer_without_an_appointment_on_record_is_believed():
    assert plan_accepted().when(downgrade_to_general, ASK, DPL).types == ["hazard.downgraded"]
    powers = POLICY.powers.model_copy(update={"certificates_on_record": OnRecord.REQUIRED})
    required = {"policy": POLICY.model_copy(update={"powers": powers})}

    plan_accepted().refused(OfficerNotOnRecord, downgrade_to_general, ASK, DPL, **required)


@pytest.mark.parametrize("stage", [major, major_submitted, major_verified])
def test_nothing_is_downgraded_before_it_is_dealt_with_or_after_it_was_submitted(stage):
    stage().refused(NotAtThisStage, downgrade_to_general, ASK, DPL, **BY_AN_OFFICER)


def test_a_general_hazard_is_not_downgraded():
    ordered().refused(AlreadyGeneral, downgrade_to_general, ASK, DPL, **BY_AN_OFFICER)


def test_what_stands_on_a_list_is_not_downgraded():
    told = listed().refused(StillListed, downgrade_to_general, ASK, DPL, **BY_AN_OFFICER)

    assert "第四十一条" in told


@pytest.mark.parametrize("so_far", [acceptance_requested, accepted])
def test_a_lapsed_acceptance_does_not_open_the_way_down(so_far):
    life = so_far()
    failing = {"result": "fail", "remark": "仍无监护", "deadline": day(life, 20)}
    looked = Reinspect(others=("p-dpo2",), certificates=LIFT.certificates, photos=(PHOTO,), **failing)

    life.when(reinspect, looked, DPO).refused(StillListed, downgrade_to_general, ASK, DPL, **BY_AN_OFFICER)


def test_what_left_the_list_may_be_downgraded():
    life = delisted()
    failing = {"result": "fail", "remark": "仍无监护", "deadline": day(life, 20)}
    looked = Reinspect(others=("p-dpo2",), certificates=LIFT.certificates, photos=(PHOTO,), **failing)

    assert downgraded(life.when(reinspect, looked, DPO)).hazard.level is Level.GENERAL


def test_a_hazard_upgraded_again_needs_a_plan_of_its_own():
    life = downgraded(plan_accepted())
    life = life.when(order_rectification, ordering(life), TWO)
    again = life.when(upgrade_to_major, UpgradeToMajor(clause=CLAUSE, reason="现场复核"), DPO)
    accept = AcceptPlan(deadline=day(again, 30), responsible="p-boss", warning_sign=PHOTO)

    assert again.hazard.status is Status.PLAN_REQUIRED
    again.refused(PlanMissing, accept_plan, accept, DPO)


def test_what_was_ordered_is_not_voided_when_it_comes_back_by_a_downgrade():
    upgraded = ordered().when(upgrade_to_major, UpgradeToMajor(clause=CLAUSE, reason="复核"), DPO)

    downgraded(upgraded).refused(OrderServed, void_hazard, VoidHazard(reason="误录"), TWL)


def test_what_an_authority_stopped_stays_stopped_until_a_review_also_after_a_downgrade():
    life = downgraded(imposed())
    life = submitted(life.when(order_rectification, ordering(life), TWO)).when(reinspect, PASS, TWO)
    life.refused(MeasureStanding, close_hazard, CloseHazard(), TWO)

    lifted = life.when(request_lift, ASK_LIFT, ENT_M).when(lift_interim_measure, LIFT, DPO)

    assert lifted.when(close_hazard, CloseHazard(), TWO).hazard.status is Status.CLOSED


def test_a_major_hazard_is_reported_to_the_department_at_once_or_within_the_limit():
    classify = ClassifyHazard(level=Level.MAJOR, category="B09", clause=CLAUSE, report=REPORT)
    upgrade = UpgradeToMajor(clause=CLAUSE, reason="复核", report=REPORT)
    life = registered()
    told = life.when(classify_hazard, classify, TWO)

    assert told.events[1].department_report.department == "余杭区应急管理局"
    assert (
        ordered().when(upgrade_to_major, upgrade, TWO).events[1].department_report
        == told.events[1].department_report
    )
    assert major().events[1].department_report is None
    assert major().events[1].report_due == life.at + timedelta(hours=24)


def test_who_proposes_major_reports_it_within_the_same_limit():
    proposal = ClassifyHazard(level=Level.MAJOR, category="B09", clause=CLAUSE)
    life = registered()

    for who in (EXP, TWN):
        assert life.when(classify_hazard, proposal, who).events[0].report_due == life.at + timedelta(hours=24)
    general = proposal.model_copy(update={"level": Level.GENERAL})
    assert life.when(classify_hazard, general, EXP).events[0].report_due is None


def test_an_expert_proposes_major_at_any_stage_and_downgrading_never():
    up = ClassifyHazard(level=Level.MAJOR, category="B09", clause=CLAUSE)
    life = ordered()

    assert life.when(classify_hazard, up, EXP).events[0].proposal
    assert life.when(classify_hazard, up, EXP).hazard.level is Level.GENERAL
    life.refused(UpgradeInstead, classify_hazard, up, TWO)
    down = ClassifyHazard(level=Level.GENERAL, category="B09")
    plan_accepted().refused(DowngradeInstead, classify_hazard, down, EXP)
