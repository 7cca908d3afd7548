"""读台账 · An office's workbook as a sheet of typed rows, wherever its ledger and headings stand.

Nothing is guessed: a value is carried down only inside a merged range, and what cannot be read
is an error of its cell. Totals, notes and repeated headings below are left out.
"""

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from services.hazard.ledger import cells, paper_cells
from services.hazard.ledger.cells import Cell, Unreadable, is_blank, plain
from services.hazard.ledger.extent import Limits, NotAWorkbook, TooLarge, check_extent
from services.hazard.ledger.headings import LAST_HEADING_LINE, Headings, find_headings, repeats
from services.hazard.ledger.row import HEADING_OF, CellError, Row, Sheet
from services.personal_numbers import mask

Grid = list[list[Cell]]

TOTALS = re.compile(r"(合|总|小|共|累)\s*计|本页合计")
FOOTNOTE = re.compile(
    r"(注|备注|说明|填表人|填报人|填报单位|制表人|制表|审核人|审核|负责人|联系人|联系电话|填表日期|制表日期|填表说明)\d*\s*:"
)

# 字段读法 · How the cell of each field is read, in this order: a deadline in days needs the visit's day.
READERS: Mapping[str, Callable[[Cell], object]] = {
    "number": cells.number_of,
    "enterprise": cells.name_of,
    "credit_code": cells.credit_code_of,
    "village": cells.name_of,
    "industry": cells.name_of,
    "size_class": cells.size_class_of,
    "inspected_on": cells.date_of,
    "visit_kind": cells.visit_kind_of,
    "inspectors": cells.names_of,
    "description": cells.description_of,
    "place": cells.name_of,
    "category": cells.category_of,
    "level": cells.level_of,
    "advice": cells.remark_of,
    "basis": cells.lines_of,
    "deadline": cells.date_of,
    "responsible": cells.names_of,
    "measures": cells.remark_of,
    "completed_on": cells.date_of,
    "reinspected_on": cells.date_of,
    "reinspectors": cells.names_of,
    "reinspection_result": cells.result_of,
    "closed_on": cells.date_of,
    "clause": cells.name_of,
    "plan_filed_on": cells.date_of,
    "plan_accepted_by": cells.names_of,
    "plan_accepted_on": cells.date_of,
    "closed_by": cells.names_of,
    "certificates": paper_cells.certificates_of,
    "notice": paper_cells.notice_of,
    "served_on": cells.date_of,
    "served_to": cells.names_of,
}

SHORTEST_PRIVATE = 11  # digits of a mobile number
UNMASKED = ("number", "certificates", "notice")  # codes, never a person's number
EVERY_ROW = ("enterprise", "inspected_on", "visit_kind", "inspectors")
NUMBERED_ROW = ("enterprise",)
EVERY_FIND = ("place", "category")
ONLY_WITH_A_FIND = (
    "advice", "deadline", "measures", "completed_on", "reinspected_on", "closed_on", "notice", "served_on",
)  # fmt: skip


class NoLedgerHere(ValueError):
    """没有台账 · No sheet has the headings of a hazard ledger; the sentence names what is missing."""


def read(data: bytes, limits: Limits = Limits()) -> Sheet:  # noqa: B008 - a frozen value
    """读取 · The ledger in a workbook: of several sheets with its headings, the one with most rows.

    Raises NotAWorkbook, TooLarge or NoLedgerHere, each with a sentence for the office.
    """
    check_extent(data, limits)
    found: list[Sheet] = []
    nearest: tuple[str, Headings] | None = None
    for page in pages(data, limits):
        headings = find_headings(page.top)
        if headings is None:
            continue
        if not headings.missing:
            found.append(sheet_of(page, headings))
        elif nearest is None or len(headings.columns) > len(nearest[1].columns):
            nearest = (page.name, headings)
    if not found:
        raise NoLedgerHere(no_ledger(nearest))
    best = max(found, key=lambda sheet: len(sheet.rows))
    if len(best.rows) > limits.rows:
        raise TooLarge(f"台账超过 {limits.rows} 行（现有 {len(best.rows)} 行），请拆分后导入")
    others = tuple(
        f"工作表「{sheet.name}」也像台账，未读取" for sheet in found if sheet is not best and sheet.rows
    )
    return replace(best, notes=(*best.notes, *others))


def no_ledger(nearest: tuple[str, Headings] | None) -> str:
    """缺表头 · Says which headings the nearest sheet lacks."""
    if nearest is None:
        return "工作簿中没有找到隐患台账，表头至少应有：" + "、".join(
            HEADING_OF[field]
            for field in ("enterprise", "inspected_on", "visit_kind", "inspectors", "description")
        )
    missing = "、".join(HEADING_OF[field] for field in nearest[1].missing)
    return f"工作表「{nearest[0]}」第 {nearest[1].line + 1} 行像表头，但缺少：{missing}"


@dataclass(frozen=True, slots=True)
class Page:
    """页 · A sheet's cells, the cells filled from a merged range, and its top with group headings filled in."""

    name: str
    grid: Grid
    filled: set[tuple[int, int]]
    top: Grid


