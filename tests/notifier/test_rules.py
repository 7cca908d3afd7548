"""提醒规则 · A table of what is owed on which day, and what holds for every sequence of days."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.calendar import SHANGHAI, days_past, end_of, last_day
from services.notifier.obligations import Kind, Obligation
from services.notifier.recipients import Slot
from services.notifier.rules import RULES, Rule, Verdict, due, earliest, title

DEADLINE = date(2026, 6, 18)
SET_AT = datetime(2026, 6, 3, 10, tzinfo=SHANGHAI)
LADDER = [-7, -3, -1, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256]


def obligation(kind: Kind = Kind.RECTIFICATION, deadline: date = DEADLINE) -> Obligation:
    return Obligation(kind, version=3, due=end_of(deadline), set_at=SET_AT)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), SHANGHAI)


TOLD = {
    Kind.RECTIFICATION: {Slot.RESPONSIBLE, Slot.MAIN_PERSON},
    Kind.REINSPECTION: {Slot.REINSPECTOR},
}
ROWS = [
    # a row for each rule: its name, what it is about, a day on which it speaks (after the due date), to whom
    ("deadline-near", Kind.RECTIFICATION, -7, Slot.RESPONSIBLE),
    ("deadline-today", Kind.RECTIFICATION, 0, Slot.MAIN_PERSON),
    ("overdue", Kind.RECTIFICATION, 8, Slot.RESPONSIBLE),
    ("reinspection-near", Kind.REINSPECTION, -3, Slot.REINSPECTOR),
    ("reinspection-today", Kind.REINSPECTION, 0, Slot.REINSPECTOR),
    ("reinspection-overdue", Kind.REINSPECTION, 1, Slot.REINSPECTOR),
]


@pytest.mark.parametrize(("rule", "kind", "day", "slot"), ROWS)
def test_each_rule_speaks_on_its_day_to_its_people(rule: str, kind: Kind, day: int, slot: Slot) -> None:
    owed = due(obligation(kind), noon(DEADLINE + timedelta(days=day)))

    assert (rule, Verdict.SEND) in [(one.rule, one.verdict) for one in owed if one.slot is slot]


def test_no_rule_is_without_a_row() -> None:
    assert {rule.name for rule in RULES} == {row[0] for row in ROWS}


TABLE = [
    # today, highest rung dealt with, sent, superseded
    ("2026-06-10", None, None, []),
    ("2026-06-11", None, "T-7", []),
    ("2026-06-12", -7, None, []),
    ("2026-06-15", -7, "T-3", []),
    ("2026-06-17", -3, "T-1", []),
    ("2026-06-18", -1, "T0", []),
    ("2026-06-19", 0, "T+1", []),
    ("2026-06-20", 1, "T+2", []),
    ("2026-06-21", 2, None, []),
    ("2026-06-22", 2, "T+4", []),
    ("2026-06-26", 4, "T+8", []),
    ("2026-07-04", 8, "T+16", []),
    # after days without a notifier only the highest is sent
    ("2026-06-19", -7, "T+1", ["T-3", "T-1", "T0"]),
    ("2026-06-25", None, "T+4", ["T-7", "T-3", "T-1", "T0", "T+1", "T+2"]),
    # a clock that went back owes nothing again
    ("2026-06-12", 0, None, []),
]


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize(("today", "settled", "sent", "superseded"), TABLE)
def test_what_is_owed_on_a_day(
    kind: Kind, today: str, settled: int | None, sent: str | None, superseded: list[str]
) -> None:
    slots = TOLD[kind]
    known = {} if settled is None else dict.fromkeys(slots, settled)

    owed = due(obligation(kind), noon(date.fromisoformat(today)), known)

    for slot in slots:
        mine = [one for one in owed if one.slot is slot]

        assert superseded == [title(one.rung) for one in mine if one.verdict is Verdict.SUPERSEDED]
        assert ([sent] if sent else []) == [title(one.rung) for one in mine if one.verdict is Verdict.SEND]


@pytest.mark.parametrize(
    ("kind", "slots"),
    [
        (Kind.RECTIFICATION, {Slot.RESPONSIBLE, Slot.MAIN_PERSON}),
        (Kind.REINSPECTION, {Slot.REINSPECTOR}),
    ],
)
def test_a_deadline_is_the_enterprises_and_a_reinspection_the_offices(kind: Kind, slots: set[Slot]) -> None:
    assert slots == {one.slot for one in due(obligation(kind), noon(DEADLINE))}


@pytest.mark.parametrize(
    ("instant", "past"),
    [
        ("2026-06-17T23:59:59+08:00", -1),
        ("2026-06-18T00:00:00+08:00", 0),
        ("2026-06-18T15:59:59+00:00", 0),
        ("2026-06-18T16:00:00+00:00", 1),
    ],
)
def test_a_day_begins_and_ends_at_midnight_in_shanghai(instant: str, past: int) -> None:
    assert past == days_past(end_of(DEADLINE), datetime.fromisoformat(instant))
    assert last_day(end_of(DEADLINE)) == DEADLINE


def test_what_an_older_obligation_owed_before_the_ledger_began_counts_as_sent() -> None:
    opened = datetime(2026, 6, 19, 9, tzinfo=SHANGHAI)

    owed = due(obligation(), noon(date(2026, 6, 22)), opened_at=opened)

    verdicts = {title(one.rung): one.verdict for one in owed}
    before = dict.fromkeys(["T-7", "T-3", "T-1", "T0", "T+1"], Verdict.ASSUMED)
    assert {**before, "T+2": Verdict.SUPERSEDED, "T+4": Verdict.SEND} == verdicts


def test_an_obligation_the_ledger_saw_arise_is_told_once_however_old_its_deadline() -> None:
    opened = SET_AT - timedelta(minutes=1)

    owed = due(obligation(deadline=date(2025, 11, 1)), noon(date(2026, 6, 3)), opened_at=opened)

    sent = {one.slot: title(one.rung) for one in owed if one.verdict is Verdict.SEND}
    assert {"T+128"} == {sent[slot] for slot in TOLD[Kind.RECTIFICATION]}


def test_a_rung_told_by_two_rules_is_told_once_by_the_first() -> None:
    rules = (
        Rule("first", Kind.RECTIFICATION, days=(0,), tell=(Slot.RESPONSIBLE,)),
        Rule("second", Kind.RECTIFICATION, days=(-1, 0), tell=(Slot.RESPONSIBLE,)),
    )

    owed = due(obligation(), noon(DEADLINE), rules=rules)

    assert [("second", -1), ("first", 0)] == [(one.rule, one.rung) for one in owed]


def test_a_new_rule_is_one_line() -> None:
    long_overdue = Rule("long-overdue", Kind.RECTIFICATION, days=(7,), tell=(Slot.REINSPECTOR,))

    owed = due(obligation(), noon(date(2026, 6, 25)), rules=(*RULES, long_overdue))

    told = [(one.rule, title(one.rung)) for one in owed if one.slot is Slot.REINSPECTOR]
    assert [("long-overdue", "T+7")] == told


def test_a_sweep_looks_as_far_ahead_as_the_first_rung() -> None:
    assert earliest() == -7


moments = st.lists(st.integers(min_value=-30, max_value=300), min_size=1, max_size=30)


@given(kind=st.sampled_from(list(Kind)), moments=moments)
def test_over_any_sequence_of_sweeps_each_rung_is_owed_once_and_the_sent_ones_only_rise(
    kind: Kind, moments: list[int]
) -> None:
    settled: dict[Slot, int] = {}
    owed = []
    for offset in moments:
        now = noon(DEADLINE + timedelta(days=offset))
        come = due(obligation(kind), now, settled)
        owed += come
        settled |= {one.slot: max(one.rung, settled.get(one.slot, one.rung)) for one in come}

    for slot in TOLD[kind] & {one.slot for one in owed}:
        rungs = [one.rung for one in owed if one.slot is slot]
        sent = [one.rung for one in owed if one.slot is slot and one.verdict is Verdict.SEND]

        assert [rung for rung in LADDER if rung <= max(moments)] == rungs
        assert sorted(sent) == sent
        assert sent[-1] == rungs[-1]
