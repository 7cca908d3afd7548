"""运行 · Read models follow the stream: they resume, skip what they have, name what stops them, begin anew."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from nats.aio.client import Client

from contracts.subjects import STREAM
from given.street import Street, a_street_with_every_kind_of_life, in_lists_of
from services.jetstream import Recorded, connected, ensure_stream, publish_batch
from services.postgres import Connection, Pool
from services.projections import checkpoints, ledger
from services.projections.catalogue import PROJECTIONS
from services.projections.checkpoints import Checkpoint, Overtaken
from services.projections.runner import Runner
from services.servers.nats import Nats

from .conftest import NOW, project, street_log

TABLES = "select tablename from pg_tables where schemaname = 'projections' and tablename ~ '_v[0-9]'"


@pytest.fixture
async def client(nats_server: Nats, stream: str) -> AsyncIterator[Client]:
    async with connected(nats_server.url("projections"), name="projector") as opened:
        yield opened


@pytest.fixture
async def publish(nats_server: Nats, stream: str) -> AsyncIterator[Callable[[Street], Awaitable[None]]]:
    """发布 · What the relay does: the events of a street that the stream does not hold yet."""
    async with connected(nats_server.url("relay"), name="relay") as relay:

        async def rest(street: Street) -> None:
            end = (await relay.jetstream().stream_info(STREAM)).state.last_seq
            await publish_batch(relay, street.messages()[end:], after=end)

        yield rest


@asynccontextmanager
async def running(runner: Runner, projections: Sequence[Any] = PROJECTIONS) -> AsyncIterator[None]:
    task = asyncio.create_task(runner.run(projections))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def fetch(tables: Pool, query: str) -> list[tuple[Any, ...]]:
    async with tables.connection() as connection:
        return await (await connection.execute(query)).fetchall()


async def until(tables: Pool, query: str, *expected: object) -> None:
    """Wait until a query gives this one row; the test's own time limit is the only one."""
    async with asyncio.timeout(180):
        while True:
            with suppress(psycopg.errors.UndefinedTable):
                if await fetch(tables, query) == [expected]:
                    return
            await asyncio.sleep(0.02)


async def all_at(tables: Pool, position: int) -> None:
    query = "select count(*), min(position), max(position) from projections.checkpoints"
    await until(tables, query, len(PROJECTIONS), position, position)


async def contents(tables: Pool) -> dict[str, list[str]]:
    """Every row of every read model; days on which nothing counts any more may stand or not."""
    names = [name for (name,) in await fetch(tables, TABLES)]
    kept = {
        name: sorted(row for (row,) in await fetch(tables, f"select t::text from projections.{name} as t"))
        for name in names
    }
    zeros = "," + ",".join("0" * 14) + ")"
    kept["tallies_v3"] = [row for row in kept.get("tallies_v3", []) if not row.endswith(zeros)]
    return kept


@pytest.fixture
async def expected(tables: Pool) -> dict[str, list[str]]:
    """What the whole street makes of the tables when it comes as one batch; the tables are empty again."""
    await project(tables, a_street_with_every_kind_of_life())
    whole = await contents(tables)
    await project(tables, Street(log=str(uuid4())))
    return whole


@pytest.mark.parametrize("size", [1, 7, 500])
async def test_how_events_are_cut_into_batches_makes_no_difference(
    tables: Pool, expected: dict[str, list[str]], size: int
) -> None:
    await project(tables, a_street_with_every_kind_of_life(), size=size)

    assert expected == await contents(tables)


async def test_uneven_batches_make_no_difference_either(tables: Pool, expected: dict[str, list[str]]) -> None:
    whole = a_street_with_every_kind_of_life()
    random = Random(1)
    end = 0
    while end < len(whole.recorded):
        end += random.randint(1, 9)
        await project(tables, Street(recorded=whole.recorded[:end]))

    assert expected == await contents(tables)


async def test_a_runner_brings_every_read_model_to_the_end(
    tables: Pool, client: Client, publish: Any, expected: dict[str, list[str]]
) -> None:
    street = a_street_with_every_kind_of_life()
    await publish(street)
    async with running(Runner(client, tables, lambda: NOW)):
        await all_at(tables, len(street.recorded))

    assert expected == await contents(tables)


async def test_a_restart_goes_on_where_it_stopped(
    tables: Pool, client: Client, publish: Any, expected: dict[str, list[str]]
) -> None:
    street = a_street_with_every_kind_of_life()
    await publish(Street(recorded=street.recorded[:20]))
    async with running(Runner(client, tables, lambda: NOW, batch=3)):
        await all_at(tables, 20)
    await publish(street)
    async with running(Runner(client, tables, lambda: NOW, batch=3)):
        await all_at(tables, len(street.recorded))

    assert expected == await contents(tables)


