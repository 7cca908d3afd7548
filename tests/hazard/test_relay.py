"""转发 · The stream equals the log, byte for byte, whatever was killed, lost or started twice on the way."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import psycopg
import pytest
import structlog
from nats.aio.client import Client
from nats.errors import Error as NatsError

from contracts.subjects import STREAM
from services.hazard import relay as relays
from services.hazard.comparing import End
from services.hazard.proofs import keeping
from services.hazard.proofs.keeping import Kept
from services.hazard.relay import Relay
from services.hazard.store import Command, Log
from services.jetstream import Message, connected, ensure_stream, publish_batch, wake
from services.postgres import conninfo
from services.servers import nats as nats_servers
from services.servers import process
from services.servers.nats import Nats

Filed = Callable[..., Command]

START = "from services.cli.relay import relay; relay()"


class OwnNats:
    """A NATS server of one test's own, to be killed."""

    def __init__(self, folder: Path) -> None:
        for name in ("store", "secrets"):
            (folder / name).mkdir()
        self.store = folder / "store"
        self.server = nats_servers.prepare(
            self.store, folder / "secrets", folder / "nats.log", mark=folder, port=0
        )
        self.start()

    def start(self) -> None:
        self.process = process.start(self.server.program)
        process.await_answer(self.server.program, self.process, lambda: nats_servers.answers(self.server))

    def kill(self) -> None:
        with suppress(psutil.NoSuchProcess):  # the test may have done it
            self.process.kill()
        self.process.wait()


@pytest.fixture
def own_nats(tmp_path: Path) -> Iterator[OwnNats]:
    own = OwnNats(tmp_path)
    yield own
    own.kill()


@asynccontextmanager
async def relaying(database: str, url: str) -> AsyncIterator[Client]:
    async with connected(url, name="test relay") as client:
        task = asyncio.create_task(Relay(database, client).run())
        yield client
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def start_process(database: str, nats: OwnNats) -> psutil.Popen:
    settings = {
        "HAZARD_POSTGRES_DSN": database,
        "HAZARD_NATS_URL": nats.server.url("relay"),
        "HAZARD_DATA_DIR": str(nats.store.parent / "data"),
    }
    return psutil.Popen([sys.executable, "-c", START], env=os.environ | settings)


async def in_log(database: str) -> list[tuple[Any, ...]]:
    query = """
        select events.position, position::text, log_id::text, subject, event_id::text, encode(chain, 'hex'), body
        from log.events, log.identity order by events.position
    """
    async with await psycopg.AsyncConnection.connect(database) as connection:
        return await (await connection.execute(query)).fetchall()


async def in_stream(client: Client) -> list[tuple[Any, ...]]:
    found = []
    for sequence in range(1, (await ensure_stream(client)).state.last_seq + 1):
        stored = await client.jetstream().get_msg(STREAM, sequence)
        names = ("Hazard-Position", "Hazard-Log", "Nats-Msg-Id", "Hazard-Chain")
        position, log_id, event_id, chain = (stored.headers[name] for name in names)
        found.append((sequence, position, log_id, stored.subject, event_id, chain, stored.data))
    return found


async def until_published(client: Client, position: int) -> None:
    async with asyncio.timeout(60):
        while True:
            with suppress(NatsError, TimeoutError):
                if (await client.jetstream().stream_info(STREAM)).state.last_seq >= position:
                    return
            await asyncio.sleep(0.05)


async def until_said(logs: list[dict[str, Any]], event: str) -> dict[str, Any]:
    async with asyncio.timeout(60):
        while True:
            for line in logs:
                if line["event"] == event:
                    return line
            await asyncio.sleep(0.02)


async def fill(log: Log, filed: Filed, events: int) -> int:
    """A log with some hundred events, quickly; gives its end."""
    for _ in range(0, events, 500):
        await log.append_all([filed(events=50) for _ in range(10)])
    return (await log.head()).position


async def test_the_stream_equals_the_log_byte_for_byte(
    database: str, log: Log, filed: Filed, nats_server: Nats, stream: str
) -> None:
    end = await fill(log, filed, 1500)
    async with relaying(database, nats_server.url("relay")) as client:
        await until_published(client, end)
        await log.append(filed())
        await wake(client)
        await until_published(client, end + 1)

        assert await in_log(database) == await in_stream(client)


