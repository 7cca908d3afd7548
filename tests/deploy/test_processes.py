"""部署试运行 · The processes of compose.yaml, each with exactly what compose gives it, on the users of nats.conf."""

import asyncio
import base64
import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from http.client import HTTPConnection
from pathlib import Path

import psutil
import psycopg
import pytest
import yaml

from contracts.envelope import decode, encode
from given.golden import FOLDER
from services.hazard.store import Command, Log, writer_pool
from services.jetstream import connected
from services.projections.catalogue import PROJECTIONS
from services.servers import nats as nats_servers
from services.servers import process
from services.servers.nats import Nats
from services.servers.nats_users import password_variable
from services.servers.ports import LOOPBACK, free_port
from services.servers.process import Program

DEPLOY = Path(__file__).parents[2] / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
SERVING = ("relay", "projector", "notifier", "web")
READER = "reader-330111"
EXAMPLE = dict(
    re.findall(r"^(HAZARD_\w+)=(.*)$", (DEPLOY / "example.env").read_text(encoding="utf-8"), re.MULTILINE)
)
GOLDEN = (
    "enterprise.registered.1",
    "hazard.captured.1",
    "hazard.submitted.1",
    "hazard.confirmation-requested.1",
)
HAPPENED = [encode(decode((FOLDER / f"{name}.json").read_bytes())) for name in GOLDEN]
BARE = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
PATIENCE = 240.0  # seconds
PAUSE = 0.1  # seconds between two looks


class Deployment:
    """What stands in for the machine: a database, a NATS server on nats.conf, a folder, ports."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder = folder
        self.database = database
        self.port = free_port(0)
        self.web = free_port(0)
        passwords = {user: EXAMPLE[password_variable(user)[1:]] for user in ("admin", READER)}
        self.server = Nats(self.port, passwords, folder / "nats.log", self.nats())

    def environment(self, service: str) -> dict[str, str]:
        """As compose would set it; only addresses and folders are this machine's."""
        given = {
            name: str(value) for name, value in COMPOSE[service]["environment"].items() if value is not None
        }
        filled = {
            name: re.sub(r"\$\{(\w+):[^}]*\}", lambda m: EXAMPLE[m[1]], text) for name, text in given.items()
        }
        here = {
            "HAZARD_POSTGRES_DSN": self.database,
            "HAZARD_NATS_URL": filled.get("HAZARD_NATS_URL", "").replace(
                "@nats:4222", f"@{LOOPBACK}:{self.port}"
            ),
            "HAZARD_DATA_DIR": str(self.folder),
            "HAZARD_PEOPLE_KEY": base64.b64encode(bytes(32)).decode(),
            "HAZARD_WEB_HOST": LOOPBACK,
            "HAZARD_WEB_PORT": str(self.web),
        }
        return BARE | filled | {name: value for name, value in here.items() if name in filled}

    def program(self, service: str) -> Program:
        return Program(
            name=service,
            argv=(sys.executable, "-m", "services.cli.main", *COMPOSE[service]["command"]),
            environment=self.environment(service),
            folder=self.folder,
            log=self.folder / f"{service}.log",
        )

    def nats(self) -> Program:
        return Program(
            name="nats",
            argv=(
                str(Path(sys.executable).with_name("nats-server")),
                *("--config", str(DEPLOY / "nats.conf"), "--store_dir", str(self.folder / "nats")),
                *("--addr", LOOPBACK, "--port", str(self.port)),
            ),
            environment=self.environment("nats"),
            folder=self.folder,
            log=self.folder / "nats.log",
        )

    def ready(self) -> bool:
        with closing(HTTPConnection(LOOPBACK, self.web, timeout=2)) as connection:
            try:
                connection.request("GET", "/readyz")
                return connection.getresponse().status == 200
            except OSError:
                return False


@contextmanager
def running(program: Program) -> Iterator[psutil.Popen]:
    started = process.start(program)
    try:
        yield started
    finally:
        process.stop(started)


@pytest.fixture
def deployment(tmp_path: Path, database: str) -> Iterator[Deployment]:
    here = Deployment(tmp_path, database)
    with running(here.server.program) as started:
        process.await_answer(here.server.program, started, partial(nats_servers.answers, here.server))
        yield here


async def test_they_take_an_event_from_the_log_to_every_reader(deployment: Deployment) -> None:
    prepared = deployment.program("prepare")
    with running(prepared) as once:
        assert 0 == await asyncio.to_thread(once.wait, PATIENCE), process.last_lines(prepared.log)
    with ExitStack() as stack:
        serving = [stack.enter_context(running(deployment.program(name))) for name in SERVING]
        await until(deployment.ready)
        await append(deployment.database)
        read = await read_by_a_subscriber(deployment.server.url(READER), len(HAPPENED))
        await until(partial(everybody_is_at, deployment.database, len(HAPPENED)))
        for one in reversed(serving):
            one.send_signal(signal.SIGTERM)
        statuses = [await asyncio.to_thread(one.wait, PATIENCE) for one in serving]

    assert HAPPENED == read
    assert [0, 0, 0] == statuses[:3]
    assert statuses[3] in (0, -signal.SIGTERM)  # the web server ends by the signal it was sent


async def append(database: str) -> None:
    async with writer_pool(database, size=1) as pool:
        events = tuple(decode(body) for body in HAPPENED)
        await Log(pool).append(Command(client="test", key="1", request=b"", answer=b"", events=events))


async def read_by_a_subscriber(url: str, count: int) -> list[bytes]:
    async with connected(url, name="subscriber") as client:
        consumer = await client.jetstream(prefix="SAFETY.API").pull_subscribe_bind(READER, stream="SAFETY")
        read = []
        for _ in range(count):
            [message] = await consumer.fetch(1, timeout=PATIENCE)
            await message.ack_sync()
            read.append(message.data)
        return read


def everybody_is_at(database: str, position: int) -> bool:
    """The read models and the notifier have come to the end."""
    with psycopg.connect(database) as connection:
        rows = connection.execute(
            "select position from projections.checkpoints union all select position from notifier.checkpoint"
        ).fetchall()
    return len(rows) == len(PROJECTIONS) + 1 and {position} == {at for (at,) in rows}


async def until(true: Callable[[], bool]) -> None:
    for _ in range(int(PATIENCE / PAUSE)):
        if await asyncio.to_thread(true):
            return
        await asyncio.sleep(PAUSE)
    raise TimeoutError
