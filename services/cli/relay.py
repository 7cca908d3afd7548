"""`hazard relay` · The process that publishes the log to the stream."""

import uvloop

from services import logs
from services.cli.until_stopped import until_stopped
from services.hazard.relay import Relay
from services.hazard.settings import RelaySettings
from services.jetstream import connected


def relay() -> None:
    """转发事件 · Publish the log to the stream until told to stop (Ctrl-C or SIGTERM). Settings are HAZARD_* variables."""
    logs.configure()
    uvloop.run(until_stopped(_relay(RelaySettings())))


async def _relay(settings: RelaySettings) -> None:
    async with connected(settings.nats_url, name="relay") as client:
        await Relay(settings.postgres_dsn, client, replicas=settings.stream_replicas).run()
