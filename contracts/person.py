"""任职事件 · Who holds which role where, by person id only; names live beside the log."""

from datetime import date
from typing import ClassVar

from contracts.envelope import Event
from contracts.values import AppointedCertificate, DivisionCode, PersonId, Role, ShortText, Text


class PersonAppointed(Event):
    """任职 · From a day on a person holds a role in a division for an organisation."""

    TYPE: ClassVar[str] = "person.appointed"
    person: PersonId
    appointed_role: Role
    appointed_division: DivisionCode
    appointed_organisation: ShortText
    certificate: AppointedCertificate | None = None
    starts_on: date
    ends_on: date | None = None


class AppointmentEnded(Event):
    """离任 · An appointment ends on a day."""

    TYPE: ClassVar[str] = "person.appointment-ended"
    person: PersonId
    appointed_role: Role
    appointed_organisation: ShortText
    ends_on: date
    reason: Text | None = None


PersonEvent = PersonAppointed | AppointmentEnded
