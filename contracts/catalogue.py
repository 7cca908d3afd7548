"""事件目录 · Every event there is, by its contract name; how stored data becomes a typed event."""

from collections.abc import Callable, Mapping
from typing import Any, get_args

from contracts import enterprise, hazard, person, visit
from contracts.envelope import Envelope, Event

UNIONS = (
    hazard.HazardEvent,
    enterprise.EnterpriseEvent,
    enterprise.CreditCodeEvent,
    visit.VisitEvent,
    person.PersonEvent,
)
# An event is in the catalogue by standing in its aggregate's union; a union of one is that one.
EVENTS: tuple[type[Event], ...] = tuple(event for union in UNIONS for event in get_args(union) or (union,))

BY_TYPE: Mapping[str, type[Event]] = {event.TYPE: event for event in EVENTS}

Data = dict[str, Any]  # stored JSON, before it is validated
# 升级步骤 · (type, version) -> the step that lifts data of that version to the next one.
UPCASTS: Mapping[tuple[str, int], Callable[[Data], Data]] = {}


class UnknownEvent(ValueError):
    """未知事件 · An event whose type this version of the contracts does not know."""


def dataschema(event: type[Event]) -> str:
    """数据模式 · Names the schema of an event's data: contracts/hazard.captured/1."""
    return f"contracts/{event.TYPE}/{event.VERSION}"


def open_event(
    envelope: Envelope, upcasts: Mapping[tuple[str, int], Callable[[Data], Data]] = UPCASTS
) -> Event:
    """打开信封 · The typed event in an envelope, lifted to today's version and validated.

    Raises UnknownEvent for a type that is not in the catalogue.
    """
    event = BY_TYPE.get(envelope.type)
    if event is None:
        raise UnknownEvent(envelope.type)
    data = envelope.data
    for version in range(int(envelope.dataschema.rpartition("/")[2]), event.VERSION):
        data = upcasts[envelope.type, version](data)
    return event.model_validate(data)


def schema(event: type[Event]) -> Data:
    """JSON 模式 · The JSON Schema of an event's data, with its contract name as $id."""
    body = event.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": dataschema(event), **body}
