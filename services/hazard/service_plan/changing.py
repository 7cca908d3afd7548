"""变更服务计划 · The expert by proposal and approval, the institution, the numbers; and the end of a plan."""

from datetime import date

from pydantic import Field

from contracts.service_plan import (
    QUARTERS,
    DutiesChanged,
    ExpertChanged,
    ExpertChangeProposed,
    ExpertChangeRefused,
    InstitutionChanged,
    ServiceContract,
    ServicePlanEnded,
    first_day,
    last_day,
)
from contracts.values import Role, ShortText, Text
from services.hazard.enterprise import NothingChanged
from services.hazard.occasion import Ask, DateInvalid, Occasion
from services.hazard.refused import MayNot, Refused
from services.hazard.service_plan.duties import QuarterTimes, own
from services.hazard.service_plan.making import EXAMPLE_CONTRACT, ContractNotInForce, check_contract
from services.hazard.service_plan.matching import Assigning, assigned, check_on_record
from services.hazard.service_plan.state import BOUGHT, Proposal, ServicePlan, check_role

FIXED = "专家服务企业实行包干制，不允许服务机构随意变动；更换须说明理由，经镇街批准"


class NotOwnInstitution(MayNot):
    """不是本机构的服务计划 · An expert speaks for the institution that he serves."""


class ProposerMayNotApprove(MayNot):
    """提议人不得审批 · Who proposes a change of expert does not decide it."""


class ExpertChangePending(Refused):
    """已有待批的更换 · One proposal at a time."""


class NoChangeProposed(Refused):
    """没有待批的更换 · There is no proposal to decide."""


class ProposeExpertChange(
    Assigning,
    json_schema_extra={
        "examples": [{"expert": "p-72", "specialties": ["MACHINERY"], "reason": "原专家调离服务机构"}]
    },
):
    """提议更换专家 · Who instead, and why; by the institution's own experts or the town's staff."""

    reason: Text


class ApproveExpertChange(Ask, json_schema_extra={"examples": [{}]}):
    """批准更换专家 · The proposal as it stands."""


class RefuseExpertChange(
    Ask, json_schema_extra={"examples": [{"reason": "本季度复查尚未完成，请先完成后再提"}]}
):
    """不同意更换专家 · With the reason that the proposer will read."""

    reason: Text


class ChangeInstitution(
    Assigning,
    json_schema_extra={
        "examples": [
            {
                "institution": "org-service-4",
                "contract": EXAMPLE_CONTRACT,
                "expert": "p-81",
                "specialties": ["MACHINERY"],
                "reason": "原合同解除",
            }
        ]
    },
):
    """更换服务机构 · Another institution, its contract and its expert; what is owed stays."""

    institution: ShortText
    contract: ServiceContract
    reason: Text


class ChangeDuties(
    Ask,
    json_schema_extra={
        "examples": [
            {
                "duties": [{"quarter": 4, "checks": 2, "urges": 2, "rechecks": 2}],
                "reason": "风险等级升为红色，加密服务",
            }
        ]
    },
):
    """调整服务次数 · In the quarters that are named; the others stay."""

    duties: tuple[QuarterTimes, ...] = Field(min_length=1)
    reason: Text


class EndServicePlan(
    Ask, json_schema_extra={"examples": [{"ends_on": "2026-09-30", "reason": "企业搬离本辖区"}]}
):
    """终止服务计划 · The last day of service, within the year of the plan."""

    ends_on: date
    reason: Text


def propose_expert_change(
    plan: ServicePlan, ask: ProposeExpertChange, occasion: Occasion
) -> tuple[ExpertChangeProposed, ...]:
    """提议更换专家 · Nothing changes until it is approved."""
    check_role(occasion.policy.service.proposing_roles, occasion, "提议更换专家", FIXED)
    if occasion.role is Role.EXP and occasion.organisation != plan.institution:
        raise NotOwnInstitution(
            f"该企业由「{plan.institution}」服务，只有本机构的专家可以提议更换（{FIXED}）"
        )
    plan.must_run()
    if plan.proposal is not None:
        raise ExpertChangePending(f"{plan.proposal.proposed_by} 已提议更换专家，请先审批（{FIXED}）")
    enterprise, former = plan.known
    if ask.expert == former.person:
        raise NothingChanged("提议的专家就是现任专家")
    expert = assigned(ask, plan.institution, occasion)
    return (
        ExpertChangeProposed(
            enterprise=enterprise,
            year=plan.year,
            institution=plan.institution,
            former=former.person,
            expert=expert,
            reason=ask.reason,
        ),
    )


