"""遗留进程 · What a supervisor that was killed left running under a data directory.

All that is started bears the data directory in its environment, so it is known again without trusting a number
that may be another program's by now. PostgreSQL overwrites its environment: it is known by its folder.
"""

from dataclasses import dataclass

import psutil

from services.servers import postgres, process
from services.servers.places import Places


@dataclass(frozen=True, slots=True)
class Ended:
    """已结束 · A process that was left behind and has been ended."""

    pid: int
    command: str


def end(places: Places) -> list[Ended]:
    """清理 · Ends what was left, services before servers; the caller holds the installation's lock."""
    ended = []
    for left in _marked(places):
        ended.append(Ended(left.pid, _command(left)))
        process.stop(left)
    # The first is the server, which ends the rest.
    ended += [Ended(left.pid, "postgres") for left in postgres.processes_of(places.postgres)[:1]]
    postgres.clear(places.postgres)
    return ended


def _marked(places: Places) -> list[psutil.Process]:
    """Youngest first: services start after the servers they need, and so stop before them."""
    found = []
    for candidate in psutil.process_iter():
        try:
            marked = candidate.environ().get(process.MARK) == str(places.root)
            marked = marked and candidate.name() != "postgres"
        except (psutil.Error, OSError):
            continue
        if marked and candidate.pid != psutil.Process().pid:
            found.append(candidate)
    return sorted(found, key=psutil.Process.create_time, reverse=True)


def _command(left: psutil.Process) -> str:
    try:
        return " ".join(left.cmdline()[-2:])
    except psutil.Error:
        return "?"
