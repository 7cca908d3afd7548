"""临时措施 · Imposed and lifted after a review; what towns may do, and what a standing measure forbids."""

from datetime import timedelta

import pytest

from contracts.regions import InterimState, MeasureKind
from contracts.values import Level, Role, Source, Status, VisitKind
from given.lives import (
    MAJOR_PASS,
    asked,
    captured,
    day,
    major,
    major_submitted,
    major_verified,
    ordered,
    plan_accepted,
    plan_filed,
    registered,
    submitted,
)
from given.story import (
    DPL,
    DPO,
    ENT_M,
    ENT_S,
    ENT_S2,
    EXP,
    FILE,
    GRID,
    PHOTO,
    POLICY,
    TWL,
    TWN,
    TWO,
    Life,
)
from given.supervised import (
    ASK_LIFT,
    CERTIFICATES,
    LIFT,
    SCO,
    emergency,
    imposed,
    imposing,
    lift_requested,
    lifted,
    listed,
    own_measure,
)
from services.hazard.lifecycle.certifying import (
    CertificateNotOwn,
    OfficerUncertified,
    TooFewOfficers,
)
from services.hazard.lifecycle.closing import CloseHazard, close_hazard
from services.hazard.lifecycle.holding import NotTheLister, TownOutsidePowers
from services.hazard.lifecycle.lifting import (
    LiftAlreadyRequested,
    LiftNotRequested,
    NoMeasure,
    RefuseLift,
    ReviewerNotIndependent,
    lift_interim_measure,
    refuse_lift,
    request_lift,
)
from services.hazard.lifecycle.measuring import (
    ImmediateReportMissing,
    MeasureNeedsMajor,
    MeasureNoticeMissing,
    TownEmergencyOnly,
    TownMayNotImpose,
    impose_interim_measure,
)
from services.hazard.lifecycle.regions import MeasureStanding
from services.hazard.lifecycle.reinspecting import Reinspect, reinspect
from services.hazard.lifecycle.reporting import VoidHazard, void_hazard
from services.hazard.lifecycle.state import NotAtThisStage
from services.hazard.refused import MayNot

LND = {**ENT_M, "person": "p-lnd", "role": Role.LND}
REFUSE = RefuseLift(reason="通风系统尚未恢复")
CLOSE = CloseHazard()


def failing(life: Life) -> Reinspect:
    fields = {"result": "fail", "remark": "仍无监护", "deadline": day(life, 20), "photos": (PHOTO,)}
    return MAJOR_PASS.model_copy(update=fields)


@pytest.mark.parametrize("who", [DPO, DPL])
@pytest.mark.parametrize("stage", [major, plan_filed, plan_accepted, major_submitted])
def test_the_department_stops_work_while_a_major_hazard_is_not_removed(stage, who):
    ask = imposing(certificates=(who["certificate"], "33011199008"))
    life = stage().when(impose_interim_measure, ask, who)

    assert life.types == ["hazard.interim-measure-imposed"]
    assert (life.hazard.interim.state, life.hazard.interim.ordered) == (InterimState.ACTIVE, True)
    assert life.hazard.status is stage().hazard.status


@pytest.mark.parametrize("who", [GRID, EXP, TWN, TWL, SCO])
def test_who_has_no_such_power_stops_nothing(who):
    assert "第六十五条" in plan_accepted().refused(MayNot, impose_interim_measure, imposing(), who)


@pytest.mark.parametrize("stage", [captured, major_verified], ids=lambda stage: stage.__name__)
def test_nothing_is_stopped_before_registration_or_after_it_was_found_removed(stage):
    stage().refused(NotAtThisStage, impose_interim_measure, imposing(), DPO)


def test_an_authority_stops_work_for_a_major_hazard_only():
    assert "第六十五条" in ordered().refused(MeasureNeedsMajor, impose_interim_measure, imposing(), DPO)


def test_a_measure_has_two_certified_officers():
    life = plan_accepted()

    for certificates in ((), (DPO["certificate"],)):
        told = life.refused(TooFewOfficers, impose_interim_measure, imposing(certificates=certificates), DPO)
        assert "第四十二条" in told
    others = imposing(certificates=("33011199008", "33011199009"))
    life.refused(CertificateNotOwn, impose_interim_measure, others, DPO)
    life.refused(OfficerUncertified, impose_interim_measure, imposing(), {**DPO, "certificate": None})


def test_a_measure_has_a_numbered_decision_unless_it_is_urgent():
    life = plan_accepted()
    life.refused(MeasureNoticeMissing, impose_interim_measure, imposing(notice=None), DPO)

    urgent = life.when(impose_interim_measure, imposing(notice=None, emergency=True), DPO)

    assert urgent.events[0].report_due == life.at + timedelta(hours=24)
    assert imposed().events[0].report_due is None


