"""篡改事件流 · The stream is compared with the log message by message: each difference is found, and by its own name."""

from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from nats.js.api import StreamConfig
from nats.js.errors import NotFoundError

from given.proved import append_many, writing
from services.hazard.proofs.auditing import Extent, extent
from services.hazard.proofs.comparing_stream import Compared, audit_stream
from services.hazard.proofs.findings import Findings
from services.hazard.relay import _READ, _message
from services.jetstream import LOG_ID, Message, connected, publish_batch
from services.servers.nats import Nats

EVENTS = 24


@pytest.fixture
async def log(database: str) -> AsyncIterator[str]:
    await append_many(database, 2)
    return database


async def messages_of(log: str) -> list[Message]:
    """The log as the relay publishes it."""
    async with writing(log) as connection, connection.cursor(binary=True) as cursor:
        rows = await (await cursor.execute(_READ, (0, 1000, 2**30))).fetchall()
        return [_message(str((await extent(connection)).log_id), row) for row in rows]


async def publish(nats: Nats, messages: list[Message], **more: Any) -> None:
    """Into a stream of our own, from which messages can be deleted."""
    async with connected(nats.url("admin"), name="test admin") as admin:
        with suppress(NotFoundError):
            await admin.jetstream().delete_stream("SAFETY")
        wanted = StreamConfig(name="SAFETY", subjects=["safety.>"], allow_atomic=True, **more)
        await admin.jetstream().add_stream(wanted)
    async with connected(nats.url("relay"), name="test relay") as relay:
        await publish_batch(relay, messages, after=0)


async def compared(nats: Nats, log: str) -> tuple[Compared, set[str], int | None]:
    findings = Findings()
    async with writing(log) as connection, connected(nats.url("projections"), name="test audit") as client:
        upto: Extent = await extent(connection)
        told = await audit_stream(connection, client, upto, findings, lambda position: None)
    return told, set(findings.counts), findings.first


async def test_a_stream_that_holds_the_log_is_found_equal(nats_server: Nats, log: str) -> None:
    await publish(nats_server, await messages_of(log))

    assert (Compared(EVENTS, 0), set(), None) == await compared(nats_server, log)


async def test_a_stream_that_is_behind_is_compared_as_far_as_it_goes(nats_server: Nats, log: str) -> None:
    await publish(nats_server, (await messages_of(log))[:20])

    assert (Compared(20, 4), set(), None) == await compared(nats_server, log)


def headed(name: str, value: str) -> Callable[[Message], Message]:
    return lambda message: replace(message, headers={**message.headers, name: value})


@pytest.mark.parametrize(
    ("tamper", "code"),
    [
        (lambda m: replace(m, body=m.body.replace(b"p-9", b"p-8", 1)), "STREAM_BYTES"),
        (lambda m: replace(m, subject=m.subject.replace("progress-reported", "closed")), "STREAM_SUBJECT"),
        (headed("Hazard-Chain", "00" * 32), "STREAM_HEADERS"),
        (headed("Hazard-Position", "7"), "STREAM_HEADERS"),
        (headed("Hazard-Appended", "2020-01-01T00:00:00.000000Z"), "STREAM_HEADERS"),
        (headed("Hazard-Log", "00000000-0000-0000-0000-000000000000"), "STREAM_HEADERS"),
    ],
)
async def test_a_message_that_differs_is_named(
    nats_server: Nats, log: str, tamper: Callable[[Message], Message], code: str
) -> None:
    messages = await messages_of(log)
    messages[16] = tamper(messages[16])
    await publish(nats_server, messages)
    _, codes, first = await compared(nats_server, log)

    assert ({code}, 17) == (codes, first)


@pytest.mark.parametrize("gone", [[7], [1], [24], [1, 2, 3], [23, 24], list(range(1, 25))])
async def test_messages_that_were_deleted_are_named(nats_server: Nats, log: str, gone: list[int]) -> None:
    await publish(nats_server, await messages_of(log))
    async with connected(nats_server.url("admin"), name="test admin") as admin:
        for sequence in gone:
            await admin.jetstream().delete_msg("SAFETY", sequence)
    _, codes, first = await compared(nats_server, log)

    assert ({"STREAM_MISSING"}, gone[0]) == (codes, first)


async def test_messages_behind_the_logs_end_are_named(nats_server: Nats, log: str) -> None:
    await publish(nats_server, await messages_of(log))
    with psycopg.connect(log, autocommit=True) as superuser:
        superuser.execute("delete from log.events where position > 22")
    _, codes, first = await compared(nats_server, log)

    assert ({"STREAM_AHEAD"}, 23) == (codes, first)


async def test_a_stream_of_another_log_is_named(nats_server: Nats, log: str) -> None:
    await publish(nats_server, await messages_of(log), metadata={LOG_ID: "another"})

    assert {"STREAM_OF_ANOTHER_LOG"} == (await compared(nats_server, log))[1]
