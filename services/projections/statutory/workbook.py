"""报表工作簿 · A filled table as the form it is sent on: title, who and when, headings in storeys, rows, the total last."""

import io
from collections.abc import Sequence
from datetime import date, datetime, time
from itertools import groupby

import xlsxwriter

from contracts.division import NOWHERE
from services.projections.shanghai import date_words
from services.projections.sheets import A3, Format, styles_of
from services.projections.statutory.filling import Filled, Line

NAME_WIDTH, WIDTH = 24, 11  # characters
TITLE_HEIGHT, HEAD_HEIGHT = 30, 30  # points
PAGES = (("当期", "period"), ("累计", "cumulative"))


def workbook(table: Filled) -> bytes:
    """工作簿 · The .xlsx of a filled table: one page for the period, one since 1 January; the same bytes for the same table."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        made = datetime.combine(datetime.fromisoformat(table.at).date(), time())
        book.set_properties({"title": table.title, "created": made})
        styles = _styles(book)
        for name, part in PAGES:
            _fill(book.add_worksheet(name), table, part, styles)
    return file.getvalue()


def _styles(book: Format) -> dict[str, Format]:
    base = {"font_name": "宋体", "font_size": 10, "border": 1, "valign": "vcenter", "align": "right"}
    return styles_of(book) | {
        "title": book.add_format({"font_name": "宋体", "font_size": 16, "bold": True, "align": "center"}),
        "about": book.add_format({"font_name": "宋体", "font_size": 10}),
        "count": book.add_format(base | {"num_format": "0"}),
        "measure": book.add_format(base | {"num_format": "0.00"}),
        "none": book.add_format(base | {"align": "center"}),
        "total": book.add_format(base | {"bold": True, "align": "left"}),
    }


def _fill(page: Format, table: Filled, part: str, styles: dict[str, Format]) -> None:
    storeys = max(map(len, table.columns))
    last = len(table.columns)
    page.merge_range(0, 0, 0, last, table.title, styles["title"])
    page.set_row(0, TITLE_HEIGHT)
    page.write_string(1, 0, about(table, part), styles["about"])
    _span(page, (2, 0), (1 + storeys, 0), "行业（领域）", styles["heading"])
    for storey in range(storeys):
        page.set_row(2 + storey, HEAD_HEIGHT)
        _headings(page, table.columns, storey, storeys, styles["heading"])
    for number, line in enumerate((*table.rows, table.total), start=2 + storeys):
        style = styles["total"] if line is table.total else styles["text"]
        _line(page, number, line, part, (style, styles))
    page.set_column(0, 0, NAME_WIDTH)
    page.set_column(1, last, WIDTH)
    page.freeze_panes(2 + storeys, 1)
    page.set_landscape()
    page.set_paper(A3)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0, 1 + storeys)


def about(table: Filled, part: str) -> str:
    """说明 · Which division, which days, and what the figures are of."""
    first = table.first if part == "period" else date(table.last.year, 1, 1)
    return (
        f"行政区划：{table.division.ljust(len(NOWHERE), '0')}    "
        f"统计期间：{date_words(first)}至{date_words(table.last)}    填表时刻：{table.at}    "
        f"日志位置：{table.position}    公式版本：{table.formulas}    格式版本：{table.edition}"
    )


def _headings(
    page: Format, columns: Sequence[Sequence[str]], storey: int, storeys: int, style: Format
) -> None:
    """One storey of headings: neighbours under the same are one cell; what has nothing below it reaches down."""
    numbered = [
        (tuple(headings[: storey + 1]), len(headings), nth) for nth, headings in enumerate(columns, 1)
    ]
    for key, group in groupby(numbered, key=lambda each: each[0]):
        if len(key) <= storey:
            continue
        cells = list(group)
        lowest = max(length for _, length, _ in cells)
        down = storeys - 1 if lowest == storey + 1 else storey
        _span(page, (2 + storey, cells[0][2]), (2 + down, cells[-1][2]), key[-1], style)


def _span(page: Format, first: tuple[int, int], last: tuple[int, int], text: str, style: Format) -> None:
    if first == last:
        page.write_string(*first, text, style)
    else:
        page.merge_range(*first, *last, text, style)


def _line(page: Format, number: int, line: Line, part: str, styles: tuple[Format, dict[str, Format]]) -> None:
    name, others = styles
    page.write_string(number, 0, line.name, name)
    for column, value in enumerate(getattr(line, part), start=1):
        match value:
            case None:
                page.write_string(number, column, "—", others["none"])
            case float():
                page.write_number(number, column, value, others["measure"])
            case _:
                page.write_number(number, column, value, others["count"])
