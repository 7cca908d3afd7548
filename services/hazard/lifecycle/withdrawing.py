"""撤回责令 · An order under a notice that was voided before it was served: it never bound anybody, and is taken back."""

from dataclasses import replace

from contracts.envelope import Envelope
from contracts.hazard import OrderWithdrawn
from contracts.values import Status
from services.hazard.lifecycle.state import Hazard
from services.hazard.occasion import Occasion
from services.hazard.refused import Refused


class OrderActedOn(Refused):
    """已据责令整改 · What the enterprise has acted on, or what was re-inspected, is not taken back."""


def withdraw_order(hazard: Hazard, reason: str, occasion: Occasion) -> tuple[OrderWithdrawn, ...]:
    """撤回责令 · Only of an order that waits to be served and that nobody has acted on; it may be ordered anew.

    Raises OrderActedOn.
    """
    number, enterprise = hazard.registered
    if hazard.status is not Status.RECTIFYING or not hazard.notice.unserved or hazard.failures:
        here = hazard.status.zh if hazard.status else ""
        raise OrderActedOn(
            f"隐患「{number}」已据此进入「{here}」，责令不能撤回，指令书不得作废，应当补行送达"
        )
    track = replace(hazard, ordered=False).track(occasion.policy)
    return (
        OrderWithdrawn(
            number=number,
            enterprise=enterprise,
            notice=hazard.notice.number,
            notice_id=hazard.noticed,
            reason=reason,
            track=track,
        ),
    )


def evolve(hazard: Hazard, event: OrderWithdrawn, envelope: Envelope) -> Hazard:
    """演变 · As it was before the order."""
    return replace(
        hazard,
        status=Status.REGISTERED,
        ordered=False,
        deadline=None,
        first_length=None,
        responsible=None,
        noticed=None,
    )
