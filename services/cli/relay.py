"""`hazard relay` · The process that publishes the log to the stream."""

import asyncio
import signal
from contextlib import suppress

import uvloop

from services import logs
from services.hazard.relay import Relay
from services.hazard.settings import RelaySettings
from services.jetstream import connected


def relay() -> None:
    """转发事件 · Publish the log to the stream until told to stop (Ctrl-C or SIGTERM)."""
    logs.configure()
    uvloop.run(_relay(RelaySettings()))


async def _relay(settings: RelaySettings) -> None:
    task = asyncio.current_task()
    assert task is not None  # this is a coroutine that somebody runs
    for told in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(told, task.cancel)
    with suppress(asyncio.CancelledError):
        async with connected(settings.nats_url, name="relay") as client:
            await Relay(settings.postgres_dsn, client, replicas=settings.stream_replicas).run()
