"""给定 · `hazard projector` as a process of its own, started again whenever it ends, with hands to kill it."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from psycopg.conninfo import make_conninfo

NAMED = "projector"  # what its sessions are called in PostgreSQL


@dataclass
class Projector:
    """投影进程 · `environment` is what it is told beside its two servers; it says what it does into a file."""

    database: str
    nats_url: str
    said: Path
    environment: dict[str, str] = field(default_factory=dict)
    pid: int = 0
    starts: int = 0

    def kill(self) -> None:
        """杀掉 · SIGKILL: it can tell nobody, and nobody can tell its children."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def children(self) -> list[psutil.Process]:
        """子进程 · Those it started, and theirs."""
        with suppress(psutil.NoSuchProcess):
            return psutil.Process(self.pid).children(recursive=True)
        return []

    async def _kept(self) -> None:
        dsn = make_conninfo(self.database, application_name=NAMED)
        told = {"HAZARD_POSTGRES_DSN": dsn, "HAZARD_NATS_URL": self.nats_url, **self.environment}
        while True:
            with self.said.open("ab") as said:
                process = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-P", "-m", "services.cli.main", "projector"),
                    env=os.environ | told,
                    stderr=said,
                )
            self.pid, self.starts = process.pid, self.starts + 1
            try:
                await process.wait()
            finally:
                if process.returncode is None:
                    self.kill()
                    await process.wait()


@asynccontextmanager
async def kept(projector: Projector) -> AsyncIterator[Projector]:
    """维持 · Runs while inside; at the end it is killed like any other time."""
    task = asyncio.create_task(projector._kept())
    try:
        yield projector
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
