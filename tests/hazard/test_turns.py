"""轮流 · One after another at one stream, side by side at two; nobody waits for ever."""

import asyncio
from uuid import uuid4

from services.hazard.turns import Turns

ONE, OTHER = uuid4(), uuid4()


async def test_commands_at_one_stream_come_one_after_another():
    turns, inside, most = Turns(), 0, 0

    async def command() -> None:
        nonlocal inside, most
        async with turns.given_back():
            await turns.take(ONE)
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(command() for _ in range(16)))

    assert most == 1


async def test_a_command_takes_its_turn_once_however_often_it_is_decided():
    turns = Turns()
    async with turns.given_back():
        await turns.take(ONE)
        await turns.take(ONE)

        assert turns.any
    assert not turns.any


async def test_a_turn_is_given_back_when_a_command_is_refused():
    turns = Turns()
    try:
        async with turns.given_back():
            await turns.take(ONE)
            raise LookupError  # noqa: TRY301 — as a rule refuses, inside its turn
    except LookupError:
        pass

    async with turns.given_back(), asyncio.timeout(1):
        await turns.take(ONE)


async def test_two_that_wait_for_each_other_s_streams_come_free():
    turns = Turns(patience=0.05)
    both = asyncio.Barrier(2)

    async def command(first, second) -> None:
        async with turns.given_back():
            await turns.take(first)
            await both.wait()
            await turns.take(second)

    async with asyncio.timeout(10):
        await asyncio.gather(command(ONE, OTHER), command(OTHER, ONE))


async def test_outside_a_command_there_are_no_turns():
    turns = Turns()
    await turns.take(ONE)

    assert not turns.any
