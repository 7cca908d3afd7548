"""事件流出事 · The stream is lost, or too many publish to it: it is the log again, byte for byte, each event once."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import pytest

from contracts.subjects import STREAM
from crash import reconciling
from crash.clients import Book, Client, Town, office, photograph, working
from crash.system import LEADER, ends_of, eventually, published
from services import jetstream, postgres
from walk.installation import Installation, started

SOME = 60  # commands
TAKEOVERS = 4


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    """整套系统 · One running `hazard up` for the tests of this file."""
    with started() as running:
        yield running


@pytest.fixture(scope="module")
def book() -> Book:
    """账本 · Of everything that was ever told in this installation."""
    return Book()


@pytest.fixture
async def clients(installation: Installation, book: Book) -> list[Client]:
    """客户端 · A few, over the one web process."""
    port = urlsplit(installation.known.web).port
    town = Town(Random(), await photograph(installation.places, port))
    return office(installation.places, [port], town, book, 6)


async def some_more(book: Book) -> None:
    """再来一些 · Waits until so many more commands were acknowledged."""
    enough = len(book.told) + SOME
    await eventually(lambda: len(book.told) >= enough, "more commands")


async def test_a_stream_deleted_under_a_running_relay_is_built_again_byte_for_byte(
    installation: Installation, book: Book, clients: list[Client]
) -> None:
    async with working(clients):
        await some_more(book)
        async with jetstream.connected(installation.nats_url("admin"), name="vandal") as admin:
            await admin.jetstream().delete_stream(STREAM)
        await some_more(book)
    await published(installation)

    assert await reconciling.check(installation, book) > 2 * SOME


async def test_a_message_server_whose_store_was_wiped_holds_the_whole_log_again(
    installation: Installation, book: Book, clients: list[Client]
) -> None:
    async with working(clients):
        await some_more(book)
        await asyncio.to_thread(wipe_nats, installation)
        await some_more(book)
    await published(installation)

    assert await reconciling.check(installation, book) > 4 * SOME


def wipe_nats(installation: Installation) -> None:
    with installation.without("nats"):
        shutil.rmtree(installation.places.nats)
        installation.places.nats.mkdir(mode=0o700)


async def test_of_three_relays_one_publishes_whoever_of_them_sleeps_or_is_deposed(
    installation: Installation, book: Book, clients: list[Client], tmp_path: Path
) -> None:
    with ExitStack() as stack:
        for number in (2, 3):
            log = stack.enter_context(another_relay(installation, tmp_path / f"relay-{number}.log"))
            await eventually(lambda: "relay.stood_by" in log.read_text(), "it stands by")  # noqa: B023  # at once
        async with working(clients):
            await a_leader_that_sleeps_stops_the_stream_not_the_log(installation, book)
            await a_leader_that_slept_through_its_succession_publishes_nothing_twice(installation, book)
            for _ in range(TAKEOVERS):
                await some_more(book)
                await deposed(installation)
        await published(installation)

        await reconciling.check(installation, book)


async def a_leader_that_sleeps_stops_the_stream_not_the_log(installation: Installation, book: Book) -> None:
    leader = leader_of(installation)
    with asleep(installation.pid("relay")):
        await some_more(book)
        position, end = await ends_of(installation)

        assert leader_of(installation) == leader
        assert end < position


async def a_leader_that_slept_through_its_succession_publishes_nothing_twice(
    installation: Installation, book: Book
) -> None:
    with asleep(installation.pid("relay")):
        await deposed(installation)
        await some_more(book)
        _, before = await ends_of(installation)
        await eventually(lambda: asyncio.run(ends_of(installation))[1] > before, "the successor publishes")
    await some_more(book)


async def deposed(installation: Installation) -> None:
    """罢免 · The leader's session is ended by the database; waits for the next."""
    leader = leader_of(installation)
    installation.query("select pg_terminate_backend(%s)", leader)
    await eventually(lambda: leader_of(installation) not in (None, leader), "another leads")


def leader_of(installation: Installation) -> int | None:
    found = installation.query(LEADER, postgres.LOCKS, postgres.RELAYING)
    assert len(found) <= 1
    return found[0][0] if found else None


@contextmanager
def asleep(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@contextmanager
def another_relay(installation: Installation, log: Path) -> Iterator[Path]:
    """又一个转发进程 · Started by hand, as by mistake."""
    where = {
        "HAZARD_POSTGRES_DSN": installation.known.dsn,
        "HAZARD_NATS_URL": installation.nats_url("relay"),
        "PYTHONUNBUFFERED": "1",
    }
    command = [sys.executable, "-P", "-m", "services.cli.main", "relay"]
    with (
        log.open("wb") as out,
        subprocess.Popen(command, env={**os.environ, **where}, stdout=out, stderr=out) as process,
    ):
        yield log
        process.terminate()
