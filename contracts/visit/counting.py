"""年度计次 · The number of counted visits in an enterprise's year: a stream of its own, so that no two take one place."""

from typing import ClassVar

from pydantic import Field

from contracts.envelope import Event
from contracts.values import EnterpriseId, VisitKind
from contracts.visit.codes import CapGroup


class VisitCounted(Event):
    """计入年度检查次数 · A visit that began took its place among those of the year."""

    TYPE: ClassVar[str] = "visit-count.counted"
    enterprise: EnterpriseId
    year: int
    group: CapGroup
    visit: EnterpriseId = Field(description="检查标识 · Id of the visit")
    visit_kind: VisitKind
    count: int = Field(ge=1, description="当年第几次 · Including this one")
    cap: int = Field(ge=1, description="年度上限")


VisitCountEvent = VisitCounted
