"""收件人 · Who stands behind a role in an obligation, by appointments and named posts. Pure; people by id."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from contracts.division import prefix
from contracts.values import Level, Named, Post, Role, Track
from services.notifier.obligations import Case


class Slot(Named):
    """对象 · Whom a rule tells."""

    RESPONSIBLE = "responsible", "整改责任人"
    MAIN_PERSON = "main-person", "企业主要负责人"
    REINSPECTOR = "reinspector", "复查责任方"


# Who may re-inspect (lifecycle b.5); a major hazard is the department's.
REINSPECTORS: Final = frozenset({Role.TWN, Role.TWO, Role.DPO})
REINSPECTORS_OF_MAJOR: Final = frozenset({Role.DPO})


@dataclass(frozen=True, slots=True)
class Appointment:
    """任职 · A person holds a role in a division, from a day to a day, both included."""

    person: str
    role: Role
    division: str
    starts_on: date
    ends_on: date | None = None

    def holds_on(self, day: date) -> bool:
        """在任 · Whether it holds on that day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def covers(self, division: str) -> bool:
        """管辖 · Whether a division lies in the one of the appointment."""
        return division.startswith(prefix(self.division))


@dataclass(frozen=True, slots=True)
class Directory:
    """名录 · Appointments by office, and the posts each enterprise has named."""

    appointments: tuple[Appointment, ...]
    posts: Mapping[str, Mapping[Post, str]]  # enterprise -> post -> person

    def people(self, slot: Slot, case: Case, day: date) -> tuple[str, ...]:
        """人员 · The person ids behind a slot on that day, each once; none when nobody is named."""
        posts = self.posts.get(case.enterprise, {})
        found: tuple[str | None, ...]
        match slot:
            case Slot.RESPONSIBLE:
                found = (case.responsible,)
            case Slot.MAIN_PERSON:
                found = (posts.get(Post.MAIN),)
            case Slot.REINSPECTOR if case.track is Track.ENTERPRISE:
                # 企业自查闭环：由企业自己的第二人复查。
                found = (posts.get(Post.MAIN), posts.get(Post.SAFETY))
            case Slot.REINSPECTOR:
                found = self._office(case, day)
        return tuple(dict.fromkeys(person for person in found if person is not None))

    def _office(self, case: Case, day: date) -> tuple[str, ...]:
        # The nearest office owes it: a district's officers are told only where a town has none of its own.
        roles = REINSPECTORS_OF_MAJOR if case.level is Level.MAJOR else REINSPECTORS
        able = [
            appointment
            for appointment in self.appointments
            if appointment.role in roles and appointment.covers(case.division) and appointment.holds_on(day)
        ]
        nearest = max((len(prefix(appointment.division)) for appointment in able), default=0)
        return tuple(a.person for a in able if len(prefix(a.division)) == nearest)


def nobody(slot: Slot, case: Case) -> str:
    """无人 · What stands in the ledger in a person's place when nobody is named for a slot."""
    if slot is Slot.REINSPECTOR and case.track is not Track.ENTERPRISE:
        return f"office/{case.division}"
    return f"enterprise/{case.enterprise}"
