"""运行 · One active notifier: it folds the stream, and now and then asks what is owed."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from typing import Final

import psycopg
import structlog
from nats.aio.client import Client

from services import erasing, people
from services.jetstream import AnotherLog, Gap, Recorded, connected, follow
from services.notifier import webhook
from services.notifier.channels import Channel, Log
from services.notifier.delivering import Clock, Contacts, Desk, clear_up, deliver
from services.notifier.folding import (
    Checkpoint,
    CheckpointMoved,
    begin,
    caught_up,
    checkpoint,
    fold_batch,
)
from services.notifier.mail import Email
from services.notifier.memory import Replaced, Tenure, take_over
from services.notifier.settings import Settings
from services.notifier.sweeping import sweep
from services.postgres import LOCKS, NOTIFYING, Connection, Pool, conninfo, pool
from services.stopping import heed_cancellation

ROLE: Final = "hazard_notifier"
ASK_AGAIN: Final = 1.0  # seconds between two tries to become active, or to go on after a failure
LOOK_AGAIN: Final = 0.1  # seconds between two looks at how far the stream is folded
IMPATIENT: Final = 100  # looks before it is said that the backlog keeps reminders waiting

logger = structlog.get_logger()


async def run(settings: Settings, now: Clock) -> None:
    """运行 · Until it is cancelled. A lost server or lost place is begun anew from the checkpoint."""
    dsn = settings.postgres_dsn
    async with (
        pool(dsn, role=ROLE, size=2) as rows,
        erasing.opened(dsn, settings.data_dir, settings.master, size=1) as persons,
        connected(settings.nats_url, name="notifier") as client,
        AsyncExitStack() as stack,
    ):
        ways = [await _channel(name, settings, stack) for name in settings.channels]
        while True:
            try:
                async with _at_the_desk(dsn) as (connection, tenure):
                    desk = Desk(connection, tenure, ways, _contacts(persons), now, persons.erased)
                    await _serve(desk, rows, client, settings.sweep_seconds)
            except* (
                psycopg.OperationalError,
                psycopg.InterfaceError,
                Gap,
                CheckpointMoved,
                Replaced,
            ) as failures:
                logger.warning("notifier.interrupted", errors=[type(e).__name__ for e in failures.exceptions])
            await asyncio.sleep(ASK_AGAIN)


async def _channel(name: str, settings: Settings, stack: AsyncExitStack) -> Channel:
    match name:
        case "email":
            assert settings.smtp_url is not None
            return Email(settings.smtp_url.get_secret_value(), settings.mail_from)
        case "webhook":
            assert settings.webhook_url is not None
            client = await stack.enter_async_context(webhook.client())
            return webhook.Webhook(client, settings.webhook_url.get_secret_value())
        case _:
            return Log()


def _contacts(persons: people.People) -> Contacts:
    async def contacts(ids: Iterable[str]) -> Mapping[str, people.Contact]:
        return await people.contacts(persons, ids, reader="system/notifier", why="notifier.reminder")

    return contacts


@asynccontextmanager
async def _at_the_desk(dsn: str) -> AsyncIterator[tuple[Connection, Tenure]]:
    """Waits until no other notifier is active; inside, this one is, as long as its connection lives."""
    wanted = conninfo(dsn, role=ROLE)
    async with await psycopg.AsyncConnection.connect(wanted, autocommit=True) as connection:
        await _await_lock(connection)
        tenure = await take_over(connection)
        logger.info("notifier.activated", epoch=tenure.epoch)
        yield connection, tenure


async def _await_lock(connection: Connection) -> None:
    active = await _lock(connection)
    if not active:
        logger.info("notifier.stood_by")
    while not active:
        await asyncio.sleep(ASK_AGAIN)
        active = await _lock(connection)


async def _lock(connection: Connection) -> bool:
    cursor = await connection.execute("select pg_try_advisory_lock(%s, %s)", (LOCKS, NOTIFYING))
    row = await cursor.fetchone()
    return row is not None and bool(row[0])


async def _serve(desk: Desk, rows: Pool, client: Client, seconds: float) -> None:
    await clear_up(desk)
    # Held while something is owed or sent, and while everything folded is forgotten: between the two, what has not
    # been folded again would look as if it had ended.
    whole = asyncio.Lock()
    async with asyncio.TaskGroup() as group:
        group.create_task(_keep_folding(rows, client, whole))
        group.create_task(_keep_sweeping(desk, seconds, whole))


# ---- what is known


async def _keep_folding(rows: Pool, client: Client, whole: asyncio.Lock) -> None:
    async with rows.connection() as connection:
        place = await checkpoint(connection)
    while True:
        after, log = (place.position, place.log) if place else (0, None)
        try:
            async with aclosing(follow(client, after=after, log=log)) as batches:
                async for batch in batches:
                    place = await _fold(rows, place, batch)
        except AnotherLog as other:
            logger.warning("log.replaced", log=other.found)
            async with whole, rows.connection() as connection:
                place = await begin(connection, other.found)


async def _fold(rows: Pool, place: Checkpoint | None, batch: list[Recorded]) -> Checkpoint:
    async with rows.connection() as connection:
        if place is None:
            await begin(connection, batch[0].log)
        await fold_batch(connection, batch)
    return Checkpoint(batch[-1].log, batch[-1].position)


# ---- what is owed


async def _keep_sweeping(desk: Desk, seconds: float, whole: asyncio.Lock) -> None:
    while True:
        heed_cancellation()
        end = await _catch_up(desk.connection)
        async with whole:
            # Another log may have begun since.
            if (await caught_up(desk.connection, end))[0]:
                await sweep(desk.connection, desk.tenure, [way.name for way in desk.channels], desk.now())
                await deliver(desk)
        await asyncio.sleep(seconds)


async def _catch_up(connection: Connection) -> int:
    """Nothing is sent while events are unread: they may say that it is done. Gives the end that was read up to."""
    looks = 0
    done, end = await caught_up(connection)
    while not done:
        looks += 1
        if looks == IMPATIENT:
            logger.warning("sweep.postponed", end=end)
        await asyncio.sleep(LOOK_AGAIN)
        done, _ = await caught_up(connection, end)
    return end
