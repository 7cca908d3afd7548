"""演变 · A hazard's state from its events; forgetting an event here does not type-check."""

from dataclasses import replace
from typing import assert_never

from contracts.envelope import Envelope
from contracts.hazard import (
    ConfirmationRequested,
    FixedOnSpot,
    HazardCaptured,
    HazardClassified,
    HazardClosed,
    HazardConfirmed,
    HazardEvent,
    HazardMarkedDuplicate,
    HazardRegistered,
    HazardRejected,
    HazardReopened,
    HazardSubmitted,
    HazardUpgraded,
    HazardVoided,
    MajorHazardRegistered,
    PlanAccepted,
    PlanFiled,
    PlanRequired,
    PlanReturned,
    PlanWaived,
    ProgressReported,
    RectificationAdvised,
    RectificationAsked,
    RectificationOrdered,
    RectificationSubmitted,
    RectificationUrged,
    ReinspectionFailed,
    ReinspectionPassed,
    ResponsibleAssigned,
    RoundStarted,
)
from services.hazard.lifecycle import (
    classifying,
    closing,
    ordering,
    planning,
    rectifying,
    reinspecting,
    reporting,
)
from services.hazard.lifecycle.state import Hazard
from services.hazard.occasion import SHANGHAI


def evolve(hazard: Hazard, event: HazardEvent, envelope: Envelope) -> Hazard:
    """演变 · The state after one event; who and when come from its envelope."""
    if isinstance(event, HazardCaptured):
        return reporting.captured(event, envelope)
    after = by_stage(hazard, event, envelope)
    return replace(after, version=envelope.version, last_at=envelope.occurredat)


def by_stage(hazard: Hazard, event: HazardEvent, envelope: Envelope) -> Hazard:
    """按阶段 · Hand the event to the stage of life that it belongs to."""
    on = envelope.occurredat.astimezone(SHANGHAI).date()
    match event:
        case (
            HazardCaptured() | HazardSubmitted() | ConfirmationRequested() | HazardRegistered()
            | HazardConfirmed() | HazardRejected() | HazardMarkedDuplicate() | HazardVoided()
        ):  # fmt: skip
            return reporting.evolve(hazard, event)
        case HazardClassified() | MajorHazardRegistered() | HazardUpgraded():
            return classifying.evolve(hazard, event)
        case (
            RectificationAdvised() | RectificationOrdered() | RectificationAsked()
            | ResponsibleAssigned() | RectificationUrged()
        ):  # fmt: skip
            return ordering.evolve(hazard, event, on)
        case PlanRequired() | PlanWaived() | PlanFiled() | PlanAccepted() | PlanReturned():
            return planning.evolve(hazard, event, on)
        case FixedOnSpot() | ProgressReported() | RectificationSubmitted():
            return rectifying.evolve(hazard, event, envelope.actor)
        case ReinspectionPassed() | ReinspectionFailed() | RoundStarted():
            return reinspecting.evolve(hazard, event)
        case HazardClosed() | HazardReopened():
            return closing.evolve(hazard, event)
        case _:
            assert_never(event)
