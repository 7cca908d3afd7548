"""运行 · Keeps every read model up to date with the stream, each by itself, for ever.

One that cannot go on says why where people look, waits, and tries again; the others do not notice.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn
from uuid import UUID

import psycopg
import structlog
from nats.aio.client import Client
from nats.errors import Error as NatsError
from psycopg_pool import PoolTimeout

from services.jetstream import AnotherLog, Recorded, follow, stream_end
from services.postgres import Pool
from services.projections import checkpoints
from services.projections.checkpoints import Checkpoint, Overtaken
from services.projections.projection import Projection
from services.stopping import heed_cancellation

BATCH = 1000
FIRST_PAUSE = 0.2  # seconds; doubled at each failure
LONGEST_PAUSE = 30.0
HEARD_WITHIN = 1.0  # seconds
LOOK_EVERY = 2.0  # seconds between two looks at the stream

AWAY = (psycopg.OperationalError, PoolTimeout, NatsError, OSError, TimeoutError)

logger = structlog.get_logger()


class Poison(Exception):
    """无法投影的事件 · One event that a read model cannot take in; everything before it is in."""

    def __init__(self, recorded: Recorded, error: Exception) -> None:
        """造 · With the event's place and type, and the error's own words without any row's content."""
        words = error.diag.message_primary if isinstance(error, psycopg.Error) else str(error)
        super().__init__(
            f"第 {recorded.position} 号事件 {recorded.envelope.type}（{recorded.envelope.subject}）："
            f"{type(error).__name__}: {words}"
        )


class Patience:
    """耐心 · How long to wait before trying again: longer each time, short again after a success."""

    def __init__(self, first: float) -> None:
        """造 · Seconds of the first pause."""
        self._first = first
        self._next = first

    def renew(self) -> None:
        """重新开始 · It went on."""
        self._next = self._first

    async def wait(self) -> None:
        """等待 · It failed again."""
        pause, self._next = self._next, min(2 * self._next, LONGEST_PAUSE)
        await asyncio.sleep(pause)


@dataclass(frozen=True, slots=True)
class Runner:
    """运行者 · What is needed to keep read models: the stream, the tables, the clock."""

    client: Client
    pool: Pool
    now: Callable[[], datetime]
    batch: int = BATCH
    first_pause: float = FIRST_PAUSE

    async def run(self, projections: Sequence[Projection]) -> None:
        """运行 · Until cancelled, or until the connection to the stream is closed for good."""
        tasks = [asyncio.create_task(self.keep(each), name=each.NAME) for each in projections]
        tasks.append(asyncio.create_task(self.watch(), name="watch"))
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for ended in done:
                ended.result()
        finally:
            await _end(tasks)

    async def keep(self, projection: Projection) -> NoReturn:
        """维持 · Follow the stream from the checkpoint; after an error wait and follow again."""
        patience = Patience(self.first_pause)
        log: UUID | None = None
        while True:
            try:
                await self._follow(projection, log, patience)
            except AnotherLog as changed:
                logger.warning("projection.restarted", projection=projection.NAME, log_id=changed.found)
                log = UUID(changed.found)
            except Overtaken:
                logger.info("projection.overtaken", projection=projection.NAME)
                await patience.wait()
            except Exception as error:
                if self.client.is_closed:
                    raise
                await self._failed(projection, error)
                await patience.wait()

    async def watch(self) -> NoReturn:
        """瞭望 · Say beside the checkpoints when the stream was last reached, so that a dead reader shows."""
        while True:
            heed_cancellation()
            with suppress(psycopg.Error, *AWAY):
                await stream_end(self.client)
                async with self.pool.connection() as connection:
                    await checkpoints.note_seen(connection, self.now())
            await asyncio.sleep(LOOK_EVERY)

    async def _follow(self, projection: Projection, log: UUID | None, patience: Patience) -> None:
        async with self.pool.connection() as connection:
            at = await checkpoints.prepare(connection, projection, log)
        logger.info("projection.started", projection=projection.NAME, position=at.position)
        arriving = follow(self.client, after=at.position, log=str(at.log), batch=self.batch)
        async with aclosing(arriving):
            async for batch in arriving:
                at = await self._take(projection, at, batch)
                patience.renew()

    async def _take(self, projection: Projection, at: Checkpoint, batch: Sequence[Recorded]) -> Checkpoint:
        """A batch that fails is cut in halves, until what can go in is in and one event is left to blame."""
        try:
            return await self._commit(projection, at, batch)
        except (Overtaken, *AWAY):
            raise
        except Exception as error:
            if len(batch) == 1:
                raise Poison(batch[0], error) from error
        half = len(batch) // 2
        at = await self._take(projection, at, batch[:half])
        return await self._take(projection, at, batch[half:])

    async def _commit(self, projection: Projection, at: Checkpoint, batch: Sequence[Recorded]) -> Checkpoint:
        async with self.pool.connection() as connection, connection.transaction():
            await projection.project(connection, batch)
            return await checkpoints.move(connection, projection, at, batch[-1].position)

    async def _failed(self, projection: Projection, error: Exception) -> None:
        words = str(error) if isinstance(error, Poison) else f"{type(error).__name__}: {error}"
        trace = None if isinstance(error, AWAY) else error
        logger.error("projection.failed", projection=projection.NAME, error=words, exc_info=trace)
        with suppress(psycopg.Error, PoolTimeout):
            async with self.pool.connection() as connection:
                await checkpoints.note_error(connection, projection, words, self.now())


async def _end(tasks: Sequence[asyncio.Task[NoReturn]]) -> None:
    """Cancelled until they hear it: wait_for of Python 3.11 loses a cancellation that meets its result."""
    while pending := [task for task in tasks if not task.done()]:
        for task in pending:
            task.cancel()
        await asyncio.wait(pending, timeout=HEARD_WITHIN)
