"""检查及参加人员 · The record that the rows of one visit make together: who was there as what, and what was found."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from contracts.values import Role, VisitKind
from contracts.visit import Function
from services.hazard import visits
from services.hazard.handling import Handling
from services.hazard.hazards import PERSON
from services.hazard.ledger.desk import Desk, about, digest, ids_of, sender
from services.hazard.ledger.identity import hazard_id
from services.hazard.ledger.people import Person, finders
from services.hazard.ledger.row import Row
from services.hazard.lifecycle.certifying import certificates_of
from services.hazard.on_visit import VISIT
from services.hazard.refused import MayNot
from services.hazard.visit.from_paper import RecordPaperVisit
from services.hazard.visit.party import INSPECT, PlannedParticipant
from services.hazard.visit.state import Visit

FUNCTIONS = {
    Role.EXP: Function.EXPERT,
    Role.GRID: Function.GRID,
    Role.ENT_S: Function.ENTERPRISE,
    Role.LND: Function.LANDLORD,
}
INSPECTORS = frozenset(
    {Role.TWO, Role.DPO}
)  # whose rows are of inspections; a certificate makes them officers


async def ensure_visit(
    handling: Handling, desk: Desk, rows: Sequence[Row], enterprise: str, visit: UUID
) -> bool:
    """检查 · One record for an enterprise, a day and a kind; gives whether it was made now."""
    known = await handling.read(VISIT, str(visit))
    if known.version:
        return False
    first = rows[0]
    assert first.visit_kind is not None  # the reader refuses a row without one
    assert first.inspected_on is not None
    party = await party_of(handling, desk, rows, enterprise)
    hazards = tuple(str(hazard_id(desk.importer.division, row)) for row in rows if row.has_find)
    ask = RecordPaperVisit(
        enterprise=enterprise,
        visit_kind=first.visit_kind,
        visited_on=first.inspected_on,
        officers=tuple(one.person for one in party),
        finds=len(hazards),
        participants=party,
        hazards=hazards,
    )
    found = finders(first, desk.importer)
    by = (party[0].person, found[0].role) if found else None
    who = sender(desk, by, f"visit/{visit}", digest(str(visit)), first.inspected_on, enterprise)
    with about(*rows):
        await visits.record(handling, who, str(visit), ask)
    return True


async def party_of(
    handling: Handling, desk: Desk, rows: Sequence[Row], enterprise: str
) -> tuple[PlannedParticipant, ...]:
    """参加人员 · Everybody whom one of the rows names, once; with a certificate where a row names one."""
    party: dict[str, PlannedParticipant] = {}
    for row in rows:
        found = finders(row, desk.importer)
        ids = await ids_of(desk, found, enterprise)
        numbers = row.certificates or (None,) * len(found)
        for person, number in zip(found, numbers, strict=True):
            one = await participant(handling, row, person, ids[person], number)
            before = party.get(one.person)
            if before is None or (before.certificate is None and one.certificate is not None):
                party[one.person] = one
    return tuple(party.values())


async def participant(
    handling: Handling, row: Row, person: Person, key: str, number: str | None
) -> PlannedParticipant:
    """参加人员 · An inspector counts as an officer with the certificate of the row, or the one on record that day."""
    if person.role in FUNCTIONS:
        return PlannedParticipant(person=key, function=FUNCTIONS[person.role])
    if row.visit_kind is VisitKind.LEADER:
        return PlannedParticipant(person=key, function=Function.LEADER)
    assert row.inspected_on is not None  # the reader refuses a row without one
    if person.role in INSPECTORS and (number := number or await on_record(handling, key, row.inspected_on)):
        return PlannedParticipant(person=key, function=Function.OFFICER, certificate=number)
    return PlannedParticipant(person=key, function=Function.COMPANION)


async def on_record(handling: Handling, person: str, day: date) -> str | None:
    """任职记录中的执法证 · Valid on that day; None where there is none."""
    known = (await handling.read(PERSON, person)).ever
    try:
        return min(certificates_of(known, INSPECT.roles, day, ("", ""), INSPECT.act))
    except MayNot:
        return None


def is_certified(visit: Visit, needed: int) -> bool:
    """持证执法人员足数 · Whether an order could stand on it."""
    return len({one.certificate for one in visit.officers if one.certificate}) >= needed
