"""区划树 · Which divisions there are on a day and under which other each stands; pure rules.

The codes are published elsewhere and loaded from a file (domain/law.md 1.11). A code is never taken away: it ends on a
day, and may name what it went into. Parents are explicit, for development zones do not follow the prefix.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from pydantic import Field

from contracts.division_tree import MOST, DivisionEntry, DivisionsAmended, DivisionTreeEvent
from contracts.envelope import Envelope
from contracts.values import Role, Text
from services.hazard.occasion import Ask, Occasion
from services.hazard.refused import MayNot, Refused

KEEPERS = frozenset({Role.DPL, Role.SCO})
DAY = timedelta(days=1)

Entries = tuple[DivisionEntry, ...]


class MayNotKeepTree(MayNot):
    """无权维护区划 · The department's head and the safety-committee office load what was published."""


class TreeContradictsItself(Refused):
    """区划自相矛盾 · Two entries of a code on one day, a parent that is not there, or a circle."""


class TreeUnchanged(Refused):
    """区划没有变化 · Every entry stands there already."""


class DivisionNotInForce(Refused):
    """区划代码无效 · The code does not stand for a place on that day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DivisionTree:
    """区划树 · The entries of each code, by their first days."""

    version: int = 0
    entries: Mapping[str, Entries] = field(default_factory=dict)

    def at(self, code: str, on: date) -> DivisionEntry | None:
        """当日区划 · What a code stands for on a day."""
        return next((entry for entry in self.entries.get(code, ()) if in_force(entry, on)), None)

    def path(self, code: str, on: date) -> Iterator[DivisionEntry]:
        """隶属 · The entry of a code on a day, its parent, and so on to the top."""
        seen: set[str] = set()
        entry = self.at(code, on)
        while entry is not None and entry.code not in seen:
            yield entry
            seen.add(entry.code)
            entry = self.at(entry.parent, on) if entry.parent else None

    def under(self, parent: str | None, on: date) -> list[DivisionEntry]:
        """下级 · What stands directly under a code on a day, by code; the tops without one."""
        every = (entry for code in sorted(self.entries) if (entry := self.at(code, on)) is not None)
        return [entry for entry in every if entry.parent == parent]

    def today_s(self, code: str, on: date) -> str:
        """现行代码 · The code that a code has become by a day: itself, or what it went into, however often."""
        seen: set[str] = set()
        while self.at(code, on) is None and code not in seen:
            seen.add(code)
            last = next((one for one in reversed(self.entries.get(code, ())) if one.successor), None)
            code = last.successor if last and last.successor else code
        return code


class AmendDivisions(
    Ask,
    json_schema_extra={
        "examples": [
            {
                "source": "国家地名信息库，2026-06-01",
                "entries": [
                    {"code": "330111000000", "name": "富阳区", "valid_from": "2015-02-01"},
                    {
                        "code": "330111005000",
                        "name": "某某街道",
                        "parent": "330111000000",
                        "valid_from": "2015-02-01",
                    },
                ],
            }
        ]
    },
):
    """变更区划 · An entry of a code and first day that is there already takes the place of that one."""

    source: Text
    entries: tuple[DivisionEntry, ...] = Field(min_length=1, max_length=MOST)


def in_force(entry: DivisionEntry, on: date) -> bool:
    """当日有效 · Both days included."""
    return entry.valid_from <= on and (entry.valid_until is None or on <= entry.valid_until)


def amend_divisions(
    tree: DivisionTree, ask: AmendDivisions, occasion: Occasion
) -> tuple[DivisionsAmended, ...]:
    """变更区划 · Only what differs enters the event; the tree afterwards holds together on every day."""
    if occasion.role not in KEEPERS:
        raise MayNotKeepTree(f"{occasion.role.zh}无权维护行政区划（由部门负责人或安委办按公布的代码导入）")
    new = tuple(entry for entry in ask.entries if entry not in tree.entries.get(entry.code, ()))
    if not new:
        raise TreeUnchanged
    after = with_entries(tree.entries, new)
    wrong = list(dict.fromkeys(contradictions(after, new)))
    if wrong:
        raise TreeContradictsItself("；".join(wrong[:10]))  # more would fill a screen
    return (DivisionsAmended(source=ask.source, entries=new),)


def with_entries(before: Mapping[str, Entries], new: Iterable[DivisionEntry]) -> dict[str, Entries]:
    """加入条目 · By code and first day."""
    after = dict(before)
    for entry in new:
        others = (one for one in after.get(entry.code, ()) if one.valid_from != entry.valid_from)
        after[entry.code] = tuple(sorted((*others, entry), key=lambda one: one.valid_from))
    return after


def contradictions(entries: Mapping[str, Entries], new: Entries) -> Iterator[str]:
    """矛盾 · Of the new entries, and of what stands under codes that they change; each in one sentence."""
    changed = {entry.code for entry in new}
    touched = {entry.code: entries[entry.code] for entry in new}
    touched |= {
        code: held
        for code, held in entries.items()
        if any(entry.parent in changed or entry.successor in changed for entry in held)
    }
    for code, held in touched.items():
        yield from _of_one_code(code, held)
        for entry in held:
            yield from _of_its_parent(entry, entries)
            yield from _of_its_successor(entry, entries)


def _of_one_code(code: str, held: Entries) -> Iterator[str]:
    for entry in held:
        if entry.valid_until is not None and entry.valid_until < entry.valid_from:
            yield f"{code} 的最后有效日早于起始日"
    for one, other in zip(held, held[1:], strict=False):  # noqa: RUF007  # the pair reads better so
        if one.valid_until is None or one.valid_until >= other.valid_from:
            yield f"{code} 在 {other.valid_from.isoformat()} 有两个条目，请先写明前一条目的最后有效日"


def _of_its_parent(entry: DivisionEntry, entries: Mapping[str, Entries]) -> Iterator[str]:
    if entry.parent is None:
        return
    if entry.parent == entry.code or entry.code in _ancestors(entry, entries):
        yield f"{entry.code} 是自己的上级"
    elif not covers(entries.get(entry.parent, ()), entry.valid_from, entry.valid_until):
        yield f"{entry.code} {entry.name}有效期内，上级 {entry.parent} 并非一直有效"


def _ancestors(entry: DivisionEntry, entries: Mapping[str, Entries]) -> set[str]:
    """Codes above an entry on its first day."""
    tree, above = DivisionTree(entries=entries), set[str]()
    if entry.parent:
        above |= {one.code for one in tree.path(entry.parent, entry.valid_from)}
    return above


def _of_its_successor(entry: DivisionEntry, entries: Mapping[str, Entries]) -> Iterator[str]:
    if entry.successor is None:
        return
    if entry.valid_until is None:
        yield f"{entry.code} 写明了撤并后的代码，却没有最后有效日"
    elif not covers(entries.get(entry.successor, ()), entry.valid_until + DAY, entry.valid_until + DAY):
        yield f"{entry.code} 撤并后的代码 {entry.successor} 次日无效"


def covers(held: Entries, first: date, last: date | None) -> bool:
    """一直有效 · Whether entries of a code follow one another over these days without a gap."""
    day: date | None = first
    for entry in held:
        if day is not None and in_force(entry, day):
            day = None if entry.valid_until is None else entry.valid_until + DAY
    return day is None or (last is not None and day > last)


def check_in_force(tree: DivisionTree, code: str, on: date) -> None:
    """区划检查 · Where the tree knows the district, a code stands for a place on that day.

    Raises DivisionNotInForce; says nothing of districts that were never loaded.
    """
    district = f"{code[:6]}000000"
    if district not in tree.entries or tree.at(code, on) is not None:
        return
    now = tree.today_s(code, on)
    hint = f"，现为 {now}" if now != code else ""
    raise DivisionNotInForce(f"区划代码 {code} 在 {on.isoformat()} 无效{hint}")


def evolve(tree: DivisionTree, event: DivisionTreeEvent, envelope: Envelope) -> DivisionTree:
    """演变 · The tree after one event."""
    return DivisionTree(version=envelope.version, entries=with_entries(tree.entries, event.entries))
