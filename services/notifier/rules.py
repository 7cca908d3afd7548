"""提醒规则 · Who is told when about what is owed: one line each. Pure.

A rule is a question asked of every open obligation, not a timer: nothing has to be cancelled, a changed rule
applies at once, and downtime delays a reminder but never loses it. A new rule is one line here and its sentence
in wording.py.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from contracts.values import Named
from services.notifier.calendar import days_past
from services.notifier.obligations import Kind, Obligation
from services.notifier.recipients import Slot


@dataclass(frozen=True, slots=True)
class Rule:
    """规则 · A situation, the days on which it is told counted from the last day, and whom it tells.

    Days before are negative, 0 is the day itself. `doubling` goes on after the last of them: 1, 2, 4, 8 ….
    """

    name: str
    about: Kind
    days: tuple[int, ...]
    tell: tuple[Slot, ...]
    doubling: bool = False

    def rungs(self, today: int) -> Iterator[int]:
        """级次 · Its days that have come by today, in order."""
        for day in self.days:
            if day <= today:
                yield day
        day = self.days[-1] * 2
        while self.doubling and 0 < day <= today:
            yield day
            day *= 2


ENTERPRISE: Final = (Slot.RESPONSIBLE, Slot.MAIN_PERSON)
OFFICE: Final = (Slot.REINSPECTOR,)

RULES: Final = (
    Rule("deadline-near", Kind.RECTIFICATION, days=(-7, -3, -1), tell=ENTERPRISE),
    Rule("deadline-today", Kind.RECTIFICATION, days=(0,), tell=ENTERPRISE),
    Rule("overdue", Kind.RECTIFICATION, days=(1,), tell=ENTERPRISE, doubling=True),
    Rule("reinspection-near", Kind.REINSPECTION, days=(-7, -3, -1), tell=OFFICE),
    Rule("reinspection-today", Kind.REINSPECTION, days=(0,), tell=OFFICE),
    Rule("reinspection-overdue", Kind.REINSPECTION, days=(1,), tell=OFFICE, doubling=True),
)


class Verdict(Named):
    """处理 · What becomes of a rung that is due."""

    SEND = "send", "发送"
    SUPERSEDED = "superseded", "已由更高一级提醒代替"
    ASSUMED = "assumed", "提醒台账启用前应发，视为已发"
    NOBODY = "nobody", "尚无对应人员，有人任职后再发"


@dataclass(frozen=True, slots=True)
class Owed:
    """应发提醒 · A rung of an obligation that has come, for whom, by which rule, and what becomes of it."""

    rule: str
    rung: int
    slot: Slot
    verdict: Verdict


NOTHING_YET: Final = -(10**6)  # below any rung


def due(
    obligation: Obligation,
    now: datetime,
    settled: Mapping[Slot, int] | None = None,
    *,
    opened_at: datetime | None = None,
    rules: Sequence[Rule] = RULES,
) -> tuple[Owed, ...]:
    """应发 · Which reminders of an obligation are owed by now, lowest rung first.

    `settled` is the highest rung already dealt with for each slot: it and those below are never owed again, even
    by a clock that went back or a rule that came later. Of several rungs for one slot only the highest is sent.
    What an obligation older than the ledger owed before `opened_at`, when the ledger began, counts as sent.
    """
    today = days_past(obligation.due, now)
    assumed = NOTHING_YET
    if opened_at is not None and obligation.set_at < opened_at:
        assumed = days_past(obligation.due, opened_at)
    come = _come(obligation.kind, today, settled or {}, rules)
    highest = {slot: max(rung for at, rung in come if at is slot) for slot, _ in come}
    return tuple(
        Owed(rule, rung, slot, _verdict(rung, assumed, highest[slot]))
        for (slot, rung), rule in sorted(come.items(), key=lambda item: item[0][1])
    )


def _come(
    kind: Kind, today: int, settled: Mapping[Slot, int], rules: Sequence[Rule]
) -> dict[tuple[Slot, int], str]:
    come: dict[tuple[Slot, int], str] = {}
    for rule in rules:
        if rule.about is not kind:
            continue
        for rung in rule.rungs(today):
            for slot in rule.tell:
                if rung > settled.get(slot, NOTHING_YET):
                    come.setdefault((slot, rung), rule.name)
    return come


def _verdict(rung: int, assumed: int, highest: int) -> Verdict:
    if rung <= assumed:
        return Verdict.ASSUMED
    return Verdict.SEND if rung == highest else Verdict.SUPERSEDED


def earliest(rules: Sequence[Rule] = RULES) -> int:
    """最早级次 · The first day of any rule, so that a sweep need not ask what is further away."""
    return min(day for rule in rules for day in rule.days)


def title(rung: int) -> str:
    """级次名称 · T-7, T0, T+4."""
    return f"T{rung:+d}" if rung else "T0"
