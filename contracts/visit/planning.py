"""计划与批准 · A visit before anybody has come: planned, approved, or cancelled."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from contracts.envelope import Event
from contracts.values import EnterpriseId, PersonId, ShortText, Text, VisitKind
from contracts.visit.codes import Entrustment, FormVersion, Participant


class OfVisit(Event):
    """检查事件 · What every event of a visit carries."""

    enterprise: EnterpriseId


class VisitPlanned(OfVisit):
    """计划检查 · Where, which kind, when, why, by whom, and on what ground."""

    TYPE: ClassVar[str] = "visit.planned"
    visit_kind: VisitKind
    planned_on: date = Field(description="计划日期 · Local date")
    purpose: Text = Field(description="检查事由和内容 · Why, and what is looked at")
    participants: tuple[Participant, ...]
    lead: PersonId = Field(description="牵头人 · Who leads it")
    lead_department: ShortText | None = Field(None, description="牵头部门 · Of a joint visit")
    form: FormVersion | None = None
    entrustment: Entrustment | None = None
    case: EnterpriseId | None = Field(None, description="案件标识 · Id of the enforcement case")
    report: ShortText | None = Field(None, description="举报件编号 · The report that is looked into")
    hazards: tuple[EnterpriseId, ...] = Field((), description="复查的隐患 · The hazards to look at again")
    campaign: EnterpriseId | None = Field(None, description="专项行动 · Id of the campaign")
    plan: EnterpriseId | None = Field(None, description="服务计划 · Id of the service plan")


class VisitApproved(OfVisit):
    """批准检查 · The head of the office approves it; an urgent one afterwards."""

    TYPE: ClassVar[str] = "visit.approved"
    number: ShortText = Field(description="检查审批表编号 · Number of the approval")
    afterwards: bool = Field(False, description="事后补批 · After an urgent visit had begun")
    remark: Text | None = None


class VisitCancelled(OfVisit):
    """取消检查 · It does not take place, or ended before anything was looked at."""

    TYPE: ClassVar[str] = "visit.cancelled"
    reason: Text
