"""丢失 · A wire that loses an answer: bytes pass in both directions until it is armed, and then a connection breaks.

Where it breaks is exact: after the other side has done what it was asked, before the asker hears of it.
"""

import asyncio
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

PIECE = 64 * 1024
Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Broken(Exception):
    """断线 · Both ends are cut; the bytes in hand go nowhere."""


@dataclass
class Trap:
    """陷阱 · Set for so many connections, and sprung each time one breaks.

    With `before`, it is the question itself that is lost.
    """

    set_for: int = 0
    before: bool = False
    sprung: int = 0

    def spring(self) -> None:
        """触发 · Raises Broken while it is set."""
        if self.set_for > 0:
            self.set_for -= 1
            self.sprung += 1
            raise Broken


class Watch(Protocol):
    """看守 · Sees what passes on one connection; gives what is passed on, raises Broken to cut it."""

    def asked(self, piece: bytes) -> bytes: ...

    def answered(self, piece: bytes) -> bytes: ...


@dataclass
class AnswerLost:
    """答复丢失 · The server answers, and its client never hears it."""

    trap: Trap

    def asked(self, piece: bytes) -> bytes:
        return piece

    def answered(self, piece: bytes) -> bytes:
        self.trap.spring()
        return piece


@dataclass
class Frames:
    """消息 · PostgreSQL's messages out of a stream of bytes: a letter, a length, a body."""

    greeted: bool
    rest: bytes = b""

    def of(self, piece: bytes) -> list[tuple[bytes, bytes]]:
        self.rest += piece
        found = []
        while len(self.rest) >= (head := 5 if self.greeted else 4):
            (length,) = struct.unpack("!I", self.rest[head - 4 : head])
            end = head - 4 + length
            if len(self.rest) < end:
                break
            found.append((self.rest[: head - 4], self.rest[head:end]))
            self.rest, self.greeted = self.rest[end:], True
        return found


@dataclass
class CommitLost:
    """提交回执丢失 · An append is executed and committed, and whoever asked for it never hears it."""

    trap: Trap
    statements: dict[bytes, bytes] = field(default_factory=dict)
    questions: Frames = field(default_factory=lambda: Frames(greeted=False))
    replies: Frames = field(default_factory=lambda: Frames(greeted=True))
    appending: bool = False

    def asked(self, piece: bytes) -> bytes:
        for kind, body in self.questions.of(piece):
            if kind == b"P":  # Parse: a name, a statement
                name, statement, *_ = body.split(b"\0", 2)
                self.statements[name] = statement
            if kind == b"B":  # Bind: a portal, a statement's name
                self.appending = b"log.append(" in self.statements[body.split(b"\0", 2)[1]]
        if self.appending and self.trap.before:
            self.trap.spring()
        return piece

    def answered(self, piece: bytes) -> bytes:
        # "Ready for query" is said when the transaction is committed.
        done = any(kind == b"Z" for kind, _ in self.replies.of(piece))
        if not self.appending or self.trap.before:
            return piece
        if self.trap.set_for and not done:
            return b""
        if done:
            self.appending = False
            self.trap.spring()
        return piece


@asynccontextmanager
async def to_a_port(port: int, watch: Callable[[], Watch]) -> AsyncIterator[int]:
    """网络线 · Gives the port to connect to instead."""

    async def there() -> Ends:
        return await asyncio.open_connection("127.0.0.1", port)

    wires = _Wires(there, watch)
    server = await asyncio.start_server(wires.join, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    await wires.cut_all()


@asynccontextmanager
async def to_postgres(sockets: Path, folder: Path, watch: Callable[[], Watch]) -> AsyncIterator[str]:
    """数据库线 · Gives the connection string to use instead, with its socket in the folder."""
    name = ".s.PGSQL.5432"
    await asyncio.to_thread(folder.mkdir, exist_ok=True)

    async def there() -> Ends:
        return await asyncio.open_unix_connection(sockets / name)

    wires = _Wires(there, watch)
    server = await asyncio.start_unix_server(wires.join, folder / name)
    yield f"postgresql://postgres@/hazard?host={folder}"
    server.close()
    await wires.cut_all()


@dataclass
class _Wires:
    there: Callable[[], Awaitable[Ends]]
    watch: Callable[[], Watch]
    open_ones: set[asyncio.Task[None]] = field(default_factory=set)

    def join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wire = asyncio.create_task(self._wire((reader, writer)))
        self.open_ones.add(wire)
        wire.add_done_callback(self.open_ones.discard)

    async def cut_all(self) -> None:
        for wire in self.open_ones:
            wire.cancel()
        await asyncio.gather(*self.open_ones, return_exceptions=True)

    async def _wire(self, near: Ends) -> None:
        """One connection, until either side ends it or the watch cuts it."""
        far = await self.there()
        watch = self.watch()
        ways = [
            asyncio.create_task(_pass_on(near[0], far[1], watch.asked)),
            asyncio.create_task(_pass_on(far[0], near[1], watch.answered)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            for _, writer in (near, far):
                writer.transport.abort()


async def _pass_on(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, look: Callable[[bytes], bytes]
) -> None:
    while piece := await reader.read(PIECE):
        writer.write(look(piece))
        await writer.drain()
