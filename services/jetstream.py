"""JetStream · The one door to the event stream: connect, make sure of it, publish a batch, follow it."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar, cast
from urllib.parse import urlsplit
from uuid import uuid4

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import StorageType, StreamConfig, StreamInfo
from nats.js.errors import NotFoundError

from contracts.catalogue import BY_TYPE, UnknownEvent
from contracts.envelope import Envelope, Event, decode, encode
from contracts.subjects import ALL, CHECKPOINTS, STREAM, WAKE
from contracts.trusted import opened
from services.pulling import pull

Kind = TypeVar("Kind", bound=Event)

LOG_ID = "log_id"  # the stream's metadata say whose log it holds

CONTENT_TYPE = "application/cloudevents+json"
TEXT = "text/plain; charset=utf-8"
HEADER_LOG = "Hazard-Log"
HEADER_POSITION = "Hazard-Position"
HEADER_CHAIN = "Hazard-Chain"
HEADER_APPENDED = "Hazard-Appended"

API = "$JS.API"
FOLLOWERS_API = "SAFETY.API"  # what those who only follow are handed, see services/servers/nats_users.py
FOLLOWERS = ("projections", "notifier", "web")
READERS = "reader-"

MAX_BATCH = 1000  # the server's limit for an atomic batch
ANSWER_WITHIN = 5.0  # seconds
RETRY = 0.5  # seconds

logger = structlog.get_logger()


class Gap(Exception):
    """缺号 · A position is missing; the reader goes back to its checkpoint."""

    def __init__(self, expected: int, found: int) -> None:
        super().__init__(f"expected position {expected}, found {found}")
        self.expected = expected
        self.found = found


class AnotherLog(Exception):
    """日志已更换 · The stream holds another log than the one a checkpoint was made for: begin at 0."""

    def __init__(self, expected: str, found: str) -> None:
        super().__init__(f"the checkpoint is of log {expected}, the stream of log {found}")
        self.found = found


class StrayMessage(Exception):
    """来历不明的消息 · A message in the stream that no relay put there."""


class BatchRefused(Exception):
    """批次被拒 · The server did not store a batch; `code` is its error code, e.g. 10071: the end is elsewhere."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(f"{description} ({code})")
        self.code = code


@dataclass(frozen=True, slots=True)
class Message:
    """消息 · What is published: a subject, the stored bytes, headers."""

    subject: str
    body: bytes
    headers: Mapping[str, str]


@dataclass(slots=True)
class Recorded:
    """已记录的事件 · An event as a reader meets it, with its place in its log.

    Most readers pass most events by when they hear of which kind they are: it is opened when somebody asks for it.
    """

    log: str
    position: int
    appended_at: datetime
    envelope: Envelope
    opened: Event | None = None
    body: bytes | None = None
    aggregate: str = field(init=False)
    key: str = field(init=False)
    kind: type[Event] = field(init=False)

    def __post_init__(self) -> None:
        """辨认 · What happened to what: every reader asks for it several times. Raises UnknownEvent."""
        self.aggregate, _, self.key = self.envelope.subject.partition("/")
        kind = BY_TYPE.get(self.envelope.type)
        if kind is None:
            raise UnknownEvent(self.envelope.type)
        self.kind = kind

    @property
    def event(self) -> Event:
        """事件 · What happened, typed. Raises as `open_event`."""
        if self.opened is None:
            self.opened = opened(self.envelope)
        return self.opened

    def as_a(self, kind: type[Kind]) -> Kind | None:
        """若为此类 · The event, when it is of this kind; it is not opened for the answer that it is not."""
        return cast("Kind", self.event) if self.kind is kind else None

    @property
    def stored(self) -> bytes:
        """原文 · The bytes of the event as they are stored."""
        return self.body if self.body is not None else encode(self.envelope)


