"""合并 · Gathers what concurrent callers ask into few calls. Whoever is alone waits for nobody.

While a call is under way, those who come next form the following one: the busier it gets, the fewer calls each costs.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class TooLong(Exception):
    """超时 · No answer within the caller's patience; `sent`: it was part of a call, so it may have had its effect."""

    def __init__(self, *, sent: bool) -> None:
        super().__init__("no answer in time")
        self.sent = sent


@dataclass(slots=True, eq=False)
class _Waiting(Generic[Item, Answer]):
    item: Item
    answer: asyncio.Future[Answer] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    sent: bool = False


class Together(Generic[Item, Answer]):
    """合并调用 · One for each kind of call; `act` answers every item of a call, in order.

    `most` items form a call, `lanes` calls may be under way at once, `patience` is in seconds.
    """

    def __init__(
        self,
        act: Callable[[Sequence[Item]], Awaitable[Sequence[Answer]]],
        *,
        most: int,
        lanes: int = 1,
        patience: float = 5,
    ) -> None:
        """装配 · Nothing runs until somebody asks."""
        self._act = act
        self._most = most
        self._idle = lanes
        self._patience = patience
        self._queue: deque[_Waiting[Item, Answer]] = deque()
        self._working: set[asyncio.Task[None]] = set()  # the loop itself holds tasks by weak references only

    async def ask(self, item: Item) -> Answer:
        """询问 · The answer to one item; raises what its call raised, or TooLong."""
        waiting: _Waiting[Item, Answer] = _Waiting(item)
        self._queue.append(waiting)
        if self._idle:
            self._idle -= 1
            task = asyncio.create_task(self._work())
            self._working.add(task)
            task.add_done_callback(self._working.discard)
        late = asyncio.get_running_loop().call_later(self._patience, _give_up, waiting)
        try:
            return await waiting.answer
        finally:
            late.cancel()

    async def _work(self) -> None:
        try:
            await asyncio.sleep(0)  # what arrived with this item asks in this turn of the loop
            while call := self._next():
                await self._do(call)
                await asyncio.sleep(0)
        finally:
            self._idle += 1

    def _next(self) -> list[_Waiting[Item, Answer]]:
        call: list[_Waiting[Item, Answer]] = []
        while self._queue and len(call) < self._most:
            waiting = self._queue.popleft()
            if not waiting.answer.done():  # who has gone away needs no answer
                call.append(waiting)
        return call

    async def _do(self, call: list[_Waiting[Item, Answer]]) -> None:
        """One call. When it fails, each alone: one bad item, or one lost connection, is not everybody's."""
        for waiting in call:
            waiting.sent = True
        try:
            answers = await self._act([waiting.item for waiting in call])
        except Exception as error:  # noqa: BLE001 — handed to whoever asked
            if len(call) == 1:
                _fail(call[0], error)
                return
            for waiting in call:
                if not waiting.answer.done():
                    await self._do([waiting])
            return
        for waiting, answer in zip(call, answers, strict=True):
            if not waiting.answer.done():
                waiting.answer.set_result(answer)


def _fail(waiting: _Waiting[Item, Answer], error: Exception) -> None:
    if not waiting.answer.done():
        waiting.answer.set_exception(error)


def _give_up(waiting: _Waiting[Item, Answer]) -> None:
    _fail(waiting, TooLong(sent=waiting.sent))
