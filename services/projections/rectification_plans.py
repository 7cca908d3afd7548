"""治理方案各稿 · The plans of a major hazard: required by when, filed, returned or accepted, with what they say."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from pydantic import TypeAdapter

from contracts import hazard as life
from contracts.envelope import Event
from contracts.terms import Owing
from services.jetstream import Recorded
from services.projections.shanghai import day


@dataclass(slots=True)
class Draft:
    """一稿方案 · Local dates, persons by id; `plan`: its seven items as the event has them."""

    required_on: date | None = None
    due: date | None = None
    filed_on: date | None = None
    filed_by: str | None = None
    plan: dict[str, Any] | None = None  # JSON of a RectificationPlan
    returned_on: date | None = None
    reason: str | None = None
    """Why it was returned, or why none is needed."""
    accepted_on: date | None = None
    accepted_by: str | None = None
    deadline: date | None = None
    waived_on: date | None = None

    @property
    def decided(self) -> bool:
        """已有结果 · Accepted, returned or waived: what follows is another draft."""
        return any((self.returned_on, self.accepted_on, self.waived_on))


DRAFTS: Final = TypeAdapter(list[Draft])
STEPS: Final[frozenset[type[Event]]] = frozenset(
    {
        life.PlanRequired,
        life.PlanWaived,
        life.PlanFiled,
        life.PlanAccepted,
        life.PlanReturned,
        life.DeadlineRecomputed,
    }
)


def opened(stored: Any) -> list[Draft]:  # JSON of a row, or what was opened before
    """取出 · Drafts from the JSON they are stored as."""
    return DRAFTS.validate_python(stored) if stored and isinstance(stored[0], dict) else [*stored]


def take_plan(drafts: list[Draft], recorded: Recorded) -> None:
    """之后的方案 · Bring the plans of a hazard to after one more event."""
    event, on, by = recorded.event, day(recorded.envelope.occurredat), recorded.envelope.actor
    match event:
        case life.PlanRequired():
            drafts.append(Draft(required_on=on, due=event.plan_due))
        case life.DeadlineRecomputed(what=Owing.PLAN):
            _open(drafts).due = event.recomputed
        case life.PlanFiled():
            draft = _open(drafts)
            draft.filed_on, draft.filed_by = on, by
            draft.plan = event.plan.model_dump(mode="json") if event.plan else None
        case life.PlanAccepted():
            draft = _open(drafts)
            draft.accepted_on, draft.accepted_by, draft.deadline = on, by, event.deadline
        case life.PlanReturned():
            draft = _open(drafts)
            draft.returned_on, draft.reason = on, event.reason
        case life.PlanWaived():
            draft = _open(drafts)
            draft.waived_on, draft.reason = on, event.reason


def _open(drafts: list[Draft]) -> Draft:
    """The one that waits for its next step; filing again replaces what was filed before."""
    if not drafts or drafts[-1].decided:
        drafts.append(Draft())
    return drafts[-1]
