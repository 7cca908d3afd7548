"""周边计量 · What enterprises, visits, service plans, notices and cases add, and the rows distinct counts come from. PURE."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from contracts import enterprise as firm
from contracts import service_plan as plans
from contracts import visit as visits
from contracts.case import CaseFiled, PenaltyDecided
from contracts.envelope import Event
from contracts.regions import PenaltyKind
from contracts.values import Post, VisitKind
from services.jetstream import Recorded
from services.projections.shanghai import day
from services.projections.tallying.measures import Days, Marks, Place, put

PENALTIES = {
    PenaltyKind.WARNING: "warnings",
    PenaltyKind.SUSPENSION: "suspensions",
    PenaltyKind.LICENCE: "licences",
    PenaltyKind.DETENTION: "detentions",
}
VISITED = frozenset(
    {visits.Function.ENTERPRISE, visits.Function.LANDLORD}
)  # they were visited, they did not visit
YEAR = timedelta(days=365)  # 「12个月内」
PROFILE = ("name", "credit_code", "industry", "size_class", "address")  # what a complete file says


@dataclass(slots=True)
class Enterprise:
    """检查对象 · One version of an object's file, in force from one position of the log to before another."""

    id: str  # of the enterprise, while it is in force; afterwards with its position
    enterprise: str
    from_position: int = 0
    until_position: int | None = None
    division: str = ""
    name: str = ""
    credit_code: str | None = None
    industry: str | None = None
    object_kind: str = ""
    size_class: str | None = None
    address: str | None = None
    standardisation: str | None = None
    posts: list[str] = field(default_factory=list)
    colour: str | None = None
    complete: bool = False
    closed_down_on: date | None = None

    @property
    def place(self) -> Place:
        """格 · Where something at this object counts that has no level, source or category of its own."""
        return Place(
            self.division,
            industry=self.industry or "",
            object_kind=self.object_kind,
            size_class=self.size_class or "",
        )

    def before(self, position: int) -> "Enterprise":
        """旧版 · This version as it is kept once another follows at a position."""
        return replace(self, id=f"{self.enterprise}@{self.from_position}", until_position=position)


@dataclass(slots=True)
class Visit:
    """检查 · One visit to one object: planned, done, and by whom."""

    id: str
    enterprise: str = ""
    division: str = ""
    industry: str = ""
    object_kind: str = ""
    size_class: str = ""
    visit_kind: str = ""
    planned_on: date | None = None
    visited_on: date | None = None
    cancelled: bool = False
    position: int | None = None  # of its record
    persons: int = 0
    service: bool = False
    assigned: bool = False

    @property
    def place(self) -> Place:
        """格 · Where it counts."""
        return Place(
            self.division,
            industry=self.industry,
            object_kind=self.object_kind,
            size_class=self.size_class,
            visit_kind=self.visit_kind,
        )

    def at(self, where: Enterprise | None, division: str | None) -> None:
        """地点 · By the place of the object, not of the inspector's office; without its file, by the visit's own."""
        self.division = where.division if where else division or ""
        if where:
            self.industry, self.object_kind = where.industry or "", where.object_kind
            self.size_class = where.size_class or ""


@dataclass(slots=True)
class Plan:
    """服务计划 · Whom an enterprise is served by in a year, from one position of the log to before another."""

    id: str  # of the plan, while it is in force; afterwards with its position
    enterprise: str
    division: str
    year: int
    expert: str
    from_position: int
    until_position: int | None = None
    ended_on: date | None = None

    def before(self, position: int) -> "Plan":
        """旧版 · This version as it is kept once another follows at a position."""
        return replace(self, id=f"{self.id}@{self.from_position}", until_position=position)


@dataclass(slots=True)
class Notice:
    """指令书 · One served notice, and whether the enterprise has answered."""

    id: str
    division: str = ""
    industry: str = ""
    object_kind: str = ""
    size_class: str = ""
    served_on: date | None = None
    answered: bool = False

    @property
    def marks(self) -> Marks:
        """计量 · Counted on the day of its service."""
        if self.served_on is None:
            return {}
        place = Place(
            self.division,
            industry=self.industry,
            object_kind=self.object_kind,
            size_class=self.size_class,
        )
        return {place: {self.served_on: {"notices": 1, "notices_answered": int(self.answered)}}}


