"""敌意订阅者 · What a read-only user tries against a real server, attack by attack, and that nothing comes of it."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig

from contracts.envelope import Envelope, encode
from contracts.subjects import subject_of
from services.jetstream import Message, connected, publish_batch
from services.servers.nats import Nats
from services.servers.nats_users import Reader
from services.servers.readers import ensure_consumers

READER = "reader-330111"
OTHER = "reader-330106"  # the district beside it
FORGED = "safety.33.01.11.005.hazard.closed"
ELSEWHERE = "safety.33.01.06.002.hazard.captured"

OTHERS_CONSUMER = {"stream_name": "SAFETY", "config": {"name": "spy", "ack_policy": "none"}}
DURABLE = {
    "stream_name": "SAFETY",
    "config": {"name": "spy", "durable_name": "spy", "filter_subject": "safety.>", "ack_policy": "none"},
}
WIDENED = {
    "stream_name": "SAFETY",
    "config": {
        "name": READER,
        "durable_name": READER,
        "filter_subject": "safety.>",
        "ack_policy": "explicit",
    },
}

# What it asks JetStream for, under either prefix.
REQUESTS: dict[str, tuple[str, Any]] = {
    # touch a stream
    "purge the stream": ("STREAM.PURGE.SAFETY", {}),
    "delete the stream": ("STREAM.DELETE.SAFETY", {}),
    "delete one event": ("STREAM.MSG.DELETE.SAFETY", {"seq": 1}),
    "change the stream": (
        "STREAM.UPDATE.SAFETY",
        {"name": "SAFETY", "subjects": ["safety.>"], "max_msgs": 1},
    ),
    "make the stream again": ("STREAM.CREATE.SAFETY", {"name": "SAFETY", "subjects": ["safety.>"]}),
    "make a stream beside it": ("STREAM.CREATE.MINE", {"name": "MINE", "sources": [{"name": "SAFETY"}]}),
    "restore a stream of its own": ("STREAM.RESTORE.SAFETY", {}),
    "let the leader step down": ("STREAM.LEADER.STEPDOWN.SAFETY", {}),
    "remove a peer": ("STREAM.PEER.REMOVE.SAFETY", {"peer": "hazard"}),
    # read what is not its own
    "snapshot the stream": ("STREAM.SNAPSHOT.SAFETY", {"deliver_subject": f"_INBOX.{READER}.snapshot"}),
    "get an event by its position": ("STREAM.MSG.GET.SAFETY", {"seq": 2}),
    "get the last event of a subject": ("STREAM.MSG.GET.SAFETY", {"last_by_subj": ELSEWHERE}),
    "get an event directly": ("DIRECT.GET.SAFETY", {"seq": 2}),
    "get the last event directly": (f"DIRECT.GET.SAFETY.{ELSEWHERE}", {}),
    "get many events directly": ("DIRECT.GET.SAFETY", {"multi_last": ["safety.>"], "batch": 100}),
    "see which subjects there are": ("STREAM.INFO.SAFETY", {"subjects_filter": ">"}),
    "list the streams": ("STREAM.LIST", {}),
    "name the streams": ("STREAM.NAMES", {}),
    "list the consumers": ("CONSUMER.LIST.SAFETY", {}),
    "name the consumers": ("CONSUMER.NAMES.SAFETY", {}),
    "look at the account": ("INFO", {}),
    # make a consumer
    "make a consumer": ("CONSUMER.CREATE.SAFETY.spy", OTHERS_CONSUMER),
    "make a consumer of all": ("CONSUMER.CREATE.SAFETY.spy.safety.>", DURABLE),
    "make a consumer of another district": (f"CONSUMER.CREATE.SAFETY.spy.{ELSEWHERE}", DURABLE),
    "make a consumer by the old subject": ("CONSUMER.CREATE.SAFETY", OTHERS_CONSUMER),
    "make a durable by the old subject": ("CONSUMER.DURABLE.CREATE.SAFETY.spy", DURABLE),
    "widen its own consumer": (f"CONSUMER.CREATE.SAFETY.{READER}", WIDENED),
    "widen its own consumer by the filter": (f"CONSUMER.CREATE.SAFETY.{READER}.safety.>", WIDENED),
    "widen its own consumer by the old subject": (f"CONSUMER.DURABLE.CREATE.SAFETY.{READER}", WIDENED),
    "delete its own consumer": (f"CONSUMER.DELETE.SAFETY.{READER}", {}),
    "reset its own consumer": (f"CONSUMER.RESET.SAFETY.{READER}", {}),
    "pause its own consumer": (f"CONSUMER.PAUSE.SAFETY.{READER}", {"pause_until": "2099-01-01T00:00:00Z"}),
    # go to somebody else's
    "pull from another reader's consumer": (f"CONSUMER.MSG.NEXT.SAFETY.{OTHER}", {"batch": 10}),
    "pull from a projection's consumer": ("CONSUMER.MSG.NEXT.SAFETY.follow-1", {"batch": 10}),
    "look at another reader's consumer": (f"CONSUMER.INFO.SAFETY.{OTHER}", {}),
    "delete another reader's consumer": (f"CONSUMER.DELETE.SAFETY.{OTHER}", {}),
    "unpin another reader's consumer": (f"CONSUMER.UNPIN.SAFETY.{OTHER}", {"group": "a"}),
}

# What it publishes outright.
PUBLISHED: dict[str, str] = {
    "forge an event of its district": FORGED,
    "forge an event of another district": ELSEWHERE,
    "forge an event of nowhere": "safety.00.00.00.000.hazard.closed",
    "forge the shortest subject there is": "safety.x",
    "sign a checkpoint": "safetylog.checkpoint",
    "wake the relay": "safetylog.wake",
    "acknowledge for another reader": f"$JS.ACK.SAFETY.{OTHER}.1.2.1.1780479000000000000.0",
    "acknowledge for a projection": "$JS.ACK.SAFETY.follow-1.1.2.1.1780479000000000000.0",
    "acknowledge in another stream": f"$JS.ACK.MINE.{READER}.1.2.1.1780479000000000000.0",
    "answer in the server's place": "_INBOX.projections.1",
    "control somebody's flow": "$JS.FC.SAFETY.follow-1.1",
    "ask the system account": "$SYS.REQ.SERVER.PING",
    "disconnect somebody": "$SYS.REQ.SERVER.hazard.KICK",
    "publish anything at all": "hello",
}

# What it wants to overhear.
HEARD: dict[str, str] = {
    "everything": ">",
    "every event": "safety.>",
    "the events of another district": "safety.33.01.06.>",
    "the events of its own district as they are published": "safety.33.01.11.>",
    "every single word": "*",
    "everybody's answers": "_INBOX.>",
    "everybody's answers, one word deep": "_INBOX.*.*",
    "the projections' answers": "_INBOX.projections.>",
    "another reader's answers": f"_INBOX.{OTHER}.>",
    "the relay's checkpoints": "safetylog.>",
    "JetStream's requests": "$JS.>",
    "the followers' requests": "SAFETY.API.>",
    "acknowledgements": "$JS.ACK.>",
    "advisories": "$JS.EVENT.>",
    "the system": "$SYS.>",
}

# What it may ask, with the answer sent where it would do harm.
ALLOWED: dict[str, tuple[str, bytes]] = {
    "a pull": (f"SAFETY.API.CONSUMER.MSG.NEXT.SAFETY.{READER}", b'{"batch": 1, "expires": 1000000000}'),
    "a pull of nothing": (f"SAFETY.API.CONSUMER.MSG.NEXT.SAFETY.{READER}", b'{"batch": 9, "no_wait": true}'),
    "a look": (f"SAFETY.API.CONSUMER.INFO.SAFETY.{READER}", b""),
    "an acknowledgement": (f"$JS.ACK.SAFETY.{READER}.1.1.1.1780479000000000000.0", b"+ACK"),
    "an acknowledgement that pulls": (f"$JS.ACK.SAFETY.{READER}.1.1.1.1780479000000000000.0", b"+NXT"),
}
AIMS = (
    FORGED,
    "safetylog.wake",
    "_INBOX.projections.1",
    "$JS.API.STREAM.PURGE.SAFETY",
    f"$JS.ACK.SAFETY.{OTHER}.1",
)


def named(attacks: dict[str, Any]) -> Sequence[Any]:
    return [pytest.param(attack, id=name) for name, attack in attacks.items()]


def event(division: str) -> Envelope:
    return Envelope.model_validate(
        {
            "id": "01998f3e-7c1a-7b52-9f0e-3c1d2a4b" + division[2:6],
            "source": "safety/330111",
            "type": "hazard.captured",
            "subject": "hazard/5b1f0c8e-2f0e-5a51-8f1e-9d6f1f2a7c10",
            "time": "2026-06-03T01:41:09Z",
            "dataschema": "contracts/hazard.captured/1",
            "version": 1,
            "occurredat": "2026-06-03T09:41:07+08:00",
            "actor": "p-71",
            "role": "EXP",
            "division": division,
            "policyversion": "2026.1",
            "calendarversion": "2026.0",
            "data": {"source": "EXPERT"},
        }
    )


def message(division: str) -> Message:
    return Message(subject_of(division, "hazard.captured"), encode(event(division)), {})


@dataclass
class Attacker:
    """The reader's user, with whatever the server answers or refuses it."""

    client: Client
    refusals: list[str] = field(default_factory=list)
    heard: list[Msg] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def refused(self, error: Exception) -> None:
        self.refusals.append(str(error).lower())
        self.news.set()

    async def receive(self, message: Msg) -> None:
        self.heard.append(message)
        self.news.set()

    async def hear(self, subject: str) -> None:
        await self.client.subscribe(subject, cb=self.receive)
        await self.client.flush()

    async def send(self, subject: str, body: bytes = b"", *, reply: str = "") -> None:
        await self.client.publish(subject, body, reply=reply)
        await self.client.flush()

    async def outcome(self, attacks: int = 1) -> list[str]:
        """What the server refused, once it has said or done something about each attack."""
        async with asyncio.timeout(10):
            while len(self.refusals) + len(self.heard) < attacks:
                await self.news.wait()
                self.news.clear()
        return self.refusals

    @property
    def inbox(self) -> str:
        return f"_INBOX.{READER}.answers"


