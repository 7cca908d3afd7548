"""期限 · The dates that run beside the status, each with the version of the event that set it; folded from all events."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from contracts.envelope import Envelope
from contracts.hazard import (
    ConfirmationRequested,
    FixedOnSpot,
    HazardEvent,
    OrderWithdrawn,
    PlanAccepted,
    PlanRequired,
    RectificationAsked,
    RectificationOrdered,
    RectificationSubmitted,
    ReinspectionFailed,
    ReinspectionPassed,
    RoundStarted,
)
from contracts.limits import Counted, Limit
from contracts.terms import ExtensionState
from contracts.values import PersonId, Status
from services.hazard.calendar import day_of

if TYPE_CHECKING:
    from services.hazard.lifecycle.state import Hazard

OPEN_EXTENSION = frozenset({ExtensionState.REQUESTED, ExtensionState.SUPERVISOR_AGREED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """期限 · A date somebody has to keep; `version` is that of the event that set it, 0 while there is none.

    `missed`: it is on record that the date passed. `annulled`: it was, and a step made in time arrived afterwards.
    """

    on: date | None = None
    version: int = 0
    counted: Counted | None = None
    missed: bool = False
    annulled: bool = False

    @property
    def provisional(self) -> bool:
        """暂定 · Counted over a year whose days off are not published."""
        return self.counted is not None and self.counted.provisional

    def kept(self, on: date) -> "Term":
        """按期 · What was owed was done on this day; in time, it undoes a miss on record."""
        in_time = self.on is not None and on <= self.on
        return replace(self, missed=False, annulled=True) if self.missed and in_time else self


NO_TERM = Term()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """责令文书 · The order in force: when, by which number, in how many days, and when it was served."""

    version: int = 0
    number: str | None = None
    ordered_on: date | None = None
    limit: Limit | None = None
    service_due: date | None = None
    served_on: date | None = None

    @property
    def unserved(self) -> bool:
        """未送达 · There is an order, and it has not come to whom it binds."""
        return self.ordered_on is not None and self.served_on is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """延期 · The last application, by whom, and how many were granted in the hazard's whole life."""

    state: ExtensionState = ExtensionState.NONE
    deadline: date | None = None
    requester: PersonId | None = None
    supervisor: PersonId | None = None
    answer: Term = NO_TERM
    granted: int = 0

    @property
    def open(self) -> bool:
        """待答复 · Asked for and not decided."""
        return self.state in OPEN_EXTENSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """期限 · All that runs beside the status. The rectification's day itself is the hazard's deadline.

    `begun_on`: the day on which the round's first deadline was set; an extension does not move it.
    """

    confirmation: datetime | None = None
    confirmation_version: int = 0
    plan: Term = NO_TERM
    rectification: Term = NO_TERM
    reinspection: Term = NO_TERM
    begun_on: date | None = None


NO_NOTICE = Notice()
NO_EXTENSION = Extension()
NO_TERMS = Terms()


def triaged_by(due: datetime | None, version: int) -> Terms:
    """核实时限 · What a draft begins with: the instant that a critical item's find has to keep, else nothing."""
    return Terms(confirmation=due, confirmation_version=version) if due else NO_TERMS


Beside = tuple[Notice, Terms, Extension]
SetsDeadline = RectificationOrdered | RectificationAsked | PlanAccepted | RoundStarted


def follow(hazard: "Hazard", event: HazardEvent, envelope: Envelope) -> Beside:
    """跟进 · The dates after one more event, whichever stage it belongs to; the stage itself has changed the hazard."""
    on = day_of(envelope.occurredat)
    if isinstance(event, SetsDeadline):
        return _begun(hazard, event, envelope.version, on)
    if isinstance(event, OrderWithdrawn):
        undone = replace(hazard.terms, rectification=NO_TERM, begun_on=None)
        return NO_NOTICE, undone, Extension(granted=hazard.extension.granted)
    terms, extension = _dated(hazard.terms, event, envelope.version, on), hazard.extension
    if hazard.deadline != terms.rectification.on:  # upgraded or downgraded: the old date has given way
        terms = replace(terms, rectification=_term(hazard.deadline, envelope.version))
    if extension.open and hazard.status is not Status.RECTIFYING:
        extension = Extension(granted=extension.granted)  # what was asked for has lost its object
    return hazard.notice, terms, extension


def deadline_set(hazard: "Hazard", version: int, counted: Counted | None = None) -> "Hazard":
    """期限确定 · The hazard's deadline as a term of its own; without one nothing runs."""
    terms = replace(hazard.terms, rectification=_term(hazard.deadline, version, counted))
    return replace(hazard, terms=terms)


def _term(on: date | None, version: int, counted: Counted | None = None) -> Term:
    return Term(on=on, version=version, counted=counted) if on else NO_TERM


def _begun(hazard: "Hazard", event: SetsDeadline, version: int, on: date) -> Beside:
    notice = NO_NOTICE
    if isinstance(event, RectificationOrdered):
        notice = Notice(
            version=version,
            number=event.notice,
            ordered_on=on,
            limit=event.from_service,
            service_due=event.service_due,
        )
    elif isinstance(event, RoundStarted):
        notice = replace(hazard.notice, limit=None)  # the round has a date of its own
    terms = replace(hazard.terms, rectification=_term(event.deadline, version), begun_on=on)
    return notice, terms, Extension(granted=hazard.extension.granted)


def _dated(terms: Terms, event: HazardEvent, version: int, on: date) -> Terms:
    match event:
        case ConfirmationRequested():
            return replace(terms, confirmation=event.due, confirmation_version=version)
        case PlanRequired():
            return replace(terms, plan=_term(event.plan_due, version, event.counted))
        case RectificationSubmitted() | FixedOnSpot():
            due = _term(event.reinspection_due, version, event.counted)
            return replace(terms, rectification=terms.rectification.kept(on), reinspection=due)
        case ReinspectionPassed() | ReinspectionFailed():
            return replace(terms, reinspection=terms.reinspection.kept(on))
        case _:
            return terms
