"""检查事件 · An inspection visit in its simplest form: it happened, and found so much."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from contracts.envelope import Event
from contracts.values import EnterpriseId, PersonId, Text, VisitKind


class VisitRecorded(Event):
    """检查记录 · A visit to an enterprise; no finds counts as an inspected, clean enterprise."""

    TYPE: ClassVar[str] = "visit.recorded"
    enterprise: EnterpriseId
    visit_kind: VisitKind
    visited_on: date
    officers: tuple[PersonId, ...] = ()
    finds: int = Field(ge=0, le=100_000, description="发现隐患数 · Number of finds, 0 allowed")
    remark: Text | None = None


VisitEvent = VisitRecorded
