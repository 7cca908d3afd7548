"""重建事件流 · For a fork: the stream is deleted and the whole log published again, under a new log id.

Every reader of events goes by Hazard-Log: it sees another log and begins at 0. The events themselves, their positions
and the chain stay as they are. What the stream held otherwise than the log is written into a file first: it may be all
that is left of something somebody was told.

In this order, so that a kill in between loses nothing: file, new name, delete, make. Killed behind the new name, the
relay finds a stream that bears the name from before and stops; the next call goes on there, under the same new name.
"""

import json
import os
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from nats.aio.client import Client

from contracts.subjects import STREAM
from services.hazard.comparing import End, StreamAhead, StreamDiffers, StreamForked, compare
from services.hazard.leading import note, writing
from services.jetstream import LOG_ID, ensure_stream
from services.postgres import Connection
from services.stored_messages import Stored, messages_between

_BEFORE = (
    "select log_id::text, exists (select from log.identities_before where log_id = %s) from log.identity"
)
_RENAME = "select log.rename(%s, %s)"


class Needed(Exception):
    """须先决定 · The stream holds events that the log has lost; its text says what a person may do."""


@dataclass(frozen=True, slots=True)
class Plan:
    """打算 · What the stream holds otherwise than the log: from a sequence to its last; and the name it bears.

    `lost` says that events of this log are among it; `interrupted`, that the log bears its new name already.
    """

    name: str
    first: int
    last: int
    lost: bool
    interrupted: bool
    replicas: int
    reason: str | None

    @property
    def messages(self) -> int:
        return max(0, self.last - self.first + 1)


async def plan(connection: Connection, client: Client, *, discard: bool) -> Plan:
    """打算 · What would be thrown away. Raises Needed when that needs a decision nobody has taken (`discard`)."""
    try:
        found: End | StreamDiffers = await compare(connection, client)
    except StreamDiffers as difference:
        found = difference
    info = await ensure_stream(client)
    name = (info.config.metadata or {}).get(LOG_ID) or ""
    row = await (await connection.execute(_BEFORE, (name or None,))).fetchone()
    assert row is not None  # the identity is a row of the first migration
    log_id, interrupted = row
    first = _first_difference(found)
    planned = Plan(
        name=name or log_id,
        first=first,
        last=info.state.last_seq,
        lost=isinstance(found, StreamDiffers) and found.refusing is not None,
        interrupted=interrupted,
        replicas=info.config.num_replicas or 1,
        reason=str(found) if isinstance(found, StreamDiffers) else None,
    )
    if not discard:
        _must_be_decided(found, planned, log_id)
    return planned


def _first_difference(found: End | StreamDiffers) -> int:
    if isinstance(found, StreamForked):
        return max(1, found.position)
    assert isinstance(found, End | StreamAhead)  # there is no fourth state
    return found.position + 1


def _must_be_decided(found: End | StreamDiffers, planned: Plan, log_id: str) -> None:
    if isinstance(found, StreamAhead):
        raise Needed(
            f"事件流有日志缺少的 {planned.messages} 条事件，重建会丢弃它们。请先 hazard log adopt 收回；"
            "确认不要这些事件的，加 --discard（丢弃的内容另存为文件）"
        )
    if planned.lost:
        raise Needed(
            f"事件流自第 {planned.first} 条起是本日志丢失的事件，重建会丢弃它们。请先考虑恢复更近的备份；"
            "确认不要这些事件的，加 --discard（丢弃的内容另存为文件）"
        )
    if planned.name != log_id and not planned.interrupted and planned.messages:
        raise Needed(
            f"整个事件流属于另一日志 {planned.name}，可能连错了消息服务器。确认要丢弃它的，加 --discard"
        )


async def keep(client: Client, planned: Plan, file: Path, told: Callable[[int], None]) -> None:
    """另存 · Writes what will be thrown away into a new file, one message a line, for its owner only.

    Raises Needed when the file cannot be made: what cannot be kept is not thrown away.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Needed(f"不能写入 {file}：{error.strerror}。请用 --keep 指定另一个新文件") from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as lines:
        async with aclosing(messages_between(client, planned.first, planned.last)) as arriving:
            async for messages in arriving:
                lines.writelines(_line(message) for message in messages)
                told(len(messages))
        lines.flush()
        os.fsync(descriptor)


def _line(message: Stored) -> str:
    told = {
        "sequence": message.sequence,
        "subject": message.subject,
        "headers": dict(message.headers),
        "body": message.body.decode("utf-8", errors="backslashreplace"),
    }
    return json.dumps(told, ensure_ascii=False) + "\n"


async def rebuild(connection: Connection, admin: Client, planned: Plan, why: str) -> str:
    """重建 · A new name, and an empty stream that bears it; the relay publishes into it. Gives the name."""
    if not planned.interrupted:
        async with writing(connection):
            await connection.execute(_RENAME, (uuid4(), why))
    row = await (await connection.execute("select log_id::text from log.identity")).fetchone()
    assert row is not None
    name = str(row[0])
    await admin.jetstream().delete_stream(STREAM)
    await ensure_stream(admin, name, replicas=planned.replicas)
    await note(connection, await compare(connection, admin))
    return name
