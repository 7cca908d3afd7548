"""检查与隐患 · What a command on a hazard takes from the visit that it names: read, leaned on, and told of the find."""

from dataclasses import replace
from operator import attrgetter
from uuid import UUID

from contracts.values import Entry
from contracts.visit import FindAdded, VisitState
from services.hazard.handling import Beside, Handling
from services.hazard.lifecycle.reporting import CaptureHazard
from services.hazard.occasion import Occasion
from services.hazard.recalling import Kind, NotFound
from services.hazard.store import stream_of
from services.hazard.visit.answering import FoundElsewhere, add_find, officer_present
from services.hazard.visit.evolving import evolve
from services.hazard.visit.state import Visit
from services.scope import Scope

VISIT = Kind("visit", Visit(), evolve, folds=3, place=attrgetter("division"))


Leaning = tuple[Occasion, dict[UUID, int]]
Found = tuple[tuple[Beside, ...], dict[UUID, int]]


async def known_visit(handling: Handling, key: str, scope: Scope) -> Visit:
    """已有检查 · A visit in reach. Raises NotFound."""
    visit = await handling.lean_on(VISIT, key)
    if visit.state is None or not scope.covers(visit.division, visit.enterprise):
        raise NotFound("检查")
    return visit


def found_on(visit: Visit | None, hazard: str, enterprise: str | None, occasion: Occasion) -> Found:
    """在检查中发现 · What the visit is told of a find; or, when a ledger's visit has told of it itself, what it leans on.

    A row that comes later adds to its visit, unless that is on file. Raises FoundElsewhere, NotAtThisVisitStage, NotTakingPart.
    """
    if visit is None:
        return (), {}
    subject = VISIT.subject(visit.id)
    if occasion.entry is Entry.LEDGER:
        if visit.enterprise != enterprise:
            raise FoundElsewhere
        if hazard in visit.found or visit.state is VisitState.ARCHIVED:
            return (), {stream_of(subject): visit.version}
        later = FindAdded(enterprise=visit.enterprise or "", hazard=hazard)
        return (Beside(subject=subject, version=visit.version, events=(later,), visit=subject),), {}
    events = add_find(visit, hazard, enterprise, occasion)
    return (Beside(subject=subject, version=visit.version, events=events, visit=subject),), {}


async def on_its_visit(handling: Handling, key: str | None, scope: Scope, occasion: Occasion) -> Leaning:
    """所依据的检查 · The visit that a command names, decided on this version of it; the rule refuses one out of reach."""
    if key is None:
        return occasion, {}
    visit = await handling.lean_on(VISIT, key)
    if not scope.covers(visit.division, visit.enterprise):
        return occasion, {}
    return replace(occasion, visit=visit), {stream_of(VISIT.subject(key)): visit.version}


def filled(ask: CaptureHazard, visit: Visit | None) -> CaptureHazard:
    """取自检查 · The kind is the visit's, and so is whether an officer was there; a ledger's visit does not say that."""
    if visit is None:
        return ask
    taken = {"visit_kind": visit.kind} | ({} if visit.short else {"officer_present": officer_present(visit)})
    return ask.model_copy(update=taken)


def course_of(visit: str | None) -> str | None:
    """检查过程 · The subject of a visit, as the envelope names it."""
    return None if visit is None else VISIT.subject(visit)
