"""改期 · Which events give a rectification another deadline without another order; for all who follow deadlines."""

from datetime import date
from typing import Final

from contracts.envelope import Event
from contracts.hazard.extending import ExtensionGranted
from contracts.hazard.serving import NoticeServed
from contracts.hazard.timing import DeadlineRecomputed
from contracts.terms import Owing

MOVING: Final[frozenset[type[Event]]] = frozenset({NoticeServed, ExtensionGranted, DeadlineRecomputed})
"""改期的事件 · The events that may."""


def moved_to(event: Event) -> date | None:
    """改到何日 · The deadline that holds from now on: fixed by service, extended, or counted anew; None otherwise."""
    match event:
        case NoticeServed() | ExtensionGranted():
            return event.deadline
        case DeadlineRecomputed(what=Owing.RECTIFICATION):
            return event.recomputed
        case _:
            return None
