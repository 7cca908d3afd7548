"""进程 · Starts a program in a session of its own and ends it again, whole."""

import contextlib
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

from services.servers.failure import ServerFailed

MARK = "HAZARD_SUPERVISED_BY"
"""Set in the environment of all that is started, to the data directory: so leftovers are known again."""


LONGEST_LOG = 20_000_000  # bytes; looked at when a program starts
PAUSE = 0.05  # seconds between two looks at a process


@dataclass(frozen=True, slots=True)
class Account:
    """系统账户 · Who a program runs as, when that is not the caller."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Program:
    """程序 · What is started: its name, command line, whole environment, folder and log file.

    Without a log file it writes where its parent does.
    """

    name: str
    argv: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path
    log: Path | None
    account: Account | None = None
    stopping: tuple[signal.Signals, ...] = (signal.SIGTERM,)


def start(program: Program) -> psutil.Popen:
    """启动 · Starts the program; what it writes goes to the end of its log file.

    A session of its own keeps Ctrl-C on the terminal from reaching it before its supervisor.
    """
    account = program.account
    with _opened(program.log) as log:
        return psutil.Popen(
            program.argv,
            env={**program.environment},
            cwd=program.folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT if log else None,
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )


@contextlib.contextmanager
def _opened(log: Path | None) -> Iterator[IO[bytes] | None]:
    """The end of a log file; a long one is put aside first, and one old one is kept."""
    if log is None:
        yield None
        return
    if log.exists() and log.stat().st_size > LONGEST_LOG:
        log.replace(log.with_name(f"{log.name}.1"))
    with log.open("ab") as file:
        yield file


def await_answer(program: Program, process: psutil.Popen, answers: Callable[[], bool]) -> None:
    """等候就绪 · Returns when the program answers; `ServerFailed` with its last words when it ends before."""
    while not answers():
        if process.poll() is not None:
            raise ServerFailed(program.name, last_lines(program.log))
        time.sleep(PAUSE)


def stop(
    process: psutil.Process,
    signals: Sequence[signal.Signals] = (signal.SIGTERM,),
    *,
    patience: float = 20.0,
) -> None:
    """停止 · Asks with each signal in turn, `patience` seconds for each, kills at last; then what it has started."""
    family = _family(process)
    for asked in (*signals, signal.SIGKILL):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(asked)
        if _gone(process, patience):
            break
    for member in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            member.kill()
        _gone(member, patience)


def _family(process: psutil.Process) -> list[psutil.Process]:
    try:
        return list(process.children(recursive=True))
    except psutil.NoSuchProcess:
        return []


def _gone(process: psutil.Process, patience: float) -> bool:
    """Whether it has ended within the time. One that nobody has buried yet counts: in a container nobody may."""
    end = time.monotonic() + patience
    while alive(process):
        if time.monotonic() > end:
            return False
        time.sleep(PAUSE)
    return True


def alive(process: psutil.Process) -> bool:
    """在运行 · Whether a process runs still: not another with its number, not one that waits to be buried."""
    if isinstance(process, psutil.Popen):
        return process.poll() is None  # also buries it
    try:
        return bool(process.is_running()) and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def last_lines(log: Path | None, count: int = 5) -> str:
    """末尾几行 · The end of a log file, for a message that says why a program ended."""
    if log is None or not log.exists():
        return ""
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])
