"""待办义务 · What somebody owes about a hazard, folded from its events. Pure."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from contracts.deadlines import moved_to
from contracts.division import NOWHERE
from contracts.envelope import Envelope, Event
from contracts.hazard import (
    DeadlineRecomputed,
    FixedOnSpot,
    HazardClassified,
    HazardClosed,
    HazardCorrected,
    HazardDowngraded,
    HazardMarkedDuplicate,
    HazardRegistered,
    HazardRejected,
    HazardReopened,
    HazardUpgraded,
    HazardVoided,
    MajorHazardRegistered,
    OrderWithdrawn,
    PlanAccepted,
    PlanRequired,
    RectificationAsked,
    RectificationOrdered,
    RectificationSubmitted,
    ReinspectionFailed,
    ReinspectionPassed,
    ResponsibleAssigned,
    RoundStarted,
)
from contracts.regions import CorrectedField
from contracts.terms import Owing
from contracts.values import Level, Named, Track
from services.notifier.calendar import end_of


class Kind(Named):
    """义务种类 · What is owed."""

    RECTIFICATION = "rectification", "整改"
    REINSPECTION = "reinspection", "复查"


@dataclass(frozen=True, slots=True)
class Obligation:
    """义务 · Something to be done by an instant.

    `version` is the aggregate version of the event that set the date, so a new date is a new obligation;
    `set_at` is the server's time of that event.
    """

    kind: Kind
    version: int
    due: datetime
    set_at: datetime


@dataclass(frozen=True, slots=True)
class Case:
    """隐患要点 · What rules, recipients and sentences need of a hazard, and what is open about it."""

    hazard: str
    number: str
    enterprise: str
    enterprise_name: str
    division: str
    place: str
    level: Level
    track: Track
    responsible: str | None = None
    obligations: tuple[Obligation, ...] = ()

    def owing(self, obligation: Obligation) -> "Case":
        """产生义务 · It is owed from now on; an older one of its kind is replaced."""
        others = tuple(other for other in self.obligations if other.kind is not obligation.kind)
        return replace(self, obligations=(*others, obligation))

    def owes(self, kind: Kind) -> bool:
        """有此义务 · Whether one of this kind is open."""
        return any(owed.kind is kind for owed in self.obligations)

    def done(self, *kinds: Kind) -> "Case":
        """义务终止 · These are owed no longer."""
        return replace(self, obligations=tuple(o for o in self.obligations if o.kind not in kinds))


EVERYTHING: Final = tuple(Kind)

# Nothing is owed after these until another event sets a date: 升级 waits for its plan, 重新打开 for its new round.
ENDS_EVERYTHING: Final = (
    HazardClosed,
    HazardVoided,
    HazardMarkedDuplicate,
    HazardRejected,
    HazardUpgraded,
    HazardDowngraded,
    OrderWithdrawn,
    PlanRequired,
    HazardReopened,
)
SETS_DEADLINE: Final = (RectificationOrdered, RectificationAsked, PlanAccepted, RoundStarted)
BECOMES_MAJOR: Final = (HazardUpgraded, MajorHazardRegistered)


def fold(known: Case | None, envelope: Envelope, event: Event) -> Case | None:
    """折叠 · What is known and owed after one more event of a hazard; None until it is registered.

    Events that concern no obligation leave everything as it is.
    """
    if isinstance(event, HazardRegistered):
        return _registered(envelope, event)
    if known is None:
        return None
    return _owed_after(_described_after(known, event), envelope, event)


def _registered(envelope: Envelope, event: HazardRegistered) -> Case:
    return Case(
        hazard=envelope.key,
        number=event.number,
        enterprise=event.enterprise,
        enterprise_name=event.enterprise_name,
        division=envelope.division or NOWHERE,
        place=event.place,
        level=event.level,
        track=event.track,
    )


def _described_after(known: Case, event: Event) -> Case:
    if isinstance(event, BECOMES_MAJOR):
        return replace(known, level=Level.MAJOR, track=Track.AUTHORITY)
    match event:
        case HazardClassified(proposal=False):
            return replace(known, level=event.level)
        case HazardDowngraded():
            return replace(known, level=Level.GENERAL)
        case RectificationOrdered():
            # An order puts a hazard into the authority's hands, whoever found it.
            return replace(known, track=Track.AUTHORITY, responsible=event.responsible)
        case OrderWithdrawn():
            return replace(known, track=event.track, responsible=None)
        case RectificationAsked() | PlanAccepted() | RoundStarted() | ResponsibleAssigned():
            return replace(known, responsible=event.responsible)
        case HazardCorrected():
            places = [change.after for change in event.changes if change.field is CorrectedField.PLACE]
            return replace(known, place=places[-1]) if places else known
        case _:
            return known


def _owed_after(known: Case, envelope: Envelope, event: Event) -> Case:
    if isinstance(event, SETS_DEADLINE):
        return _due(known.done(*EVERYTHING), Kind.RECTIFICATION, event.deadline, envelope)
    if (moved := moved_to(event)) is not None:
        # What has been submitted meanwhile is owed a re-inspection, whenever its notice was served.
        return known if known.owes(Kind.REINSPECTION) else _due(known, Kind.RECTIFICATION, moved, envelope)
    if isinstance(event, ENDS_EVERYTHING):
        return known.done(*EVERYTHING)
    match event:
        case RectificationSubmitted(reinspection_due=day) | FixedOnSpot(reinspection_due=day):
            return _due(known.done(*EVERYTHING), Kind.REINSPECTION, day, envelope)
        case DeadlineRecomputed(what=Owing.REINSPECTION) if known.owes(Kind.REINSPECTION):
            return _due(known, Kind.REINSPECTION, event.recomputed, envelope)
        case ReinspectionPassed() | ReinspectionFailed():
            return known.done(Kind.REINSPECTION)
        case _:
            return known


def _due(known: Case, kind: Kind, day: date | None, envelope: Envelope) -> Case:
    """Owed until the end of a day; without one, as an order whose days run from its service, not yet."""
    if day is None:
        return known
    return known.owing(Obligation(kind, envelope.version, end_of(day), envelope.time))
