"""状态 · The status an event leads to, and which statuses count as what: one place for all read models."""

from collections.abc import Mapping

from contracts import hazard as life
from contracts.envelope import Event
from contracts.values import Status
from services.jetstream import Recorded

STATUS_AFTER: Mapping[type[Event], Status] = {
    life.HazardCaptured: Status.DRAFT,
    life.ConfirmationRequested: Status.PENDING_CONFIRMATION,
    life.HazardRegistered: Status.REGISTERED,
    life.HazardRejected: Status.NOT_A_HAZARD,
    life.HazardMarkedDuplicate: Status.DUPLICATE,
    life.HazardVoided: Status.VOIDED,
    life.HazardDowngraded: Status.REGISTERED,
    life.OrderWithdrawn: Status.REGISTERED,
    life.PlanRequired: Status.PLAN_REQUIRED,
    life.PlanAccepted: Status.RECTIFYING,
    life.RectificationOrdered: Status.RECTIFYING,
    life.RectificationAsked: Status.RECTIFYING,
    life.RectificationSubmitted: Status.SUBMITTED,
    life.ReinspectionPassed: Status.VERIFIED,
    life.ReinspectionFailed: Status.RECTIFYING,
    life.RoundStarted: Status.RECTIFYING,
    life.HazardReopened: Status.RECTIFYING,
    life.HazardClosed: Status.CLOSED,
}

# 尚未登记 · Not yet a confirmed hazard: never counted (domain/lifecycle.md b.8).
UNREGISTERED = frozenset({Status.DRAFT, Status.PENDING_CONFIRMATION})
# 不计数 · Ends that take a hazard out of every figure (domain/tallies.md d.1).
UNCOUNTED = frozenset({Status.NOT_A_HAZARD, Status.DUPLICATE, Status.VOIDED})
# 待整改 · Nobody has said yet that it is put right; only here can a deadline be missed.
UNDONE = frozenset({Status.REGISTERED, Status.PLAN_REQUIRED, Status.RECTIFYING})
# 复查合格 · Put right, as somebody else than the submitter saw.
RECTIFIED = frozenset({Status.VERIFIED, Status.CLOSED})


def status_after(before: Status, event: Event) -> Status:
    """之后的状态 · The status after one more event; most events leave it as it is."""
    if isinstance(event, life.FixedOnSpot):
        return Status.VERIFIED if event.verified else Status.SUBMITTED
    return STATUS_AFTER.get(type(event), before)


def status_then(before: Status, recorded: Recorded) -> Status:
    """此后的状态 · As `status_after`, of an event that need not be opened for it."""
    if recorded.kind is life.FixedOnSpot:
        return status_after(before, recorded.event)
    return STATUS_AFTER.get(recorded.kind, before)
