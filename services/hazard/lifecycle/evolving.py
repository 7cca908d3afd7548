"""演变 · A hazard's state from its events; forgetting an event in every stage does not type-check."""

from dataclasses import replace
from typing import assert_never

from contracts.envelope import Envelope
from contracts.hazard import HazardCaptured, HazardEvent, HazardRegistered
from services.hazard.lifecycle import (
    classifying,
    closing,
    measuring,
    ordering,
    planning,
    rectifying,
    reinspecting,
    reporting,
    supervising,
)
from services.hazard.lifecycle.state import Hazard
from services.hazard.occasion import SHANGHAI


def evolve(hazard: Hazard, event: HazardEvent, envelope: Envelope) -> Hazard:
    """演变 · The state after one event; who and when come from its envelope."""
    if isinstance(event, HazardCaptured):
        return reporting.captured(event, envelope)
    after = by_stage(hazard, event, envelope)
    if isinstance(event, HazardRegistered):
        after = replace(
            after, division=envelope.division or hazard.division
        )  # its enterprise's place, from now on
    return replace(after, version=envelope.version, last_at=envelope.occurredat)


def by_stage(hazard: Hazard, event: HazardEvent, envelope: Envelope) -> Hazard:
    """按阶段 · Hand the event to the stage of life that it belongs to."""
    on = envelope.occurredat.astimezone(SHANGHAI).date()
    if isinstance(event, reporting.Reporting):
        return reporting.evolve(hazard, event)
    if isinstance(event, classifying.Classifying):
        return classifying.evolve(hazard, event)
    if isinstance(event, ordering.Ordering):
        return ordering.evolve(hazard, event, on)
    if isinstance(event, planning.Planning):
        return planning.evolve(hazard, event, on)
    if isinstance(event, rectifying.Rectifying):
        return rectifying.evolve(hazard, event, envelope.actor)
    if isinstance(event, reinspecting.Reinspecting):
        return reinspecting.evolve(hazard, event)
    if isinstance(event, closing.Closing):
        return closing.evolve(hazard, event)
    if isinstance(event, measuring.Measuring):
        return measuring.evolve(hazard, event, envelope)
    if isinstance(event, supervising.Supervising):
        return supervising.evolve(hazard, event, envelope)
    assert_never(event)
