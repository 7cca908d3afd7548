"""随机的一生 · Thousands of random lives keep the invariants of domain/lifecycle.md b.6, and reach every corner."""

from collections.abc import Iterator
from typing import get_args

import pytest

from contracts.hazard import HazardEvent
from contracts.values import Status
from lives.asks import WAYS
from lives.invariants import INVARIANTS
from lives.machine import Findings, how_many, live, which_seed
from lives.promises import PROMISES
from services.hazard.hazard_commands import COMMANDS

WITH_OTHERS = {"order-withdrawn"}
"""What happens to several hazards at once, by the paper that lists them: tests/hazard/api/test_notices.py."""


@pytest.fixture(scope="session")
def findings() -> Iterator[Findings]:
    """所见 · One run of random lives for all that is asked of them here."""
    yield (seen := live(Findings(which_seed()), how_many()))
    print(f"\n{seen}")  # noqa: T201  # the seed repeats the run


def test_random_lives_keep_every_invariant(findings):
    assert [held.__name__ for held in findings.broken] == [], f"SEED={findings.seed}"


@pytest.mark.parametrize(
    "held", INVARIANTS.values(), ids=[f"{number}-{each.__name__}" for number, each in INVARIANTS.items()]
)
def test_every_random_life_keeps_the_invariant(held, findings):
    assert held not in findings.broken, f"SEED={findings.seed}\n{findings.broken[held]}"


@pytest.mark.parametrize("held", PROMISES, ids=[each.__name__ for each in PROMISES])
def test_every_random_life_keeps_the_promise(held, findings):
    assert held not in findings.broken, f"SEED={findings.seed}\n{findings.broken[held]}"


def test_random_lives_see_every_event_there_is(findings):
    every = {event.TYPE.partition(".")[2] for event in get_args(HazardEvent)}

    assert every - set(findings.events) == WITH_OTHERS, str(findings)


def test_random_lives_reach_every_status(findings):
    assert set(Status) - set(findings.statuses) == set(), str(findings)


def test_random_lives_get_far(findings):
    later = sum(count for number, count in findings.rounds.items() if number > 1)

    assert findings.closed > findings.lives * 0.4, str(findings)
    assert findings.closed_major > findings.lives * 0.03, str(findings)
    assert later > findings.lives * 0.4, str(findings)


def test_every_command_has_a_way_to_be_asked():
    assert {command.path for command in COMMANDS if command.ask not in WAYS} == set()
