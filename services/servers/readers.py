"""只读订阅者的消费者 · The one durable consumer of each reader, made for it by the admin."""

from collections.abc import Sequence

from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

from services.servers.nats_users import STREAM, Reader

ACK_WAIT = 30.0  # seconds until an event that was not acknowledged comes again


async def ensure_consumers(admin: JetStreamContext, readers: Sequence[Reader]) -> None:
    """确保消费者 · Makes what is missing; a consumer that is there keeps its place.

    One event at a time is on its way, so that order holds even when one comes again.
    """
    for reader in readers:
        try:
            await admin.consumer_info(STREAM, reader.user)
        except NotFoundError:
            await admin.add_consumer(STREAM, _consumer(reader))


def _consumer(reader: Reader) -> ConsumerConfig:
    return ConsumerConfig(
        name=reader.user,  # both names, or an older API subject is used
        durable_name=reader.user,
        filter_subject=reader.subjects,
        deliver_policy=DeliverPolicy.ALL,
        ack_policy=AckPolicy.EXPLICIT,
        ack_wait=ACK_WAIT,
        max_ack_pending=1,
    )
