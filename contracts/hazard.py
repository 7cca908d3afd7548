"""隐患事件 · What happens to a hazard, from capture to closure.

「隐患」指事故隐患，不是危险源。 From hazard.registered on, every event carries number and enterprise.
The deadline's version is the aggregate version of the event that set it.
"""

from datetime import date, datetime
from typing import ClassVar

from pydantic import Field

from contracts.envelope import Event
from contracts.values import (
    CategoryCode,
    CauseClass,
    Certificate,
    Coordinates,
    Digest,
    EnterpriseId,
    Evidence,
    Fen,
    HazardNumber,
    Level,
    PersonId,
    RectificationPlan,
    ReinspectionMode,
    ReopenReason,
    SealedText,
    ShortText,
    Source,
    Text,
    Track,
    UrgeChannel,
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
    report: SealedText | None = Field(
        None,
        description="举报原文 · The reporter's own words, kept beside the log; description holds a notice",
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


class OfRegistered(Event):
    """已登记隐患的事件 · What every event from registration on carries."""

    number: HazardNumber
    enterprise: EnterpriseId


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


class HazardClassified(OfRegistered):
    """定级分类 · Category and level, or an expert's proposal for them."""

    TYPE: ClassVar[str] = "hazard.classified"
    level: Level
    category: CategoryCode
    cause: CauseClass | None = None
    clause: ShortText | None = None
    proposal: bool = False
    waived: tuple[Waiver, ...] = ()


class MajorHazardRegistered(OfRegistered):
    """重大隐患登记 · It is major, by a clause in force on the day it was found; the department is told."""

    TYPE: ClassVar[str] = "hazard.major-registered"
    clause: ShortText | None = None
    report_due: datetime
    waived: tuple[Waiver, ...] = ()


class HazardUpgraded(OfRegistered):
    """升级为重大 · A general hazard turned out to be major."""

    TYPE: ClassVar[str] = "hazard.upgraded"
    clause: ShortText
    reason: Text


class PlanRequired(OfRegistered):
    """要求治理方案 · A plan with the five implementations is due."""

    TYPE: ClassVar[str] = "hazard.plan-required"
    plan_due: date


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


class RectificationAdvised(OfRegistered):
    """整改建议 · Advice with its legal basis and the standard to meet; it orders nothing."""

    TYPE: ClassVar[str] = "hazard.rectification-advised"
    revision: int = Field(ge=1)
    advice: Text
    basis: tuple[ShortText, ...]
    standard: Text | None = None


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
    waived: tuple[Waiver, ...] = ()


class RectificationOrdered(OfRegistered):
    """责令整改 · A lawful order: numbered notice, certified officers, deadline, responsible person."""

    TYPE: ClassVar[str] = "hazard.rectification-ordered"
    deadline: date
    responsible: PersonId
    visit_kind: VisitKind
    notice: ShortText | None = None
    certificates: tuple[Certificate, ...] = ()
    evidence: Evidence = Evidence.DOCUMENTS
    waived: tuple[Waiver, ...] = ()


class RectificationAsked(OfRegistered):
    """要求整改 · A request without the force of an order, or a deadline the enterprise set itself."""

    TYPE: ClassVar[str] = "hazard.rectification-asked"
    deadline: date
    responsible: PersonId
    self_set: bool = False


class ResponsibleAssigned(OfRegistered):
    """指定责任人 · Who has to put it right."""

    TYPE: ClassVar[str] = "hazard.responsible-assigned"
    responsible: PersonId
    previous: PersonId | None = None
    reason: Text | None = None


class ProgressReported(OfRegistered):
    """进展报告 · The enterprise says how far it is."""

    TYPE: ClassVar[str] = "hazard.progress-reported"
    progress: Text
    photos: tuple[Digest, ...] = ()


class RectificationUrged(OfRegistered):
    """督促 · A human being urged the enterprise; automatic reminders do not count."""

    TYPE: ClassVar[str] = "hazard.rectification-urged"
    channel: UrgeChannel
    person: PersonId | None = None
    content: Text


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
    waived: tuple[Waiver, ...] = ()


class ReinspectionPassed(OfRegistered):
    """复查合格 · Somebody other than the submitter looked and found it put right."""

    TYPE: ClassVar[str] = "hazard.reinspection-passed"
    round: int = Field(ge=1)
    mode: ReinspectionMode
    inspectors: tuple[PersonId, ...]
    certificates: tuple[Certificate, ...] = ()
    photos: tuple[Digest, ...] = ()
    remark: Text | None = None
    waived: tuple[Waiver, ...] = ()


class ReinspectionFailed(OfRegistered):
    """复查不合格 · It is not put right; a new round follows."""

    TYPE: ClassVar[str] = "hazard.reinspection-failed"
    round: int = Field(ge=1)
    mode: ReinspectionMode
    inspectors: tuple[PersonId, ...]
    photos: tuple[Digest, ...] = ()
    remark: Text
    referral_required: bool = False
    waived: tuple[Waiver, ...] = ()


class RoundStarted(OfRegistered):
    """新一轮整改 · A new round with its own deadline."""

    TYPE: ClassVar[str] = "hazard.round-started"
    round: int = Field(ge=2)
    deadline: date
    responsible: PersonId


class HazardClosed(OfRegistered):
    """销号 · Struck off: put right, re-inspected, answered for."""

    TYPE: ClassVar[str] = "hazard.closed"
    round: int = Field(ge=1)
    track: Track
    remark: Text | None = None


class HazardReopened(OfRegistered):
    """重新打开 · It came back, or was never put right."""

    TYPE: ClassVar[str] = "hazard.reopened"
    reason: ReopenReason
    remark: Text


HazardEvent = (
    HazardCaptured
    | HazardSubmitted
    | ConfirmationRequested
    | HazardRegistered
    | HazardConfirmed
    | HazardRejected
    | HazardMarkedDuplicate
    | HazardVoided
    | HazardClassified
    | MajorHazardRegistered
    | HazardUpgraded
    | PlanRequired
    | PlanWaived
    | PlanFiled
    | PlanAccepted
    | PlanReturned
    | RectificationAdvised
    | FixedOnSpot
    | RectificationOrdered
    | RectificationAsked
    | ResponsibleAssigned
    | ProgressReported
    | RectificationUrged
    | RectificationSubmitted
    | ReinspectionPassed
    | ReinspectionFailed
    | RoundStarted
    | HazardClosed
    | HazardReopened
)
