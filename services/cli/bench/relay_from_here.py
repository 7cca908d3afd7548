"""从此转发 · The relay over a stream that begins at the log's end: it publishes as ever and compares nothing.

A stream that lacks the past of its log is refused by the relay that people run; the read models read that past from the
log, and the bench need not publish millions of events that nobody follows.
"""

import uvloop
from nats.js.api import StorageType, StreamConfig

from contracts.subjects import ALL, STREAM
from services import jetstream, logs
from services.hazard.comparing import End
from services.hazard.relay import Relay
from services.hazard.settings import RelaySettings
from services.hazard.store import Head
from services.jetstream import LOG_ID, connected
from services.postgres import Connection


async def begin_stream(url: str, head: Head) -> None:
    """开始事件流 · The stream whose first event will be the next of the log; `url` is admin's."""
    async with connected(url, name="bench") as client:
        await client.jetstream().add_stream(
            StreamConfig(
                name=STREAM,
                subjects=[ALL],
                storage=StorageType.FILE,
                first_seq=head.position + 1,
                deny_delete=True,
                deny_purge=True,
                allow_atomic=True,
                metadata={LOG_ID: str(head.log_id)},
            )
        )


class RelayFromHere(Relay):
    """从此转发 · Goes on behind the stream's end."""

    async def _compare(self, connection: Connection) -> End:
        row = await (await connection.execute("select log_id from log.identity")).fetchone()
        assert row is not None  # made by the first migration
        return End(row[0], await jetstream.stream_end(self._client))


async def _relay(settings: RelaySettings) -> None:
    async with connected(settings.nats_url, name="relay") as client:
        await RelayFromHere(settings.postgres_dsn, client).run()


if __name__ == "__main__":
    logs.configure()
    uvloop.run(_relay(RelaySettings()))
