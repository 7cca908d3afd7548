"""拉取 · Pulls a stretch of the stream without end: whatever is there at once, whatever comes as it comes.

The library's own fetch waits out its time for a batch that is not full; an event would reach its reader late.
"""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import suppress
from uuid import uuid4

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from contracts.subjects import STREAM
from services.stopping import heed_cancellation

HEARTBEAT = 0.5  # seconds; silence of three is death
ASK_AGAIN = 30.0  # seconds a pull request stands
FORGOTTEN_AFTER = 60.0  # seconds until the server drops a consumer nobody asks

NANOSECONDS = 1_000_000_000


class _Inbox:
    """Where pulled messages arrive."""

    def __init__(self) -> None:
        self._arrived: list[Msg] = []
        self._news = asyncio.Event()

    async def receive(self, message: Msg) -> None:
        self._arrived.append(message)
        self._news.set()

    async def take(self) -> list[Msg]:
        """All that has arrived, never more than was asked for; raises TimeoutError after three missed heartbeats."""
        async with asyncio.timeout(3 * HEARTBEAT):  # wait_for of Python 3.11 can lose a cancellation
            await self._news.wait()
        self._news.clear()
        arrived, self._arrived = self._arrived, []
        return arrived


async def pull(
    client: Client, api: str, *, start: int, subjects: str, batch: int
) -> AsyncGenerator[list[Msg], None]:
    """拉取 · The messages from a sequence on, for ever, as soon as they come, with a consumer made for it.

    `api` is the JetStream API's prefix for this user. Raises TimeoutError, or an error of the library, when the
    consumer or the server is gone: what comes next is asked for by another call.
    """
    consumer = await _consumer(client, api, start, subjects)
    asking = f"{api}.CONSUMER.MSG.NEXT.{STREAM}.{consumer}"
    inbox = _Inbox()
    address = client.new_inbox()
    # As many can wait here as were asked for; the library's limits would drop some of them.
    subscription = await client.subscribe(
        address, cb=inbox.receive, pending_msgs_limit=0, pending_bytes_limit=0
    )
    request = json.dumps(
        {
            "batch": batch,
            "expires": int(ASK_AGAIN * NANOSECONDS),
            "idle_heartbeat": int(HEARTBEAT * NANOSECONDS),
        }
    ).encode()
    try:
        wanted = 0
        while True:
            heed_cancellation()
            if wanted == 0:
                await client.publish(asking, request, reply=address)
                wanted = batch
            arrived = await inbox.take()
            messages = [message for message in arrived if _status(message) is None]
            wanted = 0 if any(_ends_request(message) for message in arrived) else wanted - len(messages)
            if messages:
                yield messages
    finally:
        with suppress(NatsError, OSError):
            await subscription.unsubscribe()


async def _consumer(client: Client, api: str, start: int, subjects: str) -> str:
    name = f"follow-{uuid4().hex}"
    await client.jetstream(prefix=api).add_consumer(
        STREAM,
        ConsumerConfig(
            name=name,
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
            opt_start_seq=start,
            ack_policy=AckPolicy.NONE,
            filter_subject=subjects,
            inactive_threshold=FORGOTTEN_AFTER,
            mem_storage=True,
            num_replicas=1,
        ),
    )
    return name


def _status(message: Msg) -> str | None:
    return message.headers.get("Status") if message.headers and not message.data else None


def _ends_request(message: Msg) -> bool:
    """Whether the request came to its end unfilled; raises when the consumer is gone."""
    match _status(message):
        case None | "100":  # an event, a heartbeat
            return False
        case "404" | "408":  # nothing came in its time
            return True
        case status:
            raise NatsError(f"consumer lost: {status} {(message.headers or {}).get('Description', '')}")
