"""并发写入 · How much many writers in several processes store in one log, and what a long read beside them costs."""

import asyncio
import multiprocessing
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from typing import NoReturn
from uuid import UUID, uuid4, uuid5

import psycopg
import uvloop
from uuid_utils.compat import uuid7

from contracts.catalogue import dataschema
from contracts.envelope import Envelope
from contracts.hazard import HazardCaptured
from contracts.values import Entry, Role
from services.hazard.store import Command, Log, StreamMoved, writer_pool
from services.postgres import conninfo

ELSEWHERE = 0.1  # of the commands go to any stream, the others to those of the writer's own process
PATIENCE = 60.0  # seconds
PAGE = 500  # events a long read takes at once
PAGES = 20  # pages a second: as fast as an export that somebody waits for, and so for as long


_PAGE = "select position, body, chain from log.events where position > %s order by position limit %s"


@dataclass(frozen=True, slots=True, kw_only=True)
class WritersFigures:
    """并发写入数据 · What was stored in the time; `conflicts` were decided again, `read` is what the long read saw."""

    commands: int
    conflicts: int
    seconds: float
    read: int

    @property
    def rate(self) -> float:
        """每秒指令数 · Commands stored a second."""
        return self.commands / self.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class _Share:
    """What one process is to do; it crosses into that process whole."""

    dsn: str
    writers: int
    own: list[UUID]
    all: list[UUID]
    seconds: float


async def writers(
    dsn: str,
    *,
    processes: int = 4,
    writers: int = 8,
    streams: int = 200,
    seconds: float = 10,
    long_read: bool = False,
) -> WritersFigures:
    """测量 · `writers` in each of so many processes, all at once, for `seconds`, each command one event and one key.

    With `long_read` somebody reads the log from its beginning meanwhile, in one transaction that was there before the
    first command and ends after the last. The streams are new ones in whatever log the DSN names. The figures are a
    floor where the writers and PostgreSQL share the cores.
    """
    run = uuid4()
    names = [uuid5(run, str(n)) for n in range(streams)]
    shares = [
        _Share(dsn=dsn, writers=writers, own=names[n::processes], all=names, seconds=seconds)
        for n in range(processes)
    ]
    async with _started(shares) as pipes, _reading(dsn if long_read else None) as pages:
        for pipe in pipes:
            pipe.send("begin")
        stored = await asyncio.gather(*(asyncio.to_thread(pipe.recv) for pipe in pipes))
    return WritersFigures(
        commands=sum(commands for commands, _ in stored),
        conflicts=sum(conflicts for _, conflicts in stored),
        seconds=seconds,
        read=sum(pages),
    )


@asynccontextmanager
async def _started(shares: list[_Share]) -> AsyncIterator[list[Connection]]:
    """Processes that have their connections and wait to be told."""
    context = multiprocessing.get_context("spawn")
    pipes, running = [], []
    for share in shares:
        ours, theirs = context.Pipe()
        process = context.Process(target=_process, args=(share, theirs), daemon=True)
        process.start()
        theirs.close()  # theirs alone: when the process ends, reading from it does too
        pipes.append(ours)
        running.append(process)
    try:
        await asyncio.gather(*(asyncio.to_thread(pipe.recv) for pipe in pipes))
        yield pipes
    finally:
        for process in running:
            process.terminate()
            await asyncio.to_thread(process.join)


@asynccontextmanager
async def _reading(dsn: str | None) -> AsyncIterator[list[int]]:
    """Sizes of the pages read so far."""
    pages: list[int] = []
    if dsn is None:
        yield pages
        return
    limits = conninfo(dsn, role="hazard_projections", statement_timeout="0", read_only=True)
    async with await psycopg.AsyncConnection.connect(limits) as connection:
        await connection.set_isolation_level(psycopg.IsolationLevel.REPEATABLE_READ)
        await connection.execute("select from log.events limit 1")  # the snapshot is taken here
        reading = asyncio.create_task(_read(connection, pages))
        yield pages
        reading.cancel()
        await asyncio.wait([reading])


async def _read(connection: psycopg.AsyncConnection, pages: list[int]) -> NoReturn:
    after = 0
    while True:  # from the beginning again when it has come to the end of what it sees
        page = await (await connection.execute(_PAGE, (after, PAGE), binary=True)).fetchall()
        pages.append(len(page))
        after = page[-1][0] if page else 0
        await asyncio.sleep(1 / PAGES)


def _process(share: _Share, pipe: Connection) -> None:
    uvloop.run(_share(share, pipe))


async def _share(share: _Share, pipe: Connection) -> None:
    async with writer_pool(share.dsn, patience=PATIENCE) as pool:
        log = Log(pool)
        await log.head()
        pipe.send("ready")
        await asyncio.to_thread(pipe.recv)
        until = asyncio.get_running_loop().time() + share.seconds
        believed: dict[UUID, int] = {}
        counts = await asyncio.gather(*(_write(log, share, believed, until) for _ in range(share.writers)))
    pipe.send((sum(stored for stored, _ in counts), sum(conflicts for _, conflicts in counts)))


async def _write(log: Log, share: _Share, believed: dict[UUID, int], until: float) -> tuple[int, int]:
    chance = random.Random()  # noqa: S311 — which stream is next is no secret
    stored = conflicts = 0
    key, stream = str(uuid4()), chance.choice(share.own)
    while asyncio.get_running_loop().time() < until:
        version = believed.get(stream, 0) + 1
        try:
            await log.append(_command(key, stream, version))
        except StreamMoved as moved:
            conflicts += 1
            believed[stream] = moved.actual
            continue
        stored += 1
        believed[stream] = max(version, believed.get(stream, 0))
        key = str(uuid4())
        stream = chance.choice(share.all if chance.random() < ELSEWHERE else share.own)
    return stored, conflicts


def _command(key: str, stream: UUID, version: int) -> Command:
    now = datetime.now(UTC)
    event = HazardCaptured(source="GRID", place="3号车间东侧通道", description="消防通道堵塞")
    envelope = Envelope(
        id=uuid7(),
        source="safety/330111",
        type=event.TYPE,
        subject=f"hazard/{stream}",
        time=now,
        dataschema=dataschema(HazardCaptured),
        version=version,
        occurredat=now,
        actor="p-9",
        role=Role.TWO,
        division="330111005000",
        entry=Entry.LIVE,
        policyversion="2026.1",
        calendarversion="2026.1",
        data=event.model_dump(mode="json", exclude_none=True),
    )
    return Command(client="bench", key=key, request=b"request", answer=b"answer", events=(envelope,))
