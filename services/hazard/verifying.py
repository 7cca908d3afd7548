"""核对 · Whether messages of the stream, one after another, are the events that follow in the log."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from pydantic import ValidationError

from contracts.catalogue import open_event
from contracts.envelope import MAX_BYTES, Envelope, Event, decode
from contracts.subjects import subject_of
from services.hazard.mapper import stream_of
from services.hazard.succession import EVENT_ID, next_chain, why_stray
from services.jetstream import HEADER_APPENDED
from services.stored_messages import Stored


class NotOurs(Exception):
    """核对未通过 · A message that is not the event that follows; its text says which and why."""

    def __init__(self, message: Stored, why: str) -> None:
        """造 · Names the message by sequence and subject."""
        super().__init__(f"事件流第 {message.sequence} 条（主题 {message.subject}）{why}")
        self.sequence = message.sequence
        self.why = why


@dataclass(frozen=True, slots=True)
class Verified:
    """已核对的事件 · An event of the stream that follows in the log, as the log will hold it."""

    appended_at: datetime
    envelope: Envelope
    event: Event
    stream: UUID
    subject: str
    body: bytes
    chain: bytes


@dataclass(slots=True)
class Verifier:
    """核对人 · Where the log ends so far, and what follows there. Pure: what is in the log is handed to it.

    `versions` are those of the streams that what comes may touch; one that is not named does not exist.
    """

    log: str
    position: int
    chain: bytes
    appended_at: datetime | None
    versions: dict[UUID, int] = field(default_factory=dict)

    def take(self, messages: Sequence[Stored]) -> list[Verified]:
        """核对 · The events in these messages, which move the end. Raises NotOurs at the first that is none."""
        return [self._next(message) for message in messages]

    def _next(self, message: Stored) -> Verified:
        if message.sequence != self.position + 1:
            raise NotOurs(message, f"之前缺第 {self.position + 1} 条")
        if why := why_stray(message, self.log, self.chain):
            raise NotOurs(message, why)
        verified = self._opened(message)
        self._judge(message, verified)
        self.position = message.sequence
        self.chain = verified.chain
        self.appended_at = verified.appended_at
        self.versions[verified.stream] = verified.envelope.version
        return verified

    def _opened(self, message: Stored) -> Verified:
        if len(message.body) > MAX_BYTES:
            raise NotOurs(message, f"超过 256 KB（{len(message.body)} 字节）")
        try:
            envelope = decode(message.body)
            event = open_event(envelope)
            appended_at = datetime.fromisoformat(message.headers[HEADER_APPENDED])
        except (ValidationError, ValueError, LookupError) as error:
            raise NotOurs(message, f"无法读作事件：{type(error).__name__}") from error
        return Verified(
            appended_at=appended_at,
            envelope=envelope,
            event=event,
            stream=stream_of(envelope.subject),
            subject=message.subject,
            body=message.body,
            chain=next_chain(self.chain, message.body),
        )

    def _judge(self, message: Stored, verified: Verified) -> None:
        envelope, due = verified.envelope, self.versions.get(verified.stream, 0) + 1
        if message.headers[EVENT_ID] != str(envelope.id):
            raise NotOurs(message, f"消息标识与事件标识 {envelope.id} 不符")
        if message.subject != subject_of(envelope.division, envelope.type):
            raise NotOurs(message, f"主题与事件 {envelope.type} 不符")
        if envelope.version != due:
            raise NotOurs(message, f"是 {envelope.subject} 的第 {envelope.version} 版，应为第 {due} 版")
        if verified.appended_at.tzinfo is None:
            raise NotOurs(message, "记录时刻没有时区")
        if self.appended_at is not None and verified.appended_at < self.appended_at:
            raise NotOurs(message, "记录时刻早于前一条")


def touched(messages: Sequence[Stored]) -> set[UUID]:
    """涉及 · The streams that messages say they are of; what cannot be read is judged later."""
    found = set()
    for message in messages:
        try:
            found.add(stream_of(decode(message.body).subject))
        except ValidationError:
            continue
    return found
