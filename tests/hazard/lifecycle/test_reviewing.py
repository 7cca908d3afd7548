"""审查解除 · What stands is named, reviewed by officers certified on that day, and lifted or left; each measure counts once."""

from dataclasses import replace
from datetime import date

import pytest

from contracts.regions import InterimState, MeasureKind
from contracts.values import Role, Status
from given.lives import (
    MAJOR_PASS,
    day,
    major_submitted,
    ordered,
    plan_accepted,
    registered,
)
from given.officers import appointed
from given.story import (
    DPL,
    DPO,
    DPO2,
    ENT_M,
    FILE,
    PHOTO,
    POLICY,
    TWL,
    TWO,
    Life,
)
from given.supervised import (
    ASK_LIFT,
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
    CertificateExpired,
    OfficerUncertified,
    TooFewOfficers,
)
from services.hazard.lifecycle.closing import CloseHazard, close_hazard
from services.hazard.lifecycle.lifting import (
    RefuseLift,
    lift_interim_measure,
    refuse_lift,
    request_lift,
)
from services.hazard.lifecycle.measuring import (
    TownMayNotImpose,
    impose_interim_measure,
)
from services.hazard.lifecycle.regions import Interim, MeasureStanding
from services.hazard.lifecycle.reinspecting import Reinspect, reinspect
from services.hazard.lifecycle.reporting import VoidHazard, void_hazard

LND = {**ENT_M, "person": "p-lnd", "role": Role.LND}
REFUSE = RefuseLift(reason="通风系统尚未恢复")
CLOSE = CloseHazard()


def failing(life: Life) -> Reinspect:
    fields = {"result": "fail", "remark": "仍无监护", "deadline": day(life, 20), "photos": (PHOTO,)}
    return MAJOR_PASS.model_copy(update=fields)


def test_every_measure_that_towns_were_not_given_is_named():
    ask = emergency(kinds=(MeasureKind.FULL_STOP, MeasureKind.PARTIAL_STOP, MeasureKind.EVACUATE))
    powers = POLICY.powers.model_copy(update={"town_emergency_kinds": frozenset({MeasureKind.EVACUATE})})
    policy = POLICY.model_copy(update={"powers": powers})

    told = plan_accepted().refused(TownMayNotImpose, impose_interim_measure, ask, TWO, policy=policy)
    assert "局部停产停业、全部停产停业" in told or "全部停产停业、局部停产停业" in told


def test_every_standing_measure_is_named_where_it_forbids_the_closure():
    life = imposed(major_submitted(), kinds=(MeasureKind.EVACUATE, MeasureKind.PARTIAL_STOP))
    life = life.when(reinspect, MAJOR_PASS, DPO)

    assert "、" in life.refused(MeasureStanding, close_hazard, CLOSE, DPL).partition("尚未解除")[0]


def test_a_request_that_lapsed_leaves_nobody_who_asked():
    life = lift_requested()

    assert life.hazard.interim.requested_by == "p-boss"
    assert life.when(reinspect, failing(life), DPO).hazard.interim.requested_by is None
    assert life.when(refuse_lift, REFUSE, DPO).hazard.interim.requested_by is None


def test_the_officers_who_review_are_certified_on_that_day_by_the_record():
    life = lift_requested()
    own = appointed(DPO["certificate"], role=Role.DPO)
    expired = appointed(DPO2["certificate"], role=Role.DPO, valid_to=date(2026, 6, 1))
    valid = appointed(DPO2["certificate"], role=Role.DPO)
    nobody = appointed(None, role=Role.DPO)

    assert life.when(lift_interim_measure, LIFT, DPO, on_record={"p-dpo": own, "p-dpo2": valid}).events
    told = life.refused(
        CertificateExpired, lift_interim_measure, LIFT, DPO, on_record={"p-dpo": own, "p-dpo2": expired}
    )
    assert "p-dpo2" in told
    assert "不得审查解除临时措施" in told
    told = life.refused(OfficerUncertified, lift_interim_measure, LIFT, DPO, on_record={"p-dpo": nobody})
    assert "本人当日" in told


