"""纸质指令书 · The notice that ordered several rows of one visit: under the number its paper bears, served as a row tells."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from contracts.terms import ServiceMethod
from services.hazard import hazards, notices
from services.hazard.handling import Handling, Sender
from services.hazard.hazards import keep_nothing
from services.hazard.ledger.desk import Desk, about, digest, ids_of, sender
from services.hazard.ledger.identity import notice_id
from services.hazard.ledger.path import instant_of
from services.hazard.ledger.people import recipient
from services.hazard.ledger.performing import Line, moment_of, perform
from services.hazard.notice import drafting
from services.hazard.notice.drafting import DraftItem, DraftNotice
from services.hazard.notice.numbering import KeepPaperNumber
from services.hazard.notice.serving import AlreadyServed, ServeWholeNotice
from services.hazard.notices import NoticeCommand
from services.hazard.noticing import NOTICE
from services.hazard.occasion import Ask
from services.hazard.visiting import visited

SERVE = next(command for command in notices.COMMANDS if command.path == "serve")


def by_number(lines: Iterable[Line]) -> Iterator[tuple[str, list[Line]]]:
    """按文号 · The lines ordered under each notice, in the order of the sheet."""
    ordered = [(line.row.notice, line) for line in lines if line.row.notice and line.ordered]
    for number, group in groupby(sorted(ordered, key=lambda one: one[0]), key=lambda one: one[0]):
        yield number, [line for _, line in group]


async def issue(handling: Handling, desk: Desk, number: str, lines: Sequence[Line]) -> bool:
    """制作 · Drafted, given the number of its paper, its hazards ordered; gives whether it is new.

    A notice that is there already lists what it lists: the rule refuses to order anything else under it.
    """
    key = str(notice_id(desk.importer.division, number))
    rows = [line.row for line in lines]
    is_new = not (await handling.read(NOTICE, key)).version
    if is_new:
        items = tuple([await item_of(handling, desk, line) for line in lines])
        who = await by_whom(handling, desk, key, lines)
        with about(*rows):
            await notices.draft(handling, who, key, DraftNotice(visit=str(lines[0].visit), items=items))
            ask = KeepPaperNumber(number=number)
            await change(handling, replace(who, key=f"{who.key}/number"), key, notices.FROM_PAPER, ask)
    for line in lines:
        with about(line.row):
            await perform(handling, desk, line, [line.ordered] if line.ordered else [])
    if is_new:
        await serve(handling, desk, key, lines)
    return is_new


async def item_of(handling: Handling, desk: Desk, line: Line) -> DraftItem:
    """列入一项 · Looked at alone first, so that a row that may not stand in a notice harms no other of it."""
    item = DraftItem(hazard=str(line.hazard), deadline=line.row.deadline)
    who = await by_whom(handling, desk, str(line.hazard), [line])
    with about(line.row):
        occasion = await handling.occasion_of(who)
        hazard = await handling.read(hazards.HAZARD, str(line.hazard))
        at = await visited(handling, str(line.visit), desk.scope)
        drafting.may_draft(at, occasion)
        drafting.check_hazard(item, hazard, at)
        drafting.check_term(item, hazard, occasion)
    return item


async def by_whom(handling: Handling, desk: Desk, key: str, lines: Sequence[Line]) -> Sender:
    """制作人 · The officer of the first row, when the last of its hazards was ready to be ordered."""
    moments: list[datetime] = []
    for line in lines:
        assert line.ordered is not None  # by_number has looked
        last = (await handling.read(hazards.HAZARD, str(line.hazard))).last_at
        moments.append(moment_of(line.ordered, last))
    step = lines[0].ordered
    assert step is not None  # by_number has looked
    who = sender(desk, (step.person, step.role), f"notice/{key}", digest(f"notice/{key}"), step.on)
    return replace(who, at=max(moments))


async def serve(handling: Handling, desk: Desk, key: str, lines: Sequence[Line]) -> None:
    """送达 · Handed to somebody on a day, as a row tells; nothing where none tells it."""
    told = next((line for line in lines if line.row.served_on and line.row.served_to), None)
    if told is None or told.row.served_on is None:
        return
    for line in lines:
        with about(line.row):
            if line.row.served_on not in {None, told.row.served_on}:
                raise AlreadyServed(
                    f"「指令书送达日期」{line.row.served_on} 与同一指令书第 {told.row.line} 行的 {told.row.served_on} 不一致"
                )
    person = recipient(told.row)
    assert person is not None  # its row names one
    ids = await ids_of(desk, (person,), told.enterprise)
    ask = ServeWholeNotice(method=ServiceMethod.DIRECT, recipient=ids[person], served_on=told.row.served_on)
    who = await by_whom(handling, desk, key, lines)
    at = max(who.at or instant_of(told.row.served_on, None), instant_of(told.row.served_on, who.at))
    with about(*(line.row for line in lines)):
        await change(handling, replace(who, key=f"{who.key}/serve", at=at), key, SERVE, ask)


async def change(handling: Handling, who: Sender, key: str, command: NoticeCommand, ask: Ask) -> None:
    """办理 · A command on the notice."""
    await notices.change(handling, who, key, command, ask, keep_nothing)
