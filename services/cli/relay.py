"""`hazard relay` · The process that publishes the log to the stream."""

import uvloop

from services import logs
from services.cli.until_stopped import until_stopped
from services.hazard.relay import relay_for_ever
from services.hazard.settings import RelaySettings


def relay() -> None:
    """转发事件 · Publish the log to the stream until told to stop (Ctrl-C or SIGTERM). Settings are HAZARD_* variables."""
    logs.configure()
    settings = RelaySettings()
    work = relay_for_ever(settings.postgres_dsn, settings.nats_url, replicas=settings.stream_replicas)
    uvloop.run(until_stopped(work))
