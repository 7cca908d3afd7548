"""隐患计量 · What one hazard counts for, after each of its events, by the rules of domain/tallies.md d.3. PURE."""

from dataclasses import dataclass, field
from datetime import date
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
    Duration,
    Marks,
    Place,
)

NO_MARKS: dict[str, int] = {}


@dataclass(slots=True)
class Hazard:
    """隐患 · What counts of a hazard: where it stands, its days, its marks."""

    id: UUID
    division: str = ""
    holder: str = ""
    enterprise: str = ""
    status: str = Status.DRAFT
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
    marks: Marks = {}
    place, found_on = hazard.place, hazard.found_on
    if found_on is None:
        return marks
    if hazard.reported:
        verified = hazard.status not in UNREGISTERED and hazard.status != Status.NOT_A_HAZARD
        marks[place, found_on] = {"reports": 1, **({"reports_verified": 1} if verified else NO_MARKS)}
    if not hazard.counted:
        return marks
    major, rectified = hazard.level == Level.MAJOR, hazard.status in RECTIFIED
    _add(marks, place, found_on, _found(hazard, major=major, rectified=rectified))
    if hazard.status != Status.CLOSED:
        _add(marks, place._replace(division=hazard.holder or hazard.division), found_on, {"open": 1})
    if hazard.deadline is not None:
        _add(marks, place, hazard.deadline, _due(hazard, major=major, rectified=rectified))
    _add_days(marks, hazard, place)
    return marks


def _add_days(marks: Marks, hazard: Hazard, place: Place) -> None:
    """What counts on the day on which it happened."""
    rectified = hazard.status in RECTIFIED
    for on, names in (
        (hazard.verified_on if rectified else None, ("rectified", "rectified_major")),
        (hazard.closed_on if hazard.status == Status.CLOSED else None, ("closed", "closed_major")),
        (hazard.first_rechecked_on, ("rechecked_first",)),
        (hazard.first_rechecked_on if hazard.first_passed else None, ("passed_first",)),
    ):
        if on is not None:
            marked = names if hazard.level == Level.MAJOR else names[:1]
            _add(marks, place, on, dict.fromkeys(marked, 1))
    if hazard.cost and hazard.submissions:
        _add(marks, place, hazard.submissions[-1], {"cost": hazard.cost})
    for days, name in (
        (hazard.submissions, "submitted"),
        (hazard.rechecks, "submitted_rechecked"),
        (hazard.relapses, "relapsed"),
        (hazard.offers, "transfers"),
        (hazard.taken, "transfers_in_time"),
    ):
        for on in days:
            _add(marks, place, on, {name: 1})


def _add(marks: Marks, place: Place, on: date, amounts: dict[str, int]) -> None:
    there = marks.setdefault((place, on), {})
    for name, amount in amounts.items():
        there[name] = there.get(name, 0) + amount


def _found(hazard: Hazard, *, major: bool, rectified: bool) -> dict[str, int]:
    closed = hazard.status == Status.CLOSED
    marked = {
        "found": True,
        "found_rectified": rectified,
        "found_closed": closed,
        "found_on_spot": hazard.on_spot,
        "found_repeated": hazard.repeated,
        "found_self": hazard.source_group == SourceGroup.SELF,
        "found_government": hazard.source_group == SourceGroup.GOVERNMENT,
    }
    if major:
        marked |= {
            "found_major": True,
            "upgraded": hazard.upgraded,
            "found_major_rectified": rectified,
            "found_major_closed": closed,
            "found_listed": bool(hazard.listed),
            "found_listed_province": hazard.listed == SupervisionLevel.PROVINCE,
            "found_listed_city": hazard.listed == SupervisionLevel.CITY,
            "found_listed_rectified": bool(hazard.listed) and rectified,
            "found_planned": hazard.planned,
            "found_five": hazard.five,
            "open_planned": hazard.planned and not closed,
            "open_five": hazard.five and not closed,
        }
    return {name: 1 for name, true in marked.items() if true}


def _due(hazard: Hazard, *, major: bool, rectified: bool) -> dict[str, int]:
    submitted, deadline = hazard.submitted_on, hazard.deadline
    in_time = submitted is not None and deadline is not None and submitted <= deadline
    marked = {
        "due": True,
        "due_rectified": rectified,
        "due_in_time": in_time and rectified,
        "due_rechecked": hazard.rechecked,
        "due_major": major,
        "due_major_rectified": major and rectified,
    }
    return {name: 1 for name, true in marked.items() if true}


def durations_of(hazard: Hazard) -> set[Duration]:
    """历时 · Days from the order to the submission and to the verification of the current round.

    What was fixed on the spot is left out, unless it came back.
    """
    if not hazard.counted or hazard.ordered_on is None or (hazard.on_spot and not hazard.relapses):
        return set()
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
    _reported(now, event, on)
    _graded(now, event)
    _handed(now, event, on)
    _put_right(now, event, on)
    now.status = status_after(Status(now.status), event)


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


def _graded(now: Hazard, event: Event) -> None:
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
