"""期限不变量 · Random lives of deadlines: domain/lifecycle.md b.6, invariants 7, 8, 9 and 11."""

from dataclasses import dataclass, field
from functools import reduce

from hypothesis import given
from hypothesis import strategies as any_

from contracts.envelope import Event
from contracts.hazard import DeadlineMissed, ExtensionGranted, ExtensionRequested, ReinspectionOverdue
from contracts.terms import Owing
from contracts.values import Status
from given.deadlines import SERVED, SYS, ordered_from_service
from given.lives import day, ordered, plan_accepted, submitting
from given.story import DPL, DPO, DPO2, ENT_M, ENT_S, PHOTO, TWL, TWO, Life
from services.hazard.lifecycle.extending import (
    AgreeExtension,
    GrantExtension,
    RefuseExtension,
    RequestExtension,
    agree_extension,
    grant_extension,
    refuse_extension,
    request_extension,
)
from services.hazard.lifecycle.rectifying import submit_rectification
from services.hazard.lifecycle.reinspecting import Reinspect, reinspect
from services.hazard.lifecycle.serving import serve_notice
from services.hazard.lifecycle.timing import RecordDeadlineMissed, record_deadline_missed, term_of
from services.hazard.refused import Refused

PEOPLE = (TWO, TWL, DPO, DPO2, DPL, ENT_M, ENT_S, SYS)
DEADLINES = any_.integers(-5, 120)


@dataclass
class Lived:
    """A life with all its events, and what each changed."""

    life: Life
    told: list[tuple[Life, Event, Life]] = field(default_factory=list)

    def tries(self, rule, ask, who) -> None:
        """One step; a refusal changes nothing."""
        before = self.life
        try:
            self.life = before.when(rule, ask, who)
        except Refused:
            return
        self.told += [(before, event, self.life) for event in self.life.events]


def wants(life: Life, days: int) -> RequestExtension:
    return RequestExtension(deadline=day(life, days), reason="须订制", protection="停用隔离")


def step(lived: Lived, drawn: tuple[str, dict, int]) -> Lived:
    what, who, days = drawn
    life = lived.life
    owing = Owing.REINSPECTION if life.hazard.status is Status.SUBMITTED else Owing.RECTIFICATION
    version = max(1, term_of(life.hazard, owing).version)
    deadline = day(life, days)
    steps = {
        "request": (request_extension, wants(life, days)),
        "agree": (agree_extension, AgreeExtension()),
        "grant": (grant_extension, GrantExtension(deadline=None if days % 4 else deadline)),
        "refuse": (refuse_extension, RefuseExtension(reason="可以按期消除")),
        "serve": (serve_notice, SERVED),
        "miss": (record_deadline_missed, RecordDeadlineMissed(what=owing, deadline_version=version)),
        "submit": (submit_rectification, submitting(life, acceptance_report=PHOTO)),
        "fail": (reinspect, Reinspect(result="fail", photos=(PHOTO,), remark="未整改", deadline=deadline)),
    }
    if what == "wait":
        lived.life = life.later(max(0, days))
    else:
        lived.tries(*steps[what], who)
    return lived


WORDS = ("request", "agree", "grant", "refuse", "serve", "miss", "submit", "fail", "wait")
FITTING = {
    "request": [ENT_M],
    "agree": [TWO, DPO],
    "grant": [TWL, DPL, DPO2],
    "refuse": [TWL, DPL],
    "serve": [TWO],
    "miss": [SYS],
    "submit": [ENT_M],
    "fail": [TWO],
    "wait": [SYS],
}
# In the usual order now and then, for what is drawn freely seldom gets that far.
USUAL = (
    ("request", "agree", "grant"),
    ("serve",),
    ("wait", "miss"),
    ("submit", "fail"),
    ("request", "refuse"),
)


def fitting(words: tuple[str, ...]) -> any_.SearchStrategy:
    return any_.tuples(
        *(
            any_.tuples(any_.just(word), any_.sampled_from(FITTING[word]), any_.integers(5, 80))
            for word in words
        )
    )


FREELY = any_.tuples(any_.tuples(any_.sampled_from(WORDS), any_.sampled_from(PEOPLE), DEADLINES))
STEPS = any_.lists(any_.sampled_from(USUAL).flatmap(fitting) | FREELY, max_size=15)
BEGINNINGS = any_.sampled_from([ordered, ordered_from_service, plan_accepted])
LIVES = any_.builds(
    lambda begin, steps: reduce(step, [one for some in steps for one in some], Lived(begin())),
    BEGINNINGS,
    STEPS,
)


@given(LIVES)
def test_a_granted_deadline_is_later_and_nothing_else_of_an_extension_moves_it(lived: Lived):
    for before, event, after in lived.told:
        old, new = before.hazard.deadline, after.hazard.deadline
        if isinstance(event, ExtensionGranted):
            assert old is not None
            assert new is not None
            assert new > old
        elif "extension" in event.TYPE or "missed" in event.TYPE:
            assert old == new


@given(LIVES)
def test_who_asks_never_approves_and_two_persons_approve(lived: Lived):
    for before, event, _ in lived.told:
        if isinstance(event, ExtensionGranted):
            extension = before.hazard.extension
            assert extension.supervisor is not None
            assert extension.requester != extension.supervisor


@given(LIVES)
def test_one_extension_is_open_and_so_many_are_granted_at_most(lived: Lived):
    for before, event, after in lived.told:
        if isinstance(event, ExtensionRequested):
            assert not before.hazard.extension.open
        assert after.hazard.extension.granted <= after.policy.limits.extensions
    granted = sum(isinstance(event, ExtensionGranted) for _, event, _ in lived.told)
    assert granted == lived.life.hazard.extension.granted


@given(LIVES)
def test_rounds_rise_by_one_and_each_has_one_deadline(lived: Lived):
    for before, _, after in lived.told:
        assert after.hazard.round - before.hazard.round in {0, 1}
        term = after.hazard.terms.rectification
        assert term.on == after.hazard.deadline
        assert (term.version == 0) == (after.hazard.deadline is None)
        assert term.version <= after.hazard.version


@given(LIVES)
def test_each_version_of_a_date_is_missed_once(lived: Lived):
    missed = [
        (event.TYPE, event.deadline_version)
        for _, event, _ in lived.told
        if isinstance(event, DeadlineMissed | ReinspectionOverdue)
    ]

    assert len(missed) == len(set(missed))


@given(LIVES)
def test_nothing_is_missed_before_its_day_is_over(lived: Lived):
    for before, event, _ in lived.told:
        if isinstance(event, DeadlineMissed):
            assert day(before, 0) > event.deadline
