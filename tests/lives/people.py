"""人物与企业 · Several people in each role, in two towns, and two enterprises: who tries what in random lives."""

from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from contracts.enterprise import EnterpriseRegistered
from contracts.person import PersonAppointed
from contracts.values import AppointedCertificate, Role
from services.hazard.appointment import Appointment, Appointments
from services.hazard.enterprise import Enterprise
from services.hazard.handling import Sender
from services.scope import scope_of
from services.tokens import Caller

TOWN = "330111005000"
OTHER_TOWN = "330111006000"
DISTRICT = "330111000000"
OTHER_DISTRICT = "330112000000"
FIRM = "7b0e1a52-3f54-5b6e-9d56-0f4a3a8e1c11"
OTHER_FIRM = "8c1f2b63-4a65-5c7f-8e67-1a5b4b9f2d22"
FIRE = "org-fire"  # another department of the district, which hazards are handed to
CERTIFICATES_END = date(2026, 7, 31)
SEVERAL = 3  # so that submitter, two re-inspectors and closer can be of one role, and can be mixed up
CERTIFIED = frozenset({Role.TWO, Role.DPO, Role.DPL, Role.ENF})
OF_DEPARTMENT = frozenset({Role.DPO, Role.DPL, Role.SCO, Role.ENF})
OF_FIRM = frozenset({Role.ENT_S, Role.ENT_M, Role.WRK, Role.LND})


def enterprise(key: str, name: str, division: str) -> Enterprise:
    profile = EnterpriseRegistered(name=name, division=division)
    return Enterprise(version=1, id=key, name=name, division=division, profile=profile)


ENTERPRISES = {
    FIRM: enterprise(FIRM, "蜀山精密机械有限公司", TOWN),
    OTHER_FIRM: enterprise(OTHER_FIRM, "北干纺织有限公司", OTHER_TOWN),
}


@dataclass(frozen=True, slots=True)
class Person:
    """人 · One person in one role."""

    id: str
    role: Role
    organisation: str
    division: str
    certificate: str | None = None

    @cache  # noqa: B019  # a handful of people, as long as the run
    def usual(self) -> Sender:
        """This person as a sender of commands, with the reach that the doors give."""
        caller = Caller(
            person=self.id,
            role=self.role,
            organisation=self.organisation,
            division=self.division,
            certificate=self.certificate,
            client="lives",
        )
        return Sender(
            client="lives",
            key="lives",
            request=b"",
            person=self.id,
            role=self.role,
            organisation=self.organisation,
            division=self.division,
            certificate=self.certificate,
            scope=scope_of(caller),
        )

    def sender(self, **more: Any) -> Sender:
        """The same with something else, such as another key."""
        return replace(self.usual(), **more)


def people_of(role: Role, here: bool, several: int) -> list[Person]:
    if role in OF_FIRM:
        division, organisation = (TOWN, FIRM) if here else (OTHER_TOWN, OTHER_FIRM)
    elif role in OF_DEPARTMENT:
        division, organisation = (DISTRICT, "org-dept") if here else (OTHER_DISTRICT, "org-dept-2")
        organisation = organisation.replace("dept", "committee") if role is Role.SCO else organisation
    else:
        division, organisation = (TOWN, "org-town") if here else (OTHER_TOWN, "org-town-2")
    where = "here" if here else "there"
    return [
        Person(
            id=f"p-{role.lower().replace('_', '-')}-{where}-{number}",
            role=role,
            organisation=organisation,
            division=division,
            certificate=f"3301{list(Role).index(role):02}{int(here)}{number:03}"
            if role in CERTIFIED
            else None,
        )
        for number in range(several)
    ]


HERE = [person for role in Role for person in people_of(role, True, SEVERAL)]
THERE = [person for role in Role for person in people_of(role, False, 1)]
FIREFIGHTERS = [
    replace(
        person, id=person.id.replace("here", "fire"), organisation=FIRE, certificate=f"9{person.certificate}"
    )
    for person in HERE
    if person.role in {Role.DPO, Role.DPL}
]
EVERYBODY = (*HERE, *THERE, *FIREFIGHTERS)
BY_ID = {person.id: person for person in EVERYBODY}


@cache
def of(*roles: Role) -> tuple[Person, ...]:
    """Those of the first town and its district who are in one of these roles."""
    return tuple(person for person in HERE if person.role in roles)


def appointed(person: Person) -> PersonAppointed:
    """任职 · On record for years; the last certificate of each role runs out while lives go on."""
    runs_out = CERTIFICATES_END if person.id.endswith(str(SEVERAL - 1)) else None
    number = person.certificate
    return PersonAppointed(
        person=person.id,
        appointed_role=person.role,
        appointed_division=person.division,
        appointed_organisation=person.organisation,
        certificate=AppointedCertificate(number=number, valid_to=runs_out) if number else None,
        starts_on=date(2020, 1, 1),
    )


def on_record(event: PersonAppointed) -> Appointments:
    one = Appointment(
        role=event.appointed_role,
        organisation=event.appointed_organisation,
        certificate=event.certificate,
        starts_on=event.starts_on,
        ends_on=event.ends_on,
    )
    held = frozenset({(event.appointed_role, event.appointed_organisation, event.appointed_division)})
    return Appointments(version=1, held=held, ever=(one,))


APPOINTED = {person.id: appointed(person) for person in EVERYBODY}
APPOINTMENTS = {person: on_record(event) for person, event in APPOINTED.items()}
