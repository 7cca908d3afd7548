"""日志之门 · The door to the event log: load a stream, append a command, look a command's outcome up.

Order, expectations, outcomes and chain are kept by one server-side function, log.append (migrations/0001_log.sql).
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from eventsourcing.persistence import StoredEvent
from psycopg_pool import PoolClosed, PoolTimeout

from services.hazard.appending import (
    APPEND,
    APPEND_WHOLE,
    MAX_COMMANDS,
    Command,
    KeyReused,
    LogRefusing,
    Outcome,
    Ready,
    StreamMoved,
    Unavailable,
    Verdict,
    columns,
    ready,
)
from services.hazard.mapper import ContractMapper, Fact, stream_of
from services.hazard.room import Room, make_room, room_made
from services.hazard.together import Together, TooLong
from services.postgres import Connection, Pool, pool

__all__ = [
    "Command",
    "Fact",
    "Head",
    "KeyReused",
    "Life",
    "Log",
    "LogRefusing",
    "Outcome",
    "Snapshot",
    "StreamMoved",
    "Unavailable",
    "make_room",
    "stream_of",
    "writer_pool",
]

NUMBERS_PER_BLOCK = 100
GRACE = (
    1.0  # seconds in which PostgreSQL itself says first that it took too long, and so that nothing was stored
)
GENESIS = bytes(32)
LANES = 1  # calls at once: while one is at the disk, the next fills up; two half-empty ones cost more than they win

_RECALL = """
with wanted as (
    select * from unnest(%b::uuid[], %b::text[], %b::integer[]) with ordinality as wanted (stream, form, after, n)
), begun as (
    select n, wanted.stream, kept.version, kept.state, coalesce(kept.version, wanted.after) as after
    from wanted
    left join log.snapshots as kept
        on kept.stream = wanted.stream and kept.form = wanted.form and kept.version > wanted.after
        and kept.version <= (select version from log.streams where id = wanted.stream)
)
select n, version, null as type, state from begun where version is not null
union all
select n, event.version, event.type, event.body
from begun
cross join lateral (
    select version, type, body from log.events
    where events.stream = begun.stream and events.version > begun.after
    order by version
) as event
order by n, version
"""
_CHAIN = "select chain from log.events where position = %s"
# Nothing is kept of events that are not there: whoever remembers more than the log holds has outlived a restore.
_KEEP = """
insert into log.snapshots as held (stream, form, version, state)
select id, %b, %b, %b from log.streams where id = %b and version >= %b
on conflict (stream, form) do update set version = excluded.version, state = excluded.state, taken_at = default
where held.version < excluded.version
"""
_OUTCOME = "select request, position, answer from log.outcomes where client = %s and key = %s"
_HEAD = "select log_id, position, chain, appended_at from log.head"


@dataclass(frozen=True, slots=True)
class Head:
    """日志末端 · The log's identity and end; position 0, 32 zero bytes and no instant when it is empty."""

    log_id: UUID
    position: int
    chain: bytes
    appended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """快照 · A packed state and the version up to which it was folded."""

    version: int
    state: bytes


@dataclass(frozen=True, slots=True)
class Life:
    """经历 · What there is of a stream behind a version: its snapshot, if one is newer, and the facts behind that."""

    snapshot: Snapshot | None
    facts: list[Fact]


@dataclass(frozen=True, slots=True)
class _Wanted:
    stream: UUID
    form: str
    after: int


def writer_pool(dsn: str, *, size: int = 4, patience: float = 5) -> Pool:
    """写入连接池 · The pool a Log needs: one statement is one transaction, and none takes longer than `patience` s."""
    limit = f"{int(patience * 1000)}ms"
    return pool(
        dsn,
        role="hazard_writer",
        size=size,
        autocommit=True,
        patience=patience,
        statement_timeout=limit,
        lock_timeout=limit,
        generic_plans=True,
    )


