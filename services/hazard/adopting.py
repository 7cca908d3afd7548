"""收回 · Takes events back into the log that the stream still has and the log has lost: an older backup was restored.

Everything is verified before anything is stored: a tail of which a part is false is a matter for a person, and half of
it taken back would hide where it went wrong. It is then stored in bounded transactions, each verified again on what is
stored (the database itself recomputes the chain), so that a kill in between leaves a log that is merely behind the
stream, and the next call goes on from there.

What comes back is what the stream carries: the events as they were, each thing's version, the names they gave
(hazards' numbers, enterprises'), and the numbers that may not be given out again. What does not are the outcomes of
commands. A client that repeats a command of the lost time under its old key therefore meets, for a creation, whose id
derives from client and key, that the thing is there (409); for a change, that its If-Match is stale (412, which names
who changed what since: itself). Nothing is done twice. Names and telephone numbers of persons entered in the lost time
are in no event: their ids are, the persons have to be entered again.
"""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, LiteralString
from uuid import UUID

from nats.aio.client import Client

from services.hazard.comparing import End, StreamAhead, StreamDiffers, StreamForked, compare
from services.hazard.leading import note, writing
from services.hazard.naming import names_of, number_of
from services.hazard.store import NUMBERS_PER_BLOCK
from services.hazard.verifying import Verified, Verifier, touched
from services.jetstream import LOG_ID, ensure_stream
from services.postgres import Connection
from services.stored_messages import messages_between

TOGETHER: Final = 500  # events in one transaction
TOGETHER_BYTES: Final = 8 * 1024 * 1024
# Numbers left out behind the last one used: a web process that outlived the restoring may hold blocks of its own.
NUMBERS_LEFT_OUT: Final = 10 * NUMBERS_PER_BLOCK

_HEAD = "select log_id::text, position, chain, appended_at from log.head"
_VERSIONS = "select id, version from log.streams where id = any(%s)"
_ADOPT: LiteralString = """
select log.adopt(
    %b::bigint, %b::timestamptz[], %b::uuid[], %b::uuid[], %b::text[], %b::integer[], %b::text[], %b::text[],
    %b::bytea[], %b::bytea[], %b::text[], %b::uuid[], %b::text[], %b::bigint[]
)
"""
_RENAME = "select log.rename(%s, %s)"

RENAMED = "数据库恢复自更名之前的备份，收回事件时改用事件流的日志标识"


class NotAhead(Exception):
    """无可收回 · The stream is not ahead of the log in the same history; its text says how it stands."""


@dataclass(frozen=True, slots=True)
class Tail:
    """待收回 · What the stream has behind the log's end: of which log it says it is, from after `after` to `last`."""

    log: str
    renamed: bool
    after: int
    last: int
    chain: bytes
    appended_at: datetime | None

    @property
    def events(self) -> int:
        return self.last - self.after


Told = Callable[[int], None]  # how many events were dealt with more


async def lost_tail(connection: Connection, client: Client, *, closing: bool) -> Tail:
    """查找 · What there is to take back; with `closing` the log takes nothing in from here on.

    Raises NotAhead, in Chinese.
    """
    tail = await _tail(connection, client)
    if closing:
        await note(connection, StreamAhead(tail.after, tail.last))
        return await _tail(connection, client)  # what came in meanwhile did so before it was closed
    return tail


async def _tail(connection: Connection, client: Client) -> Tail:
    log_id, position, chain, appended_at = await _one(connection, _HEAD)
    info = await ensure_stream(client, log_id)
    named = (info.config.metadata or {}).get(LOG_ID) or log_id
    found = await _found(connection, client)
    if position == 0 and info.state.last_seq > 0 and named != log_id:
        # An empty log beside another's stream: the database was lost whole. It takes the stream's name.
        found = StreamAhead(0, info.state.last_seq)
    if not isinstance(found, StreamAhead):
        raise NotAhead(_standing(found))
    return Tail(named, named != log_id, position, found.end, chain, appended_at)


async def _found(connection: Connection, client: Client) -> End | StreamDiffers:
    try:
        return await compare(connection, client)
    except StreamDiffers as difference:
        return difference


def _standing(found: End | StreamDiffers) -> str:
    if isinstance(found, StreamForked):
        return f"不能收回：{found}"
    return "事件流没有超前，日志不缺事件，无需收回"


async def verify(connection: Connection, client: Client, tail: Tail, told: Told) -> None:
    """核对 · Every event of the tail, storing nothing. Raises verifying.NotOurs at the first that does not follow."""
    async with aclosing(_verified(connection, client, tail)) as batches:
        async for batch in batches:
            told(len(batch))


async def take_back(connection: Connection, client: Client, tail: Tail, told: Told) -> None:
    """收回 · Store the tail as it was, then open the log; a kill in between is made good by the next call.

    The stream's name comes first: a log of that name, closed and behind, is plainly one to be gone on with.
    """
    if tail.renamed:
        async with writing(connection):
            await connection.execute(_RENAME, (UUID(tail.log), RENAMED))
    async with aclosing(_verified(connection, client, tail)) as batches:
        position = tail.after
        async for batch in batches:
            for some in _bounded(batch):
                async with writing(connection), connection.cursor(binary=True) as cursor:
                    await cursor.execute(_ADOPT, _columns(position + 1, some))
                position += len(some)
                told(len(some))
    await note(connection, await compare(connection, client))


async def _verified(
    connection: Connection, client: Client, tail: Tail
) -> AsyncGenerator[list[Verified], None]:
    verifier = Verifier(tail.log, tail.after, tail.chain, tail.appended_at)
    seen: set[UUID] = set()
    async with aclosing(messages_between(client, tail.after + 1, tail.last, batch=TOGETHER)) as arriving:
        async for messages in arriving:
            streams = touched(messages) - seen
            seen |= streams
            rows = await (await connection.execute(_VERSIONS, (list(streams),))).fetchall()
            # What the verifier has met already it knows better than the log does.
            verifier.versions = dict(rows) | verifier.versions
            yield verifier.take(messages)
    if verifier.position != tail.last:
        raise NotAhead(f"事件流在读取时变短：读到第 {verifier.position} 条，应到第 {tail.last} 条")


def _bounded(batch: Sequence[Verified]) -> list[list[Verified]]:
    """Lists of at most so many bytes; an event that is larger comes alone."""
    lists: list[list[Verified]] = []
    held = 0
    for one in batch:
        if not lists or held + len(one.body) > TOGETHER_BYTES:
            lists.append([])
            held = 0
        lists[-1].append(one)
        held += len(one.body)
    return lists


def _columns(first: int, events: Sequence[Verified]) -> tuple[Any, ...]:  # the parameters of log.adopt
    names = [item for one in events for item in names_of(one.envelope, one.event).items()]
    numbers = [used for one in events if (used := number_of(one.event)) is not None]
    return (
        first,
        [one.appended_at for one in events],
        [one.envelope.id for one in events],
        [one.stream for one in events],
        [one.envelope.aggregate for one in events],
        [one.envelope.version for one in events],
        [one.envelope.type for one in events],
        [one.subject for one in events],
        [one.body for one in events],
        [one.chain for one in events],
        [name for name, _ in names],
        [stream for _, stream in names],
        [prefix for prefix, _ in numbers],
        [number + 1 + NUMBERS_LEFT_OUT for _, number in numbers],
    )


async def _one(connection: Connection, query: LiteralString) -> tuple[Any, ...]:  # a row of known columns
    row = await (await connection.execute(query)).fetchone()
    assert row is not None  # the log's head is always there
    return row
