"""提醒进程 · The real process on real servers: killed, restarted, doubled, and behind; nobody is told twice."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from aiosmtpd.controller import Controller

from given.mending import mending
from services import erasing, people
from services.hazard import rebuilding
from services.hazard.relay import Relay
from services.hazard.store import Command, Log, writer_pool
from services.jetstream import connected
from services.servers.nats import Nats
from services.servers.ports import free_port

START = "from services.cli.notifier import notifier; notifier()"
# The log's clock is the server's, so these lives happen now; moments ago, for steps of one moment are waited out.
NOW = datetime.now(UTC) - timedelta(minutes=1)
OVERDUE = NOW.date() - timedelta(days=40)


class Town:
    """A log that is published while `relaying`, and notifiers that follow it."""

    def __init__(self, database: str, data: Path, nats: Nats, log: Log, history: Any) -> None:
        self.database, self.data = database, data
        self.nats = nats
        self.log = log
        self.history = history
        self.written = 0

    async def write(self) -> None:
        """What the history has more, the log gets."""
        new = self.history.recorded[self.written :]
        self.written += len(new)
        await self.log.append(
            Command(
                client="test",
                key=str(uuid4()),
                request=b"",
                answer=b"",
                events=tuple(one.envelope for one in new),
            )
        )

    @asynccontextmanager
    async def relaying(self) -> AsyncIterator[None]:
        async with connected(self.nats.url("relay"), name="relay") as client:
            task = asyncio.create_task(Relay(self.database, client).run())
            yield
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    @asynccontextmanager
    async def notifier(self, **settings: str) -> AsyncIterator[Process]:
        """A notifier process; whatever is left of it at the end is stopped as an operator would."""
        environment = os.environ | {
            "HAZARD_POSTGRES_DSN": self.database,
            "HAZARD_NATS_URL": self.nats.url("notifier"),
            "HAZARD_SWEEP_SECONDS": "0.2",
            "HAZARD_DATA_DIR": str(self.data),
            **{f"HAZARD_{name.upper()}": value for name, value in settings.items()},
        }
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", START), env=environment, stderr=asyncio.subprocess.DEVNULL
        )
        yield process
        if process.returncode is None:
            process.terminate()
            assert await process.wait() == 0

    async def ledger(self, columns: str, where: str = "true") -> list[tuple[Any, ...]]:
        query = (
            f"select {columns} from notifier.reminders join notifier.deliveries"
            f" on reminder = reminders.id where {where} order by number, recipient, channel"
        )
        return await self.rows(query)

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        async with await psycopg.AsyncConnection.connect(self.database) as connection:
            return await (await connection.execute(query.encode())).fetchall()

    async def until(self, columns: str, expected: list[tuple[Any, ...]]) -> None:
        await until(lambda: self._shows(columns, expected))

    async def _shows(self, columns: str, expected: list[tuple[Any, ...]]) -> bool:
        return await self.ledger(columns) == expected

    async def folded(self, position: int) -> None:
        async def reached() -> bool:
            return await self.rows("select position from notifier.checkpoint") == [(position,)]

        await until(reached)

    async def follows(self, old: str) -> bool:
        """Whether what is folded is of another log than the old one."""
        return (await self.rows("select log_id::text from notifier.checkpoint")) not in ([], [(old,)])

    async def epoch(self, epoch: int) -> None:
        async def reached() -> bool:
            return await self.rows("select epoch from notifier.ledger") == [(epoch,)]

        await until(reached)


async def until(what: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(180):
        while not await what():  # noqa: ASYNC110 — another process's doing cannot set an event here
            await asyncio.sleep(0.05)


@pytest.fixture
async def town(
    database: str, tmp_path: Path, nats_server: Nats, stream: str, history: Any
) -> AsyncIterator[Town]:
    async with await psycopg.AsyncConnection.connect(database) as connection:
        await connection.execute("update notifier.ledger set opened_at = '2026-01-01T00:00Z'")
    async with writer_pool(database) as pool:
        yield Town(database, tmp_path, nats_server, Log(pool), history)


class Receiver:
    """An HTTP server that can let a caller wait for its answer."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.arrived = asyncio.Event()
        self.answers = asyncio.Event()
        self.answers.set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            fields = dict(line.split(": ", 1) for line in head.lower().splitlines()[1:] if line)
            body = json.loads(await reader.readexactly(int(fields["content-length"])))
            assert body["id"] == fields["webhook-id"]
            self.ids.append(body["id"])
            self.arrived.set()
            await self.answers.wait()
            writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
            await writer.drain()
        writer.close()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made = Receiver()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    yield made
    server.close()
    await server.wait_closed()


