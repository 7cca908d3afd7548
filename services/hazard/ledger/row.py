"""台账行 · One row of a ledger with typed cells, and everything that is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from contracts.ledger import HEADINGS, NUMBER_HEADING, PAPER_HEADINGS
from contracts.values import Level, SizeClass, VisitKind

HEADING_OF: dict[str, str] = dict((NUMBER_HEADING, *HEADINGS, *PAPER_HEADINGS))


@dataclass(frozen=True, slots=True)
class CellError:
    """单元格错误 · What is wrong with one cell: its field, its heading, the rule broken, the sentence."""

    field: str
    heading: str
    rule: str
    reason: str

    def __str__(self) -> str:
        """提示 · 「整改期限」日期不存在：2026-02-30."""
        return f"「{self.heading}」{self.reason}"


@dataclass(frozen=True, slots=True)
class Row:
    """行 · Typed cells; None or () is an empty cell. Line is the row's number in the sheet, from 1.

    Errors refuse the row; notes are what the reader did to it that its office should know.
    """

    line: int
    enterprise: str | None = None
    inspected_on: date | None = None
    visit_kind: VisitKind | None = None
    inspectors: tuple[str, ...] = ()
    number: str | None = None
    credit_code: str | None = None
    village: str | None = None
    industry: str | None = None
    size_class: SizeClass | None = None
    description: str | None = None
    place: str | None = None
    category: str | None = None
    level: Level | None = None
    advice: str | None = None
    basis: tuple[str, ...] = ()
    deadline: date | None = None
    responsible: tuple[str, ...] = ()
    measures: str | None = None
    completed_on: date | None = None
    reinspected_on: date | None = None
    reinspectors: tuple[str, ...] = ()
    reinspection_result: bool | None = None
    closed_on: date | None = None
    clause: str | None = None
    plan_filed_on: date | None = None
    plan_accepted_by: tuple[str, ...] = ()
    plan_accepted_on: date | None = None
    closed_by: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()
    notice: str | None = None
    served_on: date | None = None
    served_to: tuple[str, ...] = ()
    errors: tuple[CellError, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def has_find(self) -> bool:
        """有隐患 · The row is about a hazard; otherwise it records just the visit."""
        return self.description is not None or self.number is not None

    @property
    def at_once(self) -> bool:
        """当场整改 · Found, due and put right on one and the same day."""
        return self.inspected_on is not None and self.inspected_on == self.deadline == self.completed_on

    @property
    def is_major(self) -> bool:
        """重大 · An empty level means general, as offices fill it in only for a major hazard."""
        return self.level is Level.MAJOR


@dataclass(frozen=True, slots=True)
class Sheet:
    """工作表 · A ledger as read: its rows, where its columns are, and the cells for handing it back.

    Grid holds every line from the first, as read; columns maps a field to its column from 0.
    """

    name: str
    heading_line: int
    columns: Mapping[str, int]
    rows: tuple[Row, ...]
    grid: tuple[tuple[object, ...], ...]
    notes: tuple[str, ...] = ()
