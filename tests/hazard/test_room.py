"""余量 · The log goes on across the end of a partition, and nobody waits while room is made."""

import asyncio
from collections.abc import AsyncIterator, Callable
from hashlib import sha256
from itertools import pairwise
from uuid import UUID, uuid4

import psycopg
import pytest
from eventsourcing.persistence import InfrastructureFactory, StoredEvent

from given.stock import environment
from services.hazard.room import EVENTS_AHEAD, Room
from services.hazard.store import Command, Log, StreamMoved, Unavailable, make_room
from services.postgres import Connection, conninfo

Filed = Callable[..., Command]

BORDER = 10_000_000
LAST_ROOM = 19_999_999  # a new database has two partitions


@pytest.fixture
async def owner(database: str) -> AsyncIterator[Connection]:
    """What PostgreSQL refuses to wait for longer than two seconds fails the test that waits."""
    limited = conninfo(database, lock_timeout="2s")
    async with await psycopg.AsyncConnection.connect(limited, autocommit=True) as connection:
        yield connection


async def grown_to(owner: Connection, position: int) -> UUID:
    """As if the log had grown so far: its last event, and the stream that one is of."""
    stream = uuid4()
    await owner.execute(
        "insert into log.events values (%(position)s, now(), gen_random_uuid(), %(stream)s, 1, 't', 's', '',"
        " sha256(''), sha256('the chain so far'))",
        {"position": position, "stream": stream},
    )
    await owner.execute("insert into log.streams values (%s, 'hazard', 1, %s)", (stream, position))
    return stream


async def room(owner: Connection) -> int:
    (left,) = await (await owner.execute("select log.room()")).fetchone() or (0,)
    return left


async def whole(owner: Connection) -> list[tuple[int, int]]:
    """Positions and versions, after looking at the chain from the first to the last."""
    rows = await (
        await owner.execute(
            "select position, version, body, leaf, chain, appended_at from log.events order by position"
        )
    ).fetchall()
    for before, after in pairwise(rows):
        assert after[0] == before[0] + 1
        assert after[3] == sha256(b"\x00" + after[2]).digest()
        assert after[4] == sha256(before[4] + after[3]).digest()
        assert after[5] >= before[5]
    return [(position, version) for position, version, *_ in rows]


async def test_a_command_is_stored_across_the_border_of_two_partitions(
    owner: Connection, log: Log, filed: Filed
) -> None:
    stream = await grown_to(owner, BORDER - 3)
    await log.append(filed(stream, after=1, events=5))
    await log.append_all([filed(stream, after=6), filed(stream, after=7)])

    assert [(BORDER - 3 + n, 1 + n) for n in range(8)] == await whole(owner)
    assert [2, 3, 4, 5, 6, 7, 8] == [fact.envelope.version for fact in await log.load(stream, after=1)]


@pytest.mark.parametrize("together", [False, True], ids=["each by itself", "whole"])
async def test_an_append_that_finds_no_room_makes_some_and_is_stored_once(
    owner: Connection, log: Log, filed: Filed, together: bool
) -> None:
    stream = await grown_to(owner, LAST_ROOM - 1)
    commands = [filed(stream, after=1, events=3, key="k"), filed()]
    first = await log.append_all(commands, whole=together)
    again = await log.append_all(commands, whole=together)

    assert [(LAST_ROOM + 2, False), (LAST_ROOM + 3, False)] == [(one.position, one.repeat) for one in first]
    assert [(LAST_ROOM + 2, True), (LAST_ROOM + 3, True)] == [(one.position, one.repeat) for one in again]
    assert [(LAST_ROOM - 1 + n, 1 + n) for n in range(4)] == (await whole(owner))[:4]
    assert await room(owner) > BORDER


async def test_many_who_meet_the_end_at_once_are_each_stored_once(
    owner: Connection, log: Log, filed: Filed
) -> None:
    await grown_to(owner, LAST_ROOM - 5)
    outcomes = await asyncio.gather(*(log.append_all([filed(events=2)]) for _ in range(20)))

    assert list(range(LAST_ROOM - 3, LAST_ROOM + 37, 2)) == sorted(one.position for (one,) in outcomes)
    assert 41 == len(await whole(owner))


async def test_the_recorder_of_the_library_goes_on_too(database: str, owner: Connection) -> None:
    await grown_to(owner, LAST_ROOM)
    with InfrastructureFactory.construct(environment(database)) as factory:
        positions = factory.application_recorder().insert_events([StoredEvent(uuid4(), 1, "t", b"s")])

    assert [LAST_ROOM + 1] == positions


