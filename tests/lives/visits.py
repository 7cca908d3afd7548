"""检查 · The visits that random lives order from: begun a day or two ago, by officers of a role, now and then wrongly."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid5

from contracts.envelope import Envelope, Event
from contracts.values import VisitKind
from contracts.visit import Function, Participant, VisitCancelled, VisitPlanned, VisitStarted, VisitState
from given.story import POLICY
from lives.choosing import Choose
from lives.people import APPOINTMENTS, ENTERPRISES, EVERYBODY, FIRM, OTHER_FIRM, Person, of
from services.hazard.visit.evolving import evolve
from services.hazard.visit.state import Visit

NAMESPACE = UUID(int=77)
ORDERING = sorted(POLICY.powers.ordering_visit_kinds)
BEFORE = 3  # days


@dataclass(frozen=True, slots=True)
class Paid:
    """一次检查 · The events of a visit, and what they fold to."""

    events: tuple[tuple[Event, Envelope], ...]
    visit: Visit


VISITS: dict[str, Paid] = {}
"""Every visit that any life named; its id tells all of it, so the same words are the same visit."""


def visit_for(choose: Choose, who: Person, today: date) -> str:
    """检查标识 · A visit that this person may order from, unless something slips."""
    colleague = choose.one([each for each in of(who.role) if each.id != who.id] or EVERYBODY)
    party = (who, choose.one(EVERYBODY) if choose.slip() else colleague)
    party = party[:1] if choose.slip() else party[::-1] if choose.slip() else party
    kind = choose.one(tuple(VisitKind) if choose.slip() else ORDERING)
    firm = OTHER_FIRM if choose.slip() else FIRM
    state = choose.one(tuple(VisitState)) if choose.slip() else VisitState.STARTED
    return paid(kind, firm, today - timedelta(days=choose.one(range(BEFORE))), party, state)


def paid(kind: VisitKind, firm: str, day: date, party: tuple[Person, ...], state: VisitState) -> str:
    """到访 · Plans it, begins it unless it was only planned, calls it off where it says so."""
    words = "/".join((kind, firm, day.isoformat(), *(each.id for each in party), state))
    key = str(uuid5(NAMESPACE, words))
    if key not in VISITS:
        VISITS[key] = folded(key, day, firm, happened(kind, firm, day, party, state))
    return key


def happened(
    kind: VisitKind, firm: str, day: date, party: tuple[Person, ...], state: VisitState
) -> tuple[Event, ...]:
    there = tuple(
        Participant(person=each.id, function=Function.OFFICER, certificate=each.certificate)
        for each in dict.fromkeys(party)
    )
    planned = VisitPlanned(
        enterprise=firm, visit_kind=kind, planned_on=day, purpose="检查", participants=there, lead=party[0].id
    )
    begun = VisitStarted(enterprise=firm, visit_kind=kind, visited_on=day, participants=there)
    off = VisitCancelled(enterprise=firm, reason="改期")
    match state:
        case VisitState.PLANNED | VisitState.APPROVED:
            return (planned,)
        case VisitState.CANCELLED:
            return (planned, off)
        case _:
            return (planned, begun)


def folded(key: str, day: date, firm: str, events: tuple[Event, ...]) -> Paid:
    visit, sealed = Visit(), []
    for version, event in enumerate(events, start=1):
        at = datetime.combine(day, time(1), UTC)
        envelope = Envelope(
            id=uuid5(UUID(key), str(version)),
            source="safety/330111",
            type=event.TYPE,
            subject=f"visit/{key}",
            time=at,
            dataschema=f"contracts/{event.TYPE}/1",
            version=version,
            occurredat=at,
            actor="p-two-here-0",
            role="TWO",
            division=ENTERPRISES[firm].division,
            policyversion="2026.1",
            calendarversion="2026.0",
            data=event.model_dump(mode="json", exclude_none=True),
        )
        visit = evolve(visit, event, envelope)
        sealed.append((event, envelope))
    return Paid(tuple(sealed), visit)


def certified_on(person: str, number: str | None, day: date) -> bool:
    """当日持证 · Whether somebody held this certificate on a day, looked up by itself in what is on record."""
    return any(
        one.certificate is not None
        and one.certificate.number == number
        and one.serves(day)
        and (one.certificate.valid_to is None or day <= one.certificate.valid_to)
        for one in APPOINTMENTS[person].ever
    )
