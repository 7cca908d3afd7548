"""执法人员 · Officers with appointments on record."""

from datetime import date

from contracts.values import AppointedCertificate, Role
from services.hazard.appointment import Appointment


def appointed(number: str | None, role: Role = Role.TWO, **more: object) -> tuple[Appointment, ...]:
    """An appointment since the new year, with a certificate without an end unless told otherwise."""
    valid_to = more.pop("valid_to", None)
    certificate = AppointedCertificate(number=number, valid_to=valid_to) if number else None
    fields = {"organisation": "org", "starts_on": date(2026, 1, 1), "ends_on": None, **more}
    return (Appointment(role=role, certificate=certificate, **fields),)
