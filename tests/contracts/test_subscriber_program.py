"""订阅程序 · The program of contracts/README.md, taken from there and run against a real server."""

import asyncio
import re
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path

import pytest
from nats.aio.client import Client

import contracts
from given.golden import LIFE, publish
from services.jetstream import connected, ensure_stream
from services.servers import nats as nats_servers
from services.servers import process
from services.servers.nats import Nats
from services.servers.nats_users import Reader
from services.servers.readers import ensure_consumers

READER = "reader-330111"
README = Path(contracts.__file__).parent / "README.md"
SILENCE = "安静：没有新的事件"
AWAY = "失联：消息服务器没有应答"
PATIENCE = 180.0  # seconds for a line


class Subscriber:
    """One run of the program."""

    def __init__(self, running: Process) -> None:
        self._running = running

    async def line(self) -> str:
        assert self._running.stdout is not None
        return (await asyncio.wait_for(self._running.stdout.readline(), PATIENCE)).decode().rstrip("\n")

    async def until(self, wanted: str) -> list[str]:
        """The lines before the first one that is wanted."""
        lines: list[str] = []
        while (line := await self.line()) != wanted:
            assert line, "\n".join(lines)
            lines.append(line)
        return lines


@pytest.fixture
async def admin(nats_server: Nats, stream: str) -> AsyncIterator[Client]:
    """The stream's administrator; the reader's one consumer is made."""
    async with connected(nats_server.url("admin"), name="test admin") as client:
        await ensure_consumers(client.jetstream(), [Reader("330111")])
        yield client


@pytest.fixture
def program(tmp_path: Path) -> Path:
    [code] = re.findall(
        r"^```python\n(.*?)^```$", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    file = tmp_path / "subscriber.py"
    file.write_text(code, encoding="utf-8")
    return file


@asynccontextmanager
async def subscribing(program: Path, url: str) -> AsyncIterator[Subscriber]:
    """Runs it, and at the end kills it without warning: the database beside it stays."""
    database = program.with_name("own.sqlite")
    environment = {"HAZARD_NATS_URL": url, "MY_DATABASE": str(database), "PYTHONUTF8": "1"}
    running = await asyncio.create_subprocess_exec(
        sys.executable, str(program), env=environment, stdout=PIPE, stderr=STDOUT
    )
    try:
        yield Subscriber(running)
    finally:
        if running.returncode is None:
            running.kill()
        await running.communicate()


def fresh(lines: list[str]) -> list[tuple[int, str]]:
    parts = [line.split() for line in lines]
    return [(int(position), event) for position, event, _, new in parts if new == "新"]


async def test_it_reads_its_district_in_order(nats_server: Nats, admin: Client, program: Path) -> None:
    await publish(nats_server, *LIFE[:2])
    await publish(nats_server, LIFE[2], division="330106002000")
    await publish(nats_server, *LIFE[3:5])
    async with subscribing(program, nats_server.url(READER)) as subscriber:
        lines = await subscriber.until(SILENCE)

    assert [
        (1, "hazard.captured"),
        (2, "hazard.submitted"),
        (4, "hazard.registered"),
        (5, "hazard.confirmed"),
    ] == fresh(lines)


async def test_it_goes_on_where_it_was_when_it_was_killed(
    nats_server: Nats, admin: Client, program: Path
) -> None:
    await publish(nats_server, *LIFE[:3])
    async with subscribing(program, nats_server.url(READER)) as subscriber:
        before = await subscriber.until(SILENCE)
    await publish(nats_server, *LIFE[3:5])
    async with subscribing(program, nats_server.url(READER)) as subscriber:
        after = await subscriber.until(SILENCE)

    assert ([1, 2, 3], [4, 5]) == ([p for p, _ in fresh(before)], [p for p, _ in fresh(after)])


async def test_an_event_that_stands_twice_in_the_stream_is_counted_once(
    nats_server: Nats, admin: Client, program: Path
) -> None:
    await publish(nats_server, LIFE[0], LIFE[1], LIFE[0])
    async with subscribing(program, nats_server.url(READER)) as subscriber:
        lines = await subscriber.until(SILENCE)

    assert ([1, 2], "3 hazard.captured") == ([p for p, _ in fresh(lines)], lines[2][:17])
    assert lines[2].endswith("重复")


async def test_all_that_comes_again_from_a_consumer_made_anew_is_counted_once(
    nats_server: Nats, admin: Client, program: Path
) -> None:
    await publish(nats_server, *LIFE[:3])
    async with subscribing(program, nats_server.url(READER)) as subscriber:
        await subscriber.until(SILENCE)
    await admin.jetstream().delete_consumer("SAFETY", READER)
    await ensure_consumers(admin.jetstream(), [Reader("330111")])
    async with subscribing(program, nats_server.url(READER)) as subscriber:
        again = await subscriber.until(SILENCE)

    assert (3, []) == (len(again), fresh(again))


async def test_lag_is_told_from_silence(nats_server: Nats, admin: Client, program: Path) -> None:
    await publish(nats_server, *LIFE[:3])
    async with connected(nats_server.url(READER), name="holds one back") as client:
        consumer = await client.jetstream(prefix="SAFETY.API").pull_subscribe_bind(READER, stream="SAFETY")
        [held] = await consumer.fetch(1, timeout=5)
        async with subscribing(program, nats_server.url(READER)) as subscriber:
            lag = await subscriber.line()
            await held.nak()
            after = [line for line in await subscriber.until(SILENCE) if line != lag]

    assert ("落后 3 条", [1, 2, 3]) == (lag, [p for p, _ in fresh(after)])


async def test_a_server_that_is_away_is_told_from_silence_and_waited_for(
    own_nats: Nats, program: Path
) -> None:
    with running(own_nats):
        async with connected(own_nats.url("admin"), name="test admin") as client:
            await ensure_stream(client)
            await ensure_consumers(client.jetstream(), [Reader("330111")])
    async with AsyncExitStack() as stack:
        with running(own_nats):
            subscriber = await stack.enter_async_context(subscribing(program, own_nats.url(READER)))
            before = await subscriber.line()
        await subscriber.until(AWAY)
        with running(own_nats):
            await subscriber.until(SILENCE)

    assert SILENCE == before


@pytest.fixture
def own_nats(tmp_path: Path) -> Nats:
    """A server of this test's own, to be stopped."""
    for name in ("store", "secrets"):
        (tmp_path / name).mkdir()
    return nats_servers.prepare(
        tmp_path / "store",
        tmp_path / "secrets",
        tmp_path / "nats.log",
        mark=tmp_path,
        readers=(Reader("330111"),),
        port=0,
    )


@contextmanager
def running(server: Nats) -> Iterator[None]:
    started = process.start(server.program)
    try:
        process.await_answer(server.program, started, partial(nats_servers.answers, server))
        yield
    finally:
        process.stop(started, server.program.stopping)
