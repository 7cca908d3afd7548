"""执行步骤 · The steps of a row, by the same commands as anybody's, each as the person the row names."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import takewhile
from uuid import UUID

from services.hazard import hazard_commands, hazards
from services.hazard.handling import Handling, Sender
from services.hazard.ledger.desk import Desk, digest, sender
from services.hazard.ledger.path import Plan, Step, instant_of
from services.hazard.ledger.row import Row
from services.hazard.lifecycle.ordering import OrderRectification
from services.hazard.lifecycle.reporting import CaptureHazard

COMMANDS = {command.path: command for command in hazard_commands.COMMANDS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """办理中的一行 · A row with its streams and what it still has to do."""

    row: Row
    enterprise: str
    visit: UUID
    hazard: UUID | None = None
    plan: Plan = field(default_factory=Plan)

    @property
    def before(self) -> tuple[Step, ...]:
        """责令以前的步骤 · All of them where nothing is ordered under a notice."""
        return tuple(takewhile(lambda step: not is_noticed(step), self.plan.steps))

    @property
    def ordered(self) -> Step | None:
        """据指令书责令 · The step that orders the hazard under a notice."""
        return next((step for step in self.plan.steps if is_noticed(step)), None)

    @property
    def after(self) -> tuple[Step, ...]:
        """责令以后的步骤 · None where nothing is ordered under a notice."""
        return self.plan.steps[len(self.before) + 1 :]


def is_noticed(step: Step) -> bool:
    """据指令书 · Whether the step stands under a notice."""
    return isinstance(step.ask, OrderRectification) and step.ask.notice_id is not None


async def perform(handling: Handling, desk: Desk, line: Line, steps: Iterable[Step]) -> None:
    """执行 · In order; each under its own key, so a broken-off import goes on where it stopped."""
    key = str(line.hazard)
    last = (await handling.read(hazards.HAZARD, key)).last_at
    for step in steps:
        who = replace(step_sender(desk, step, line.enterprise), at=moment_of(step, last))
        if isinstance(step.ask, CaptureHazard):
            await hazards.capture(handling, who, key, step.ask)
        else:
            await hazards.change(handling, who, key, COMMANDS[step.command], step.ask)
        last = who.at


def moment_of(step: Step, last: datetime | None) -> datetime:
    """时刻 · A rectification is submitted when it is told, though it was complete before somebody urged it."""
    at = instant_of(step.on, last)
    return max(at, last) if last and step.command == "submit-rectification" else at


def step_sender(desk: Desk, step: Step, enterprise: str) -> Sender:
    """步骤的请求人 · The person the row names, entered by the importer."""
    request = digest(f"{step.command}\n{step.person}\n{step.on}\n{step.ask.model_dump_json()}")
    return sender(desk, (step.person, step.role), str(step.key), request, step.on, enterprise)
