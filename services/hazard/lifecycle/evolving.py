"""演变 · A hazard's state from its events; forgetting an event in every stage does not type-check."""

from dataclasses import replace
from typing import assert_never

from contracts.envelope import Envelope
from contracts.hazard import HazardCaptured, HazardEvent, HazardRegistered, OrderWithdrawn
from contracts.values import Role
from services.hazard.lifecycle import (
    answering,
    classifying,
    closing,
    correcting,
    enforcing,
    escalating,
    extending,
    lifting,
    measuring,
    ordering,
    planning,
    proposing,
    rectifying,
    reinspecting,
    reporting,
    serving,
    supervising,
    terms,
    timing,
    transferring,
    withdrawing,
)
from services.hazard.lifecycle.state import Hazard
from services.hazard.occasion import SHANGHAI

Timely = serving.Serving | OrderWithdrawn | extending.Extending | timing.Timing
Beside = (
    transferring.Transferring
    | escalating.Escalating
    | enforcing.Enforcing
    | correcting.Correcting
    | answering.Answering
    | proposing.Proposing
)
Supervised = measuring.Measuring | lifting.Lifting | supervising.Supervising | Beside


def evolve(hazard: Hazard, event: HazardEvent, envelope: Envelope) -> Hazard:
    """演变 · The state after one event; who and when come from its envelope."""
    if isinstance(event, HazardCaptured):
        return reporting.captured(event, envelope)
    after = by_stage(hazard, event, envelope)
    if isinstance(event, HazardRegistered):
        place = envelope.division or hazard.division  # its enterprise's, from now on
        on = envelope.occurredat.astimezone(SHANGHAI).date()
        after = transferring.placed(replace(after, division=place, registered_on=on), place)
    if (after.deadline, after.round) != (hazard.deadline, hazard.round):
        after = enforcing.renewed(escalating.renewed(after))  # a new deadline: the ladder begins again
    notice, dates, extension = terms.follow(after, event, envelope)
    # What the timer observes says nothing of when people acted: a step made before it may still arrive.
    last_at = hazard.last_at if envelope.role is Role.SYS else envelope.occurredat
    return replace(
        after,
        version=envelope.version,
        last_at=last_at,
        notice=notice,
        terms=dates,
        extension=extension,
    )


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
        return reinspecting.evolve(hazard, event, on)
    if isinstance(event, closing.Closing):
        return closing.evolve(hazard, event)
    if isinstance(event, Timely):
        return timely(hazard, event, envelope)
    return supervised(hazard, event, envelope)


def supervised(hazard: Hazard, event: Supervised, envelope: Envelope) -> Hazard:
    """监管措施 · What goes on beside the status: measures, their lifting, supervision by listing."""
    if isinstance(event, measuring.Measuring):
        return measuring.evolve(hazard, event)
    if isinstance(event, lifting.Lifting):
        return lifting.evolve(hazard, event, envelope)
    if isinstance(event, supervising.Supervising):
        return supervising.evolve(hazard, event, envelope)
    return beside(hazard, event)


def beside(hazard: Hazard, event: Beside) -> Hazard:
    """状态之外 · What happens beside the status: handed on, taken higher up, prosecuted, corrected, answered, proposed."""
    if isinstance(event, transferring.Transferring):
        return transferring.evolve(hazard, event)
    if isinstance(event, escalating.Escalating):
        return escalating.evolve(hazard, event)
    if isinstance(event, enforcing.Enforcing):
        return enforcing.evolve(hazard, event)
    if isinstance(event, correcting.Correcting):
        return correcting.evolve(hazard, event)
    if isinstance(event, answering.Answering):
        return answering.evolve(hazard, event)
    if isinstance(event, proposing.Proposing):
        return proposing.evolve(hazard, event)
    assert_never(event)


def timely(hazard: Hazard, event: Timely, envelope: Envelope) -> Hazard:
    """期限之事 · Service, extensions, and what the timer observes."""
    if isinstance(event, serving.Serving):
        return serving.evolve(hazard, event, envelope)
    if isinstance(event, OrderWithdrawn):
        return withdrawing.evolve(hazard, event, envelope)
    if isinstance(event, extending.Extending):
        return extending.evolve(hazard, event, envelope)
    return timing.evolve(hazard, event, envelope)
