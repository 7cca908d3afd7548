"""试验台 · An installation of its own in a directory of its own: real servers with fsync on, one process of each kind.

Nothing of the user's installation is touched. Whatever ends a measurement, nothing of this runs on.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import psutil
import psycopg
from nats.aio.client import Client

from contracts.values import Role
from services import jetstream, postgres, tokens
from services.cli.bench import lives
from services.cli.bench.generator import Generator
from services.cli.bench.jobs import Job, Result
from services.cli.installation import Servers, Settings, servers
from services.hazard.store import Log, make_room, writer_pool
from services.servers import process
from services.servers.failure import ServerFailed
from services.servers.places import Places
from services.servers.ports import free_port
from services.servers.process import MARK, Program

CATCHING_UP = 120.0  # seconds the relay may take until the stream holds the log
GLANCE = 0.02
ENTERPRISES = 200
STOCK_DATABASE = "stock"


@dataclass(slots=True)
class Stand:
    """试验台 · What runs, where it answers, and how to hold one part of it still."""

    places: Places
    running: Servers
    log: Log
    admin: Client
    generator: Generator
    ports: dict[str, int]
    processes: dict[str, psutil.Process]
    token: str
    enterprises: list[str]
    lives: lives.Lives

    async def load(self, job: Job) -> Result:
        """加载 · Has the load generator do a job."""
        return await self.generator.do(job)

    @contextmanager
    def relay_paused(self) -> Iterator[None]:
        """转发暂停 · The relay is there and does nothing."""
        relay = self.processes["relay"]
        relay.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            relay.send_signal(signal.SIGCONT)

    async def caught_up(self) -> None:
        """已追上 · Returns when the stream holds all of the log. Raises TimeoutError."""
        async with asyncio.timeout(CATCHING_UP):
            while await jetstream.stream_end(self.admin) < (await self.log.head()).position:  # noqa: ASYNC110  another process tells nobody
                await asyncio.sleep(GLANCE)

    def dsn(self, database: str) -> str:
        """连接串 · Of a database of the stand's own server."""
        assert self.running.own_postgres is not None
        return self.running.own_postgres.dsn(database)

    @asynccontextmanager
    async def fresh_log(self, name: str) -> AsyncIterator[Log]:
        """另一日志 · An empty log in a database of its own on the same server; nobody relays it; dropped at the end."""
        dsn = await asyncio.to_thread(create_database, self.running, name)
        try:
            await postgres.migrate(dsn)
            await make_room(dsn)
            async with writer_pool(dsn, patience=60) as pool:
                yield Log(pool)
        finally:
            await asyncio.to_thread(drop_database, self.running, name)


@asynccontextmanager
async def standing(places: Places, *, over_http: bool = True) -> AsyncIterator[Stand]:
    """立起试验台 · Starts everything, in order, and ends it in the opposite one; the servers alone where no HTTP is spoken.

    Raises ServerFailed.
    """
    async with AsyncExitStack() as stack:
        started = Started(places, stack, {})
        running = await started.servers()
        log = Log(await stack.enter_async_context(writer_pool(running.dsn, patience=60)))
        admin = await stack.enter_async_context(jetstream.connected(running.url("admin"), name="bench"))
        await jetstream.ensure_stream(admin, str((await log.head()).log_id))
        ports = await started.measured(running) if over_http else {}
        enterprises = await lives.make_enterprises(log, ENTERPRISES)
        yield Stand(
            places=places,
            running=running,
            log=log,
            admin=admin,
            generator=await stack.enter_async_context(Generator.started(places)),
            ports=ports,
            processes=started.processes,
            token=token(places),
            enterprises=enterprises,
            lives=lives.Lives(enterprises),
        )