async def test_two_projectors_at_once_do_no_harm(
    tables: Pool, client: Client, publish: Any, expected: dict[str, list[str]]
) -> None:
    street = a_street_with_every_kind_of_life()
    one, two = (Runner(client, tables, lambda: NOW, batch=2, first_pause=0.01) for _ in range(2))
    async with running(one), running(two):
        for end in range(10, len(street.recorded) + 10, 10):
            await publish(Street(recorded=street.recorded[:end]))
        await all_at(tables, len(street.recorded))

    assert expected == await contents(tables)


async def test_a_checkpoint_moved_by_another_is_not_moved_again(tables: Pool) -> None:
    street = a_street_with_every_kind_of_life()
    await project(tables, street, projections=[ledger])
    stale = Checkpoint(street_log(street), 3)
    async with tables.connection() as connection:
        with pytest.raises(Overtaken):
            await checkpoints.move(connection, ledger, stale, 4)


async def test_another_log_starts_from_empty_tables(
    tables: Pool, client: Client, publish: Any, nats_server: Nats, expected: dict[str, list[str]]
) -> None:
    lost = Street(log=str(uuid4()))
    lost.enterprise("已不在的").hazard("已不在的").found("2026-06-01")
    await publish(lost)
    async with running(Runner(client, tables, lambda: NOW)):
        await all_at(tables, len(lost.recorded))
        async with connected(nats_server.url("admin"), name="admin") as admin:
            await admin.jetstream().delete_stream(STREAM)
            await ensure_stream(admin)
        street = a_street_with_every_kind_of_life()
        await publish(street)
        await all_at(tables, len(street.recorded))

    assert expected == await contents(tables)
    assert [(street_log(street),)] == await fetch(
        tables, "select distinct log_id from projections.checkpoints"
    )


@dataclass
class Counting:
    """计数 · A read model that counts events and cannot take in what it is told to choke on."""

    VERSION: int = 1
    NAME: str = "counting"
    chokes_on: set[str] = field(default_factory=set)

    @property
    def TABLES(self) -> str:  # noqa: N802  # the name every read model gives its tables
        return f"create table projections.counting_v{self.VERSION} (position bigint primary key)"

    async def project(self, connection: Connection, batch: Sequence[Recorded]) -> None:
        for recorded in batch:
            if recorded.envelope.type in self.chokes_on:
                raise ValueError("看不懂")
            await connection.execute(
                f"insert into projections.counting_v{self.VERSION} values (%s)", (recorded.position,)
            )


async def test_tables_that_are_not_as_they_should_be_stop_a_read_model(
    tables: Pool, client: Client, publish: Any
) -> None:
    street = a_street_with_every_kind_of_life()
    await publish(street)
    await project(tables, Street(), projections=[Counting(), ledger])  # type: ignore[list-item]
    async with tables.connection() as connection:
        await connection.execute("alter table projections.counting_v1 rename to counting_v1_away")
    async with running(Runner(client, tables, lambda: NOW, first_pause=0.01), [Counting(), ledger]):
        position = "select position, last_error is null from projections.checkpoints where projection = "
        await until(tables, position + "'ledger'", len(street.recorded), True)
        await until(tables, position + "'counting'", 0, False)
        async with tables.connection() as connection:
            await connection.execute("alter table projections.counting_v1_away rename to counting_v1")
        await until(tables, position + "'counting'", len(street.recorded), True)

    assert [(len(street.recorded),)] == await fetch(tables, "select count(*) from projections.counting_v1")
    assert [(0,)] == await fetch(tables, "select count(*) from projections.parked")


async def test_a_new_version_is_built_from_the_first_event(
    tables: Pool, client: Client, publish: Any
) -> None:
    street = a_street_with_every_kind_of_life()
    await publish(street)
    for version in (1, 2):
        async with running(Runner(client, tables, lambda: NOW), [Counting(version)]):
            at = f"select position from projections.checkpoints where version = {version}"
            await until(tables, at, len(street.recorded))

    assert [("counting_v2",)] == await fetch(tables, TABLES)
    assert [(len(street.recorded),)] == await fetch(tables, "select count(*) from projections.counting_v2")


async def test_a_running_reader_says_when_it_last_reached_the_stream(tables: Pool, client: Client) -> None:
    await project(tables, Street())
    async with running(Runner(client, tables, lambda: NOW)):
        await until(tables, "select distinct seen_at from projections.checkpoints", NOW)


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda each: each.NAME)
def test_the_tables_of_a_read_model_bear_its_name_and_version(projection: Any) -> None:
    created = [line.split()[2] for line in projection.TABLES.splitlines() if line.startswith("create table")]
    stem = f"projections.{projection.NAME}_v{projection.VERSION}"

    assert stem == created[0]
    assert all(name == stem or name.startswith(f"{stem}_") for name in created)


def test_batches_cover_everything_once() -> None:
    street = a_street_with_every_kind_of_life()

    assert street.recorded == [each for batch in in_lists_of(7, street.recorded) for each in batch]
