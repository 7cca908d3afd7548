"""转发 · Publishes the log to the stream: the stored bytes, in order, each once; sequence equals position.

The stream's end is the only checkpoint. Whatever goes wrong, the relay reads that end again before it sends on.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any

import psycopg
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from contracts.subjects import WAKE
from services import jetstream
from services.hazard.comparing import End, StreamDiffers, StreamForked, agreed_end
from services.jetstream import BatchRefused, Message
from services.postgres import LOCKS, RELAYING, Connection, conninfo
from services.stopping import heed_cancellation

POLL = 0.1  # seconds between two looks at the log when nobody wakes the relay
RETRY = 0.5  # seconds after a server went away
STAND_BY = 1.0  # seconds between two attempts to become the leader
LOOK_AGAIN = 10.0  # seconds a stopped relay waits for a person to have mended the stream
COMPARE = 60.0  # seconds between two comparisons of the stream's end with the log
BATCH_BYTES = 8 * 1024 * 1024  # the server holds a batch in memory until it is complete

# The first event always comes, however large. What goes into headers comes as text: the server writes it faster.
_READ = """
select position, subject, body, event_id::text, encode(chain, 'hex'),
    to_char(appended_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
from (
    select *, sum(octet_length(body)) over (order by position) - octet_length(body) as bytes_before
    from (select * from log.events where position > %s order by position limit %s) as following
) as measured
where bytes_before < %s
order by position
"""

logger = structlog.get_logger()


class Relay:
    """转发器 · One of any number of relays; whoever holds the lock publishes, the others stand by."""

    def __init__(
        self,
        dsn: str,
        client: Client,
        *,
        replicas: int = 1,
        beside: Callable[[], AbstractAsyncContextManager[None]] = nullcontext,
    ) -> None:
        """装配 · `beside` is entered while this relay leads: what only one process may do at a time."""
        self._dsn = dsn
        self._client = client
        self._replicas = replicas
        self._beside = beside
        self._news = asyncio.Event()

    async def run(self) -> None:
        """运行 · For ever, until cancelled: a server that is away is waited for.

        A commit that waits for a synchronous replica is seen by nobody before the replica has flushed it, so nothing
        is published that a failover could lose.
        """
        await self._client.subscribe(WAKE, cb=self._wake)
        while True:
            try:
                async with self._leading() as connection, self._beside():
                    await self._serve(connection)
            except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                logger.warning("relay.postgres_lost", error=str(error))
                await asyncio.sleep(RETRY)

    @asynccontextmanager
    async def _leading(self) -> AsyncGenerator[Connection, None]:
        """A session that holds the leader's lock; with the session the lock goes."""
        reading = conninfo(self._dsn, role="hazard_writer", statement_timeout="10s", read_only=True)
        async with await psycopg.AsyncConnection.connect(reading, autocommit=True) as connection:
            waiting = False
            while not await self._lock(connection):
                heed_cancellation()
                if not waiting:
                    logger.info("relay.stood_by")
                    waiting = True
                await asyncio.sleep(STAND_BY)
            logger.info("relay.leadership_taken")
            yield connection

    async def _lock(self, connection: Connection) -> bool:
        row = await (
            await connection.execute("select pg_try_advisory_lock(%s, %s)", (LOCKS, RELAYING))
        ).fetchone()
        return row is not None and bool(row[0])

    async def _serve(self, connection: Connection) -> None:
        while True:
            heed_cancellation()
            try:
                end = await agreed_end(connection, self._client, replicas=self._replicas)
                logger.info("relay.stream_compared", position=end.position)
                await self._publish_from(connection, end)
            except StreamDiffers as difference:
                # Loud and for as long as it lasts: nothing goes out until a person has decided.
                logger.critical(
                    "relay.publishing_stopped", kind=type(difference).__name__, reason=str(difference)
                )
                await asyncio.sleep(LOOK_AGAIN)
            except BatchRefused as refusal:
                logger.warning("relay.batch_refused", code=refusal.code, reason=str(refusal))
                await asyncio.sleep(POLL)
            except (NatsError, OSError, TimeoutError) as error:
                if self._client.is_closed:
                    raise
                logger.warning("relay.nats_lost", error=type(error).__name__)
                await asyncio.sleep(RETRY)

    async def _publish_from(self, connection: Connection, end: End) -> None:
        """Publishes on from the end; returns when it is time to compare again."""
        position = end.position
        connects = self._client.stats["reconnects"]
        compare_at = asyncio.get_running_loop().time() + COMPARE
        while asyncio.get_running_loop().time() < compare_at and self._client.stats["reconnects"] == connects:
            heed_cancellation()
            self._news.clear()
            async with connection.cursor(binary=True) as cursor:
                rows = await (
                    await cursor.execute(_READ, (position, jetstream.MAX_BATCH, BATCH_BYTES))
                ).fetchall()
            if not rows:
                await self._rest()
                continue
            sequence = await jetstream.publish_batch(
                self._client, [_message(str(end.log_id), row) for row in rows], after=position
            )
            position = rows[-1][0]
            if sequence != position:
                raise StreamForked(f"position {position} became sequence {sequence}")
            logger.debug("relay.batch_published", position=position, events=len(rows))

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(POLL):  # wait_for of Python 3.11 can lose a cancellation
                await self._news.wait()
        except TimeoutError:
            return

    async def _wake(self, _: Msg) -> None:
        self._news.set()


def _message(log_id: str, row: tuple[Any, ...]) -> Message:  # a database row has no types
    position, subject, body, event_id, chain, appended_at = row
    return Message(
        subject,
        body,
        {
            "Content-Type": jetstream.CONTENT_TYPE,
            "Nats-Msg-Id": event_id,
            jetstream.HEADER_LOG: log_id,
            jetstream.HEADER_POSITION: str(position),
            jetstream.HEADER_CHAIN: chain,
            jetstream.HEADER_APPENDED: appended_at,
        },
    )
