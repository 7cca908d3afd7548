"""对账 · What clients were told, the log, and the stream: three accounts of the same, compared entry by entry.

Read in stretches: a test of many hours fits into memory as a test of a minute does.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import UUID

from nats.aio.client import Client
from nats.aio.msg import Msg

from contracts.subjects import ALL, STREAM
from crash.clients import Book, Told
from crash.system import Looked
from services import jetstream
from services.pulling import pull

STRETCH = 2000
ENTRIES = """
select position, event_id, stream, version, type, subject, body, leaf, chain,
    to_char(appended_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
from log.events where position > %s order by position limit %s
"""


@dataclass(frozen=True)
class Entry:
    """一条 · A row of the log."""

    position: int
    event_id: UUID
    stream: UUID
    version: int
    type: str
    subject: str
    body: bytes
    leaf: bytes
    chain: bytes
    appended: str


@dataclass
class Log:
    """日志 · Checked while it is read, from the first entry on."""

    system: Looked
    chain: bytes = bytes(32)
    versions: dict[UUID, int] = field(default_factory=dict)
    events: set[UUID] = field(default_factory=set)
    position: int = 0

    def entries(self) -> Iterator[Entry]:
        """逐条 · Gapless; versions in order; each event once; leaf and chain as computed from the bytes."""
        while rows := self.system.query(ENTRIES, self.position, STRETCH):
            for row in rows:
                entry = Entry(*row)
                self._check(entry)
                yield entry

    def _check(self, entry: Entry) -> None:
        self.position += 1
        leaf = sha256(b"\0" + entry.body).digest()
        self.chain = sha256(self.chain + leaf).digest()
        version = self.versions.get(entry.stream, 0) + 1

        assert entry.position == self.position
        assert entry.version == version
        assert entry.event_id not in self.events
        assert (entry.leaf, entry.chain) == (leaf, self.chain)

        self.versions[entry.stream] = version
        self.events.add(entry.event_id)


async def check(system: Looked, book: Book, forgotten: Collection[Told] = ()) -> int:
    """核对 · Everything; gives the number of events.

    Forgotten are commands whose keys the log no longer knows: it was restored and took back their events alone.
    """
    await asyncio.to_thread(check_outcomes, system, book, forgotten)
    by_position = {told.position: told for told in book.told.values()}
    assert len(by_position) == len(book.told), "two commands at one position"
    command: list[dict[str, Any]] = []
    end = 0
    async for entry in same_in_stream(system):
        event = json.loads(entry.body)
        if command and command[0]["correlationid"] != event["correlationid"]:
            raise AssertionError(f"position {entry.position} begins in the middle of a command")
        command.append(event)
        end = entry.position
        if end in by_position:
            check_command(by_position.pop(end), command, entry)
            command = []
    assert command == [], "events that no client was told of"
    assert by_position == {}, "commands whose events are not in the log"
    return end


async def same_in_stream(system: Looked) -> AsyncIterator[Entry]:
    """一致 · The log, entry by entry, each checked and found in the stream byte for byte; and nothing behind it."""
    identity = identity_of(system)
    log = Log(system)
    async with aclosing(messages_of(system)) as stream:
        for entry in log.entries():
            check_message(entry, await anext(stream), identity)
            yield entry
    held = dict(await asyncio.to_thread(system.query, "select id, version from log.streams"))
    assert held == log.versions
    await check_end(system, log.position)


async def check_same(system: Looked) -> int:
    """核对事件流 · Only that log and stream are the same; gives the number of events."""
    end = 0
    async for entry in same_in_stream(system):
        end = entry.position
    return end


def identity_of(system: Looked) -> str:
    ((identity,),) = system.query("select log_id::text from log.identity")
    return identity


def check_outcomes(system: Looked, book: Book, forgotten: Collection[Told]) -> None:
    """结果 · One for each command that was accepted, none for one that was refused."""
    identity = identity_of(system)
    rows = system.query("select client, key, position, answer from log.outcomes")
    found = {(client, key): (position, json.loads(answer)) for client, key, position, answer in rows}
    known = book.told.keys() - {told.who for told in forgotten}

    assert len(found) == len(rows)
    assert found.keys() - known == set(), "stored, and nobody was told"
    assert known - found.keys() == set(), "acknowledged, and lost"
    for who in known:
        position, answer = found[who]
        assert dict(book.told[who].body) == answer | {"position": f"{identity}:{position}"}


def check_command(told: Told, events: list[dict[str, Any]], last: Entry) -> None:
    """命令 · Its events stand together, in one stretch that ends where the client was told, made by one request."""
    own = [event for event in events if event["subject"].endswith(f"/{told.body['id']}")]

    assert last.position == told.position
    assert [event["type"] for event in own] == told.body["events"]
    assert own[-1]["version"] == told.body["version"]
    assert Counter(event["correlationid"] for event in events) == {events[0]["correlationid"]: len(events)}


SILENCES = 10  # in a row, of a second and a half each, until a message counts as missing


async def messages_of(system: Looked) -> AsyncIterator[Msg]:
    """事件流 · From the first message on, as the projections' user gets them; asked again after a silence, as readers do."""
    async with jetstream.connected(system.nats_url("projections"), name="proof") as client:
        start, silences = 1, 0
        while True:
            try:
                async for message in following(client, start):
                    start, silences = message.metadata.sequence.stream + 1, 0
                    yield message
            except TimeoutError:
                silences += 1
                if silences == SILENCES:
                    raise


async def following(client: Client, start: int) -> AsyncIterator[Msg]:
    """后续消息 · One by one from a sequence on. Raises TimeoutError when the server has been silent."""
    api = jetstream.FOLLOWERS_API
    async with aclosing(pull(client, api, start=start, subjects=ALL, batch=500)) as arriving:
        async for messages in arriving:
            for message in messages:
                yield message


def check_message(entry: Entry, message: Msg, identity: str) -> None:
    """消息 · The stored bytes under their subject at their place, with headers that name them."""
    assert message.metadata.sequence.stream == entry.position
    assert (message.subject, message.data) == (entry.subject, entry.body)
    expected = {
        "Content-Type": "application/cloudevents+json",
        "Nats-Msg-Id": str(entry.event_id),
        "Hazard-Log": identity,
        "Hazard-Position": str(entry.position),
        "Hazard-Chain": entry.chain.hex(),
        "Hazard-Appended": entry.appended,
    }
    headers = message.headers or {}
    assert expected == {name: headers.get(name) for name in expected}


async def check_end(system: Looked, end: int) -> None:
    """末端 · The stream holds as many messages as the log has events, from 1 to the last."""
    async with jetstream.connected(system.nats_url("admin"), name="proof") as client:
        state = (await client.jetstream().stream_info(STREAM)).state

    assert (state.first_seq, state.last_seq, state.messages) == (1, end, end)