async def test_an_event_as_large_as_allowed_goes_through_in_batches_the_server_can_hold(
    database: str, log: Log, filed: Filed, nats_server: Nats, stream: str, happened: Callable[..., Any]
) -> None:
    long = "道" * 80_000
    for _ in range(40):
        await log.append(filed(place=long))
    async with relaying(database, nats_server.url("relay")) as client:
        await until_published(client, 40)

        assert await in_log(database) == await in_stream(client)


async def test_a_lost_stream_is_rebuilt_byte_for_byte(
    database: str, log: Log, filed: Filed, nats_server: Nats, stream: str
) -> None:
    end = await fill(log, filed, 500)
    async with relaying(database, nats_server.url("relay")) as client:
        await until_published(client, end)
        before = await in_stream(client)
        async with connected(nats_server.url("admin"), name="admin") as admin:
            await admin.jetstream().delete_stream(STREAM)
        await log.append(filed())
        await until_published(client, end + 1)

        assert before == (await in_stream(client))[:end]


async def test_writes_go_on_while_nats_is_killed_and_the_relay_catches_up(
    database: str, log: Log, filed: Filed, own_nats: OwnNats
) -> None:
    end = await fill(log, filed, 500)
    async with relaying(database, own_nats.server.url("relay")) as client:
        await until_published(client, end)
        own_nats.kill()
        end = await fill(log, filed, 500)
        own_nats.start()
        await until_published(client, end)

        assert await in_log(database) == await in_stream(client)


async def test_a_nats_server_that_lost_its_disk_gets_everything_again(
    database: str, log: Log, filed: Filed, own_nats: OwnNats
) -> None:
    end = await fill(log, filed, 500)
    async with relaying(database, own_nats.server.url("relay")) as client:
        await until_published(client, end)
        own_nats.kill()
        shutil.rmtree(own_nats.store / "jetstream")
        own_nats.start()
        await until_published(client, end)

        assert await in_log(database) == await in_stream(client)


async def test_a_relay_killed_in_the_middle_publishes_nothing_twice(
    database: str, log: Log, filed: Filed, own_nats: OwnNats
) -> None:
    end = await fill(log, filed, 6000)
    async with connected(own_nats.server.url("admin"), name="admin") as admin:
        for part in (1, end // 2):
            running = start_process(database, own_nats)
            await until_published(admin, part)
            running.kill()
            running.wait()
        running = start_process(database, own_nats)
        await until_published(admin, end)
        running.terminate()

        assert (0, await in_log(database)) == (running.wait(), await in_stream(admin))


async def test_the_leading_relay_signs_checkpoints_and_a_last_one_when_it_is_stopped(
    database: str, log: Log, filed: Filed, own_nats: OwnNats
) -> None:
    end = await fill(log, filed, 500)
    running = start_process(database, own_nats)
    first = await _signed(database, end)
    end = await fill(log, filed, 500)
    running.terminate()

    assert 0 == await asyncio.to_thread(running.wait, 30)
    last = await _signed(database, end)
    head = await log.head()
    kept = sorted(file.read_text() for file in (own_nats.store.parent / "data" / "witness").rglob("*.txt"))
    assert sorted([first.note, last.note]) == kept
    assert (head.position, head.chain) == (last.checkpoint.size, last.checkpoint.chain)


async def _signed(database: str, size: int) -> Kept:
    async with asyncio.timeout(60), await psycopg.AsyncConnection.connect(database) as connection:
        while True:
            async with connection.transaction():
                kept = await keeping.at_size(connection, size)
            if kept is not None:
                return kept
            await asyncio.sleep(0.05)


async def test_ctrl_c_ends_a_relay_cleanly_while_nats_is_away(database: str, own_nats: OwnNats) -> None:
    running = start_process(database, own_nats)
    async with connected(own_nats.server.url("admin"), name="admin") as admin:
        await until_published(admin, 0)
        own_nats.kill()
        running.send_signal(signal.SIGINT)

        assert 0 == await asyncio.to_thread(running.wait, 20)


async def test_of_two_relays_one_publishes_and_the_other_takes_over(
    database: str, log: Log, filed: Filed, nats_server: Nats, stream: str
) -> None:
    url = nats_server.url("relay")
    with structlog.testing.capture_logs() as logs:
        async with relaying(database, url):
            await until_said(logs, "relay.leadership_taken")
            async with relaying(database, url) as second:
                await until_said(logs, "relay.stood_by")
                end = await fill(log, filed, 500)
                await until_published(second, end)
                await _end_sessions(database)
                end = await fill(log, filed, 500)
                await until_published(second, end)

                assert await in_log(database) == await in_stream(second)


async def _end_sessions(database: str) -> None:
    async with await psycopg.AsyncConnection.connect(database) as connection:
        await connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )


