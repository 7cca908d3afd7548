"""计划与批准 · A visit before anybody has come: what its kind needs on paper, who approves it, who may cancel it."""

from datetime import date
from typing import Any

from pydantic import Field

from contracts.values import EnterpriseId, PersonId, ShortText, Text, VisitKind
from contracts.visit import (
    Entrustment,
    FormVersion,
    VisitApproved,
    VisitCancelled,
    VisitPlanned,
    VisitState,
)
from services.hazard.form import check_in_use
from services.hazard.occasion import Ask, DateInvalid, Occasion
from services.hazard.policy.visiting import SC_54, Need
from services.hazard.refused import MayNot, Refused
from services.hazard.visit.party import PlannedParticipant, check_party, check_visitor
from services.hazard.visit.state import BEGUN, Visit

S = VisitState
EXAMPLE_PARTY: list[dict[str, Any]] = [
    {"person": "p-9", "function": "OFFICER", "department": "镇应急办", "certificate": "33011100123"},
    {"person": "p-10", "function": "OFFICER", "department": "区消防救援大队", "certificate": "33011100124"},
]
EXAMPLE_PLAN: dict[str, Any] = {
    "enterprise": "7b0e1a52-3f54-5b6e-9d56-0f4a3a8e1c11",
    "visit_kind": "ADMIN",
    "planned_on": "2026-11-25",
    "purpose": "用电安全和消防通道专项检查",
    "participants": EXAMPLE_PARTY,
    "lead": "p-9",
}


class VisitAlreadyPlanned(Refused):
    """检查已建立 · There is a visit of this id."""


class EntrustmentMissing(Refused):
    """缺少书面委托 · Entrusted inspection stands on a written entrustment that has not ended (APL 20)."""


class EntrustmentEnded(Refused):
    """委托已到期 · The entrustment does not cover the day of the visit."""


class LeadDepartmentMissing(Refused):
    """缺少牵头部门 · A joint visit has a lead department and at least one other member."""


class CaseUnnamed(Refused):
    """缺少案件或者举报编号 · A visit because of a case or a report names it."""


class NothingToRecheck(Refused):
    """缺少复查的隐患 · A re-check names the hazards it looks at again."""


class RecheckElsewhere(Refused):
    """复查的隐患不属于该企业 · A re-check looks at hazards of the enterprise it is paid to."""


class ServicePlanMissing(Refused):
    """缺少服务计划 · The policy asks that a service visit stand in a plan."""


class LeadNotTakingPart(Refused):
    """牵头人不在参加人员中 · Who leads a visit takes part in it."""


class MayNotApproveVisit(MayNot):
    """无权批准检查 · Inspections are approved by the head of the office."""


class VisitAlreadyApproved(Refused):
    """检查已批准 · One approval is enough."""


class ApprovalNotNeeded(Refused):
    """该类检查无须批准 · Only the kinds that the policy names are approved."""


class SomethingFound(Refused):
    """已有检查结果 · A visit that has looked at something is recorded, not cancelled."""


class PlanVisit(
    Ask,
    json_schema_extra={
        "examples": [
            EXAMPLE_PLAN,
            EXAMPLE_PLAN | {"visit_kind": "JOINT", "lead_department": "镇应急办"},
            EXAMPLE_PLAN
            | {
                "visit_kind": "EXPERT",
                "participants": [
                    {"person": "p-9", "function": "COMPANION", "department": "镇应急办"},
                    {"person": "p-71", "function": "EXPERT", "department": "某安全技术服务有限公司"},
                ],
            },
        ]
    },
):
    """计划检查 · Where, which kind, when and why; who, and on what ground."""

    enterprise: EnterpriseId
    visit_kind: VisitKind
    planned_on: date = Field(description="计划日期")
    purpose: Text = Field(description="检查事由和内容")
    participants: tuple[PlannedParticipant, ...] = Field(min_length=1, max_length=50)
    lead: PersonId = Field(description="牵头人，须在参加人员中")
    lead_department: ShortText | None = Field(None, description="联合检查的牵头部门")
    form: FormVersion | None = Field(None, description="检查表及其版次")
    entrustment: Entrustment | None = Field(None, description="委托执法的委托书")
    case: EnterpriseId | None = Field(None, description="案件标识")
    report: ShortText | None = Field(None, description="举报件编号")
    hazards: tuple[EnterpriseId, ...] = Field((), description="回头复查的隐患")
    campaign: EnterpriseId | None = Field(None, description="专项行动标识")
    plan: EnterpriseId | None = Field(None, description="服务计划标识")


class ApproveVisit(Ask, json_schema_extra={"examples": [{"number": "余应急检批〔2026〕31号"}]}):
    """批准检查 · Under the number of the approval form; of an urgent visit afterwards."""

    number: ShortText = Field(description="检查审批表编号")
    remark: Text | None = None


class CancelVisit(Ask, json_schema_extra={"examples": [{"reason": "企业当日停电停产，改期检查"}]}):
    """取消检查 · Before it begins, or while nothing has been looked at; with the reason."""

    reason: Text


