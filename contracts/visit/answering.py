"""检查项 · What was looked at by the form, and what was found."""

from typing import ClassVar

from pydantic import Field

from contracts.values import Digest, EnterpriseId, ShortText, Text
from contracts.visit.codes import Answer, FormVersion
from contracts.visit.planning import OfVisit


class ItemAnswered(OfVisit):
    """检查项结论 · One item was looked at; again, it was corrected."""

    TYPE: ClassVar[str] = "visit.item-answered"
    form: FormVersion
    item: ShortText = Field(description="检查项编号 · Id of the item in the form")
    revision: int = Field(ge=1, description="第几次作答 · 1 unless corrected")
    answer: Answer
    remark: Text | None = Field(None, description="不适用的理由，或者说明 · Why not applicable, or a note")
    photos: tuple[Digest, ...] = ()
    hazard: EnterpriseId | None = Field(None, description="由此记录的隐患 · The hazard drafted from it")
    withdrawn: EnterpriseId | None = Field(None, description="由此作废的隐患草稿 · The draft that ended")
    reason: Text | None = Field(None, description="更正理由 · Why it was corrected")


class FindAdded(OfVisit):
    """检查中发现 · A hazard was seen that no item of a form asked for."""

    TYPE: ClassVar[str] = "visit.find-added"
    hazard: EnterpriseId = Field(description="隐患标识 · Id of the hazard")
