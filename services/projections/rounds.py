"""整改轮次 · The rounds of a hazard: each from its deadline to its re-inspection."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import TypeAdapter

from contracts import hazard as life
from contracts.deadlines import MOVING, moved_to
from contracts.envelope import Event
from contracts.terms import Owing
from services.jetstream import Recorded
from services.projections.shanghai import day


@dataclass(slots=True)
class Round:
    """一轮整改 · Local dates; `began_by` is the type of the event that began it, money is in fen."""

    round: int
    began_by: str
    began_on: date
    deadline: date | None = None
    responsible: str | None = None
    notice: str | None = None
    measures: str | None = None
    completed_on: date | None = None
    submitted_on: date | None = None
    submitted_by: str | None = None
    cost: int | None = None
    reinspected_on: date | None = None
    reinspectors: tuple[str, ...] = ()
    passed: bool | None = None
    remark: str | None = None
    closed_on: date | None = None
    ordered_on: date | None = None
    """Of the first order, request or accepted plan of the round."""
    notice_id: str | None = None
    reinspection_due: date | None = None
    against: str | None = None
    """Against whom a missed re-inspection is held, once it is."""


ROUNDS = TypeAdapter(list[Round])
# 改变轮次的事件 · All others leave the rounds as they are.
OF_ROUNDS: frozenset[type[Event]] = frozenset(
    {
        life.OrderWithdrawn,
        life.RoundStarted,
        life.RectificationOrdered,
        life.RectificationAsked,
        life.PlanAccepted,
        life.HazardUpgraded,
        life.HazardDowngraded,
        life.ResponsibleAssigned,
        life.FixedOnSpot,
        life.RectificationSubmitted,
        life.ReinspectionPassed,
        life.ReinspectionFailed,
        life.HazardClosed,
        *MOVING,
    }
)


def opened(stored: Any) -> list[Round]:  # JSON of a row, or rounds that were opened before
    """取出 · Rounds from the JSON they are stored as."""
    return ROUNDS.validate_python(stored) if stored and isinstance(stored[0], dict) else [*stored]


def take_round(rounds: list[Round], recorded: Recorded) -> None:
    """之后的轮次 · Bring the rounds of a hazard to after one more event."""
    if recorded.kind not in OF_ROUNDS:
        return
    event, envelope = recorded.event, recorded.envelope
    match event:
        case life.OrderWithdrawn():
            if rounds:
                last = rounds[-1]
                last.deadline = last.responsible = last.notice = last.notice_id = last.ordered_on = None
            return
        case life.RoundStarted():
            on = day(envelope.occurredat)
            begun = Round(event.round, event.TYPE, on, event.deadline, event.responsible, ordered_on=on)
            rounds.append(begun)
            return
    on = day(envelope.occurredat)
    changes = _changes(event, on, envelope.actor)
    if changes and not rounds:
        rounds.append(Round(1, event.TYPE, on))
    for name, value in changes.items():
        if name != "ordered_on" or rounds[-1].ordered_on is None:
            setattr(rounds[-1], name, value)


def _changes(event: Event, on: date, actor: str) -> dict[str, Any]:  # fields of a round
    match event:
        case life.RectificationOrdered():
            told = event.model_dump(include={"deadline", "responsible", "notice", "notice_id"})
            return told | {"ordered_on": on}
        case life.RectificationAsked() | life.PlanAccepted():
            return {"deadline": event.deadline, "responsible": event.responsible, "ordered_on": on}
        case life.HazardUpgraded() | life.HazardDowngraded():
            return {"deadline": None}  # gives way to the plan's, or to the next order's
        case life.ResponsibleAssigned():
            return {"responsible": event.responsible}
        case life.HazardClosed():
            return {"closed_on": on}
        case life.ReinspectionOverdue():
            return {"against": event.against}
        case life.DeadlineRecomputed(what=Owing.REINSPECTION):
            return {"reinspection_due": event.recomputed}
        case event if deadline := moved_to(event):
            return {"deadline": deadline}
        case _:
            return _done(event, on, actor)


def _done(event: Event, on: date, actor: str) -> dict[str, Any]:  # fields of a round
    match event:
        case life.FixedOnSpot():
            done = {"measures": event.measures, "reinspection_due": event.reinspection_due}
            done |= {"completed_on": on, "submitted_on": on, "submitted_by": event.fixed_by}
            seen = {"reinspected_on": on, "reinspectors": (event.witness or actor,), "passed": True}
            return done | seen if event.verified else done
        case life.RectificationSubmitted():
            said = {
                "measures": event.measures,
                "completed_on": event.completed_on,
                "cost": event.cost,
                "reinspection_due": event.reinspection_due,
            }
            return said | {"submitted_on": on, "submitted_by": actor}
        case life.ReinspectionPassed() | life.ReinspectionFailed():
            passed = isinstance(event, life.ReinspectionPassed)
            looked = {"reinspected_on": on, "reinspectors": event.inspectors, "remark": event.remark}
            return looked | {"passed": passed}
        case _:
            return {}