async def test_nobody_is_told_again_after_a_restart_and_a_replay(town: Town, receiver: Any) -> None:
    town.history.appointed("p-9", "TWO")
    town.history.hazard(OVERDUE, at=NOW)
    town.history.hazard(OVERDUE, at=NOW).submitted(OVERDUE, at=NOW)
    town.history.hazard(OVERDUE, at=NOW).closed(at=NOW)
    await town.write()
    async with town.relaying():
        async with town.notifier(channels="log,webhook", webhook_url=receiver.url):
            await town.until("recipient, channel, state", TOLD)
        await town.rows("delete from notifier.checkpoint returning position")
        async with town.notifier(channels="log,webhook", webhook_url=receiver.url):
            await town.folded(town.written)
            town.history.hazard(OVERDUE, responsible="p-400", at=NOW)
            await town.write()
            await town.until("recipient, channel, state", [*TOLD, *NEXT])

    assert len(receiver.ids) == len(set(receiver.ids)) == 3


TOLD = [(person, channel, "sent") for person in ("p-301", "p-9") for channel in ("log", "webhook")]
NEXT = [("p-400", channel, "sent") for channel in ("log", "webhook")]


async def test_killed_between_claim_and_receipt_a_webhook_is_posted_again_with_the_same_id(
    town: Town, receiver: Any
) -> None:
    town.history.hazard(OVERDUE, at=NOW)
    await town.write()
    receiver.answers.clear()
    async with town.relaying():
        async with town.notifier(channels="webhook", webhook_url=receiver.url) as process:
            await receiver.arrived.wait()
            process.kill()
            await process.wait()

        assert await town.ledger("state") == [("claimed",)]

        receiver.answers.set()
        async with town.notifier(channels="webhook", webhook_url=receiver.url):
            await town.until("state, attempts", [("sent", 2)])

    assert len(receiver.ids) == 2
    assert len(set(receiver.ids)) == 1
    assert await town.rows("select count(*) from notifier.reminders where verdict = 'send'") == [(1,)]


