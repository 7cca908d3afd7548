"""待办义务 · What is owed after which events."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from contracts.envelope import Event
from contracts.hazard import (
    FixedOnSpot,
    HazardClassified,
    HazardClosed,
    HazardMarkedDuplicate,
    HazardRejected,
    HazardReopened,
    HazardUpgraded,
    HazardVoided,
    MajorHazardRegistered,
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
