"""变更服务计划 · 包干制: another expert only with a reason and an approval; institutions, numbers, the end."""

from datetime import date

import pytest

from contracts.values import Role
from given.served import CONTRACT, INSTITUTION, OTHER_INSTITUTION, expert_of, of_industry, plan
from given.story import DPO, EXP, SCO, TWL, TWN, TWO
from services.hazard.enterprise import NothingChanged
from services.hazard.occasion import DateInvalid
from services.hazard.refused import MayNot
from services.hazard.service_plan.changing import (
    ApproveExpertChange,
    ChangeDuties,
    ChangeInstitution,
    EndServicePlan,
    ExpertChangePending,
    NoChangeProposed,
    NotOwnInstitution,
    ProposeExpertChange,
    ProposerMayNotApprove,
    RefuseExpertChange,
    approve_expert_change,
    change_duties,
    change_institution,
    end_service_plan,
    propose_expert_change,
    refuse_expert_change,
)
from services.hazard.service_plan.making import ContractNotInForce
from services.hazard.service_plan.matching import ExpertNotOfInstitution, SpecialtyMismatch
from services.hazard.service_plan.state import ServicePlanOver

PROPOSAL = ProposeExpertChange(expert="p-72", specialties=("MACHINERY",), reason="原专家调离")
YES, NO = ApproveExpertChange(), RefuseExpertChange(reason="请先完成本季度复查")
OTHER = ChangeInstitution.model_validate(
    {
        "institution": OTHER_INSTITUTION,
        "contract": CONTRACT | {"number": "9号", "starts_on": "2026-06-03"},
        "expert": "p-81",
        "specialties": ["MACHINERY"],
        "reason": "原合同解除",
    }
)
END = EndServicePlan(ends_on=date(2026, 9, 30), reason="企业搬离")
TWICE = ChangeDuties.model_validate(
    {"duties": [{"quarter": 4, "checks": 2, "urges": 2, "rechecks": 2}], "reason": "红色风险"}
)


def proposed():
    return plan(TWN).when(propose_expert_change, PROPOSAL, EXP)


def ended():
    return plan(TWN).when(end_service_plan, END, TWO)


def test_a_proposal_changes_nobody_until_it_is_approved() -> None:
    told = proposed()
    approved = told.when(approve_expert_change, YES, TWL)
    (event,) = approved.events

    assert (told.state.expert.person, told.state.proposal.expert.person) == ("p-71", "p-72")
    assert (approved.state.expert.person, approved.state.proposal) == ("p-72", None)
    assert (event.former, event.proposed_by, event.reason) == ("p-71", "p-exp", "原专家调离")


def test_a_proposal_that_is_refused_leaves_the_expert_who_he_was() -> None:
    refused = proposed().when(refuse_expert_change, NO, TWL)

    assert (refused.state.expert.person, refused.state.proposal) == ("p-71", None)
    assert refused.when(propose_expert_change, PROPOSAL, TWO).state.proposal


def test_who_proposes_does_not_decide() -> None:
    leader = {**TWL, "person": TWO["person"]}
    told = plan(TWN).when(propose_expert_change, PROPOSAL, TWO)

    assert "包干制" in told.refused(ProposerMayNotApprove, approve_expert_change, YES, leader)
    told.refused(ProposerMayNotApprove, refuse_expert_change, NO, leader)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.TWL])
def test_only_the_township_s_leader_decides(role: Role) -> None:
    for rule, ask in ((approve_expert_change, YES), (refuse_expert_change, NO)):
        assert "镇街分管领导" in proposed().refused(MayNot, rule, ask, {**DPO, "role": role})


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.EXP, Role.TWN, Role.TWO}])
def test_nobody_else_proposes(role: Role) -> None:
    plan(TWN).refused(MayNot, propose_expert_change, PROPOSAL, {**EXP, "role": role})


