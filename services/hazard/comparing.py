"""比对 · How the stream stands to the log: the table of design/architecture.md 6, judged by the chain.

The chain at a position covers every event before it, so one equal hash means equal histories, and the first
difference is found by halving: positions are dense.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, ClassVar, LiteralString
from uuid import UUID

from nats.aio.client import Client

from services.hazard.succession import EVENT_ID, claimed, why_stray
from services.jetstream import HEADER_CHAIN, LOG_ID, ensure_stream
from services.postgres import Connection
from services.stored_messages import Stored, message_at

GENESIS = bytes(32)

Row = tuple[Any, ...]  # who asks for a row knows its columns

_LOG_ID = "select log_id from log.identity"
_HEAD = "select position, chain from log.head"
_EVENT = "select event_id::text, type, chain from log.events where position = %s"


@dataclass(frozen=True, slots=True)
class End:
    """一致 · Behind or level, same chain: publish what follows the position. A lost stream is behind, at 0."""

    log_id: UUID
    position: int


class StreamDiffers(Exception):
    """事件流与日志不一致 · Nothing may be published until a person has decided; its text says where and how.

    `refusing` is what a client is told while the log takes nothing in; None: it takes in.
    """

    STATE: ClassVar[str]

    def __init__(self, end: int, reason: str, refusing: str | None) -> None:
        """造 · `end` is the stream's last sequence."""
        super().__init__(reason)
        self.end = end
        self.refusing = refusing


class StreamAhead(StreamDiffers):
    """事件流超前 · Same chain, but the stream holds events that the log has lost: an older backup was restored."""

    STATE = "ahead"

    def __init__(self, position: int, end: int) -> None:
        """造 · `position` is the log's end."""
        super().__init__(
            end,
            f"事件流比日志多 {end - position} 条（日志到第 {position} 条，事件流到第 {end} 条）：数据库恢复自较早的备份。"
            "请运行 hazard log adopt，核对后收回",
            f"日志缺少已公布的第 {position + 1} 至 {end} 条事件，收回之前暂停受理；已受理的不受影响",
        )
        self.position = position


@dataclass(frozen=True, slots=True)
class Branch:
    """一侧 · What stands at the fork on one side: an event's id and type, and the chain behind it."""

    event: str
    type: str
    chain: str

    def __str__(self) -> str:
        return f"{self.type} {self.event}（链值 {self.chain}）"


class StreamForked(StreamDiffers):
    """事件流分叉 · The stream holds another history, or a message that no relay put there.

    `position` is the first sequence that differs, 0 when the stream as a whole is another's; `stray` says why the
    message there is none of ours, None when it once followed in this log.
    """

    STATE = "forked"

    def __init__(
        self,
        end: int,
        position: int,
        *,
        log: Branch | None = None,
        stream: Branch | None = None,
        stray: str | None = None,
        subject: str = "",
    ) -> None:
        """造 · Either side is None when nothing stands there."""
        self.position, self.log, self.stream, self.stray, self.subject = position, log, stream, stray, subject
        where = f"日志与事件流自第 {position} 条起不一致：日志为 {log or '无'}；事件流为 {stream or '无'}"
        why = f"。事件流第 {position} 条（主题 {subject or '无'}）来历不明：{stray}" if stray else ""
        what = "。请由管理员决定：恢复更近的备份，或用 hazard log rebuild-stream 由日志重建事件流"
        # A fork refuses writes when, and only when, the stream proves that the log has lost an event: its message
        # extends our own chain, so it was accepted here, told to a client and published. Whatever the log takes in
        # then is decided without knowing it. A stray or a foreign message proves nothing about the log, which stays
        # the truth; were it enough to stop all work, one forged message could.
        refusing = None if stray else f"日志缺少已公布的事件（自第 {position} 条起），查清之前暂停受理"
        super().__init__(end, where + why + what, refusing)


