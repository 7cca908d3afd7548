"""检查 · A visit in its simplest form, so that a clean enterprise counts as inspected."""

from dataclasses import dataclass
from datetime import date

from pydantic import Field

from contracts.envelope import Envelope
from contracts.values import EnterpriseId, PersonId, Text, VisitKind
from contracts.visit import VisitEvent, VisitRecorded
from services.hazard.occasion import Ask, DateInvalid, Occasion
from services.hazard.refused import MayNot, Refused


class VisitAlreadyRecorded(Refused):
    """检查已记录 · This visit is on record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """检查 · Whether it is on record."""

    version: int = 0


class RecordVisit(
    Ask,
    json_schema_extra={
        "examples": [
            {
                "enterprise": "7b0e1a52-3f54-5b6e-9d56-0f4a3a8e1c11",
                "visit_kind": "ADMIN",
                "visited_on": "2026-11-20",
                "officers": ["p-9", "p-10"],
                "finds": 0,
            }
        ]
    },
):
    """记录检查 · Where, when, which kind, who, and how many finds."""

    enterprise: EnterpriseId
    visit_kind: VisitKind
    visited_on: date
    officers: tuple[PersonId, ...] = ()
    finds: int = Field(ge=0, le=100_000)
    remark: Text | None = None


def record_visit(visit: Visit, ask: RecordVisit, occasion: Occasion) -> tuple[VisitRecorded, ...]:
    """记录检查 · Not in the future, at an enterprise that is on file."""
    if occasion.role not in occasion.policy.powers.visitors.get(ask.visit_kind, ()):
        raise MayNot(
            f"{occasion.role.zh}不能记录{ask.visit_kind.zh}（国办发〔2024〕54号：检查须由有权人员实施）"
        )
    if visit.version:
        raise VisitAlreadyRecorded
    if ask.visited_on > occasion.today:
        raise DateInvalid("检查日期不得晚于今天")
    return (VisitRecorded(**ask.model_dump()),)


def evolve(visit: Visit, event: VisitEvent, envelope: Envelope) -> Visit:
    """演变 · It is on record."""
    return Visit(version=envelope.version)
