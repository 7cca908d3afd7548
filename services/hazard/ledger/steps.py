"""台账步骤 · The commands that a row proves, in order, from where its hazard stands today.

Pure: row, past and people in, steps out; whoever runs them only loops. A step's day is the one its cell
names. What is missing stops the row there, and is named; what contradicts itself refuses the row.
"""

from collections.abc import Callable
from dataclasses import replace

from contracts.values import Level, Status
from services.hazard.ledger import stages
from services.hazard.ledger.checking import contradictions
from services.hazard.ledger.past import Past, changes
from services.hazard.ledger.path import Path, Plan, Setting, Step, instant_of
from services.hazard.ledger.row import Row

__all__ = ["Plan", "Setting", "Step", "instant_of", "steps"]

ENDED = (Status.CLOSED, Status.NOT_A_HAZARD, Status.DUPLICATE, Status.VOIDED)
# Each stage adds its steps and says whether the row may go on to the next.
GENERAL: tuple[Callable[[Path], bool], ...] = (
    stages.capture,
    stages.submit,
    stages.advise,
    stages.direct,
    stages.rectify,
    stages.reinspect,
    stages.close,
)
MAJOR: tuple[Callable[[Path], bool], ...] = (
    stages.capture,
    stages.submit,
    stages.classify,
    stages.advise,
    stages.require_plan,
    stages.file_plan,
    stages.accept_plan,
    stages.rectify,
    stages.reinspect,
    stages.close,
)


def steps(row: Row, past: Past, setting: Setting) -> Plan:
    """步骤 · What the row proves beyond what is recorded; none of it when the row is refused."""
    if row.level is None and past.hazard.level is Level.MAJOR:
        row = replace(row, level=Level.MAJOR)
    refusals = contradictions(row, setting.today) or changes(row, past, setting.names)
    if refusals:
        return Plan(refusals=refusals, reaches=past.hazard.status)
    path = Path(row=row, past=past, setting=setting, status=past.hazard.status)
    for stage in MAJOR if row.is_major else GENERAL:
        if path.status in ENDED or not stage(path):
            break
    return Plan(
        steps=tuple(path.steps), reaches=path.status, lacks=tuple(path.lacks), notes=tuple(path.notes)
    )
