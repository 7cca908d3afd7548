"""重建事件流 · A person decides for the log: the stream is published again under a new name, and nothing is thrown away unseen."""

import json
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from nats.aio.client import Client

from contracts.subjects import STREAM
from given.mending import hazard_log, mending
from given.relays import fill, forget, in_log, in_stream, relaying, until_published
from services.hazard import rebuilding
from services.hazard import relay as relays
from services.hazard.store import Command, Log
from services.jetstream import LOG_ID, Message, connected, publish_batch
from services.servers.nats import Nats
from services.servers.nats_users import Reader
from services.servers.readers import ensure_consumers

Filed = Callable[..., Command]

STRAY = Message("safety.33.01.11.005.hazard.closed", b'{"a": "\xe9\x97\xad"}', {})


class Killed(Exception):
    """As if the process had ended here."""


def _killed(*_: object) -> None:
    raise Killed


@pytest.fixture
def short_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relays, "LOOK_AGAIN", 0.1)


@pytest.fixture
async def end(database: str, log: Log, filed: Filed, nats_server: Nats, stream: str) -> int:
    """A published log, and a stray message behind it."""
    end = await fill(log, filed, 500)
    async with connected(nats_server.url("admin"), name="admin") as admin:
        await admin.jetstream().delete_stream(STREAM)  # a relay gives it the log's name
    async with relaying(database, nats_server.url("relay")) as client:
        await until_published(client, end)
        await publish_batch(client, [STRAY], after=end)
    return end


async def before(database: str) -> list[tuple]:
    async with await psycopg.AsyncConnection.connect(database) as connection:
        return await (
            await connection.execute("select log_id, until, reason from log.identities_before")
        ).fetchall()


async def named(client: Client) -> str:
    return ((await client.jetstream().stream_info(STREAM)).config.metadata or {})[LOG_ID]


async def test_a_forked_stream_is_published_again_under_a_new_name(
    database: str,
    log: Log,
    filed: Filed,
    nats_server: Nats,
    end: int,
    short_looks: None,
    tmp_path: Path,
) -> None:
    old, kept = (await log.head()).log_id, tmp_path / "kept.jsonl"
    reader = Reader("330111")
    async with connected(nats_server.url("admin"), name="admin") as admin:
        await ensure_consumers(admin.jetstream(), [reader])
        async with relaying(database, nats_server.url("relay")) as client:
            asked = ("rebuild-stream", "--reason", "来历不明的消息", "--keep", str(kept))
            unasked = await hazard_log(database, nats_server.url("admin"), *asked)
            rebuilt = await hazard_log(database, nats_server.url("admin"), *asked, "--yes")
            await log.append(filed())
            await until_published(client, end + 1)
            equal = await in_log(database) == await in_stream(client)
        consumer = await admin.jetstream().consumer_info(STREAM, reader.user)
        name = await named(admin)
    new = (await log.head()).log_id

    assert (2, 0) == (unasked[0], rebuilt[0]), rebuilt
    assert "第 501 条" in rebuilt[1]
    assert (str(new), [(old, end, "来历不明的消息")]) == (name, await before(database))
    assert equal
    assert new != old
    assert reader.subjects == consumer.config.filter_subject
    stray = json.loads(kept.read_text())
    assert (501, STRAY.subject, '{"a": "闭"}') == (stray["sequence"], stray["subject"], stray["body"])
    assert 0o600 == kept.stat().st_mode & 0o777


async def test_events_the_log_has_lost_are_thrown_away_only_when_it_is_said(
    database: str,
    log: Log,
    filed: Filed,
    nats_server: Nats,
    end: int,
    short_looks: None,
    tmp_path: Path,
) -> None:
    kept = tmp_path / "kept.jsonl"
    await forget(database, after=400)
    asked = ("rebuild-stream", "--reason", "放弃", "--yes", "--keep", str(kept))
    ahead = await hazard_log(database, nats_server.url("admin"), *asked)
    await fill(log, filed, 500)
    forked = await hazard_log(database, nats_server.url("admin"), *asked)
    decided = await hazard_log(database, nats_server.url("admin"), *asked, "--discard")
    async with relaying(database, nats_server.url("relay")) as client:
        await until_published(client, 900)

        assert await in_log(database) == await in_stream(client)
    assert (2, 2, 0) == (ahead[0], forked[0], decided[0])
    assert "请先 hazard log adopt 收回" in ahead[2]
    assert "自第 401 条起是本日志丢失的事件" in forked[2]
    assert list(range(401, 502)) == [json.loads(line)["sequence"] for line in kept.read_text().splitlines()]


async def test_a_rebuild_that_was_killed_goes_on_under_the_same_new_name(
    database: str, log: Log, nats_server: Nats, end: int, short_looks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with mending(database, nats_server) as (connection, admin):
        planned = await rebuilding.plan(connection, admin, discard=False)
        monkeypatch.setattr(Client, "jetstream", _killed)
        with pytest.raises(Killed):
            await rebuilding.rebuild(connection, admin, planned, "first")
        monkeypatch.undo()
    renamed = (await log.head()).log_id
    status, *_ = await hazard_log(
        database,
        nats_server.url("admin"),
        "rebuild-stream",
        "--reason",
        "again",
        "--yes",
        "--keep",
        "/dev/null/x",
    )
    async with mending(database, nats_server) as (connection, admin):
        planned = await rebuilding.plan(connection, admin, discard=False)
        name = await rebuilding.rebuild(connection, admin, planned, "again")

    assert (True, str(renamed)) == (planned.interrupted, name)
    assert ["first"] == [why for *_, why in await before(database)]
    assert 2 == status  # and what cannot be kept is not thrown away