def test_the_committee_leans_on_officers_who_are_certified_by_the_record():
    life = imposed(listed(major_submitted())).when(request_lift, ASK_LIFT, ENT_M)
    reviewed = LIFT.model_copy(update={"others": ("p-dpo", "p-dpo2")})
    first = appointed(DPO["certificate"], role=Role.DPO)
    expired = appointed(DPO2["certificate"], role=Role.DPO, valid_to=date(2026, 6, 1))

    told = life.refused(
        CertificateExpired, lift_interim_measure, reviewed, SCO, on_record={"p-dpo": first, "p-dpo2": expired}
    )
    assert "不得审查解除临时措施" in told


@pytest.mark.parametrize("known", [None, replace(FILE, profile=None)], ids=["no file", "no profile"])
def test_a_review_of_an_unknown_industry_takes_no_longer_than_others(known):
    life = imposed(major_submitted())

    assert life.when(request_lift, ASK_LIFT, ENT_M, enterprise=known).events[0].review_due == day(life, 10)


def own_of_a_general_one() -> Life:
    return ordered().when(impose_interim_measure, own_measure(), ENT_M)


def test_what_an_enterprise_stopped_itself_over_a_general_hazard_is_lifted_while_it_is_put_right():
    life = own_of_a_general_one().when(request_lift, ASK_LIFT, ENT_M)
    alone = LIFT.model_copy(update={"others": (), "certificates": ()})

    assert life.when(lift_interim_measure, alone, DPO).hazard.interim.state is InterimState.LIFTED


def test_a_major_hazard_is_reviewed_by_two_whoever_stopped_it():
    life = major_submitted().when(impose_interim_measure, own_measure(), ENT_M)
    life = life.when(request_lift, ASK_LIFT, ENT_M)
    alone = LIFT.model_copy(update={"others": (), "certificates": ()})

    life.refused(TooFewOfficers, lift_interim_measure, alone, DPO)


def test_resumption_may_be_refused_after_the_re_inspection_passed():
    life = imposed(major_submitted()).when(reinspect, MAJOR_PASS, DPO).when(request_lift, ASK_LIFT, ENT_M)

    assert life.when(refuse_lift, REFUSE, DPO).hazard.interim.state is InterimState.ACTIVE


def test_a_measure_named_twice_is_one():
    twice = imposing(kinds=(MeasureKind.PARTIAL_STOP, MeasureKind.EVACUATE, MeasureKind.PARTIAL_STOP))

    (event,) = plan_accepted().when(impose_interim_measure, twice, DPO).events
    assert event.kinds == tuple(sorted({MeasureKind.PARTIAL_STOP, MeasureKind.EVACUATE}))


def test_the_officers_who_stop_work_are_certified_on_that_day_by_the_record():
    own = appointed(DPO["certificate"], role=Role.DPO)
    expired = appointed(DPO2["certificate"], role=Role.DPO, valid_to=date(2026, 6, 1))
    both = imposing(others=("p-dpo2",))

    told = plan_accepted().refused(
        CertificateExpired, impose_interim_measure, both, DPO, on_record={"p-dpo": own, "p-dpo2": expired}
    )
    assert "不得采取临时措施" in told


def test_what_only_the_enterprise_stopped_may_still_be_voided():
    life = registered().when(impose_interim_measure, own_measure(), ENT_M)

    assert life.when(void_hazard, VoidHazard(reason="误录"), TWL).hazard.status is Status.VOIDED


def test_after_a_lifting_the_next_measure_stands_alone():
    life = lifted().when(impose_interim_measure, own_measure(), ENT_M)

    assert life.hazard.interim == Interim(state=InterimState.ACTIVE, kinds=(MeasureKind.STOP_EQUIPMENT,))
