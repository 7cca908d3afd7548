"""负载发生器的把手 · Starts the load generator as a process of its own and hands it jobs, one at a time."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from services.cli.bench.jobs import JOB, RESULT, Job, Result
from services.servers.places import Places
from services.servers.process import MARK

LONGEST_LINE = 2**28  # bytes of one job or one result
NAME = "services.cli.bench.load (asyncio protocols on uvloop)"


class GeneratorEnded(Exception):
    """负载发生器已退出 · The load generator ended before it answered; what it wrote stands on the standard error."""


class Generator:
    """负载发生器 · Does one job after another."""

    def __init__(self, process: Process) -> None:
        self._process = process

    @classmethod
    @asynccontextmanager
    async def started(cls, places: Places) -> AsyncIterator["Generator"]:
        """启动 · Ended with the block. In a session of its own, so that Ctrl-C reaches us first."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "services.cli.bench.load"),
            stdin=PIPE,
            stdout=PIPE,
            limit=LONGEST_LINE,
            start_new_session=True,
            env={**os.environ, MARK: str(places.root)},
        )
        try:
            yield cls(process)
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def do(self, job: Job) -> Result:
        """执行 · One job. Raises GeneratorEnded."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(JOB.dump_json(job) + b"\n")
        await self._process.stdin.drain()
        line = await self._process.stdout.readline()
        if not line:
            raise GeneratorEnded("负载发生器已退出 · the load generator ended")
        return RESULT.validate_json(line)
