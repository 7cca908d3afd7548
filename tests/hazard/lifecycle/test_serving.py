"""送达与拒签 · The day of service fixes a deadline given in days; a refused signature is reported."""

from datetime import date, timedelta

import pytest

from contracts.limits import LimitUnit
from contracts.terms import ServiceMethod
from contracts.values import Role, Status
from given.deadlines import FIFTEEN_DAYS, SERVED, ordered_from_service, served
from given.lives import asked, day, ordered, ordering, registered, submitted, verified
from given.story import DPO, TWO
from services.hazard.lifecycle.ordering import order_rectification
from services.hazard.lifecycle.serving import (
    DeadlineBeforeService,
    NothingToServe,
    RecordSignatureRefusal,
    RefusalNotReported,
    ServeNotice,
    record_signature_refusal,
    serve_notice,
)
from services.hazard.lifecycle.state import NotAtThisStage
from services.hazard.occasion import DateInvalid
from services.hazard.policy import DayLimit
from services.hazard.refused import MayNot

UNSIGNED = RecordSignatureRefusal(document="现场检查笔录", reason="有异议", reported_to="区应急管理局")


def test_an_order_in_days_has_no_deadline_until_it_is_served():
    life = ordered_from_service()

    assert (Status.RECTIFYING, None, 0) == (
        life.hazard.status,
        life.hazard.deadline,
        life.hazard.terms.rectification.version,
    )


def test_the_day_of_service_is_not_counted():
    life = ordered_from_service().later(2)
    on = day(life, 0)
    life = life.when(serve_notice, SERVED, TWO)

    assert on + timedelta(days=15) == life.hazard.deadline == life.events[0].deadline
    assert life.hazard.first_length == 15
    assert life.hazard.version == life.hazard.terms.rectification.version


def test_working_days_from_service_know_the_days_off():
    life = served(DayLimit(amount=10, unit=LimitUnit.WORKING_DAYS))

    assert date(2026, 6, 17) == life.hazard.deadline
    assert not life.hazard.terms.rectification.provisional


def test_what_was_posted_is_served_on_the_day_it_was_signed_for():
    life = ordered_from_service().later(5)
    ask = ServeNotice(method=ServiceMethod.POST, served_on=day(life, -3))

    assert day(life, 12) == life.when(serve_notice, ask, TWO).hazard.deadline


def test_service_of_a_dated_order_leaves_its_date():
    life = ordered()
    deadline, version = life.hazard.deadline, life.hazard.terms.rectification.version
    after = life.when(serve_notice, SERVED, TWO)

    assert (deadline, version) == (after.hazard.deadline, after.hazard.terms.rectification.version)
    assert after.events[0].deadline is None


@pytest.mark.parametrize("days", [-1, 1])
def test_a_day_of_service_lies_between_order_and_today(days):
    life = ordered_from_service()
    ask = ServeNotice(method=ServiceMethod.POST, served_on=day(life, days))

    life.refused(DateInvalid, serve_notice, ask, TWO)


def test_an_order_is_served_once():
    served().refused(NothingToServe, serve_notice, SERVED, TWO)


def test_a_request_without_force_has_nothing_to_serve():
    asked().refused(NothingToServe, serve_notice, SERVED, TWO)


def test_nothing_is_served_before_an_order_or_after_the_reinspection():
    registered().refused(NotAtThisStage, serve_notice, SERVED, TWO)
    verified().refused(NotAtThisStage, serve_notice, SERVED, TWO)


def test_a_notice_that_comes_after_the_submission_is_still_recorded():
    life = submitted(ordered_from_service()).when(serve_notice, SERVED, TWO)

    assert Status.SUBMITTED is life.hazard.status
    assert life.hazard.notice.served_on is not None


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.TWO, Role.DPO, Role.ENF}))
def test_only_officers_serve_and_record_refusals(role):
    ordered().refused(MayNot, serve_notice, SERVED, {**TWO, "role": role})
    told = ordered().refused(MayNot, record_signature_refusal, UNSIGNED, {**TWO, "role": role})

    assert "第六十八条" in told


@pytest.mark.parametrize(
    "fields",
    [
        {"deadline": None, "from_service": None},
        {"from_service": FIFTEEN_DAYS},
        {"deadline": None, "from_service": DayLimit(amount=91, unit=LimitUnit.DAYS)},
        {"deadline": None, "from_service": DayLimit(amount=4, unit=LimitUnit.MONTHS)},
        {"deadline": None, "from_service": DayLimit(amount=3660, unit=LimitUnit.WORKING_DAYS)},
    ],
)
def test_an_order_gives_one_term_within_the_longest(fields):
    life = registered()

    life.refused(DateInvalid, order_rectification, ordering(life, **fields), TWO)


def test_hours_are_no_term_of_an_order():
    with pytest.raises(ValueError, match="不能用小时"):
        DayLimit(amount=24, unit=LimitUnit.HOURS)


def test_a_refused_signature_is_recorded_and_changes_nothing_else():
    life = ordered()
    after = life.when(record_signature_refusal, UNSIGNED, TWO)

    assert ["hazard.signature-refused"] == after.types
    assert (life.hazard.status, life.hazard.deadline) == (after.hazard.status, after.hazard.deadline)


def test_a_town_reports_a_refused_signature_to_the_department():
    unreported = UNSIGNED.model_copy(update={"reported_to": None})

    assert "第六十八条" in ordered().refused(RefusalNotReported, record_signature_refusal, unreported, TWO)
    assert ordered().when(record_signature_refusal, unreported, DPO).events


def test_a_deadline_by_date_lies_after_the_service():
    life = ordered()
    due = life.hazard.deadline
    assert due is not None
    life = life.later(60)
    late, in_time = (
        ServeNotice(method=ServiceMethod.DIRECT, recipient="p-boss", served_on=on)
        for on in (due, due - timedelta(days=1))
    )

    told = life.refused(DeadlineBeforeService, serve_notice, late, TWO)
    assert f"整改期限 {due.isoformat()} 不晚于送达日期 {due.isoformat()}" in told
    assert life.when(serve_notice, in_time, TWO).hazard.deadline == due


def test_what_was_submitted_in_time_is_served_for_the_record_behind_its_deadline():
    life = submitted().later(40)
    due = life.hazard.deadline
    assert due is not None
    ask = ServeNotice(method=ServiceMethod.DIRECT, recipient="p-boss", served_on=due + timedelta(days=1))

    assert life.when(serve_notice, ask, TWO).events[0].served_on > due
