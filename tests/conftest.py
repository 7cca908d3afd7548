"""真实服务器 · One PostgreSQL and one NATS server for the whole run, a fresh database and stream for each test."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from itertools import count
from pathlib import Path

import psycopg
import pytest
from nats import connect
from nats.js.errors import NotFoundError

from services.jetstream import ensure_stream
from services.postgres import migrate
from services.servers import nats as nats_servers
from services.servers import places as data_places
from services.servers import postgres as postgres_servers
from services.servers import process
from services.servers.nats_users import STREAM, Reader

TEMPLATE = "migrated"
DISTRICT = Reader("330111")
FAST = {"fsync": "off", "max_connections": "200"}
"""A test never cuts the power."""


LONGEST_FIRST = (
    "crash",
    "walk",
    "deploy",
    "test_browser.py",
    "test_papers_again.py",
    "test_bench.py",
    "test_sample.py",
)
"""Whole systems that start, wait and are killed: begun last, one of them would keep everybody waiting."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: set(LONGEST_FIRST).isdisjoint(item.path.parts))


@contextmanager
def running(program: process.Program, answers: Callable[[], bool]) -> Iterator[None]:
    started = process.start(program)
    try:
        process.await_answer(program, started, answers)
        yield
    finally:
        process.stop(started, program.stopping)


@pytest.fixture(scope="session")
def servers_folder() -> Iterator[data_places.Places]:
    """Not pytest's own temporary folder: it is closed to the account PostgreSQL runs as under the superuser."""
    folder = Path(tempfile.mkdtemp(prefix="hazard-test-"))
    yield data_places.prepare(folder)
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres(servers_folder: data_places.Places) -> Iterator[postgres_servers.Postgres]:
    """一个真实 PostgreSQL · One server for the whole run, with a migrated template database."""
    server = postgres_servers.prepare(
        servers_folder.postgres,
        servers_folder.logs / "postgres.log",
        mark=servers_folder.root,
        settings=FAST,
    )
    with running(server.program, partial(postgres_servers.answers, server)):
        with psycopg.connect(server.dsn("postgres"), autocommit=True) as connection:
            connection.execute(f"create database {TEMPLATE}")
        asyncio.run(migrate(server.dsn(TEMPLATE)))
        yield server


@pytest.fixture(scope="session")
def database_names() -> Iterator[str]:
    return (f"test_{number}" for number in count(1))


@pytest.fixture
def database(postgres: postgres_servers.Postgres, database_names: Iterator[str]) -> Iterator[str]:
    """全新数据库 · The connection string of a migrated database nobody has used."""
    name = next(database_names)
    with psycopg.connect(postgres.dsn("postgres"), autocommit=True) as connection:
        # Copied as files: through its log, as PostgreSQL does unless told otherwise, it takes twice as long.
        connection.execute(f"create database {name} template {TEMPLATE} strategy file_copy")
        yield postgres.dsn(name)
        connection.execute(f"drop database {name} with (force)")


@pytest.fixture(scope="session")
def nats_server(servers_folder: data_places.Places) -> Iterator[nats_servers.Nats]:
    """一个真实 NATS · One server for the whole run, on a free port, with all its users and one reader."""
    server = nats_servers.prepare(
        servers_folder.nats,
        servers_folder.secrets,
        servers_folder.logs / "nats.log",
        mark=servers_folder.root,
        readers=(DISTRICT,),
        port=0,
    )
    with running(server.program, partial(nats_servers.answers, server)):
        yield server


@pytest.fixture
async def stream(nats_server: nats_servers.Nats) -> AsyncIterator[str]:
    """空的事件流 · A fresh, empty SAFETY; gives its name. Connect by `nats_server.url("relay")` and so on."""
    admin = await connect(nats_server.url("admin"), inbox_prefix=b"_INBOX.admin")
    with suppress(NotFoundError):
        await admin.jetstream().delete_stream(STREAM)
    await ensure_stream(admin)
    yield STREAM
    await admin.close()
