"""台账各表 · The rows that the ledger keeps; a dataclass's fields are its table's columns."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from contracts.values import Level, Status


@dataclass(slots=True)
class Hazard:
    """台账行 · A row of the ledger; the columns of its table."""

    id: UUID
    version: int = 0
    position: int = 0
    division: str = ""
    enterprise: str | None = None
    object_text: str | None = None
    registered_as: str | None = None
    """The enterprise's name on the day of registration."""
    number: str | None = None
    status: Status = Status.DRAFT
    level: str = Level.GENERAL
    track: str | None = None
    category: str | None = None
    source: str = ""
    visit_kind: str | None = None
    found_at: datetime | None = None
    found_on: date | None = None
    found_by: str = ""
    found_role: str = ""
    place: str | None = None
    description: str | None = None
    report: str | None = None
    advice: str | None = None
    basis: Sequence[str] = ()
    clause: str | None = None
    round: int = 1
    deadline: date | None = None
    responsible: str | None = None
    measures: str | None = None
    submitted_by: str | None = None
    completed_on: date | None = None
    reinspected_on: date | None = None
    reinspected_by: Sequence[str] = ()
    passed: bool | None = None
    closed_on: date | None = None
    closed_by: str | None = None
    plan_filed_on: date | None = None
    plan_accepted_by: str | None = None
    plan_accepted_on: date | None = None
    holder: str | None = None
    offices: Sequence[str] = ()
    office: str | None = None
    """Which office has it in hand: the one that registered, ordered or took it over last; and in which role."""
    office_role: str | None = None
    plan_waived: bool = False
    owed: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What is to be done about it now, by the code of the duty; JSON. See duties."""
    first_due: datetime | None = None


@dataclass(slots=True)
class Enterprise:
    """企业 · What the ledger shows of an enterprise, as it stands now."""

    id: str
    name: str = ""
    credit_code: str | None = None
    village: str | None = None
    industry: str | None = None
    size_class: str | None = None
    folded: str = ""
    renamed: bool = False
    """What was found before is written under another name."""


@dataclass(slots=True)
class Visit:
    """检查 · Who was on a visit; finds of its enterprise, day and kind are told to be of it."""

    id: str
    enterprise: str
    visited_on: date
    visit_kind: str
    officers: Sequence[str]


@dataclass(slots=True)
class Text:
    """检索词 · By what a hazard is found again: its words as one folded text, and their lexemes."""

    id: UUID
    folded: str
    lexemes: str
