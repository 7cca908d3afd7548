"""重复送达 · b.6 13. Re-delivering any command with the same idempotency key adds no event: on the real log.

The same lives show that what hazards.change does with a log is what the pure rules decide without one.
"""

from collections.abc import AsyncIterator
from datetime import datetime
from hashlib import sha256
from random import Random
from uuid import UUID, uuid4, uuid5

import pytest

from contracts.envelope import Event
from given.story import envelope
from lives.life import BY_PATH, POLICY, START, Attempt, Life, keep, lived_again, occasion_of
from lives.living import Living
from lives.machine import STEPS, which_seed
from lives.people import APPOINTED, BY_ID, ENTERPRISES
from lives.visits import VISITS
from services.hazard import hazards
from services.hazard.handling import Done, Handling
from services.hazard.refused import Refused
from services.hazard.store import Command, Log, stream_of, writer_pool
from services.trouble import Trouble

LIVES = 5
AT_HOME = BY_ID["p-two-here-0"]


class Office:
    """收件处 · The real command path over a log, with a clock that is set."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.now: datetime = START
        self.visits: set[str] = set()
        self.handling = Handling(log, POLICY, lambda: self.now, remembered=10)

    async def deliver(self, hazard: str, number: int, attempt: Attempt) -> Done | str:
        """One attempt under its own key: what was done, or the name of the refusal."""
        self.now = attempt.now
        given = {"key": f"{hazard}/{number}", "request": sha256(repr(attempt.ask).encode()).digest()}
        sender = attempt.who.sender(**given | attempt.more)
        await self.visited(getattr(attempt.ask, "visit", None))
        try:
            if attempt.path == "capture":
                return await hazards.capture(self.handling, sender, hazard, attempt.ask, keep)
            command = BY_PATH[attempt.path]
            return await hazards.change(self.handling, sender, hazard, command, attempt.ask, keep)
        except (Refused, Trouble) as refusal:
            return type(refusal).__name__

    async def visited(self, key: str | None) -> None:
        """The visit that a command names stands in the log before it."""
        if key is None or key in self.visits:
            return
        self.visits.add(key)
        events = tuple(envelope for _, envelope in VISITS[key].events)
        await self.log.append(Command(client="before", key=key, request=b"", answer=b"{}", events=events))

    async def types(self, hazard: str) -> list[str]:
        return [fact.event.TYPE for fact in await self.log.load(stream_of(f"hazard/{hazard}"))]

    async def told(self, subject: str, event: Event) -> None:
        """Something that had happened before."""
        sender = AT_HOME.sender()
        sealed = envelope(event, occasion_of(sender, Life()), 1)
        sealed = sealed.model_copy(update={"subject": subject, "id": uuid4()})
        await self.log.append(
            Command(client="before", key=subject, request=b"", answer=b"{}", events=(sealed,))
        )


@pytest.fixture
async def office(database: str) -> AsyncIterator[Office]:
    """With both enterprises on file, and everybody appointed."""
    async with writer_pool(database) as pool:
        office = Office(Log(pool))
        for key, enterprise in ENTERPRISES.items():
            await office.told(f"enterprise/{key}", enterprise.profile)
        for person, appointed in APPOINTED.items():
            await office.told(f"person/{person}", appointed)
        yield office


def a_life(random: Random) -> Life:
    """One under the policy as shipped, and alone: the log knows no other hazards."""
    living = Living(random)
    living.life.policy, living.life.now, living.life.announced = POLICY, START, START
    for _ in range(STEPS):
        living.step(Random(random.randrange(2**64)))
    life = living.life
    return lived_again(life, [each for each in life.attempts if each.path != "mark-duplicate"])


async def test_a_command_delivered_again_adds_no_event_and_gets_the_same_answer(office):
    seed = which_seed()
    random = Random(seed)
    for _ in range(LIVES):
        life, hazard = a_life(random), str(uuid5(UUID(int=random.randrange(2**128)), "life"))
        delivered: list[tuple[int, Attempt, Done]] = []
        for number, attempt in enumerate(life.attempts):
            done = await office.deliver(hazard, number, attempt)
            assert attempt.refusal == (done if isinstance(done, str) else None), (
                f"SEED={seed}\n{life.story()}"
            )
            if isinstance(done, Done):
                delivered.append((number, attempt, done))
            if delivered and random.random() < 0.5:
                before = await office.types(hazard)
                number_again, again, first = random.choice(delivered)
                repeated = await office.deliver(hazard, number_again, again)
                assert (repeated.answer, repeated.position, repeated.repeat) == (
                    first.answer,
                    first.position,
                    True,
                )
                assert before == await office.types(hazard)

        assert [step.event.TYPE for step in life.steps] == await office.types(hazard), f"SEED={seed}"
