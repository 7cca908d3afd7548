"""台账 · Workbooks as a township keeps them, made on the spot from rows by field name."""

import io
from collections.abc import Mapping, Sequence
from datetime import date

import openpyxl
import xlsxwriter

from contracts.ledger import HEADINGS, NUMBER_HEADING, PAPER_HEADINGS

HEADING = dict((NUMBER_HEADING, *HEADINGS, *PAPER_HEADINGS))
FIRM = {
    "enterprise": "杭州凯立五金有限公司",
    "village": "溪头村",
    "industry": "五金制品",
    "size_class": "规下",
}
FOUND = {
    **FIRM,
    "inspected_on": date(2026, 6, 3),
    "visit_kind": "行政检查",
    "inspectors": "姜志远、龚莉",
    "description": "配电箱外壳未做保护接地",
    "place": "2号车间",
    "category": "B04",
    "level": "一般",
    "deadline": date(2026, 6, 18),
    "responsible": "陆天明",
}
RECTIFIED = {"measures": "已加装保护接地并检测", "completed_on": date(2026, 6, 10)}
REINSPECTED = {"reinspected_on": date(2026, 6, 12), "reinspectors": "龚莉", "reinspection_result": "合格"}
CLOSED = {**FOUND, **RECTIFIED, **REINSPECTED, "closed_on": date(2026, 6, 15)}
VISITED = {**FIRM, "inspected_on": date(2026, 7, 1), "visit_kind": "行政检查", "inspectors": "姜志远"}
MAJOR = {
    **FOUND,
    "description": "抛光作业现场积尘严重，未落实粉尘清理制度",
    "place": "抛光车间",
    "category": "B10",
    "level": "重大",
    "clause": "工贸10号令-11(10)",
}
NUMBER = "（杭滨）应急责改〔2026〕2号"
ON_PAPER = {"certificates": "33011100123、33011100124", "notice": NUMBER}
SERVED = {**ON_PAPER, "served_on": date(2026, 6, 4), "served_to": "陆天明"}
NAMES = ("姜志远", "龚莉", "陆天明")

Cells = Mapping[str, object]


def workbook(*rows: Cells) -> bytes:
    """工作簿 · One line for each row under the headings of an office's ledger; a date is a date."""
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet("隐患台账")
        sheet.write_row(0, 0, list(HEADING.values()))
        for line, row in enumerate(rows, start=1):
            for column, field in enumerate(HEADING):
                sheet.write(line, column, row.get(field, ""))
    return packed.getvalue()


def cells(content: bytes) -> list[dict[str, object]]:
    """读回 · The lines of a workbook as dictionaries by heading."""
    lines = openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
    headings = next(lines)
    return [dict(zip(headings, line, strict=True)) for line in lines]


def filled_in(content: bytes, lines: Sequence[int], values: Mapping[str, object]) -> bytes:
    """补填 · A workbook with values written into some lines, by heading; line 2 is the first row."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    columns = {cell.value: cell.column for cell in book.active[1]}
    for line in lines:
        for heading, value in values.items():
            book.active.cell(line, columns[heading], value)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()
