"""日志之门 · What goes in comes out; a command has one outcome; a server that is away is said to be."""

import asyncio
from collections.abc import Callable
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from pydantic import ValidationError

from contracts.catalogue import UnknownEvent
from contracts.envelope import Envelope, encode
from contracts.hazard import HazardCaptured
from services.hazard.mapper import ContractMapper
from services.hazard.store import (
    Command,
    KeyReused,
    Log,
    Outcome,
    StreamMoved,
    Unavailable,
    make_room,
    stream_of,
    writer_pool,
)

Filed = Callable[..., Command]
Happened = Callable[..., Envelope]


async def test_a_stream_is_read_back_in_order_with_typed_events(log: Log, filed: Filed) -> None:
    hazard = uuid4()
    command = filed(hazard, events=3, place="4号仓库")
    await log.append(command)
    facts = await log.load(hazard)

    assert [(envelope, HazardCaptured, "4号仓库") for envelope in command.events] == [
        (fact.envelope, type(fact.event), fact.event.place) for fact in facts
    ]


async def test_a_stream_is_read_on_behind_a_version(log: Log, filed: Filed) -> None:
    hazard = uuid4()
    await log.append(filed(hazard, events=5))

    assert [4, 5] == [fact.envelope.version for fact in await log.load(hazard, after=3)]


async def test_a_stream_that_does_not_exist_is_empty(log: Log) -> None:
    assert [] == await log.load(uuid4())


async def test_a_repeat_gets_the_first_answer_though_the_stream_has_moved(log: Log, filed: Filed) -> None:
    hazard = uuid4()
    first = filed(hazard, key="k", answer=b"the first")
    await log.append(first)
    await log.append(filed(hazard, after=1))
    again = filed(hazard, key="k", answer=b"decided anew")

    assert Outcome(1, b"the first", repeat=True) == await log.append(again)


async def test_a_second_use_of_a_key_with_another_body_is_refused(log: Log, filed: Filed) -> None:
    await log.append(filed(key="k", request=b"one"))
    with pytest.raises(KeyReused):
        await log.append(filed(key="k", request=b"two"))
    with pytest.raises(KeyReused):
        await log.outcome("mini-program", "k", b"two")


async def test_an_outcome_is_looked_up_by_client_and_key(log: Log, filed: Filed) -> None:
    await log.append(filed(key="k", events=2))
    outcome = await log.outcome("mini-program", "k", b"request")

    assert (Outcome(2, b"answer", repeat=True), None, None) == (
        outcome,
        await log.outcome("mini-program", "another", b"request"),
        await log.outcome("another client", "k", b"request"),
    )


async def test_a_command_that_leans_on_a_stream_is_refused_when_it_has_moved(log: Log, filed: Filed) -> None:
    enterprise = uuid4()
    await log.append(filed(enterprise, events=2))
    await log.append(filed(expected={enterprise: 2}))
    with pytest.raises(StreamMoved) as refusal:
        await log.append(filed(expected={enterprise: 1}))

    assert (enterprise, 1, 2) == (refusal.value.stream, refusal.value.expected, refusal.value.actual)


async def test_what_must_be_unique_is_a_stream_that_must_not_exist(
    log: Log, filed: Filed, happened: Happened
) -> None:
    code = stream_of("credit-code/91330100MA27XL0R4B")
    await log.append(filed(code))
    with pytest.raises(StreamMoved):
        await log.append(filed(code))


async def test_a_name_leads_to_its_stream_and_stays_where_it_was_given_first(log: Log, filed: Filed) -> None:
    first, second = uuid4(), uuid4()
    await log.append(filed(first, names={"330111-2026-0001": first}))
    await log.append(filed(second, names={"330111-2026-0001": second}))

    assert (first, None) == (await log.named("330111-2026-0001"), await log.named("330111-2026-0002"))


async def test_the_head_moves_with_each_event(log: Log, filed: Filed) -> None:
    empty = await log.head()
    await log.append(filed(events=2))
    head = await log.head()

    assert (0, bytes(32), None, 2, empty.log_id) == (
        empty.position,
        empty.chain,
        empty.appended_at,
        head.position,
        head.log_id,
    )


async def test_numbers_of_two_processes_never_meet(database: str) -> None:
    async with writer_pool(database) as one, writer_pool(database) as other:
        logs = [Log(one), Log(other)]
        numbers = await asyncio.gather(*(logs[n % 2].next_number("330111-2026") for n in range(250)))

    assert 250 == len(set(numbers))


async def test_numbers_of_each_prefix_begin_at_one(log: Log) -> None:
    numbers = [await log.next_number(prefix) for prefix in ("a", "b", "a", "b")]

    assert [1, 1, 2, 2] == numbers


async def test_events_that_do_not_follow_one_another_are_refused(
    log: Log, filed: Filed, happened: Happened
) -> None:
    hazard = uuid4()
    command = Command("client", "k", b"r", b"a", (happened(hazard, 1), happened(hazard, 3)))
    with pytest.raises(ValueError, match="does not follow"):
        await log.append(command)

    assert 0 == (await log.head()).position


async def test_an_event_the_catalogue_does_not_know_is_refused(log: Log, happened: Happened) -> None:
    envelope = happened(uuid4()).model_copy(update={"type": "hazard.painted"})
    with pytest.raises(UnknownEvent):
        await log.append(Command("client", "k", b"r", b"a", (envelope,)))