async def compare(connection: Connection, client: Client, *, replicas: int = 1) -> End:
    """比对 · Where to publish on: the end both agree on. A stream that is not there is made.

    Raises StreamAhead, StreamForked.
    """
    (log_id,) = await _row(connection, _LOG_ID)
    info = await ensure_stream(client, str(log_id), replicas=replicas)
    # The log's end is read after the stream's: what another relay publishes meanwhile must not look like a loss.
    position, chain = await _row(connection, _HEAD)
    last, named = info.state.last_seq, (info.config.metadata or {}).get(LOG_ID)
    sides = _Sides(connection, client, str(log_id), named or str(log_id), last)

    common = min(last, position)
    if not await sides.same(common):
        raise await sides.fork(after=0, before=common)
    if last > position:
        raise await sides.ahead(position, chain)
    if named not in (None, str(log_id)):
        raise StreamForked(last, 0, stray=f"整个事件流属于日志 {named}，不是本日志 {log_id}")
    if info.state.messages != last:
        raise StreamForked(last, 0, stray=f"事件流应有 {last} 条，实有 {info.state.messages} 条")
    return End(log_id, last)


@dataclass(frozen=True, slots=True)
class _Sides:
    """Log and stream side by side, position by position."""

    connection: Connection
    client: Client
    log_id: str
    named: str  # whose log the stream says it holds
    last: int

    async def same(self, position: int) -> bool:
        """Whether both hold the same history up to a position that both have."""
        if position == 0:
            return True
        (_, _, chain), message = await self._both(position)
        return message is not None and message.headers.get(HEADER_CHAIN) == chain.hex()

    async def fork(self, *, after: int, before: int) -> StreamForked:
        position = await first_difference(after, before, self.same)
        chain = (await self._event(position - 1))[2] if position > 1 else GENESIS
        (event, kind, ours), message = await self._both(position)
        return self._forked(position, Branch(event, kind, ours.hex()), message, chain)

    async def ahead(self, position: int, chain: bytes) -> StreamDiffers:
        """The message right behind the log's end says whether the log has lost it or nobody knows it."""
        message = await message_at(self.client, position + 1)
        if message is None or self._stray(message, chain):
            return self._forked(position + 1, None, message, chain)
        return StreamAhead(position, self.last)

    def _stray(self, message: Stored, chain: bytes) -> str | None:
        """Behind a history that is ours, a stream of another name was renamed after the backup was made; without one,
        it is somebody else's."""
        return why_stray(message, self.log_id if chain == GENESIS else self.named, chain)

    def _forked(
        self, position: int, log: Branch | None, message: Stored | None, chain: bytes
    ) -> StreamForked:
        if message is None:
            return StreamForked(self.last, position, log=log, stray="没有这条消息")
        stream = Branch(
            claimed(message.headers, EVENT_ID),
            ".".join(message.subject.split(".")[-2:]),
            claimed(message.headers, HEADER_CHAIN),
        )
        stray = self._stray(message, chain)
        return StreamForked(self.last, position, log=log, stream=stream, stray=stray, subject=message.subject)

    async def _event(self, position: int) -> tuple[str, str, bytes]:
        event, kind, chain = await _row(self.connection, _EVENT, (position,))
        return event, kind, chain

    async def _both(self, position: int) -> tuple[tuple[str, str, bytes], Stored | None]:
        return await self._event(position), await message_at(self.client, position)


async def first_difference(after: int, before: int, same: Callable[[int], Awaitable[bool]]) -> int:
    """首个差异 · The first position that differs, when `after` does not and `before` does, in log2 looks."""
    while before - after > 1:
        middle = (after + before) // 2
        if await same(middle):
            after = middle
        else:
            before = middle
    return before


async def _row(connection: Connection, query: LiteralString, values: tuple[object, ...] = ()) -> Row:
    row = await (await connection.execute(query, values)).fetchone()
    assert row is not None  # the identity is there, and positions have no gap
    return row
