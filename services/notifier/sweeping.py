"""巡查 · Ask the rules of every open obligation and enter what is owed into the ledger."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import Final

import structlog

from services.notifier.calendar import day_of
from services.notifier.folding import directory
from services.notifier.memory import Entry, Open, Tenure, open_obligations, settle
from services.notifier.recipients import Directory, nobody
from services.notifier.rules import RULES, Owed, Rule, Verdict, due, earliest
from services.postgres import Connection

TOGETHER: Final = 500  # obligations settled in one transaction

logger = structlog.get_logger()


async def sweep(
    connection: Connection,
    tenure: Tenure,
    channels: Sequence[str],
    now: datetime,
    rules: Sequence[Rule] = RULES,
) -> int:
    """巡查 · Enter everything owed by now into the ledger; gives how many reminders are to be sent.

    The caller makes sure that nothing unread waits in the stream. Raises memory.Replaced.
    """
    people = await directory(connection)
    found = await open_obligations(connection, now, earliest=earliest(rules))
    sending = 0
    for start in range(0, len(found), TOGETHER):
        some = found[start : start + TOGETHER]
        owed = list(chain.from_iterable(entries(one, people, now, tenure.opened_at, rules) for one in some))
        if owed:
            await settle(connection, tenure, owed, channels, now)
        sending += sum(entry.verdict is Verdict.SEND for entry in owed)
    if sending:
        logger.info("reminders.owed", count=sending, obligations=len(found))
    return sending


def entries(
    one: Open, people: Directory, now: datetime, opened_at: datetime, rules: Sequence[Rule] = RULES
) -> Iterator[Entry]:
    """应发条目 · What an obligation owes by now, to whom; a person in several slots is told once. Pure.

    A slot nobody holds is noted once for its rung and stays owed, so that whoever is appointed later is told.
    """
    told: dict[tuple[int, str], Entry] = {}
    for owed in due(one.obligation, now, one.settled, opened_at=opened_at, rules=rules):
        found = people.people(owed.slot, one.case, day_of(now))
        if not found and not _to_be_noted(owed, one):
            continue
        verdict = owed.verdict if found else Verdict.NOBODY
        for recipient in found or (nobody(owed.slot, one.case),):
            entry = Entry(one.case, one.obligation, owed.rung, owed.rule, recipient, (owed.slot,), verdict)
            _add(told, entry)
    yield from told.values()


def _to_be_noted(owed: Owed, one: Open) -> bool:
    return owed.verdict is Verdict.SEND and owed.rung not in one.unanswered.get(owed.slot, frozenset())


def _add(told: dict[tuple[int, str], Entry], entry: Entry) -> None:
    key = (entry.rung, entry.recipient)
    known = told.setdefault(key, entry)
    if known is not entry:
        sends = Verdict.SEND in (known.verdict, entry.verdict)
        verdict = Verdict.SEND if sends else known.verdict
        told[key] = replace(known, slots=(*known.slots, *entry.slots), verdict=verdict)