class _Callbacks:
    """What the connection reports goes to the log; the same failure again and again is said once."""

    def __init__(self, name: str) -> None:
        self.client = Client()
        self._log = logger.bind(connection=name)
        self._said: str | None = None

    async def failed(self, error: Exception) -> None:
        said = f"{type(error).__name__}: {error}"
        if said != self._said:
            self._said = said
            self._log.warning("nats.failed", error=said)

    async def disconnected(self) -> None:
        if not (self.client.is_draining or self.client.is_closed):  # who leaves needs no warning
            self._log.warning("nats.disconnected")

    async def reconnected(self) -> None:
        self._said = None
        self._log.info("nats.reconnected")

    async def closed(self) -> None:
        self._log.info("nats.closed")


async def connect(url: str, *, name: str) -> Client:
    """连接 · A connection that never gives up; waits until the server is there.

    Answers come to an inbox of the user's own, named in the URL: a shared one would let others read them.
    """
    callbacks = _Callbacks(name)
    user = urlsplit(url).username
    await callbacks.client.connect(
        url,
        name=name,
        inbox_prefix=f"_INBOX.{user}" if user else "_INBOX",
        max_reconnect_attempts=-1,
        reconnect_time_wait=1,
        ping_interval=10,
        max_outstanding_pings=2,
        error_cb=callbacks.failed,
        disconnected_cb=callbacks.disconnected,
        reconnected_cb=callbacks.reconnected,
        closed_cb=callbacks.closed,
    )
    return callbacks.client


@asynccontextmanager
async def connected(url: str, *, name: str) -> AsyncIterator[Client]:
    """连接（用毕即关）· As `connect`; drained at the end."""
    client = await connect(url, name=name)
    try:
        yield client
    finally:
        with suppress(NatsError, OSError, TimeoutError):
            await client.drain()
        if not client.is_closed:
            with suppress(NatsError, OSError, TimeoutError):  # it says good-bye, to whom may be gone
                await client.close()


def _api(client: Client) -> str:
    return api_of(client.servers[0].username or "")


def api_of(user: str) -> str:
    """接口前缀 · The JetStream API as a user meets it: followers and readers have accounts of their own."""
    return FOLLOWERS_API if user in FOLLOWERS or user.startswith(READERS) else API


async def stream_end(client: Client) -> int:
    """流尾 · The last sequence in the stream, 0 when it is empty, as any user may see it."""
    return (await client.jetstream(prefix=_api(client)).stream_info(STREAM)).state.last_seq


async def ensure_stream(client: Client, log_id: str | None = None, *, replicas: int = 1) -> StreamInfo:
    """确保事件流 · The stream SAFETY, made if it is not there; one that is there is left as it is.

    It forgets nothing and nobody can make it forget; its metadata name the log.
    """
    context = client.jetstream()
    with suppress(NotFoundError):
        return await context.stream_info(STREAM)
    return await context.add_stream(
        StreamConfig(
            name=STREAM,
            subjects=[ALL],
            storage=StorageType.FILE,
            num_replicas=replicas,
            deny_delete=True,
            deny_purge=True,
            allow_atomic=True,
            metadata={LOG_ID: log_id} if log_id else None,
        )
    )


class _Clean(str):
    """A header value that is known to hold no line break. The library searches others character by character, which
    for the headers of one message takes longer than everything else the relay does with it."""

    __slots__ = ()

    def strip(self, _characters: str | None = None, /) -> "_Clean":
        return self

    def translate(self, _table: object, /) -> "_Clean":
        return self


