"""隐患与指令书 · What a hazard's command reads of the notice it stands in, and writes to it in the same transaction."""

from collections.abc import Callable
from operator import attrgetter

from contracts.envelope import Event
from services.hazard.handling import Beside, Handling, Sender
from services.hazard.lifecycle.state import Hazard
from services.hazard.notice import evolving, following
from services.hazard.notice.state import Notice
from services.hazard.on_visit import course_of
from services.hazard.recalling import Kind, NotFound

NOTICE = Kind("notice", Notice(), evolving.evolve, place=attrgetter("division"))


async def known_notice(handling: Handling, key: str, sender: Sender) -> Notice:
    """已有指令书 · In the sender's reach, to be written beside: hazards of one notice take turns at it.

    Raises NotFound.
    """
    notice = await handling.take_turn(NOTICE, key)
    if notice.id is None or not sender.scope.covers(notice.division, notice.enterprise):
        raise NotFound("指令书")
    return notice


async def written_beside(
    handling: Handling,
    key: str,
    before: Hazard,
    events: tuple[Event, ...],
    after: Callable[[], Hazard],
    ordering: Notice | None,
) -> tuple[Beside, ...]:
    """写入指令书 · What these events of a hazard mean to the notice it stood in, and to the one it is ordered under.

    `after`: the hazard as they leave it; asked only where there is a notice. `ordering`: the notice that the rule looked
    at, which is written behind what it saw.
    """
    if before.noticed is None and ordering is None:
        return ()
    hazard = after()
    told: list[Beside] = []
    if ordering is not None:
        told += beside(ordering, following.ordered(ordering, key, hazard), course_of(ordering.visit))
    if before.noticed is not None:
        notice = await handling.take_turn(NOTICE, before.noticed)
        told += beside(notice, following.followed(notice, key, hazard))
    return tuple(told)


def beside(notice: Notice, events: tuple[Event, ...], course: str | None = None) -> list[Beside]:
    """旁写 · Behind the notice as it was read; nothing where nothing is said."""
    subject = NOTICE.subject(notice.id or "")
    return [Beside(subject=subject, version=notice.version, events=events, visit=course)] if events else []
