"""讲述 · Every event that a trail tells, whatever it happened to: its sentence, the persons it names, the hazards it mentions."""

from collections.abc import Iterator

from contracts.envelope import Envelope, Event
from contracts.hazard import HazardMarkedDuplicate
from contracts.visit import FindAdded, ItemAnswered, VisitPlanned, VisitRecorded
from services.projections.sentences import SENTENCES, Sentences, people_of
from services.projections.sentences_case import CASE_SENTENCES, people_of_case
from services.projections.sentences_paper import NOTICE_SENTENCES, PAPER_SENTENCES
from services.projections.sentences_plan import PLAN_SENTENCES
from services.projections.sentences_visit import VISIT_SENTENCES

EVERY_SENTENCE: Sentences = {
    **SENTENCES,
    **CASE_SENTENCES,
    **VISIT_SENTENCES,
    **NOTICE_SENTENCES,
    **PLAN_SENTENCES,
    **PAPER_SENTENCES,
}
NAMING = (
    "lead", "participants", "participant", "officers", "signed_by", "refused_by", "witnesses", "responsible", "recipient",
    "person", "expert", "former", "proposed_by",
)  # fmt: skip
PERSON = "p-"  # begins every person's id; a former institution's does not


def people_in(envelope: Envelope, event: Event) -> set[str]:
    """所涉人员 · Every person id that the sentence of an event says, and those of its envelope."""
    match envelope.aggregate:
        case "hazard":
            return people_of(envelope, event)
        case "case":
            return people_of_case(envelope, event)
        case _:
            named = {one for field in NAMING for one in _persons(getattr(event, field, None))}
            return {one for one in {envelope.actor, envelope.enteredby, *named} if one}


def _persons(value: object) -> Iterator[str]:
    """By id, by what holds a person, or several of either."""
    for one in value if isinstance(value, tuple) else (value,):
        person = getattr(one, "person", one)
        if isinstance(person, str) and person.startswith(PERSON):
            yield person


def hazards_in(event: Event) -> tuple[str, ...]:
    """所提隐患 · The hazards that a sentence mentions by number, by their ids."""
    match event:
        case HazardMarkedDuplicate():
            return (event.other,)
        case ItemAnswered() | FindAdded():
            return (event.hazard,) if event.hazard else ()
        case VisitPlanned() | VisitRecorded():
            return event.hazards
        case _:
            return ()
