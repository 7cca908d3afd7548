"""监管 · The supervisor with small children: it restarts what dies and stops all in order."""

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from services.cli.supervisor import BackOff, Child, Standing, Supervisor, nothing
from services.servers.failure import ServerFailed
from services.servers.process import Program

AT_ONCE = BackOff(pauses=(0.01, 0.02, 0.03))
STAYS = "import time; time.sleep(600)"


class Watched:
    """A supervisor, what it said and what it recorded."""

    def __init__(self, folder: Path, back_off: BackOff = AT_ONCE) -> None:
        self.folder = folder
        self.said: list[str] = []
        self.standings: Sequence[Standing] = ()
        self.supervisor = Supervisor(self.said.append, self._record, lambda: datetime.now(UTC), back_off)

    def _record(self, standings: Sequence[Standing]) -> None:
        self.standings = standings

    def child(self, name: str, code: str, clear: Callable[[], None] = nothing) -> Child:
        program = Program(
            name, (sys.executable, "-c", code), {**os.environ}, self.folder, self.folder / f"{name}.log"
        )
        return Child(program, lambda: True, clear, patience=2)

    async def until(self, happened: Callable[[], bool]) -> None:
        async with asyncio.timeout(180):
            while not happened():  # noqa: ASYNC110 — what is awaited are processes and files
                await asyncio.sleep(0.02)

    def pid(self, name: str) -> int:
        pid = self.supervisor.standing(name).pid
        assert pid is not None
        return pid


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


async def test_a_child_that_is_killed_is_started_again_and_that_is_said(watched: Watched) -> None:
    child = watched.child("web", STAYS)
    watched.supervisor.add(child)
    await watched.supervisor.ready(child)
    first = watched.pid("web")
    psutil.Process(first).kill()
    await watched.until(lambda: watched.supervisor.standing("web").restarts == 1)
    await watched.supervisor.ready(child)
    second = watched.pid("web")
    await watched.supervisor.stop()

    assert second != first
    assert (
        "web 已退出（状态 -9），0.01 秒后重启 · web ended with status -9, restarting in 0.01 s"
        in watched.said
    )


async def test_a_child_that_keeps_dying_is_restarted_later_each_time(watched: Watched) -> None:
    watched.supervisor.add(watched.child("web", "raise SystemExit('no port')"))
    await watched.until(lambda: watched.supervisor.standing("web").restarts >= 4)
    await watched.supervisor.stop()
    pauses = [said.split("，")[1].split(" ")[0] for said in watched.said if "已退出" in said]

    assert pauses[:4] == ["0.01", "0.02", "0.03", "0.03"]


async def test_what_a_child_said_last_is_told_and_recorded(watched: Watched) -> None:
    watched.supervisor.add(watched.child("web", "raise SystemExit('端口被占用')"))
    await watched.until(lambda: watched.supervisor.standing("web").restarts >= 1)
    await watched.supervisor.stop()

    assert "端口被占用" in watched.said
    assert {standing.last_words for standing in watched.standings} == {"端口被占用"}
    assert {standing.exit_status for standing in watched.standings} == {1}


async def test_one_that_ran_steadily_begins_with_the_first_pause_again(tmp_path: Path) -> None:
    watched = Watched(tmp_path, BackOff(pauses=(0.01, 600), steady=0))
    watched.supervisor.add(watched.child("web", ""))
    await watched.until(lambda: watched.supervisor.standing("web").restarts >= 3)
    await watched.supervisor.stop()

    assert {said.split("，")[1].split(" ")[0] for said in watched.said if "已退出" in said} == {"0.01"}


async def test_children_stop_one_by_one_the_last_started_first(watched: Watched) -> None:
    order = watched.folder / "order"
    code = f"""
import signal, time
def told(*_):
    time.sleep(0.1)
    open({str(order)!r}, "a").write(NAME + " ")
    raise SystemExit
signal.signal(signal.SIGTERM, told)
print("listening", flush=True)
time.sleep(600)
"""
    for name in ("postgres", "nats", "relay", "web"):
        watched.supervisor.add(watched.child(name, f"NAME = {name!r}\n{code}"))
        log = watched.folder / f"{name}.log"
        await watched.until(lambda log=log: log.exists() and "listening" in log.read_text())
    await watched.supervisor.stop()

    assert order.read_text().split() == ["web", "relay", "nats", "postgres"]


async def test_a_child_that_will_not_hear_is_killed_with_all_it_started(tmp_path: Path) -> None:
    watched = Watched(tmp_path)
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    code = (
        f"{deaf}; import subprocess, sys, time; "
        f"print(subprocess.Popen([sys.executable, '-c', '{deaf}; import time; time.sleep(600)']).pid, flush=True); "
        "time.sleep(600)"
    )
    watched.supervisor.add(watched.child("web", code))
    log = tmp_path / "web.log"
    await watched.until(lambda: log.exists() and log.read_text().strip().isdigit())
    mother, daughter = psutil.Process(watched.pid("web")), psutil.Process(int(log.read_text()))
    await watched.supervisor.stop()

    assert not mother.is_running()
    assert not daughter.is_running() or daughter.status() == psutil.STATUS_ZOMBIE


async def test_nothing_is_started_any_more_once_it_stops(watched: Watched) -> None:
    watched.supervisor.add(watched.child("web", "print('ran')"))
    await watched.until(lambda: watched.supervisor.standing("web").restarts >= 1)
    await watched.supervisor.stop()
    before = watched.supervisor.standing("web")
    await asyncio.sleep(0.1)

    assert watched.supervisor.standing("web") == before
    assert all(task is asyncio.current_task() for task in asyncio.all_tasks())


async def test_the_ground_is_cleared_before_each_start(watched: Watched) -> None:
    cleared: list[str] = []
    watched.supervisor.add(watched.child("postgres", "", lambda: cleared.append("postgres")))
    await watched.until(lambda: len(cleared) >= 3)
    await watched.supervisor.stop()

    assert len(cleared) >= 3


async def test_a_server_that_dies_at_once_is_given_up_with_its_words(watched: Watched) -> None:
    child = watched.child("postgres", "raise SystemExit('磁盘已满')")
    never = Child(child.program, lambda: False)
    watched.supervisor.add(never)
    said = ""
    with suppress(ServerFailed):
        try:
            await watched.supervisor.ready(never, at_once=True)
        except ServerFailed as failed:
            said = failed.reason
            raise
    await watched.supervisor.stop()

    assert said == "磁盘已满"


async def test_a_program_that_is_not_there_is_told_and_tried_again(watched: Watched) -> None:
    program = Program("web", ("/没有这个程序",), {}, watched.folder, watched.folder / "web.log")
    watched.supervisor.add(Child(program, lambda: True))
    await watched.until(lambda: watched.supervisor.standing("web").restarts >= 2)
    await watched.supervisor.stop()

    assert any("/没有这个程序" in said for said in watched.said)


async def test_ctrl_c_on_the_terminal_does_not_reach_a_child(watched: Watched) -> None:
    child = watched.child("web", STAYS)
    watched.supervisor.add(child)
    await watched.supervisor.ready(child)
    group = os.getpgid(watched.pid("web"))
    await watched.supervisor.stop()

    assert group != os.getpgid(0)