class Log:
    """事件日志 · Every fact in one order. Any number of processes may append side by side.

    Each method raises Unavailable when PostgreSQL is away.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._mapper = ContractMapper()
        self._numbers: dict[str, range] = {}
        self._numbering = asyncio.Lock()
        self._room = Room(self._make_room)
        self._appending = Together(
            self._append, most=MAX_COMMANDS, lanes=LANES, patience=pool.timeout + GRACE
        )
        self._recalling = Together(
            self._recall, most=MAX_COMMANDS, lanes=LANES, patience=pool.timeout + GRACE
        )

    async def load(self, stream: UUID, *, after: int = 0) -> list[Fact]:
        """读取 · The facts of a stream in order, those after a version; none if there is no such stream."""
        return (await self.recall(stream, form="", after=after)).facts

    async def recall(self, stream: UUID, *, form: str, after: int = 0) -> Life:
        """回溯 · What there is of a stream behind a version, begun at a snapshot of this form where one is newer."""
        with _in_time():
            return await self._recalling.ask(_Wanted(stream, form, after))

    async def keep_snapshot(self, stream: UUID, form: str, snapshot: Snapshot) -> None:
        """留存快照 · Unless a newer one is kept."""
        async with self._connection() as connection:
            given = (form, snapshot.version, snapshot.state, stream, snapshot.version)
            await connection.execute(_KEEP, given)

    async def append(self, command: Command) -> Outcome:
        """追加 · Store one command, once, in one transaction with those that others append at this moment.

        Raises StreamMoved, KeyReused, Unavailable; ValueError for events out of order or too large.
        """
        with _in_time():
            verdict = await self._appending.ask(ready(self._mapper, command))
        if isinstance(verdict, Exception):
            raise verdict
        return verdict

    async def append_all(self, commands: Sequence[Command], *, whole: bool = False) -> list[Verdict]:
        """批量追加 · At most 64 commands in one transaction, a verdict for each.

        With `whole`, one that is refused takes back all: what belongs together is stored together or not at all.
        Any other error (Unavailable, ValueError) stores none of them.
        """
        return await self._append(
            [ready(self._mapper, command) for command in commands], APPEND_WHOLE if whole else APPEND
        )

    async def _append(self, commands: Sequence[Ready], statement: LiteralString = APPEND) -> list[Verdict]:
        async def attempt() -> list[Verdict]:
            # One statement is its own transaction: no round trip while the lock is held.
            async with self._connection() as connection, connection.cursor(binary=True) as cursor:
                rows = await (await cursor.execute(statement, columns(commands))).fetchall()
            return [command.verdict(row) for command, row in zip(commands, rows, strict=True)]

        return await self._with_room(attempt)

    async def _with_room(self, attempt: Callable[[], Awaitable[list[Verdict]]]) -> list[Verdict]:
        verdicts = await self._room.within(attempt)
        stored = (verdict.position for verdict in verdicts if isinstance(verdict, Outcome))
        self._room.used_up_to(max(stored, default=0))
        return verdicts

    async def _recall(self, wanted: Sequence[_Wanted]) -> list[Life]:
        asked = ([one.stream for one in wanted], [one.form for one in wanted], [one.after for one in wanted])
        async with self._connection() as connection, connection.cursor(binary=True) as cursor:
            rows = await (await cursor.execute(_RECALL, asked)).fetchall()
        kept: list[Snapshot | None] = [None] * len(wanted)
        facts: list[list[Fact]] = [[] for _ in wanted]
        for n, version, kind, body in rows:
            if kind is None:
                kept[n - 1] = Snapshot(version, body)
            else:
                stored = StoredEvent(wanted[n - 1].stream, version, kind, body)
                facts[n - 1].append(self._mapper.to_domain_event(stored))
        return [Life(snapshot, behind) for snapshot, behind in zip(kept, facts, strict=True)]

    async def outcome(self, client: str, key: str, request: bytes) -> Outcome | None:
        """查询结果 · What came of a client's key, None if nothing was stored under it. Raises KeyReused."""
        row = await self._one(_OUTCOME, (client, key))
        if row is None:
            return None
        if row[0] != request:
            raise KeyReused(key)
        return Outcome(position=row[1], answer=row[2], repeat=True)

    async def named(self, name: str) -> UUID | None:
        """按名称查找 · The stream that was given a name, such as a hazard's number."""
        row = await self._one("select stream from log.names where name = %s", (name,))
        return None if row is None else row[0]

    async def head(self) -> Head:
        """日志末端 · The log's identity and end."""
        row = await self._one(_HEAD, ())
        assert row is not None  # the identity is a row of the first migration
        return Head(*row)

    async def chain_at(self, position: int) -> bytes | None:
        """链值 · The chain at a position, 32 zero bytes at 0; None when the log does not reach so far."""
        row = await self._one(_CHAIN, (position,))
        if position == 0:
            return GENESIS
        return None if row is None else bytes(row[0])

    async def next_number(self, prefix: str) -> int:
        """取号 · A number nobody else is given under the prefix, from 1; numbers of a stopped process stay unused."""
        async with self._numbering:
            numbers = self._numbers.get(prefix, range(0))
            if not numbers:
                row = await self._one("select log.take_numbers(%s, %s)", (prefix, NUMBERS_PER_BLOCK))
                assert row is not None  # the function always answers
                numbers = range(row[0], row[0] + NUMBERS_PER_BLOCK)
            self._numbers[prefix] = numbers[1:]
            return numbers[0]

    async def _make_room(self) -> int:
        async with self._connection() as connection:
            return await room_made(connection)

    # Any: a database row has no types.
    async def _one(self, query: LiteralString, values: tuple[object, ...]) -> tuple[Any, ...] | None:
        async with self._connection() as connection, connection.cursor(binary=True) as cursor:
            return await (await cursor.execute(query, values)).fetchone()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Connection]:
        try:
            async with self._pool.connection() as connection:
                yield connection
        except (PoolTimeout, PoolClosed) as error:
            raise Unavailable("no connection to PostgreSQL") from error
        except psycopg.errors.ReadOnlySqlTransaction as error:
            raise Unavailable("this PostgreSQL does not accept writes") from error
        except psycopg.OperationalError as error:
            if error.sqlstate == LogRefusing.SQLSTATE:
                self._numbers.clear()  # the log may be an older one than they came from: they may be taken
                raise LogRefusing(error.diag.message_primary or "") from error
            raise Unavailable(str(error), stored=None if _may_be_stored(error) else False) from error


@contextmanager
def _in_time() -> Iterator[None]:
    try:
        yield
    except TooLong as error:
        raise Unavailable(
            "PostgreSQL did not answer in time", stored=None if error.sent else False
        ) from error


def _may_be_stored(error: psycopg.OperationalError) -> bool:
    """Whether the commit may have happened: the server said nothing, or was being shut down (57P0x)."""
    return error.sqlstate is None or error.sqlstate.startswith("57P")
