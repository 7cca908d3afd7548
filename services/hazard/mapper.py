"""映射 · Between the event store library and the contract: the contract's name and bytes, never a Python path."""

from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID, uuid5

from eventsourcing.persistence import JSONTranscoder, Mapper, StoredEvent

from contracts.catalogue import BY_TYPE, UnknownEvent, open_event
from contracts.envelope import Envelope, Event, decode, encode

# Streams whose key is no UUID (a person, a credit code) get one from their subject.
NAMESPACE = UUID("6f0c2b8e-6a54-5d7b-9f4e-2d1c8a3e7b90")


@lru_cache(maxsize=16_384)  # a command asks several times for the same few
def stream_of(subject: str) -> UUID:
    """事件流标识 · The stream of a subject: hazard/<uuid> is that uuid, person/p-9 one derived from the words."""
    key = subject.partition("/")[2]
    try:
        return UUID(key)
    except ValueError:
        return uuid5(NAMESPACE, subject)


@dataclass(frozen=True)
class Fact:
    """事实 · An event as it happened: the envelope (who, when, where) and the typed event in it."""

    envelope: Envelope
    event: Event

    @property
    def originator_id(self) -> UUID:
        return stream_of(self.envelope.subject)

    @property
    def originator_version(self) -> int:
        return self.envelope.version


class ContractMapper(Mapper[UUID]):
    """合约映射 · The library's mapper, with stored state that is the contract's bytes.

    The library's own builds objects past pydantic; here what is read is lifted to today's version and validated.
    """

    def __init__(self) -> None:
        super().__init__(JSONTranscoder())

    def to_stored_event(self, domain_event: Fact) -> StoredEvent:  # type: ignore[override]  # ours alone
        return self.stored(domain_event.envelope)

    def stored(self, envelope: Envelope) -> StoredEvent:
        """存储形式 · An envelope as the log keeps it. Raises UnknownEvent, or ValueError above 256 KB."""
        if envelope.type not in BY_TYPE:
            raise UnknownEvent(envelope.type)
        return StoredEvent(
            originator_id=stream_of(envelope.subject),
            originator_version=envelope.version,
            topic=envelope.type,
            state=encode(envelope),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> Fact:
        envelope = decode(stored_event.state)
        return Fact(envelope, open_event(envelope))
