"""升级 · Taken higher up, because it was refused, cannot be removed at once, or is overdue."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from contracts.hazard.registered import OfRegistered
from contracts.regions import EscalationLevel, EscalationReason
from contracts.values import Text


class HazardEscalated(OfRegistered):
    """升级报告 · Somebody higher up is told and has to deal with it and to answer."""

    TYPE: ClassVar[str] = "hazard.escalated"
    level: EscalationLevel = Field(ge=1)
    reason: EscalationReason
    remark: Text | None = None
    deadline: date | None = Field(None, description="所逾期限 · The deadline that was missed, if one was")
    proposal: bool = Field(False, description="建议 · Only proposed; nobody is told officially yet")
