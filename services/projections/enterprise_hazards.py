"""企业的隐患 · A hazard of an enterprise as its file has it: all its rounds, plans and extensions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from contracts import hazard as life
from contracts.envelope import Event
from contracts.values import Level, Status, Track
from services.jetstream import Recorded
from services.projections import extensions, rectification_plans, rounds
from services.projections.extensions import Extension, take_extension
from services.projections.handed import corrected
from services.projections.rectification_plans import Draft, take_plan
from services.projections.reports import report_of
from services.projections.rounds import Round, take_round
from services.projections.shanghai import day
from services.projections.status import UNDONE, status_then


@dataclass(slots=True)
class Hazard:
    """隐患 · A hazard with all that was done about it; local dates, persons by id."""

    id: UUID
    version: int = 0
    enterprise: str | None = None
    number: str | None = None
    status: Status = Status.DRAFT
    level: Level = Level.GENERAL
    category: str | None = None
    source: str = "OTHER"
    place: str | None = None
    description: str | None = None
    clause: str | None = None
    track: str | None = None
    report: str | None = None
    found_on: date | None = None
    confirm_by: date | None = None
    registered_on: date | None = None
    deadline: date | None = None
    closed_on: date | None = None
    changed_on: date | None = None
    """Of its last event."""
    rounds: list[Round] = field(default_factory=list)
    plans: list[Draft] = field(default_factory=list)
    extensions: list[Extension] = field(default_factory=list)

    @property
    def tries(self) -> int:
        """轮次 · How many rounds it has taken so far."""
        return len(self.rounds)

    @property
    def cost(self) -> int | None:
        """整改资金 · In fen, as it was last stated."""
        return next((each.cost for each in reversed(self.rounds) if each.cost is not None), None)

    def overdue(self, today: date) -> bool:
        """逾期 · Its deadline has passed, and nobody has said that it is put right."""
        return self.deadline is not None and self.deadline < today and self.status in UNDONE

    def open_lists(self) -> None:
        """取出各表 · What a row has as JSON; lists that are open already stay as they are."""
        self.rounds = rounds.opened(self.rounds)
        self.plans = rectification_plans.opened(self.plans)
        self.extensions = extensions.opened(self.extensions)


def take_step(hazard: Hazard, recorded: Recorded) -> None:
    """隐患之后 · Bring a hazard with its rounds, plans and extensions to after one more event."""
    kind = recorded.kind
    hazard.version, hazard.changed_on = recorded.envelope.version, day(recorded.envelope.occurredat)
    hazard.status = status_then(hazard.status, recorded)
    if kind in rectification_plans.STEPS:
        take_plan(hazard.plans, recorded)
    if kind in extensions.STEPS:
        take_extension(hazard.extensions, recorded, len(hazard.rounds) or 1)
    take_round(hazard.rounds, recorded)
    if hazard.rounds:
        hazard.deadline = hazard.rounds[-1].deadline
    if kind in TELLING:
        for name, value in (_told(recorded) or _graded(recorded.event)).items():
            setattr(hazard, name, value)


SEEN: Final = ("place", "category", "description")
OF_REGISTRATION: Final = (*SEEN, "number", "enterprise", "level", "source", "track", "found_on")
Told = Mapping[str, Any]  # columns of a hazard with their new values
# 说明隐患的事件 · All others leave what is said of a hazard beside its rounds as it is.
TELLING: Final[frozenset[type[Event]]] = frozenset(
    {
        life.HazardCaptured,
        life.HazardSubmitted,
        life.ConfirmationRequested,
        life.HazardRegistered,
        life.HazardClassified,
        life.MajorHazardRegistered,
        life.HazardUpgraded,
        life.HazardDowngraded,
        life.RectificationOrdered,
        life.OrderWithdrawn,
        life.HazardClosed,
        life.HazardReopened,
        life.HazardCorrected,
    }
)


def _told(recorded: Recorded) -> Told:
    event, on = recorded.event, day(recorded.envelope.occurredat)
    match event:
        case life.HazardCaptured():
            found = {"enterprise": event.object, "found_on": on}
            return _of(event, *SEEN, "source") | found | {"report": report_of(event)}
        case life.HazardSubmitted():
            return _of(event, *SEEN) | {"report": report_of(event)}
        case life.ConfirmationRequested():
            return {"confirm_by": day(event.due)}
        case life.HazardRegistered():
            return _of(event, *OF_REGISTRATION) | {"report": report_of(event), "registered_on": on}
        case life.HazardClosed():
            return {"closed_on": on, "track": event.track}
        case life.HazardReopened():
            return {"closed_on": None}
        case life.HazardCorrected():
            return corrected(event, *SEEN)
        case _:
            return {}


def _graded(event: Event) -> Told:
    """How grave it is, by which clause, and on which track it closes: what is ordered or major, on the authority's."""
    match event:
        case life.HazardClassified(proposal=False):
            return _of(event, "level", "category", *(["clause"] if event.clause else []))
        case life.MajorHazardRegistered() | life.HazardUpgraded():
            clause = {"clause": event.clause} if event.clause else {}
            return {"level": Level.MAJOR, "track": Track.AUTHORITY} | clause
        case life.HazardDowngraded():
            return {"level": Level.GENERAL, "clause": None}
        case life.RectificationOrdered():
            return {"track": Track.AUTHORITY}
        case life.OrderWithdrawn():
            return {"track": event.track}
        case _:
            return {}


def _of(event: Event, *names: str) -> dict[str, Any]:  # fields of an event
    return {name: getattr(event, name) for name in names}
