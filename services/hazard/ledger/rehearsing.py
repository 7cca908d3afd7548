"""预演 · A log that remembers what would be appended and stores nothing: a row is tried here before it counts."""

from uuid import UUID

from contracts.catalogue import open_event
from services.hazard.store import Command, Fact, Log, Outcome, stream_of


class Rehearsal(Log):
    """预演日志 · Reads through to the real log; what is appended is seen by later reads, and gone afterwards."""

    def __init__(self, log: Log) -> None:
        """装配 · Over a real log."""
        self._log = log
        self._streams: dict[UUID, list[Fact]] = {}
        self._outcomes: dict[tuple[str, str], Outcome] = {}
        self._names: dict[str, UUID] = {}

    async def outcome(self, client: str, key: str, request: bytes) -> Outcome | None:
        """查询结果 · What was rehearsed, or what really was stored."""
        return self._outcomes.get((client, key)) or await self._log.outcome(client, key, request)

    async def load(self, stream: UUID, *, after: int = 0) -> list[Fact]:
        """读取 · The facts of a stream with what was rehearsed behind them."""
        if stream not in self._streams:
            self._streams[stream] = await self._log.load(stream)
        return self._streams[stream][after:]

    async def append(self, command: Command) -> Outcome:
        """追加 · Only remembered."""
        for envelope in command.events:
            stream = stream_of(envelope.subject)
            facts = await self.load(stream)
            self._streams[stream] = [*facts, Fact(envelope, open_event(envelope))]
        self._names |= command.names
        outcome = Outcome(position=0, answer=command.answer, repeat=False)
        self._outcomes[command.client, command.key] = outcome
        return outcome

    async def named(self, name: str) -> UUID | None:
        """按名称查找 · A name that was rehearsed, or a real one."""
        return self._names.get(name) or await self._log.named(name)

    async def next_number(self, prefix: str) -> int:  # noqa: ARG002  # the real one's shape
        """取号 · No number is spent on a rehearsal."""
        return 0
