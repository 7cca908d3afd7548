"""治理方案 · The plan of a major hazard."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from contracts.hazard.registered import OfRegistered
from contracts.limits import Counted
from contracts.values import Digest, PersonId, RectificationPlan, Text, Waiver


class PlanRequired(OfRegistered):
    """要求治理方案 · A plan with the five implementations is due."""

    TYPE: ClassVar[str] = "hazard.plan-required"
    plan_due: date
    counted: Counted | None = Field(None, description="计算依据 · Absent when somebody named the date")


class PlanWaived(OfRegistered):
    """免予方案 · A major hazard was removed at once; the on-site re-inspection stays required."""

    TYPE: ClassVar[str] = "hazard.plan-waived"
    reason: Text
    photos: tuple[Digest, ...]


class PlanFiled(OfRegistered):
    """方案备案 · The main person files the plan."""

    TYPE: ClassVar[str] = "hazard.plan-filed"
    plan: RectificationPlan | None = None
    waived: tuple[Waiver, ...] = ()


class PlanAccepted(OfRegistered):
    """方案通过 · The department accepts the plan; its deadline is in force."""

    TYPE: ClassVar[str] = "hazard.plan-accepted"
    deadline: date
    responsible: PersonId
    warning_sign: Digest | None = None
    waived: tuple[Waiver, ...] = ()


class PlanReturned(OfRegistered):
    """方案退回 · The plan must be mended."""

    TYPE: ClassVar[str] = "hazard.plan-returned"
    reason: Text
