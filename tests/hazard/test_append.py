"""追加 · log.append itself: order, expectations, outcomes, chain, whoever calls it and however many at once."""

import asyncio
from collections.abc import Callable
from hashlib import sha256
from itertools import pairwise
from uuid import UUID, uuid4

import psycopg
import pytest

from services.hazard.store import Command, KeyReused, Log, Outcome, StreamMoved, writer_pool
from services.postgres import conninfo

Filed = Callable[..., Command]

GENESIS = bytes(32)


async def rows(database: str, query: str) -> list[tuple]:
    async with await psycopg.AsyncConnection.connect(database) as connection:
        return await (await connection.execute(query)).fetchall()


async def test_positions_have_no_gap_under_eight_concurrent_writers(database: str, filed: Filed) -> None:
    async def write(name: str) -> None:
        async with writer_pool(database, size=1) as pool:
            log = Log(pool)
            hazard = uuid4()
            for after in range(0, 50, 2):
                await log.append(filed(hazard, after=after, events=2))

    await asyncio.gather(*(write(f"writer {n}") for n in range(8)))
    positions = [
        position for (position,) in await rows(database, "select position from log.events order by 1")
    ]

    assert list(range(1, 401)) == positions


async def test_versions_of_a_stream_follow_its_positions(database: str, filed: Filed) -> None:
    hazards = [uuid4() for _ in range(4)]

    async def write(hazard: UUID) -> None:
        async with writer_pool(database, size=1) as pool:
            log = Log(pool)
            for after in range(20):
                await log.append(filed(hazard, after=after))

    await asyncio.gather(*(write(hazard) for hazard in hazards))
    stored = await rows(database, "select stream, version from log.events order by position")

    assert {hazard: list(range(1, 21)) for hazard in hazards} == {
        hazard: [version for stream, version in stored if stream == hazard] for hazard in hazards
    }


async def test_instants_never_run_backwards(database: str, log: Log, filed: Filed) -> None:
    for _ in range(5):
        await log.append_all([filed(), filed()])
    instants = [
        instant for (instant,) in await rows(database, "select appended_at from log.events order by position")
    ]

    assert all(earlier <= later for earlier, later in pairwise(instants))


async def test_the_chain_is_what_anyone_can_compute_from_the_stored_bytes(
    database: str, log: Log, filed: Filed
) -> None:
    await log.append(filed(events=3))
    await log.append_all([filed(events=2), filed()])
    chain = GENESIS
    stored = await rows(database, "select body, leaf, chain from log.events order by position")
    expected = []
    for body, _, _ in stored:
        leaf = sha256(b"\x00" + body).digest()
        chain = sha256(chain + leaf).digest()
        expected.append((leaf, chain))

    assert expected == [(leaf, chain) for _, leaf, chain in stored]


async def test_two_writers_who_saw_the_same_version_store_one_event(
    database: str, log: Log, filed: Filed
) -> None:
    hazard = uuid4()
    await log.append(filed(hazard))
    verdicts = await asyncio.gather(
        *(log.append(filed(hazard, after=1)) for _ in range(4)), return_exceptions=True
    )
    moved = [verdict for verdict in verdicts if isinstance(verdict, StreamMoved)]

    assert [(hazard, 1, 2)] * 3 == [(verdict.stream, verdict.expected, verdict.actual) for verdict in moved]


async def test_a_conflict_stores_nothing_of_its_command(database: str, log: Log, filed: Filed) -> None:
    taken = uuid4()
    await log.append(filed(taken))
    with pytest.raises(StreamMoved):
        await log.append(filed(events=3, expected={taken: 0}, names={"33011120260001": taken}))

    assert [(1, 1, 0)] == await rows(
        database,
        "select (select count(*) from log.events), (select count(*) from log.outcomes),"
        " (select count(*) from log.names)",
    )


async def test_a_batch_gives_each_command_its_own_verdict(log: Log, filed: Filed) -> None:
    hazard = uuid4()
    stored = filed(hazard, key="once")
    commands = [
        stored,
        stored,
        filed(key="once", request=b"another"),
        filed(hazard),
        *(filed() for _ in range(59)),
        filed(hazard, after=1),
    ]
    verdicts = await log.append_all(commands)

    assert [
        Outcome(1, b"answer", repeat=False),
        Outcome(1, b"answer", repeat=True),
        KeyReused,
        StreamMoved,
        Outcome(61, b"answer", repeat=False),
    ] == [verdicts[0], verdicts[1], type(verdicts[2]), type(verdicts[3]), verdicts[63]]


async def test_more_than_64_commands_in_one_append_are_refused_by_the_server_too(database: str) -> None:
    keys = [str(n) for n in range(65)]
    none = [0] * 65
    call = "select log.append(%s, %s, %s, %s, %s, %s, %s" + ", '{}'" * 10 + ")"
    async with await psycopg.AsyncConnection.connect(database) as connection:
        with pytest.raises(psycopg.errors.RaiseException, match="at most 64"):
            await connection.execute(call, (keys, keys, [b"r"] * 65, [b"a"] * 65, none, none, none))


@pytest.mark.parametrize(
    "attempt",
    [
        "update log.events set body = ''",
        "delete from log.events",
        "insert into log.streams values (gen_random_uuid(), 'hazard', 1, 1)",
        "update log.outcomes set answer = ''",
        "drop table log.names",
        "truncate log.events",
    ],
)
async def test_the_writer_can_append_and_do_nothing_else(database: str, attempt: str) -> None:
    async with await psycopg.AsyncConnection.connect(conninfo(database, role="hazard_writer")) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await connection.execute(attempt)


async def test_a_batch_and_its_repeat_side_by_side_are_stored_once(
    database: str, log: Log, filed: Filed
) -> None:
    commands = [filed(key=str(n)) for n in range(8)]
    verdicts = await asyncio.gather(*(log.append(command) for command in commands * 4))
    stored = [verdict for verdict in verdicts if not verdict.repeat]

    assert (8, 8) == (len(stored), len(await rows(database, "select from log.events")))
