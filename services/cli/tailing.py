"""取事件 · Messages of the stream in order from a position, as they are, with the server's word on what is left."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import dataclass
from uuid import uuid4

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig, ConsumerInfo, DeliverPolicy
from nats.js.client import JetStreamContext

from contracts.subjects import STREAM
from services.jetstream import HEADER_POSITION, api_of
from services.pulling import FORGOTTEN_AFTER

MOST = 500  # messages asked for at once
LISTEN = 5.0  # seconds a request stands
HEARTBEAT = 1.0  # seconds
RETRY = 0.5  # seconds

# What a server that is away, or silent, looks like from here.
LOST = (NatsError, OSError, TimeoutError)

logger = structlog.get_logger()


@dataclass(slots=True)
class Tail:
    """事件尾随 · One reading of the stream: `subjects`, from position `start` on, which moves as it reads.

    A `reader-…` user reads from the one consumer it has, where that stands, and what it read is acknowledged.
    Everybody else gets a consumer for this reading, which the server forgets.
    """

    client: Client
    subjects: str
    start: int

    @property
    def user(self) -> str:
        """Who is connected."""
        return self.client.servers[0].username or ""

    @property
    def bound(self) -> bool:
        """Whether it reads from a consumer that was made for its user."""
        return self.user.startswith("reader-")

    async def messages(self, *, follow: bool) -> AsyncGenerator[list[Msg], None]:
        """In order; for ever, or until what was there is read. After a lost connection it goes on behind the last.

        Raises NotFoundError where the stream, or a reader's consumer, is not there at the beginning.
        """
        subscription, pending = await self._subscribe()
        while follow or pending:
            messages = await self._fetch(subscription, pending)
            if not messages:
                subscription, pending = await self._again(subscription)
                continue
            pending = messages[-1].metadata.num_pending
            if fresh := [message for message in messages if position(message) >= self.start]:
                yield fresh
                self.start = position(fresh[-1]) + 1
            if self.bound:
                with suppress(*LOST):  # then it comes again, and is passed over
                    await messages[-1].ack_sync()

    async def _fetch(self, subscription: JetStreamContext.PullSubscription, pending: int) -> list[Msg]:
        """What there is, else the next one; nothing after silence or a lost connection."""
        wanted = 1 if self.bound else min(pending, MOST) or 1
        try:
            arrived: list[Msg] = await subscription.fetch(wanted, timeout=LISTEN, heartbeat=HEARTBEAT)
        except LOST:
            return []
        return arrived

    async def _again(
        self, subscription: JetStreamContext.PullSubscription
    ) -> tuple[JetStreamContext.PullSubscription, int]:
        """After silence the same consumer; another one when it is gone, as soon as the server answers."""
        try:
            return subscription, _left(await subscription.consumer_info())
        except LOST as error:
            logger.warning("stream.interrupted", error=type(error).__name__)
        with suppress(*LOST):
            await subscription.unsubscribe()
        while True:
            try:
                return await self._subscribe()
            except LOST:
                await asyncio.sleep(RETRY)

    async def _subscribe(self) -> tuple[JetStreamContext.PullSubscription, int]:
        context = self.client.jetstream(prefix=api_of(self.user))
        name = self.user if self.bound else await self._consumer(context)
        subscription = await context.pull_subscribe_bind(name, stream=STREAM)
        return subscription, _left(await subscription.consumer_info())

    async def _consumer(self, context: JetStreamContext) -> str:
        name = f"tail-{uuid4().hex}"
        await context.add_consumer(
            STREAM,
            ConsumerConfig(
                name=name,
                deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
                opt_start_seq=self.start,
                ack_policy=AckPolicy.NONE,
                filter_subject=self.subjects,
                inactive_threshold=FORGOTTEN_AFTER,
                mem_storage=True,
                num_replicas=1,
            ),
        )
        return name


def position(message: Msg) -> int:
    """位置 · Where an event stands in its log; for a message no relay put there, its sequence."""
    given = (message.headers or {}).get(HEADER_POSITION)
    return int(given) if given else int(message.metadata.sequence.stream)


def _left(info: ConsumerInfo) -> int:
    return (info.num_pending or 0) + (info.num_ack_pending or 0)
