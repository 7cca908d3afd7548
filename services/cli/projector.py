"""`hazard projector` · The process that keeps the read models up to date with the stream."""

import os
from datetime import UTC, datetime

import structlog
import uvloop

from services import jetstream, logs, postgres
from services.cli.projector_metrics import metrics_port
from services.cli.until_stopped import until_stopped
from services.projections.catalogue import PROJECTIONS
from services.projections.progress import progress
from services.projections.runner import Runner
from services.projections.settings import Settings

PROCESSES = 2  # that share a long rebuild, where there are so many cores
SIZE = (
    len(PROJECTIONS) + 5
)  # one connection for each read model, one for the watch, one for whoever asks, the others for what is built

logger = structlog.get_logger()


def projector() -> None:
    """投影 · 让读模型（台账、履历、一企一档、统计）跟随事件流；Ctrl-C 或 SIGTERM 结束。"""
    logs.configure()
    uvloop.run(until_stopped(keep(Settings())))


async def keep(settings: Settings) -> None:
    """维持 · Connect and keep every read model."""
    async with (
        postgres.pool(settings.postgres_dsn, role="hazard_projections", size=SIZE) as pool,
        jetstream.connected(settings.nats_url, name="projector") as client,
    ):
        logger.info("projector.started", projections=[projection.NAME for projection in PROJECTIONS])
        runner = Runner(
            client,
            pool,
            lambda: datetime.now(UTC),
            processes=min(os.cpu_count() or 1, PROCESSES),
            apart=settings.rebuild_apart,
        )
        async with metrics_port(
            lambda: progress(pool, PROJECTIONS, datetime.now(UTC)),
            settings.projector_metrics_host,
            settings.projector_metrics_port,
        ):
            await runner.run(PROJECTIONS)