@dataclass(slots=True)
class Started:
    """已启动 · What was started, each to be stopped when the stack unwinds."""

    places: Places
    stack: AsyncExitStack
    processes: dict[str, psutil.Process]

    async def servers(self) -> Servers:
        """服务器 · PostgreSQL and NATS as `hazard up` runs them: no setting is changed, so fsync is on in both."""
        # Named one by one, for the environment may speak of another installation.
        settings = Settings(data_dir=self.places.root, postgres_dsn=None, nats_url=None)
        running = await asyncio.to_thread(servers, settings, self.places, ())
        for child in running.children():
            await self.start(child.program, child.answers)
        await asyncio.to_thread(running.make_database)
        await postgres.migrate(running.dsn)
        await make_room(running.dsn)
        return running

    async def measured(self, running: Servers) -> dict[str, int]:
        """被测进程 · The relay, our web process, the stock library's and the trivial server; gives their ports."""
        ports = {name: free_port(0) for name in ("web", "stock", "trivial")}
        stock = await asyncio.to_thread(create_database, running, STOCK_DATABASE)
        mine = {"HAZARD_POSTGRES_DSN": running.dsn}
        surroundings = {
            "relay": mine | {"HAZARD_NATS_URL": running.url("relay")},
            "web": mine | {"HAZARD_NATS_URL": running.url("web")},
            "stock": {"HAZARD_POSTGRES_DSN": stock},
            "trivial": {},
        }
        modules = {
            "relay": ("services.cli.main", "relay"),
            "trivial": ("services.cli.bench.trivial", str(ports["trivial"])),
        }
        starting = []
        for name, own in surroundings.items():
            port = ports.get(name, 0)
            arguments = modules.get(name, (f"services.cli.bench.{name}",))
            named = program(self.places, name, arguments, own | {"HAZARD_WEB_PORT": str(port)})
            starting.append(self.start(named, partial(answers, port) if port else lambda: True))
        await asyncio.gather(*starting)  # all at once; the first that fails is raised
        return ports

    async def start(self, program: Program, answers: Callable[[], bool]) -> None:
        """启动 · Returns when it answers. Raises ServerFailed with its last words when it ends before."""
        running = process.start(program)
        self.processes[program.name] = running
        self.stack.push_async_callback(asyncio.to_thread, process.stop, running, program.stopping)
        while not await asyncio.to_thread(answers):
            if running.poll() is not None:
                raise ServerFailed(program.name, process.last_lines(program.log))
            await asyncio.sleep(GLANCE)


def program(places: Places, name: str, arguments: tuple[str, ...], own: dict[str, str]) -> Program:
    """程序 · A module of ours as a process of this stand, whatever the environment says of another installation."""
    surroundings = {key: value for key, value in os.environ.items() if not key.startswith("HAZARD_")}
    return Program(
        name=name,
        argv=(sys.executable, "-P", "-m", *arguments),
        environment={**surroundings, "HAZARD_DATA_DIR": str(places.root), MARK: str(places.root), **own},
        folder=Path.cwd(),
        log=places.logs / f"{name}.log",
    )


def create_database(running: Servers, name: str) -> str:
    """建库 · An empty database beside the first, on the same server; gives its DSN."""
    assert running.own_postgres is not None
    with psycopg.connect(running.dsn, autocommit=True) as connection:
        connection.execute(f"create database {name}")
    return running.own_postgres.dsn(name)


def drop_database(running: Servers, name: str) -> None:
    """删库 · What a measure has done with makes room for the next."""
    with psycopg.connect(running.dsn, autocommit=True) as connection:
        connection.execute(f"drop database {name} with (force)")


def token(places: Places) -> str:
    """凭证 · Of an officer of the town."""
    return tokens.issue(
        tokens.own_key(places.root),
        person=lives.OFFICER,
        role=Role.TWO,
        division=lives.TOWN,
        organisation="org-town",
        certificate="33011100123",
        client=lives.CLIENT,
        now=datetime.now(UTC),
    )


def answers(port: int) -> bool:
    """答复 · Whether somebody answers requests at a port of this machine."""
    connection = HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/livez")
        connection.getresponse().read()  # any answer at all: the stock side has no such route
    except (OSError, HTTPException):
        return False
    else:
        return True
    finally:
        connection.close()
