"""治理方案 · The plan of a major hazard: required, filed, returned or accepted, or waived."""

from dataclasses import replace
from datetime import date
from typing import assert_never

from pydantic import Field

from contracts.hazard import PlanAccepted, PlanFiled, PlanRequired, PlanReturned, PlanWaived
from contracts.values import Digest, Level, PersonId, RectificationPlan, Status, Text, Waiver
from services.hazard.lifecycle import powers
from services.hazard.lifecycle.ordering import check_deadline
from services.hazard.lifecycle.reporting import EXAMPLE_PHOTO
from services.hazard.lifecycle.state import Hazard
from services.hazard.occasion import Ask, DateInvalid, Occasion
from services.hazard.refused import Refused

ITEMS = (
    "target",
    "responsibility",
    "measures",
    "funds",
    "time_limit",
    "emergency_plan",
    "in_governance_plan",
)
EXAMPLE_PLAN = {
    item: {"in_place": True, "content": content}
    for item, content in zip(
        ITEMS,
        (
            "一个月内消除有限空间无监护作业隐患",
            "主要负责人牵头，安全科负责",
            "停用、加装硬隔离和气体检测、修订操作规程",
            "安排专项资金10万元",
            "自方案通过之日起30日",
            "有限空间中毒窒息现场处置方案",
            "列入2026年度治理计划",
        ),
        strict=True,
    )
}


class NotMajor(Refused):
    """一般隐患不需要治理方案 · Plans are for major hazards."""


class PlanMissing(Refused):
    """尚未备案治理方案 · There is no plan to decide on."""


class NotFiveInPlace(Refused):
    """五到位不完整 · Responsibility, measures, funds, time limit and emergency plan must all be in place."""


class WarningSignMissing(Refused):
    """缺少现场警示标志照片 · The plan is accepted with a photograph of the warning sign at the spot."""


class PlanContentMissing(Refused):
    """治理方案内容缺失 · The plan has seven items, each with content."""


class RequirePlan(Ask, json_schema_extra={"examples": [{"plan_due": "2026-12-06"}]}):
    """要求治理方案 · The date by which it must be filed; by default the policy's."""

    plan_due: date | None = None


class WaivePlan(
    Ask, json_schema_extra={"examples": [{"reason": "隐患已当场彻底消除", "photos": [EXAMPLE_PHOTO]}]}
):
    """免予治理方案 · A major hazard removed at once; the re-inspection on site stays required."""

    reason: Text
    photos: tuple[Digest, ...] = Field(min_length=1)


class FilePlan(Ask, json_schema_extra={"examples": [{"plan": EXAMPLE_PLAN}]}):
    """备案治理方案 · Seven items with content, signed by the main person."""

    plan: RectificationPlan | None = Field(None, description="七项内容；仅台账导入可以缺少")


class AcceptPlan(
    Ask,
    json_schema_extra={
        "examples": [{"deadline": "2027-01-10", "responsible": "p-301", "warning_sign": EXAMPLE_PHOTO}]
    },
):
    """通过治理方案 · Its deadline is in force from now."""

    deadline: date
    responsible: PersonId
    warning_sign: Digest | None = Field(None, description="现场警示标志照片")


class ReturnPlan(Ask, json_schema_extra={"examples": [{"reason": "资金保障未落实"}]}):
    """退回治理方案 · With the reason."""

    reason: Text


def check_major(hazard: Hazard) -> None:
    """重大隐患 · Refuse a step that belongs to major hazards only."""
    if hazard.level is not Level.MAJOR:
        raise NotMajor


def may_require_plan(hazard: Hazard, occasion: Occasion) -> None:
    """可否要求方案 · A registered major hazard."""
    powers.check(powers.REQUIRE_PLAN, occasion)
    hazard.must_be(Status.REGISTERED, act="要求治理方案")
    check_major(hazard)


def require_plan(hazard: Hazard, ask: RequirePlan, occasion: Occasion) -> tuple[PlanRequired, ...]:
    """要求治理方案 · A registered major hazard waits for its plan from now on."""
    may_require_plan(hazard, occasion)
    due, counted = (ask.plan_due, None) if ask.plan_due else occasion.count(occasion.policy.limits.plan_due)
    if due <= occasion.today:
        raise DateInvalid(f"备案期限须晚于 {occasion.today.isoformat()}")
    longest = occasion.policy.limits.major_max_days
    if due > occasion.days_on(longest):
        raise DateInvalid(f"备案期限不得晚于重大隐患最长治理期限 {longest} 天")
    number, enterprise = hazard.registered
    return (PlanRequired(number=number, enterprise=enterprise, plan_due=due, counted=counted),)


