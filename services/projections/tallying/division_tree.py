"""区划树 · The dated table of divisions that stand under another than their code says; their days decide, nothing moves.

A code belongs where its digits say, unless an entry of the tree puts it elsewhere for a time (开发区). A figure of a
division is then its own, less what stood elsewhere in that time, and what stood under it from elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import LiteralString

import orjson

from contracts.division import prefix
from contracts.division_tree import DivisionsAmended
from services.jetstream import Recorded
from services.postgres import Connection

TABLE: LiteralString = """
create table projections.tallies_v3_division (
    code text collate "C" not null,
    valid_from date not null,
    position bigint not null,
    valid_until date,
    name text not null,
    parent text,
    primary key (code, valid_from, position)
)"""
SAVE: LiteralString = (
    "insert into projections.tallies_v3_division "
    "select * from jsonb_populate_recordset(null::projections.tallies_v3_division, %s::jsonb) "
    "on conflict (code, valid_from, position) do nothing"
)
# 挪到别处的 · The entries that are not where their digits say, as of a position.
MOVED: LiteralString = """
select distinct on (code, valid_from) code, valid_from, valid_until, parent
from projections.tallies_v3_division
where position <= %(position)s
order by code, valid_from, position desc
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """条目 · A code with its parent over a time, both days included."""

    code: str
    valid_from: date
    valid_until: date | None
    parent: str | None

    @property
    def moved(self) -> bool:
        """在别处 · Whether it stands under another than its digits say."""
        return self.parent is not None and not prefix(self.code).startswith(prefix(self.parent))


@dataclass(frozen=True, slots=True)
class Part:
    """部分 · All codes with a prefix, over a time, to be added or taken away."""

    prefix: str
    first: date
    last: date
    sign: int = 1

    @property
    def pattern(self) -> str:
        """匹配式 · For `division like`."""
        return f"{self.prefix}%"


async def project(connection: Connection, batch: Sequence[Recorded]) -> None:
    """投影 · The entries of the tree, each with the position that brought it."""
    entries = [
        {
            "code": each.code,
            "valid_from": each.valid_from,
            "position": recorded.position,
            "valid_until": each.valid_until,
            "name": each.name,
            "parent": each.parent,
        }
        for recorded in batch
        if (amended := recorded.as_a(DivisionsAmended))
        for each in amended.entries
    ]
    if entries:
        await connection.execute(SAVE, (orjson.dumps(entries).decode(),))


def parts(division: str, entries: Sequence[Entry], first: date, last: date) -> list[Part]:
    """各部分 · What a division is made of from one day to another: its prefix, less and more what was moved."""
    moved = [entry for entry in entries if entry.moved]
    found = [Part(division, first, last)]
    for entry in moved:
        begins, ends = max(first, entry.valid_from), min(last, entry.valid_until or last)
        if begins > ends or entry.parent is None:
            continue
        here = prefix(entry.code).startswith(division) and prefix(entry.code) != division
        there = _under(entry.parent, division, moved, begins)
        if here != there:
            found.append(Part(prefix(entry.code), begins, ends, 1 if there else -1))
    return found


def _under(code: str, division: str, moved: Sequence[Entry], on: date) -> bool:
    """Whether a code stands under a division on a day, by the entries and else by its digits."""
    seen: set[str] = set()
    while code not in seen:
        if prefix(code) == division:
            return True
        seen.add(code)
        above = [
            entry.parent
            for entry in moved
            if prefix(code).startswith(prefix(entry.code))
            and entry.valid_from <= on <= (entry.valid_until or on)
        ]
        if not above or above[0] is None:
            break
        code = above[0]
    return prefix(code).startswith(division)
