"""所据检查 · What a notice reads of the visit that it orders for: one place to read it."""

from services.hazard.handling import Handling
from services.hazard.notice.drafting import Visited
from services.hazard.on_visit import known_visit
from services.hazard.visit.state import BEGUN
from services.scope import Scope


async def visited(handling: Handling, key: str, scope: Scope) -> Visited:
    """该次检查 · A visit in reach, at which the visitors were there. Raises NotFound, NotAtThisVisitStage."""
    visit = await known_visit(handling, key, scope)
    visit.must_be(*BEGUN, act="据以制作指令书")
    assert visit.enterprise is not None  # every visit is to one
    return Visited(
        key=key,
        version=visit.version,
        enterprise=visit.enterprise,
        division=visit.division,
        kind=visit.kind,
    )
