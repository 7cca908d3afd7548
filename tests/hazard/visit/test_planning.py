"""计划与批准 · What each kind of visit needs on paper, who approves it, and who may call it off."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from contracts.values import Role, VisitKind
from contracts.visit import VisitState
from given.officers import appointed
from given.story import DPL, ENT_M, ENTERPRISE, EXP, GRID, LND, SCO, TWL, TWN, TWO
from given.visits import (
    APPROVE,
    BY,
    CHECKLIST,
    COLLEAGUE,
    FORMS,
    GROUNDS,
    LED,
    OFFICERS,
    ON_RECORD,
    SCANNED,
    Paid,
    answered,
    approved,
    by,
    checking,
    planned,
    planning,
    started,
    taking_part,
)
from services.hazard.enterprise import AlreadyClosedDown
from services.hazard.form import FormUnknown, FormVersionWithdrawn
from services.hazard.lifecycle.certifying import (
    CertificateExpired,
    CertificateNotOwn,
    OfficerNotOnRecord,
    OfficerUncertified,
    TooFewOfficers,
)
from services.hazard.lifecycle.state import Hazard
from services.hazard.occasion import DateInvalid
from services.hazard.policy import OnRecord
from services.hazard.visit.answering import answer_items
from services.hazard.visit.party import ExpertAlone, MayNotVisit, ParticipantMissing, ParticipantTwice
from services.hazard.visit.planning import (
    ApprovalNotNeeded,
    CancelVisit,
    CaseUnnamed,
    EntrustmentEnded,
    EntrustmentMissing,
    LeadDepartmentMissing,
    LeadNotTakingPart,
    MayNotApproveVisit,
    NothingToRecheck,
    RecheckElsewhere,
    ServicePlanMissing,
    SomethingFound,
    VisitAlreadyApproved,
    VisitAlreadyPlanned,
    approve_visit,
    cancel_visit,
    plan_visit,
)
from services.hazard.visit.starting import start_visit
from services.hazard.visit.state import NotAtThisVisitStage

K = VisitKind
CANCEL = CancelVisit(reason="企业当日停电停产")


@pytest.mark.parametrize("kind", K)
def test_each_kind_is_planned_with_what_it_needs_and_may_begin(kind):
    paid = started(kind)

    assert paid.visit.state is VisitState.STARTED
    assert paid.visit.kind is kind


@pytest.mark.parametrize("who", [GRID, EXP, TWN, SCO, ENT_M], ids=lambda who: who["role"].value)
def test_whoever_may_not_inspect_plans_no_inspection(who):
    told = Paid().refused(MayNotVisit, plan_visit, planning(), who)

    assert "国办发〔2024〕54号" in told


def test_a_leader_plans_what_he_approves():
    assert Paid().when(plan_visit, planning(), TWL).visit.planner == TWL["person"]
    assert Paid().when(plan_visit, planning(), DPL).visit.state is VisitState.PLANNED


def test_a_visit_is_planned_once_and_not_for_a_day_that_is_over():
    planned().refused(VisitAlreadyPlanned, plan_visit, planning(), TWO)
    Paid().refused(DateInvalid, plan_visit, planning(on=date(2026, 6, 2)), TWO)


def test_a_closed_enterprise_is_not_visited():
    shut = replace(Paid().enterprise, closed_down=True)

    Paid(enterprise=shut).refused(AlreadyClosedDown, plan_visit, planning(), TWO)
    replace(approved(), enterprise=shut).refused(AlreadyClosedDown, start_visit, SCANNED, TWO)


@pytest.mark.parametrize(
    ("kind", "lacking", "refusal"),
    [
        (K.ENTRUSTED, {"entrustment": None}, EntrustmentMissing),
        (
            K.ENTRUSTED,
            {"entrustment": {"principal": "区局", "document": "委托书2号", "valid_to": "2026-06-02"}},
            EntrustmentEnded,
        ),
        (K.JOINT, {"lead_department": None}, LeadDepartmentMissing),
        (K.JOINT, {"lead_department": "区消防"}, LeadDepartmentMissing),
        (K.JOINT, {"participants": OFFICERS}, LeadDepartmentMissing),
        (K.CASE, {"report": None}, CaseUnnamed),
        (K.RECHECK, {"hazards": ()}, NothingToRecheck),
        (K.LEADER, {"participants": (taking_part(TWL, "COMPANION"),)}, ParticipantMissing),
        (
            K.EXPERT,
            {"participants": (taking_part(TWN, "COMPANION"),), "lead": "p-twn"},
            ParticipantMissing,
        ),
        (K.EXPERT, {"participants": (taking_part(EXP, "EXPERT"),), "lead": "p-exp"}, ExpertAlone),
        (K.GRID, {"participants": (taking_part(TWN, "COMPANION"),), "lead": "p-twn"}, ParticipantMissing),
        (
            K.LANDLORD,
            {"participants": (taking_part(TWN, "COMPANION"),), "lead": "p-twn"},
            ParticipantMissing,
        ),
        (K.ADMIN, {"lead": "p-nobody"}, LeadNotTakingPart),
        (K.ADMIN, {"participants": (*OFFICERS, OFFICERS[0])}, ParticipantTwice),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else None,
)
def test_a_kind_without_what_it_stands_on_is_refused(kind, lacking, refusal):
    Paid().refused(refusal, plan_visit, planning(kind, **lacking), by(kind))


def test_policy_may_ask_that_an_expert_s_visit_stands_in_a_service_plan():
    policy = Paid().policy
    rules = policy.visit_kinds[K.EXPERT].model_copy(update={"needs": frozenset({"service-plan"})})
    strict = policy.model_copy(update={"visit_kinds": {**policy.visit_kinds, K.EXPERT: rules}})

    Paid(policy=strict).refused(ServicePlanMissing, plan_visit, planning(K.EXPERT), TWN)


FIRST, SECOND = OFFICERS
DAY_BEFORE = date(2026, 6, 2)


@pytest.mark.parametrize(
    ("party", "refusal"),
    [
        ((FIRST,), TooFewOfficers),
        ((FIRST, taking_part(COLLEAGUE, "COMPANION")), TooFewOfficers),
        ((FIRST, {**SECOND, "certificate": FIRST["certificate"]}), CertificateNotOwn),
        ((FIRST, {**SECOND, "certificate": None}), OfficerUncertified),
        ((FIRST, taking_part(TWN, "OFFICER", certificate="33011100777")), OfficerUncertified),
        ((FIRST, taking_part(EXP, "OFFICER", certificate="33011100777")), OfficerUncertified),
        ((FIRST, taking_part(GRID, "OFFICER", certificate="33011100777")), OfficerUncertified),
    ],
    ids=["one", "one and a companion", "one number twice", "no number", "uncertified", "expert", "grid"],
)
def test_an_inspection_is_planned_with_two_officers_certified_on_record(party, refusal):
    told = Paid().refused(refusal, plan_visit, planning(participants=party), TWO)

    assert "第四十二条" in told


def test_a_certificate_is_valid_on_the_day_of_the_visit_not_on_that_of_the_plan():
    last = Paid().today
    people = {**ON_RECORD, COLLEAGUE["person"]: appointed(COLLEAGUE["certificate"], valid_to=last)}
    paid = Paid(on_record=people)

    assert paid.when(plan_visit, planning(on=last), TWO).events
    paid.refused(CertificateExpired, plan_visit, planning(on=last + timedelta(days=1)), TWO)
    late = replace(approved(paid=paid), at=paid.at + timedelta(days=1))
    late.refused(CertificateExpired, start_visit, SCANNED, TWO)


def test_who_is_not_on_record_counts_only_where_policy_takes_his_word():
    powers = Paid().policy.powers.model_copy(update={"certificates_on_record": OnRecord.REQUIRED})
    strict = Paid().policy.model_copy(update={"powers": powers})

    assert Paid(on_record={}).when(plan_visit, planning(), TWO).events
    Paid(on_record={}, policy=strict).refused(OfficerNotOnRecord, plan_visit, planning(), TWO)


def test_an_expert_is_led_by_somebody_who_serves_in_an_office_that_day():
    left = {**ON_RECORD, TWN["person"]: appointed(None, role=Role.TWN, ends_on=DAY_BEFORE)}

    Paid(on_record=left).refused(ExpertAlone, plan_visit, planning(K.EXPERT), TWN)
    party = (*OFFICERS, taking_part(EXP, "EXPERT"))
    assert Paid().when(plan_visit, planning(participants=party), TWO).events
    grid = (taking_part(GRID, "COMPANION"), LED[1])
    asked = planning(K.EXPERT, participants=grid, lead=GRID["person"])
    Paid().refused(ExpertAlone, plan_visit, asked, TWN)


def test_a_plan_names_a_form_that_is_in_use():
    asked = planning(form=CHECKLIST)
    withdrawn = replace(FORMS, versions=(replace(FORMS.versions[0], withdrawn=True),))

    assert Paid().when(plan_visit, asked, TWO).visit.form == CHECKLIST
    Paid(form=withdrawn).refused(FormVersionWithdrawn, plan_visit, asked, TWO)
    other = planning(form=CHECKLIST.model_copy(update={"version": 2}))
    Paid().refused(FormUnknown, plan_visit, other, TWO)


@pytest.mark.parametrize("who", [TWO, TWN, GRID, SCO, ENT_M, LND], ids=lambda who: who["role"].value)
def test_only_the_head_of_the_office_approves(who):
    assert "负责人批准" in planned().refused(MayNotApproveVisit, approve_visit, APPROVE, who)


def test_a_visit_is_approved_once_and_only_where_its_kind_asks_for_it():
    approved().refused(VisitAlreadyApproved, approve_visit, APPROVE, TWL)
    for kind in set(K) - {K.ADMIN, K.ENTRUSTED, K.JOINT, K.CASE}:
        planned(kind).refused(ApprovalNotNeeded, approve_visit, APPROVE, TWL)


def test_a_visit_is_called_off_by_who_planned_it_or_approves_it():
    planned().refused(MayNotApproveVisit, cancel_visit, CANCEL, COLLEAGUE)

    for who in (TWO, TWL):
        paid = approved().when(cancel_visit, CANCEL, who)

        assert paid.visit.state is VisitState.CANCELLED
        paid.refused(NotAtThisVisitStage, start_visit, SCANNED, TWO)
        paid.refused(NotAtThisVisitStage, cancel_visit, CANCEL, TWO)


def test_an_entry_without_any_find_may_be_called_off_and_stays_counted():
    paid = started().when(cancel_visit, CANCEL, TWO)

    assert (paid.visit.state, paid.count.of("INSPECTION")) == (VisitState.CANCELLED, 1)
    seen = checking().when(answer_items, answered("1.1", "CONFORMS"), TWO)
    seen.refused(SomethingFound, cancel_visit, CANCEL, TWO)


def test_everybody_who_does_it_may_plan_his_own_kind():
    assert set(GROUNDS) == set(K)
    for kind in BY:
        assert planned(kind).visit.planner == by(kind)["person"]


def test_a_recheck_looks_at_hazards_of_the_enterprise_it_is_paid_to():
    key = str(UUID(int=1))
    own = Hazard(enterprise=ENTERPRISE, number="HZ-330111-2026-000001")
    ask = planning(K.RECHECK)

    assert Paid().when(plan_visit, ask, TWO, hazards={key: own}).types == ["visit.planned"]
    foreign = replace(own, enterprise=str(UUID(int=9)))
    told = Paid().refused(RecheckElsewhere, plan_visit, ask, TWO, hazards={key: foreign})
    assert "HZ-330111-2026-000001" in told
