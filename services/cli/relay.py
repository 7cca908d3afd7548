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
from services.hazard.relay import relay_for_ever
from services.hazard.settings import RelaySettings


def relay() -> None:
    """转发事件 · Publish the log to the stream until told to stop (Ctrl-C or SIGTERM). Settings are HAZARD_* variables."""
    logs.configure()
    settings = RelaySettings()
    work = relay_for_ever(
        settings.postgres_dsn,
        settings.nats_url,
        replicas=settings.stream_replicas,
        beside=lambda client: checkpointing(settings, client).beside(),
    )
    uvloop.run(until_stopped(work))


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
