"""读侧试验台 · An installation whose log holds a year: relay, web process, and a projector that is started when asked for."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

import psutil

from contracts.values import Role
from services import jetstream, tokens
from services.cli.bench import lives
from services.cli.bench.generator import Generator
from services.cli.bench.past import Past, write
from services.cli.bench.relay_from_here import begin_stream
from services.cli.bench.stand import Stand, Started, answers, program, token
from services.hazard.store import Log, writer_pool
from services.postgres import Pool, pool
from services.servers.ports import free_port

LOOK_EVERY = 0.5  # seconds between two looks at the memory
MEGABYTE = 2**20
DISTRICT = "330111000000"


@dataclass(slots=True)
class ReadingStand:
    """读侧试验台 · The stand, the year in its log, and what its projector needed most."""

    stand: Stand
    started: Started
    past: Past
    pool: Pool
    """As the projector has it."""
    district: str
    """A token of somebody who sees all of it."""
    peak: int = 0
    watching: list[asyncio.Task[None]] = field(default_factory=list)

    async def start_projector(self) -> None:
        """启动投影 · As `hazard projector`; its memory is looked at from then on."""
        running = self.stand.running
        own = {"HAZARD_POSTGRES_DSN": running.dsn, "HAZARD_NATS_URL": running.url("projections")}
        named = program(self.stand.places, "projector", ("services.cli.main", "projector"), own)
        await self.started.start(named, lambda: True)
        self.watching.append(asyncio.create_task(self._watch(self.stand.processes["projector"])))

    async def _watch(self, process: psutil.Process) -> None:
        while True:
            self.peak = max(self.peak, await asyncio.to_thread(memory_of, process))
            await asyncio.sleep(LOOK_EVERY)

    @property
    def peak_mb(self) -> float:
        """最大内存 · Of the projector and its children together, what they share counted once."""
        return self.peak / MEGABYTE

    def computed(self) -> dict[str, float]:
        """处理器时间 · Seconds that projector and PostgreSQL have computed so far, with those of them that have ended."""
        processes = self.stand.processes
        return {name: seconds_of(processes[name]) for name in ("projector", "postgres") if name in processes}

    async def head(self) -> int:
        """日志末端 · The last position of the log."""
        return (await self.stand.log.head()).position


def seconds_of(process: psutil.Process) -> float:
    """处理器时间 · Of a process, its children that run, and those that have ended."""
    whole = 0.0
    with suppress(psutil.NoSuchProcess):
        for one in (process, *process.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                times = one.cpu_times()
                whole += times.user + times.system + times.children_user + times.children_system
    return whole


def memory_of(process: psutil.Process) -> int:
    """内存 · Resident bytes of a process and its children; of what several share, each its part."""
    whole = 0
    with suppress(psutil.NoSuchProcess):
        for one in (process, *process.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                whole += one.memory_full_info().pss
    return whole


@asynccontextmanager
async def standing(started: Started, past: Past, told: Callable[[int], None]) -> AsyncIterator[ReadingStand]:
    """立起试验台 · Servers, the year written into the log, then relay and web process. Raises ServerFailed."""
    async with AsyncExitStack() as stack:
        running = await started.servers()
        log = Log(await stack.enter_async_context(writer_pool(running.dsn, patience=60)))
        await write(log, past, told)
        await begin_stream(running.url("admin"), await log.head())
        admin = await stack.enter_async_context(jetstream.connected(running.url("admin"), name="bench"))
        ports = {"web": await _processes(started, running.dsn, running.url)}
        enterprises = [place.id for place in past.places if place.division == lives.TOWN]
        stand = Stand(
            places=started.places,
            running=running,
            log=log,
            admin=admin,
            generator=await stack.enter_async_context(Generator.started(started.places)),
            ports=ports,
            processes=started.processes,
            token=token(started.places),
            enterprises=enterprises,
            lives=lives.Lives(enterprises),
        )
        tables = await stack.enter_async_context(pool(running.dsn, role="hazard_projections", size=2))
        standing = ReadingStand(stand, started, past, tables, _of_district(started))
        try:
            yield standing
        finally:
            for task in standing.watching:
                task.cancel()
            await asyncio.gather(*standing.watching, return_exceptions=True)


async def _processes(started: Started, dsn: str, url: Callable[[str], str]) -> int:
    port = free_port(0)
    mine = {"HAZARD_POSTGRES_DSN": dsn}
    relay = program(
        started.places,
        "relay",
        ("services.cli.bench.relay_from_here",),
        mine | {"HAZARD_NATS_URL": url("relay")},
    )
    web = program(
        started.places,
        "web",
        ("services.cli.bench.web",),
        mine | {"HAZARD_NATS_URL": url("web"), "HAZARD_WEB_PORT": str(port)},
    )
    await asyncio.gather(started.start(relay, lambda: True), started.start(web, partial(answers, port)))
    return port


def _of_district(started: Started) -> str:
    return tokens.issue(
        tokens.own_key(started.places.root),
        person="p-50",
        role=Role.SCO,
        division=DISTRICT,
        organisation="org-district",
        client=lives.CLIENT,
        now=datetime.now(UTC),
    )