def test_a_town_officer_imposes_emergency_measures_and_reports_them_at_once():
    life = plan_accepted()

    event = life.when(impose_interim_measure, emergency(), TWO).events[0]

    assert (event.emergency, event.reported_to) == (True, "余杭区应急管理局")
    assert event.report_due == life.at + timedelta(hours=24)


def test_a_town_officer_imposes_nothing_that_is_not_urgent_or_not_reported():
    life = plan_accepted()

    told = life.refused(TownEmergencyOnly, impose_interim_measure, emergency(emergency=False), TWO)
    assert "第二十七条" in told
    told = life.refused(ImmediateReportMissing, impose_interim_measure, emergency(reported_to=None), TWO)
    assert "第四十七条" in told


def test_a_town_officer_imposes_only_what_the_province_gave_towns():
    life = plan_accepted()
    full = emergency(kinds=(MeasureKind.EVACUATE, MeasureKind.FULL_STOP))
    assert "全部停产停业" in life.refused(TownMayNotImpose, impose_interim_measure, full, TWO)
    powers = POLICY.powers.model_copy(update={"town_emergency_measures": False})
    nowhere = POLICY.model_copy(update={"powers": powers})

    life.refused(TownOutsidePowers, impose_interim_measure, emergency(), TWO, policy=nowhere)


@pytest.mark.parametrize("who", [ENT_S, ENT_M, LND])
def test_an_enterprise_and_a_landlord_stop_their_own_work_at_any_level(who):
    life = ordered().when(impose_interim_measure, own_measure(), who)

    assert (life.events[0].own, life.hazard.interim.ordered) == (True, False)
    assert life.hazard.level is Level.GENERAL


def test_one_more_measure_stands_beside_the_others_and_keeps_who_ordered():
    life = imposed().when(impose_interim_measure, own_measure(), ENT_M)

    interim = life.hazard.interim
    assert interim.kinds == (MeasureKind.PARTIAL_STOP, MeasureKind.STOP_EQUIPMENT)
    assert interim.ordered


def test_one_more_measure_ends_a_request_to_lift_the_others():
    life = lift_requested().when(impose_interim_measure, imposing(kinds=(MeasureKind.EVACUATE,)), DPO)

    life.refused(LiftNotRequested, lift_interim_measure, LIFT, DPO)
    assert life.when(request_lift, ASK_LIFT, ENT_M).hazard.interim.state is InterimState.LIFT_REQUESTED


def test_the_enterprise_asks_to_resume_after_it_removed_the_hazard():
    imposed().refused(NotAtThisStage, request_lift, ASK_LIFT, ENT_M)

    life = lift_requested()

    assert life.hazard.interim.state is InterimState.LIFT_REQUESTED
    assert life.events[0].review_due == day(major_submitted(), 10)


def test_a_coal_mines_review_may_take_longer():
    coal = FILE.__class__(
        id=FILE.id,
        name=FILE.name,
        division=FILE.division,
        profile=FILE.profile.model_copy(update={"industry": "煤矿"}),
    )
    life = imposed(major_submitted())

    asked_for = life.when(request_lift, ASK_LIFT, ENT_M, enterprise=coal)

    assert asked_for.events[0].review_due == day(life, 20)


@pytest.mark.parametrize("who", [ENT_S, TWO, DPO, DPL, SCO])
def test_only_the_main_person_asks_to_resume(who):
    imposed(major_submitted()).refused(MayNot, request_lift, ASK_LIFT, who)


def test_there_is_nothing_to_lift_where_nothing_stands():
    for life in (major_submitted(), lifted()):
        life.refused(NoMeasure, request_lift, ASK_LIFT, ENT_M)
        life.refused(NoMeasure, lift_interim_measure, LIFT, DPO)
        life.refused(NoMeasure, refuse_lift, REFUSE, DPO)


def test_resumption_is_asked_for_once_and_answered_once():
    lift_requested().refused(LiftAlreadyRequested, request_lift, ASK_LIFT, ENT_M)
    life = imposed(major_submitted())
    assert "经审查同意" in life.refused(LiftNotRequested, lift_interim_measure, LIFT, DPO)
    life.refused(LiftNotRequested, refuse_lift, REFUSE, DPO)


def test_the_department_lifts_after_its_review():
    life = lifted()

    assert life.events[0].inspectors == ("p-dpo", "p-dpo2")
    assert (life.hazard.interim.state, life.hazard.interim.kinds) == (InterimState.LIFTED, ())


@pytest.mark.parametrize("who", [ENT_M, TWO, TWL, EXP])
def test_nobody_else_lifts_or_refuses(who):
    lift_requested().refused(MayNot, lift_interim_measure, LIFT, who)
    lift_requested().refused(MayNot, refuse_lift, REFUSE, who)


