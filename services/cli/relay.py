"""`hazard relay` · The process that publishes the log to the stream, and signs the log's checkpoints."""

from datetime import UTC, datetime
from functools import partial

import uvloop
from nats.aio.client import Client

from services import logs
from services.cli.until_stopped import until_stopped
from services.hazard.proofs import signing
from services.hazard.proofs.checkpointing import Checkpointing
from services.hazard.proofs.witness import Witness
from services.hazard.relay import Relay
from services.hazard.settings import RelaySettings
from services.jetstream import connected


def relay() -> None:
    """转发事件 · Publish the log to the stream until told to stop (Ctrl-C or SIGTERM). Settings are HAZARD_* variables."""
    logs.configure()
    uvloop.run(until_stopped(_relay(RelaySettings())))


async def _relay(settings: RelaySettings) -> None:
    async with connected(settings.nats_url, name="relay") as client:
        beside = checkpointing(settings, client).beside
        await Relay(settings.postgres_dsn, client, replicas=settings.stream_replicas, beside=beside).run()


def checkpointing(settings: RelaySettings, client: Client) -> Checkpointing:
    """检查点签发 · As the settings want it."""
    given = settings.log_key
    return Checkpointing(
        settings.postgres_dsn,
        client,
        key=partial(signing.key_at, given) if given else partial(signing.own_key, settings.data_dir),
        witnesses=[Witness(folder) for folder in settings.witness_dir or (settings.data_dir / "witness",)],
        now=lambda: datetime.now(UTC),
        every=settings.checkpoint_seconds,
    )
