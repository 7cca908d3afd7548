"""任职 · Who holds which role where, from when to when; pure rules over one person's appointments."""

from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

from contracts.envelope import Envelope
from contracts.person import AppointmentEnded, PersonAppointed, PersonEvent
from contracts.values import AppointedCertificate, DivisionCode, Role, ShortText, Text
from services.hazard.occasion import OFFICE_ROLES, Ask, DateInvalid, Occasion
from services.hazard.refused import MayNot, Refused

OF_ENTERPRISE = frozenset({Role.ENT_S, Role.ENT_M, Role.WRK})
OF_DEPARTMENT = frozenset({Role.DPO, Role.DPL, Role.SCO, Role.ENF})


class AlreadyAppointed(Refused):
    """已有同一任职 · The person holds this role for this organisation already."""


class NotAppointed(Refused):
    """没有该任职 · There is no such appointment to end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """一次任职 · A role for an organisation from a day to a day, both served, with the certificate it came with."""

    role: Role
    organisation: str
    certificate: AppointedCertificate | None
    starts_on: date
    ends_on: date | None

    def serves(self, day: date) -> bool:
        """当日在任 · Whether the day lies within the appointment."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointments:
    """任职情况 · The appointments in force: (role, organisation, division); and every one there ever was."""

    version: int = 0
    held: frozenset[tuple[Role, str, str]] = frozenset()
    ever: tuple[Appointment, ...] = ()

    def division_of(self, role: Role, organisation: str) -> str | None:
        """任职地 · Where the person holds this role for this organisation; None if not at all."""
        places = (place for held, whom, place in self.held if (held, whom) == (role, organisation))
        return next(places, None)


class AppointPerson(
    Ask,
    json_schema_extra={
        "examples": [
            {
                "role": "TWO",
                "division": "330111005000",
                "organisation": "org-town",
                "certificate": {"number": "33011100123", "valid_to": "2028-12-31"},
                "starts_on": "2026-01-01",
            }
        ]
    },
):
    """任职 · A role in a division for an organisation, with its certificate."""

    role: Role
    division: DivisionCode
    organisation: ShortText
    certificate: AppointedCertificate | None = None
    starts_on: date
    ends_on: date | None = None


class EndAppointment(
    Ask,
    json_schema_extra={"examples": [{"role": "TWO", "organisation": "org-town", "ends_on": "2026-12-31"}]},
):
    """离任 · An appointment ends on a day."""

    role: Role
    organisation: ShortText
    ends_on: date
    reason: Text | None = None


def check_appointer(occasion: Occasion) -> None:
    """任职权限 · Offices appoint; an enterprise names its own people."""
    if occasion.role not in OFFICE_ROLES and not occasion.of_enterprise:
        raise MayNot(f"{occasion.role.zh}无权办理任职")


def check_grant(ask: AppointPerson, occasion: Occasion, person: str) -> None:
    """任命权 · An enterprise names its own people; department roles come from the department; nobody appoints himself."""
    own = ask.organisation == occasion.organisation and ask.division == occasion.division
    if occasion.of_enterprise and not (own and ask.role in OF_ENTERPRISE):
        raise MayNot("企业只能为本企业人员办理企业内的任职")
    if ask.role is Role.SYS:
        raise MayNot("系统账号不能任职")
    if ask.role in OF_DEPARTMENT and occasion.role not in OF_DEPARTMENT:
        raise MayNot(f"{occasion.role.zh}无权任命{ask.role.zh}")
    if person == occasion.person:
        raise MayNot("不得为本人办理任职")


def appoint_person(
    appointments: Appointments, ask: AppointPerson, occasion: Occasion, *, person: str
) -> tuple[PersonAppointed, ...]:
    """任职 · A role in a division for an organisation, by somebody who may grant it."""
    check_appointer(occasion)
    check_grant(ask, occasion, person)
    if ask.ends_on is not None and ask.ends_on < ask.starts_on:
        raise DateInvalid("离任日期不得早于任职日期")
    if appointments.division_of(ask.role, ask.organisation):
        raise AlreadyAppointed
    return (
        PersonAppointed(
            person=person,
            appointed_role=ask.role,
            appointed_division=ask.division,
            appointed_organisation=ask.organisation,
            certificate=ask.certificate,
            starts_on=ask.starts_on,
            ends_on=ask.ends_on,
        ),
    )


def end_appointment(
    appointments: Appointments, ask: EndAppointment, occasion: Occasion, *, person: str
) -> tuple[AppointmentEnded, ...]:
    """离任 · Only an appointment in force ends."""
    check_appointer(occasion)
    if occasion.of_enterprise and ask.organisation != occasion.organisation:
        raise MayNot("企业只能为本企业人员办理离任")
    if appointments.division_of(ask.role, ask.organisation) is None:
        raise NotAppointed
    return (
        AppointmentEnded(
            person=person,
            appointed_role=ask.role,
            appointed_organisation=ask.organisation,
            ends_on=ask.ends_on,
            reason=ask.reason,
        ),
    )


def evolve(appointments: Appointments, event: PersonEvent, envelope: Envelope) -> Appointments:
    """演变 · The appointments in force after one event."""
    role, organisation = event.appointed_role, event.appointed_organisation
    others = frozenset(held for held in appointments.held if held[:2] != (role, organisation))
    match event:
        case PersonAppointed():
            held = others | {(role, organisation, event.appointed_division)}
            ever = (*appointments.ever, begun(event))
        case AppointmentEnded():
            held = others
            ever = tuple(ended(one, event) for one in appointments.ever)
        case _:
            assert_never(event)
    return replace(appointments, version=envelope.version, held=held, ever=ever)


def begun(event: PersonAppointed) -> Appointment:
    """开始 · The appointment that an event begins."""
    return Appointment(
        role=event.appointed_role,
        organisation=event.appointed_organisation,
        certificate=event.certificate,
        starts_on=event.starts_on,
        ends_on=event.ends_on,
    )


def ended(one: Appointment, event: AppointmentEnded) -> Appointment:
    """结束 · The same appointment with its last day, if it is the one that ends; an earlier end stays."""
    same = (one.role, one.organisation) == (event.appointed_role, event.appointed_organisation)
    if not same or (one.ends_on is not None and one.ends_on <= event.ends_on):
        return one
    return replace(one, ends_on=event.ends_on)