def decided(plan: ServicePlan, occasion: Occasion, act: str) -> Proposal:
    """待批提议 · The proposal that somebody else decides.

    Raises MayNot, ServicePlanOver, NoChangeProposed, ProposerMayNotApprove.
    """
    check_role(occasion.policy.service.approving_roles, occasion, act, FIXED)
    plan.must_run()
    if plan.proposal is None:
        raise NoChangeProposed(f"没有待批的专家更换，不能{act}（{FIXED}）")
    if plan.proposal.proposed_by == occasion.person:
        raise ProposerMayNotApprove(f"提议更换专家的人不得审批（{FIXED}）")
    return plan.proposal


def approve_expert_change(
    plan: ServicePlan, _: ApproveExpertChange, occasion: Occasion
) -> tuple[ExpertChanged, ...]:
    """批准更换专家 · The one who was proposed must still serve the institution."""
    proposal = decided(plan, occasion, "批准更换专家")
    check_on_record(proposal.expert.person, plan.institution, occasion)
    enterprise, former = plan.known
    return (
        ExpertChanged(
            enterprise=enterprise,
            year=plan.year,
            institution=plan.institution,
            former=former.person,
            expert=proposal.expert,
            proposed_by=proposal.proposed_by,
            reason=proposal.reason,
        ),
    )


def refuse_expert_change(
    plan: ServicePlan, ask: RefuseExpertChange, occasion: Occasion
) -> tuple[ExpertChangeRefused, ...]:
    """不同意更换专家 · The proposal is off."""
    proposal = decided(plan, occasion, "答复更换专家的提议")
    enterprise, _ = plan.known
    return (
        ExpertChangeRefused(
            enterprise=enterprise,
            year=plan.year,
            institution=plan.institution,
            expert=proposal.expert.person,
            proposed_by=proposal.proposed_by,
            reason=ask.reason,
        ),
    )


def change_institution(
    plan: ServicePlan, ask: ChangeInstitution, occasion: Occasion
) -> tuple[InstitutionChanged, ...]:
    """更换服务机构 · Under a contract that is in force on that day; an open proposal lapses with the institution."""
    check_role(occasion.policy.service.making_roles, occasion, "更换服务机构", BOUGHT)
    plan.must_run()
    if ask.institution == plan.institution:
        raise NothingChanged("提出的服务机构就是现服务机构")
    check_contract(ask.contract, plan.year, occasion)
    if first_day(plan.year, QUARTERS[0]) <= occasion.today and not ask.contract.runs(occasion.today):
        raise ContractNotInForce(f"服务合同「{ask.contract.number}」尚未开始，不能自今日起更换（{BOUGHT}）")
    enterprise, _ = plan.known
    return (
        InstitutionChanged(
            enterprise=enterprise,
            year=plan.year,
            former=plan.institution,
            institution=ask.institution,
            contract=ask.contract,
            expert=assigned(ask, ask.institution, occasion),
            reason=ask.reason,
        ),
    )


def change_duties(plan: ServicePlan, ask: ChangeDuties, occasion: Occasion) -> tuple[DutiesChanged, ...]:
    """调整服务次数 · Not of a quarter that is over: what was missed then stays missed."""
    check_role(occasion.policy.service.making_roles, occasion, "调整服务次数", BOUGHT)
    plan.must_run()
    duties = own(plan.duties, ask.duties)
    if duties == plan.duties:
        raise NothingChanged("服务次数没有变化")
    for before, after in zip(plan.duties, duties, strict=True):
        if before != after and before.due < occasion.today:
            raise DateInvalid(f"第{before.quarter}季度已经结束，其服务次数不再调整")
    enterprise, _ = plan.known
    return (
        DutiesChanged(
            enterprise=enterprise,
            year=plan.year,
            institution=plan.institution,
            duties=duties,
            reason=ask.reason,
        ),
    )


def end_service_plan(
    plan: ServicePlan, ask: EndServicePlan, occasion: Occasion
) -> tuple[ServicePlanEnded, ...]:
    """终止服务计划 · From today on or later, so that no gap of the past is ended away."""
    check_role(occasion.policy.service.making_roles, occasion, "终止服务计划", BOUGHT)
    plan.must_run()
    earliest, latest = (
        max(first_day(plan.year, QUARTERS[0]), occasion.today),
        last_day(plan.year, QUARTERS[-1]),
    )
    if not earliest <= ask.ends_on <= latest:
        raise DateInvalid(f"终止日期应在{earliest.isoformat()}至{latest.isoformat()}之间")
    enterprise, _ = plan.known
    return (
        ServicePlanEnded(
            enterprise=enterprise,
            year=plan.year,
            institution=plan.institution,
            ends_on=ask.ends_on,
            reason=ask.reason,
        ),
    )