def plan_visit(visit: Visit, ask: PlanVisit, occasion: Occasion) -> tuple[VisitPlanned, ...]:
    """计划检查 · At an enterprise in operation, by who may carry it out or approve it, with all that its kind needs."""
    if occasion.role not in occasion.policy.visiting.approvers:
        check_visitor(ask.visit_kind, occasion)
    if visit.version:
        raise VisitAlreadyPlanned
    assert occasion.enterprise is not None  # it was leaned on
    occasion.enterprise.must_operate()
    if ask.planned_on < occasion.today:
        raise DateInvalid(f"计划日期不得早于 {occasion.today.isoformat()}；已经做过的检查请直接记录")
    check_grounds(ask, occasion)
    party = tuple(one.value for one in ask.participants)
    check_party(ask.visit_kind, party, occasion, ask.planned_on)
    if ask.lead not in {one.person for one in party}:
        raise LeadNotTakingPart
    check_in_use(ask.form, occasion)
    fields = ask.model_dump(exclude={"participants"})
    return (VisitPlanned(participants=party, **fields),)


def check_grounds(ask: PlanVisit, occasion: Occasion) -> None:
    """检查根据 · The papers that its kind stands on.

    Raises EntrustmentMissing, EntrustmentEnded, LeadDepartmentMissing, CaseUnnamed, NothingToRecheck,
    RecheckElsewhere, ServicePlanMissing.
    """
    needs = occasion.policy.visit_kinds[ask.visit_kind].needs
    if Need.ENTRUSTMENT in needs:
        check_entrusted(ask.entrustment, ask.planned_on)
    if Need.LEAD_DEPARTMENT in needs:
        check_joint(ask)
    if Need.CASE in needs and ask.case is None and ask.report is None:
        raise CaseUnnamed(f"案件、举报核查须写明案件或者举报件编号（{SC_54}）")
    if Need.HAZARDS in needs and not ask.hazards:
        raise NothingToRecheck("回头复查须列明要复查的隐患，不得借复查扩大检查范围")
    for hazard in occasion.hazards.values():
        if hazard.enterprise != ask.enterprise:
            raise RecheckElsewhere(f"隐患「{hazard.number or '未登记'}」不属于被检查企业，不能列入回头复查")
    if Need.SERVICE_PLAN in needs and ask.plan is None:
        raise ServicePlanMissing


def check_entrusted(entrustment: Entrustment | None, day: date) -> None:
    """书面委托 · There, and not ended on the day. Raises EntrustmentMissing, EntrustmentEnded."""
    if entrustment is None:
        raise EntrustmentMissing("委托执法须有书面委托（《行政处罚法》第二十条）")
    if entrustment.valid_to is not None and entrustment.valid_to < day:
        raise EntrustmentEnded(
            f"{entrustment.document}于 {entrustment.valid_to.isoformat()} 到期，不能据以实施检查（《行政处罚法》第二十条）"
        )


def check_joint(ask: PlanVisit) -> None:
    """联合检查 · Led by a department that is there, with another one. Raises LeadDepartmentMissing."""
    departments = {one.department for one in ask.participants if one.department}
    if ask.lead_department is None or ask.lead_department not in departments:
        raise LeadDepartmentMissing("联合检查须写明牵头部门，且牵头部门有人参加（《安全生产法》第六十九条）")
    if not departments - {ask.lead_department}:
        raise LeadDepartmentMissing("联合检查须有牵头部门以外的成员单位参加（《安全生产法》第六十九条）")


def check_approver(occasion: Occasion, act: str) -> None:
    """批准权限 · The head of the office. Raises MayNotApproveVisit."""
    if occasion.role not in occasion.policy.visiting.approvers:
        raise MayNotApproveVisit(f"{occasion.role.zh}无权{act}（{SC_54}：实施检查须经行政机关负责人批准）")


def approve_visit(visit: Visit, ask: ApproveVisit, occasion: Occasion) -> tuple[VisitApproved, ...]:
    """批准检查 · Before it begins; afterwards only what was urgent."""
    check_approver(occasion, "批准检查")
    visit.must_be(S.PLANNED, S.APPROVED, *BEGUN[:-1], act="批准")
    if not visit.needs(Need.APPROVAL, occasion.policy):
        raise ApprovalNotNeeded(f"{visit.kind.zh}无须批准")
    if visit.approval is not None:
        raise VisitAlreadyApproved(f"该检查已批准（{visit.approval}）")
    afterwards = visit.state in BEGUN
    return (VisitApproved(enterprise=visit.enterprise or "", afterwards=afterwards, **ask.model_dump()),)


def cancel_visit(visit: Visit, ask: CancelVisit, occasion: Occasion) -> tuple[VisitCancelled, ...]:
    """取消检查 · By who planned, leads or approves it; an entry that was counted stays counted."""
    visit.must_be(S.PLANNED, S.APPROVED, S.STARTED, act="取消")
    if occasion.person not in {visit.planner, visit.lead}:
        check_approver(occasion, "取消他人计划的检查")
    if visit.answers or visit.found:
        raise SomethingFound("检查已有结论或者发现，须记录检查，不能取消")
    return (VisitCancelled(enterprise=visit.enterprise or "", reason=ask.reason),)
