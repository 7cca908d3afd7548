"""案件下一步 · Which commands on a case are open to whom, and why the rest are not: asked of the rules' own gates."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from contracts.case import CaseOfficer
from contracts.case_codes import CaseClock
from contracts.values import AppointedCertificate, Role
from services.hazard.appointment import Appointment
from services.hazard.case.clocks import dues
from services.hazard.case.state import Case
from services.hazard.case_commands import COMMANDS, GATES
from services.hazard.command_row import CommandRow
from services.hazard.occasion import Occasion
from services.hazard.refused import Refused

NUMBER = "0000"  # a certificate of nobody in particular
# Which commands do what is due.
DISCHARGING: Mapping[CaseClock, tuple[str, ...]] = {
    CaseClock.FILING: ("file", "not-file"),
    CaseClock.DECISION: ("decide",),
    CaseClock.HEARING_REQUEST: ("request-hearing",),
    CaseClock.STATEMENT: ("record-statement",),
    CaseClock.SERVICE: ("serve-decision",),
    CaseClock.PUBLICATION: ("publish",),
    CaseClock.PAYMENT: ("record-payment",),
    CaseClock.COURT: ("apply-to-court",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """一项命令 · Whether it is open to one person, and to which roles; what a refusal would say; by when it is due."""

    command: CommandRow
    refusal: Refused | None
    open_to: tuple[Role, ...]
    closed_to: Mapping[Role, Refused]
    by: date | None


def openings(case: Case, occasion: Occasion) -> tuple[Opening, ...]:
    """全部命令 · For the actor of the occasion, and for somebody of each role."""
    due = {
        path: one.by
        for one in dues(case, occasion.policy.cases, occasion.calendar, occasion.today)
        for path in DISCHARGING[one.what]
    }
    return tuple(opening(command, case, occasion, due.get(command.path)) for command in COMMANDS)


def opening(command: CommandRow, case: Case, occasion: Occasion, by: date | None) -> Opening:
    """一项命令 · Open to a role when it is to one of the case's officers, or to somebody else, of that role."""
    told = {role: refused_to(command.path, role, case, occasion) for role in Role}
    return Opening(
        command=command,
        refusal=refusal_of(command.path, case, occasion),
        open_to=tuple(role for role, refusal in told.items() if refusal is None),
        closed_to={role: refusal for role, refusal in told.items() if refusal is not None},
        by=by,
    )


def refusal_of(path: str, case: Case, occasion: Occasion) -> Refused | None:
    """所拒 · What the gate says no with; None when it is open."""
    try:
        GATES[path](case, occasion)
    except Refused as refusal:
        return refusal
    return None


def refused_to(path: str, role: Role, case: Case, occasion: Occasion) -> Refused | None:
    """对某角色 · What a stranger to the case is told, unless one of its officers, were he of that role, may."""
    officers = [somebody(role, case, occasion, officer) for officer in case.officers]
    told = [refusal_of(path, case, one) for one in (*officers, somebody(role, case, occasion))]
    return None if None in told else told[0]


def somebody(role: Role, case: Case, occasion: Occasion, officer: CaseOfficer | None = None) -> Occasion:
    """某人 · The same circumstances for another, with a certificate that is valid on that day."""
    person = officer.person if officer else ""
    number = officer.certificate if officer else NUMBER
    certificate = AppointedCertificate(number=number)
    serving = Appointment(
        role=role, organisation="", certificate=certificate, starts_on=occasion.today, ends_on=None
    )
    return replace(
        occasion,
        person=person,
        role=role,
        organisation=case.enterprise,
        division=case.division,
        certificate=number,
        on_record={person: (serving,)},
        enterprise_people=frozenset(),
    )
