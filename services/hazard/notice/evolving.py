"""演变 · A notice's state from its events; forgetting an event does not type-check."""

from dataclasses import replace
from typing import assert_never

from contracts.envelope import Envelope
from contracts.notice import (
    ItemState,
    NoticeAcknowledged,
    NoticeDrafted,
    NoticeEvent,
    NoticeItem,
    NoticeItemDone,
    NoticeItemOrdered,
    NoticeItemOverdue,
    NoticeItemReopened,
    NoticeItemSuperseded,
    NoticeNumbered,
    NoticeServed,
    NoticeSignatureRefused,
    NoticeVoided,
)
from contracts.values import Entry, Role
from services.hazard.calendar import day_of
from services.hazard.notice.state import Item, Notice

STANDS = {
    NoticeItemOrdered: ItemState.OPEN,
    NoticeItemReopened: ItemState.OPEN,
    NoticeItemDone: ItemState.DONE,
    NoticeItemOverdue: ItemState.OVERDUE,
}


def evolve(notice: Notice, event: NoticeEvent, envelope: Envelope) -> Notice:
    """演变 · The state after one event; who and when come from its envelope."""
    after = changed(notice, event, envelope)
    # What a hazard's command wrote beside its own says nothing of when people dealt with the notice.
    own = isinstance(event, Steps) and envelope.role is not Role.SYS
    return replace(after, version=envelope.version, last_at=envelope.occurredat if own else notice.last_at)


Steps = (
    NoticeDrafted | NoticeNumbered | NoticeServed | NoticeAcknowledged | NoticeSignatureRefused | NoticeVoided
)


def changed(notice: Notice, event: NoticeEvent, envelope: Envelope) -> Notice:
    """变化 · What one event changes."""
    match event:
        case NoticeDrafted():
            return drafted(event, envelope)
        case NoticeNumbered():
            return replace(
                notice,
                number=event.number,
                year=event.year,
                n=event.n,
                numbered_on=day_of(envelope.occurredat),
                paper=envelope.entry is Entry.LEDGER,
            )
        case NoticeServed():
            return replace(notice, served_on=event.served_on)
        case NoticeAcknowledged():
            return replace(notice, acknowledged=notice.acknowledged | {event.person})
        case NoticeSignatureRefused():
            # Who serves it, or will not sign, is no witness of it.
            witnesses = max(notice.witnesses, len(set(event.witnesses) - {envelope.actor, event.refused_by}))
            return replace(
                notice, refused=True, witnesses=witnesses, filmed=notice.filmed or bool(event.photos)
            )
        case NoticeVoided():
            return replace(notice, voided=True)
        case NoticeItemOrdered() | NoticeItemReopened() | NoticeItemDone() | NoticeItemOverdue():
            return notice.with_item(event.hazard, STANDS[type(event)])
        case NoticeItemSuperseded():
            return notice.with_item(event.hazard, ItemState.SUPERSEDED)
        case _:
            assert_never(event)


def drafted(event: NoticeDrafted, envelope: Envelope) -> Notice:
    """草拟 · What was fixed on the spot is done from the outset: the notice asks nothing of it."""
    return Notice(
        id=envelope.key,
        division=envelope.division or "",
        office=event.office,
        author=envelope.actor,
        enterprise=event.enterprise,
        visit=event.visit,
        visit_kind=event.visit_kind,
        kind=event.kind,
        items=tuple(listed(item) for item in event.items),
    )


def listed(item: NoticeItem) -> Item:
    """列入 · An item as it begins."""
    return Item(
        hazard=item.hazard,
        number=item.number,
        deadline=item.deadline,
        limit=item.from_service,
        fixed_on_spot=item.fixed_on_spot,
        state=ItemState.DONE if item.fixed_on_spot else ItemState.PENDING,
    )
