"""举报原文 · What the public says in its own words stands beside the log, where it can be erased."""

from typing import TypeVar

from contracts.envelope import Event
from contracts.values import KEPT_BESIDE, SEALED_ROLES, Role, SealedText
from services.hazard.lifecycle.reporting import CaptureHazard, SubmitHazard

E = TypeVar("E", bound=Event)


def words_to_keep(ask: CaptureHazard | SubmitHazard, role: Role) -> str | None:
    """须另存的文字 · The public's own words, if the ask has any."""
    return ask.description if role in SEALED_ROLES else None


def kept_beside(events: tuple[E, ...], report: SealedText) -> tuple[E, ...]:
    """另存 · The same events with a notice and the report's place instead of its words."""
    kept = {"description": KEPT_BESIDE, "report": report}
    return tuple(event.model_copy(update=kept) if hasattr(event, "report") else event for event in events)