class Postbox:
    """An SMTP server that keeps a letter and does not say so, for as long as it is told."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.answers = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 — aiosmtpd's
        self.ids.append(envelope.content.decode().partition("Message-ID: <")[2].partition("@")[0])
        while not self.answers:  # noqa: ASYNC110 — the server runs in a loop and a thread of its own
            await asyncio.sleep(0.05)
        return "250 OK"


async def with_address(town: Town, person: str) -> None:
    async with erasing.opened(town.database, town.data) as pool:
        await people.add(pool, name="王安全", email="wang@example.cn", person=person, at=NOW)


async def test_killed_between_claim_and_receipt_a_letter_stays_unknown_and_is_not_sent_again(
    town: Town,
) -> None:
    await with_address(town, "p-301")
    town.history.hazard(OVERDUE, at=NOW)
    await town.write()
    postbox = Postbox()
    controller = Controller(postbox, hostname="127.0.0.1", port=free_port(0))
    controller.start()
    mail = {"channels": "email", "smtp_url": f"smtp://127.0.0.1:{controller.port}"}
    try:
        async with town.relaying():
            async with town.notifier(**mail) as process:
                await until(lambda: asyncio.sleep(0, bool(postbox.ids)))
                process.kill()
                await process.wait()
            postbox.answers = True
            async with town.notifier(**mail):
                await town.until("state, attempts", [("unknown", 1)])
                await with_address(town, "p-400")
                town.history.hazard(OVERDUE, responsible="p-400", at=NOW)
                await town.write()
                await town.until("recipient, state", [("p-301", "unknown"), ("p-400", "sent")])
    finally:
        controller.stop()

    deliveries = await town.ledger("deliveries.id::text")
    assert [(letter,) for letter in postbox.ids] == deliveries


async def test_of_two_notifiers_one_sends_and_the_other_takes_over(town: Town, receiver: Any) -> None:
    town.history.hazard(OVERDUE, at=NOW)
    await town.write()
    way = {"channels": "webhook", "webhook_url": receiver.url}
    async with town.relaying(), town.notifier(**way) as active:
        await town.until("recipient, state", [("p-301", "sent")])
        async with town.notifier(**way):
            town.history.hazard(OVERDUE, responsible="p-302", at=NOW)
            await town.write()
            await town.until("recipient, state", [("p-301", "sent"), ("p-302", "sent")])

            assert await town.rows("select epoch from notifier.ledger") == [(1,)]

            active.kill()
            await active.wait()
            await town.epoch(2)
            town.history.hazard(OVERDUE, responsible="p-303", at=NOW)
            await town.write()
            people_told = [("p-301", "sent"), ("p-302", "sent"), ("p-303", "sent")]
            await town.until("recipient, state", people_told)

    assert len(receiver.ids) == len(set(receiver.ids)) == 3


async def test_nothing_is_sent_while_events_are_unread(town: Town, receiver: Any) -> None:
    hazard = town.history.hazard(OVERDUE, at=NOW)
    await town.write()
    async with town.relaying(), connected(town.nats.url("admin"), name="admin") as admin:
        await until(lambda: _published(admin, town.written))
    hazard.closed(at=NOW)
    await town.write()
    async with town.notifier(channels="webhook", webhook_url=receiver.url):
        await town.folded(town.written - 1)
        # Several sweeps' time: each finds that the log holds more than was read.
        await asyncio.sleep(2)

        assert await town.rows("select * from notifier.reminders") == []

        async with town.relaying():
            await town.folded(town.written)
            town.history.hazard(OVERDUE, responsible="p-302", at=NOW)
            await town.write()
            await town.until("recipient, state", [("p-302", "sent")])

    assert len(receiver.ids) == 1


async def _published(admin: Any, position: int) -> bool:
    info = await admin.jetstream().stream_info("SAFETY")
    return bool(info.state.last_seq == position)


async def test_being_stopped_waits_for_what_is_on_its_way(town: Town, receiver: Any) -> None:
    town.history.hazard(OVERDUE, at=NOW)
    await town.write()
    receiver.answers.clear()
    async with town.relaying(), town.notifier(channels="webhook", webhook_url=receiver.url) as process:
        await receiver.arrived.wait()
        process.terminate()
        await asyncio.sleep(0.5)
        receiver.answers.set()

        assert await process.wait() == 0

    assert await town.ledger("state, attempts") == [("sent", 1)]


async def test_a_stream_rebuilt_under_a_new_name_is_read_from_the_start_and_nobody_is_told_again(
    town: Town, receiver: Any
) -> None:
    town.history.hazard(OVERDUE, at=NOW)
    town.history.hazard(OVERDUE, at=NOW).closed(at=NOW)
    await town.write()
    async with town.notifier(channels="webhook", webhook_url=receiver.url):
        async with town.relaying():
            await town.until("recipient, state", [("p-301", "sent")])
        async with mending(town.database, town.nats) as (connection, admin):
            planned = await rebuilding.plan(connection, admin, discard=False)
            await rebuilding.rebuild(connection, admin, planned, "test")
        async with town.relaying():
            await until(lambda: town.follows(planned.name))
            await town.folded(town.written)
            town.history.hazard(OVERDUE, responsible="p-400", at=NOW)
            await town.write()
            await town.until("recipient, state", [("p-301", "sent"), ("p-400", "sent")])

    assert len(receiver.ids) == len(set(receiver.ids)) == 2
