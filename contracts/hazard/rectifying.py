"""整改 · What the enterprise does about it."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from contracts.hazard.registered import OfRegistered
from contracts.limits import Counted
from contracts.values import Digest, Fen, PersonId, Text, Waiver


class FixedOnSpot(OfRegistered):
    """当场整改 · Put right while the finder was there."""

    TYPE: ClassVar[str] = "hazard.fixed-on-spot"
    measures: Text
    before: tuple[Digest, ...] = ()
    after: tuple[Digest, ...] = ()
    fixed_by: PersonId
    witness: PersonId | None = None
    verified: bool
    reinspection_due: date | None = None
    counted: Counted | None = Field(None, description="计算依据 · How the re-inspection's date was counted")
    waived: tuple[Waiver, ...] = ()


class ProgressReported(OfRegistered):
    """进展报告 · The enterprise says how far it is."""

    TYPE: ClassVar[str] = "hazard.progress-reported"
    progress: Text
    photos: tuple[Digest, ...] = ()
    progress_due: date | None = Field(None, description="挂牌督办下次季度进展报告期限")


class RectificationSubmitted(OfRegistered):
    """整改完成 · The enterprise says it is put right, with evidence."""

    TYPE: ClassVar[str] = "hazard.rectification-submitted"
    round: int = Field(ge=1)
    measures: Text
    completed_on: date
    photos: tuple[Digest, ...] = ()
    cost: Fen | None = None
    acceptance_report: Digest | None = None
    reinspection_due: date
    counted: Counted | None = Field(None, description="计算依据 · How the re-inspection's date was counted")
    waived: tuple[Waiver, ...] = ()
