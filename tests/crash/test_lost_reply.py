"""答复丢失 · The connection breaks after the commit: whoever asks again with the same key is told what happened."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial
from random import Random

import pytest
import pytest_asyncio

from crash import reconciling
from crash.asking import Line
from crash.clients import TOWN, Book, Client, Command, Told, Town, office
from crash.losing import AnswerLost, CommitLost, Trap, to_a_port, to_postgres
from crash.system import System, started

pytestmark = pytest.mark.asyncio(loop_scope="module")
UNLUCKY = "web-3"
MANY, ROUNDS = 40, 5
PATIENCE = 1000  # times


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def system() -> AsyncIterator[System]:
    """一套进程 · For all tests of this file."""
    async with started() as running:
        yield running


@pytest.fixture(scope="module")
def book() -> Book:
    """账本 · Of everything that was ever told in this system."""
    return Book()


@pytest.fixture
def clients(system: System, book: Book) -> Iterator[list[Client]]:
    """客户端 · Their lines lead to the two processes that nothing happens to."""
    found = office(system.places, system.ports.values(), Town(Random(), photo=""), book, MANY)
    yield found
    for client in found:
        client.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def trap(system: System) -> AsyncIterator[Trap]:
    """陷阱 · On the way from one more web process to the database."""
    trap = Trap()
    sockets, folder = system.places.postgres, system.places.root / "wire"
    async with to_postgres(sockets, folder, partial(CommitLost, trap)) as dsn:
        await system.add_web(UNLUCKY, HAZARD_POSTGRES_DSN=dsn)
        yield trap


def registration(client: Client) -> Command:
    key = client.new_key()
    return Command(key, "enterprises", {"name": f"杭州{key[:6]}五金厂", "division": TOWN})


async def insist(client: Client, command: Command, line: Line) -> Told:
    """坚持 · The same key until there is an answer."""
    for _ in range(PATIENCE):
        if answer := await client.ask(line, command):
            told = client.note(command, [answer])
            assert told is not None, answer
            return told
        await asyncio.sleep(0.05)
    raise AssertionError(f"no answer to {command}")


def stored(system: System, command: Command) -> int:
    ((outcomes,),) = system.query("select count(*) from log.outcomes where key = %s", command.key)
    return outcomes


async def test_a_client_that_never_saw_its_answer_is_told_it_when_it_asks_again(
    system: System, book: Book, clients: list[Client]
) -> None:
    trap = Trap(set_for=1)
    client = clients[0]
    command = registration(client)
    async with to_a_port(system.ports["web-1"], partial(AnswerLost, trap)) as port:
        with closing(Line(port)) as line:
            unheard = await client.ask(line, command)
            stored_once = stored(system, command)
            told = await insist(client, command, line)

    assert (unheard, trap.sprung, stored_once) == (None, 1, 1)
    assert told.replayed
    assert told.status == 201
    await reconciling.check(system, book)


async def test_a_change_whose_answer_was_lost_is_repeated_not_refused_as_stale(
    system: System, book: Book, clients: list[Client]
) -> None:
    """Its own success has moved the version that it names in If-Match."""
    trap = Trap()
    client = clients[0]
    firm = await insist(client, registration(client), client.lines[0])
    change = Command(
        client.new_key(), f"enterprises/{firm.body['id']}/change-profile", {"address": "东路"}, 1
    )
    async with to_a_port(system.ports["web-1"], partial(AnswerLost, trap)) as port:
        trap.set_for = 1
        with closing(Line(port)) as line:
            unheard = await client.ask(line, change)
        other_process = client.lines[1]
        told = await insist(client, change, other_process)

    assert (unheard, trap.sprung) == (None, 1)
    assert told.replayed
    assert told.body["version"] == 2
    await reconciling.check(system, book)


async def test_one_command_sent_to_both_processes_at_once_has_one_outcome(
    system: System, book: Book, clients: list[Client]
) -> None:
    commands = [registration(client) for client in clients]
    pairs = await asyncio.gather(
        *(
            asyncio.gather(*(client.ask(line, command) for line in client.lines))
            for client, command in zip(clients, commands, strict=True)
        )
    )
    for client, command, heard in zip(clients, commands, pairs, strict=True):
        client.note(command, [answer for answer in heard if answer is not None])

    assert book.wrong == []
    assert [heard for heard in pairs if sum(not answer.replayed for answer in heard if answer) > 1] == []
    await reconciling.check(system, book)


@pytest.mark.parametrize("before", [False, True])
async def test_whatever_the_database_did_when_its_reply_was_lost_the_repeat_tells_the_truth(
    system: System, book: Book, clients: list[Client], trap: Trap, before: bool
) -> None:
    client, command = clients[0], registration(clients[0])
    with closing(Line(system.ports[UNLUCKY], patience=30)) as line:
        await insist(client, registration(client), line)
        broken = trap.sprung
        trap.set_for, trap.before = 1, before
        heard = await client.ask(line, command)
        stored_then = stored(system, command)
        told = await insist(client, command, line)

    assert trap.sprung == broken + 1
    assert stored_then == (0 if before and heard is None else 1)
    assert told.replayed == (stored_then == 1)
    await reconciling.check(system, book)


@pytest.mark.parametrize("before", [False, True])
async def test_each_of_many_commands_under_way_has_one_outcome_when_replies_are_lost(
    system: System, book: Book, clients: list[Client], trap: Trap, before: bool
) -> None:
    broken = trap.sprung
    trap.before = before
    with ExitStack() as stack:
        lines = [stack.enter_context(closing(Line(system.ports[UNLUCKY], patience=30))) for _ in clients]
        for _ in range(ROUNDS):
            trap.set_for = 1
            work = [(client, registration(client), line) for client, line in zip(clients, lines, strict=True)]
            await asyncio.gather(*(insist(*one) for one in work))

    assert trap.sprung == broken + ROUNDS
    assert book.wrong == []
    await reconciling.check(system, book)


async def test_the_account_itself_notices_what_was_lost_and_what_nobody_was_told(
    system: System, book: Book, clients: list[Client]
) -> None:
    client = clients[0]
    told = await insist(client, registration(client), client.lines[0])
    untold = {who: one for who, one in book.told.items() if one is not told}
    lost = replace(told, command=registration(client))
    elsewhere = replace(told, body={**told.body, "position": told.body["position"] + "0"})

    for false, complaint in (
        (untold, "nobody was told"),
        (book.told | {lost.who: lost}, "lost"),
        (book.told | {told.who: elsewhere}, "position"),
    ):
        with pytest.raises(AssertionError, match=complaint):
            await reconciling.check(system, Book(told=false))
    await reconciling.check(system, book)
