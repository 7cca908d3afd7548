"""转发 · The stream equals the log, byte for byte, whatever was killed, lost or started twice on the way."""

import asyncio
import shutil
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psycopg
import pytest
import structlog

from contracts.subjects import STREAM
from given.relays import (
    OwnNats,
    end_sessions,
    fill,
    in_log,
    in_stream,
    relaying,
    start_process,
    until_published,
    until_said,
)
from services.hazard import relay as relays
from services.hazard.comparing import End, compare
from services.hazard.proofs import keeping
from services.hazard.proofs.keeping import Kept
from services.hazard.relay import Relay
from services.hazard.store import Command, Log
from services.jetstream import BatchRefused, connected, publish_batch, wake
from services.postgres import conninfo
from services.servers.nats import Nats

Filed = Callable[..., Command]


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
                await end_sessions(database)
                end = await fill(log, filed, 500)
                await until_published(second, end)

                assert await in_log(database) == await in_stream(second)


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
            relay = Relay(database, client)
            while True:
                with suppress(BatchRefused):
                    await relay._publish_from(connection, await compare(connection, client))

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