def may_waive_plan(hazard: Hazard, occasion: Occasion) -> None:
    """可否免予方案 · A major hazard before any plan was accepted."""
    powers.check(powers.WAIVE_PLAN, occasion)
    hazard.must_be(Status.REGISTERED, Status.PLAN_REQUIRED, act="免予治理方案")
    check_major(hazard)


def waive_plan(hazard: Hazard, ask: WaivePlan, occasion: Occasion) -> tuple[PlanWaived, ...]:
    """免予治理方案 · Before any plan was accepted."""
    may_waive_plan(hazard, occasion)
    number, enterprise = hazard.registered
    return (PlanWaived(number=number, enterprise=enterprise, **ask.model_dump()),)


def may_file_plan(hazard: Hazard, occasion: Occasion) -> None:
    """可否备案 · While the plan is waited for."""
    powers.check(powers.FILE_PLAN, occasion)
    hazard.must_be(Status.PLAN_REQUIRED, act="备案治理方案")


def file_plan(hazard: Hazard, ask: FilePlan, occasion: Occasion) -> tuple[PlanFiled, ...]:
    """备案治理方案 · Filing again replaces what was filed before."""
    may_file_plan(hazard, occasion)
    waived = occasion.waived({Waiver.PLAN_CONTENT: ask.plan is None})
    if ask.plan is None and not waived:
        raise PlanContentMissing
    number, enterprise = hazard.registered
    return (PlanFiled(number=number, enterprise=enterprise, plan=ask.plan, waived=waived),)


def may_decide_plan(hazard: Hazard, occasion: Occasion) -> None:
    """可否审核 · A plan that was filed."""
    powers.check(powers.DECIDE_PLAN, occasion, hazard)
    hazard.must_be(Status.PLAN_REQUIRED, act="审核治理方案")
    if not hazard.plan_filed:
        raise PlanMissing


def may_accept_plan(hazard: Hazard, occasion: Occasion) -> None:
    """可否通过 · A filed plan with all five in place."""
    may_decide_plan(hazard, occasion)
    if not hazard.plan_content_waived and not (hazard.plan and hazard.plan.five_in_place):
        raise NotFiveInPlace


def accept_plan(hazard: Hazard, ask: AcceptPlan, occasion: Occasion) -> tuple[PlanAccepted, ...]:
    """通过治理方案 · All five in place, a warning sign at the spot, a deadline within the policy's year."""
    may_accept_plan(hazard, occasion)
    waived = occasion.waived({Waiver.WARNING_SIGN: ask.warning_sign is None})
    if ask.warning_sign is None and not waived:
        raise WarningSignMissing
    check_deadline(ask.deadline, occasion.policy.limits.major_max_days, occasion)
    check_listing(hazard, ask.deadline)
    number, enterprise = hazard.registered
    return (PlanAccepted(number=number, enterprise=enterprise, waived=waived, **ask.model_dump()),)


def check_listing(hazard: Hazard, deadline: date) -> None:
    """督办期限 · What stands on a list is removed by the list's deadline.

    Raises DateInvalid.
    """
    listed_until = hazard.supervision.deadline if hazard.supervision.listed else None
    if listed_until is not None and deadline > listed_until:
        raise DateInvalid(
            f"治理期限不得晚于挂牌督办期限 {listed_until.isoformat()}（{powers.AQF_41_SUPERVISE}）"
        )


def return_plan(hazard: Hazard, ask: ReturnPlan, occasion: Occasion) -> tuple[PlanReturned, ...]:
    """退回治理方案 · It must be filed again."""
    may_decide_plan(hazard, occasion)
    number, enterprise = hazard.registered
    return (PlanReturned(number=number, enterprise=enterprise, reason=ask.reason),)


Planning = PlanRequired | PlanWaived | PlanFiled | PlanAccepted | PlanReturned


def evolve(hazard: Hazard, event: Planning, on: date) -> Hazard:
    """演变 · What a planning event changes; `on` is the local date of the step."""
    match event:
        case PlanRequired():
            return replace(hazard, status=Status.PLAN_REQUIRED, plan_filed=False, plan=None)
        case PlanWaived():
            return replace(hazard, plan_waived=True)
        case PlanFiled():
            return replace(
                hazard,
                plan=event.plan,
                plan_filed=True,
                plan_content_waived=Waiver.PLAN_CONTENT in event.waived,
            )
        case PlanAccepted():
            return replace(
                hazard,
                status=Status.RECTIFYING,
                deadline=event.deadline,
                first_length=(event.deadline - on).days,
                responsible=event.responsible,
            )
        case PlanReturned():
            return replace(hazard, plan_filed=False)
        case _:
            assert_never(event)
