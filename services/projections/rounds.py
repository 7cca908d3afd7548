"""整改轮次 · The rounds of a hazard: each from its deadline to its re-inspection."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pydantic import TypeAdapter

from contracts import hazard as life
from contracts.deadlines import moved_to
from contracts.envelope import Event
from services.jetstream import Recorded
from services.projections.shanghai import day


@dataclass(frozen=True, slots=True)
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


ROUNDS = TypeAdapter(tuple[Round, ...])


def opened(stored: Any) -> tuple[Round, ...]:  # JSON of a row
    """取出 · Rounds from the JSON they are stored as."""
    return ROUNDS.validate_python(stored)


def rounds_after(rounds: Sequence[Round], recorded: Recorded) -> tuple[Round, ...]:
    """之后的轮次 · The rounds after one more event of their hazard."""
    on = day(recorded.envelope.occurredat)
    event = recorded.event
    if isinstance(event, life.OrderWithdrawn):
        return (
            *rounds[:-1],
            *(replace(last, deadline=None, responsible=None, notice=None) for last in rounds[-1:]),
        )
    if isinstance(event, life.RoundStarted):
        begun = Round(event.round, event.TYPE, on, event.deadline, event.responsible)
        return (*rounds, begun)
    changes = _changes(event, on, recorded.envelope.actor)
    if not changes:
        return tuple(rounds)
    current = rounds[-1] if rounds else Round(1, event.TYPE, on)
    return (*rounds[:-1], replace(current, **changes))


def _changes(event: Event, on: date, actor: str) -> dict[str, Any]:  # fields of a round
    match event:
        case life.RectificationOrdered():
            return {"deadline": event.deadline, "responsible": event.responsible, "notice": event.notice}
        case life.RectificationAsked() | life.PlanAccepted():
            return {"deadline": event.deadline, "responsible": event.responsible}
        case life.HazardUpgraded() | life.HazardDowngraded():
            return {"deadline": None}  # gives way to the plan's, or to the next order's
        case life.ResponsibleAssigned():
            return {"responsible": event.responsible}
        case life.FixedOnSpot():
            done = {
                "measures": event.measures,
                "completed_on": on,
                "submitted_on": on,
                "submitted_by": event.fixed_by,
            }
            seen = {"reinspected_on": on, "reinspectors": (event.witness or actor,), "passed": True}
            return done | seen if event.verified else done
        case life.RectificationSubmitted():
            said = event.model_dump(include={"measures", "completed_on", "cost"})
            return said | {"submitted_on": on, "submitted_by": actor}
        case life.ReinspectionPassed() | life.ReinspectionFailed():
            passed = isinstance(event, life.ReinspectionPassed)
            looked = {"reinspected_on": on, "reinspectors": event.inspectors, "remark": event.remark}
            return looked | {"passed": passed}
        case life.HazardClosed():
            return {"closed_on": on}
        case event if deadline := moved_to(event):
            return {"deadline": deadline}
        case _:
            return {}
