"""隐患计量 · What one hazard counts for, after each of its events, by the rules of domain/tallies.md d.3. PURE."""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from uuid import UUID

from contracts import hazard as life
from contracts.deadlines import moved_to
from contracts.envelope import Event
from contracts.regions import SupervisionLevel
from contracts.values import Level, Source, SourceGroup, Status
from services.jetstream import Recorded
from services.projections.shanghai import day
from services.projections.status import RECTIFIED, UNCOUNTED, UNREGISTERED, status_after
from services.projections.tallying.measures import (
    TO_SUBMISSION,
    TO_VERIFICATION,
    Amounts,
    Days,
    Duration,
    Marks,
    Place,
    put,
)

NEVER: AbstractSet[Duration] = frozenset()


@dataclass(slots=True)
class Hazard:
    """隐患 · What counts of a hazard: where it stands, its days, its marks."""

    id: UUID
    division: str = ""
    holder: str = ""
    enterprise: str = ""
    status: Status = Status.DRAFT
    level: str = Level.GENERAL
    upgraded: bool = False
    source_group: str = ""
    category: str = ""
    industry: str = ""
    object_kind: str = ""
    size_class: str = ""
    visit_kind: str = ""
    reported: bool = False
    repeated: bool = False
    on_spot: bool = False
    planned: bool = False
    five: bool = False
    listed: str = ""
    notice: str = ""
    cost: int = 0
    found_on: date | None = None
    ordered_on: date | None = None
    deadline: date | None = None
    submitted_on: date | None = None
    verified_on: date | None = None
    closed_on: date | None = None
    first_rechecked_on: date | None = None
    first_passed: bool = False
    rechecked: bool = False
    submissions: list[date] = field(default_factory=list)
    rechecks: list[date] = field(default_factory=list)
    relapses: list[date] = field(default_factory=list)
    offers: list[date] = field(default_factory=list)
    taken: list[date] = field(default_factory=list)

    @property
    def counted(self) -> bool:
        """计数 · It reached 已登记 and did not end as 非隐患, 重复 or 作废."""
        return self.status not in UNREGISTERED and self.status not in UNCOUNTED

    @property
    def place(self) -> Place:
        """格 · Where it counts: the object's place, and what it is."""
        return Place(
            self.division,
            self.level,
            self.source_group,
            self.category,
            self.industry,
            self.object_kind,
            self.size_class,
            self.visit_kind,
        )


# 不改变计数 · Events after which a hazard counts for what it counted for before: most of a life.
SILENT: frozenset[type[Event]] = frozenset(
    {
        life.HazardConfirmed,
        life.RectificationAdvised,
        life.PlanReturned,
        life.PlanWaived,
        life.SignatureRefused,
        life.ResponsibleAssigned,
        life.ProgressReported,
        life.RectificationUrged,
        life.ExtensionRequested,
        life.ExtensionAgreedBySupervisor,
        life.ExtensionRefused,
        life.DeadlineMissed,
        life.ReinspectionOverdue,
        life.TransferReturned,
        life.HazardEscalated,
        life.PenaltyProposed,
        life.EnforcementReferred,
        life.CaseLinked,
        life.CaseDecided,
        life.CaseClosed,
        life.LandlordResponded,
        life.InterimMeasureImposed,
        life.LiftRequested,
        life.InterimMeasureLifted,
        life.LiftRefused,
        life.CompulsionApplied,
        life.AcceptanceRequested,
        life.ListedAccepted,
        life.HazardDelisted,
    }
)


def marks_of(hazard: Hazard) -> Marks:
    """计量 · What a hazard adds where and on which day.

    Found on the finding date, due on the current deadline, rectified on the day of verification, closed on the
    closing day; open with whoever holds it. Nothing before registration; nothing for 非隐患, 重复, 作废.
    """
    found_on = hazard.found_on
    if found_on is None or not (hazard.counted or hazard.reported):
        return {}
    days: Days = {}
    place = hazard.place
    marks: Marks = {place: days}
    if hazard.reported:
        verified = hazard.status not in UNREGISTERED and hazard.status != Status.NOT_A_HAZARD
        put(days, found_on, VERIFIED_REPORT if verified else REPORT)
    if not hazard.counted:
        return marks
    put(days, found_on, _found(hazard))
    if hazard.deadline is not None:
        put(days, hazard.deadline, _due(hazard))
    _add_days(days, hazard)
    if hazard.status != Status.CLOSED:
        if hazard.holder in ("", hazard.division):
            put(days, found_on, OPEN)
        else:
            marks[place._replace(division=hazard.holder)] = {found_on: OPEN}
    return marks


