"""案件演变 · How each event changes the state; handed to the stage it belongs to."""

from dataclasses import replace

from contracts.case import CaseEvent
from contracts.envelope import Envelope
from services.hazard.case import closing, deciding, executing, filing, informing, investigating, publishing
from services.hazard.case.state import Case


def evolve(case: Case, event: CaseEvent, envelope: Envelope) -> Case:
    """演变 · The state after one event."""
    return replace(
        by_stage(case, event, envelope),
        version=envelope.version,
        last_at=envelope.occurredat,
        division=envelope.division or case.division,
    )


def by_stage(case: Case, event: CaseEvent, envelope: Envelope) -> Case:
    """按阶段 · The type checker sees that no event is left out."""
    if isinstance(event, filing.Filing):
        return filing.evolve(case, event, envelope)
    if isinstance(event, investigating.Investigating):
        return investigating.evolve(case, event)
    if isinstance(event, informing.Informing):
        return informing.evolve(case, event)
    if isinstance(event, deciding.Deciding):
        return deciding.evolve(case, event)
    if isinstance(event, publishing.Publishing):
        return publishing.evolve(case, event)
    if isinstance(event, executing.Executing):
        return executing.evolve(case, event)
    return closing.evolve(case, event)
