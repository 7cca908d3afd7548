"""记录器 · A stock application on our log, and our log in the library's hands."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from threading import Thread
from uuid import UUID, uuid4

import psycopg
import pytest
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import (
    DataError,
    EventStore,
    InfrastructureFactory,
    IntegrityError,
    Notification,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
    StoredEvent,
    Tracking,
)

from contracts.envelope import MAX_BYTES, Envelope, encode
from given.lossy import lossy
from given.stock import environment
from services.hazard.mapper import ContractMapper, Fact
from services.hazard.recorder import LogRecorder, StreamRecorder
from services.hazard.store import Command, Log
from services.jetstream import HEADER_CHAIN, Message, connected, publish_batch, stream_end

Filed = Callable[..., Command]
Happened = Callable[..., Envelope]

COLUMNS = "position, event_id, stream, version, type, subject, body, leaf, chain"


class Ladder(Aggregate):
    """Something of the library's own kind: opened by its first event, changed by the next."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.rungs = 0

    @event("RungAdded")
    def add(self) -> None:
        self.rungs += 1


class Ladders(Application[UUID]):
    """A stock application."""


@contextmanager
def recording(database: str, **settings: str) -> Iterator[LogRecorder]:
    """The recorder as the library's factory makes it from its environment."""
    with InfrastructureFactory.construct(environment(database, **settings)) as factory:
        recorder = factory.application_recorder()
        assert type(recorder) is LogRecorder
        yield recorder


@pytest.fixture
def recorder(database: str) -> Iterator[LogRecorder]:
    with recording(database) as recorder:
        yield recorder


def rows(database: str, query: str, *values: object) -> list[tuple]:
    with psycopg.connect(database) as connection:
        return connection.execute(query, values).fetchall()


def library(
    version: int = 1, *, stream: UUID | None = None, topic: str = "ladders:Ladder.RungAdded"
) -> StoredEvent:
    return StoredEvent(stream or uuid4(), version, topic, b"\x00 not JSON \xff")


def test_a_stock_application_saves_into_our_log_and_loads_from_it(database: str) -> None:
    with Ladders(environment(database)) as ladders:
        ladder = Ladder(place="3号车间")
        ladder.add()
        ladders.save(ladder)
        found: Ladder = ladders.repository.get(ladder.id)
        found.add()
        recordings = ladders.save(found)

        assert [3] == [recording.notification.id for recording in recordings]
        assert ("3号车间", 2, 3) == (found.place, found.rungs, found.version)

    chain = bytes(32)
    for position, body, leaf, link in rows(
        database, "select position, body, leaf, chain from log.events order by 1"
    ):
        chain = sha256(chain + sha256(b"\x00" + body).digest()).digest()
        assert (sha256(b"\x00" + body).digest(), chain) == (leaf, link), position
    assert [(1, 1), (2, 2), (3, 3)] == rows(database, "select position, version from log.events order by 1")


def test_two_stock_applications_that_saw_the_same_version_store_one_event(database: str) -> None:
    with Ladders(environment(database)) as ladders:
        ladder = Ladder(place="仓库")
        ladders.save(ladder)
        one, other = (ladders.repository.get(ladder.id) for _ in range(2))
        one.add()
        other.add()
        ladders.save(one)
        with pytest.raises(IntegrityError):
            ladders.save(other)

    assert [(2,)] == rows(database, "select position from log.head")


async def test_what_our_store_appended_the_library_reads_by_its_own_interfaces(
    database: str, log: Log, filed: Filed
) -> None:
    hazard = uuid4()
    command = filed(hazard, events=3)
    await log.append(command)
    with recording(database) as recorder:
        facts = list(EventStore(ContractMapper(), recorder).get(hazard, gt=1))
        notifications = recorder.select_notifications(1, 10, topics=["hazard.captured"])

    assert list(command.events[1:]) == [fact.envelope for fact in facts]
    assert await log.load(hazard, after=1) == facts
    assert [
        Notification(hazard, n, "hazard.captured", encode(envelope), n)
        for n, envelope in enumerate(command.events, start=1)
    ] == notifications