OPEN, REPORT, VERIFIED_REPORT = {"open": 1}, {"reports": 1}, {"reports": 1, "reports_verified": 1}
RECTIFIED_ONE = ({"rectified": 1}, {"rectified": 1, "rectified_major": 1})  # general, MAJOR
CLOSED_ONE = ({"closed": 1}, {"closed": 1, "closed_major": 1})
RECHECKED = ({"rechecked_first": 1}, {"rechecked_first": 1, "passed_first": 1})  # failed, passed
SUBMITTED, SUBMITTED_RECHECKED, RELAPSED = {"submitted": 1}, {"submitted_rechecked": 1}, {"relapsed": 1}
OFFERED, TAKEN = {"transfers": 1}, {"transfers_in_time": 1}


def _add_days(days: Days, hazard: Hazard) -> None:
    """What counts on the day on which it happened."""
    major = hazard.level == Level.MAJOR
    if hazard.verified_on is not None and hazard.status in RECTIFIED:
        put(days, hazard.verified_on, RECTIFIED_ONE[major])
    if hazard.closed_on is not None and hazard.status == Status.CLOSED:
        put(days, hazard.closed_on, CLOSED_ONE[major])
    if hazard.first_rechecked_on is not None:
        put(days, hazard.first_rechecked_on, RECHECKED[hazard.first_passed])
    if hazard.cost and hazard.submissions:
        put(days, hazard.submissions[-1], {"cost": hazard.cost})
    for on in hazard.submissions:
        put(days, on, SUBMITTED)
    for on in hazard.rechecks:
        put(days, on, SUBMITTED_RECHECKED)
    for on in hazard.relapses:
        put(days, on, RELAPSED)
    for on in hazard.offers:
        put(days, on, OFFERED)
    for on in hazard.taken:
        put(days, on, TAKEN)


def _found(hazard: Hazard) -> Amounts:
    rectified, closed = hazard.status in RECTIFIED, hazard.status == Status.CLOSED
    kind = (rectified, closed, hazard.on_spot, hazard.repeated, hazard.source_group)
    if hazard.level != Level.MAJOR:
        return _found_as(*kind)
    marked = (hazard.upgraded, hazard.listed, hazard.planned, hazard.five)
    return {**_found_as(*kind), **_found_major(rectified, closed, *marked)}


@cache  # a few dozen kinds
def _found_as(rectified: bool, closed: bool, on_spot: bool, repeated: bool, group: str) -> Amounts:
    marked = {
        "found": True,
        "found_rectified": rectified,
        "found_closed": closed,
        "found_on_spot": on_spot,
        "found_repeated": repeated,
        "found_self": group == SourceGroup.SELF,
        "found_government": group == SourceGroup.GOVERNMENT,
    }
    return {name: 1 for name, true in marked.items() if true}


@cache  # a few hundred kinds
def _found_major(
    rectified: bool, closed: bool, upgraded: bool, listed: str, planned: bool, five: bool
) -> Amounts:
    marked = {
        "found_major": True,
        "upgraded": upgraded,
        "found_major_rectified": rectified,
        "found_major_closed": closed,
        "found_listed": bool(listed),
        "found_listed_province": listed == SupervisionLevel.PROVINCE,
        "found_listed_city": listed == SupervisionLevel.CITY,
        "found_listed_rectified": bool(listed) and rectified,
        "found_planned": planned,
        "found_five": five,
        "open_planned": planned and not closed,
        "open_five": five and not closed,
    }
    return {name: 1 for name, true in marked.items() if true}


def _due(hazard: Hazard) -> Amounts:
    submitted, deadline = hazard.submitted_on, hazard.deadline
    in_time = submitted is not None and deadline is not None and submitted <= deadline
    rectified = hazard.status in RECTIFIED
    return _due_as(rectified, in_time and rectified, hazard.rechecked, hazard.level == Level.MAJOR)


@cache  # sixteen kinds
def _due_as(rectified: bool, in_time: bool, rechecked: bool, major: bool) -> Amounts:
    marked = {
        "due": True,
        "due_rectified": rectified,
        "due_in_time": in_time,
        "due_rechecked": rechecked,
        "due_major": major,
        "due_major_rectified": major and rectified,
    }
    return {name: 1 for name, true in marked.items() if true}


def durations_of(hazard: Hazard) -> AbstractSet[Duration]:
    """历时 · Days from the order to the submission and to the verification of the current round.

    What was fixed on the spot is left out, unless it came back.
    """
    if hazard.ordered_on is None or (hazard.submitted_on is None and hazard.verified_on is None):
        return NEVER
    if not hazard.counted or (hazard.on_spot and not hazard.relapses):
        return NEVER
    ends = (
        (TO_SUBMISSION, hazard.submitted_on),
        (TO_VERIFICATION, hazard.verified_on if hazard.status in RECTIFIED else None),
    )
    return {
        Duration(hazard.place, on, kind, max((on - hazard.ordered_on).days, 0))
        for kind, on in ends
        if on is not None
    }