async def test_who_appends_makes_room_long_before_it_is_needed(
    owner: Connection, log: Log, filed: Filed
) -> None:
    await grown_to(owner, BORDER)
    assert await room(owner) < EVENTS_AHEAD
    await log.append(filed())
    await log._room.settled()

    assert await room(owner) >= EVENTS_AHEAD


async def test_room_is_asked_for_again_when_half_of_it_is_used() -> None:
    asked = []

    async def make() -> int:
        asked.append(position)
        if position == 51:
            raise Unavailable("away")
        return 100

    room = Room(make)
    for position in (1, 50, 51, 10_050, 10_051, 10_100, 10_101):
        room.used_up_to(position)
        await room.settled()

    assert [1, 51, 10_051, 10_101] == asked


async def test_a_log_without_room_says_so_and_stores_nothing(
    owner: Connection, log: Log, filed: Filed
) -> None:
    await grown_to(owner, LAST_ROOM)
    await owner.execute("create table log.events_0002 ()")  # somebody took a partition off and left it there
    command = filed()
    with pytest.raises(Unavailable, match="no room for more events") as refusal:
        await log.append(command)
    await owner.execute("drop table log.events_0002")

    assert refusal.value.stored is False
    assert (LAST_ROOM + 1, False) == ((one := await log.append(command)).position, one.repeat)


async def test_a_conflict_or_a_broken_check_is_not_taken_for_a_full_log(
    owner: Connection, log: Log, filed: Filed
) -> None:
    stream = await grown_to(owner, 7)
    with pytest.raises(StreamMoved):
        await log.append(filed(stream, after=4))
    await owner.execute("alter table log.events add constraint never check (false) not valid")
    with pytest.raises(psycopg.errors.CheckViolation, match="never"):
        await log.append_all([filed()])


async def test_room_is_made_while_somebody_reads_and_somebody_appends(
    database: str, owner: Connection, log: Log
) -> None:
    before = await room(owner)
    async with await psycopg.AsyncConnection.connect(database) as reader:
        await reader.execute("select count(*) from log.events")
        async with await psycopg.AsyncConnection.connect(database) as writer:
            await writer.execute("lock table log.events in row exclusive mode")
            await owner.execute("select log.make_room(%s)", (30_000_000,))

    assert (before, 39_999_999) == (19_999_999, await room(owner))


async def test_others_read_and_append_while_room_is_being_made(
    database: str, owner: Connection, log: Log, filed: Filed
) -> None:
    async with await psycopg.AsyncConnection.connect(database) as maker:
        await maker.execute("select log.make_room(%s)", (30_000_000,))
        stream = uuid4()
        await log.append(filed(stream))

        assert [1] == [fact.envelope.version for fact in await log.load(stream)]
        await maker.commit()
    assert 2 == (await log.append(filed(stream, after=1))).position


async def test_room_is_made_once_by_many_who_ask_at_once(database: str, owner: Connection) -> None:
    await grown_to(owner, BORDER)
    await asyncio.gather(*(make_room(database) for _ in range(8)))

    assert 39_999_999 - BORDER == await room(owner)


async def test_a_partition_made_later_is_like_the_first(owner: Connection) -> None:
    await owner.execute("select log.make_room(%s)", (30_000_000,))
    found = await owner.execute(
        "select part.relname, (select count(*) from pg_index where indrelid = part.oid and indisvalid),"
        " (select count(*) from pg_inherits as child join pg_index on indexrelid = child.inhrelid"
        "  where indrelid = part.oid),"
        " (select array_agg(conname::text order by conname) from pg_constraint"
        "  where conrelid = part.oid and contype in ('c', 'n'))"
        " from pg_inherits join pg_class as part on part.oid = inhrelid"
        " where inhparent = 'log.events'::regclass order by 1"
    )
    (_, *first), *others = await found.fetchall()

    assert ["events_0001", "events_0002", "events_0003"] == [name for name, *_ in others]
    assert [first] * 3 == [alike for _, *alike in others]


async def test_a_writer_may_ask_for_room_but_not_for_any_amount(database: str, owner: Connection) -> None:
    async with await psycopg.AsyncConnection.connect(conninfo(database, role="hazard_writer")) as writer:
        await writer.execute("select log.make_room(%s)", (10**15,))
        await writer.commit()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await writer.execute("select log.make_partitions(1)")

    assert await room(owner) < 110_000_000
