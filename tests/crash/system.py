"""一套进程 · Real servers as in production, two web processes and two relays side by side, with hands to hurt them.

The supervisor is the product's own; it waits a moment only before each restart, however often one dies.
"""

import asyncio
import os
import re
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import psutil
import psycopg
from nats.errors import Error as NatsError

from contracts.values import Role
from services import jetstream, postgres, tokens
from services.cli.installation import Servers, Settings, _alive, command_line, servers
from services.cli.supervisor import BackOff, Child, Standing, Supervisor, nothing
from services.cli.up import _make_stream
from services.hazard.store import make_room
from services.servers import leftovers
from services.servers.places import Places, prepare
from services.servers.ports import free_port
from services.servers.postgres import processes_of
from walk.installation import PATIENCE

GRAVE = re.compile(r'"level": ?"(error|critical)"|Traceback')
TOWN = "330111005000"
GLANCE = 0.1
AT_ONCE = BackOff(pauses=(0.1,))
RELAYS, WEBS = ("relay-1", "relay-2"), ("web-1", "web-2")
LEADER = "select pid from pg_locks where locktype = 'advisory' and classid = %s and objid = %s and granted"


async def eventually(happened: Callable[[], Any], what: str) -> Any:
    """终将 · What a question, asked beside the event loop, answers as soon as that is true."""
    limit = asyncio.get_running_loop().time() + PATIENCE
    while not (answer := await asyncio.to_thread(happened)):
        assert asyncio.get_running_loop().time() < limit, what
        await asyncio.sleep(GLANCE)
    return answer


@dataclass
class System:
    """一套进程 · Everything an office runs, in one data directory."""

    places: Places
    supervisor: Supervisor
    running: Servers = field(init=False)
    ports: dict[str, int] = field(default_factory=dict)
    paused: set[int] = field(default_factory=set)

    # ---- running it

    async def start(self) -> None:
        settings = Settings(data_dir=self.places.root, postgres_dsn=None, nats_url=None)
        self.running = await asyncio.to_thread(servers, settings, self.places, ())
        for child in self.running.children():
            self.supervisor.add(child)
            await self.supervisor.ready(child, at_once=True)
        await asyncio.to_thread(self.running.make_database)
        await postgres.migrate(self.running.dsn)
        await make_room(self.running.dsn)
        await _make_stream(self.running, ())
        for name in RELAYS:
            self.supervisor.add(self.child(name, "relay", "relay"))
        for name in WEBS:
            await self.add_web(name)

    async def add_web(self, name: str, **other: str) -> None:
        """添网页进程 · One more web process, with settings of its own."""
        self.ports[name] = free_port(0)
        child = self.child(name, "serve", "web", HAZARD_WEB_PORT=str(self.ports[name]), **other)
        child = replace(child, answers=partial(_alive, "127.0.0.1", self.ports[name]))
        self.supervisor.add(child)
        await self.supervisor.ready(child)

    def child(self, name: str, command: str, user: str, **other: str) -> Child:
        # Nobody looks at pages here, and their library takes longer to import than all else.
        extra = {"HAZARD_CONSOLE": "false", **other}
        program = command_line(self.places, self.running, user, (command,), extra=extra)
        log = self.places.logs / f"{name}.log"
        return Child(replace(program, name=name, log=log), lambda: True, nothing, patience=10)

    def pid(self, name: str) -> int | None:
        return self.supervisor.standing(name).pid

    # ---- hurting it

    def kill(self, name: str) -> None:
        """杀掉 · SIGKILL."""
        if (pid := self.pid(name)) is not None:
            _signal(pid, signal.SIGKILL)

    def kill_postgres(self) -> None:
        """杀掉数据库 · SIGKILL to the postmaster and all its children, as a machine that stops."""
        for process in processes_of(self.places.postgres):
            _signal(process.pid, signal.SIGKILL)

    def backends(self) -> list[psutil.Process]:
        """数据库子进程 · Those behind the postmaster."""
        return processes_of(self.places.postgres)[1:]

    async def pause(self, name: str, seconds: float) -> None:
        """暂停 · SIGSTOP, and SIGCONT after so long; whoever was killed meanwhile needs none."""
        pid = self.pid(name)
        if pid is None or pid in self.paused:
            return
        self.paused.add(pid)
        try:
            _signal(pid, signal.SIGSTOP)
            await asyncio.sleep(seconds)
        finally:
            _signal(pid, signal.SIGCONT)
            self.paused.discard(pid)

    def depose(self) -> bool:
        """罢免 · Ends the PostgreSQL session that makes a relay the leader; whether there was one."""
        with suppress(psycopg.OperationalError):
            query = f"select pg_terminate_backend(pid) from ({LEADER}) as leader"
            return bool(self._rows(query, (postgres.LOCKS, postgres.RELAYING)))
        return False

    # ---- looking behind it

    def query(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """查询 · As the owner of the database, which is there."""
        return self._rows(query, parameters)

    def _rows(self, query: str, parameters: Sequence[object]) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.running.dsn, autocommit=True, connect_timeout=5) as connection:
            return connection.execute(query, parameters).fetchall()

    def nats_url(self, user: str) -> str:
        return self.running.url(user)

    def errors(self) -> list[str]:
        """错误 · Every line of a web process or relay that calls for a person; a server that is away does not."""
        found = []
        for name in (*RELAYS, *self.ports):
            lines = (self.places.logs / f"{name}.log").read_text(encoding="utf-8").splitlines()
            found += [f"{name}: {line}" for line in lines if GRAVE.search(line)]
        return found


