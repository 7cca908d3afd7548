"""应办归属 · Whose each open duty of a hazard is: roles, office, and who is kept from it by what he did before."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from contracts.terms import Side
from contracts.values import Level, Role, Status, Track
from services.projections.duties.kinds import DEPARTMENT, DUTIES, TOWN, Duty, Held
from services.projections.ledger_rows import Hazard
from services.projections.status import UNDONE

D = Duty
Told = dict[str, Any]  # one duty as the row keeps it, JSON
# 同一单位 · Who serves beside whom in one office.
COLLEAGUES: Mapping[str, tuple[Role, ...]] = {
    **dict.fromkeys(TOWN, TOWN),
    **dict.fromkeys((*DEPARTMENT, Role.ENF), (*DEPARTMENT, Role.ENF)),
    Role.SCO: (Role.SCO,),
}
# 挂牌单位 · Who of the body that listed decides; the committee's office leaves the looking to a department.
OF_LISTER: Mapping[str, Mapping[Duty, tuple[Role, ...]]] = {
    Role.SCO: {D.EXTENSION_ANSWER: (Role.SCO,), D.DELISTING: (Role.SCO,)},
    Role.DPL: {
        D.EXTENSION_ANSWER: (Role.DPL,),
        D.DELISTING: (Role.DPL,),
        D.ACCEPTANCE: DEPARTMENT,
    },
}
REMOVED = frozenset({Status.SUBMITTED, Status.VERIFIED})


def settle(row: Hazard) -> None:
    """归属 · Write into each duty whose it is now, and into the row when the first of them is due."""
    dues = []
    for code, told in row.owed.items():
        what = Duty(code)
        held = DUTIES[what]
        told["side"] = held.against(row)
        roles, office = _holders(row, what, held, told)
        told["roles"] = list(roles)
        told["office"] = office
        told["kept_out"] = _kept_out(row, what, told)
        if told["due"] and roles:
            dues.append(datetime.fromisoformat(told["due"]))
    row.first_due = min(dues, default=None)


def _holders(row: Hazard, what: Duty, held: Held, told: Told) -> tuple[Sequence[Role], str | None]:
    if what is D.TRIAGE:
        return (Role(row.found_role),), None
    if not _is_its_turn(row, what):
        return (), None
    roles = held.roles(row)
    listing = row.owed.get(D.PROGRESS.value)
    by_lister = OF_LISTER.get(listing["lister_role"], {}).get(what) if listing else None
    if listing is not None and by_lister is not None:
        return by_lister, listing["lister"]
    if what is D.TRANSFER_ANSWER:
        return roles, told["office"]
    if held.against(row) is Side.ENTERPRISE or what is D.TRANSFER_DECISION:
        return roles, None
    return _in_hand(row, roles)


def _in_hand(row: Hazard, roles: Sequence[Role]) -> tuple[Sequence[Role], str | None]:
    """The office that has it in hand, where somebody there may do this; else whoever may in that place."""
    colleagues = COLLEAGUES.get(row.office_role or "", ())
    there = [role for role in roles if role in colleagues]
    return (there, row.office) if row.office and there else (roles, None)


def _is_its_turn(row: Hazard, what: Duty) -> bool:
    """What stands on a list, under a measure or between two offices is not struck off yet."""
    if what is D.LIFT_REQUEST:
        return row.status in REMOVED
    if what is D.LIFT_REVIEW:
        return row.status in UNDONE or row.status in REMOVED
    if what is not D.CLOSURE:
        return True
    measure = row.owed.get(D.LIFT_REQUEST.value) or row.owed.get(D.LIFT_REVIEW.value)
    stopped = measure is not None and (measure["ordered"] or row.level == Level.MAJOR)
    return not stopped and not {D.PROGRESS.value, D.TRANSFER_ANSWER.value} & row.owed.keys()


def _kept_out(row: Hazard, what: Duty, told: Told) -> list[str]:
    """Nobody checks, confirms or grants what is his own."""
    own_track = row.level != Level.MAJOR and row.track == Track.ENTERPRISE
    match what:
        case D.CONFIRMATION:
            people: Sequence[str | None] = (row.found_by,)
        case D.REINSPECTION:
            people = (row.submitted_by,) if own_track else (row.submitted_by, row.responsible)
        case D.CLOSURE if row.level == Level.MAJOR:
            people = (row.submitted_by, *row.reinspected_by)
        case D.CLOSURE if own_track:
            people = (row.submitted_by,)
        case D.ACCEPTANCE | D.LIFT_REVIEW:
            people = (row.submitted_by, row.responsible, *told.get("barred", ()))
        case _:
            people = told.get("barred", ())
    return sorted({person for person in people if person})
