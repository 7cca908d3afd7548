"""追加 · A batch leaves what its commands would leave one after another, however they lean on one another."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from uuid import UUID, uuid4, uuid5

import psycopg
import pytest

from contracts.envelope import Envelope
from services.hazard.appending import APPEND, columns, ready
from services.hazard.mapper import ContractMapper
from services.hazard.store import Command, Log, Outcome, StreamMoved
from services.postgres import Connection

Filed = Callable[..., Command]
Happened = Callable[..., Envelope]

STREAMS = [uuid5(UUID(int=0), f"stream {n}") for n in range(8)]
KEYS = [None, *map(str, range(12))]
NAMES = ["33011120260001", "33011120260002", "33011120260003"]
LEFT = (
    "select position, event_id, stream, version, type, subject, body, leaf, chain from log.events order by 1",
    "select * from log.streams order by id",
    "select * from log.outcomes order by client, key",
    "select * from log.names order by name",
)


@pytest.fixture
async def connection(database: str) -> AsyncIterator[Connection]:
    async with await psycopg.AsyncConnection.connect(database) as connection:
        yield connection


async def appended(connection: Connection, commands: list[Command]) -> list[tuple]:
    values = columns([ready(ContractMapper(), command) for command in commands])
    return await (await connection.cursor(binary=True).execute(APPEND, values)).fetchall()


WITHOUT_LEAVES = APPEND.replace("%b::uuid[], %b::bytea[]\n", "%b::uuid[]\n")


async def test_a_process_of_the_version_before_stores_the_same_without_bringing_leaves(
    connection: Connection, filed: Filed
) -> None:
    command = filed(events=3)
    values = columns([ready(ContractMapper(), command)])
    stored = []
    for statement, given in ((APPEND, values), (WITHOUT_LEAVES, values[:-1])):
        await connection.execute("begin")
        verdicts = await (await connection.cursor(binary=True).execute(statement, given)).fetchall()
        stored.append((verdicts, await left(connection)))
        await connection.execute("rollback")

    assert stored[0] == stored[1]
    assert [3] == [position for _, position, *_ in stored[0][0]]


async def left(connection: Connection) -> list[list[tuple]]:
    return [await (await connection.execute(query)).fetchall() for query in LEFT]


def any_command(chance: random.Random, happened: Happened, versions: dict[UUID, int]) -> Command:
    """Mostly of what is there, sometimes of what was, of what will be, or of what another one of its batch writes."""
    written = chance.sample(STREAMS, chance.choice([0, 1, 1, 1, 2]))
    leaned = chance.sample(
        [stream for stream in STREAMS if stream not in written], chance.choice([0, 0, 1, 2])
    )

    def seen(stream: UUID) -> int:
        return max(0, versions.get(stream, 0) + chance.choice([0, 0, 0, 0, 0, -1, 1]))

    events = []
    for stream in written:
        after = seen(stream)
        events += [happened(stream, after + n) for n in range(1, chance.choice([1, 1, 2, 3]) + 1)]
    return Command(
        client=chance.choice(["a", "b"]),
        key=chance.choice(KEYS),
        request=chance.choice([b"request", b"request", b"another"]),
        answer=chance.randbytes(4),
        events=tuple(events),
        expected={stream: seen(stream) for stream in leaned},
        names={name: uuid4() for name in chance.sample(NAMES, chance.choice([0, 0, 1]))},
    )


@pytest.mark.parametrize("seed", range(12))
async def test_a_batch_leaves_what_its_commands_leave_one_after_another(
    connection: Connection, happened: Happened, seed: int
) -> None:
    chance = random.Random(seed)
    seen: set[str] = set()
    for _ in range(12):
        streams = await (await connection.execute("select id, version from log.streams")).fetchall()
        batch = [any_command(chance, happened, dict(streams)) for _ in range(chance.choice([1, 2, 3, 6]))]
        await connection.execute("savepoint before")
        together = (await appended(connection, batch), await left(connection))
        await connection.execute("rollback to before")
        one_by_one = [row for command in batch for row in await appended(connection, [command])]

        assert together == (one_by_one, await left(connection))
        seen |= {verdict for verdict, *_ in one_by_one}
    assert {"stored", "conflict"} <= seen


async def test_whole_batches_without_a_dispute_are_alike_too(
    connection: Connection, happened: Happened
) -> None:
    """The way of a few statements for all, which a random batch seldom takes when it is long."""
    for n in range(4):
        batch = [
            Command(
                client="a",
                key=None if place % 5 == 0 else f"{n} {place}",
                request=b"r",
                answer=bytes([place]),
                events=tuple(happened(stream, n * (place % 3) + k) for k in range(1, place % 3 + 1)),
                expected={uuid4(): 0, STREAMS[7]: 0},
                names={f"{n} {place % 7}": stream},
            )
            for place, stream in enumerate(uuid5(UUID(int=1), str(place)) for place in range(64))
        ]
        await connection.execute("savepoint before")
        together = (await appended(connection, batch), await left(connection))
        await connection.execute("rollback to before")
        one_by_one = [row for command in batch for row in await appended(connection, [command])]

        assert {"stored"} == {verdict for verdict, *_ in one_by_one}
        assert together == (one_by_one, await left(connection))


async def test_what_one_command_creates_another_of_its_batch_may_no_longer_find_missing(
    log: Log, filed: Filed
) -> None:
    stream = uuid4()
    before, creating, after = filed(expected={stream: 0}), filed(stream), filed(expected={stream: 0})
    verdicts = await log.append_all([before, creating, after])

    assert [Outcome, Outcome, StreamMoved] == [type(verdict) for verdict in verdicts]


async def test_a_key_whose_command_met_a_conflict_is_free_for_the_next_of_the_batch(
    log: Log, filed: Filed
) -> None:
    taken = uuid4()
    await log.append(filed(taken))
    verdicts = await log.append_all([filed(taken, key="k"), filed(taken, after=1, key="k"), filed(key="k")])

    assert [StreamMoved, Outcome, Outcome] == [type(verdict) for verdict in verdicts]
    assert [(2, False), (2, True)] == [(verdict.position, verdict.repeat) for verdict in verdicts[1:]]


async def test_a_command_without_events_has_its_outcome_at_the_logs_end(log: Log, filed: Filed) -> None:
    nothing = replace(filed(key="nothing"), events=())
    first = await log.append(nothing)
    await log.append_all([filed(events=2), replace(filed(key="between"), events=()), filed()])

    assert (0, False) == (first.position, first.repeat)
    assert [0, 2] == [
        (await log.outcome("mini-program", key, b"request")).position for key in ("nothing", "between")
    ]
    assert (await log.append(nothing)).repeat


async def test_commands_without_a_key_are_never_one_anothers_repeats(
    database: str, connection: Connection, filed: Filed
) -> None:
    alike = [replace(filed(), key=None) for _ in range(3)]
    verdicts = await appended(connection, alike)
    await connection.commit()

    assert [("stored", n) for n in (1, 2, 3)] == [(verdict, position) for verdict, position, *_ in verdicts]
    assert [[], []] == (await left(connection))[2:]


async def test_an_event_in_a_stream_of_another_command_is_refused(
    connection: Connection, filed: Filed
) -> None:
    values = list(columns([ready(ContractMapper(), command) for command in (filed(), filed())]))
    values[10] = [2, 1]  # the places of the events' streams, exchanged
    with pytest.raises(psycopg.errors.RaiseException, match="belongs to no stream"):
        await connection.execute(APPEND, values)


@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
async def test_a_caller_who_looks_at_an_older_log_is_refused_and_forks_nothing(
    database: str, connection: Connection, log: Log, filed: Filed, level: str
) -> None:
    await log.append(filed())
    await connection.execute(f"set transaction isolation level {level}")
    await connection.execute("select * from log.head")
    await log.append(filed())
    with pytest.raises((psycopg.errors.UniqueViolation, psycopg.errors.SerializationFailure)):
        await appended(connection, [filed()])
    await connection.rollback()

    assert 3 == (await log.append(filed())).position


async def test_a_transaction_taken_back_leaves_no_gap(connection: Connection, log: Log, filed: Filed) -> None:
    await appended(connection, [filed(events=5)])
    waiting = asyncio.create_task(log.append(filed()))
    await connection.rollback()

    assert 1 == (await waiting).position
