"""存量消息 · What the stream holds, by sequence: one message, or a stretch of them in order."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.errors import NotFoundError

from contracts.subjects import ALL, STREAM
from services.jetstream import API
from services.pulling import pull


@dataclass(frozen=True, slots=True)
class Stored:
    """存量消息 · A message as the stream holds it; who put it there is not known."""

    sequence: int
    subject: str
    headers: Mapping[str, str]
    body: bytes


async def message_at(client: Client, sequence: int) -> Stored | None:
    """按序号读取 · The message at a sequence; None if there is none."""
    try:
        found = await client.jetstream().get_msg(STREAM, sequence)
    except NotFoundError:
        return None
    return Stored(sequence, found.subject or "", found.headers or {}, found.data or b"")


async def messages_between(
    client: Client, first: int, last: int, *, batch: int = 500
) -> AsyncGenerator[list[Stored], None]:
    """按段读取 · The messages from one sequence to another, both among them, in lists of at most `batch`.

    The user must be one who may make consumers: admin. A sequence the stream does not hold is left out.
    """
    if not await _any_between(client, first, last):
        return  # who pulls from behind the end waits for ever
    async with aclosing(pull(client, API, start=first, subjects=ALL, batch=batch)) as arriving:
        async for messages in arriving:
            held = [_stored(message) for message in messages]
            yield [one for one in held if one.sequence <= last]
            if held[-1].sequence >= last or messages[-1].metadata.num_pending == 0:
                return


async def _any_between(client: Client, first: int, last: int) -> bool:
    if first > last:
        return False
    try:
        found = await client.jetstream().get_msg(STREAM, first, subject=ALL, next=True)
    except NotFoundError:
        return False
    return int(found.seq or 0) <= last


def _stored(message: Msg) -> Stored:
    return Stored(message.metadata.sequence.stream, message.subject, message.headers or {}, message.data)
