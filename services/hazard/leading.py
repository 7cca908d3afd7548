"""领头 · One session at a time speaks for the log to the stream: the relay, or who mends what it stopped at.

Only this session may say how log and stream stand (log.note_standing), and with the session the lock goes.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import psycopg
from nats.aio.client import Client

from services.hazard.comparing import End, StreamDiffers, compare
from services.postgres import LOCKS, RELAYING, Connection, conninfo
from services.stopping import heed_cancellation

_LOCK = "select pg_try_advisory_lock(%s, %s)"
_NOTE = "select log.note_standing(%s, %s, %s, %s)"


class Led(Exception):
    """另有领头 · Another session leads and does not let go: a relay that publishes."""


@asynccontextmanager
async def leading(
    dsn: str,
    *,
    role: str | None = "hazard_writer",
    pause: float = 1.0,
    patience: float | None = None,
    waiting: Callable[[], None] = lambda: None,
) -> AsyncGenerator[Connection, None]:
    """领头 · A session that holds the lock, reading only unless a transaction says otherwise.

    Asks every `pause` seconds, for ever or for `patience` seconds; `waiting` is called once when another leads.
    Raises Led.
    """
    reading = conninfo(dsn, role=role, statement_timeout="10s", read_only=True)
    async with await psycopg.AsyncConnection.connect(reading, autocommit=True) as connection:
        deadline = None if patience is None else asyncio.get_running_loop().time() + patience
        told = False
        while not await _lock(connection):
            heed_cancellation()
            if deadline is not None and asyncio.get_running_loop().time() > deadline:
                raise Led
            if not told:
                told = True
                waiting()
            await asyncio.sleep(pause)
        yield connection


async def _lock(connection: Connection) -> bool:
    row = await (await connection.execute(_LOCK, (LOCKS, RELAYING))).fetchone()
    return row is not None and bool(row[0])


async def look_before_writing(dsn: str, client: Client, *, replicas: int = 1) -> StreamDiffers | None:
    """先比对再受理 · Compare once before anybody can append, and close the log if it has lost events.

    Between the start of a restored database and the relay's first look, what is appended would turn a log that is merely
    behind into a fork. None when all is well, or when a relay leads already and looks itself.
    """
    try:
        async with leading(dsn, patience=0) as connection:
            try:
                await note(connection, await compare(connection, client, replicas=replicas))
            except StreamDiffers as difference:
                await note(connection, difference)
                return difference
    except Led:
        pass
    return None


async def note(connection: Connection, found: End | StreamDiffers) -> None:
    """记录 · Write down how the stream stands; the log refuses from here on, or takes in again, as that asks.

    Only the leader can: who lost the lock gets an error of the database.
    """
    async with writing(connection):
        await connection.execute(_NOTE, _noted(found))


def _noted(found: End | StreamDiffers) -> tuple[str, int, str | None, str | None]:
    match found:
        case End():
            return "publishing", found.position, None, None
        case StreamDiffers():
            return found.STATE, found.end, str(found), found.refusing


@asynccontextmanager
async def writing(connection: Connection) -> AsyncGenerator[None, None]:
    """写事务 · A transaction of the leader that may write."""
    async with connection.transaction():
        await connection.execute("set transaction read write")
        yield
