"""演变 · What each event of a visit changes."""

from dataclasses import replace
from typing import assert_never

from contracts.envelope import Envelope
from contracts.visit import (
    FindAdded,
    ItemAnswered,
    ParticipantJoined,
    ParticipantLeft,
    VisitApproved,
    VisitArchived,
    VisitCancelled,
    VisitEvent,
    VisitPlanned,
    VisitRecorded,
    VisitSignatureRefused,
    VisitSigned,
    VisitStarted,
    VisitState,
)
from services.hazard.visit.state import Answered, Visit

S = VisitState
PLANNED = (
    "enterprise", "planned_on", "purpose", "participants", "lead", "lead_department", "form", "entrustment", "case",
    "report", "hazards", "campaign", "plan",
)  # fmt: skip
STEPS: dict[type[VisitEvent], VisitState] = {
    VisitSigned: S.SIGNED,
    VisitSignatureRefused: S.SIGNATURE_REFUSED,
    VisitArchived: S.ARCHIVED,
    VisitCancelled: S.CANCELLED,
}


def evolve(visit: Visit, event: VisitEvent, envelope: Envelope) -> Visit:
    """演变 · The state after one event."""
    after = changed(visit, event, envelope)
    division = envelope.division or visit.division
    return replace(
        after,
        version=envelope.version,
        id=envelope.key,
        last_at=envelope.occurredat,
        division=division,
    )


def changed(visit: Visit, event: VisitEvent, envelope: Envelope) -> Visit:
    """变化 · What one event changes."""
    match event:
        case VisitPlanned():
            told = {name: getattr(event, name) for name in PLANNED}
            return replace(visit, state=S.PLANNED, kind=event.visit_kind, planner=envelope.actor, **told)
        case VisitApproved():
            state = visit.state if event.afterwards else S.APPROVED
            return replace(visit, state=state, approval=event.number)
        case VisitStarted():
            return replace(
                visit,
                state=S.STARTED,
                visited_on=event.visited_on,
                participants=event.participants,
                form=event.form,
                urgent=event.urgent is not None,
                exemption=event.exemption,
            )
        case ParticipantJoined():
            return joined(visit, event)
        case ParticipantLeft():
            return replace(visit, gone=visit.gone | {event.participant.person})
        case ItemAnswered():
            return answered(visit, event)
        case FindAdded():
            return replace(visit, found=(*visit.found, event.hazard))
        case VisitRecorded():
            return recorded(visit, event)
        case VisitSigned() | VisitSignatureRefused() | VisitArchived() | VisitCancelled():
            return replace(visit, state=STEPS[type(event)])
        case _:
            assert_never(event)


def joined(visit: Visit, event: ParticipantJoined) -> Visit:
    """加入 · Who comes again takes the place held before."""
    person = event.participant.person
    others = tuple(one for one in visit.participants if one.person != person)
    return replace(visit, participants=(*others, event.participant), gone=visit.gone - {person})


def answered(visit: Visit, event: ItemAnswered) -> Visit:
    """作答 · The last answer to an item stands, and the hazards of those that stand are found."""
    before = visit.answered(event.item)
    new = Answered(item=event.item, answer=event.answer, revision=event.revision, hazard=event.hazard)
    others = tuple(one for one in visit.answers if one.item != event.item)
    found = tuple(key for key in visit.found if before is None or key != before.hazard)
    found += (event.hazard,) if event.hazard else ()
    return replace(visit, answers=(*others, new), found=found)


def recorded(visit: Visit, event: VisitRecorded) -> Visit:
    """记录 · After its steps, or in short without any."""
    if visit.state is None:
        return replace(
            visit,
            state=S.RECORDED,
            short=True,
            enterprise=event.enterprise,
            kind=event.visit_kind,
            visited_on=event.visited_on,
            participants=event.participants,
            found=event.hazards,
            finds=event.finds,
        )
    return replace(visit, state=S.RECORDED, found=event.hazards, finds=event.finds)
