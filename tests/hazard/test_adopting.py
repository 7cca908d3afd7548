"""收回 · An older backup is restored: the log refuses, adopt takes back what the stream has, and all goes on."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import structlog

from given.mending import hazard_log, mending, take_back
from given.relays import back_up, fill, in_log, in_stream, relaying, restore, until_published, until_said
from services.hazard import adopting
from services.hazard import relay as relays
from services.hazard.store import Command, Log, LogRefusing, StreamMoved
from services.hazard.verifying import NotOurs
from services.jetstream import Message, connected, publish_batch
from services.servers.nats import Nats

Filed = Callable[..., Command]

TABLES = {
    "events": "select * from log.events order by position",
    "streams": "select * from log.streams order by id",
    "names": "select * from log.names order by name",
}


async def tables(database: str) -> dict[str, list[tuple[Any, ...]]]:
    async with await psycopg.AsyncConnection.connect(database) as connection:
        return {name: await (await connection.execute(query)).fetchall() for name, query in TABLES.items()}


@pytest.fixture
async def lost(
    database: str, log: Log, filed: Filed, nats_server: Nats, stream: str
) -> dict[str, list[tuple[Any, ...]]]:
    """1,000 published events, of which the database lost the last 700; gives what it had held."""
    hazard = uuid4()
    await log.append(filed(hazard, events=100))
    await fill(log, filed, 500)
    copy = await back_up(database)
    end = await fill(log, filed, 500)
    await log.append(filed(hazard, after=100, events=200, names={"n/a": hazard}))
    async with relaying(database, nats_server.url("relay")) as client:
        await until_published(client, end + 200)
    before = await tables(database)
    await restore(database, copy)
    return before


async def test_what_a_restored_backup_lacks_is_taken_back_while_everything_runs(
    database: str,
    log: Log,
    filed: Filed,
    nats_server: Nats,
    lost: dict[str, list[tuple[Any, ...]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(relays, "LOOK_AGAIN", 0.5)
    with structlog.testing.capture_logs() as logs:
        async with relaying(database, nats_server.url("relay")) as client:
            await until_said(logs, "relay.publishing_stopped")
            with pytest.raises(LogRefusing, match="第 601 至 1300 条"):
                await log.append(filed())
            rehearsed = await hazard_log(database, nats_server.url("admin"), "adopt", "--dry-run")
            unasked = await hazard_log(database, nats_server.url("admin"), "adopt")
            untouched = await log.head()
            adopted = await hazard_log(database, nats_server.url("admin"), "adopt", "--yes")
            after = await tables(database)
            stored = await log.append(filed())
            await until_published(client, 1301)
            equal = await in_log(database) == await in_stream(client)

    assert (0, 2, 0) == (rehearsed[0], unasked[0], adopted[0])
    assert "只核对，没有收回" in rehearsed[1]
    assert "--yes" in unasked[2]
    assert "已收回 700 条，日志与事件流一致，恢复受理" in adopted[1]
    assert (600, 1301) == (untouched.position, stored.position)
    assert (lost["events"], lost["streams"]) == (after["events"], after["streams"])
    assert equal


async def test_a_stream_goes_on_at_the_version_that_was_taken_back(
    database: str, log: Log, filed: Filed, nats_server: Nats, lost: dict[str, list[tuple[Any, ...]]]
) -> None:
    hazard = lost["events"][0][3]
    await take_back(database, nats_server)

    with pytest.raises(StreamMoved) as moved:
        await log.append(filed(hazard, after=100))
    await log.append(filed(hazard, after=300))

    assert 300 == moved.value.actual


async def test_a_kill_between_two_parts_is_made_good_by_the_next_call(
    database: str,
    log: Log,
    filed: Filed,
    nats_server: Nats,
    lost: dict[str, list[tuple[Any, ...]]],
) -> None:
    class Killed(Exception):
        pass

    def kill(_: int) -> None:
        raise Killed

    async with mending(database, nats_server) as (connection, admin):
        tail = await adopting.lost_tail(connection, admin, closing=True)
        with pytest.raises(Killed):
            await adopting.take_back(connection, admin, tail, kill)
    between = await log.head()
    with pytest.raises(LogRefusing):
        await log.append(filed())
    tail = await take_back(database, nats_server)

    assert 600 < between.position == tail.after < 1300
    assert (await tables(database))["events"] == lost["events"]


async def test_nothing_is_taken_back_when_one_message_is_false(
    database: str, log: Log, nats_server: Nats, lost: dict[str, list[tuple[Any, ...]]]
) -> None:
    async with connected(nats_server.url("relay"), name="forger") as forger:
        await publish_batch(forger, [Message("safety.33.01.11.005.hazard.closed", b"{}", {})], after=1300)
    async with mending(database, nats_server) as (connection, admin):
        tail = await adopting.lost_tail(connection, admin, closing=True)
        with pytest.raises(NotOurs, match=r"第 1301 条.*缺少消息头"):
            await adopting.verify(connection, admin, tail, lambda _: None)
    status, _, said = await hazard_log(database, nats_server.url("admin"), "adopt", "--yes")

    assert 1 == status
    assert "没有收回任何事件：事件流第 1301 条（主题 safety.33.01.11.005.hazard.closed）" in said
    assert 600 == (await log.head()).position


async def test_a_stream_that_is_not_ahead_has_nothing_to_take_back(
    database: str, log: Log, filed: Filed, nats_server: Nats, stream: str
) -> None:
    end = await fill(log, filed, 500)
    async with relaying(database, nats_server.url("relay")) as client:
        await until_published(client, end)
    level = await hazard_log(database, nats_server.url("admin"), "adopt", "--yes")
    async with connected(nats_server.url("relay"), name="forger") as forger:
        await publish_batch(forger, [Message("safety.33.01.11.005.hazard.closed", b"{}", {})], after=end)
    forked = await hazard_log(database, nats_server.url("admin"), "adopt", "--yes")

    assert (2, 2) == (level[0], forked[0])
    assert "无需收回" in level[2]
    assert "不能收回" in forked[2]
    assert "第 501 条" in forked[2]


async def test_a_relay_that_publishes_is_left_alone(
    database: str, log: Log, filed: Filed, nats_server: Nats, stream: str
) -> None:
    async with relaying(database, nats_server.url("relay")) as client:
        await log.append(filed())
        await until_published(client, 1)
        status, _, said = await hazard_log(database, nats_server.url("admin"), "adopt", "--yes")

    assert 2 == status
    assert "转发进程正在正常发布" in said


async def test_a_database_lost_whole_comes_back_from_the_stream(
    database: str, log: Log, filed: Filed, nats_server: Nats, stream: str
) -> None:
    fresh = await back_up(database)
    async with await psycopg.AsyncConnection.connect(database) as connection:
        await connection.execute("update log.identity set log_id = gen_random_uuid()")
    async with connected(nats_server.url("admin"), name="admin") as admin:
        await admin.jetstream().delete_stream("SAFETY")
    await fill(log, filed, 500)
    async with relaying(database, nats_server.url("relay")) as client:
        await until_published(client, 500)
    before, name = await tables(database), (await log.head()).log_id
    await restore(database, fresh)

    await take_back(database, nats_server)
    await log.append(filed())

    assert (await tables(database))["events"][:500] == before["events"]
    assert name == (await log.head()).log_id
