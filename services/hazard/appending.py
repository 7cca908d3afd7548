"""追加 · What a command hands to the log, what may come of it, and the arrays log.append takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from contracts.envelope import Envelope
from contracts.subjects import subject_of
from services.hazard.mapper import ContractMapper
from services.hazard.proofs.tree import leaf_hash

MAX_COMMANDS = 64  # in one append; log.append holds to it too

APPEND = """
select verdict, position, answer, moved, actual from log.append(
    %b::text[], %b::text[], %b::bytea[], %b::bytea[], %b::integer[], %b::integer[], %b::integer[],
    %b::uuid[], %b::text[], %b::integer[],
    %b::integer[], %b::uuid[], %b::text[], %b::text[], %b::bytea[],
    %b::text[], %b::uuid[], %b::bytea[]
)
"""
APPEND_WHOLE = APPEND.replace("log.append(", "log.append_whole(")


class StreamMoved(Exception):
    """版本冲突 · A stream is not at the version a command expected of it; `actual` 0: it does not exist."""

    def __init__(self, stream: UUID, expected: int, actual: int) -> None:
        super().__init__(f"stream {stream} is at version {actual}, not {expected}")
        self.stream = stream
        self.expected = expected
        self.actual = actual


class KeyReused(Exception):
    """幂等键重复使用 · A client used a key again for another request."""


class Unavailable(Exception):
    """暂不可用 · PostgreSQL is away, or did not answer in time.

    `stored` is False when nothing was stored, None when it is not known: the same key again gives the one answer.
    """

    def __init__(self, reason: str, *, stored: bool | None = False) -> None:
        super().__init__(reason)
        self.stored = stored


class LogRefusing(Unavailable):
    """日志暂停受理 · The log takes nothing in until a person has mended it; its text says why, for whoever asked."""

    SQLSTATE: ClassVar[str] = "HZ001"


@dataclass(frozen=True, slots=True)
class Command:
    """指令 · What one command adds to the log, and what it leans on.

    `events` may be of several streams, in order; each version follows the one before. `expected` names the version of
    streams that are only leaned on (0: must not exist); those of written streams follow from the events.
    `request` is the hash of the request, `answer` what a repeat is told. A name that is taken stays where it is.
    """

    client: str
    key: str
    request: bytes
    answer: bytes
    events: tuple[Envelope, ...]
    expected: Mapping[UUID, int] = field(default_factory=dict)
    names: Mapping[str, UUID] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """结果 · A command stored once: its answer and the position of its last event; `repeat`: by an earlier call."""

    position: int
    answer: bytes
    repeat: bool


Verdict = Outcome | StreamMoved | KeyReused
Columns = tuple[
    list[Any], ...
]  # arrays of text, bytes, numbers and ids, one for each parameter of log.append


@dataclass(frozen=True, slots=True)
class Ready:
    """就绪的指令 · A command as log.append takes it: its streams with what is expected of them, its events encoded."""

    command: Command
    expected: dict[UUID, int]
    aggregates: dict[UUID, str]  # of the streams that are written
    events: list[StoredEvent]
    leaves: list[bytes]

    def verdict(self, row: tuple[Any, ...]) -> Verdict:  # a database row has no types
        """判定 · What log.append answered for this command."""
        verdict, position, answer, moved, actual = row
        match verdict:
            case "stored":
                return Outcome(position=position, answer=self.command.answer, repeat=False)
            case "repeat":
                return Outcome(position=position, answer=answer, repeat=True)
            case "conflict":
                return StreamMoved(moved, self.expected[moved], actual)
            case _:
                return KeyReused(self.command.key)


def ready(mapper: ContractMapper, command: Command) -> Ready:
    """准备 · Encode a command's events and gather what it expects.

    Raises UnknownEvent; ValueError if an event is too large or those of a stream do not follow one another.
    """
    prepared = Ready(command, dict(command.expected), {}, [], [])
    latest: dict[UUID, int] = {}
    for envelope in command.events:
        event = mapper.stored(envelope)
        stream, before = event.originator_id, event.originator_version - 1
        assert isinstance(stream, UUID)  # the library also knows streams named by text
        first = prepared.expected.setdefault(stream, before)
        if latest.get(stream, first) != before:
            raise ValueError(f"version {envelope.version} of {envelope.subject} does not follow")
        latest[stream] = event.originator_version
        prepared.aggregates[stream] = envelope.aggregate
        prepared.events.append(event)
        prepared.leaves.append(leaf_hash(event.state))
    return prepared


def columns(commands: Sequence[Ready]) -> Columns:
    """参数 · The commands as parallel arrays, in the order of log.append's parameters."""
    if len(commands) > MAX_COMMANDS:
        raise ValueError(f"at most {MAX_COMMANDS} commands in one append, not {len(commands)}")
    events = [
        (envelope, event)
        for one in commands
        for envelope, event in zip(one.command.events, one.events, strict=True)
    ]
    return (
        [one.command.client for one in commands],
        [one.command.key for one in commands],
        [one.command.request for one in commands],
        [one.command.answer for one in commands],
        [len(one.expected) for one in commands],
        [len(one.events) for one in commands],
        [len(one.command.names) for one in commands],
        [stream for one in commands for stream in one.expected],
        # A stream that is only leaned on is not written: its kind is not asked for.
        [one.aggregates.get(stream, "") for one in commands for stream in one.expected],
        [version for one in commands for version in one.expected.values()],
        _places(commands),
        [envelope.id for envelope, _ in events],
        [event.topic for _, event in events],
        [subject_of(envelope.division, envelope.type) for envelope, _ in events],
        [event.state for _, event in events],
        [name for one in commands for name in one.command.names],
        [stream for one in commands for stream in one.command.names.values()],
        [leaf for one in commands for leaf in one.leaves],
    )


def _places(commands: Sequence[Ready]) -> list[int]:
    """For each event the place of its stream among all streams of the call, from 1."""
    places: list[int] = []
    before = 0
    for one in commands:
        place: dict[UUID | str, int] = {stream: before + n for n, stream in enumerate(one.expected, start=1)}
        places.extend(place[event.originator_id] for event in one.events)
        before += len(one.expected)
    return places
