"""批注工作簿 · The office's ledger handed back: its rows as read, each with its number, result and reason."""

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any

import xlsxwriter

from contracts.ledger import NUMBER_HEADING
from services.hazard.ledger.row import Sheet
from services.hazard.ledger.storing import VERDICT_NAMES, RowVerdict, Verdict

RESULT_HEADINGS = ("导入结果", "原因")
COLOURS = {Verdict.REFUSED: "#FFC7CE", Verdict.ADDED: "#E2EFDA", Verdict.ADVANCED: "#E2EFDA"}
MISSING = "#FFF2CC"  # imported, but something is missing or was masked
WIDEST = 40  # characters

Workbook = Any  # xlsxwriter ships no types
Worksheet = Any  # xlsxwriter ships no types
Formats = dict[tuple[str | None, str | None], Any]  # xlsxwriter ships no types


def annotate(sheet: Sheet, verdicts: Iterable[RowVerdict]) -> bytes:
    """批注 · The ledger as .xlsx with 隐患编号, 导入结果 and 原因 in its last columns."""
    by_line = {verdict.line: verdict for verdict in verdicts}
    width = max((len(line) for line in sheet.grid), default=0)
    columns = added_columns(sheet, width)
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as workbook:
        written = workbook.add_worksheet(sheet.name)
        formats: Formats = {}
        for line, cells in enumerate(sheet.grid, start=1):
            verdict = by_line.get(line)
            colour = colour_of(verdict)
            write_line(workbook, written, line, cells, formats, colour)
            if verdict is not None:
                write_verdict(written, line, verdict, columns, format_of(workbook, formats, colour, None))
        bold = workbook.add_format({"bold": True, "bg_color": "#D9E2F3", "border": 1})
        for heading, column in columns.items():
            if heading != NUMBER_HEADING[1] or NUMBER_HEADING[0] not in sheet.columns:
                written.write_string(sheet.heading_line - 1, column, heading, bold)
        fit(written, sheet.grid, columns)
        written.freeze_panes(sheet.heading_line, 0)
    return packed.getvalue()


def added_columns(sheet: Sheet, width: int) -> dict[str, int]:
    """新增列 · Behind the last one, the number in its own column where the ledger has one already."""
    own = sheet.columns.get(NUMBER_HEADING[0])
    headings = RESULT_HEADINGS if own is not None else (NUMBER_HEADING[1], *RESULT_HEADINGS)
    columns = {heading: column for column, heading in enumerate(headings, start=width)}
    return columns if own is None else {NUMBER_HEADING[1]: own, **columns}


def colour_of(verdict: RowVerdict | None) -> str | None:
    """颜色 · Red for what was refused, yellow for what lacks something, green for what went in."""
    if verdict is None:
        return None
    if verdict.verdict is not Verdict.REFUSED and verdict.reason:
        return MISSING
    return COLOURS.get(verdict.verdict)


def write_line(
    workbook: Workbook,
    written: Worksheet,
    line: int,
    cells: Sequence[object],
    formats: Formats,
    colour: str | None,
) -> None:
    """原行 · Every cell as it was read; a date stays a date."""
    for column, cell in enumerate(cells):
        if cell in (None, ""):
            continue
        if isinstance(cell, date):
            day = cell if isinstance(cell, datetime) else datetime.combine(cell, time())
            shape = "yyyy-mm-dd hh:mm" if day.time() != time() else "yyyy-mm-dd"
            written.write_datetime(line - 1, column, day, format_of(workbook, formats, colour, shape))
        elif isinstance(cell, bool | int | float):
            written.write(line - 1, column, cell, format_of(workbook, formats, colour, None))
        else:
            written.write_string(line - 1, column, str(cell), format_of(workbook, formats, colour, None))


def write_verdict(
    written: Worksheet, line: int, verdict: RowVerdict, columns: dict[str, int], shape: object
) -> None:
    """结论 · The number, the result and the reason of one row."""
    result, reason = RESULT_HEADINGS
    if verdict.number:
        written.write_string(line - 1, columns[NUMBER_HEADING[1]], verdict.number, shape)
    written.write_string(line - 1, columns[result], VERDICT_NAMES[verdict.verdict], shape)
    written.write_string(line - 1, columns[reason], verdict.reason, shape)


def format_of(workbook: Workbook, formats: Formats, colour: str | None, shape: str | None) -> Any:
    """格式 · One object for each colour and shape, as a workbook has room for only so many."""
    if (colour, shape) not in formats:
        style: dict[str, object] = {"border": 1, "valign": "vcenter"} if colour else {"valign": "vcenter"}
        style |= {"bg_color": colour} if colour else {}
        style |= {"num_format": shape} if shape else {}
        formats[colour, shape] = workbook.add_format(style)
    return formats[colour, shape]


def fit(written: Worksheet, grid: Sequence[Sequence[object]], columns: dict[str, int]) -> None:
    """列宽 · Wide enough for most cells, never a screen wide."""
    width = max((len(line) for line in grid), default=0)
    for column in range(width):
        longest = max((len(str(line[column])) for line in grid[1:200] if column < len(line)), default=8)
        written.set_column(column, column, min(max(8, longest * 1.6), WIDEST))
    for heading, column in columns.items():
        if column >= width:
            written.set_column(column, column, WIDEST if heading == RESULT_HEADINGS[1] else 22)