async def test_two_relays_that_both_believe_to_lead_still_publish_each_event_once(
    database: str, log: Log, filed: Filed, nats_server: Nats, stream: str
) -> None:
    end = await fill(log, filed, 3000)
    reading = conninfo(database, role="hazard_writer")

    async def lead() -> None:
        async with (
            connected(nats_server.url("relay"), name="believer") as client,
            await psycopg.AsyncConnection.connect(reading, autocommit=True) as connection,
        ):
            await Relay(database, client)._serve(connection)

    leaders = [asyncio.create_task(lead()) for _ in range(2)]
    async with connected(nats_server.url("relay"), name="test") as client:
        await until_published(client, end)
        for leader in leaders:
            leader.cancel()
        await asyncio.gather(*leaders, return_exceptions=True)

        assert await in_log(database) == await in_stream(client)


async def test_a_batch_whose_answer_was_lost_is_not_sent_again(
    database: str, log: Log, filed: Filed, nats_server: Nats, stream: str
) -> None:
    await fill(log, filed, 500)
    reading = conninfo(database, role="hazard_writer")
    async with (
        connected(nats_server.url("relay"), name="test") as client,
        await psycopg.AsyncConnection.connect(reading, autocommit=True) as connection,
    ):
        rows = await (await connection.execute(relays._READ, (0, 200, relays.BATCH_BYTES))).fetchall()
        log_id = (await log.head()).log_id
        await publish_batch(client, [relays._message(str(log_id), row) for row in rows], after=0)
        # What the relay does when it never heard of that: it believes the end is 0 still.
        with pytest.raises(relays.BatchRefused):
            await Relay(database, client)._publish_from(connection, End(log_id, 0))
    async with relaying(database, nats_server.url("relay")) as client:
        await until_published(client, 500)

        assert await in_log(database) == await in_stream(client)


async def test_a_stream_ahead_of_the_log_stops_the_relay(
    database: str, log: Log, filed: Filed, nats_server: Nats, stream: str
) -> None:
    end = await fill(log, filed, 500)
    async with relaying(database, nats_server.url("relay")) as client:
        await until_published(client, end)
    await _forget(database, after=end - 10)
    with structlog.testing.capture_logs() as logs:
        async with relaying(database, nats_server.url("relay")):
            said = await until_said(logs, "relay.publishing_stopped")

    assert ("critical", "StreamAhead", f"the stream ends at {end}, the log at {end - 10}") == (
        said["log_level"],
        said["kind"],
        said["reason"],
    )


async def test_a_forked_stream_stops_the_relay_and_gets_nothing_more(
    database: str, log: Log, filed: Filed, nats_server: Nats, stream: str
) -> None:
    end = await fill(log, filed, 500)
    async with relaying(database, nats_server.url("relay")) as client:
        await until_published(client, end)
    await _forget(database, after=end - 10)
    await fill(log, filed, 500)
    with structlog.testing.capture_logs() as logs:
        async with relaying(database, nats_server.url("relay")) as client:
            said = await until_said(logs, "relay.publishing_stopped")
            info = await ensure_stream(client)

    assert ("StreamForked", end) == (said["kind"], info.state.last_seq)


async def _forget(database: str, *, after: int) -> None:
    """As a restored older backup does."""
    async with await psycopg.AsyncConnection.connect(database) as connection:
        await connection.execute("delete from log.events where position > %s", (after,))


async def test_a_stray_message_stops_the_relay(
    database: str, log: Log, filed: Filed, nats_server: Nats, stream: str
) -> None:
    await log.append(filed())
    async with connected(nats_server.url("relay"), name="stray") as client:
        await publish_batch(client, [Message("safety.33.01.11.005.hazard.captured", b"{}", {})], after=0)
    with structlog.testing.capture_logs() as logs:
        async with relaying(database, nats_server.url("relay")):
            said = await until_said(logs, "relay.publishing_stopped")

    assert "StreamForked" == said["kind"]


async def test_a_stream_of_another_log_stops_the_relay(database: str, own_nats: OwnNats) -> None:
    with structlog.testing.capture_logs() as logs:
        async with connected(own_nats.server.url("relay"), name="another") as client:
            await ensure_stream(client, str(uuid4()))
            async with relaying(database, own_nats.server.url("relay")):
                said = await until_said(logs, "relay.publishing_stopped")

    assert "StreamForked" == said["kind"]