async def test_two_callers_of_one_function_leave_the_same_rows(
    database: str, postgres, log: Log, happened: Happened, recorder: LogRecorder
) -> None:
    first, second = uuid4(), uuid4()
    facts = [Fact(envelope, None) for envelope in (happened(first), happened(second), happened(first, 2))]
    EventStore(ContractMapper(), recorder).put(facts)
    by_library = rows(database, f"select {COLUMNS} from log.events order by 1")
    streams = rows(database, "select * from log.streams order by id")
    with psycopg.connect(database) as connection:
        connection.execute("truncate log.events, log.streams")
    await log.append(Command("c", "k", b"", b"", tuple(fact.envelope for fact in facts)))

    assert by_library == rows(database, f"select {COLUMNS} from log.events order by 1")
    assert streams == rows(database, "select * from log.streams order by id")


async def test_both_write_one_stream_in_turn(
    database: str, log: Log, filed: Filed, happened: Happened, recorder: LogRecorder
) -> None:
    hazard = uuid4()
    store = EventStore(ContractMapper(), recorder)
    await log.append(filed(hazard))
    store.put([Fact(happened(hazard, 2), None)])
    await log.append(filed(hazard, after=2))
    with pytest.raises(IntegrityError):
        store.put([Fact(happened(hazard, 3), None)])

    assert [1, 2, 3] == [fact.envelope.version for fact in await log.load(hazard)]


def test_an_answer_lost_after_the_commit_is_no_conflict(database: str) -> None:
    """The library's own recorder tries again, meets its own rows and reports a conflict (traps.md, 7)."""
    with lossy(database) as (address, wire), recording(address) as recorder:
        stream = uuid4()
        recorder.insert_events([library(stream=stream)])
        wire.lose = b"RungAdded"  # a topic: a prepared statement sends its values only
        positions = recorder.insert_events([library(2, stream=stream), library(3, stream=stream)])

        assert ([2, 3], 1) == (positions, wire.lost)
        with pytest.raises(IntegrityError):
            recorder.insert_events([library(3, stream=stream)])
    assert [(3,)] == rows(database, "select count(*) from log.events")


def test_events_of_several_streams_are_stored_together_or_not_at_all(
    database: str, recorder: LogRecorder
) -> None:
    taken = library()
    recorder.insert_events([taken])
    with pytest.raises(IntegrityError, match="is at version 1"):
        recorder.insert_events([library(), taken, library()])

    assert [(1,)] == rows(database, "select count(*) from log.events")


def test_a_version_left_out_is_a_conflict(recorder: LogRecorder) -> None:
    stream = uuid4()
    with pytest.raises(IntegrityError, match="does not follow"):
        recorder.insert_events([library(1, stream=stream), library(3, stream=stream)])
    with pytest.raises(IntegrityError, match="is at version 0"):
        recorder.insert_events([library(5, stream=stream)])


@pytest.mark.parametrize(
    ("stored", "reason"),
    [
        (StoredEvent(uuid4(), 1, "t", b"x" * (MAX_BYTES + 1)), "at most 262144 bytes"),
        (StoredEvent("ladder-1", 1, "t", b"x"), "named by a UUID"),
        (StoredEvent(uuid4(), -1, "t", b"x"), "begins at version 0 or 1"),
        (StoredEvent(uuid4(), 1, "hazard.captured", b"{}"), "no event of the contracts"),
    ],
    ids=["too large", "a stream named by text", "a version below 0", "a contract's name on other bytes"],
)
def test_what_the_log_cannot_hold_is_refused_by_name(
    recorder: LogRecorder, stored: StoredEvent, reason: str
) -> None:
    with pytest.raises(DataError, match=reason):
        recorder.insert_events([stored])

    assert recorder.max_notification_id() is None


