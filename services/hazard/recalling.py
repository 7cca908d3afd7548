"""读取状态 · A thing's state: what this process remembers, else its last snapshot, and the events behind that.

Neither memory nor snapshot is ever believed alone: the events behind them are read, or the append checks the version
that was decided on. So both may be lost, late or wrong-footed by another process without harm.
"""

import asyncio
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

import structlog
from pydantic import TypeAdapter

from contracts.envelope import Envelope
from services.hazard.store import Fact, Life, Log, Snapshot, Unavailable, stream_of
from services.trouble import Trouble

SNAPSHOT_EVERY = 100  # events: loading so many takes about as long as the rest of a command

logger = structlog.get_logger()


class StateLike(Protocol):
    """状态 · What every aggregate's state has: its version."""

    @property
    def version(self) -> int:
        """版本 · The version after the last event; 0 before the first."""


S = TypeVar("S", bound=StateLike)


@dataclass(frozen=True, slots=True)
class Kind(Generic[S]):
    """聚合种类 · The name in subjects, the empty state, and how an event changes it.

    `folds` is raised when `evolve` makes another state of the same events: snapshots of before are then left alone.
    """

    name: str
    empty: S
    # Any: each kind folds its own union of events; the catalogue has validated them.
    evolve: Callable[[S, Any, Envelope], S]
    folds: int = 1
    # Where a thing is: by its place the policy is chosen. Nowhere: the sender's place counts.
    place: Callable[[S], str] = lambda _: ""

    def subject(self, key: str) -> str:
        """主题 · hazard/<uuid>."""
        return f"{self.name}/{key}"

    def fold(self, facts: Iterable[Fact], state: S | None = None) -> S:
        """折叠 · The state after these facts, from a state or from nothing."""
        state = self.empty if state is None else state
        for fact in facts:
            state = self.evolve(state, fact.event, fact.envelope)
        return state

    @property
    def form(self) -> str:
        """快照形式 · Names what a snapshot of this kind holds: another shape of state is another form."""
        return _form(self.name, self.folds, type(self.empty))

    def pack(self, state: S) -> bytes:
        """打包 · A state as a snapshot keeps it."""
        return _adapter(type(state)).dump_json(state)

    def unpack(self, packed: bytes) -> S:
        """拆包 · The state in a snapshot of this form."""
        state: S = _adapter(type(self.empty)).validate_json(packed)
        return state


@lru_cache
def _adapter(state: type) -> TypeAdapter[Any]:  # each kind has a state of its own
    return TypeAdapter(state)


@lru_cache
def _form(name: str, folds: int, state: type) -> str:
    shape = json.dumps(_adapter(state).json_schema(), sort_keys=True)
    return f"{name}/{folds}/{hashlib.sha256(shape.encode()).hexdigest()[:12]}"


class NotFound(Trouble):
    """未找到 · There is no such thing, or not for this caller."""

    def __init__(self, what: str) -> None:
        """说明 · Names what was looked for."""
        super().__init__("not-found", f"未找到该{what}，或不在您的管辖范围内")


@dataclass(frozen=True, slots=True)
class _Known(Generic[S]):
    kind: str
    state: S
    kept: int  # the version of the last snapshot
    doubted: bool = False  # something was written behind it


class Recalling:
    """读取器 · Reads states from one log; remembers as many as it is told, the longest unused go first."""

    def __init__(self, log: Log, *, remembered: int = 0) -> None:
        """装配 · Without memory every state is read from its snapshot on."""
        self._log = log
        self._room = remembered
        self._known: dict[UUID, _Known[Any]] = {}  # of every kind
        self._keeping: dict[UUID, asyncio.Task[None]] = {}

    @property
    def remembers(self) -> bool:
        """有记忆 · Whether anything is ever remembered here."""
        return self._room > 0

    async def state(self, kind: Kind[S], key: str, *, afresh: bool = False, trusting: bool = False) -> S:
        """读取 · The state of one thing as the log has it now; the id of a thing of another kind is nobody's.

        `afresh` does without memory; `trusting` takes what is remembered without a look at the log, for a decision
        that the append checks. Raises NotFound, Unavailable.
        """
        stream = stream_of(kind.subject(key))
        known = None if afresh else self._known.get(stream)
        if known is not None and known.kind != kind.name:
            raise NotFound("记录")
        if known is not None and trusting and not known.doubted:
            self._remember(kind, stream, known.state, known.kept)
            remembered: S = known.state
            return remembered
        after = known.state.version if known else 0
        life = await self._log.recall(stream, form=kind.form, after=after)
        if known is None or life.snapshot is not None:
            known = _begun(kind, life)
        state = kind.fold(life.facts, known.state)
        self._remember(kind, stream, state, known.kept)
        return state

    def stored(self, kind: Kind[S], stream: UUID, state: S) -> None:
        """已追加 · The state that an append of this process led to."""
        known = self._known.get(stream)
        self._remember(kind, stream, state, known.kept if known else 0)

    def doubt(self, streams: Iterable[UUID]) -> None:
        """存疑 · Written beside another stream's events: what is remembered is looked after before it is trusted again."""
        for stream in streams:
            known = self._known.get(stream)
            if known is not None:
                self._known[stream] = replace(known, doubted=True)

    def forget(self, stream: UUID) -> None:
        """忘记 · The stream is not where it was believed to be."""
        self._known.pop(stream, None)

    async def settled(self) -> None:
        """完成 · Waits for the snapshots under way."""
        await asyncio.gather(*self._keeping.values())

    def _remember(self, kind: Kind[S], stream: UUID, state: S, kept: int) -> None:
        if state.version - kept >= SNAPSHOT_EVERY and stream not in self._keeping:
            # Beside the command, never in it: whoever hits the interval pays nothing.
            task = asyncio.create_task(self._keep(kind, stream, state))
            self._keeping[stream] = task
            task.add_done_callback(lambda _: self._keeping.pop(stream))
            kept = state.version
        self._known.pop(stream, None)
        if self._room and state.version:
            self._known[stream] = _Known(kind.name, state, kept)
            if len(self._known) > self._room:
                del self._known[next(iter(self._known))]

    async def _keep(self, kind: Kind[S], stream: UUID, state: S) -> None:
        try:
            await self._log.keep_snapshot(stream, kind.form, Snapshot(state.version, kind.pack(state)))
        except Unavailable as error:
            logger.warning("snapshot.not_kept", stream=str(stream), error=str(error))


def _begun(kind: Kind[S], life: Life) -> _Known[S]:
    if life.snapshot is not None:
        return _Known(kind.name, kind.unpack(life.snapshot.state), life.snapshot.version)
    if life.facts and life.facts[0].envelope.aggregate != kind.name:
        raise NotFound("记录")
    return _Known(kind.name, kind.empty, 0)
