"""升级 · Three versions of one event in one real stream: stored as they were, read by everybody as the newest."""

from contextlib import aclosing
from hashlib import sha256
from uuid import UUID

import psycopg
import pytest
from eventsourcing.persistence import EventStore, InfrastructureFactory

from contracts import catalogue
from contracts.envelope import Envelope, decode, encode
from contracts.subjects import subject_of
from given import made_up
from given.golden import message
from given.made_up import TANK, Tank, TankDipped
from given.stock import environment
from services.hazard.mapper import ContractMapper
from services.hazard.recalling import Recalling
from services.hazard.store import Command, Log
from services.jetstream import Recorded, connected, follow, publish_batch

LIFE: list[Envelope] = [
    decode((made_up.FOLDER / f"tank.dipped.{version}.json").read_bytes()) for version in (1, 2, 3)
]
STREAM = UUID(LIFE[0].key)
MEANT = [
    TankDipped(tank="T-07", depth_mm=1200, method="dipstick"),
    TankDipped(tank="T-07", depth_mm=1350, method="dipstick"),
    TankDipped(tank="T-07", depth_mm=900, method="radar"),
]


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(catalogue.BY_TYPE, TankDipped.TYPE, TankDipped)


@pytest.fixture
async def lived(log: Log) -> Log:
    """Each event was appended when its version was the newest."""
    for envelope in LIFE:
        await log.append(Command("c", f"{envelope.version}", b"r", b"a", (envelope,)))
    return log


async def test_a_state_is_folded_from_events_of_today(lived: Log) -> None:
    assert MEANT == [fact.event for fact in await lived.load(STREAM)]
    assert Tank(3, 1350, ("dipstick", "dipstick", "radar")) == await Recalling(lived).state(TANK, str(STREAM))


async def test_the_stored_bytes_stay_as_they_were_stored(database: str, lived: Log) -> None:
    await lived.load(STREAM)
    with psycopg.connect(database) as connection:
        stored = connection.execute("select body, leaf from log.events order by position").fetchall()

    assert [(encode(envelope), sha256(b"\x00" + encode(envelope)).digest()) for envelope in LIFE] == stored
    assert [envelope.dataschema for envelope in LIFE] == [decode(body).dataschema for body, _ in stored]


async def test_the_library_reads_events_of_today_through_our_mapper(database: str, lived: Log) -> None:
    with InfrastructureFactory.construct(environment(database)) as factory:
        store = EventStore(ContractMapper(), factory.application_recorder())

        assert MEANT == [fact.event for fact in store.get(STREAM)]
        assert LIFE == [fact.envelope for fact in store.get(STREAM)]


async def test_a_reader_of_the_stream_is_given_events_of_today(nats_server, stream: str) -> None:
    messages = [message(encode(envelope), n) for n, envelope in enumerate(LIFE, start=1)]
    async with connected(nats_server.url("relay"), name="test relay") as relay:
        await publish_batch(relay, messages, after=0)
    read: list[Recorded] = []
    async with (
        connected(nats_server.url("projections"), name="test reader") as reader,
        aclosing(follow(reader, after=0, batch=10)) as arriving,
    ):
        while len(read) < len(LIFE):
            read += await anext(arriving)

    assert [subject_of("330111005000", "tank.dipped")] * 3 == [each.subject for each in messages]
    assert (MEANT, LIFE) == ([each.event for each in read], [each.envelope for each in read])
