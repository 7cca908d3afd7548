"""示例工作簿 · The ledger as an office keeps it: a title, headings, rows, totals, and a sheet of notes.

The same rows make the same bytes: the time in its properties is the day the ledger ends.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter

from contracts.codes import CATEGORIES, category_name
from contracts.ledger import CLAUSES, FAILED, HEADINGS, PAPER_HEADINGS, PASSED, SEVERAL
from contracts.values import Level, Named, SizeClass, VisitKind
from services.hazard.ledger.row import Row

Format = Any  # xlsxwriter ships no types
Sheet = Any  # xlsxwriter ships no types

NOTHING_FOUND = "未发现隐患"
HEADING_LINE = 2  # from 0: below the title and the line of the unit
COLUMNS = (*HEADINGS, *PAPER_HEADINGS)
WIDTHS = {
    "enterprise": 30, "credit_code": 21, "village": 12, "industry": 10, "size_class": 7,
    "inspected_on": 12, "visit_kind": 10, "inspectors": 16, "description": 36, "place": 16,
    "category": 20, "level": 7, "advice": 34, "basis": 32, "deadline": 12, "responsible": 10,
    "measures": 32, "completed_on": 12, "reinspected_on": 12, "reinspectors": 14,
    "reinspection_result": 9, "closed_on": 12, "clause": 16, "plan_filed_on": 12,
    "plan_accepted_by": 11, "plan_accepted_on": 12, "closed_by": 9,
    "certificates": 26, "notice": 26, "served_on": 12, "served_to": 10,
}  # fmt: skip
WRAPPED = {"enterprise", "description", "place", "category", "advice", "basis", "measures", "clause"}
CHOICES: dict[str, tuple[str, ...]] = {
    "size_class": tuple(size.zh for size in SizeClass),
    "visit_kind": tuple(kind.zh for kind in VisitKind),
    "level": tuple(level.zh for level in Level),
    "reinspection_result": (PASSED, FAILED),
}
NOTES = (
    "一、一条隐患填一行；同一次检查发现多条隐患的，各行的企业名称、检查日期、检查类型、检查人应一致。",
    "二、检查未发现隐患的也要填一行，隐患描述填“未发现隐患”，其后各列不填。",
    "三、日期填写到日，如 2026-06-03；整改期限至当日24时。",
    "四、检查人、复查人有两人以上的，用顿号隔开；不要填写电话号码。",
    "五、隐患类别填写代码和名称，如“B04 用电安全”，代码见下表；隐患等级填“一般”或“重大”。",
    "六、重大隐患另填判定条款、治理方案日期、方案审核人、方案审核日期、销号人；复查不少于两人，且提交、复查、销号不是同一人。",
    "七、检查制作了责令限期整改指令书的，填执法证号（与检查人逐一对应）和指令书文号；已直接送达的，填送达日期和签收人。",
    "八、后续环节完成后在原行补填，已填内容不要改动。",
)


def write(out: Path, town: str, today: date, rows: Sequence[Row]) -> None:
    """写出 · The ledger with its two sheets."""
    with xlsxwriter.Workbook(out) as workbook:
        workbook.set_properties(
            {
                "title": f"{town}事故隐患排查治理台账",
                "author": f"{town}应急管理办公室",
                "created": datetime.combine(today, time()),
            }
        )
        workbook.set_size(2400, 1400)
        write_ledger(workbook, town, today, rows)
        write_notes(workbook)


def write_ledger(workbook: Any, town: str, today: date, rows: Sequence[Row]) -> None:
    """台账表 · Title, unit, headings, rows, totals; frozen, filtered, ready to print."""
    sheet = workbook.add_worksheet("隐患台账")
    last = len(COLUMNS) - 1
    base = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
    title = workbook.add_format({**base, "font_size": 18, "bold": True, "align": "center"})
    plain = workbook.add_format(base)
    sheet.set_row(0, 32)
    sheet.merge_range(0, 0, 0, last, f"{town}事故隐患排查治理台账（{today.year}年）", title)
    sheet.write(1, 0, f"填报单位：{town}应急管理办公室", plain)
    sheet.write(1, 8, f"截止日期：{today.year}年{today.month}月{today.day}日", plain)
    write_headings(workbook, sheet, base)
    formats = cell_formats(workbook, base)
    for place, row in enumerate(rows, start=HEADING_LINE + 1):
        write_row(sheet, place, row, formats)
    write_totals(workbook, sheet, HEADING_LINE + 1 + len(rows), base, rows)
    add_choices(sheet, len(rows))
    sheet.freeze_panes(HEADING_LINE + 1, 1)
    sheet.autofilter(HEADING_LINE, 0, HEADING_LINE + len(rows), last)
    sheet.repeat_rows(HEADING_LINE)
    sheet.set_landscape()
    sheet.set_paper(8)  # A3
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C第 &P 页 共 &N 页")


def write_headings(workbook: Any, sheet: Sheet, base: dict[str, Any]) -> None:
    """表头 · Bold on a shade; what only a major hazard needs has a shade of its own."""
    shades = {False: "#D9E2F3", True: "#FBE4D5"}
    majors = {"clause", "plan_filed_on", "plan_accepted_by", "plan_accepted_on", "closed_by"}
    style = {**base, "bold": True, "border": 1, "align": "center", "text_wrap": True}
    formats = {is_major: workbook.add_format({**style, "bg_color": shades[is_major]}) for is_major in shades}
    sheet.set_row(HEADING_LINE, 30)
    for column, (field, heading) in enumerate(COLUMNS):
        sheet.set_column(column, column, WIDTHS[field])
        sheet.write(HEADING_LINE, column, heading, formats[field in majors])


def cell_formats(workbook: Any, base: dict[str, Any]) -> dict[str, Format]:
    """单元格式 · Texts wrapped to the left, dates as dates, short words in the middle."""
    text = workbook.add_format({**base, "border": 1, "text_wrap": True})
    day = workbook.add_format({**base, "border": 1, "align": "center", "num_format": "yyyy-mm-dd"})
    short = workbook.add_format({**base, "border": 1, "align": "center", "text_wrap": True})
    return {
        field: text if field in WRAPPED else day if field.endswith("_on") or field == "deadline" else short
        for field, _ in COLUMNS
    }


def write_row(sheet: Sheet, place: int, row: Row, formats: dict[str, Format]) -> None:
    """一行 · Each field as its office writes it."""
    for column, (field, _) in enumerate(COLUMNS):
        value = shown(row, field)
        if isinstance(value, date):
            sheet.write_datetime(place, column, datetime.combine(value, time()), formats[field])
        elif value is None:
            sheet.write_blank(place, column, None, formats[field])
        else:
            sheet.write_string(place, column, value, formats[field])


def shown(row: Row, field: str) -> date | str | None:
    """显示 · The value of a field as it stands in the cell."""
    value = getattr(row, field)
    if field == "description" and value is None:
        return NOTHING_FOUND
    if field == "category" and value is not None:
        return f"{value} {category_name(value)}"
    if isinstance(value, tuple):
        return (CLAUSES if field == "basis" else SEVERAL).join(value) or None
    if isinstance(value, bool):
        return PASSED if value else FAILED
    if isinstance(value, Named):
        return value.zh
    if value is None or isinstance(value, date):
        return value
    return str(value)


def write_totals(workbook: Any, sheet: Sheet, place: int, base: dict[str, Any], rows: Sequence[Row]) -> None:
    """合计 · Enterprises, finds, major ones and what is struck off."""
    bold = workbook.add_format({**base, "bold": True, "border": 1, "align": "center", "bg_color": "#F2F2F2"})
    finds = [row for row in rows if row.has_find]
    firms = len({row.enterprise for row in rows})
    majors = sum(row.is_major for row in finds)
    closed = sum(row.closed_on is not None for row in finds)
    for column in range(len(COLUMNS)):
        sheet.write_blank(place, column, None, bold)
    sheet.write(place, 0, "合计", bold)
    sheet.write(place, 1, f"检查企业 {firms} 家", bold)
    places = {field: column for column, (field, _) in enumerate(COLUMNS)}
    sheet.write(place, places["description"], f"隐患 {len(finds)} 条，其中重大 {majors} 条", bold)
    sheet.write(place, places["closed_on"], f"已销号 {closed}", bold)


def add_choices(sheet: Sheet, rows: int) -> None:
    """下拉选项 · For the columns that have only so many answers, with room for more rows."""
    for column, (field, _) in enumerate(COLUMNS):
        if field in CHOICES:
            choice = {"validate": "list", "source": list(CHOICES[field]), "error_type": "warning"}
            sheet.data_validation(HEADING_LINE + 1, column, HEADING_LINE + rows, column, choice)


def write_notes(workbook: Any) -> None:
    """填表说明 · How to fill it in, and the codes of the categories."""
    sheet = workbook.add_worksheet("填表说明")
    wrapped = workbook.add_format({"font_name": "宋体", "font_size": 11, "text_wrap": True, "valign": "top"})
    bold = workbook.add_format({"font_name": "宋体", "font_size": 14, "bold": True})
    sheet.set_column(0, 0, 12)
    sheet.set_column(1, 1, 90)
    sheet.write(0, 0, "填表说明", bold)
    for place, note in enumerate(NOTES, start=1):
        sheet.set_row(place, 32)
        sheet.merge_range(place, 0, place, 1, note, wrapped)
    sheet.write(len(NOTES) + 2, 0, "类别代码", bold)
    for place, (code, name) in enumerate(CATEGORIES.items(), start=len(NOTES) + 3):
        sheet.write(place, 0, code, wrapped)
        sheet.write(place, 1, name, wrapped)