def test_a_review_takes_two_certified_officers_on_site():
    life = lift_requested()

    for certificates in ((), (DPO["certificate"],)):
        lift = LIFT.model_copy(update={"certificates": certificates})
        life.refused(TooFewOfficers, lift_interim_measure, lift, DPO)
    of_others = LIFT.model_copy(update={"certificates": ("33011199002", "33011199003")})
    life.refused(CertificateNotOwn, lift_interim_measure, of_others, DPO)
    alone = LIFT.model_copy(update={"others": ()})
    assert "现场审查" in life.refused(TooFewOfficers, lift_interim_measure, alone, DPO)


def test_the_committees_office_that_listed_lifts_on_the_review_of_two_officers():
    reviewed = LIFT.model_copy(update={"others": ("p-dpo", "p-dpo2")})
    lift_requested().refused(NotTheLister, lift_interim_measure, reviewed, SCO)
    lift_requested().refused(NotTheLister, refuse_lift, REFUSE, SCO)
    life = imposed(listed(major_submitted())).when(request_lift, ASK_LIFT, ENT_M)

    assert life.when(lift_interim_measure, reviewed, SCO).events[0].inspectors == ("p-dpo", "p-dpo2")
    life.refused(TooFewOfficers, lift_interim_measure, LIFT, SCO)
    assert life.when(refuse_lift, REFUSE, SCO).types == ["hazard.lift-refused"]


def test_who_reviews_stands_apart_from_the_enterprise():
    life = lift_requested()

    life.refused(ReviewerNotIndependent, lift_interim_measure, LIFT, {**DPO, "person": "p-boss"})
    with_boss = LIFT.model_copy(update={"others": ("p-boss",)})
    life.refused(ReviewerNotIndependent, lift_interim_measure, with_boss, DPO)
    own = frozenset({"p-dpo2"})
    life.refused(ReviewerNotIndependent, lift_interim_measure, LIFT, DPO, enterprise_people=own)


def test_a_refused_request_leaves_the_measures_and_may_be_made_again():
    life = lift_requested().when(refuse_lift, REFUSE, DPL)

    assert life.hazard.interim.state is InterimState.ACTIVE
    assert life.hazard.interim.kinds == (MeasureKind.PARTIAL_STOP,)
    assert life.when(request_lift, ASK_LIFT, ENT_M).types == ["hazard.lift-requested"]


def test_a_failed_re_inspection_lets_the_request_lapse_and_leaves_the_measures():
    life = lift_requested()
    again = life.when(reinspect, failing(life), DPO)

    assert again.hazard.interim.state is InterimState.ACTIVE
    again.refused(NotAtThisStage, lift_interim_measure, LIFT, DPO)


@pytest.mark.parametrize("so_far", [lambda: imposed(major_submitted()), lift_requested])
def test_a_major_hazard_is_not_closed_while_a_measure_stands(so_far):
    life = so_far().when(reinspect, MAJOR_PASS, DPO)

    told = life.refused(MeasureStanding, close_hazard, CLOSE, DPL)

    assert "局部停产停业" in told
    assert "第六十五条" in told


def test_a_major_hazard_is_not_closed_while_its_enterprises_own_measure_stands():
    life = major_submitted().when(impose_interim_measure, own_measure(), ENT_M)
    life = life.when(reinspect, MAJOR_PASS, DPO)

    life.refused(MeasureStanding, close_hazard, CLOSE, DPL)


def test_a_major_hazard_is_closed_when_its_measures_were_lifted():
    life = lifted().when(reinspect, MAJOR_PASS, DPO)

    assert life.when(close_hazard, CLOSE, DPL).hazard.status is Status.CLOSED


def test_a_review_may_follow_the_passed_re_inspection():
    life = imposed(major_submitted()).when(reinspect, MAJOR_PASS, DPO).when(request_lift, ASK_LIFT, ENT_M)

    assert life.when(lift_interim_measure, LIFT, DPO).when(close_hazard, CLOSE, DPL).types == [
        "hazard.closed"
    ]


def test_an_enterprise_closes_its_general_hazard_with_its_own_measure_standing():
    found = registered(ENT_S, source=Source.SELF_ENTERPRISE, visit_kind=VisitKind.SELF)
    life = submitted(asked(found, ENT_S), ENT_S).when(impose_interim_measure, own_measure(), ENT_S)
    life = life.when(reinspect, Reinspect(result="pass", photos=(PHOTO,)), ENT_S2)

    assert life.when(close_hazard, CLOSE, ENT_S2).hazard.status is Status.CLOSED


def test_what_an_authority_stopped_is_not_voided():
    imposed(major()).refused(MeasureStanding, void_hazard, VoidHazard(reason="误录"), TWL)


def test_a_town_officers_measure_counts_as_an_authoritys():
    life = plan_accepted().when(impose_interim_measure, emergency(), TWO)

    assert life.hazard.interim.ordered
    assert CERTIFICATES[0] not in life.events[0].certificates
