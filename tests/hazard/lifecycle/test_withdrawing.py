"""撤回责令 · An order under a notice that is voided before it was served is taken back as if it had never been given."""

from contracts.hazard import OrderWithdrawn
from contracts.values import Status, Track
from given.deadlines import GRANTED, SERVED, agreed, ordered_from_service
from given.lives import day, ordered, ordering, registered, submitted
from given.story import ENTERPRISE, NUMBER, PHOTO, TWL, TWO, Life
from services.hazard.lifecycle.extending import grant_extension
from services.hazard.lifecycle.ordering import order_rectification
from services.hazard.lifecycle.reinspecting import Reinspect, reinspect
from services.hazard.lifecycle.serving import serve_notice
from services.hazard.lifecycle.withdrawing import OrderActedOn, withdraw_order

REASON = "受送达单位名称有误"


def test_what_is_taken_back_is_said_with_its_notice_and_reason():
    life = ordered_from_service()
    notice = life.hazard.notice.number

    (event,) = life.when(withdraw_order, REASON, TWO).events

    assert event == OrderWithdrawn(
        number=NUMBER,
        enterprise=ENTERPRISE,
        notice=notice,
        notice_id=None,
        reason=REASON,
        track=Track.AUTHORITY,
    )


def test_it_stands_as_before_the_order_and_may_be_ordered_anew():
    before = registered()
    life = ordered().when(withdraw_order, REASON, TWO)
    hazard = life.hazard

    assert (hazard.status, hazard.ordered, hazard.deadline, hazard.first_length) == (
        Status.REGISTERED, False, None, None
    )  # fmt: skip
    assert (hazard.responsible, hazard.noticed, hazard.notice) == (None, None, before.hazard.notice)
    assert (hazard.terms.rectification, hazard.terms.begun_on) == (before.hazard.terms.rectification, None)
    again = life.when(order_rectification, ordering(life), TWO)
    assert again.hazard.status is Status.RECTIFYING


def test_an_extension_that_was_granted_still_counts():
    life = agreed().when(grant_extension, GRANTED, TWL)
    assert life.hazard.extension.granted == 1

    withdrawn = life.when(withdraw_order, REASON, TWO).hazard

    assert (withdrawn.extension.granted, withdrawn.extension.open) == (1, False)


def refused(life: Life, here: Status) -> None:
    told = life.refused(OrderActedOn, withdraw_order, REASON, TWO)
    assert told == (f"隐患「{NUMBER}」已据此进入「{here.zh}」，责令不能撤回，指令书不得作废，应当补行送达")


def test_what_was_served_is_not_taken_back():
    refused(ordered_from_service().when(serve_notice, SERVED, TWO), Status.RECTIFYING)


def test_what_was_submitted_is_not_taken_back():
    refused(submitted(), Status.SUBMITTED)


def test_what_failed_its_reinspection_is_not_taken_back():
    life = submitted()
    failed = Reinspect(result="fail", photos=(PHOTO,), remark="接地线未接", deadline=day(life, 5))
    refused(life.when(reinspect, failed, TWO), Status.RECTIFYING)
