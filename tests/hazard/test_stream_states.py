"""事件流的状态 · Each row of the table: what the relay does, who is refused, what is said, and how it ends."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
import structlog
from nats.aio.client import Client

from contracts.subjects import STREAM
from given.relays import OwnNats, fill, forget, in_log, in_stream, relaying, until_published, until_said
from services.hazard import relay as relays
from services.hazard.comparing import End, StreamDiffers, StreamForked, compare, first_difference
from services.hazard.store import Command, Log
from services.hazard.succession import next_chain
from services.jetstream import Message, connected, ensure_stream, publish_batch
from services.postgres import conninfo
from services.servers.nats import Nats

Filed = Callable[..., Command]

SUBJECT = "safety.33.01.11.005.hazard.captured"


@pytest.fixture
def short_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stopped relay looks again soon, and one that publishes compares often."""
    monkeypatch.setattr(relays, "LOOK_AGAIN", 0.1)
    monkeypatch.setattr(relays, "COMPARE", 0.1)


async def one(database: str, query: str) -> Any:
    async with await psycopg.AsyncConnection.connect(database) as connection:
        row = await (await connection.execute(query)).fetchone()
    assert row is not None
    return row if len(row) > 1 else row[0]


async def until_open(database: str) -> None:
    """Until the log takes in again."""
    async with asyncio.timeout(180):
        while await one(database, "select refusing from log.identity") is not None:  # noqa: ASYNC110  another process says so
            await asyncio.sleep(0.05)


async def standing(database: str, client: Client) -> End | StreamDiffers:
    reading = conninfo(database, role="hazard_writer")
    async with await psycopg.AsyncConnection.connect(reading, autocommit=True) as connection:
        try:
            return await compare(connection, client)
        except StreamDiffers as difference:
            return difference


@asynccontextmanager
async def published(database: str, log: Log, filed: Filed, nats: Nats, events: int) -> AsyncIterator[Client]:
    """A log that was published to its end, and nobody who publishes now."""
    end = await fill(log, filed, events)
    async with relaying(database, nats.url("relay")) as client:
        await until_published(client, end)
    async with connected(nats.url("relay"), name="test") as client:
        yield client


async def put(client: Client, after: int, headers: dict[str, str] | None = None, body: bytes = b"{}") -> None:
    await publish_batch(client, [Message(SUBJECT, body, headers or {})], after=after)


async def ours(database: str, position: int, body: bytes) -> dict[str, str]:
    """The headers a relay of this log would have put to an event behind the log's end."""
    log_id, chain = await one(database, "select log_id::text, chain from log.head")
    return {
        "Nats-Msg-Id": str(uuid4()),
        "Hazard-Log": log_id,
        "Hazard-Position": str(position),
        "Hazard-Chain": next_chain(chain, body).hex(),
        "Hazard-Appended": "2026-06-03T01:30:00.000000Z",
    }


async def test_a_stream_ahead_stops_the_relay_and_the_log_refuses(
    database: str, log: Log, filed: Filed, nats_server: Nats, stream: str, short_looks: None
) -> None:
    async with published(database, log, filed, nats_server, 500):
        await forget(database, after=490)
    with structlog.testing.capture_logs() as logs:
        async with relaying(database, nats_server.url("relay")):
            said = await until_said(logs, "relay.publishing_stopped")
    state, end, refusing = await one(
        database, "select state, stream_end, refusing from log.relaying, log.identity"
    )

    assert ("critical", "StreamAhead", True) == (said["log_level"], said["kind"], said["refusing"])
    assert "事件流比日志多 10 条（日志到第 490 条，事件流到第 500 条）" in said["reason"]
    assert ("ahead", 500) == (state, end)
    assert "第 491 至 500 条" in refusing


async def test_what_a_relay_publishes_during_the_comparison_does_not_look_lost(
    database: str, log: Log, filed: Filed, nats_server: Nats, stream: str
) -> None:
    """Two relays believe to lead: one compares for ever while the other publishes what was just appended."""
    await fill(log, filed, 500)
    found: list[End | StreamDiffers] = []
    async with (
        relaying(database, nats_server.url("relay")) as client,
        connected(nats_server.url("relay"), name="test") as believer,
    ):
        for _ in range(30):
            _, seen = await asyncio.gather(log.append(filed()), standing(database, believer))
            found.append(seen)
        await until_published(client, 530)

    assert all(isinstance(seen, End) for seen in found)


async def test_the_relay_goes_on_by_itself_when_a_better_backup_is_there(
    database: str, log: Log, filed: Filed, nats_server: Nats, stream: str, short_looks: None
) -> None:
    async with published(database, log, filed, nats_server, 500):
        async with await psycopg.AsyncConnection.connect(database, autocommit=True) as connection:
            await connection.execute("create table kept as select * from log.events where position > 490")
        await forget(database, after=490)
    with structlog.testing.capture_logs() as logs:
        async with relaying(database, nats_server.url("relay")) as client:
            await until_said(logs, "relay.publishing_stopped")
            async with await psycopg.AsyncConnection.connect(database) as connection:
                await connection.execute("insert into log.events select * from kept")
            await until_open(database)
            await log.append(filed())
            await until_published(client, 501)

            assert await in_log(database) == await in_stream(client)


