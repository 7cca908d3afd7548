"""应办事项 · Told from events alone, what is to be done about a hazard is what the rules say is open, owed and to whom."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from random import Random, SystemRandom
from uuid import uuid4

import pytest

from contracts.terms import Owing, Side
from contracts.values import Role, Status
from lives.life import Step, occasion_of
from lives.living import Living
from lives.people import of
from services.hazard.hazard_commands import COMMANDS
from services.hazard.lifecycle.owing import owed
from services.hazard.lifecycle.state import Hazard
from services.hazard.occasion import Occasion
from services.hazard.openings import DISCHARGING, opening
from services.jetstream import Recorded
from services.projections.duties.folding import owe
from services.projections.duties.kinds import DUTIES, Duty
from services.projections.duties.settling import settle
from services.projections.ledger_fold import hazard_step
from services.projections.ledger_rows import Hazard as Row
from services.projections.status import UNCOUNTED

LIVES, STEPS = 40, 40
SEED = SystemRandom().randrange(2**32)
ENDS = frozenset({*UNCOUNTED, Status.CLOSED})
BY_PATH = {command.path: command for command in COMMANDS}
D = Duty
OWED = {
    **{Duty(what.value): what for what in Owing if what is not Owing.EXTENSION_ANSWER},
    D.EXTENSION_AGREEMENT: Owing.EXTENSION_ANSWER,
    D.EXTENSION_ANSWER: Owing.EXTENSION_ANSWER,
}
"""What the rules call a duty for which a term may run."""


@dataclass(frozen=True)
class Moment:
    """After one command of a life: what the events tell, and what the rules know."""

    row: Row
    hazard: Hazard
    occasion: Occasion
    told: str

    @property
    def open(self) -> dict[Duty, set[Role]]:
        """Whose turn it is with what, as the events tell it."""
        return {
            Duty(code): set(map(Role, told["roles"])) for code, told in self.row.owed.items() if told["roles"]
        }


def moments() -> Iterator[Moment]:
    """Of so many random lives, each command that was taken, while the hazard has not ended."""
    for nth in range(LIVES):
        living = Living(Random(SEED + nth))
        row, taken = Row(uuid4()), 0
        for number in range(STEPS):
            living.step(Random(f"{SEED}/{nth}/{number}"))
            fresh, taken = living.life.steps[taken:], len(living.life.steps)
            for step in fresh:
                take(row, step)
            settle(row)
            if fresh and living.life.hazard.status not in ENDS:
                occasion = occasion_of(of(Role.SCO)[0].usual(), living.life)
                story = f"SEED={SEED} life {nth}\n{living.life.story()}\n{row.owed}"
                yield Moment(row, living.life.hazard, occasion, story)


def take(row: Row, step: Step) -> None:
    recorded = Recorded("log", 1, step.envelope.time, step.envelope, step.event)
    hazard_step(row, recorded)
    owe(row, recorded)


@pytest.fixture(scope="module")
def checked() -> dict[str, int]:
    """One run of random lives for all that is asked of them here."""
    seen = dict.fromkeys(D, 0)
    for moment in moments():
        terms_agree(moment)
        somebody_has_it(moment)
        for what, roles in moment.open.items():
            seen[what] += 1
            rules_open_it(moment, what, roles)
    return seen


def terms_agree(moment: Moment) -> None:
    """Each term that the rules run is a duty with the same instant and side, and the other way round."""
    policy, calendar = moment.occasion.policy, moment.occasion.calendar
    terms = {(one.what, one.by, one.due.timestamp()) for one in owed(moment.hazard, policy, calendar)}
    told = {
        (OWED[Duty(code)], Side(each["side"]), datetime.fromisoformat(each["due"]).timestamp())
        for code, each in moment.row.owed.items()
        if each["due"] and Duty(code) in OWED
    }

    assert terms == told, moment.told


def somebody_has_it(moment: Moment) -> None:
    """A hazard that has not ended is somebody's to do something about."""
    assert moment.open, moment.told


def rules_open_it(moment: Moment, what: Duty, roles: set[Role]) -> None:
    """The rules let each role whose duty it is take at least one of its commands, and not as a mere proposal."""
    found = [opening(BY_PATH[path], moment.hazard, moment.occasion, None) for path in DUTIES[what].commands]
    open_to = {role for each in found for role in each.open_to if role not in each.proposing}

    assert roles <= open_to, f"{what}: {roles - open_to} may not\n{moment.told}"


def test_over_random_lives_events_tell_the_duties_that_the_rules_know(checked: dict[str, int]) -> None:
    assert [
        what for what in (D.CONFIRMATION, D.DISPOSAL, D.RECTIFICATION, D.REINSPECTION) if not checked[what]
    ] == []


def test_what_is_owed_is_done_by_the_same_commands() -> None:
    for what, commands in DISCHARGING.items():
        ours = {path for duty, term in OWED.items() if term is what for path in DUTIES[duty].commands}

        assert set(commands) <= ours
