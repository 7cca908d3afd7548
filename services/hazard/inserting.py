"""录入 · Events as the event store library serialised them, made ready for log.append."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from eventsourcing.persistence import DataError, IntegrityError, StoredEvent
from uuid_utils.compat import uuid7

from contracts.catalogue import BY_TYPE
from contracts.envelope import MAX_BYTES, decode
from contracts.subjects import subject_of
from services.hazard.appending import Columns
from services.hazard.mapper import stream_of
from services.hazard.proofs.tree import leaf_hash

FIRST = 0  # the library lets a stream begin at any version; ours begin at 1
KIND = "library"  # what the log calls a stream, and a subject an event, that is not of the contracts
UNFIT = re.compile(r"[^A-Za-z0-9_-]+")  # a topic is a Python path; none of its signs may divide a subject


@dataclass(slots=True)
class Insertion:
    """一次录入 · The parameters of one call of log.append, the mark of its last event, and whether it was sent before."""

    columns: Columns
    last: tuple[UUID, int, UUID]  # stream, version, event id
    sent: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """标签 · What the log knows of an event beside its bytes."""

    id: UUID
    kind: str
    subject: str


def insertion(events: Sequence[StoredEvent]) -> Insertion:
    """准备录入 · At least one event, as one command without a key: all are stored or none.

    Raises IntegrityError when the events of a stream do not follow one another, DataError for one the log cannot hold.
    """
    expected: dict[UUID, int] = {}
    latest: dict[UUID, int] = {}
    kinds: dict[UUID, str] = {}
    labels: list[Label] = []
    for event in events:
        stream = stream_named(event.originator_id)
        before = event.originator_version - 1
        if before < FIRST - 1:
            raise DataError(f"a stream begins at version {FIRST} or 1, not at {event.originator_version}")
        if latest.get(stream, before) != before:
            raise IntegrityError(f"version {event.originator_version} does not follow in {stream}")
        expected.setdefault(stream, before)
        latest[stream] = event.originator_version
        label = label_of(event)
        kinds.setdefault(stream, label.kind)
        labels.append(label)
    place = {stream: n for n, stream in enumerate(expected, start=1)}
    columns: Columns = (
        *([None], [None], [None], [None]),  # a call of the library has no client, key, request or answer
        *([len(expected)], [len(events)], [0]),
        *(list(expected), list(kinds.values()), list(expected.values())),
        [place[stream_named(event.originator_id)] for event in events],
        [label.id for label in labels],
        [event.topic for event in events],
        [label.subject for label in labels],
        [event.state for event in events],
        *([], []),
        [leaf_hash(event.state) for event in events],
    )
    end = events[-1]
    return Insertion(columns, (stream_named(end.originator_id), end.originator_version, labels[-1].id))


def label_of(event: StoredEvent) -> Label:
    """标签 · An event of the contracts is labelled as the store labels it, any other by its topic under a new id.

    Raises DataError above 256 KB, or for a contract's name on other bytes.
    """
    if len(event.state) > MAX_BYTES:
        raise DataError(f"an event holds at most {MAX_BYTES} bytes, not {len(event.state)}")
    if event.topic not in BY_TYPE:
        topic = UNFIT.sub("-", event.topic).strip("-") or "event"
        return Label(uuid7(), KIND, subject_of(None, f"{KIND}.{topic}"))
    try:
        envelope = decode(event.state)
    except ValueError as error:
        raise DataError(f"what is called {event.topic} is no event of the contracts: {error}") from error
    told = (envelope.type, stream_of(envelope.subject), envelope.version)
    if told != (event.topic, event.originator_id, event.originator_version):
        raise DataError(f"the envelope says {told}, not what it is recorded as")
    return Label(envelope.id, envelope.aggregate, subject_of(envelope.division, envelope.type))


def stream_named(originator: UUID | str) -> UUID:
    """事件流标识 · The library also knows streams named by text, which the log does not; raises DataError."""
    if isinstance(originator, UUID):
        return originator
    raise DataError(f"a stream of the log is named by a UUID, not by {originator!r}")