@asynccontextmanager
async def attacking(url: str) -> AsyncIterator[Attacker]:
    client = Client()
    attacker = Attacker(client)
    await client.connect(url, inbox_prefix=f"_INBOX.{READER}".encode(), error_cb=attacker.refused)
    try:
        yield attacker
    finally:
        await client.close()


@pytest.fixture
async def admin(nats_server: Nats, stream: str) -> AsyncIterator[Client]:
    """Three events of two districts, and three consumers."""
    async with connected(nats_server.url("relay"), name="relay") as relay:
        divisions = ("330111005000", "330106002000", "330111007000")
        await publish_batch(relay, [message(division) for division in divisions], after=0)
    async with connected(nats_server.url("admin"), name="admin") as client:
        context = client.jetstream()
        await ensure_consumers(context, [Reader("330111"), Reader("330106")])
        await context.add_consumer("SAFETY", ConsumerConfig(name="follow-1", ack_policy=AckPolicy.NONE))
        yield client


@pytest.fixture
async def attacker(nats_server: Nats, admin: Client) -> AsyncIterator[Attacker]:
    async with attacking(nats_server.url(READER)) as one:
        await one.hear(one.inbox)
        yield one


def refusal(what: str, subject: str) -> str:
    return f'nats: permissions violation for {what} to "{subject.lower()}"'


