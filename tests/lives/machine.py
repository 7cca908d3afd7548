"""状态机 · Hypothesis drives random lives: every command by every role at every stage."""

import os
from collections import Counter
from dataclasses import dataclass, field
from random import Random, SystemRandom

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from contracts.values import Level, Status
from lives.invariants import INVARIANTS, Invariant
from lives.life import Life, shortest
from lives.living import Living
from lives.promises import PROMISES

# 不变式与承诺 · What every life keeps, in words.
HELD: dict[Invariant, str] = {
    **{each: f"b.6 {number}. {each.__doc__}" for number, each in INVARIANTS.items()},
    **{each: f"{each.__doc__}" for each in PROMISES},
}
LIVES = 5_000
STEPS = 50
# One number for each step: drawn choice by choice, hypothesis prefers small ones, and small lives go nowhere.
NUMBERS = st.integers(0, 2**64 - 1)


@dataclass(slots=True)
class Findings:
    """所见 · What a run of random lives saw, and where an invariant broke."""

    seed: int
    lives: int = 0
    tried: int = 0
    events: Counter[str] = field(default_factory=Counter)
    statuses: Counter[Status | None] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    rounds: Counter[int] = field(default_factory=Counter)
    closed: int = 0
    closed_major: int = 0
    broken: dict[Invariant, str] = field(default_factory=dict)

    def note(self, life: Life) -> None:
        """One life is over."""
        self.lives += 1
        self.tried += len(life.attempts)
        self.refusals += life.refusals
        self.events.update(step.type for step in life.steps)
        self.statuses.update({step.after.status for step in life.steps})
        self.rounds[life.hazard.round] += 1
        closures = [step.before.level for step in life.steps if step.type == "closed"]
        self.closed += bool(closures)
        self.closed_major += Level.MAJOR in closures
        for held in HELD:
            if held not in self.broken and any(held(life)):
                self.broken[held] = told(held, life)

    def __str__(self) -> str:
        """Figures for people."""
        lives = max(self.lives, 1)
        return (
            f"{self.lives} lives (SEED={self.seed}), {self.tried} commands tried, {self.events.total()} events, "
            f"{self.closed / lives:.0%} closed, {self.closed_major / lives:.0%} closed as major, "
            f"{sum(count for round_, count in self.rounds.items() if round_ > 1) / lives:.0%} in a later round, "
            f"{len(self.refusals)} kinds of refusal"
        )


def told(held: Invariant, life: Life) -> str:
    """Its words, and the shortest life like this one that breaks it."""
    short = shortest(life, lambda shorter: any(held(shorter)))
    return f"{HELD[held]}\n{list(held(short))}\n{short.story()}"


def machine(findings: Findings) -> type[RuleBasedStateMachine]:
    """状态机 · Lives that note what they saw."""

    class RandomLife(RuleBasedStateMachine):
        """随机的一生 · Begins with a capture; then somebody acts, again and again."""

        @initialize(number=NUMBERS)
        def begins(self, number: int) -> None:
            self.living = Living(Random(number))

        @rule(number=NUMBERS)
        def somebody_acts(self, number: int) -> None:
            # The same number drawn again means something else at another step.
            random = Random(f"{number}/{len(self.living.life.attempts)}")
            try:
                self.living.step(random)
            except Exception as broke:
                broke.add_note(self.living.life.story())
                raise

        def teardown(self) -> None:
            findings.note(self.living.life)

    return seed(findings.seed)(RandomLife)


def how_many() -> int:
    """多少条命 · HAZARD_LIVES of them; a tenth unless told."""
    return int(os.environ.get("HAZARD_LIVES") or LIVES // 10)


def which_seed() -> int:
    """种子 · HAZARD_SEED repeats a run; without it each run has its own."""
    return int(os.environ.get("HAZARD_SEED") or SystemRandom().randrange(2**32))


def live(findings: Findings, lives: int) -> Findings:
    """活一遍 · So many random lives."""
    run_state_machine_as_test(
        machine(findings),
        settings=settings(
            max_examples=lives,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate,),  # what breaks an invariant is shortened by living it again
            print_blob=False,
        ),
    )
    return findings
