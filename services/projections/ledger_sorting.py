"""台账排序 · By which columns the ledger is sorted, and where a page goes on.

A cursor holds the sort, the value of the last row and its id; what is empty comes last, whichever the direction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import LiteralString

from services.projections.reading import decode_cursor, encode_cursor, malformed

NEWEST = "-found_at"
CHECKS: Mapping[str, str] = {"text": "text", "integer": "number", "timestamptz": "instant", "date": "day"}
NEVER = ("infinity", "-infinity")
LAST: Mapping[str, tuple[LiteralString, LiteralString]] = {
    "text": ("U&'\\+10FFFF'", "''"),
    "date": ("date 'infinity'", "date '-infinity'"),
}
"""What stands for nothing, where small values come first and where great ones do."""

NAME: LiteralString = "coalesce(e.name, h.object_text)"
COLUMNS: Mapping[str, tuple[LiteralString, LiteralString]] = {
    "found_at": ("h.found_at", "timestamptz"),
    "found_on": ("h.found_on", "date"),
    "number": ("h.number", "text"),
    "status": ("h.status", "text"),
    "level": ("h.level", "text"),
    "division": ("h.division", "text"),
    "enterprise_name": (NAME, "text"),
    "credit_code": ("e.credit_code", "text"),
    "village": ("e.village", "text"),
    "industry": ("e.industry", "text"),
    "size_class": ("e.size_class", "text"),
    "source": ("h.source", "text"),
    "visit_kind": ("h.visit_kind", "text"),
    "category": ("h.category", "text"),
    "place": ("h.place", "text"),
    "description": ("h.description", "text"),
    "advice": ("h.advice", "text"),
    "measures": ("h.measures", "text"),
    "clause": ("h.clause", "text"),
    "holder": ("h.holder", "text"),
    "round": ("h.round", "integer"),
    "deadline": ("h.deadline", "date"),
    "completed_on": ("h.completed_on", "date"),
    "reinspected_on": ("h.reinspected_on", "date"),
    "passed": ("h.passed::text", "text"),
    "closed_on": ("h.closed_on", "date"),
    "plan_filed_on": ("h.plan_filed_on", "date"),
    "plan_accepted_on": ("h.plan_accepted_on", "date"),
}


@dataclass(frozen=True, slots=True)
class Sorting:
    """排序 · One column and a direction; the id decides among equals."""

    given: str
    value: LiteralString
    """The column as SQL, never null."""
    kind: LiteralString
    descending: bool

    @property
    def order(self) -> LiteralString:
        """次序 · For ORDER BY."""
        way = "desc" if self.descending else "asc"
        return f"{self.value} {way}, h.id {way}"

    @property
    def beyond(self) -> LiteralString:
        """其后 · What comes after the row that the cursor names."""
        return f"({self.value}, h.id) {'<' if self.descending else '>'} (%(cursor_value)s::{self.kind}, %(cursor_id)s::uuid)"

    def opened(self, cursor: str) -> tuple[str, str]:
        """翻页标记 · Value and id of the last row shown; 422 for the cursor of another order."""
        given, value, hazard = decode_cursor(cursor, "text", "text", "uuid")
        if value not in NEVER:
            decode_cursor(cursor, "text", CHECKS[self.kind], "uuid")
        if given != self.given:
            raise malformed("/cursor", "翻页标记属于另一种排序，请从第一页重新开始")
        return value, hazard

    def cursor(self, value: str, hazard: object) -> str:
        """下一页 · The cursor after a row."""
        return encode_cursor(self.given, value, hazard)


def sorting(given: str | None) -> Sorting:
    """排序 · Of a column's name, with - before it the other way round; 422 for a column that is none."""
    given = given or NEWEST
    descending = given.startswith("-")
    name = given.removeprefix("-")
    if name not in COLUMNS:
        raise malformed("/sort", f"不能按 {name} 排序；可用：{'、'.join(COLUMNS)}")
    column, kind = COLUMNS[name]
    if kind in LAST and name != "found_on":
        column = f"coalesce({column}, {LAST[kind][descending]})"
    if kind == "text":
        column = f'{column} collate "C"'  # the same order, hence the same pages, in every installation
    return Sorting(given, column, kind, descending)