class Looked(Protocol):
    """可查看 · An installation as far as one looks behind it."""

    def query(self, query: str, *parameters: object) -> list[tuple[Any, ...]]: ...

    def nats_url(self, user: str) -> str: ...


async def published(system: Looked) -> None:
    """已发布 · Waits until the stream ends where the log ends, and both servers answer."""
    limit = asyncio.get_running_loop().time() + PATIENCE
    ends: tuple[int, int] | str = "?"
    while asyncio.get_running_loop().time() < limit:
        try:
            async with asyncio.timeout(10):
                ends = await ends_of(system)
            if ends[0] == ends[1]:
                return
        except (psycopg.OperationalError, NatsError, OSError, TimeoutError) as error:
            ends = type(error).__name__
        await asyncio.sleep(GLANCE)
    raise AssertionError(f"log and stream end at {ends}")


async def ends_of(system: Looked) -> tuple[int, int]:
    """末端 · Where the log ends, and where the stream does."""
    ((position,),) = await asyncio.to_thread(system.query, "select position from log.head")
    async with jetstream.connected(system.nats_url("admin"), name="crash") as client:
        return position, await jetstream.stream_end(client)


def officer(places: Places, person: str, client: str) -> dict[str, str]:
    """身份 · A certified officer of the town, with a client of its own."""
    token = tokens.issue(
        tokens.own_key(places.root),
        role=Role.TWO,
        person=person,
        division=TOWN,
        organisation="org-town",
        certificate="33011100123",
        client=client,
        hours=24 * 30,
        now=datetime.now(UTC),
    )
    return {"Authorization": f"Bearer {token}"}


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def _ignore(_: Sequence[Standing]) -> None:
    """Nobody asks how it stood."""


@asynccontextmanager
async def started() -> AsyncIterator[System]:
    """启动 · In a fresh directory; whatever happens, nothing is left of it.

    Not pytest's own temporary folder: it is closed to the account PostgreSQL runs as under the superuser.
    """
    folder = Path(tempfile.mkdtemp(prefix="hazard-crash-"))
    told: list[str] = []
    supervisor = Supervisor(
        tell=told.append, record=_ignore, now=partial(datetime.now, UTC), back_off=AT_ONCE
    )
    system = System(prepare(folder), supervisor)
    try:
        await system.start()
        yield system
    finally:
        await supervisor.stop()
        leftovers.end(system.places)
        shutil.rmtree(folder)
