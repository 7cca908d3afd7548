"""另建 · A read model is built from the log beside the live one, compared with it, and takes its place."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import psycopg
import pytest

from given.logged import log_street, own_log
from given.street import Street, a_street_with_every_kind_of_life
from services.jetstream import Recorded
from services.postgres import Connection, Pool
from services.projections import history, keeping, ledger, rebuilds, tallies
from services.projections.building import Builder
from services.projections.catalogue import PROJECTIONS
from services.projections.rebuilds import Asked, Rebuild

from .conftest import NOW, project, street_log
from .test_runner import Counting, contents, fetch

HELD = """
select count(*) from pg_locks
where mode = 'AccessExclusiveLock' and granted and relation = 'projections.ledger_v6'::regclass
"""


@pytest.fixture
def street(database: str) -> Street:
    """The street of every kind of life, in this database's own log."""
    told = a_street_with_every_kind_of_life(Street(log=own_log(database)))
    log_street(database, told)
    return told


def builder(tables: Pool, street: Street, *, upto: int | None = None, commit_every: int = 20_000) -> Builder:
    async def horizon() -> int:
        return len(street.recorded) if upto is None else upto

    return Builder(tables, lambda: NOW, horizon, commit_every=commit_every)


async def ask(tables: Pool, street: Street, *projections: Any, at_once: bool = False) -> None:
    async with tables.connection() as connection:
        for each in projections:
            await rebuilds.begin(
                connection, each, street_log(street), Asked("p-1", "核对", NOW, at_once=at_once)
            )


async def under_way(tables: Pool) -> list[Rebuild]:
    async with tables.connection() as connection:
        return await rebuilds.under_way(connection)


