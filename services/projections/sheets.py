"""表页 · How every workbook that offices take home looks: one manner of headings, lines, dates and warnings.

The same rows on the same day give the same bytes.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Generic, TypeVar

import xlsxwriter
from rich.cells import cell_len

A3 = 8  # thirty columns are not legible on less
LINE = 15  # points a line of text takes
HEADING = 30  # points
RED = "#C00000"

Cell = str | int | Decimal | date | None
Format = Any  # xlsxwriter ships no types
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Column(Generic[Item]):
    """栏目 · A heading, its width in characters, what stands under it, and how that is written."""

    heading: str
    width: int
    cell: Callable[[Item], Cell]
    style: Callable[[Item], str] = lambda _: "text"


@dataclass(frozen=True, slots=True)
class Sheet(Generic[Item]):
    """一页 · A name, its columns, its lines; the first columns stay where they are when one scrolls."""

    name: str
    columns: Sequence[Column[Item]]
    items: Sequence[Item]
    frozen: int = 2


def book_of(
    title: str, sheets: Sequence[Sheet[Any]], today: date
) -> bytes:  # each sheet has items of its own
    """工作簿 · The .xlsx of these sheets, in their order."""
    file = io.BytesIO()
    # Dates of the file itself come from the day asked for, not from the machine's clock.
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"title": title, "created": datetime.combine(today, time())})
        styles = styles_of(book)
        for sheet in sheets:
            _fill(book.add_worksheet(sheet.name), sheet, styles)
    return file.getvalue()


def _fill(page: Format, sheet: Sheet[Any], styles: dict[str, Format]) -> None:
    for column, each in enumerate(sheet.columns):
        page.set_column(column, column, each.width)
        page.write_string(0, column, each.heading, styles["heading"])
    for line, item in enumerate(sheet.items, start=1):
        lines = 1
        for column, each in enumerate(sheet.columns):
            cell = each.cell(item)
            write(page, (line, column), cell, styles[each.style(item)])
            lines = max(lines, lines_of(cell, each.width))
        page.set_row(line, LINE * lines)
    page.set_row(0, HEADING)
    page.freeze_panes(1, sheet.frozen)
    page.autofilter(0, 0, len(sheet.items), len(sheet.columns) - 1)
    page.set_landscape()
    page.set_paper(A3)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)


def styles_of(book: Format) -> dict[str, Format]:
    """样式 · Heading, text, date, money, done and late."""
    base = {"font_name": "宋体", "font_size": 10, "border": 1, "text_wrap": True, "valign": "vcenter"}
    heading = {"bold": True, "align": "center", "bg_color": "#D9E1F2"}
    return {
        "heading": book.add_format(base | heading),
        "text": book.add_format(base),
        "date": book.add_format(base | {"num_format": "yyyy-mm-dd", "align": "center"}),
        "money": book.add_format(base | {"num_format": "#,##0.00"}),
        "late": book.add_format(base | {"font_color": RED, "bold": True}),
        "centre": book.add_format(base | {"align": "center"}),
        "done": book.add_format(base | {"align": "center", "bg_color": "#E2EFDA"}),
        "soon": book.add_format(base | {"align": "center", "bg_color": "#FFF2CC"}),
        "missed": book.add_format(
            base | {"align": "center", "bg_color": "#F8CBAD", "font_color": RED, "bold": True}
        ),
    }


def write(page: Format, at: tuple[int, int], cell: Cell, style: Format) -> None:
    """写入 · A value as the kind of cell that it is."""
    match cell:
        case None:
            page.write_blank(*at, None, style)
        case date():
            page.write_datetime(*at, datetime.combine(cell, time()), style)
        case int():
            page.write_number(*at, cell, style)
        case Decimal():
            page.write_number(*at, float(cell), style)
        case str():
            page.write_string(*at, cell, style)


def lines_of(cell: Cell, width: int) -> int:
    """行数 · How many lines a wrapped text takes; not every program that opens the workbook finds out by itself."""
    return (
        sum(max(-(-cell_len(line) // width), 1) for line in cell.split("\n")) if isinstance(cell, str) else 1
    )
