"""待办义务 · What is owed after which events."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from contracts.envelope import Event
from contracts.hazard import (
    DeadlineMissed,
    DeadlineRecomputed,
    ExtensionGranted,
    ExtensionRefused,
    FixedOnSpot,
    HazardClassified,
    HazardClosed,
    HazardCorrected,
    HazardDowngraded,
    HazardMarkedDuplicate,
    HazardRejected,
    HazardReopened,
    HazardUpgraded,
    HazardVoided,
    MajorHazardRegistered,
    NoticeServed,
    PlanAccepted,
    PlanRequired,
    ProgressReported,
    RectificationAsked,
    RectificationOrdered,
    RectificationUrged,
    ReinspectionFailed,
    ReinspectionPassed,
    ResponsibleAssigned,
    RoundStarted,
)
from contracts.limits import Counted, Limit, LimitUnit
from contracts.regions import CorrectedField, Correction
from contracts.terms import Owing, ServiceMethod
from contracts.values import (
    Level,
    ReinspectionMode,
    ReopenReason,
    Track,
    UrgeChannel,
    VisitKind,
)
from services.notifier.obligations import Case, Kind, fold

DEADLINE = date(2026, 6, 18)
LATER = date(2026, 7, 1)
MIDNIGHT_AFTER_DEADLINE = datetime(2026, 6, 18, 16, tzinfo=UTC)
WHO: dict[str, Any] = {
    "number": "HZ-330111-2026-000001",
    "enterprise": "0d5e3c7a-9b1c-5c7e-8f3a-2b6d4e8f9a01",
}

ORDERED = RectificationOrdered(
    **WHO, deadline=LATER, responsible="p-302", visit_kind=VisitKind.ADMIN, notice="〔2026〕1号"
)
PASSED = ReinspectionPassed(**WHO, round=1, mode=ReinspectionMode.ON_SITE, inspectors=("p-9",))
FAILED = ReinspectionFailed(
    **WHO, round=1, mode=ReinspectionMode.ON_SITE, inspectors=("p-9",), remark="接地线松动"
)

FIFTEEN_DAYS = Limit(amount=15, unit=LimitUnit.DAYS)
SERVED = NoticeServed(
    **WHO, method=ServiceMethod.DIRECT, served_on=date(2026, 6, 16), deadline=LATER, counted=None
)
GRANTED = ExtensionGranted(**WHO, deadline=LATER, former=DEADLINE)


def recomputed(what: Owing) -> DeadlineRecomputed:
    return DeadlineRecomputed(
        **WHO,
        what=what,
        recomputed=LATER,
        former=DEADLINE,
        deadline_version=2,
        counted=Counted(since=DEADLINE, limit=FIFTEEN_DAYS),
    )


def folded(history: Any) -> Case:
    known: Case | None = None
    for one in history.recorded:
        known = fold(known, one.envelope, one.event)
    assert known is not None
    return known


def owed(history: Any) -> list[tuple[Kind, date]]:
    midnight = timedelta(hours=8) - timedelta(days=1)
    return [(o.kind, (o.due + midnight).date()) for o in folded(history).obligations]


def test_a_deadline_is_owed_until_midnight_ends_its_day(history: Any) -> None:
    history.hazard(DEADLINE)

    (deadline,) = folded(history).obligations

    assert (Kind.RECTIFICATION, MIDNIGHT_AFTER_DEADLINE) == (deadline.kind, deadline.due)


def test_the_version_of_a_deadline_is_that_of_the_event_that_set_it(history: Any) -> None:
    hazard = history.hazard(DEADLINE)
    hazard.add(ProgressReported(**WHO, progress="配件已到货"))
    order = hazard.add(ORDERED)

    (deadline,) = folded(history).obligations

    assert order.version == deadline.version == 4


@pytest.mark.parametrize(
    "event",
    [
        ORDERED,
        RectificationAsked(**WHO, deadline=LATER, responsible="p-302"),
        PlanAccepted(**WHO, deadline=LATER, responsible="p-302"),
        RoundStarted(**WHO, round=2, deadline=LATER, responsible="p-302"),
    ],
)
def test_an_event_that_sets_a_deadline_replaces_what_was_owed(history: Any, event: Event) -> None:
    history.hazard(DEADLINE).add(event)

    assert [(Kind.RECTIFICATION, LATER)] == owed(history)
    assert folded(history).responsible == "p-302"


def test_a_submitted_rectification_is_owed_a_reinspection_instead(history: Any) -> None:
    history.hazard(DEADLINE).submitted(LATER)

    assert [(Kind.REINSPECTION, LATER)] == owed(history)


def test_a_hazard_fixed_on_the_spot_may_still_be_owed_a_reinspection(history: Any) -> None:
    fixed = FixedOnSpot(
        **WHO, measures="已清理通道", fixed_by="p-301", verified=False, reinspection_due=LATER
    )
    history.hazard(DEADLINE).add(fixed)

    assert [(Kind.REINSPECTION, LATER)] == owed(history)


def test_a_hazard_seen_to_be_fixed_on_the_spot_is_owed_nothing(history: Any) -> None:
    fixed = FixedOnSpot(**WHO, measures="已清理通道", fixed_by="p-301", witness="p-9", verified=True)
    history.hazard(DEADLINE).add(fixed)

    assert [] == owed(history)


def test_a_failed_reinspection_starts_a_deadline_of_its_own(history: Any) -> None:
    hazard = history.hazard(DEADLINE)
    hazard.submitted(date(2026, 6, 20))
    hazard.add(FAILED)

    assert [] == owed(history)

    hazard.add(RoundStarted(**WHO, round=2, deadline=LATER, responsible="p-301"))

    assert [(Kind.RECTIFICATION, LATER)] == owed(history)


@pytest.mark.parametrize(
    "event",
    [
        PASSED,
        HazardClosed(**WHO, round=1, track=Track.AUTHORITY),
        HazardUpgraded(**WHO, clause="JX-01", reason="外壳带电，可致触电"),
        PlanRequired(**WHO, plan_due=LATER),
        HazardReopened(**WHO, reason=ReopenReason.AUDIT, remark="抽查发现未整改"),
        HazardVoided(reason="重复录入"),
        HazardMarkedDuplicate(other="5b1f0c8e-2f0e-5a51-8f1e-9d6f1f2a7c10"),
        HazardRejected(reason="不属于事故隐患"),
    ],
)
def test_an_event_that_ends_it_leaves_no_reinspection_owed(history: Any, event: Event) -> None:
    hazard = history.hazard(DEADLINE)
    hazard.submitted(LATER)
    hazard.add(event)

    assert [] == owed(history)


@pytest.mark.parametrize(
    "event",
    [
        HazardClosed(**WHO, round=1, track=Track.AUTHORITY),
        HazardUpgraded(**WHO, clause="JX-01", reason="外壳带电，可致触电"),
        HazardDowngraded(**WHO, proposed_by="p-50", reason="复核不符合条款", evidence=()),
        HazardVoided(reason="重复录入"),
        HazardMarkedDuplicate(other="5b1f0c8e-2f0e-5a51-8f1e-9d6f1f2a7c10"),
    ],
)
def test_an_event_that_ends_it_leaves_no_rectification_owed(history: Any, event: Event) -> None:
    history.hazard(DEADLINE).add(event)

    assert [] == owed(history)


@pytest.mark.parametrize(
    "event",
    [
        ProgressReported(**WHO, progress="配件已到货"),
        RectificationUrged(**WHO, channel=UrgeChannel.PHONE, content="请尽快整改"),
        ResponsibleAssigned(**WHO, responsible="p-305", previous="p-301"),
        HazardClassified(**WHO, level=Level.GENERAL, category="B04"),
    ],
)
def test_other_events_leave_a_deadline_as_it_is(history: Any, event: Event) -> None:
    hazard = history.hazard(DEADLINE)
    before = folded(history).obligations
    hazard.add(event)

    assert before == folded(history).obligations


def test_who_is_newly_assigned_is_responsible(history: Any) -> None:
    history.hazard(DEADLINE).add(ResponsibleAssigned(**WHO, responsible="p-305", previous="p-301"))

    assert folded(history).responsible == "p-305"


def test_a_proposed_level_is_not_yet_the_level(history: Any) -> None:
    proposal = HazardClassified(**WHO, level=Level.MAJOR, category="B04", clause="JX-01", proposal=True)
    history.hazard(DEADLINE).add(proposal)

    assert folded(history).level is Level.GENERAL


def test_a_major_hazard_and_an_ordered_one_are_the_authoritys(history: Any) -> None:
    major = MajorHazardRegistered(**WHO, report_due=MIDNIGHT_AFTER_DEADLINE)
    history.hazard(DEADLINE, track=Track.ENTERPRISE).add(major)

    assert (Level.MAJOR, Track.AUTHORITY) == (folded(history).level, folded(history).track)

    history.recorded.clear()
    history.hazard(DEADLINE, track=Track.ENTERPRISE).add(ORDERED)

    assert folded(history).track is Track.AUTHORITY


def test_nothing_is_known_of_a_hazard_that_is_not_registered(history: Any) -> None:
    rejected = history.add("hazard/5b1f0c8e-2f0e-5a51-8f1e-9d6f1f2a7c10", HazardRejected(reason="误报"))

    assert fold(None, rejected, history.recorded[0].event) is None


def test_a_reminder_names_the_place_as_it_was_corrected(history: Any) -> None:
    hazard = history.hazard(DEADLINE)
    category = Correction(field=CorrectedField.CATEGORY, before="B04", after="B01")
    place = Correction(field=CorrectedField.PLACE, before="2号车间", after="3号车间")
    hazard.add(HazardCorrected(**WHO, reason="录入有误", changes=(place, category)))

    assert ("3号车间", 1) == (folded(history).place, len(folded(history).obligations))


@pytest.mark.parametrize("event", [SERVED, GRANTED, recomputed(Owing.RECTIFICATION)])
def test_a_deadline_that_moved_is_a_new_obligation(history: Any, event: Event) -> None:
    hazard = history.hazard(DEADLINE)
    moved = hazard.add(event)

    (owed_now,) = folded(history).obligations
    assert [(Kind.RECTIFICATION, LATER)] == owed(history)
    assert moved.version == owed_now.version


def test_an_order_in_days_is_owed_from_its_service_on(history: Any) -> None:
    hazard = history.hazard(DEADLINE)
    hazard.add(ORDERED.model_copy(update={"deadline": None, "from_service": FIFTEEN_DAYS}))
    assert [] == owed(history)

    hazard.add(SERVED)
    assert [(Kind.RECTIFICATION, LATER)] == owed(history)


def test_a_notice_served_after_the_submission_leaves_the_reinspection_owed(history: Any) -> None:
    hazard = history.hazard(DEADLINE)
    hazard.submitted(DEADLINE)
    hazard.add(SERVED)

    assert [(Kind.REINSPECTION, DEADLINE)] == owed(history)


def test_a_reinspection_counted_anew_is_owed_by_its_new_day(history: Any) -> None:
    hazard = history.hazard(DEADLINE)
    hazard.submitted(DEADLINE)
    hazard.add(recomputed(Owing.REINSPECTION))

    assert [(Kind.REINSPECTION, LATER)] == owed(history)


@pytest.mark.parametrize(
    "event",
    [
        SERVED.model_copy(update={"deadline": None}),
        ExtensionRefused(**WHO, deadline=DEADLINE, reason="可以按期消除"),
        DeadlineMissed(**WHO, round=1, deadline=DEADLINE, deadline_version=2),
        recomputed(Owing.EXTENSION_ANSWER),
    ],
)
def test_what_moves_no_deadline_leaves_it_owed(history: Any, event: Event) -> None:
    hazard = history.hazard(DEADLINE)
    before = folded(history).obligations
    hazard.add(event)

    assert before == folded(history).obligations
