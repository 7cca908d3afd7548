"""下一步 · Which commands are open to whom, and why the rest are not: asked of the gates that the rules begin with."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from contracts.terms import Owing
from contracts.values import AppointedCertificate, Role
from services.hazard.appointment import Appointment
from services.hazard.gates import GATES, Gate, is_proposal
from services.hazard.hazard_commands import COMMANDS, HazardCommand
from services.hazard.lifecycle.owing import Owed, owed
from services.hazard.lifecycle.state import Hazard
from services.hazard.occasion import ENTERPRISE_ROLES, OFFICE_ROLES, Occasion
from services.hazard.refused import Refused

# Who serves in the body that lists: the committee's office, or a department.
SAME_BODY = {Role.SCO: (Role.SCO,), Role.DPL: (Role.DPO, Role.DPL)}
NUMBER = "0000"  # a certificate of nobody in particular
# Which commands do what is owed.
DISCHARGING: Mapping[Owing, tuple[str, ...]] = {
    Owing.TRIAGE: ("submit", "void"),
    Owing.CONFIRMATION: ("confirm", "reject", "mark-duplicate"),
    Owing.PLAN: ("file-plan",),
    Owing.SERVICE: ("serve-notice",),
    Owing.RECTIFICATION: ("submit-rectification", "request-extension"),
    Owing.EXTENSION_ANSWER: ("agree-extension", "grant-extension", "refuse-extension"),
    Owing.REINSPECTION: ("reinspect",),
    Owing.PROGRESS: ("report-progress",),
    Owing.TRANSFER_ANSWER: ("accept-transfer", "return-transfer"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """一项命令 · Whether it is open to one person, and to which roles; what a refusal would say.

    `proposing`: those of `open_to` whose word is recorded as a proposal, for others to decide.
    `owed`: what it would discharge, with the instant by which that is due; None where no term runs.
    """

    command: HazardCommand
    refusal: Refused | None
    open_to: tuple[Role, ...]
    proposing: tuple[Role, ...]
    closed_to: Mapping[Role, Refused]
    owed: Owed | None


def openings(hazard: Hazard, occasion: Occasion) -> tuple[Opening, ...]:
    """全部命令 · Every command of the life, for the actor of the occasion and for somebody of each role."""
    due = {
        path: one
        for one in owed(hazard, occasion.policy, occasion.calendar)
        for path in DISCHARGING[one.what]
    }
    return tuple(opening(command, hazard, occasion, due.get(command.path)) for command in COMMANDS)


def opening(command: HazardCommand, hazard: Hazard, occasion: Occasion, due: Owed | None) -> Opening:
    """一项命令 · For the actor, and for somebody of each role who has had no part in it, or is its author."""
    gate = GATES[command.path]
    others = {role: refused_to(gate, hazard, occasion, role) for role in Role}
    open_to = tuple(role for role, refusal in others.items() if refusal is None)
    return Opening(
        command=command,
        refusal=refusal_of(gate, hazard, occasion),
        open_to=open_to,
        proposing=tuple(
            role for role in open_to if is_proposal(command.path, hazard, replace(occasion, role=role))
        ),
        closed_to={role: refusal for role, refusal in others.items() if refusal is not None},
        owed=due,
    )


def refusal_of(gate: Gate, hazard: Hazard, occasion: Occasion) -> Refused | None:
    """所拒 · What the gate says no with; None when it is open."""
    try:
        gate(hazard, occasion)
    except Refused as refusal:
        return refusal
    return None


def refused_to(gate: Gate, hazard: Hazard, occasion: Occasion, role: Role) -> Refused | None:
    """对某角色 · Open to a role when it is to somebody of it; else what the one in the best position is told."""
    told = [refusal_of(gate, hazard, one) for one in of_role(role, hazard, occasion)]
    return None if None in told else told[-1]


def of_role(role: Role, hazard: Hazard, occasion: Occasion) -> Iterator[Occasion]:
    """该角色的人 · Its author, a stranger to it, and one of each office that holds it, is asked to take it, or listed it."""
    if role is hazard.author_role:
        yield somebody(role, hazard, occasion, person=hazard.author)
    yield somebody(role, hazard, occasion)
    offices = [hazard.holder, hazard.transfer.to] if role in OFFICE_ROLES else []
    for office in filter(None, offices):
        yield somebody(role, hazard, occasion, organisation=office.organisation, division=office.division)
    listing = hazard.supervision
    if listing.lister_role is not None and role in SAME_BODY[listing.lister_role]:
        yield somebody(role, hazard, occasion, organisation=listing.lister_organisation)


def somebody(
    role: Role,
    hazard: Hazard,
    occasion: Occasion,
    *,
    person: str = "",
    organisation: str | None = None,
    division: str | None = None,
) -> Occasion:
    """某人 · The same circumstances for another: in his own place, with a certificate that is valid on that day."""
    serving = Appointment(
        role=role,
        organisation=organisation or "",
        certificate=AppointedCertificate(number=NUMBER),
        starts_on=occasion.today,
        ends_on=None,
    )
    at_home = role in ENTERPRISE_ROLES | {Role.LND, Role.WRK}
    return replace(
        occasion,
        person=person,
        role=role,
        organisation=(hazard.enterprise if at_home else organisation) or "",
        division=division or hazard.division,
        certificate=NUMBER,
        on_record={person: (serving,)},
        enterprise_people=frozenset(),
    )
