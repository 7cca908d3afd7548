"""据指令书责令 · An order under a grouped notice has its visit, number and term, and nothing said again otherwise."""

from dataclasses import replace
from uuid import UUID

import pytest

from contracts.limits import Limit, LimitUnit
from contracts.notice import ItemState
from given.everybody import OTHER
from given.lives import day, registered
from given.story import ENTERPRISE, NUMBER, TWO, VISIT, Life
from services.hazard.lifecycle.ordering import (
    NoticeNotOpen,
    NotInNotice,
    OrderRectification,
    TermOfItsNotice,
    order_rectification,
)
from services.hazard.notice.state import Item, Notice

WORDS = "（杭滨）应急责改〔2026〕1号"
NOTICE = str(UUID(int=9))
FIFTEEN = Limit(amount=15, unit=LimitUnit.DAYS)
BARE = OrderRectification(responsible="p-boss", notice_id=NOTICE)


def listing(life: Life, **item: object) -> Notice:
    """A numbered notice that lists this hazard and another one."""
    term = item or {"limit": FIFTEEN}
    items = (
        Item(hazard=OTHER, number="HZ-330111-2026-000009"),
        Item(hazard=life.hazard.id, number=NUMBER, **term),
    )
    return Notice(version=2, id=NOTICE, enterprise=ENTERPRISE, visit=VISIT, number=WORDS, items=items)


def test_visit_number_and_term_are_the_notices():
    life = registered()
    ordered = life.when(order_rectification, BARE, TWO, notice=listing(life))
    (event,) = ordered.events

    assert (event.notice_id, event.notice, event.visit, event.responsible) == (NOTICE, WORDS, VISIT, "p-boss")
    assert (event.from_service, event.deadline, event.waived) == (FIFTEEN, None, ())
    assert (ordered.hazard.noticed, ordered.hazard.deadline, ordered.hazard.first_length) == (
        NOTICE, None, None
    )  # fmt: skip
    by_date = listing(life, deadline=day(life, 10))
    (event,) = life.when(order_rectification, BARE, TWO, notice=by_date).events
    assert (event.deadline, event.from_service) == (day(life, 10), None)


def test_the_notices_own_visit_may_be_named_and_no_other():
    life = registered()
    same = BARE.model_copy(update={"visit": VISIT})
    other = BARE.model_copy(update={"visit": OTHER})

    assert life.when(order_rectification, same, TWO, notice=listing(life)).hazard.ordered
    told = life.refused(TermOfItsNotice, order_rectification, other, TWO, notice=listing(life))
    assert WORDS in told


@pytest.mark.parametrize("said", ["notice", "deadline", "from_service"])
def test_neither_number_nor_term_is_said_again(said):
    life = registered()
    again = {"notice": WORDS, "deadline": day(life, 10), "from_service": FIFTEEN}[said]

    ask = BARE.model_copy(update={said: again})

    life.refused(TermOfItsNotice, order_rectification, ask, TWO, notice=listing(life))


def test_a_notice_that_is_not_there_orders_nothing():
    registered().refused(NotInNotice, order_rectification, BARE, TWO)


def test_it_is_ordered_between_the_number_and_the_service():
    life = registered()
    notice = listing(life)
    for other in (
        replace(notice, number=None),
        replace(notice, served_on=day(life, 0)),
        replace(notice, voided=True),
    ):
        told = life.refused(NoticeNotOpen, order_rectification, BARE, TWO, notice=other)
        assert other.state.zh in told


def test_only_what_the_notice_lists_and_nobody_has_ordered_yet():
    life = registered()
    notice = listing(life)
    unlisted = replace(notice, items=notice.items[:1])
    life.refused(NotInNotice, order_rectification, BARE, TWO, notice=unlisted)
    for state in set(ItemState) - {ItemState.PENDING}:
        ordered = listing(life, limit=FIFTEEN, state=state)
        life.refused(NotInNotice, order_rectification, BARE, TWO, notice=ordered)
