"""治理方案与延期 · What was planned for a major hazard, and what more time was asked for a hazard, as they are shown."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from pydantic import BaseModel, Field

from contracts.values import RectificationPlan
from services.projections.extensions import Extension
from services.projections.persons import Person, person
from services.projections.reading import Names
from services.projections.rectification_plans import Draft

ITEMS: Final[Mapping[str, str]] = {
    "target": "目标任务",
    "responsibility": "责任",
    "measures": "措施",
    "funds": "资金",
    "time_limit": "时限",
    "emergency_plan": "预案",
    "in_governance_plan": "纳入治理计划",
}


class PlanItemLine(BaseModel):
    """到位项 · One of a plan's seven items."""

    item: str
    item_name: str
    in_place: bool
    content: str


class DraftLine(BaseModel):
    """一稿治理方案 · From when it was required to when it was accepted or returned."""

    required_on: date | None
    due: date | None = Field(description="备案期限")
    filed_on: date | None
    filed_by: Person | None
    five_in_place: bool | None = Field(description="五到位；没有方案内容的为 null")
    items: list[PlanItemLine]
    accepted_on: date | None
    accepted_by: Person | None
    deadline: date | None = Field(description="方案通过后的治理期限")
    returned_on: date | None
    waived_on: date | None = Field(description="免予方案之日")
    reason: str | None = Field(description="退回或者免予方案的理由")
    state_name: str


class ExtensionLine(BaseModel):
    """一次延期 · What was asked for, and what was decided."""

    round: int = Field(description="整改轮次")
    requested_on: date | None
    requested_by: Person | None
    former: date = Field(description="原期限")
    wanted: date | None = Field(description="申请延至")
    reason: str | None
    protection: str | None = Field(description="延期期间的防护措施")
    answer_due: date | None = Field(description="答复期限")
    agreed_on: date | None
    agreed_by: Person | None
    decided_on: date | None
    decided_by: Person | None
    granted: bool | None
    deadline: date | None = Field(description="决定后的期限")
    remark: str | None
    state_name: str


def draft_line(draft: Draft, names: Names) -> DraftLine:
    """一稿 · As it is shown."""
    plan = RectificationPlan.model_validate(draft.plan) if draft.plan else None
    items = [(name, getattr(plan, name)) for name in ITEMS] if plan else []
    return DraftLine(
        required_on=draft.required_on,
        due=draft.due,
        filed_on=draft.filed_on,
        filed_by=person(draft.filed_by, names),
        five_in_place=plan.five_in_place if plan else None,
        items=[
            PlanItemLine(item=name, item_name=ITEMS[name], in_place=said.in_place, content=said.content)
            for name, said in items
        ],
        accepted_on=draft.accepted_on,
        accepted_by=person(draft.accepted_by, names),
        deadline=draft.deadline,
        returned_on=draft.returned_on,
        waived_on=draft.waived_on,
        reason=draft.reason,
        state_name=_state(draft),
    )


def _state(draft: Draft) -> str:
    stands = (
        (draft.waived_on, "免予方案"),
        (draft.returned_on, "已退回"),
        (draft.accepted_on, "已通过"),
        (draft.filed_on, "已备案"),
    )
    return next((words for on, words in stands if on), "待备案")


def extension_line(asked: Extension, names: Names) -> ExtensionLine:
    """一次延期 · As it is shown."""
    decided = {True: "已批准", False: "未批准", None: "初审同意" if asked.agreed_on else "待答复"}
    return ExtensionLine(
        round=asked.round,
        requested_on=asked.requested_on,
        requested_by=person(asked.requested_by, names),
        former=asked.former,
        wanted=asked.wanted,
        reason=asked.reason,
        protection=asked.protection,
        answer_due=asked.answer_due,
        agreed_on=asked.agreed_on,
        agreed_by=person(asked.agreed_by, names),
        decided_on=asked.decided_on,
        decided_by=person(asked.decided_by, names),
        granted=asked.granted,
        deadline=asked.deadline,
        remark=asked.remark,
        state_name=decided[asked.granted],
    )
