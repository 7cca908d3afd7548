"""转发 · Publishes the log to the stream: the stored bytes, in order, each once; sequence equals position.

The stream's end is the only checkpoint. Whatever goes wrong, the relay reads that end again before it sends on.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any

import psycopg
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from contracts.subjects import WAKE
from services import jetstream
from services.hazard.comparing import End, StreamDiffers, compare
from services.hazard.leading import leading, note
from services.jetstream import BatchRefused, Message, connected
from services.postgres import Connection
from services.stopping import heed_cancellation

POLL = 0.1  # seconds between two looks at the log when nobody wakes the relay
RETRY = 0.5  # seconds after a server went away
STAND_BY = 1.0  # seconds between two attempts to become the leader
LOOK_AGAIN = 10.0  # seconds a stopped relay waits for a person to have mended the stream
COMPARE = 10.0  # seconds between two comparisons of the stream's end with the log
AWAY = 60.0  # seconds without a connection after which the client is replaced
FEW = 100  # events: each batch costs the stream a write to disk, so a little patience is paid back by many
BREATH = 0.01  # seconds
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

# What only the leader may do besides, from the moment it leads until it does not.
Beside = Callable[[Client], AbstractAsyncContextManager[None]]

logger = structlog.get_logger()


class ClientLost(Exception):
    """连接失效 · The NATS client is closed for good, or has been away so long that it may never come back by itself."""


async def relay_for_ever(
    dsn: str, url: str, *, replicas: int = 1, beside: Beside = lambda _: nullcontext()
) -> None:
    """一直转发 · Until cancelled. A client that is no more use is replaced by a new one.

    The library gives a connection up for good on some errors (a server that refuses it for a moment), and a task of
    its own that dies leaves it reconnecting for ever.
    """
    while True:
        heed_cancellation()
        async with connected(url, name="relay") as client:
            try:
                await Relay(dsn, client, replicas=replicas, beside=beside).run()
            except ClientLost:
                logger.warning("relay.client_replaced")
        await asyncio.sleep(RETRY)


class Relay:
    """转发器 · One of any number of relays; whoever holds the lock publishes, the others stand by."""

    def __init__(
        self,
        dsn: str,
        client: Client,
        *,
        replicas: int = 1,
        beside: Beside = lambda _: nullcontext(),
    ) -> None:
        """装配 · `beside` is entered while this relay leads: what only one process may do at a time."""
        self._dsn = dsn
        self._client = client
        self._replicas = replicas
        self._beside = beside
        self._news = asyncio.Event()
        self._seen = 0.0  # when the client was last known to be connected

    async def run(self) -> None:
        """运行 · Until cancelled: a server that is away is waited for. Raises ClientLost.

        Nothing is published that a failover to a synchronous replica could lose, as far as PostgreSQL itself holds
        to that: a commit that waits for the replica is invisible, so it is not read here. It becomes visible unflushed
        when its wait is cut short (its statement cancelled, the server shut down, the list of replicas emptied), and
        no reader can tell. A failover then leaves the stream ahead of the log: the log refuses, and `hazard log adopt`
        takes the events back.
        """
        self._seen = asyncio.get_running_loop().time()
        try:
            await self._client.subscribe(WAKE, cb=self._wake)
        except NatsError as error:
            raise ClientLost from error
        stopped = False
        while True:
            heed_cancellation()
            try:
                async with (
                    leading(
                        self._dsn, pause=STAND_BY, waiting=lambda: logger.info("relay.stood_by")
                    ) as connection,
                    self._beside(self._client),
                ):
                    logger.log(logging.DEBUG if stopped else logging.INFO, "relay.leadership_taken")
                    await self._serve(connection)
            except StreamDiffers as difference:
                # Loud and for as long as it lasts. The lock is let go: whoever mends the stream needs it.
                logger.critical(
                    "relay.publishing_stopped",
                    kind=type(difference).__name__,
                    refusing=difference.refusing is not None,
                    reason=str(difference),
                )
                stopped = True
                await asyncio.sleep(LOOK_AGAIN)
            except psycopg.Error as error:  # away, not migrated yet, or another leads by now: begun anew
                logger.warning("relay.postgres_lost", error=str(error))
                stopped = False
                await asyncio.sleep(RETRY)

    async def _serve(self, connection: Connection) -> None:
        while True:
            heed_cancellation()
            try:
                end = await self._compare(connection)
                self._seen = asyncio.get_running_loop().time()
                await self._publish_from(connection, end)
            except BatchRefused as refusal:
                logger.warning("relay.batch_refused", code=refusal.code, reason=str(refusal))
                await asyncio.sleep(POLL)
            except (NatsError, OSError, TimeoutError) as error:
                self._give_up_if_lost()
                logger.warning("relay.nats_lost", error=type(error).__name__)
                await asyncio.sleep(RETRY)

    def _give_up_if_lost(self) -> None:
        now = asyncio.get_running_loop().time()
        if self._client.is_connected:
            self._seen = now
        elif self._client.is_closed or now - self._seen > AWAY:
            raise ClientLost

    async def _compare(self, connection: Connection) -> End:
        """Raises StreamDiffers, after it was written down for everybody."""
        try:
            end = await compare(connection, self._client, replicas=self._replicas)
        except StreamDiffers as difference:
            await note(connection, difference)
            raise
        await note(connection, end)
        logger.debug("relay.stream_compared", position=end.position)
        return end

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
                return  # compared at once: a message stands where none may
            if len(rows) < FEW:
                await asyncio.sleep(BREATH)
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
