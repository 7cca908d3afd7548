"""跟进各项 · What a hazard's own steps mean to the notice it stands in."""

from contracts.envelope import Event
from contracts.notice import (
    ItemState,
    NoticeItemDone,
    NoticeItemOrdered,
    NoticeItemOverdue,
    NoticeItemReopened,
    NoticeItemSuperseded,
)
from contracts.values import Status
from services.hazard.lifecycle.state import Hazard
from services.hazard.notice.state import Notice


def standing(hazard: Hazard) -> ItemState:
    """现状 · How a hazard that was ordered stands, in the words of its notice."""
    if hazard.status is Status.CLOSED:
        return ItemState.DONE
    return ItemState.OVERDUE if hazard.terms.rectification.missed else ItemState.OPEN


def ordered(notice: Notice, key: str, hazard: Hazard) -> tuple[Event, ...]:
    """已责令 · A hazard was ordered under this notice; `hazard` as it is after that."""
    number, enterprise = hazard.registered
    return (
        NoticeItemOrdered(
            number=notice.number or "",
            enterprise=enterprise,
            hazard=key,
            hazard_number=number,
            responsible=hazard.responsible or "",
        ),
    )


def followed(notice: Notice, key: str, hazard: Hazard) -> tuple[Event, ...]:
    """跟进 · What the notice says of a hazard of it that stands otherwise now; nothing if it stands as before."""
    item = notice.item(key)
    if item is None or notice.voided:
        return ()
    now = standing(hazard) if hazard.noticed == notice.id else ItemState.SUPERSEDED
    if now is item.state:
        return ()
    after = notice.with_item(key, now)
    fields = {
        "number": notice.number,
        "enterprise": notice.enterprise,
        "hazard": key,
        "hazard_number": item.number,
        "state": after.state,
        "done": after.done,
        "items": len(after.items),
    }
    if now is ItemState.OVERDUE:
        return (NoticeItemOverdue(deadline=hazard.deadline, **fields),)
    kinds = {
        ItemState.DONE: NoticeItemDone,
        ItemState.OPEN: NoticeItemReopened,
        ItemState.SUPERSEDED: NoticeItemSuperseded,
    }
    return (kinds[now](**fields),)
