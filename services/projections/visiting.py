"""检查到场 · What a recorded visit says to whoever counts visits: where, which kind, which day, who took part."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from contracts.values import VisitKind
from contracts.visit import VisitRecorded
from services.jetstream import Recorded


@dataclass(frozen=True, slots=True)
class Purpose:
    """检查事由 · The service plan and the campaign that a visit is for."""

    visit: str
    plan: str | None
    campaign: str | None


@dataclass(frozen=True, slots=True)
class Seen:
    """到场 · One visit: persons and organisations by id."""

    visit: str
    enterprise: str
    kind: VisitKind
    on: date
    finds: int
    persons: tuple[str, ...]
    organisations: tuple[str, ...]


def purpose(recorded: Recorded) -> Purpose | None:
    """检查事由 · What an event of a visit says of its purpose; None when it says nothing of it."""
    if recorded.aggregate != "visit":
        return None
    envelope = recorded.envelope
    plan, campaign = envelope.data.get("plan"), envelope.data.get("campaign")
    return Purpose(recorded.key, plan, campaign) if plan or campaign else None


def seen(recorded: Recorded) -> Seen | None:
    """到场 · What a visit that happened says; None for every other event.

    Whoever records it took part, and so did his organisation.
    """
    event, envelope = recorded.as_a(VisitRecorded), recorded.envelope
    if event is None:
        return None
    # As they stand in the stored data: a visit that was only recorded, in short, names nobody but officers.
    taking_part: list[Mapping[str, Any]] = envelope.data.get("participants") or []
    persons = (envelope.actor, *event.officers, *(each["person"] for each in taking_part))
    organisations = (envelope.organisation, *(each.get("department") for each in taking_part))
    return Seen(
        visit=recorded.key,
        enterprise=event.enterprise,
        kind=event.visit_kind,
        on=event.visited_on,
        finds=event.finds,
        persons=tuple(sorted(set(persons))),
        organisations=tuple(sorted({each for each in organisations if each})),
    )
