"""事件目录 · Every event there is, by its contract name; how stored data becomes a typed event."""

from collections.abc import Mapping
from typing import get_args

from contracts import (
    campaign,
    case,
    division_tree,
    enterprise,
    form,
    hazard,
    notice,
    numbering,
    paper,
    penalties,
    person,
    policy,
    service_plan,
    visit,
)
from contracts.envelope import Data, Envelope, Event

UNIONS = (
    hazard.HazardEvent,
    enterprise.EnterpriseEvent,
    enterprise.CreditCodeEvent,
    visit.VisitEvent,
    visit.VisitCountEvent,
    form.FormEvent,
    service_plan.ServicePlanEvent,
    campaign.CampaignEvent,
    case.CaseEvent,
    penalties.PenaltiesEvent,
    paper.PaperEvent,
    paper.PaperPlaceEvent,
    person.PersonEvent,
    policy.PolicyEvent,
    division_tree.DivisionTreeEvent,
    notice.NoticeEvent,
    numbering.NumberSeriesEvent,
    numbering.OfficeWordsEvent,
)
# An event is in the catalogue by standing in its aggregate's union; a union of one is that one.
EVENTS: tuple[type[Event], ...] = tuple(event for union in UNIONS for event in get_args(union) or (union,))

BY_TYPE: Mapping[str, type[Event]] = {event.TYPE: event for event in EVENTS}


class UnknownEvent(ValueError):
    """未知事件 · An event whose type, or whose version, this version of the contracts does not know."""


def dataschema(event: type[Event]) -> str:
    """数据模式 · Names the schema of an event's data: contracts/hazard.captured/1."""
    return f"contracts/{event.TYPE}/{event.VERSION}"


def open_event(envelope: Envelope) -> Event:
    """打开信封 · The typed event in an envelope, lifted to today's version and validated; the envelope stays as it is.

    Raises UnknownEvent for a type that is not in the catalogue, or a version from a later day: what that one means
    cannot be known here.
    """
    event = BY_TYPE.get(envelope.type)
    if event is None:
        raise UnknownEvent(envelope.type)
    return event.model_validate(lifted(event, envelope))


def lifted(event: type[Event], envelope: Envelope) -> Data:
    """升级 · The data of an envelope in the form of today's version, step after step. Raises UnknownEvent."""
    version = envelope.dataschema.rpartition("/")[2]
    if not version.isdecimal() or not 1 <= int(version) <= event.VERSION:
        raise UnknownEvent(f"{envelope.dataschema}: known here up to version {event.VERSION}")
    data = envelope.data
    for step in event.STEPS[int(version) - 1 :]:
        data = step(data)
    return data


def schema(event: type[Event]) -> Data:
    """JSON 模式 · The JSON Schema of an event's data, with its contract name as $id."""
    body = event.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": dataschema(event), **body}
