"""举报原文 · The public's own words in what is shown: read models hold their id, the words are joined when read."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from contracts.envelope import Event
from contracts.values import SealedText
from services import texts
from services.projections.reading import Reads, Row
from services.tokens import Caller


def report_of(event: Event) -> str | None:
    """原文标识 · The id of the words that an event keeps beside the log, if it does."""
    report = getattr(event, "report", None)
    return str(report.id) if isinstance(report, SealedText) else None  # a visit names a report by its number


async def join(reads: Reads, rows: Iterable[Row], caller: Caller, why: str) -> None:
    """并入 · Puts the words in the place of the notice in `description`; 已删除 where they were erased."""
    reported = [row for row in rows if row["report"] is not None]
    if reported:
        words = await texts.read(
            reads.people, {row["report"] for row in reported}, reader=caller.person, why=why
        )
        for row in reported:
            row["description"] = words.get(row["report"], row["description"])


async def joined(reads: Reads, events: Sequence[Event], caller: Caller, why: str) -> list[Event]:
    """并入事件 · The events as they are told, with the words instead of the notice."""
    ids = {UUID(report) for event in events if (report := report_of(event)) is not None}
    if not ids:
        return list(events)
    words = await texts.read(reads.people, ids, reader=caller.person, why=why)

    def told(event: Event) -> Event:
        report = report_of(event)
        said = words.get(UUID(report)) if report else None
        return event if said is None else event.model_copy(update={"description": said})

    return [told(event) for event in events]
