"""办理记录 · What people decided about a read model: who, when, what and why; kept for good."""

from dataclasses import dataclass
from datetime import datetime

from services.postgres import Connection

KEEP = """
insert into projections.decisions (projection, decision, decided_by, reason, decided_at, parked, subject, position)
values (%s, %s, %s, %s, %s, %s, %s, %s)
"""


@dataclass(frozen=True, slots=True)
class Decision:
    """决定 · One decision; `parked`, `subject` and `position` where it is about an event set aside."""

    projection: str
    decision: str
    by: str
    reason: str
    at: datetime
    parked: int | None = None
    subject: str | None = None
    position: int | None = None


async def keep(connection: Connection, told: Decision) -> None:
    """记下 · In the transaction that carries it out, or that asks for it."""
    await connection.execute(
        KEEP,
        (
            told.projection,
            told.decision,
            told.by,
            told.reason,
            told.at,
            told.parked,
            told.subject,
            told.position,
        ),
    )
