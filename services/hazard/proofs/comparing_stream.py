"""审计事件流 · Compares every message of the stream with the log: its place, its bytes, its subject, its headers."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from nats.aio.client import Client
from nats.aio.msg import Msg

from contracts.subjects import ALL, STREAM
from services import jetstream
from services.hazard.proofs.auditing import Extent, Progress
from services.hazard.proofs.findings import Findings
from services.postgres import Connection
from services.pulling import pull

BATCH = 1000  # messages pulled at once

_HEAD = "select position from log.head"
_ROWS = """
select position, subject, body, event_id::text, encode(chain, 'hex'),
    to_char(appended_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
from log.events where position between %s and %s order by position
"""


@dataclass(frozen=True, slots=True)
class Compared:
    """已比对 · How many messages were compared, and how many events had not been published yet."""

    messages: int
    unpublished: int


async def audit_stream(
    connection: Connection, client: Client, upto: Extent, findings: Findings, progress: Progress
) -> Compared:
    """比对事件流 · Each message up to a position of the log, and whether the stream goes on where the log does not.

    Raises what NATS raises when the server or the stream is away.
    """
    api = jetstream.api_of(client.servers[0].username or "")
    info = await client.jetstream(prefix=api).stream_info(STREAM)
    named = (info.config.metadata or {}).get(jetstream.LOG_ID)
    if named not in (None, str(upto.log_id)):
        findings.add("STREAM_OF_ANOTHER_LOG", None, named or "")
    last = min(upto.position, info.state.last_seq)
    row = await (await connection.execute(_HEAD)).fetchone()
    assert row is not None  # there is always one
    if info.state.last_seq > row[0]:
        detail = f"事件流到第 {info.state.last_seq} 条，日志到第 {row[0]} 条"
        findings.add("STREAM_AHEAD", row[0] + 1, detail)
    at = 0
    if last and info.state.messages:
        arriving = pull(client, api, start=1, subjects=ALL, batch=BATCH)
        at = await _compare(connection, arriving, upto.log_id, last, findings, progress)
    for position in range(at + 1, last + 1):  # the stream ends before its own last sequence
        findings.add("STREAM_MISSING", position)
    return Compared(last, upto.position - last)


async def _compare(
    connection: Connection,
    arriving: AsyncGenerator[list[Msg], None],
    log_id: UUID,
    last: int,
    findings: Findings,
    progress: Progress,
) -> int:
    """Gives the last sequence that arrived."""
    at = 0
    async with aclosing(arriving) as batches:
        async for messages in batches:
            reached = min(_sequence(messages[-1]), last)
            wanted = [message for message in messages if _sequence(message) <= last]
            rows = await _rows(connection, at + 1, reached)
            _judge(str(log_id), wanted, rows, range(at + 1, reached + 1), findings)
            at = reached
            progress(at)
            if at >= last or messages[-1].metadata.num_pending == 0:
                break
    return at


def _judge(
    log_id: str,
    messages: Sequence[Msg],
    rows: Mapping[int, tuple[Any, ...]],
    positions: range,
    findings: Findings,
) -> None:
    arrived = {_sequence(message): message for message in messages}
    for position in positions:
        message, row = arrived.get(position), rows.get(position)
        if message is None:
            findings.add("STREAM_MISSING", position)
        elif row is not None:  # one that the log misses is found in the log
            _same(log_id, message, row, findings)


def _same(log_id: str, message: Msg, row: tuple[Any, ...], findings: Findings) -> None:
    position, subject, body, event_id, chain, appended = row
    if message.data != body:
        findings.add("STREAM_BYTES", position)
    if message.subject != subject:
        findings.add("STREAM_SUBJECT", position, f"{message.subject}，应为 {subject}")
    headers = message.headers or {}
    expected = {
        "Content-Type": jetstream.CONTENT_TYPE,
        "Nats-Msg-Id": event_id,
        jetstream.HEADER_LOG: log_id,
        jetstream.HEADER_POSITION: str(position),
        jetstream.HEADER_CHAIN: chain,
        jetstream.HEADER_APPENDED: appended,
    }
    wrong = [name for name, value in expected.items() if headers.get(name) != value]
    if wrong:
        findings.add("STREAM_HEADERS", position, "、".join(wrong))


async def _rows(connection: Connection, first: int, last: int) -> dict[int, tuple[Any, ...]]:
    async with connection.cursor(binary=True) as cursor:
        rows = await (await cursor.execute(_ROWS, (first, last))).fetchall()
    return {row[0]: row for row in rows}


def _sequence(message: Msg) -> int:
    return int(message.metadata.sequence.stream)
