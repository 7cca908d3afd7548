"""JetStream 之门 · Batches are stored whole or not at all; a follower misses nothing without noticing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from nats.aio.client import Client

from contracts.envelope import Envelope, encode
from contracts.subjects import filter_of, subject_of
from services.jetstream import (
    AnotherLog,
    BatchRefused,
    Gap,
    Message,
    Recorded,
    StrayMessage,
    connected,
    ensure_stream,
    follow,
    publish_batch,
)
from services.servers.nats import Nats

LOG = "5f2cbe52-3a49-4c8f-8a7e-0d1c9f8b6a11"
NOW = datetime(2026, 6, 3, 9, 30, tzinfo=UTC)


def message(position: int, *, division: str = "330111005000", log: str = LOG) -> Message:
    envelope = Envelope(
        id=uuid4(),
        source="safety/330111",
        type="hazard.captured",
        subject=f"hazard/{uuid4()}",
        time=NOW,
        dataschema="contracts/hazard.captured/1",
        version=1,
        occurredat=NOW,
        actor="p-9",
        role="TWO",
        division=division,
        policyversion="2026.1",
        calendarversion="2026.1",
        data={"source": "GRID"},
    )
    return Message(
        subject_of(division, envelope.type),
        encode(envelope),
        {
            "Nats-Msg-Id": str(envelope.id),
            "Hazard-Log": log,
            "Hazard-Position": str(position),
            "Hazard-Appended": NOW.isoformat(),
        },
    )


@pytest.fixture
async def relay(nats_server: Nats, stream: str) -> AsyncIterator[Client]:
    async with connected(nats_server.url("relay"), name="test relay") as client:
        yield client


@pytest.fixture
async def reader(nats_server: Nats, stream: str) -> AsyncIterator[Client]:
    async with connected(nats_server.url("projections"), name="test reader") as client:
        yield client


async def read(client: Client, count: int, **where: int | str | None) -> list[Recorded]:
    read: list[Recorded] = []
    async with aclosing(follow(client, **({"after": 0} | where))) as batches:
        async for batch in batches:
            read += batch
            if len(read) >= count:
                break
    return read


@pytest.mark.parametrize("count", [1, 2, 3, 1000])
async def test_a_batch_is_stored_in_order_behind_the_end(relay: Client, reader: Client, count: int) -> None:
    messages = [message(position) for position in range(1, count + 1)]
    last = await publish_batch(relay, messages, after=0)
    found = await read(reader, count)

    assert (count, [m.body for m in messages]) == (last, [encode(recorded.envelope) for recorded in found])


async def test_a_batch_that_expects_another_end_is_refused_whole(relay: Client) -> None:
    await publish_batch(relay, [message(1)], after=0)
    for count in (1, 5):
        with pytest.raises(BatchRefused) as refusal:
            await publish_batch(relay, [message(n) for n in range(1, count + 1)], after=0)

        assert 10071 == refusal.value.code

    info = await ensure_stream(relay)

    assert 1 == info.state.last_seq


async def test_a_batch_with_an_event_that_is_stored_already_is_refused_whole(relay: Client) -> None:
    first = message(1)
    await publish_batch(relay, [first], after=0)
    with pytest.raises(BatchRefused) as refusal:
        await publish_batch(relay, [message(2), first, message(3)], after=1)

    assert 10201 == refusal.value.code


async def test_nobody_can_make_the_stream_forget(relay: Client) -> None:
    config = (await ensure_stream(relay, LOG)).config

    assert (True, True, True, -1, -1, 0) == (
        config.deny_delete,
        config.deny_purge,
        config.allow_atomic,
        config.max_msgs,
        config.max_bytes,
        config.max_age or 0,
    )


async def test_a_follower_goes_on_behind_its_checkpoint(relay: Client, reader: Client) -> None:
    await publish_batch(relay, [message(position) for position in range(1, 8)], after=0)
    found = await read(reader, 3, after=4, log=LOG)

    assert [(LOG, 5), (LOG, 6), (LOG, 7)] == [(recorded.log, recorded.position) for recorded in found]


async def test_a_follower_hears_at_once_what_is_published_later(relay: Client, reader: Client) -> None:
    following = asyncio.create_task(read(reader, 3))
    for position in (1, 2, 3):
        await publish_batch(relay, [message(position)], after=position - 1)

    assert [1, 2, 3] == [recorded.position for recorded in await asyncio.wait_for(following, 10)]


async def test_a_follower_of_more_than_one_request_holds_gets_everything(
    relay: Client, reader: Client
) -> None:
    for start in (0, 1000):
        await publish_batch(relay, [message(start + n) for n in range(1, 1001)], after=start)
    found = await read(reader, 2000, batch=300)

    assert list(range(1, 2001)) == [recorded.position for recorded in found]


async def test_a_follower_of_one_district_hears_only_that(relay: Client, reader: Client) -> None:
    divisions = ["330111005000", "330106002000", "330111007000"]
    await publish_batch(relay, [message(n, division=d) for n, d in enumerate(divisions, start=1)], after=0)
    found = await read(reader, 2, subjects=filter_of("330111"))

    assert [1, 3] == [recorded.position for recorded in found]


async def test_a_missing_position_stops_the_follower(relay: Client, reader: Client) -> None:
    await publish_batch(relay, [message(1), message(3)], after=0)
    with pytest.raises(Gap) as gap:
        await read(reader, 2)

    assert (2, 3) == (gap.value.expected, gap.value.found)


async def test_a_position_that_is_not_newer_is_skipped(relay: Client, reader: Client) -> None:
    await publish_batch(relay, [message(position) for position in (1, 2, 2, 1, 3)], after=0)
    found = await read(reader, 3)

    assert [1, 2, 3] == [recorded.position for recorded in found]


async def test_a_stream_of_another_log_stops_the_follower(relay: Client, reader: Client) -> None:
    await publish_batch(relay, [message(1, log="another")], after=0)
    with pytest.raises(AnotherLog) as refusal:
        await read(reader, 1, log=LOG)

    assert "another" == refusal.value.found


async def test_a_follower_far_beyond_the_end_of_another_log_is_told_at_once(
    nats_server: Nats, stream: str, reader: Client
) -> None:
    async with connected(nats_server.url("admin"), name="admin") as admin:
        await admin.jetstream().delete_stream(stream)
        await ensure_stream(admin, "another")
    with pytest.raises(AnotherLog):
        await asyncio.wait_for(read(reader, 1, after=5000, log=LOG), 10)


async def test_a_stray_message_stops_the_follower(relay: Client, reader: Client) -> None:
    await relay.jetstream().publish("safety.33.01.11.005.hazard.captured", b"{}")
    with pytest.raises(StrayMessage):
        await read(reader, 1)


async def test_a_follower_survives_the_loss_of_its_consumer(
    nats_server: Nats, relay: Client, reader: Client
) -> None:
    found: list[int] = []

    async def collect() -> None:
        async with aclosing(follow(reader, after=0)) as batches:
            async for batch in batches:
                found.extend(recorded.position for recorded in batch)
                if len(found) == 2:
                    return

    await publish_batch(relay, [message(1)], after=0)
    following = asyncio.create_task(collect())
    async with connected(nats_server.url("admin"), name="admin") as admin:
        names: list[str] = []
        while not found or not names:
            names = [info.name for info in await admin.jetstream().consumers_info("SAFETY")]
        for name in names:
            await admin.jetstream().delete_consumer("SAFETY", name)
    await publish_batch(relay, [message(2)], after=1)
    await asyncio.wait_for(following, 20)

    assert [1, 2] == found
