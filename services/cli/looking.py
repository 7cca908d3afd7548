"""查看 · How the installation stands: processes by its own record, readers by the database and the stream."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import psycopg
from nats.errors import Error as NatsError
from psycopg.rows import class_row

from services import jetstream
from services.cli import state
from services.cli.installation import AlreadyRunning, held
from services.cli.last_errors import LastError, last_errors
from services.cli.supervisor import Standing
from services.hazard import figures
from services.hazard.proofs.signing import fingerprint
from services.servers.nats import known_readers
from services.servers.nats_users import STREAM
from services.servers.places import Places

RELAY = "relay"
PATIENCE = 5.0  # seconds for the database, and for the stream

HEAD = "select log_id::text as log_id, position, appended_at, log.room() as room from log.head"
SIGNED = """
select size, signed_at, public_key from log.checkpoints
where log_id = (select log_id from log.identity) order by size desc limit 1
"""

# Seconds behind: how long the oldest event a reader has not read has been waiting.
READERS = """
select reader.name, reader.position, greatest(head.position - reader.position, 0) as behind_events,
    round(coalesce(extract(epoch from clock_timestamp() - unread.appended_at), 0), 3)::float as behind_seconds,
    reader.last_error
from log.head as head
cross join lateral ({source}) as reader
left join log.events as unread on unread.position = reader.position + 1
order by reader.name
"""
PROJECTIONS = READERS.format(
    source="select projection || ' v' || version as name, position, last_error"
    " from projections.checkpoints where log_id = head.log_id"
    # One that is being built is behind, too: whoever waits for the read models waits for it.
    " union all select projection || ' v' || version || ' rebuild', position, last_error"
    " from projections.rebuilds where log_id = head.log_id"
)
NOTIFIER = READERS.format(
    # One that has read nothing yet has no checkpoint, and is at the beginning.
    source="select 'notifier' as name, coalesce(max(position), 0) as position, null as last_error"
    " from notifier.checkpoint where log_id = head.log_id"
)
OTHERS = READERS.format(
    source="select name, position, null as last_error"
    " from unnest(%(names)s::text[], %(positions)s::bigint[]) as given (name, position)"
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Head:
    """日志末端 · The log's last position, when it was written, and for how many more events there is room."""

    log_id: str
    position: int
    appended_at: datetime | None
    room: int


@dataclass(frozen=True, slots=True)
class Signed:
    """检查点 · The last signed end of the log, and the fingerprint of the key that signed it."""

    size: int
    signed_at: datetime
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Reader:
    """读者 · Where a reader of the log stands, and how far behind its end in events and in seconds."""

    name: str
    position: int
    behind_events: int
    behind_seconds: float
    last_error: str | None


@dataclass(frozen=True, slots=True)
class Status:
    """全貌 · What `hazard status` says; `errors` name what did not answer, `last_errors` what the logs hold."""

    running: bool
    data: str
    web: str
    processes: tuple[Standing, ...]
    log: Head | None
    readers: tuple[Reader, ...]
    errors: tuple[str, ...]
    last_errors: tuple[LastError, ...]
    checkpoint: Signed | None = None
    relay: figures.Standing | None = None


async def look(places: Places, known: state.State) -> Status:
    """查看 · Asks the data directory, the stream and the database."""
    logged = last_errors(places.logs)
    if not is_running(places):
        # What a supervisor wrote that is gone says nothing about now.
        stopped = tuple(Standing(child.name) for child in known.children)
        return Status(False, str(places.root), known.web, stopped, None, (), (), logged)
    errors: list[str] = []
    ends = await _asked("NATS", _ends(places, known.nats_url), errors) or {}
    found = await _asked("PostgreSQL", _positions(known.dsn, ends), errors)
    head, readers, relay = found or (None, [], None)
    signed = await _asked("PostgreSQL", _signed(known.dsn), errors) if found else None
    return Status(
        running=True,
        data=str(places.root),
        web=known.web,
        processes=known.children,
        log=head,
        readers=tuple(readers),
        errors=tuple(errors),
        last_errors=logged,
        checkpoint=signed,
        relay=relay,
    )


async def caught_up(dsn: str) -> bool:
    """已追上 · Whether there are read models and each holds all that is in the log, and the notifier too."""
    _, readers, _ = await _positions(dsn, {})
    return bool(readers) and not any(reader.behind_events for reader in readers)


def is_running(places: Places) -> bool:
    """在运行 · Whether a `hazard up` holds the data directory."""
    try:
        with held(places):
            return False
    except AlreadyRunning:
        return True


async def _asked(server: str, question: Awaitable[T], errors: list[str]) -> T | None:
    try:
        return await asyncio.wait_for(question, PATIENCE)
    except (psycopg.Error, NatsError, OSError, TimeoutError) as error:
        errors.append(f"{server} 没有应答 · {server} does not answer: {error or type(error).__name__}")
        return None


async def _ends(places: Places, url: str) -> dict[str, int]:
    """The stream's end, which is the relay's place, and how far each reader outside has acknowledged."""
    async with jetstream.connected(url, name="status") as client:
        context = client.jetstream()
        ends = {RELAY: (await context.stream_info(STREAM)).state.last_seq}
        for reader in known_readers(places.secrets):
            info = await context.consumer_info(STREAM, reader.user)
            # A filtered reader that waits for nothing is at the end, wherever its last event stood.
            caught_up = not info.num_pending and not info.num_ack_pending
            acknowledged = info.ack_floor.stream_seq if info.ack_floor else 0
            ends[reader.user] = ends[RELAY] if caught_up else acknowledged
        return ends


Positions = tuple[Head | None, Sequence[Reader], figures.Standing]


async def _positions(dsn: str, ends: dict[str, int]) -> Positions:
    async with await psycopg.AsyncConnection.connect(dsn) as connection:
        await connection.set_read_only(True)
        head = await (await connection.cursor(row_factory=class_row(Head)).execute(HEAD)).fetchone()
        cursor = connection.cursor(row_factory=class_row(Reader))
        readers: list[Reader] = []
        given = {"names": list(ends), "positions": list(ends.values())}
        for table, query in (
            (None, OTHERS),
            ("projections.checkpoints", PROJECTIONS),
            ("notifier.checkpoint", NOTIFIER),
        ):
            if table is None or await _exists(connection, table):
                readers += await (await cursor.execute(query, given)).fetchall()
        return head, readers, await figures.standing(connection, ends.get(RELAY))


async def _signed(dsn: str) -> Signed | None:
    async with await psycopg.AsyncConnection.connect(dsn) as connection:
        row = await (await connection.execute(SIGNED)).fetchone()
    return Signed(row[0], row[1], fingerprint(row[2])) if row else None


async def _exists(connection: psycopg.AsyncConnection, table: str) -> bool:
    """A projector that has never run has made no table."""
    row = await (await connection.execute("select to_regclass(%s) is not null", (table,))).fetchone()
    return bool(row and row[0])
