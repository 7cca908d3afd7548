"""延期申请 · More time that was asked for a hazard: until when, why, who agreed, and what was decided."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from pydantic import TypeAdapter

from contracts import hazard as life
from contracts.envelope import Event
from services.jetstream import Recorded
from services.projections.shanghai import day


@dataclass(slots=True)
class Extension:
    """一次延期 · Local dates, persons by id; a ledger knows only what was granted, without an application."""

    round: int
    former: date
    requested_on: date | None = None
    requested_by: str | None = None
    wanted: date | None = None
    reason: str | None = None
    protection: str | None = None
    answer_due: date | None = None
    agreed_on: date | None = None
    agreed_by: str | None = None
    decided_on: date | None = None
    decided_by: str | None = None
    deadline: date | None = None
    """In force after the decision: the later one, or the old one where it was refused."""
    granted: bool | None = None
    remark: str | None = None


EXTENSIONS: Final = TypeAdapter(list[Extension])
DECIDE: Final = (life.ExtensionGranted, life.ExtensionRefused)
STEPS: Final[frozenset[type[Event]]] = frozenset(
    {life.ExtensionRequested, life.ExtensionAgreedBySupervisor, *DECIDE}
)


def opened(stored: Any) -> list[Extension]:  # JSON of a row, or what was opened before
    """取出 · Extensions from the JSON they are stored as."""
    return EXTENSIONS.validate_python(stored) if stored and isinstance(stored[0], dict) else [*stored]


def take_extension(extensions: list[Extension], recorded: Recorded, round_: int) -> None:
    """之后的延期 · Bring the extensions of a hazard to after one more event; `round_`: the one that runs."""
    event, on, by = recorded.event, day(recorded.envelope.occurredat), recorded.envelope.actor
    if isinstance(event, life.ExtensionRequested):
        extensions.append(_requested(event, on, by, round_))
        return
    pending = extensions[-1] if extensions and extensions[-1].decided_on is None else None
    if isinstance(event, life.ExtensionAgreedBySupervisor):
        if pending:
            pending.agreed_on, pending.agreed_by = on, by
    elif isinstance(event, DECIDE):
        if pending is None:
            former = event.former if isinstance(event, life.ExtensionGranted) else event.deadline
            pending = Extension(round_, former)
            extensions.append(pending)
        _decided(pending, event, on, by)


def _requested(event: life.ExtensionRequested, on: date, by: str, round_: int) -> Extension:
    return Extension(
        round=round_,
        former=event.former,
        requested_on=on,
        requested_by=by,
        wanted=event.wanted,
        reason=event.reason,
        protection=event.protection,
        answer_due=event.answer_due,
    )


def _decided(
    pending: Extension, event: life.ExtensionGranted | life.ExtensionRefused, on: date, by: str
) -> None:
    pending.decided_on, pending.decided_by, pending.deadline = on, by, event.deadline
    pending.granted = isinstance(event, life.ExtensionGranted)
    pending.remark = event.remark if isinstance(event, life.ExtensionGranted) else event.reason
