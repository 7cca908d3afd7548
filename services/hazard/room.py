"""余量 · Partitions for the events to come, made long before they are needed, by whoever appends.

Every start makes room. A process that appends for months asks again each time half of what it knew of is used, beside
its appends and never in them; and an append that finds no room after all makes some and is done again.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import psycopg
import structlog

from services.hazard.appending import Unavailable
from services.postgres import Connection

EVENTS_AHEAD = 20_000_000  # a partition holds ten million
ASK_AGAIN = 10_000  # events after an attempt that failed

MAKE_ROOM = "select log.make_room(%s)"

T = TypeVar("T")

logger = structlog.get_logger()


async def make_room(dsn: str) -> None:
    """预留分区 · Room for the events to come; asked at every start."""
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
        await room_made(connection)


async def room_made(connection: Connection) -> int:
    """预留 · Asks for room as any writer may; how many more events there is room for then."""
    row = await (await connection.execute(MAKE_ROOM, (EVENTS_AHEAD,))).fetchone()
    assert row is not None  # the function always answers
    return int(row[0])


def is_full(error: BaseException | None) -> bool:
    """已满 · Whether an event met no partition; PostgreSQL reports it as a check that has no name."""
    return isinstance(error, psycopg.errors.CheckViolation) and not error.diag.constraint_name


class Room:
    """余量守望 · Makes room for one log; `make` answers with the room there is."""

    def __init__(self, make: Callable[[], Awaitable[int]]) -> None:
        """装配 · The first append asks."""
        self._make = make
        self._ask_at = 0
        self._asking: asyncio.Task[None] | None = None

    def used_up_to(self, position: int) -> None:
        """已用至 · The log has grown to a position; asks for more beside whatever goes on."""
        if position >= self._ask_at and self._asking is None:
            self._asking = asyncio.create_task(self._ask(position))

    async def settled(self) -> None:
        """完成 · Waits for what was asked."""
        if self._asking is not None:
            await self._asking

    async def _ask(self, position: int) -> None:
        try:
            self._ask_at = position + await self._make() // 2
        except (psycopg.Error, Unavailable) as error:
            self._ask_at = position + ASK_AGAIN
            logger.warning("log.room_not_made", position=position, error=str(error))
        finally:
            self._asking = None

    async def within(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """在余量内 · What an attempt to append gives, made again after making room if there was none.

        Raises Unavailable when there is none and none can be made: nothing was stored.
        """
        try:
            return await attempt()
        except psycopg.errors.CheckViolation as error:
            if not is_full(error):
                raise
        try:
            await self._make()
            return await attempt()
        except (psycopg.ProgrammingError, psycopg.IntegrityError) as error:
            logger.critical("log.full", error=str(error), remedy="hazard log prepare")
            raise Unavailable(f"the log has no room for more events: {error}") from error
