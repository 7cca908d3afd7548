"""隐患事件 · What happens to a hazard, from capture to closure.

「隐患」指事故隐患，不是危险源。 From hazard.registered on, every event carries number and enterprise.
The deadline's version is the aggregate version of the event that set it.
"""

from contracts.hazard.answering import LandlordResponded
from contracts.hazard.classifying import (
    HazardClassified,
    HazardDowngraded,
    HazardUpgraded,
    MajorHazardRegistered,
    MajorReport,
)
from contracts.hazard.closing import HazardClosed, HazardReopened
from contracts.hazard.correcting import HazardCorrected
from contracts.hazard.enforcing import (
    CaseClosed,
    CaseDecided,
    CaseLinked,
    EnforcementReferred,
    PenaltyProposed,
)
from contracts.hazard.escalating import HazardEscalated
from contracts.hazard.extending import (
    ExtensionAgreedBySupervisor,
    ExtensionGranted,
    ExtensionRefused,
    ExtensionRequested,
)
from contracts.hazard.measuring import (
    CompulsionApplied,
    InterimMeasureImposed,
    InterimMeasureLifted,
    LiftRefused,
    LiftRequested,
)
from contracts.hazard.ordering import (
    RectificationAdvised,
    RectificationAsked,
    RectificationOrdered,
    RectificationUrged,
    ResponsibleAssigned,
)
from contracts.hazard.planning import PlanAccepted, PlanFiled, PlanRequired, PlanReturned, PlanWaived
from contracts.hazard.proposing import DecisionProposed
from contracts.hazard.rectifying import FixedOnSpot, ProgressReported, RectificationSubmitted
from contracts.hazard.registered import OfRegistered
from contracts.hazard.reinspecting import ReinspectionFailed, ReinspectionPassed, RoundStarted
from contracts.hazard.reporting import (
    ConfirmationRequested,
    HazardCaptured,
    HazardConfirmed,
    HazardMarkedDuplicate,
    HazardRegistered,
    HazardRejected,
    HazardSubmitted,
    HazardVoided,
)
from contracts.hazard.serving import NoticeServed, OrderWithdrawn, SignatureRefused
from contracts.hazard.supervising import AcceptanceRequested, HazardDelisted, HazardListed, ListedAccepted
from contracts.hazard.timing import DeadlineMissed, DeadlineRecomputed, ReinspectionOverdue
from contracts.hazard.transferring import HazardTransferOffered, TransferAccepted, TransferReturned

__all__ = [
    "AcceptanceRequested",
    "CaseClosed",
    "CaseDecided",
    "CaseLinked",
    "CompulsionApplied",
    "ConfirmationRequested",
    "DeadlineMissed",
    "DeadlineRecomputed",
    "DecisionProposed",
    "EnforcementReferred",
    "ExtensionAgreedBySupervisor",
    "ExtensionGranted",
    "ExtensionRefused",
    "ExtensionRequested",
    "FixedOnSpot",
    "HazardCaptured",
    "HazardClassified",
    "HazardClosed",
    "HazardConfirmed",
    "HazardCorrected",
    "HazardDelisted",
    "HazardDowngraded",
    "HazardEscalated",
    "HazardEvent",
    "HazardListed",
    "HazardMarkedDuplicate",
    "HazardRegistered",
    "HazardRejected",
    "HazardReopened",
    "HazardSubmitted",
    "HazardTransferOffered",
    "HazardUpgraded",
    "HazardVoided",
    "InterimMeasureImposed",
    "InterimMeasureLifted",
    "LandlordResponded",
    "LiftRefused",
    "LiftRequested",
    "ListedAccepted",
    "MajorHazardRegistered",
    "MajorReport",
    "NoticeServed",
    "OfRegistered",
    "OrderWithdrawn",
    "PenaltyProposed",
    "PlanAccepted",
    "PlanFiled",
    "PlanRequired",
    "PlanReturned",
    "PlanWaived",
    "ProgressReported",
    "RectificationAdvised",
    "RectificationAsked",
    "RectificationOrdered",
    "RectificationSubmitted",
    "RectificationUrged",
    "ReinspectionFailed",
    "ReinspectionOverdue",
    "ReinspectionPassed",
    "ResponsibleAssigned",
    "RoundStarted",
    "SignatureRefused",
    "TransferAccepted",
    "TransferReturned",
]


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
    | HazardDowngraded
    | PlanRequired
    | PlanWaived
    | PlanFiled
    | PlanAccepted
    | PlanReturned
    | RectificationAdvised
    | FixedOnSpot
    | RectificationOrdered
    | RectificationAsked
    | NoticeServed
    | SignatureRefused
    | OrderWithdrawn
    | ResponsibleAssigned
    | ProgressReported
    | RectificationUrged
    | ExtensionRequested
    | ExtensionAgreedBySupervisor
    | ExtensionGranted
    | ExtensionRefused
    | DeadlineMissed
    | ReinspectionOverdue
    | DeadlineRecomputed
    | RectificationSubmitted
    | ReinspectionPassed
    | ReinspectionFailed
    | RoundStarted
    | HazardClosed
    | HazardReopened
    | DecisionProposed
    | HazardTransferOffered
    | TransferAccepted
    | TransferReturned
    | HazardEscalated
    | PenaltyProposed
    | EnforcementReferred
    | CaseLinked
    | CaseDecided
    | CaseClosed
    | HazardCorrected
    | LandlordResponded
    | InterimMeasureImposed
    | LiftRequested
    | InterimMeasureLifted
    | LiftRefused
    | CompulsionApplied
    | HazardListed
    | AcceptanceRequested
    | ListedAccepted
    | HazardDelisted
)
