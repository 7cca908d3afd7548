"""运行状态 · What `hazard up` writes down about its processes, for `hazard status` to read."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from services.cli.supervisor import Standing
from services.servers.places import Places, write_private


@dataclass(frozen=True, slots=True)
class State:
    """状态 · The supervisor itself, where the system answers, and every child.

    Holds passwords within the addresses: the file is for its owner only.
    """

    pid: int
    since: datetime
    web: str
    dsn: str
    nats_url: str
    children: tuple[Standing, ...]
    written_at: datetime


STATE = TypeAdapter(State)


def write(places: Places, state: State) -> None:
    """写状态 · Replaces the file in one step."""
    write_private(places.state, STATE.dump_json(state, indent=2).decode())


def read(places: Places) -> State | None:
    """读状态 · What was written last, None when nothing was."""
    try:
        return STATE.validate_json(places.state.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None