async def untouched(admin: Client) -> dict[str, Any]:
    """All that an attack could change: streams, the end, consumers, where the others stand."""
    context = admin.jetstream()
    infos = await context.streams_info()
    consumers = await context.consumers_info("SAFETY")
    return {
        "streams": {info.config.name: info.config for info in infos},
        "end": [(info.state.first_seq, info.state.last_seq, info.state.messages) for info in infos],
        "consumers": {
            info.name: (info.config.filter_subject, info.config.durable_name) for info in consumers
        },
        "places": {info.name: (info.delivered, info.ack_floor) for info in consumers if info.name != READER},
    }


@pytest.mark.parametrize("request_", named(REQUESTS))
async def test_a_reader_gets_no_answer_to(
    admin: Client, attacker: Attacker, request_: tuple[str, Any]
) -> None:
    name, body = request_
    subjects = [f"{prefix}.{name}" for prefix in ("$JS.API", "SAFETY.API")]
    before = await untouched(admin)
    for subject in subjects:
        await attacker.send(subject, json.dumps(body).encode(), reply=attacker.inbox)

    assert [refusal("publish", subject) for subject in subjects] == await attacker.outcome(2)
    assert ([], before) == (attacker.heard, await untouched(admin))


@pytest.mark.parametrize("subject", named(PUBLISHED))
async def test_a_reader_cannot_publish_to(admin: Client, attacker: Attacker, subject: str) -> None:
    before = await untouched(admin)
    await attacker.send(subject, b"{}", reply=attacker.inbox)

    assert [refusal("publish", subject)] == await attacker.outcome()
    assert ([], before) == (attacker.heard, await untouched(admin))