async def test_a_fork_of_acknowledged_events_is_found_and_the_log_refuses(
    database: str, log: Log, filed: Filed, nats_server: Nats, stream: str, short_looks: None
) -> None:
    async with published(database, log, filed, nats_server, 500):
        query = "select event_id::text, type, encode(chain, 'hex') from log.events where position = 338"
        lost = await one(database, query)
        await forget(database, after=337)
        await fill(log, filed, 1000)
        now = await one(database, query)
    with structlog.testing.capture_logs() as logs:
        async with relaying(database, nats_server.url("relay")) as client:
            said = await until_said(logs, "relay.publishing_stopped")
            found = await standing(database, client)
            info = await ensure_stream(client)

    assert isinstance(found, StreamForked)
    assert (338, None, 500) == (found.position, found.stray, info.state.last_seq)
    assert found.log is not None
    assert found.stream is not None
    assert (now, lost) == (
        (found.log.event, found.log.type, found.log.chain),
        (found.stream.event, found.stream.type, found.stream.chain),
    )
    assert all(part in said["reason"] for part in ("第 338 条", *now, lost[0], lost[2]))
    assert "自第 338 条起" in await one(database, "select refusing from log.identity")


@pytest.mark.parametrize("fork", [1, 2, 499, 500])
async def test_the_fork_is_found_wherever_it_is(
    database: str, log: Log, filed: Filed, nats_server: Nats, stream: str, fork: int
) -> None:
    async with published(database, log, filed, nats_server, 500) as client:
        await forget(database, after=fork - 1)
        await fill(log, filed, 500)
        found = await standing(database, client)

    assert isinstance(found, StreamForked)
    assert fork == found.position


async def test_a_fork_among_ten_million_takes_two_dozen_looks() -> None:
    looks = []

    async def same(position: int) -> bool:
        looks.append(position)
        return position < 7_654_321

    assert await first_difference(0, 10_000_000, same) == 7_654_321
    assert len(looks) <= 24


@pytest.mark.parametrize("behind", [0, 3])
async def test_a_stray_message_is_named_stops_the_relay_and_refuses_nobody(
    database: str, log: Log, filed: Filed, nats_server: Nats, stream: str, short_looks: None, behind: int
) -> None:
    async with published(database, log, filed, nats_server, 500) as client:
        await put(client, 500)
        for _ in range(behind):
            await log.append(filed())
    with structlog.testing.capture_logs() as logs:
        async with relaying(database, nats_server.url("relay")) as client:
            said = await until_said(logs, "relay.publishing_stopped")
            await log.append(filed())
            info = await ensure_stream(client)

    assert ("StreamForked", False, 501) == (said["kind"], said["refusing"], info.state.last_seq)
    assert f"事件流第 501 条（主题 {SUBJECT}）来历不明：缺少消息头 Hazard-Log" in said["reason"]
    assert await one(database, "select refusing from log.identity") is None


@pytest.mark.parametrize(
    ("pretending", "why"),
    [
        ({"Hazard-Log": str(UUID(int=7))}, "属于另一日志 00000000-0000-0000-0000-000000000007"),
        ({"Hazard-Position": "77"}, "自称第 77 条，却在第 501 条的位置"),
        ({"Hazard-Chain": "00" * 32}, "内容和链值不接续本日志"),
    ],
)
async def test_a_message_that_pretends_is_told_why_it_is_not_believed(
    database: str,
    log: Log,
    filed: Filed,
    nats_server: Nats,
    stream: str,
    pretending: dict[str, str],
    why: str,
) -> None:
    async with published(database, log, filed, nats_server, 500) as client:
        await put(client, 500, await ours(database, 501, b"{}") | pretending)
        found = await standing(database, client)

    assert isinstance(found, StreamForked)
    assert (501, why) == (found.position, found.stray)


async def test_a_stray_message_is_noticed_while_nothing_is_appended(
    database: str, log: Log, filed: Filed, nats_server: Nats, stream: str, short_looks: None
) -> None:
    end = await fill(log, filed, 500)
    with structlog.testing.capture_logs() as logs:
        async with relaying(database, nats_server.url("relay")) as client:
            await until_published(client, end)
            await put(client, end)
            said = await until_said(logs, "relay.publishing_stopped")

    assert "来历不明" in said["reason"]


async def test_a_stopped_relay_goes_on_when_the_stream_was_mended(
    database: str, log: Log, filed: Filed, nats_server: Nats, stream: str, short_looks: None
) -> None:
    async with published(database, log, filed, nats_server, 500) as client:
        await put(client, 500)
    with structlog.testing.capture_logs() as logs:
        async with relaying(database, nats_server.url("relay")) as client:
            await until_said(logs, "relay.publishing_stopped")
            async with connected(nats_server.url("admin"), name="admin") as admin:
                await admin.jetstream().delete_stream(STREAM)
            await until_published(client, 500)

            assert await in_log(database) == await in_stream(client)


async def test_a_stream_of_another_log_stops_the_relay(database: str, own_nats: OwnNats) -> None:
    other = str(uuid4())
    with structlog.testing.capture_logs() as logs:
        async with connected(own_nats.server.url("relay"), name="another") as client:
            await ensure_stream(client, other)
            async with relaying(database, own_nats.server.url("relay")):
                said = await until_said(logs, "relay.publishing_stopped")

    assert ("StreamForked", False) == (said["kind"], said["refusing"])
    assert f"整个事件流属于日志 {other}" in said["reason"]


async def test_who_does_not_lead_may_not_say_how_the_stream_stands(database: str) -> None:
    writer = conninfo(database, role="hazard_writer")
    async with await psycopg.AsyncConnection.connect(writer, autocommit=True) as connection:
        with pytest.raises(psycopg.errors.RaiseException, match="does not hold"):
            await connection.execute("select log.note_standing('ahead', 5, 'why', 'why')")

    assert await one(database, "select refusing from log.identity") is None
