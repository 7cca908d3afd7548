"""预演 · Logs that remember what would be appended: a row is tried on one before any of it counts."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from contracts.catalogue import open_event
from services.hazard.appending import MAX_COMMANDS, Verdict
from services.hazard.store import (
    Command,
    Fact,
    KeyReused,
    Life,
    Log,
    Outcome,
    Snapshot,
    StreamMoved,
    stream_of,
)


class Draft(Log):
    """草稿日志 · Reads through to a log, each stream once; what is appended waits until it is kept or dropped.

    A draft is its owner's alone. What it has read, it goes on believing, so that all of it fits together; keeping
    finds out what is old by then, and the draft begins anew.
    """

    def __init__(self, log: Log) -> None:
        """装配 · Over the log that is read and kept in."""
        self._log = log
        self._read: dict[UUID, list[Fact]] = {}
        self._found: dict[str, UUID | None] = {}
        self._drafted: dict[UUID, list[Fact]] = {}
        self._named: dict[str, UUID] = {}
        self._commands: list[Command] = []
        self._taken: list[tuple[str, int]] = []
        self._spare: defaultdict[str, list[int]] = defaultdict(list)

    async def keep(self) -> None:
        """留存 · Stores all that waits, together or not at all.

        Raises StreamMoved or KeyReused when nothing was stored.
        """
        commands = packed(self._commands)
        verdicts = await self._log.append_all(commands, whole=True) if commands else []
        refused = [verdict for verdict in verdicts if isinstance(verdict, Exception)]
        self._taken.clear()
        if refused or any(isinstance(verdict, Outcome) and verdict.repeat for verdict in verdicts):
            self._read.clear()
            self._found.clear()
        else:
            self._read |= self._drafted
            self._found |= self._named
        self.drop()
        for error in refused:
            raise error

    def drop(self) -> None:
        """作废 · Nothing of it happened; numbers that were taken serve the next, the first one first."""
        for prefix, number in reversed(self._taken):
            self._spare[prefix].append(number)
        self._taken.clear()
        self._commands.clear()
        self._drafted.clear()
        self._named.clear()

    async def outcome(self, client: str, key: str, request: bytes) -> Outcome | None:  # noqa: ARG002  # as the log's
        """查询结果 · Left to append, which has to look anyway."""
        return None

    async def load(self, stream: UUID, *, after: int = 0) -> list[Fact]:
        """读取 · The facts of a stream with what was drafted behind them."""
        return (await self._facts(stream))[after:]

    async def recall(self, stream: UUID, *, form: str, after: int = 0) -> Life:  # noqa: ARG002  # as the log's
        """回溯 · From the facts: what is only drafted has no snapshot."""
        return Life(None, await self.load(stream, after=after))

    async def keep_snapshot(self, stream: UUID, form: str, snapshot: Snapshot) -> None:
        """留存快照 · Never of a draft."""

    async def append(self, command: Command) -> Outcome:
        """追加 · Only remembered. Raises StreamMoved and KeyReused as the log does."""
        stored = await self._stored(command)
        if stored is not None:
            return stored
        for stream, version in command.expected.items():
            await self._check(stream, version)
        for envelope in command.events:
            stream = stream_of(envelope.subject)
            facts = await self._check(stream, envelope.version - 1)
            self._drafted[stream] = [*facts, Fact(envelope, open_event(envelope))]
        self._named = {**command.names, **self._named}
        self._commands.append(command)
        return Outcome(position=0, answer=command.answer, repeat=False)

    async def named(self, name: str) -> UUID | None:
        """按名称查找 · A name that was drafted, or a real one."""
        if name in self._named:
            return self._named[name]
        if name not in self._found:
            self._found[name] = await self._log.named(name)
        return self._found[name]

    async def next_number(self, prefix: str) -> int:
        """取号 · From the log, unless one is left of a draft that was dropped."""
        spare = self._spare[prefix]
        number = spare.pop() if spare else await self._log.next_number(prefix)
        self._taken.append((prefix, number))
        return number

    async def _facts(self, stream: UUID) -> list[Fact]:
        if stream in self._drafted:
            return self._drafted[stream]
        if stream not in self._read:
            self._read[stream] = await self._log.load(stream)
        return self._read[stream]

    async def _check(self, stream: UUID, expected: int) -> list[Fact]:
        facts = await self._facts(stream)
        if len(facts) != expected:
            raise StreamMoved(stream, expected, len(facts))
        return facts

    async def _stored(self, command: Command) -> Outcome | None:
        """What the log knows of the key. It cannot know one whose stream was not there before the draft."""
        own = stream_of(command.events[0].subject)
        if not self._read.get(own):
            return None
        return await self._log.outcome(command.client, command.key, command.request)


def packed(commands: Sequence[Command]) -> list[Command]:
    """合并 · No more commands than one append takes: of a large visit several become one, under the first one's key.

    Whatever a repeat of the others would do the streams' own versions refuse.
    """
    size = -(-len(commands) // MAX_COMMANDS)
    return [merged(commands[place : place + size]) for place in range(0, len(commands), size)] if size else []


def merged(commands: Sequence[Command]) -> Command:
    """合成一条 · All their events; of each stream the version that was there before any of them."""
    if len(commands) == 1:
        return commands[0]
    expected: dict[UUID, int] = {}
    written: set[UUID] = set()
    for command in commands:
        for stream, version in command.expected.items():
            if stream not in written:
                expected.setdefault(stream, version)
        written |= {stream_of(envelope.subject) for envelope in command.events}
    return replace(
        commands[0],
        events=tuple(envelope for command in commands for envelope in command.events),
        expected=expected,
        names={name: stream for command in reversed(commands) for name, stream in command.names.items()},
    )


class Rehearsal(Draft):
    """预演日志 · What is kept in it is seen by those who read it, and gone with it: the log of a dry run."""

    _rehearsed = 0

    async def append_all(self, commands: Sequence[Command], *, whole: bool = False) -> list[Verdict]:  # noqa: ARG002  # the real one's shape
        """批量追加 · Only remembered, a verdict for each."""
        verdicts: list[Verdict] = []
        for command in commands:
            try:
                verdicts.append(await self.append(command))
            except (StreamMoved, KeyReused) as error:
                verdicts.append(error)
        self._commands.clear()
        return verdicts

    async def next_number(self, prefix: str) -> int:  # noqa: ARG002  # the real one's shape
        """取号 · No number is spent on a rehearsal; each hazard in it has one of its own, as a notice tells them apart."""
        self._rehearsed += 1
        return self._rehearsed
