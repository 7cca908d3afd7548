"""最近错误 · The last line of each process's log that tells of an error."""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

LOGGING = ("relay", "notifier", "web", "projector")
GRAVE = frozenset({"error", "critical"})
TAIL = 256 * 1024  # bytes; a log may be long, and what is further back is history


@dataclass(frozen=True, slots=True)
class LastError:
    """最近错误 · Which process, when, and what it said."""

    process: str
    at: datetime
    words: str


def last_errors(logs: Path) -> tuple[LastError, ...]:
    """各进程的最近错误 · For those of the four processes whose log ends with one not too far back."""
    found = (_last(name, tail(logs / f"{name}.log")) for name in LOGGING)
    return tuple(error for error in found if error is not None)


def tail(log: Path, size: int = TAIL) -> list[str]:
    """末尾 · The last lines of a file, the latest first; none when it is not there."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - size))
            return file.read().decode("utf-8", errors="replace").splitlines()[::-1]
    except FileNotFoundError:
        return []


def _last(process: str, latest_first: Iterable[str]) -> LastError | None:
    for line in latest_first:
        try:
            told = json.loads(line)
            if told["level"] in GRAVE:
                return LastError(process, datetime.fromisoformat(told["timestamp"]), _words(told))
        except (ValueError, LookupError, TypeError):
            continue  # half a line, or what a library printed past the log
    return None


def _words(told: Mapping[str, Any]) -> str:  # members of a log line are any JSON
    said = [told["event"], *(told[name] for name in ("error", "reason") if name in told)]
    if len(said) == 1 and isinstance(told.get("exception"), list):
        said += [f"{one['exc_type']}: {one['exc_value']}" for one in told["exception"][:1]]
    return " ".join(": ".join(map(str, said)).split())