@dataclass(slots=True)
class Series:
    """同类隐患 · The finding dates of one object's hazards of one category, as ordinal days."""

    id: str  # enterprise/category
    days: list[int] = field(default_factory=list)

    def takes(self, found_on: date) -> bool:
        """再发 · Adds a finding date; whether one of the twelve months before it is there already."""
        this = found_on.toordinal()
        again = any(0 <= this - other <= YEAR.days for other in self.days)
        if this not in self.days:
            self.days.append(this)
        return again


def new_version(before: Enterprise, recorded: Recorded) -> Enterprise | None:
    """新一版 · The object's file after an event that changes it; None if it does not."""
    after = replace(before, from_position=recorded.position, until_position=None, posts=list(before.posts))
    match recorded.event:
        case firm.EnterpriseRegistered() as event:
            after.division = event.division
            _profile(after, event)
        case firm.EnterpriseProfileChanged() as event:
            _profile(after, event)
        case firm.ResponsiblePersonNamed() as event:
            after.posts = sorted({*after.posts, event.post})
        case firm.EnterpriseGraded() as event:
            after.colour = event.colour
        case firm.EnterpriseClosedDown():
            after.closed_down_on = day(recorded.envelope.occurredat)
        case _:
            return None
    told = all(getattr(after, name) for name in PROFILE)
    after.complete = told and {Post.MAIN, Post.SAFETY} <= set(after.posts)
    return after


def _profile(after: Enterprise, said: firm.EnterpriseRegistered | firm.EnterpriseProfileChanged) -> None:
    for name in (*PROFILE, "object_kind", "standardisation"):
        value = getattr(said, name)
        if value is not None:
            setattr(after, name, value)


def visit_marks(visit: Visit) -> Marks:
    """检查计量 · A visit counts on the day it was made, a plan on the day it was planned for."""
    days: Days = {}
    if visit.visited_on is not None:
        put(days, visit.visited_on, {"visits": 1, "persons": visit.persons})
    if visit.planned_on is not None and not visit.cancelled:
        put(days, visit.planned_on, {"planned": 1, "planned_done": int(visit.visited_on is not None)})
    return {visit.place: days} if days else {}


def take_visit(visit: Visit, recorded: Recorded, where: Enterprise | None, expert: str | None) -> None:
    """检查之后 · A visit after one more of its events."""
    match recorded.event:
        case visits.VisitPlanned() as event:
            visit.at(where, recorded.envelope.division)
            visit.enterprise, visit.visit_kind = event.enterprise, event.visit_kind
            visit.planned_on = event.planned_on
        case visits.VisitCancelled():
            visit.cancelled = True
        case visits.VisitRecorded() as event:
            visit.at(where, recorded.envelope.division)
            visit.enterprise, visit.visit_kind = event.enterprise, event.visit_kind
            visit.visited_on, visit.position = event.visited_on, recorded.position
            visit.service = event.visit_kind == VisitKind.EXPERT
            present = {*event.officers, *(each.person for each in event.participants)}
            visit.assigned = visit.service and expert in present
            visit.persons = len(set(event.officers) | inspecting(event))


def inspecting(event: visits.VisitRecorded) -> set[str]:
    """检查人员 · Who came to look, by id."""
    return {each.person for each in event.participants if each.function not in VISITED}


def beside(event: Event, place: Place) -> Marks:
    """旁的计量 · What an event of a case or an enterprise adds for good."""
    match event:
        case CaseFiled():
            return {place: {event.filed_on: {"cases": 1}}}
        case PenaltyDecided():
            amounts = {name: 1 for kind, name in PENALTIES.items() if kind in event.penalty.kinds}
            fine = {"fines": event.penalty.fine} if event.penalty.fine else {}
            return {place: {event.decided_on: {**amounts, **fine}}}
        case _:
            return {}


def take_plan(before: Plan | None, recorded: Recorded, where: Enterprise | None) -> Plan | None:
    """服务计划之后 · The plan in force after an event that changes whom it is served by, or ends it."""
    position = recorded.position
    match recorded.event:
        case plans.ServicePlanMade() as event:
            division = where.division if where else recorded.envelope.division or ""
            return Plan(
                id=recorded.envelope.key,
                enterprise=event.enterprise,
                division=division,
                year=event.year,
                expert=event.expert.person,
                from_position=position,
            )
        case plans.ExpertChanged() | plans.InstitutionChanged() as event if before:
            return replace(before, expert=event.expert.person, from_position=position)
        case plans.ServicePlanEnded() as event if before:
            return replace(before, ended_on=event.ends_on, from_position=position)
        case _:
            return None