@pytest.mark.parametrize(("commit_every", "kept"), [(7, 20_000), (20_000, 20_000), (20_000, 4)])
async def test_what_is_built_from_the_log_equals_what_followed_the_stream(
    tables: Pool, street: Street, monkeypatch: pytest.MonkeyPatch, commit_every: int, kept: int
) -> None:
    monkeypatch.setattr(keeping, "MOST_ROWS", kept)
    monkeypatch.setattr(keeping, "MOST_ADDED", kept)
    monkeypatch.setattr(history, "AT_ONCE", 8)
    await project(tables, street)
    followed = await contents(tables)
    await ask(tables, street, *PROJECTIONS, at_once=True)
    half = builder(tables, street, upto=len(street.recorded) // 2, commit_every=commit_every)
    await half.look(PROJECTIONS)  # goes up to the half, then takes in what the live one has more
    assert await under_way(tables) == []

    assert followed == await contents(tables)
    positions = await fetch(tables, "select distinct position from projections.checkpoints")
    assert [(len(street.recorded),)] == positions


async def test_a_builder_that_died_goes_on_from_its_last_writing(tables: Pool, street: Street) -> None:
    await project(tables, street)
    followed = await contents(tables)
    await ask(tables, street, *PROJECTIONS)
    for upto in (20, 33, len(street.recorded)):
        await builder(tables, street, upto=upto, commit_every=5).bring_on(PROJECTIONS)
        assert {upto} == {each.position for each in await under_way(tables)}
    await builder(tables, street).look(PROJECTIONS)
    assert {"ready"} == {each.state for each in await under_way(tables)}
    await ready_to_switch(tables)
    await builder(tables, street).look(PROJECTIONS)

    assert [] == await under_way(tables)
    assert followed == await contents(tables)


async def ready_to_switch(tables: Pool) -> None:
    async with tables.connection() as connection:
        await connection.execute("update projections.rebuilds set state = 'switching' where state = 'ready'")


async def test_before_it_takes_the_place_it_says_how_it_differs(tables: Pool, street: Street) -> None:
    await project(tables, street, projections=[ledger, tallies])
    async with tables.connection() as connection:
        await connection.execute(
            "update projections.ledger_v6 set place = '不知何处' where number is not null"
        )
    (wrong,) = await fetch(tables, "select count(*) from projections.ledger_v6 where number is not null")
    await ask(tables, street, ledger)
    await builder(tables, street).look(PROJECTIONS)
    (rebuild,) = await under_way(tables)
    told = rebuild.difference
    assert told is not None
    found = {each["table"]: each for each in told["tables"]}

    assert (rebuild.state, told["same_position"]) == ("ready", True)
    assert (wrong[0], wrong[0]) == (found["ledger_v6"]["only_live"], found["ledger_v6"]["only_built"])
    assert "不知何处" == found["ledger_v6"]["shown_live"][0]["place"]
    assert 0 == found["ledger_v6_enterprise"]["only_live"] == found["ledger_v6_enterprise"]["only_built"]


async def test_readers_never_miss_the_tables_while_they_change_places(tables: Pool, street: Street) -> None:
    await project(tables, street, projections=[ledger])
    expected = await fetch(tables, "select count(*) from projections.ledger_v6")
    seen: list[Any] = []
    done = asyncio.Event()

    async def read() -> None:
        while not done.is_set():
            seen.append(await fetch(tables, "select count(*) from projections.ledger_v6"))
            await asyncio.sleep(0)

    readers = [asyncio.create_task(read()) for _ in range(2)]
    for _ in range(5):
        await ask(tables, street, ledger, at_once=True)
        await builder(tables, street).look([ledger])
    done.set()
    await asyncio.gather(*readers)

    assert len(seen) > 5
    assert all(expected == each for each in seen)
    assert [] == await under_way(tables)


async def test_a_reader_of_two_tables_is_never_made_to_fail_by_a_switch(tables: Pool, street: Street) -> None:
    await project(tables, street, projections=[ledger])
    await ask(tables, street, ledger, at_once=True)
    async with tables.connection() as reading:
        await reading.execute("select count(*) from projections.ledger_v6_enterprise")
        looking = asyncio.create_task(builder(tables, street).look([ledger]))
        while not looking.done() and await fetch(tables, HELD) == [(0,)]:  # noqa: ASYNC110  # a lock sets no event
            await asyncio.sleep(0.01)
        await reading.execute(
            "select count(*) from projections.ledger_v6"
        )  # each has what the other waits for
        await looking
    assert ["ledger"] == [each.projection for each in await under_way(tables)]
    await builder(tables, street).look([ledger])

    assert [] == await under_way(tables)


async def test_a_cancelled_rebuild_leaves_nothing_behind(tables: Pool, street: Street) -> None:
    await project(tables, street, projections=[ledger])
    await ask(tables, street, ledger)
    await builder(tables, street).look([ledger])
    async with tables.connection() as connection:
        await connection.execute("delete from projections.rebuilds")
    await builder(tables, street).look([ledger])

    assert [] == await fetch(
        tables, "select tablename from pg_tables where schemaname = 'projections_building'"
    )


async def test_a_poison_event_stops_its_rebuild_and_no_other(tables: Pool, street: Street) -> None:
    choking: Any = Counting(chokes_on={"hazard.reopened"})
    poison = next(each for each in street.recorded if each.envelope.type == "hazard.reopened")
    await ask(tables, street, choking, ledger, at_once=True)
    await builder(tables, street).look([choking, ledger])
    (failed,) = await under_way(tables)

    assert ("counting", "failed") == (failed.projection, failed.state)
    assert failed.last_error is not None
    assert failed.last_error.startswith(f"第 {poison.position} 号事件 hazard.reopened")
    assert [("ledger",)] == await fetch(tables, "select projection from projections.checkpoints")


async def test_two_builders_cannot_both_write(tables: Pool, street: Street) -> None:
    await ask(tables, street, ledger)
    (rebuild,) = await under_way(tables)
    async with tables.connection() as connection:
        await rebuilds.move(connection, rebuild, start=0, end=5)
        with pytest.raises(rebuilds.Withdrawn):
            await rebuilds.move(connection, rebuild, start=0, end=6)


@dataclass(frozen=True)
class Raised:
    """升版 · A read model of a later version."""

    NAME = "counting"
    VERSION = 2
    TABLES = "create table projections.counting_v2 (position bigint primary key, type text)"

    async def project(self, connection: Connection, batch: Sequence[Recorded]) -> None:
        for each in batch:
            await connection.execute(
                "insert into projections.counting_v2 values (%s, %s)", (each.position, each.envelope.type)
            )


async def test_the_old_version_stands_until_the_new_one_takes_its_place(tables: Pool, street: Street) -> None:
    await project(tables, replace(street), projections=[Counting()])  # type: ignore[list-item]
    raised: Any = Raised()
    await ask(tables, street, raised)
    await builder(tables, street).look([raised])
    count = "select count(*) from projections.counting_v1"
    assert [(len(street.recorded),)] == await fetch(tables, count)
    (rebuild,) = await under_way(tables)
    assert rebuild.difference is not None
    assert [0] == [each["only_built"] for each in rebuild.difference["tables"]]
    await ready_to_switch(tables)
    await builder(tables, street).look([raised])

    assert [(len(street.recorded),)] == await fetch(tables, "select count(*) from projections.counting_v2")
    with pytest.raises(psycopg.errors.UndefinedTable):
        await fetch(tables, count)


async def test_what_the_live_one_took_in_meanwhile_is_there_after_they_changed_places(
    tables: Pool, street: Street
) -> None:
    half = replace(street, recorded=street.recorded[: len(street.recorded) // 2])
    await project(tables, half, projections=[ledger, tallies])
    await ask(tables, street, ledger, tallies)
    await builder(tables, half).look([ledger, tallies])
    await project(tables, street, projections=[ledger, tallies])
    followed = await contents(tables)
    await ready_to_switch(tables)
    await builder(tables, half).look([ledger, tallies])

    assert [] == await under_way(tables)
    assert followed == await contents(tables)
