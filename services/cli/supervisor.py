"""监管 · Keeps child processes running: restarts one that dies, later each time, and stops all in order."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import psutil

from services.servers import process
from services.servers.failure import ServerFailed
from services.servers.process import Program

PAUSE = 0.1  # seconds between two looks at a child
NOT_STARTED = 127  # the exit status shells give for a program that cannot be started


def nothing() -> None:
    """无事 · What is to do before most children start."""


@dataclass(frozen=True, slots=True)
class Child:
    """子进程 · A program to keep running, how to ask whether it is ready, what to clear before each start."""

    program: Program
    answers: Callable[[], bool]
    clear: Callable[[], None] = nothing
    patience: float = 20.0

    @property
    def name(self) -> str:
        return self.program.name


@dataclass(frozen=True, slots=True)
class Standing:
    """现状 · How a child stands: its process, since when, how often restarted, how it last ended."""

    name: str
    pid: int | None = None
    since: datetime | None = None
    restarts: int = 0
    exit_status: int | None = None
    ended_at: datetime | None = None
    last_words: str = ""


@dataclass(frozen=True, slots=True)
class BackOff:
    """退避 · Pauses in seconds before each restart in a row; who ran for `steady` seconds starts at the first."""

    pauses: tuple[float, ...] = (0.5, 1, 2, 4, 8, 15, 30)
    steady: float = 60.0

    def pause(self, in_a_row: int) -> float:
        """In a row: how many restarts came shortly after another, this one not counted."""
        return self.pauses[min(in_a_row, len(self.pauses) - 1)]


@dataclass(slots=True)
class Supervisor:
    """监管者 · Children in the order of their start. `tell` gets a sentence for people, `record` every change."""

    tell: Callable[[str], None]
    record: Callable[[Sequence[Standing]], None]
    now: Callable[[], datetime]
    back_off: BackOff = field(default_factory=BackOff)
    _standings: dict[str, Standing] = field(default_factory=dict, init=False)
    _keepers: dict[str, asyncio.Task[None]] = field(default_factory=dict, init=False)

    def add(self, child: Child) -> None:
        """接管 · Starts a child and keeps it running from now on."""
        self._standings[child.name] = Standing(child.name)
        self._keepers[child.name] = asyncio.create_task(self._keep(child))

    async def ready(self, child: Child, *, at_once: bool = False) -> None:
        """等候就绪 · Returns when the child answers.

        With `at_once` a child that ends before it ever answered is given up: `ServerFailed` with its last words.
        """
        while self.standing(child.name).pid is None or not await asyncio.to_thread(child.answers):
            if self._keepers[child.name].done():
                self._keepers[child.name].result()
            standing = self.standing(child.name)
            if at_once and standing.ended_at is not None:
                raise ServerFailed(child.name, standing.last_words)
            await asyncio.sleep(PAUSE)

    def standing(self, name: str) -> Standing:
        """查看 · How a child stands now."""
        return self._standings[name]

    async def watch(self) -> None:
        """守望 · Never returns; raises what a keeper itself failed with, for then nobody watches its child."""
        done, _ = await asyncio.wait(self._keepers.values(), return_when=asyncio.FIRST_COMPLETED)
        for keeper in done:
            keeper.result()

    async def stop(self) -> None:
        """全部停止 · Stops the children one after another, the last started first."""
        for name, keeper in reversed(self._keepers.items()):
            self.tell(f"停止 {name} · stopping {name}")
            keeper.cancel()
            await asyncio.wait([keeper])
        self._keepers.clear()

    async def _keep(self, child: Child) -> None:
        in_a_row = 0
        while True:
            await asyncio.to_thread(child.clear)
            started = self.now()
            await self._run(child)
            ran = (self.now() - started).total_seconds()
            in_a_row = 0 if ran >= self.back_off.steady else in_a_row
            pause = self.back_off.pause(in_a_row)
            in_a_row += 1
            self._tell_of_end(child, pause)
            await asyncio.sleep(pause)
            standing = self.standing(child.name)
            self._note(replace(standing, restarts=standing.restarts + 1))

    async def _run(self, child: Child) -> None:
        """One life of a child, until it ends by itself or its keeper is cancelled, who then stops it."""
        try:
            running = process.start(child.program)
        except OSError as error:
            self._note_end(child, NOT_STARTED, str(error))
            return
        try:
            self._note(replace(self.standing(child.name), pid=running.pid, since=self.now()))
            self._note_end(child, await end_of(running), process.last_lines(child.program.log))
        finally:
            # Also what it has started itself: nothing outlives its parent here.
            await asyncio.to_thread(process.stop, running, child.program.stopping, patience=child.patience)

    def _note_end(self, child: Child, status: int, words: str) -> None:
        known = replace(self.standing(child.name), pid=None, since=None)
        self._note(replace(known, exit_status=status, ended_at=self.now(), last_words=words))

    def _note(self, standing: Standing) -> None:
        self._standings[standing.name] = standing
        self.record(tuple(self._standings.values()))

    def _tell_of_end(self, child: Child, pause: float) -> None:
        standing = self.standing(child.name)
        self.tell(
            f"{child.name} 已退出（状态 {standing.exit_status}），{pause:g} 秒后重启 · "
            f"{child.name} ended with status {standing.exit_status}, restarting in {pause:g} s"
        )
        if standing.last_words:
            self.tell(standing.last_words)


async def end_of(running: psutil.Popen) -> int:
    """等待结束 · The exit status of a process, once it has one. Polled: the system wakes no event loop for it."""
    while running.poll() is None:  # noqa: ASYNC110  a process of another event loop tells nobody when it ends
        await asyncio.sleep(PAUSE)
    return int(running.poll())