def take(now: Hazard, recorded: Recorded) -> None:
    """记入 · What counts of a hazard after one more event."""
    event, on = recorded.event, day(recorded.envelope.occurredat)
    if now.status in UNREGISTERED:
        now.division = recorded.envelope.division or now.division
    OF_STAGE.get(type(event), _put_right)(now, event, on)
    now.status = status_after(now.status, event)


def _reported(now: Hazard, event: Event, on: date) -> None:
    match event:
        case life.HazardCaptured():
            now.found_on = on
            now.enterprise = event.object or ""
            now.source_group = event.source.group
            now.visit_kind = event.visit_kind or ""
            now.category = event.category or ""
        case life.HazardSubmitted():
            now.category = event.category
            now.reported = now.source_group == Source.REPORT.group
        case life.HazardRegistered():
            now.found_on = now.found_on or event.found_on
            now.enterprise, now.level, now.category = event.enterprise, event.level, event.category
            now.source_group, now.visit_kind = event.source.group, event.visit_kind or ""
        case life.HazardCorrected():
            for change in event.changes:
                if change.field == "category":
                    now.category = change.after


def _graded(now: Hazard, event: Event, _: date) -> None:
    match event:
        case life.HazardClassified(proposal=False):
            now.level, now.category = event.level, event.category
        case life.MajorHazardRegistered():
            now.level = Level.MAJOR
        case life.HazardUpgraded():
            # Due again only by the plan's deadline; what was submitted for the old one does not meet it.
            now.level, now.upgraded, now.deadline = Level.MAJOR, True, None
            now.submitted_on, now.rechecked = None, False
        case life.HazardDowngraded():
            now.level, now.upgraded, now.deadline = Level.GENERAL, False, None
        case life.PlanFiled(plan=plan) if plan is not None:
            now.planned, now.five = plan.in_governance_plan.in_place, plan.five_in_place
        case life.HazardListed(internal=False):
            now.listed = event.supervision_level


def _handed(now: Hazard, event: Event, on: date) -> None:
    match event:
        case life.HazardTransferOffered(proposal=False):
            now.offers.append(on)
        case life.TransferAccepted():
            now.holder = event.holder.division
            if not event.late and now.offers:
                now.taken.append(now.offers[-1])


def _put_right(now: Hazard, event: Event, on: date) -> None:
    match event:
        case life.RectificationOrdered() | life.RectificationAsked() | life.PlanAccepted():
            now.deadline, now.ordered_on = event.deadline, on
            now.notice = getattr(event, "notice_id", None) or now.notice
        case life.OrderWithdrawn():
            now.deadline, now.ordered_on, now.notice = None, None, ""
        case life.FixedOnSpot():
            now.on_spot, now.submitted_on = True, on
            if event.verified:
                now.verified_on = on
            else:
                now.submissions.append(on)
        case life.RectificationSubmitted():
            now.submitted_on, now.rechecked = on, False
            now.submissions.append(on)
            now.cost = event.cost if event.cost is not None else now.cost
        case life.ReinspectionPassed() | life.ReinspectionFailed():
            _looked_at(now, event, on)
        case life.HazardClosed():
            now.closed_on = on
        case life.HazardReopened():
            now.relapses.append(on)
            now.verified_on, now.closed_on, now.ordered_on = None, None, on
        case life.RoundStarted():
            now.deadline, now.submitted_on, now.rechecked = event.deadline, None, False
        case _:
            now.deadline = moved_to(event) or now.deadline


def _looked_at(now: Hazard, event: life.ReinspectionPassed | life.ReinspectionFailed, on: date) -> None:
    passed = isinstance(event, life.ReinspectionPassed)
    now.rechecked = True
    if now.submissions:
        now.rechecks.append(now.submissions[-1])
    if event.round == 1 and now.first_rechecked_on is None:
        now.first_rechecked_on, now.first_passed = on, passed
    if passed:
        now.verified_on = on


# 各阶段 · Which of the above an event belongs to; the others put something right, or move its deadline.
OF_STAGE: Mapping[type[Event], Callable[[Hazard, Event, date], None]] = {
    **dict.fromkeys(
        (life.HazardCaptured, life.HazardSubmitted, life.HazardRegistered, life.HazardCorrected), _reported
    ),
    **dict.fromkeys(
        (
            life.HazardClassified,
            life.MajorHazardRegistered,
            life.HazardUpgraded,
            life.HazardDowngraded,
            life.PlanFiled,
            life.HazardListed,
        ),
        _graded,
    ),
    **dict.fromkeys((life.HazardTransferOffered, life.TransferAccepted), _handed),
}
