"""合并调用 · Concurrent asks share calls; whoever is alone waits for nobody, and one bad ask is one's own."""

import asyncio
from collections.abc import Sequence

import pytest

from services.hazard.together import Together, TooLong


class Counter:
    """Answers each number with its double; keeps the calls it was made with."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def double(self, numbers: Sequence[int]) -> list[int]:
        self.calls.append(list(numbers))
        await self.gate.wait()
        if len(numbers) > 1 and 13 in numbers:
            raise ValueError("13 spoils a call")
        if numbers == [13]:
            raise ValueError("13")
        return [2 * number for number in numbers]


async def test_whoever_is_alone_is_asked_at_once() -> None:
    counter = Counter()

    assert 2 == await Together(counter.double, most=64).ask(1)
    assert [[1]] == counter.calls


async def test_those_who_come_during_a_call_form_the_next() -> None:
    counter = Counter()
    counter.gate.clear()
    together = Together(counter.double, most=64)
    first = asyncio.create_task(together.ask(0))
    await asyncio.sleep(0.01)
    others = [asyncio.create_task(together.ask(number)) for number in range(1, 6)]
    await asyncio.sleep(0.01)
    counter.gate.set()

    assert [0, 2, 4, 6, 8, 10] == await asyncio.gather(first, *others)
    assert [[0], [1, 2, 3, 4, 5]] == counter.calls


async def test_a_call_holds_no_more_than_its_most() -> None:
    counter = Counter()
    together = Together(counter.double, most=4)
    await asyncio.gather(*(together.ask(number) for number in range(10)))

    assert [4, 4, 2] == [len(call) for call in counter.calls]


async def test_two_lanes_are_two_calls_at_once() -> None:
    counter = Counter()
    counter.gate.clear()
    together = Together(counter.double, most=2, lanes=2)
    asked = [asyncio.create_task(together.ask(number)) for number in range(5)]
    await asyncio.sleep(0.01)

    assert [[0, 1], [2, 3]] == counter.calls
    counter.gate.set()
    assert [0, 2, 4, 6, 8] == await asyncio.gather(*asked)


async def test_a_call_that_fails_is_made_again_for_each_alone() -> None:
    counter = Counter()
    together = Together(counter.double, most=64)
    answers = await asyncio.gather(*(together.ask(n) for n in (1, 13, 2)), return_exceptions=True)

    assert (2, "13", 4) == (answers[0], str(answers[1]), answers[2])
    assert [[1, 13, 2], [1], [13], [2]] == counter.calls


async def test_who_has_gone_away_is_not_asked_for() -> None:
    counter = Counter()
    counter.gate.clear()
    together = Together(counter.double, most=64)
    first = asyncio.create_task(together.ask(1))
    await asyncio.sleep(0.01)
    leaving, staying = asyncio.create_task(together.ask(2)), asyncio.create_task(together.ask(3))
    await asyncio.sleep(0.01)
    leaving.cancel()
    counter.gate.set()

    assert [2, 6] == await asyncio.gather(first, staying)
    assert [[1], [3]] == counter.calls


@pytest.mark.parametrize("sent", [True, False])
async def test_who_waited_too_long_learns_whether_it_may_have_happened(sent: bool) -> None:
    counter = Counter()
    counter.gate.clear()
    together = Together(counter.double, most=64, patience=0.05)
    if not sent:
        occupying = asyncio.create_task(together.ask(0))
        await asyncio.sleep(0.01)
    with pytest.raises(TooLong) as refusal:
        await together.ask(1)

    assert sent == refusal.value.sent
    counter.gate.set()
    if not sent:
        with pytest.raises(TooLong):
            await occupying


async def test_after_a_failure_the_next_is_served() -> None:
    counter = Counter()
    together = Together(counter.double, most=64)
    with pytest.raises(ValueError, match="13"):
        await together.ask(13)

    assert 4 == await together.ask(2)
