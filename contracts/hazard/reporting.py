"""上报核实 · From the first look to a registered hazard, or to the end of a find that is none."""

from datetime import date, datetime
from typing import ClassVar

from pydantic import Field

from contracts.envelope import Event
from contracts.hazard.registered import OfRegistered
from contracts.values import (
    CategoryCode,
    Coordinates,
    Digest,
    EnterpriseId,
    Evidence,
    HazardNumber,
    Level,
    SealedText,
    ShortText,
    Source,
    Text,
    Track,
    VisitKind,
    Waiver,
)


class HazardCaptured(Event):
    """随手拍 · Somebody saw something at an object and wrote it down."""

    TYPE: ClassVar[str] = "hazard.captured"
    object: EnterpriseId | None = Field(None, description="企业标识 · The enterprise, when it is known")
    object_text: ShortText | None = Field(None, description="对象描述 · In words, when it is not")
    coordinates: Coordinates | None = None
    source: Source
    visit_kind: VisitKind | None = None
    officer_present: bool = Field(False, description="执法人员在场 · An officer accompanied the expert")
    place: ShortText | None = None
    category: CategoryCode | None = None
    description: Text | None = None
    photos: tuple[Digest, ...] = ()
    advice: Text | None = None
    basis: tuple[ShortText, ...] = ()
    visit: EnterpriseId | None = Field(None, description="检查标识 · Id of the visit on which it was found")
    campaign: EnterpriseId | None = Field(
        None, description="专项行动 · Id of the campaign, when it is not the visit's"
    )
    report: SealedText | None = Field(
        None,
        description="举报原文 · The reporter's own words, kept beside the log; description holds a notice",
    )
    triage_due: datetime | None = Field(
        None,
        description="关键检查项不符合，应在此时之前上报、核实 · Found by a critical item of a form: triaged by then",
    )


class HazardSubmitted(Event):
    """上报 · The author says the record is complete."""

    TYPE: ClassVar[str] = "hazard.submitted"
    place: ShortText
    category: CategoryCode
    description: Text
    photos: tuple[Digest, ...] = ()
    evidence: Evidence
    evidence_reason: Text | None = None
    waived: tuple[Waiver, ...] = ()
    report: SealedText | None = Field(
        None,
        description="举报原文 · The reporter's own words, kept beside the log; description holds a notice",
    )


class ConfirmationRequested(Event):
    """待核实 · The find waits for somebody with the power to confirm it."""

    TYPE: ClassVar[str] = "hazard.confirmation-requested"
    due: datetime


class HazardRegistered(OfRegistered):
    """登记 · It counts as a hazard from here on; complete for a subscriber who sees only this."""

    TYPE: ClassVar[str] = "hazard.registered"
    enterprise_name: ShortText
    credit_code: str | None = None
    level: Level
    category: CategoryCode
    place: ShortText
    description: Text
    source: Source
    visit_kind: VisitKind | None = None
    track: Track
    found_on: date = Field(description="发现日期 · Local date of the capture")
    report: SealedText | None = Field(
        None,
        description="举报原文 · The reporter's own words, kept beside the log; description holds a notice",
    )


class HazardConfirmed(OfRegistered):
    """核实 · An officer confirms a find of somebody else."""

    TYPE: ClassVar[str] = "hazard.confirmed"
    note: Text | None = None


class HazardRejected(Event):
    """非隐患 · It is no hazard; the reporter is told why."""

    TYPE: ClassVar[str] = "hazard.rejected"
    reason: Text


class HazardMarkedDuplicate(Event):
    """重复 · The same hazard is already on record."""

    TYPE: ClassVar[str] = "hazard.marked-duplicate"
    other: str = Field(description="另一隐患的标识 · Id of the hazard that stays")
    number: HazardNumber | None = None
    enterprise: EnterpriseId | None = None


class HazardVoided(Event):
    """作废 · Recorded by mistake, before any order."""

    TYPE: ClassVar[str] = "hazard.voided"
    reason: Text
    number: HazardNumber | None = None
    enterprise: EnterpriseId | None = None
