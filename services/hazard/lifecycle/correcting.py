"""更正 · What a record says may be put right; when it was found, how grave it is and who signed may not."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from pydantic import Field

from contracts.hazard import HazardCorrected
from contracts.regions import CorrectedField, Correction
from contracts.values import SEALED_ROLES, CategoryCode, Digest, ShortText, Status, Text
from services.hazard.lifecycle import powers
from services.hazard.lifecycle.judging import check_category
from services.hazard.lifecycle.state import Hazard
from services.hazard.occasion import Ask, Occasion
from services.hazard.refused import MayNot, Refused

RECORDED = tuple(status for status in Status if status is not Status.DRAFT)


class TooLateToCorrect(MayNot):
    """已过自行更正时限 · After a day the author's own record is corrected by somebody else."""


class NothingToCorrect(Refused):
    """没有需要更正的内容 · The ask names nothing that differs from the record."""


class ReportNotCorrected(Refused):
    """举报原文不得更正 · What the public said in its own words stays as it was said."""


class CorrectRecord(
    Ask,
    json_schema_extra={"examples": [{"place": "3号车间配电间", "reason": "部位录入有误"}]},
):
    """更正记录 · Only what the record describes; photographs are added, never taken away."""

    place: ShortText | None = Field(None, description="隐患部位")
    category: CategoryCode | None = Field(None, description="隐患类别代码")
    description: Text | None = Field(None, description="隐患描述")
    object_text: ShortText | None = Field(None, description="未建档对象的描述")
    photos: tuple[Digest, ...] = Field((), description="补充的照片")
    reason: Text


def correct_record(hazard: Hazard, ask: CorrectRecord, occasion: Occasion) -> tuple[HazardCorrected, ...]:
    """更正记录 · With its difference; also after the end, for a wrong record stays wrong."""
    may_correct(hazard, occasion)
    check_category(ask.category, hazard, occasion)
    if ask.description is not None and (hazard.report is not None or occasion.role in SEALED_ROLES):
        raise ReportNotCorrected
    asked = {name: getattr(ask, name.value) for name in CorrectedField}
    changes = tuple(
        Correction(field=name, before=getattr(hazard, name.value), after=after)
        for name, after in asked.items()
        if after is not None and after != getattr(hazard, name.value)
    )
    added = tuple(photo for photo in dict.fromkeys(ask.photos) if photo not in hazard.photos)
    if not changes and not added:
        raise NothingToCorrect
    return (
        HazardCorrected(
            reason=ask.reason,
            changes=changes,
            photos_added=added,
            number=hazard.number,
            enterprise=hazard.enterprise,
        ),
    )


def may_correct(hazard: Hazard, occasion: Occasion) -> None:
    """可否更正 · The author within a day of the recording; a leader of town or department at any time.

    Raises MayNot, TooLateToCorrect, NotAtThisStage.
    """
    powers.check(powers.CORRECT, occasion, hazard)
    hazard.must_be(*RECORDED, act="更正（草稿在上报时补正）")
    hours = occasion.policy.limits.correction_hours
    by_leader = occasion.role in powers.CORRECT.holding(powers.Holding.DECIDE)
    recorded = hazard.recorded_at or occasion.now
    if not by_leader and occasion.now - recorded > timedelta(hours=hours):
        raise TooLateToCorrect(f"记录已满 {hours} 小时，由镇街分管领导或部门负责人更正（{powers.ARCHIVES}）")


Correcting = HazardCorrected


def evolve(hazard: Hazard, event: Correcting) -> Hazard:
    """演变 · The record as it says now."""
    # Any: the fields of a state by name, each a text.
    told: dict[str, Any] = {change.field.value: change.after for change in event.changes}
    return replace(hazard, photos=(*hazard.photos, *event.photos_added), **told)
