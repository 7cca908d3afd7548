"""企业的指令书 · Which notices an enterprise was given: number, service, signature, and how many of their items are done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from contracts import notice as order
from contracts.notice import NoticeState
from services.jetstream import Recorded
from services.projections.shanghai import day


@dataclass(slots=True)
class Notice:
    """指令书 · As it stands now; local dates, persons by id, hazards by id."""

    id: UUID
    enterprise: str | None = None
    number: str | None = None
    office: str | None = None
    kind: str | None = None
    visit: str | None = None
    hazards: Sequence[str] = ()
    state: str = NoticeState.DRAFT
    drafted_on: date | None = None
    numbered_on: date | None = None
    served_on: date | None = None
    method: str | None = None
    recipient: str | None = None
    acknowledged_by: str | None = None
    refused: str | None = None
    """Why somebody would not sign for it."""
    done: int = 0
    voided_on: date | None = None
    reason: str | None = None
    """Why it was voided."""


ABOUT_ITEMS: Final = (
    order.NoticeItemDone,
    order.NoticeItemOverdue,
    order.NoticeItemReopened,
    order.NoticeItemSuperseded,
)


def take_notice(notice: Notice, recorded: Recorded) -> None:
    """之后的指令书 · Bring a notice to after one more event."""
    event, on = recorded.event, day(recorded.envelope.occurredat)
    match event:
        case order.NoticeDrafted():
            notice.enterprise, notice.office, notice.kind = event.enterprise, event.office, event.kind
            notice.visit, notice.hazards = event.visit, [item.hazard for item in event.items]
            notice.drafted_on = on
        case order.NoticeNumbered():
            notice.number, notice.numbered_on, notice.state = event.number, on, NoticeState.NUMBERED
        case order.NoticeServed():
            notice.number, notice.enterprise = event.number, event.enterprise
            notice.served_on, notice.method, notice.recipient = event.served_on, event.method, event.recipient
            notice.state = event.state
        case order.NoticeAcknowledged():
            notice.acknowledged_by = event.person
        case order.NoticeSignatureRefused():
            notice.refused = event.reason
        case order.NoticeVoided():
            notice.voided_on, notice.reason, notice.state = on, event.reason, NoticeState.VOIDED
        case _ if isinstance(event, ABOUT_ITEMS):
            notice.state, notice.done = event.state, event.done
