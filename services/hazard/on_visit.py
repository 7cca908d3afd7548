"""检查与隐患 · What a command on a hazard takes from the visit that it names: read, leaned on, and told of the find."""

from operator import attrgetter
from uuid import UUID

from contracts.values import Entry
from services.hazard.handling import Beside, Handling
from services.hazard.occasion import Occasion
from services.hazard.recalling import Kind, NotFound
from services.hazard.store import stream_of
from services.hazard.visit.answering import FoundElsewhere, add_find
from services.hazard.visit.evolving import evolve
from services.hazard.visit.state import Visit
from services.scope import Scope

VISIT = Kind("visit", Visit(), evolve, folds=2, place=attrgetter("division"))


async def known_visit(handling: Handling, key: str, scope: Scope) -> Visit:
    """已有检查 · A visit in reach. Raises NotFound."""
    visit = await handling.lean_on(VISIT, key)
    if visit.state is None or not scope.covers(visit.division, visit.enterprise):
        raise NotFound("检查")
    return visit


async def found_on(
    handling: Handling, hazard: str, key: str | None, enterprise: str | None, scope: Scope, occasion: Occasion
) -> tuple[tuple[Beside, ...], dict[UUID, int]]:
    """在检查中发现 · What the visit is told of a find, or, of a ledger's visit that is recorded already, what it leans on.

    Raises NotFound, FoundElsewhere, NotAtThisVisitStage, NotTakingPart.
    """
    if key is None:
        return (), {}
    visit = await known_visit(handling, key, scope)
    subject = VISIT.subject(key)
    if occasion.entry is Entry.LEDGER:
        if visit.enterprise != enterprise:
            raise FoundElsewhere
        return (), {stream_of(subject): visit.version}
    events = add_find(visit, hazard, enterprise, occasion)
    return (Beside(subject=subject, version=visit.version, events=events, visit=subject),), {}


def course_of(visit: str | None) -> str | None:
    """检查过程 · The subject of a visit, as the envelope names it."""
    return None if visit is None else VISIT.subject(visit)
