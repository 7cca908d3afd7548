"""取名 · The names that events give to streams, told from the events alone: what log.names holds can be made again."""

from collections.abc import Mapping
from uuid import UUID

from contracts.enterprise import EnterpriseRegistered
from contracts.envelope import Envelope, Event
from contracts.hazard import HazardRegistered
from contracts.paper import PaperIssued
from services.hazard.enterprises import name_of
from services.hazard.mapper import stream_of


def names_of(envelope: Envelope, event: Event) -> Mapping[str, UUID]:
    """名称 · What an event's stream may be found by from then on: a hazard's number, an enterprise's name, a paper's code."""
    match event:
        case HazardRegistered():
            return {event.number: stream_of(envelope.subject)}
        case EnterpriseRegistered():
            return {name_of(event.division, event.name): stream_of(envelope.subject)}
        case PaperIssued():
            return {f"paper/{event.code}": stream_of(envelope.subject)}
        case _:
            return {}


def number_of(event: Event) -> tuple[str, int] | None:
    """取号 · The prefix and the number that an event used up, as Log.next_number knows them."""
    if not isinstance(event, HazardRegistered):
        return None
    prefix, _, number = event.number.rpartition("-")
    return prefix, int(number)
