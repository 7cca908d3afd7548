"""跟进各项 · The notice follows its hazards: whatever they do, it stands as somebody who looks at each would say."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.notice import ItemState, NoticeState
from contracts.values import Status
from given.lives import day, ordered
from given.notice_story import NOTICE, NUMBER, Paper, key, number
from given.story import TWO
from services.hazard.lifecycle.ordering import (
    NoticeNotOpen,
    NotInNotice,
    OrderRectification,
    TermOfItsNotice,
    order_rectification,
)
from services.hazard.lifecycle.serving import (
    DeadlineBeforeService,
    ServedWithItsNotice,
    ServeNotice,
    serve_notice,
)
from services.hazard.lifecycle.state import Hazard
from services.hazard.lifecycle.terms import NO_NOTICE, Term, Terms
from services.hazard.lifecycle.withdrawing import OrderActedOn, evolve, withdraw_order
from services.hazard.notice.following import followed, standing

IN_FORCE = Paper().in_force()
HOW = st.sampled_from(("open", "overdue", "closed", "elsewhere"))


def hazard(nth: int, how: str) -> Hazard:
    life = IN_FORCE.hazards[key(nth)]
    missed = Terms(rectification=Term(on=life.occasion(TWO).today, version=4, missed=True))
    changes = {
        "open": {},
        "overdue": {"terms": missed, "deadline": missed.rectification.on},
        "closed": {"status": Status.CLOSED},
        "elsewhere": {"noticed": key(8)},
    }
    return replace(life.hazard, **changes[how])


def naive(hazards: dict[int, str]) -> NoticeState:
    """As somebody would say who looks at each hazard."""
    how = list(hazards.values())
    if "overdue" in how:
        return NoticeState.OVERDUE
    if all(each in {"closed", "elsewhere"} for each in how):
        return NoticeState.DONE
    return NoticeState.PARTLY_DONE if "closed" in how else NoticeState.SERVED


@given(st.lists(st.tuples(st.integers(0, 1), HOW), max_size=20))
def test_a_notice_stands_as_its_hazards_do(steps):
    paper, hazards = IN_FORCE, {0: "open", 1: "open"}
    for nth, how in steps:
        before = hazards[nth]
        hazards[nth] = how
        paper = paper.follows(nth, hazard(nth, how))

        assert bool(paper.events) is (before != how)
        assert paper.notice.state is naive(hazards)
        if paper.events:
            (event,) = paper.events
            settled = sum(each in {"closed", "elsewhere"} for each in hazards.values())
            assert (event.state, event.done, event.items) == (naive(hazards), settled, 2)
            assert (event.number, event.hazard, event.hazard_number) == (NUMBER, key(nth), number(nth))


@pytest.mark.parametrize(
    ("how", "type_"),
    [
        ("closed", "notice.item-done"),
        ("overdue", "notice.item-overdue"),
        ("elsewhere", "notice.item-superseded"),
    ],
)
def test_each_change_has_its_own_event(how, type_):
    done = IN_FORCE.follows(0, hazard(0, how))

    assert [event.TYPE for event in done.events] == [type_]
    assert [event.TYPE for event in done.follows(0, hazard(0, "open")).events] == ["notice.item-reopened"]


def test_a_void_notice_and_a_hazard_it_does_not_list_are_not_followed():
    notice = replace(IN_FORCE.notice, voided=True)

    assert followed(notice, key(0), hazard(0, "closed")) == ()
    assert followed(IN_FORCE.notice, key(5), hazard(0, "closed")) == ()


def test_what_was_reported_too_late_is_overdue_until_it_is_closed():
    late = replace(hazard(0, "overdue"), status=Status.SUBMITTED)

    assert standing(late) is ItemState.OVERDUE
    assert standing(replace(late, status=Status.CLOSED)) is ItemState.DONE


def test_an_order_under_a_notice_takes_number_and_term_from_it():
    paper = Paper().drafted().numbered().order(0)
    life = paper.hazards[key(0)]

    assert life.events[0].notice == NUMBER
    assert (life.hazard.noticed, life.hazard.notice.number) == (NOTICE, NUMBER)
    assert paper.notice.item(key(0)).state is ItemState.OPEN
    assert paper.notice.item(key(1)).state is ItemState.PENDING


def ordering(**more) -> OrderRectification:
    fields = {
        "notice_id": NOTICE,
        "responsible": "p-boss",
    }
    return OrderRectification(**{**fields, **more})


def test_an_order_under_a_notice_is_refused_what_the_notice_does_not_say():
    paper = Paper().drafted()
    life = paper.hazards[key(0)]
    numbered = paper.numbered().notice
    today = life.occasion(TWO).today
    for more in ({"deadline": today}, {"notice": "另一号"}, {"visit": key(9)}):
        life.refused(TermOfItsNotice, order_rectification, ordering(**more), TWO, notice=numbered)
    life.refused(NoticeNotOpen, order_rectification, ordering(), TWO, notice=paper.notice)
    life.refused(NoticeNotOpen, order_rectification, ordering(), TWO, notice=IN_FORCE.notice)
    life.refused(NotInNotice, order_rectification, ordering(), TWO)
    once = paper.numbered().order(0).notice

    life.refused(NotInNotice, order_rectification, ordering(), TWO, notice=once)


def test_a_hazard_of_a_notice_is_served_with_it_only():
    life = Paper().drafted().numbered().order(0).hazards[key(0)]
    served = ServeNotice(method="DIRECT", recipient="p-boss")

    assert NUMBER in life.refused(ServedWithItsNotice, serve_notice, served, TWO)
    assert life.when(serve_notice, served, TWO, notice=IN_FORCE.notice).hazard.deadline is not None


def test_an_order_whose_day_is_over_is_not_served():
    life = ordered()
    served = ServeNotice(method="DIRECT", recipient="p-boss")

    assert "第六十五条" in life.later(15).refused(DeadlineBeforeService, serve_notice, served, TWO)
    assert life.later(14).when(serve_notice, served, TWO).hazard.deadline == day(life, 15)


def test_an_order_that_was_not_served_is_withdrawn_as_if_it_had_not_been_given():
    life = Paper().drafted().numbered().order(0).hazards[key(0)]
    before = Paper().drafted().hazards[key(0)].hazard
    (event,) = withdraw_order(life.hazard, "写错", life.occasion(TWO))
    after = life.when(lambda *_: (event,), None, TWO).hazard

    assert (event.notice, event.notice_id, event.track) == (NUMBER, NOTICE, before.track(life.policy))
    same = ("status", "ordered", "deadline", "first_length", "responsible", "noticed", "notice", "terms")
    assert {name: getattr(after, name) for name in same} == {name: getattr(before, name) for name in same}
    assert after.notice == NO_NOTICE
    assert evolve(life.hazard, event, None).status is Status.REGISTERED  # type: ignore[arg-type]  # it is not read


def test_an_order_that_was_acted_on_is_not_withdrawn():
    life = Paper().drafted().numbered().order(0).hazards[key(0)]
    served = life.when(
        serve_notice, ServeNotice(method="DIRECT", recipient="p-boss"), TWO, notice=IN_FORCE.notice
    )
    for hazard in (
        served.hazard,
        replace(life.hazard, status=Status.SUBMITTED),
        replace(life.hazard, failures=1),
    ):
        with pytest.raises(OrderActedOn, match="补行送达"):
            withdraw_order(hazard, "写错", life.occasion(TWO))