def pages(data: bytes, limits: Limits) -> Iterator[Page]:
    """逐表 · Every visible sheet.

    Raises NotAWorkbook, TooLarge.
    """
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            for sheet in workbook.sheets_metadata:
                if sheet.visible is SheetVisibleEnum.Visible:
                    yield page_of(workbook.get_sheet_by_name(sheet.name), limits)
    except PasswordError as error:
        raise NotAWorkbook("工作簿有密码，请去掉密码后导入") from error
    except CalamineError as error:
        raise NotAWorkbook("文件不是可读取的 Excel 工作簿，请另存为 .xlsx 后导入") from error


def page_of(sheet: CalamineSheet, limits: Limits) -> Page:
    """一页 · A value stands for every line of its merged range; across columns only in headings."""
    if sheet.total_height * sheet.total_width > limits.cells:
        raise TooLarge(f"工作表「{sheet.name}」范围过大，请删去表外的零散内容")
    grid: Grid = sheet.to_python(skip_empty_area=False) if sheet.start else []
    top = [list(line) for line in grid[:LAST_HEADING_LINE]]
    fill(top, sheet, across=True)
    return Page(sheet.name, grid, fill(grid, sheet, across=False), top)


def fill(grid: Grid, sheet: CalamineSheet, *, across: bool) -> set[tuple[int, int]]:
    """合并单元格 · Writes the value of each merged range into its other cells; returns the cells filled."""
    filled: set[tuple[int, int]] = set()
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if top >= len(grid) or left >= len(grid[top]):
            continue
        for line in range(top, min(bottom + 1, len(grid))):
            for column in range(left, min((right if across else left) + 1, len(grid[line]))):
                if (line, column) != (top, left):
                    grid[line][column] = grid[top][left]
                    filled.add((line, column))
    return filled


def sheet_of(page: Page, headings: Headings) -> Sheet:
    """工作表 · The rows below the headings."""
    rows = [
        row_of(page.grid[line], line + 1, headings)
        for line in range(headings.line + 1, len(page.grid))
        if not skipped(page.grid[line], line, page.filled, headings)
    ]
    return Sheet(
        name=page.name,
        heading_line=headings.line + 1,
        columns={field: places[0] for field, places in headings.columns.items()},
        rows=tuple(rows),
        grid=tuple(tuple(line) for line in page.grid),
        notes=headings.notes,
    )


def skipped(cells_: Sequence[Cell], line: int, filled: set[tuple[int, int]], headings: Headings) -> bool:
    """不是隐患行 · A blank line, the rest of a merged one, a total, a note or the headings again."""
    own = [
        column
        for places in headings.columns.values()
        for column in places
        if (line, column) not in filled and not is_blank(cells_[column])
    ]
    if not own:
        return True
    first = next((text for cell in cells_ if (text := plain(cell))), "")
    return bool(TOTALS.match(first) or FOOTNOTE.match(first)) or repeats(cells_, headings.columns)


@dataclass(slots=True)
class Reading:
    """读行 · The values of one row as they are read, and its errors."""

    values: dict[str, Any]  # each reader gives the type of its field
    errors: list[CellError]
    notes: list[str]

    def refuse(self, field: str, rule: str, reason: str) -> None:
        """记错 · Notes what is wrong with a field."""
        self.errors.append(CellError(field, HEADING_OF[field], rule, reason))


def row_of(line: Sequence[Cell], number: int, headings: Headings) -> Row:
    """读一行 · Typed cells, with every error of the row together."""
    reading = Reading(values={}, errors=[], notes=[])
    for field in READERS:
        places = headings.columns.get(field, ())
        written = {plain(line[place]): line[place] for place in places if not is_blank(line[place])}
        if len(written) > 1:
            reading.refuse(field, "ambiguous-heading", "两列同名而内容不同：" + "、".join(written))
        elif written:
            read_cell(reading, field, next(iter(written.values())))
    refuse_missing(reading)
    return Row(line=number, errors=tuple(reading.errors), notes=tuple(reading.notes), **reading.values)


def read_cell(reading: Reading, field: str, cell: Cell) -> None:
    """读一格 · The value of a field, or its error; a private number in a text is masked and said."""
    written = plain(cell) if isinstance(cell, int | float) else cell
    if isinstance(written, str) and len(written) >= SHORTEST_PRIVATE and field not in UNMASKED:
        masked, hidden = mask(written)
        if hidden:
            cell = masked
            reading.notes.append(f"「{HEADING_OF[field]}」含手机号或身份证号，已遮盖")
    try:
        reading.values[field] = (
            cells.deadline_of(cell, reading.values.get("inspected_on"))
            if field == "deadline"
            else READERS[field](cell)
        )
    except Unreadable as error:
        reading.refuse(field, error.rule, str(error))


def refuse_missing(reading: Reading) -> None:
    """必填 · What a new row needs, and what a find needs besides; a numbered one is known by its number."""
    wrong = {error.field for error in reading.errors}
    for field in needed(reading):
        if not reading.values.get(field) and field not in wrong:
            reading.refuse(field, "missing", "未填写")


def needed(reading: Reading) -> tuple[str, ...]:
    """所需 · The fields that this row cannot do without."""
    values = reading.values
    if values.get("number"):
        return NUMBERED_ROW
    if values.get("description"):
        return (*EVERY_ROW, *EVERY_FIND)
    forgotten = any(values.get(field) for field in ONLY_WITH_A_FIND)
    return (*EVERY_ROW, "description") if forgotten else EVERY_ROW
