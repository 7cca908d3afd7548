"""台账工作簿 · The ledger as an office keeps it: the import's headings on the first line, so that it comes back in.

The file of the same rows on the same day is byte for byte the same.
"""

import io
from collections.abc import Callable, Sequence
from datetime import date, datetime, time

import xlsxwriter

from contracts.ledger import CLAUSES, EXPORT_HEADINGS, FAILED, PASSED, SEVERAL
from contracts.values import Level
from services.projections.ledger_item import LedgerItem
from services.projections.persons import Person
from services.projections.sheets import A3, LINE, Cell, Format, lines_of, styles_of, write

SHEET = "隐患台账"
NARROW, DATE, MIDDLE, WIDE = 9, 12, 16, 34  # widths in characters
WIDTHS = {
    "number": 24,
    "enterprise": 26,
    "credit_code": 21,
    "description": WIDE,
    "advice": WIDE,
    "basis": WIDE,
    "measures": WIDE,
    "clause": WIDE,
    "size_class": NARROW,
    "level": NARROW,
    "reinspection_result": NARROW,
    "status": NARROW,
    "days_left": NARROW,
}


def _names(people: Sequence[Person]) -> str:
    return SEVERAL.join(each.name for each in people if each.name)


def _name(one: Person | None) -> str | None:
    return one.name if one else None


# 栏目 · How a heading that has no field of the same name in an item is filled.
CELLS: dict[str, Callable[[LedgerItem], Cell]] = {
    "enterprise": lambda item: item.enterprise_name,
    "size_class": lambda item: item.size_class and item.size_class.zh,
    "inspected_on": lambda item: item.found_on,
    "visit_kind": lambda item: item.visit_kind_name,
    "inspectors": lambda item: _names(item.inspectors),
    "category": lambda item: item.category_name,
    "level": lambda item: item.level_name,
    "basis": lambda item: CLAUSES.join(item.basis),
    "responsible": lambda item: _name(item.responsible),
    "reinspectors": lambda item: _names(item.reinspectors),
    "reinspection_result": lambda item: {True: PASSED, False: FAILED, None: None}[item.passed],
    "plan_accepted_by": lambda item: _name(item.plan_accepted_by),
    "closed_by": lambda item: _name(item.closed_by),
    "status": lambda item: item.status_name,
}


def workbook(items: Sequence[LedgerItem], today: date) -> bytes:
    """工作簿 · The .xlsx of these items, in their order."""
    file = io.BytesIO()
    # Dates of the file itself come from the day asked for, not from the machine's clock.
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"title": SHEET, "created": datetime.combine(today, time())})
        sheet = book.add_worksheet(SHEET)
        styles = styles_of(book)
        _lay_out(sheet, styles, len(items))
        for line, item in enumerate(items, start=1):
            lines = 1
            for column, (field, _) in enumerate(EXPORT_HEADINGS):
                cell = cell_of(item, field)
                write(sheet, (line, column), cell, _style(item, field, styles))
                lines = max(lines, lines_of(cell, _width(field)))
            sheet.set_row(line, LINE * lines)
    return file.getvalue()


def cell_of(item: LedgerItem, field: str) -> Cell:
    """单元格 · What stands under a heading for an item; None is an empty cell."""
    filled = CELLS[field](item) if field in CELLS else getattr(item, field)
    return filled if filled != "" else None


def _width(field: str) -> int:
    return WIDTHS.get(field, DATE if _is_date(field) else MIDDLE)


def _style(item: LedgerItem, field: str, styles: dict[str, Format]) -> Format:
    if field == "days_left" and item.overdue:
        return styles["late"]
    if field == "level" and item.level is Level.MAJOR:
        return styles["late"]
    return styles["date"] if _is_date(field) else styles["text"]


def _is_date(field: str) -> bool:
    return field.endswith("_on") or field == "deadline"


def _lay_out(sheet: Format, styles: dict[str, Format], count: int) -> None:
    for column, (field, heading) in enumerate(EXPORT_HEADINGS):
        sheet.set_column(column, column, _width(field))
        sheet.write_string(0, column, heading, styles["heading"])
        if field == "reinspection_result" and count:
            choice = {"validate": "list", "source": [PASSED, FAILED], "error_type": "warning"}
            sheet.data_validation(1, column, count, column, choice)
    sheet.set_row(0, 30)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, count, len(EXPORT_HEADINGS) - 1)
    sheet.set_landscape()
    sheet.set_paper(A3)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
