"""经手与更正 · What a handed-on or corrected hazard shows: one place for every read model that shows it."""

from typing import Any

from contracts import hazard as life
from contracts.envelope import Event
from contracts.regions import Holder

Changes = dict[str, Any]  # columns of a row with their new values, typed by the table

# 经手的事件 · All others leave it with whoever holds it.
HANDED: frozenset[type[Event]] = frozenset(
    {life.HazardTransferOffered, life.TransferAccepted, life.TransferReturned}
)


def handed(event: Event) -> Changes:
    """经手 · Who holds it by name, and the seats of all who may see it wherever they are."""
    match event:
        case life.HazardTransferOffered(proposal=False):
            return {"offices": seats(event.holder, event.to)}
        case life.TransferAccepted():
            return {"holder": event.holder.organisation, "offices": seats(event.holder)}
        case life.TransferReturned():
            return {"offices": seats(event.holder)}
        case _:
            return {}


def seats(*offices: Holder) -> list[str]:
    """席位 · Of those that are offices; a place is reached by its division."""
    return [office.seat for office in offices if office.seat is not None]


def corrected(event: Event, *shown: str) -> Changes:
    """更正 · The fields as they are after a correction; all of them, or those that are shown."""
    if not isinstance(event, life.HazardCorrected):
        return {}
    told = {change.field.value: change.after for change in event.changes}
    return {name: value for name, value in told.items() if not shown or name in shown}