def test_an_envelope_under_another_stream_or_version_is_refused(
    recorder: LogRecorder, happened: Happened
) -> None:
    stored = ContractMapper().stored(happened(uuid4(), 2))
    for stream, version in ((uuid4(), 2), (stored.originator_id, 1)):
        with pytest.raises(DataError, match="not what it is recorded as"):
            recorder.insert_events([StoredEvent(stream, version, stored.topic, stored.state)])


def test_a_tracking_record_is_refused_and_not_lost(recorder: LogRecorder) -> None:
    with pytest.raises(NotSupportedError):
        recorder.insert_events([library()], tracking=Tracking("upstream", 7))

    assert recorder.max_notification_id() is None


def test_a_database_without_a_log_is_told_apart_from_an_empty_one(database: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute("drop schema log cascade")
    with (
        InfrastructureFactory.construct(environment(database)) as factory,
        pytest.raises(ProgrammingError, match="hazard log prepare"),
    ):
        factory.application_recorder()


def test_streams_named_by_text_are_refused_at_the_start(database: str) -> None:
    with pytest.raises(NotSupportedError), recording(database, ORIGINATOR_ID_TYPE="text"):
        pass


def test_who_waits_for_the_lock_longer_than_allowed_is_told(database: str) -> None:
    with recording(database, POSTGRES_LOCK_TIMEOUT="1") as recorder, psycopg.connect(database) as writer:
        recorder._insert = recorder._insert.__wrapped__.__get__(recorder)  # once is enough
        writer.execute("select pg_advisory_xact_lock(7233, 1)")
        with pytest.raises(OperationalError, match="lock timeout"):
            recorder.insert_events([library()])


def test_a_user_who_acts_as_the_writer_needs_no_more(database: str) -> None:
    with recording(database) as owner:
        connection = owner.datastore.pool.getconn()
        connection.execute("set role hazard_writer")
        owner.datastore.pool.putconn(connection)
        stream = uuid4()

        assert [1] == owner.insert_events([library(stream=stream)])
        assert (1, 1) == (len(owner.select_events(stream)), owner.max_notification_id())


def test_a_subscription_outlives_its_connection_and_sees_everything_once(
    database: str, recorder: LogRecorder
) -> None:
    recorder.insert_events([library(), library()])
    with recorder.subscribe(gt=1) as subscription:
        seen = [next(subscription).id]
        rows(
            database,
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()",
        )
        writing = Thread(target=lambda: [recorder.insert_events([library()]) for _ in range(3)])
        writing.start()
        seen += [next(subscription).id for _ in range(3)]
        writing.join()

    assert [2, 3, 4, 5] == seen


def test_a_subscription_ends_with_the_recorder_it_reads(database: str) -> None:
    with recording(database) as recorder:
        subscription = recorder.subscribe()
        recorder.datastore.close()
        with subscription, pytest.raises(OperationalError):
            next(subscription)


def test_a_stream_recorder_gives_no_positions(database: str, recorder: LogRecorder) -> None:
    streams = StreamRecorder(recorder.datastore)

    assert (None, 1) == (streams.insert_events([library()]), recorder.max_notification_id())


@pytest.mark.parametrize(
    ("topic", "subject"),
    [
        ("ladders:Ladder.RungAdded", "safety.00.00.00.000.library.ladders-Ladder-RungAdded"),
        ("tests.x:f.<locals>.Made > *", "safety.00.00.00.000.library.tests-x-f-locals-Made"),
        ("梯子", "safety.00.00.00.000.library.event"),
    ],
)
async def test_a_topic_of_the_library_makes_a_subject_nats_takes(
    database: str, nats_server, stream: str, topic: str, subject: str
) -> None:
    with recording(database) as recorder:
        recorder.insert_events([library(topic=topic)])
    ((found, body, chain),) = rows(database, "select subject, body, encode(chain, 'hex') from log.events")
    async with connected(nats_server.url("relay"), name="test relay") as relay:
        await publish_batch(relay, [Message(found, body, {HEADER_CHAIN: chain})], after=0)
        assert (subject, 1) == (found, await stream_end(relay))
