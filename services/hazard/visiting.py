"""所据检查 · What a notice reads of the visit that it groups the hazards of: one place to read it."""

from contracts.values import VisitKind
from contracts.visit import VisitRecorded
from services.hazard.handling import Handling
from services.hazard.notice.drafting import Visited
from services.hazard.recalling import NotFound
from services.hazard.store import stream_of


async def visited(handling: Handling, key: str) -> Visited:
    """该次检查 · The visit as the log has it. Raises NotFound."""
    facts = await handling.log.load(stream_of(f"visit/{key}"))
    recorded = next((fact for fact in facts if isinstance(fact.event, VisitRecorded)), None)
    if recorded is None:
        raise NotFound("检查")
    event = recorded.event
    assert isinstance(event, VisitRecorded)
    return Visited(
        key=key,
        version=facts[-1].envelope.version,
        enterprise=event.enterprise,
        division=recorded.envelope.division or "",
        kind=VisitKind(event.visit_kind),
        on=event.visited_on,
    )
