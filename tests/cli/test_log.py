"""备好 · `hazard log prepare` makes what the processes of a deployment find when they start, and may be run again."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import Iterator

import psycopg
import pytest

from services.hazard.succession import next_chain
from services.jetstream import LOG_ID, Message, connected, publish_batch
from services.servers.nats import Nats
from services.servers.postgres import Postgres

EMPTY = "prepared"


@pytest.fixture
def empty(postgres: Postgres) -> Iterator[str]:
    """The connection string of a database with nothing in it."""
    with psycopg.connect(postgres.dsn("postgres"), autocommit=True) as connection:
        connection.execute(f"create database {EMPTY}")
        yield postgres.dsn(EMPTY)
        connection.execute(f"drop database {EMPTY} with (force)")


async def prepare(dsn: str, url: str, **more: str) -> tuple[int | None, str, str]:
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.cli.main", "log", "prepare"),
        env=os.environ | {"HAZARD_POSTGRES_DSN": dsn, "HAZARD_NATS_URL": url, "PYTHONUTF8": "1"} | more,
        stdout=PIPE,
        stderr=PIPE,
    )
    out, err = await running.communicate()
    return running.returncode, out.decode(), err.decode()


async def test_database_stream_and_readers_are_there_afterwards_and_stay_as_they_are(
    empty: str, nats_server: Nats
) -> None:
    async with connected(nats_server.url("admin"), name="test admin") as admin:
        context = admin.jetstream()
        for stream in await context.streams_info():
            await context.delete_stream(stream.config.name or "")
        first = await prepare(empty, nats_server.url("admin"))
        made = await context.stream_info("SAFETY")
        reader = await context.consumer_info("SAFETY", "reader-330111")
        second = await prepare(empty, nats_server.url("admin"))
        kept = await context.stream_info("SAFETY")
    async with await psycopg.AsyncConnection.connect(empty) as connection:
        [log] = await (await connection.execute("select log_id::text from log.identity")).fetchone() or [""]

    said = "数据库结构已是最新\n事件流 SAFETY 已备好；订阅者：reader-330111\n"
    assert ((0, said), (0, said)) == (first[:2], second[:2])
    assert (log, made.config, made.created) == (
        (made.config.metadata or {})[LOG_ID],
        kept.config,
        kept.created,
    )
    assert "safety.33.01.11.>" == reader.config.filter_subject


async def test_the_readers_are_those_that_are_named(database: str, nats_server: Nats, stream: str) -> None:
    told = await prepare(database, nats_server.url("admin"), HAZARD_READERS="330106, 330111005")
    async with connected(nats_server.url("admin"), name="test admin") as admin:
        infos = await admin.jetstream().consumers_info("SAFETY")

    assert 0 == told[0]
    assert {"reader-330106", "reader-330111005"} == {info.name for info in infos}


async def test_a_reader_of_no_division_is_refused_before_anything_is_made(
    database: str, nats_server: Nats, stream: str
) -> None:
    status, out, said = await prepare(database, nats_server.url("admin"), HAZARD_READERS="3301x")

    assert (2, "") == (status, out)
    assert "区划前缀不对" in said
    assert "Traceback" not in said


async def test_a_database_that_is_away_is_told(nats_server: Nats) -> None:
    status, _, said = await prepare("postgresql://hazard@127.0.0.1:1/hazard", nats_server.url("admin"))

    assert 1 == status
    assert "数据库没有应答" in said
    assert "Traceback" not in said


async def test_a_database_from_an_older_backup_is_closed_before_anybody_can_write(
    database: str, nats_server: Nats, stream: str
) -> None:
    async with await psycopg.AsyncConnection.connect(database) as connection:
        head = await (await connection.execute("select log_id::text from log.identity")).fetchone()
    body = b"{}"
    async with connected(nats_server.url("relay"), name="relay before the restoring") as relay:
        headers = {
            "Nats-Msg-Id": "1",
            "Hazard-Log": head[0] if head else "",
            "Hazard-Position": "1",
            "Hazard-Chain": next_chain(bytes(32), body).hex(),
            "Hazard-Appended": "2026-06-03T01:30:00.000000Z",
        }
        await publish_batch(relay, [Message("safety.33.01.11.005.hazard.captured", body, headers)], after=0)
    status, _, said = await prepare(database, nats_server.url("admin"))
    async with await psycopg.AsyncConnection.connect(database) as connection:
        refusing = await (await connection.execute("select refusing from log.identity")).fetchone()

    assert 0 == status
    assert "请运行 hazard log adopt" in said
    assert refusing is not None
    assert "第 1 至 1 条" in str(refusing[0])