def test_an_expert_of_another_institution_does_not_speak_for_this_one() -> None:
    stranger = {**EXP, "organisation": OTHER_INSTITUTION}

    assert INSTITUTION in plan(TWN).refused(NotOwnInstitution, propose_expert_change, PROPOSAL, stranger)


def test_one_proposal_at_a_time_and_none_without_a_change() -> None:
    same = PROPOSAL.model_copy(update={"expert": "p-71"})

    proposed().refused(ExpertChangePending, propose_expert_change, PROPOSAL, TWO)
    plan(TWN).refused(NothingChanged, propose_expert_change, same, TWO)


def test_nothing_is_decided_that_was_not_proposed() -> None:
    plan(TWN).refused(NoChangeProposed, approve_expert_change, YES, TWL)
    plan(TWN).refused(NoChangeProposed, refuse_expert_change, NO, TWL)


def test_who_is_proposed_must_fit_and_serve_the_institution_until_the_approval() -> None:
    elsewhere = {"p-72": expert_of("org-elsewhere")}
    file = of_industry("煤矿")

    plan(TWN).refused(SpecialtyMismatch, propose_expert_change, PROPOSAL, EXP, enterprise=file)
    plan(TWN).refused(ExpertNotOfInstitution, propose_expert_change, PROPOSAL, EXP, on_record=elsewhere)
    proposed().refused(ExpertNotOfInstitution, approve_expert_change, YES, TWL, on_record=elsewhere)


def test_another_institution_brings_its_contract_and_expert_and_ends_an_open_proposal() -> None:
    changed = proposed().when(change_institution, OTHER, TWO).state

    assert (OTHER_INSTITUTION, "p-81", "9号", None) == (
        changed.institution,
        changed.expert.person,
        changed.contract.number,
        changed.proposal,
    )
    assert [1, 1, 1, 1] == [duty.checks for duty in changed.duties]


def test_the_same_institution_is_no_change_and_a_contract_must_have_begun() -> None:
    same = OTHER.model_copy(update={"institution": INSTITUTION})
    later = OTHER.contract.model_copy(update={"starts_on": date(2026, 6, 4)})

    plan(TWN).refused(NothingChanged, change_institution, same, TWO)
    plan(TWN).refused(
        ContractNotInForce, change_institution, OTHER.model_copy(update={"contract": later}), TWO
    )


def test_an_institution_does_not_change_itself_and_an_expert_ends_no_plan() -> None:
    plan(TWN).refused(MayNot, change_institution, OTHER, EXP)
    plan(TWN).refused(MayNot, change_duties, TWICE, EXP)
    plan(TWN).refused(MayNot, end_service_plan, END, EXP)


def test_numbers_change_in_quarters_that_are_not_over() -> None:
    first = TWICE.model_copy(update={"duties": (TWICE.duties[0].model_copy(update={"quarter": 1}),)})
    once = plan(TWN).when(change_duties, TWICE, SCO)

    assert [1, 1, 1, 2] == [duty.checks for duty in once.state.duties]
    once.refused(NothingChanged, change_duties, TWICE, SCO)
    assert "第1季度" in plan(TWN).refused(DateInvalid, change_duties, first, SCO)


@pytest.mark.parametrize("day", ["2026-06-02", "2027-01-01"])
def test_a_plan_ends_from_today_on_within_its_year(day: str) -> None:
    ask = END.model_copy(update={"ends_on": date.fromisoformat(day)})

    plan(TWN).refused(DateInvalid, end_service_plan, ask, TWO)


def test_nothing_more_is_decided_about_a_plan_that_has_ended() -> None:
    over = ended()

    assert over.state.ended_on == date(2026, 9, 30)
    for rule, ask, who in (
        (propose_expert_change, PROPOSAL, EXP),
        (change_institution, OTHER, TWO),
        (change_duties, TWICE, TWO),
        (end_service_plan, END, TWO),
        (approve_expert_change, YES, TWL),
        (refuse_expert_change, NO, TWL),
    ):
        assert "2026-09-30" in over.refused(ServicePlanOver, rule, ask, who)