async def test_an_event_above_256_kb_is_refused(log: Log, filed: Filed) -> None:
    with pytest.raises(ValueError, match="256 KB"):
        await log.append(filed(place="长" * 100_000))


def test_stored_events_bear_the_contracts_name_and_bytes(happened: Happened) -> None:
    hazard = uuid4()
    envelope = happened(hazard, 4)

    assert StoredEvent(hazard, 4, "hazard.captured", encode(envelope)) == ContractMapper().stored(envelope)


def test_what_is_read_is_validated(happened: Happened) -> None:
    mapper = ContractMapper()
    broken = happened(uuid4()).model_copy(update={"data": {"place": 5, "source": "nobody"}})
    with pytest.raises(ValidationError):
        mapper.to_domain_event(mapper.stored(broken))


async def test_a_writer_that_waits_too_long_for_the_lock_has_stored_nothing(
    database: str, filed: Filed
) -> None:
    async with writer_pool(database, patience=0.2) as pool:
        log = Log(pool)
        async with await psycopg.AsyncConnection.connect(database) as blocker:
            await blocker.execute("select pg_advisory_xact_lock(7233, 1)")
            with pytest.raises(Unavailable) as refusal:
                await log.append(filed())
        head = await log.head()

    assert (False, 0) == (refusal.value.stored, head.position)


async def test_a_connection_lost_while_appending_leaves_the_outcome_unknown(
    database: str, log: Log, filed: Filed
) -> None:
    command = filed(key="k")
    async with await psycopg.AsyncConnection.connect(database) as blocker:
        await blocker.execute("select pg_advisory_xact_lock(7233, 1)")
        appending = asyncio.create_task(log.append(command))
        await _end_who_waits(blocker)
        with pytest.raises(Unavailable) as refusal:
            await appending
    again = await log.append(command)

    assert (None, Outcome(1, b"answer", repeat=False)) == (refusal.value.stored, again)


async def _end_who_waits(blocker: psycopg.AsyncConnection) -> None:
    ended = 0
    while not ended:
        await asyncio.sleep(0.01)
        await blocker.execute("select pg_stat_clear_snapshot()")  # a transaction sees the first one for ever
        answer = await blocker.execute(
            "select count(pg_terminate_backend(pid, 10000)) from pg_stat_activity"
            " where datname = current_database() and wait_event = 'advisory'"
        )
        (ended,) = await answer.fetchone() or (0,)


async def test_a_server_that_is_away_is_said_to_be(filed: Filed) -> None:
    async with writer_pool("postgresql://nobody@127.0.0.1:1/none", patience=0.2) as pool:
        log = Log(pool)
        with pytest.raises(Unavailable) as refusal:
            await log.append(filed())

    assert refusal.value.stored is False


async def test_a_restarted_server_costs_nobody_an_error(database: str, log: Log, filed: Filed) -> None:
    await log.append(filed())
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as connection:
        await connection.execute(
            "select pg_terminate_backend(pid, 10000) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )

    assert 2 == (await log.append(filed())).position


async def test_what_belongs_together_is_stored_together_or_not_at_all(log: Log, filed: Filed) -> None:
    stream = uuid4()
    await log.append(filed(stream))

    verdicts = await log.append_all([filed(), filed(stream), filed()], whole=True)

    assert isinstance(verdicts[1], StreamMoved)
    assert (await log.head()).position == 1


async def test_every_start_makes_room_ahead_of_the_log(database: str, log: Log) -> None:
    await make_room(database)

    async with await psycopg.AsyncConnection.connect(database) as connection:
        found = await connection.execute("select to_regclass('log.events_0002') is not null")
        assert await found.fetchone() == (True,)


async def test_commands_that_arrive_together_are_stored_by_few_calls(
    log: Log, filed: Filed, database: str
) -> None:
    outcomes = await asyncio.gather(*(log.append(filed(events=2)) for _ in range(60)))
    with psycopg.connect(database) as connection:
        row = connection.execute("select count(*), count(distinct appended_at) from log.events").fetchone()

    assert row is not None
    assert list(range(2, 121, 2)) == sorted(outcome.position for outcome in outcomes)
    assert row[0] == 120
    assert row[1] <= 3


async def test_a_command_the_server_cannot_take_spoils_no_other(log: Log, filed: Filed) -> None:
    commands = [filed(key="good"), filed(key="a\x00b"), filed(key="good too")]
    outcomes = await asyncio.gather(*map(log.append, commands), return_exceptions=True)

    assert isinstance(outcomes[1], psycopg.DataError)
    assert [False, True, False] == [isinstance(outcome, Exception) for outcome in outcomes]
    assert (await log.head()).position == 2


async def test_of_many_who_change_the_same_at_once_one_does_and_the_others_hear_of_it(
    log: Log, filed: Filed
) -> None:
    hazard = uuid4()
    commands = [filed(hazard) for _ in range(20)] + [filed() for _ in range(20)]
    outcomes = await asyncio.gather(*map(log.append, commands), return_exceptions=True)

    assert 1 == sum(isinstance(outcome, Outcome) for outcome in outcomes[:20])
    assert 19 == sum(isinstance(outcome, StreamMoved) for outcome in outcomes[:20])
    assert all(isinstance(outcome, Outcome) for outcome in outcomes[20:])
