"""比对 · Whether the stream holds what the log holds, judged at the stream's end by the chain.

The chain at a position covers every event before it, so one equal hash means equal histories.
"""

from dataclasses import dataclass
from uuid import UUID

from nats.aio.client import Client
from nats.js.api import StreamInfo
from nats.js.errors import NotFoundError

from contracts.subjects import STREAM
from services.jetstream import HEADER_CHAIN, HEADER_LOG, LOG_ID, ensure_stream
from services.postgres import Connection

_HEAD = "select log_id, position from log.head"
_CHAIN = "select chain from log.events where position = %s"


class StreamDiffers(Exception):
    """事件流与日志不一致 · Nothing may be published until a person has decided. Its text says where and how."""


class StreamAhead(StreamDiffers):
    """事件流超前 · The stream holds events that the log has lost: an older backup was restored."""


class StreamForked(StreamDiffers):
    """事件流分叉 · The stream holds another history, or a message that no relay put there."""


@dataclass(frozen=True, slots=True)
class End:
    """事件流末端 · The log's identity, and the last position that stands in both log and stream."""

    log_id: UUID
    position: int


async def agreed_end(connection: Connection, client: Client, *, replicas: int = 1) -> End:
    """一致的末端 · Where to publish on; a stream that is lost is made again, and its end is 0.

    Raises StreamAhead, StreamForked.
    """
    row = await (await connection.execute(_HEAD)).fetchone()
    assert row is not None  # the identity is a row of the first migration
    log_id, position = row
    info = await ensure_stream(client, str(log_id), replicas=replicas)
    _whole(info, log_id)
    last = info.state.last_seq
    common = min(last, position)
    if common > 0 and not await _same(connection, client, log_id, common):
        raise StreamForked(f"sequence {common} of the stream is not position {common} of log {log_id}")
    if last > position:
        raise StreamAhead(f"the stream ends at {last}, the log at {position}")
    return End(log_id, last)


def _whole(info: StreamInfo, log_id: UUID) -> None:
    named = (info.config.metadata or {}).get(LOG_ID)
    if named not in (None, str(log_id)):
        raise StreamForked(f"the stream is of log {named}, not {log_id}")
    if info.state.messages != info.state.last_seq:
        raise StreamForked(
            f"the stream ends at {info.state.last_seq} but holds {info.state.messages} messages"
        )


async def _same(connection: Connection, client: Client, log_id: UUID, position: int) -> bool:
    row = await (await connection.execute(_CHAIN, (position,))).fetchone()
    assert row is not None  # positions have no gap, and this one is not after the last
    try:
        message = await client.jetstream().get_msg(STREAM, position)
    except NotFoundError:
        return False
    headers = message.headers or {}
    return headers.get(HEADER_LOG) == str(log_id) and headers.get(HEADER_CHAIN) == row[0].hex()
