"""轮流 · Commands of one process that write the same stream beside their own take turns at it.

Without turns, of N commands that want the next number at one moment one is stored and N-1 decide again, N rounds in
all. With them each decides on what the one before it stored. A turn is no promise: other processes write, too, and
the append alone decides. So a turn that is long in coming is gone without.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from uuid import UUID
from weakref import WeakValueDictionary

PATIENCE = 5.0  # seconds; two commands that wait for each other's streams come free

# The turns that the command under way holds, from its first decision until its outcome is known.
_HELD: ContextVar[dict[UUID, asyncio.Lock] | None] = ContextVar("held", default=None)


class Turns:
    """轮次 · One lock for each stream that somebody waits for."""

    def __init__(self, patience: float = PATIENCE) -> None:
        """装配 · How many seconds a command waits at most for its turn."""
        self._patience = patience
        self._locks: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def given_back(self) -> AsyncIterator[None]:
        """归还 · Whatever turns the command inside takes, they end with it."""
        held: dict[UUID, asyncio.Lock] = {}
        token = _HELD.set(held)
        try:
            yield
        finally:
            _HELD.reset(token)
            for lock in held.values():
                lock.release()

    async def take(self, stream: UUID) -> None:
        """取得轮次 · At once if the command holds it already, or nobody does; without it after some patience."""
        held = _HELD.get()
        if held is None or stream in held:
            return
        lock = self._locks.get(stream)
        if lock is None:
            lock = self._locks[stream] = asyncio.Lock()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._patience):
                await lock.acquire()
                held[stream] = lock

    @property
    def any(self) -> bool:
        """持有轮次 · Whether the command under way took a turn anywhere."""
        return bool(_HELD.get())
