"""一处新目录 · A data directory for one test, with nothing of it left running afterwards."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

import psutil
import pytest

from services.servers import leftovers, nats, places, postgres, process
from services.servers.nats_users import Reader

RunPostgres = Callable[[places.Places], AbstractContextManager[tuple[postgres.Postgres, psutil.Popen]]]
RunNats = Callable[..., AbstractContextManager[nats.Nats]]


@pytest.fixture
def data() -> Iterator[places.Places]:
    """Not below pytest's own folder: that one is closed to the account PostgreSQL runs as under the superuser."""
    folder = Path(tempfile.mkdtemp(prefix="hazard-test-"))
    prepared = places.prepare(folder)
    yield prepared
    leftovers.end(prepared)
    shutil.rmtree(folder)


@pytest.fixture
def postgres_on() -> RunPostgres:
    """Runs a PostgreSQL on a data directory while inside."""
    return _postgres_on


@pytest.fixture
def nats_on() -> RunNats:
    """Runs a NATS server on a data directory while inside."""
    return _nats_on


@contextmanager
def _postgres_on(data: places.Places) -> Iterator[tuple[postgres.Postgres, psutil.Popen]]:
    """A PostgreSQL on the data, ended with the block unless the block ended it."""
    server = postgres.prepare(data.postgres, data.logs / "postgres.log", mark=data.root)
    postgres.clear(data.postgres)
    started = process.start(server.program)
    try:
        process.await_answer(server.program, started, partial(postgres.answers, server))
        postgres.make_database(server)
        yield server, started
    finally:
        process.stop(started, server.program.stopping)


@contextmanager
def _nats_on(data: places.Places, *readers: Reader, port: int = 0) -> Iterator[nats.Nats]:
    """A NATS server on the data, ended with the block."""
    server = nats.prepare(
        data.nats, data.secrets, data.logs / "nats.log", mark=data.root, readers=readers, port=port
    )
    started = process.start(server.program)
    try:
        process.await_answer(server.program, started, partial(nats.answers, server))
        yield server
    finally:
        process.stop(started, server.program.stopping)