async def test_a_reader_cannot_publish_by_jetstream(admin: Client, attacker: Attacker) -> None:
    before = await untouched(admin)
    with pytest.raises(NatsError):
        await attacker.client.jetstream().publish(FORGED, b"{}", timeout=0.5)

    assert before == await untouched(admin)


async def test_a_reader_cannot_publish_an_atomic_batch(admin: Client, attacker: Attacker) -> None:
    before = await untouched(admin)
    headers = {"Nats-Batch-Id": "forged", "Nats-Batch-Sequence": "1", "Nats-Batch-Commit": "1"}
    await attacker.client.publish(FORGED, b"{}", reply=attacker.inbox, headers=headers)
    await attacker.client.flush()

    assert ([], before) == (attacker.heard, await untouched(admin))


@pytest.mark.parametrize("subject", named(HEARD))
async def test_a_reader_cannot_overhear(
    nats_server: Nats, admin: Client, attacker: Attacker, subject: str
) -> None:
    await attacker.hear(subject)
    async with connected(nats_server.url("relay"), name="relay") as relay:
        await publish_batch(relay, [message("330106003000")], after=3)
        await relay.publish("safetylog.checkpoint", b"{}")
        await relay.flush()
    async with connected(nats_server.url("projections"), name="projections") as projections:
        await projections.jetstream(prefix="SAFETY.API").stream_info("SAFETY")
    await attacker.client.flush()

    assert [refusal("subscription", subject)] == await attacker.outcome()
    assert [] == attacker.heard


@pytest.mark.parametrize("allowed", named(ALLOWED))
async def test_a_reader_cannot_aim_the_answer_of(
    admin: Client, attacker: Attacker, allowed: tuple[str, bytes]
) -> None:
    hit: list[Msg] = []

    async def receive(message: Msg) -> None:
        hit.append(message)

    for aim in AIMS:
        await admin.subscribe(aim, cb=receive)
    await admin.flush()
    before = await untouched(admin)
    for aim in AIMS:
        await attacker.send(*allowed, reply=aim)
    # The server works off one consumer's requests in turn: with this answer those before are given.
    await attacker.client.jetstream(prefix="SAFETY.API").consumer_info("SAFETY", READER)
    await admin.flush()

    assert ([], before) == (hit, await untouched(admin))


async def test_a_reader_reads_its_own_district_and_no_other(admin: Client, attacker: Attacker) -> None:
    context = attacker.client.jetstream(prefix="SAFETY.API")
    consumer = await context.pull_subscribe_bind(READER, stream="SAFETY")
    read = []
    while (await consumer.consumer_info()).num_pending:
        [one] = await consumer.fetch(1, timeout=5)
        read.append(one.subject)
        await one.ack_sync()

    assert ["safety.33.01.11.005.hazard.captured", "safety.33.01.11.007.hazard.captured"] == read
    assert [] == attacker.refusals


@pytest.mark.parametrize("user", ["admin", "relay", "projections", "notifier", "web", OTHER, ""])
async def test_a_reader_is_nobody_else(nats_server: Nats, user: str) -> None:
    url = nats_server.url(READER).replace(f"{READER}:", f"{user}:")
    client = Client()
    with pytest.raises(NatsError, match="Authorization Violation"):
        await client.connect(url, allow_reconnect=False, error_cb=ignored)
    await client.close()


async def ignored(_: Exception) -> None:
    """What the attempt raises says enough."""


async def test_a_flood_of_requests_with_aimed_answers_adds_nothing(admin: Client, attacker: Attacker) -> None:
    before = await untouched(admin)
    for subject, body in ALLOWED.values():
        for _ in range(50):
            await attacker.client.publish(subject, body, reply=FORGED)
    await attacker.client.jetstream(prefix="SAFETY.API").consumer_info("SAFETY", READER)

    assert before == await untouched(admin)