async def publish_batch(client: Client, messages: Sequence[Message], *, after: int) -> int:
    """成批发布 · Store all messages behind sequence `after`, or none; gives the last sequence.

    Raises BatchRefused when the server stored none of them. Any other error means "not known": read the stream's end
    before sending again.
    """
    batch = uuid4().hex
    last = len(messages)
    for n, message in enumerate(messages, start=1):
        # A dict of its own: the client writes into what it is given.
        headers: dict[str, str] = {name: _Clean(value) for name, value in message.headers.items()}
        if n == 1:
            headers["Nats-Expected-Last-Sequence"] = str(after)
        if last > 1:
            headers |= {"Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(n)}
            if n == last:
                headers["Nats-Batch-Commit"] = "1"
        if n in (1, last):
            answer = await client.request(
                message.subject, message.body, timeout=ANSWER_WITHIN, headers=headers
            )
            sequence = _sequence(answer)
        else:
            await client.publish(message.subject, message.body, headers=headers)
    return sequence


async def wake(client: Client) -> None:
    """唤醒转发 · Tell the relay that there is something to publish; while NATS is away its own poll must do."""
    if client.is_connected:
        await client.publish(WAKE)


async def publish_checkpoint(client: Client, note: str, *, log: str) -> bool:
    """发布检查点 · Tell whoever listens how the log stands, beside the stream; False while NATS is away."""
    if not client.is_connected:
        return False
    await client.publish(CHECKPOINTS, note.encode(), headers={"Content-Type": TEXT, HEADER_LOG: log})
    return True


def _sequence(answer: Msg) -> int:
    """The sequence in an acknowledgement; 0 in the empty one that opens a batch."""
    if not answer.data:
        return 0
    body = json.loads(answer.data)
    if "error" in body:
        raise BatchRefused(body["error"].get("err_code", 0), body["error"].get("description", ""))
    return int(body["seq"])


async def follow(
    client: Client, *, after: int, log: str | None = None, subjects: str = ALL, batch: int = 500
) -> AsyncGenerator[list[Recorded], None]:
    """跟随 · The events behind a position, for ever, in lists of at most `batch`, as soon as they come.

    `after` is a position of `log`, the reader's checkpoint (0 and None at the very beginning). The consumer
    acknowledges nothing and is made anew on every connect. What is not newer is skipped.

    Raises Gap if a position is missing (only a reader of everything can see it), AnotherLog if the stream is of
    another log, StrayMessage; and what pydantic raises for an envelope it cannot read.
    """
    place = _Place(after, log, whole=subjects == ALL)
    while True:
        try:
            await place.check(client)
            async with aclosing(
                pull(client, _api(client), start=place.position + 1, subjects=subjects, batch=batch)
            ) as arriving:
                async for messages in arriving:
                    if recorded := place.move(messages):
                        yield recorded
        except (NatsError, OSError, TimeoutError) as error:
            if client.is_closed:
                raise
            logger.warning("stream.interrupted", after=place.position, error=type(error).__name__)
            await asyncio.sleep(RETRY)


class _Place:
    """Where a reader is, and whether what comes next may come next."""

    def __init__(self, position: int, log: str | None, *, whole: bool) -> None:
        self.position = position
        self.log = log
        self.whole = whole

    async def check(self, client: Client) -> None:
        """A reader beyond the end of another log would wait for ever: the stream's metadata are asked first."""
        info = await client.jetstream(prefix=_api(client)).stream_info(STREAM)
        found = (info.config.metadata or {}).get(LOG_ID)
        if found is not None:
            self._same(found)

    def move(self, messages: Sequence[Msg]) -> list[Recorded]:
        moved = []
        for message in messages:
            recorded = _recorded(message)
            self._same(recorded.log)
            if recorded.position <= self.position:
                continue
            if self.whole and recorded.position != self.position + 1:
                raise Gap(self.position + 1, recorded.position)
            self.position = recorded.position
            moved.append(recorded)
        return moved

    def _same(self, found: str) -> None:
        if self.log is None:
            self.log = found
        elif self.log != found:
            raise AnotherLog(self.log, found)


def _recorded(message: Msg) -> Recorded:
    headers = message.headers or {}
    if HEADER_LOG not in headers or HEADER_POSITION not in headers:
        raise StrayMessage(f"sequence {message.metadata.sequence.stream} on {message.subject}")
    return Recorded(
        log=headers[HEADER_LOG],
        position=int(headers[HEADER_POSITION]),
        appended_at=datetime.fromisoformat(headers[HEADER_APPENDED]),
        envelope=decode(message.data),
        body=message.data,
    )
