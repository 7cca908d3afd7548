"""投影一批 · A batch of events over the rows it touches: what each event changed, in memory, in the log's order. PURE."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import get_args
from uuid import UUID

from contracts import hazard as life
from contracts.case import CaseFiled, PenaltyDecided
from contracts.enterprise import EnterpriseClosedDown, EnterpriseEvent
from contracts.envelope import Event
from contracts.notice import NoticeServed
from contracts.service_plan import ServicePlanEvent, plan_id
from contracts.visit import VisitCancelled, VisitPlanned, VisitRecorded
from services.jetstream import Recorded
from services.projections.shanghai import day
from services.projections.tallying import around
from services.projections.tallying.around import Enterprise, Notice, Plan, Series, Visit
from services.projections.tallying.hazard import NEVER, SILENT, Hazard, durations_of, marks_of, take
from services.projections.tallying.keeping import Ended
from services.projections.tallying.measures import Delta, Duration, Marks, Place, differences

OF_VISIT = (VisitPlanned, VisitRecorded, VisitCancelled)
OF_CASE = (CaseFiled, PenaltyDecided)
# 计入的旁的事件 · Of all that happens to others than hazards, what counts.
BESIDE: frozenset[type[Event]] = frozenset(
    {*get_args(EnterpriseEvent), *get_args(ServicePlanEvent), *OF_VISIT, *OF_CASE, NoticeServed}
)


@dataclass(slots=True)
class Touched:
    """触及 · The ids of the rows that a batch reads or changes."""

    hazards: set[str] = field(default_factory=set)
    firms: set[str] = field(default_factory=set)
    visits: set[str] = field(default_factory=set)
    plans: set[str] = field(default_factory=set)
    notices: set[str] = field(default_factory=set)
    series: set[str] = field(default_factory=set)


def touched(batch: Sequence[Recorded]) -> Touched:
    """触及 · What has to be loaded for a batch; a stream that begins in it has nothing to load."""
    ids = Touched()
    for recorded in batch:
        if recorded.aggregate == "hazard":
            if recorded.kind not in SILENT:
                _touched_by_hazard(ids, recorded)
        else:
            _touched_beside(ids, recorded)
    return ids


def _touched_by_hazard(ids: Touched, recorded: Recorded) -> None:
    if recorded.envelope.version > 1:
        ids.hazards.add(recorded.key)
    if registered := recorded.as_a(life.HazardRegistered):
        ids.firms.add(registered.enterprise)
        ids.series.add(_series(registered))
    elif (ordered := recorded.as_a(life.RectificationOrdered)) and ordered.notice_id:
        ids.notices.add(ordered.notice_id)


def _touched_beside(ids: Touched, recorded: Recorded) -> None:
    if recorded.kind not in BESIDE:
        return
    event, key = recorded.event, recorded.key
    match recorded.aggregate:
        case "enterprise":
            ids.firms.add(key)
        case "visit" if isinstance(event, OF_VISIT):
            ids.visits.add(key)
            ids.firms.add(event.enterprise)
            if isinstance(event, VisitRecorded):
                ids.plans.add(_plan(event))
        case "service-plan":
            ids.plans.add(key)
            ids.firms.add(getattr(event, "enterprise", ""))
        case "notice" if isinstance(event, NoticeServed):
            ids.notices.add(key)
            ids.firms.add(event.enterprise)
        case "case" if isinstance(event, OF_CASE):
            ids.firms.add(event.enterprise)


def _series(event: life.HazardRegistered) -> str:
    return f"{event.enterprise}/{event.category}"


def _plan(event: VisitRecorded) -> str:
    return event.plan or plan_id(event.enterprise, event.visited_on.year)


Counted = tuple[Marks, AbstractSet[Duration]]


@dataclass(slots=True)
class Fold:
    """折叠 · The rows as they are after each event, and the differences that each event made."""

    hazards: dict[str, Hazard]
    firms: dict[str, Enterprise]
    visits: dict[str, Visit]
    plans: dict[str, Plan]
    notices: dict[str, Notice]
    series: dict[str, Series]
    deltas: list[Delta] = field(default_factory=list)
    durations: list[Ended] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)
    """The hazards of which something was written."""
    firms_kept: dict[str, Enterprise] = field(default_factory=dict)
    plans_kept: dict[str, Plan] = field(default_factory=dict)
    counted: dict[str, Counted] = field(default_factory=dict)
    """What hazards counted for when they were last touched, so far as it is still known."""

    def take(self, recorded: Recorded) -> None:
        """记入 · One more event."""
        if recorded.aggregate == "hazard":
            if recorded.kind not in SILENT:
                self._hazard(recorded)
        elif recorded.kind in BESIDE:
            self._beside(recorded)

    def _beside(self, recorded: Recorded) -> None:
        match recorded.aggregate:
            case "enterprise":
                self._enterprise(recorded)
            case "visit" if isinstance(recorded.event, OF_VISIT):
                self._visit(recorded, recorded.event)
            case "service-plan":
                self._service_plan(recorded)
            case "notice" if isinstance(recorded.event, NoticeServed):
                self._notice(recorded, recorded.event)
            case "case" if isinstance(recorded.event, OF_CASE):
                where = self.firms.get(recorded.event.enterprise)
                place = where.place if where else Place(recorded.envelope.division or "")
                self._differ(recorded.position, {}, around.beside(recorded.event, place))

    def _hazard(self, recorded: Recorded) -> None:
        key, position = recorded.key, recorded.position
        hazard = self.hazards.get(key)
        if hazard is None:
            hazard = self.hazards[key] = Hazard(UUID(key))
            self.counted[key] = {}, NEVER
        elif key not in self.counted:
            self.counted[key] = marks_of(hazard), durations_of(hazard)
        marked, lasted = self.counted[key]
        take(hazard, recorded)
        if registered := recorded.as_a(life.HazardRegistered):
            self._registered(hazard, registered)
        self.changed.add(key)
        now, ends = marks_of(hazard), durations_of(hazard)
        self.counted[key] = now, ends
        self._differ(position, marked, now)
        if lasted != ends:
            self.durations += [(position, each, -1) for each in sorted(lasted - ends)]
            self.durations += [(position, each, 1) for each in sorted(ends - lasted)]
        if recorded.kind is life.RectificationSubmitted and hazard.notice:
            self._answered(hazard.notice, position)

    def _registered(self, hazard: Hazard, event: life.HazardRegistered) -> None:
        """What it is at: the object as it is on file now; what it becomes later moves no figure."""
        where = self.firms.get(event.enterprise)
        if where:
            hazard.industry, hazard.object_kind = where.industry or "", where.object_kind
            hazard.size_class = where.size_class or ""
        key = _series(event)
        series = self.series.setdefault(key, Series(key))
        hazard.repeated = series.takes(hazard.found_on or event.found_on)

    def _enterprise(self, recorded: Recorded) -> None:
        key = recorded.envelope.key
        before = self.firms.get(key) or Enterprise(key, key)
        after = around.new_version(before, recorded)
        if after is None:
            return
        if before.from_position:
            kept = before.before(recorded.position)
            self.firms_kept[kept.id] = kept
        self.firms[key] = self.firms_kept[key] = after
        if isinstance(recorded.event, EnterpriseClosedDown):
            on = day(recorded.envelope.occurredat)
            self._differ(recorded.position, {}, {after.place: {on: {"closures": 1}}})

    def _visit(self, recorded: Recorded, event: VisitPlanned | VisitRecorded | VisitCancelled) -> None:
        key = recorded.envelope.key
        visit = self.visits.setdefault(key, Visit(key))
        before = around.visit_marks(visit)
        plan = self.plans.get(_plan(event)) if isinstance(event, VisitRecorded) else None
        around.take_visit(visit, recorded, self.firms.get(event.enterprise), plan.expert if plan else None)
        self._differ(recorded.position, before, around.visit_marks(visit))

    def _service_plan(self, recorded: Recorded) -> None:
        key = recorded.envelope.key
        before = self.plans.get(key)
        where = self.firms.get(getattr(recorded.event, "enterprise", ""))
        after = around.take_plan(before, recorded, where)
        if after is None:
            return
        if before is not None:
            kept = before.before(recorded.position)
            self.plans_kept[kept.id] = kept
        self.plans[key] = self.plans_kept[key] = after

    def _notice(self, recorded: Recorded, event: NoticeServed) -> None:
        key = recorded.envelope.key
        notice = self.notices.setdefault(key, Notice(key))
        before = notice.marks
        where = self.firms.get(event.enterprise)
        notice.division = where.division if where else recorded.envelope.division or ""
        if where:
            notice.industry, notice.object_kind = where.industry or "", where.object_kind
            notice.size_class = where.size_class or ""
        notice.served_on = event.served_on
        self._differ(recorded.position, before, notice.marks)

    def _answered(self, key: str, position: int) -> None:
        """The enterprise has answered once one of the hazards that the notice orders is said to be put right."""
        notice = self.notices.setdefault(key, Notice(key))
        before = notice.marks
        notice.answered = True
        self._differ(position, before, notice.marks)

    def _differ(self, position: int, before: Marks, after: Marks) -> None:
        self.deltas += [Delta(position, *each) for each in differences(before, after)]
