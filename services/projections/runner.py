"""运行 · Keeps every read model up to date with the stream, each by itself, for ever.

One that cannot go on says why where people look, waits, and tries again; the others do not notice.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NoReturn
from uuid import UUID

import psycopg
import structlog
from nats.aio.client import Client
from nats.errors import Error as NatsError
from psycopg_pool import PoolTimeout

from services.jetstream import AnotherLog, Recorded, follow, stream_end
from services.postgres import Connection, Pool
from services.projections import checkpoints, parking, rebuilds
from services.projections.building import APART, Builder
from services.projections.checkpoints import Checkpoint, Overtaken, Paused
from services.projections.history import history, log_end
from services.projections.pace import Pace
from services.projections.poison import Poison, words_of
from services.projections.projection import Projection
from services.projections.rebuilds import Asked
from services.stopping import heed_cancellation

BATCH = 1000
FIRST_PAUSE = 0.2  # seconds; doubled at each failure
LONGEST_PAUSE = 30.0
HEARD_WITHIN = 1.0  # seconds
LOOK_EVERY = 1.0  # seconds between two looks at the stream, and at what people decided
COMPARE_EVERY = timedelta(seconds=30)
FAR = 10_000  # events; who is further behind reads the log itself
FIRST = "首次建立或版本升级"

AWAY = (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout, NatsError, OSError, TimeoutError)

logger = structlog.get_logger()


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


class BeingBuilt(Exception):
    """正在建立 · A read model of this version is built from the log, and is not there yet."""


@dataclass(frozen=True, slots=True)
class Runner:
    """运行者 · What is needed to keep read models: the stream, the tables, the clock."""

    client: Client
    pool: Pool
    now: Callable[[], datetime]
    batch: int = BATCH
    first_pause: float = FIRST_PAUSE
    far: int = FAR
    look_every: float = LOOK_EVERY
    processes: int = 1
    apart: int = APART
    paces: dict[str, Pace] = field(default_factory=dict)

    async def run(self, projections: Sequence[Projection]) -> None:
        """运行 · Until cancelled, or until the connection to the stream is closed for good."""
        tasks = [asyncio.create_task(self.keep(each), name=each.NAME) for each in projections]
        tasks.append(asyncio.create_task(self.watch(projections), name="watch"))
        tasks.append(asyncio.create_task(self.build(projections), name="build"))
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
            except (Paused, BeingBuilt):
                await asyncio.sleep(self.first_pause)
            except Exception as error:
                if self.client.is_closed:
                    raise
                await self._failed(projection, error)
                await patience.wait()

    async def watch(self, projections: Sequence[Projection]) -> NoReturn:
        """瞭望 · Say beside the checkpoints when the stream was last reached, so that a dead reader shows; and do with
        what was set aside as people decided.
        """
        while True:
            heed_cancellation()
            with suppress(psycopg.Error, *AWAY):
                await stream_end(self.client)
                async with self.pool.connection() as connection:
                    await checkpoints.note_seen(connection, self.now())
                    await checkpoints.note_lag(connection, self.now(), COMPARE_EVERY)
                    for each in projections:
                        await self._note_pace(connection, each)
                for each in projections:
                    await self._attend(each)
            await asyncio.sleep(self.look_every)

    async def build(self, projections: Sequence[Projection]) -> NoReturn:
        """另建 · Bring on whatever is being built from the log beside what is live."""
        builder = Builder(
            self.pool,
            self.now,
            lambda: stream_end(self.client),
            processes=self.processes,
            apart=self.apart,
        )
        while True:
            heed_cancellation()
            try:
                await builder.look(projections)
            except AWAY as error:
                logger.warning("rebuild.interrupted", error=type(error).__name__)
            except Exception as error:  # tried again, and told to whoever looks
                if self.client.is_closed:
                    raise
                logger.exception("rebuild.failed")
                await self._tell_builders(words_of(error))
            await asyncio.sleep(self.look_every)

    async def _tell_builders(self, words: str) -> None:
        with suppress(*AWAY):
            async with self.pool.connection() as connection:
                for each in await rebuilds.under_way(connection):
                    told = words[: rebuilds.LONGEST_ERROR]
                    await rebuilds.note(connection, each.projection, last_error=told)

    async def _note_pace(self, connection: Connection, projection: Projection) -> None:
        pace = self.paces.get(projection.NAME)
        if pace is not None:
            await checkpoints.note_pace(connection, projection, pace.rate(), pace.seconds)

    async def _attend(self, projection: Projection) -> None:
        async with self.pool.connection() as connection:
            at = await checkpoints.find(connection, projection, None)
            if at is None:
                return
            for subject in await parking.decided(connection, projection, at.log):
                await parking.carry_out(connection, projection, at.log, subject, self.now())

    async def _follow(self, projection: Projection, log: UUID | None, patience: Patience) -> None:
        at = await self._begin(projection, log)
        logger.info("projection.started", projection=projection.NAME, position=at.position)
        arriving = self._arriving(at)
        async with aclosing(arriving):
            async for batch in arriving:
                at = await self._take(projection, at, batch)
                patience.renew()

    async def _begin(self, projection: Projection, log: UUID | None) -> Checkpoint:
        """A read model that is not there is built from the log when much is in it, else from the stream."""
        async with self.pool.connection() as connection:
            at = await checkpoints.find(connection, projection, log)
        # Who holds a connection asks for no other: all of them might.
        if at is None and (own := await self._far_from(0, log)) is not None:
            asked = Asked(rebuilds.SYSTEM, FIRST, self.now(), at_once=True)
            async with self.pool.connection() as connection:
                await rebuilds.begin(connection, projection, own, asked)
            raise BeingBuilt(projection.NAME)
        async with self.pool.connection() as connection:
            return at or await checkpoints.prepare(connection, projection, log)

    async def _far_from(self, position: int, log: UUID | None) -> UUID | None:
        """The database's own log, if it is the one that is followed and much of it lies behind a position."""
        found = await log_end(self.pool)
        if found is None or log not in (None, found[0]) or found[1] - position <= self.far:
            return None
        return found[0] if await stream_end(self.client) - position > self.far else None

    async def _arriving(self, at: Checkpoint) -> AsyncGenerator[list[Recorded], None]:
        """Who is far behind reads the log itself until he is near, then follows the stream from there."""
        position = at.position
        if await self._far_from(position, at.log) is not None:
            async for batch in history(self.pool, at.log, after=position, upto=await stream_end(self.client)):
                yield batch
                position = batch[-1].position
        async with aclosing(follow(self.client, after=position, log=str(at.log), batch=self.batch)) as stream:
            async for batch in stream:
                yield batch

    async def _take(self, projection: Projection, at: Checkpoint, batch: Sequence[Recorded]) -> Checkpoint:
        """A batch that fails is cut in halves, until what can go in is in and one event is left to be set aside."""
        try:
            return await self._commit(projection, at, batch)
        except (Overtaken, Paused, *AWAY):
            raise
        except Exception as error:  # noqa: BLE001  # told to a person, with the event
            if len(batch) == 1:
                return await self._set_aside(projection, at, batch[0], error)
        half = len(batch) // 2
        at = await self._take(projection, at, batch[:half])
        return await self._take(projection, at, batch[half:])

    async def _commit(self, projection: Projection, at: Checkpoint, batch: Sequence[Recorded]) -> Checkpoint:
        pace = self.paces.setdefault(projection.NAME, Pace())
        async with self.pool.connection() as connection, connection.transaction():
            began = pace.begin()
            parked = await checkpoints.take_turn(connection, projection, at)
            behind = [each for each in batch if each.envelope.subject in parked] if parked else []
            free = [each for each in batch if each.envelope.subject not in parked] if behind else batch
            await parking.set_aside(connection, projection, at.log, behind, self.now())
            if free:
                await projection.project(connection, free)
            moved = await checkpoints.move(connection, projection, at, batch[-1].position)
        pace.end(began, len(batch))
        return moved

    async def _set_aside(
        self, projection: Projection, at: Checkpoint, recorded: Recorded, error: Exception
    ) -> Checkpoint:
        if isinstance(error, parking.NOT_OF_AN_EVENT):
            raise Poison(recorded, error) from error
        async with self.pool.connection() as connection, connection.transaction():
            await checkpoints.take_turn(connection, projection, at)
            if not await parking.room(connection, projection, at):
                raise Poison(recorded, error) from error
            await parking.set_aside(connection, projection, at.log, [recorded], self.now(), error)
            moved = await checkpoints.move(connection, projection, at, recorded.position)
        logger.error("projection.parked", projection=projection.NAME, error=str(Poison(recorded, error)))
        return moved

    async def _failed(self, projection: Projection, error: Exception) -> None:
        words = str(error) if isinstance(error, Poison) else f"{type(error).__name__}: {error}"
        trace = (
            None if isinstance(error, (*AWAY, Poison)) else error
        )  # a poison event is named whole in its words
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
