"""读台账 · A zoo of workbooks, as offices keep them and as they break."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime

import openpyxl
import pytest
import xlsxwriter

from contracts.ledger import HEADINGS as CANONICAL
from contracts.ledger import PAPER_HEADINGS
from contracts.values import Level, SizeClass, VisitKind
from services.hazard.ledger.extent import Limits, NotAWorkbook, TooLarge
from services.hazard.ledger.headings import ALIASES, NAMES
from services.hazard.ledger.reading import NoLedgerHere, read
from services.hazard.ledger.row import HEADING_OF

Workbook = Callable[..., bytes]

HEADINGS = (
    "企业名称", "检查日期", "检查类型", "检查人", "隐患描述", "隐患部位", "隐患类别", "隐患等级", "整改期限", "整改责任人",
)  # fmt: skip
ORDERED = (
    "甲公司", "2026-06-03", "行政检查", "张三、李四", "配电箱未接地", "1号车间", "B04", "一般", "2026-06-18", "王五",
)  # fmt: skip
JUNE_3 = date(2026, 6, 3)


def test_every_alias_belongs_to_one_field_and_every_field_has_its_heading() -> None:
    names = [name for names in ALIASES.values() for name in names]

    assert len(names) == len(set(names))
    assert (
        {field for field, _ in (*CANONICAL, *PAPER_HEADINGS)} | {"number"} == set(ALIASES) == set(HEADING_OF)
    )
    assert all(NAMES[heading][0] == field for field, heading in (*CANONICAL, *PAPER_HEADINGS))


def test_a_row_is_read_with_typed_cells(workbook: Workbook) -> None:
    (row,) = read(workbook(HEADINGS, ORDERED)).rows

    assert ("甲公司", JUNE_3, VisitKind.ADMIN, ("张三", "李四")) == (
        row.enterprise,
        row.inspected_on,
        row.visit_kind,
        row.inspectors,
    )
    assert ("B04", Level.GENERAL, date(2026, 6, 18), ("王五",)) == (
        row.category,
        row.level,
        row.deadline,
        row.responsible,
    )
    assert (2, (), ()) == (row.line, row.errors, row.notes)


def test_headings_are_found_below_titles_in_any_order_and_under_other_names(workbook: Workbook) -> None:
    headings = (
        "序号", "整改时限", "*被检查单位\n名称（必填）", "存在问题", "排 查\n时间", "检查方式", "检查人员", "位置", "隐患分类",
        "级　别", "社会信用代码", "村（社区）", "规上/规下", "责任人", "备注",
    )  # fmt: skip
    cells = (
        1, "15日内", "甲公司", "配电箱未接地", datetime.fromisoformat("2026-06-03"), "专家检查", "张三", "车间", "用电安全",
        "一般", "91330111MA2AAAAA00", "湖滨社区", "规上", "王五", "无",
    )  # fmt: skip
    sheet = read(workbook(("某街道隐患台账",), ("填报单位：安监办", None, "2026年"), (), headings, cells))
    (row,) = sheet.rows

    assert (4, "台账") == (sheet.heading_line, sheet.name)
    assert ("甲公司", JUNE_3, date(2026, 6, 18), "湖滨社区", SizeClass.ABOVE) == (
        row.enterprise,
        row.inspected_on,
        row.deadline,
        row.village,
        row.size_class,
    )
    assert () == row.errors


def test_a_deadline_in_days_is_read_left_of_its_date_as_well(workbook: Workbook) -> None:
    headings = ("整改期限", *(heading for heading in HEADINGS if heading != "整改期限"))
    (row,) = read(workbook(headings, ("限15日内整改", *ORDERED[:8], ORDERED[9]))).rows

    assert date(2026, 6, 18) == row.deadline


def test_a_group_heading_over_two_lines_names_its_columns(workbook: Workbook) -> None:
    upper = (*HEADINGS, "复查情况", None, None)
    lower = (*(None for _ in HEADINGS), "日期", "人员", "结果")
    cells = (*ORDERED, "2026-06-20", "赵六", "合格")
    merged = [f"{chr(65 + column)}1:{chr(65 + column)}2" for column in range(len(HEADINGS))]
    (row,) = read(workbook(upper, lower, cells, merged=(*merged, "K1:M1"))).rows

    assert (date(2026, 6, 20), ("赵六",), True) == (
        row.reinspected_on,
        row.reinspectors,
        row.reinspection_result,
    )


def test_vertically_merged_cells_count_for_every_row_they_span(workbook: Workbook) -> None:
    second = (None, None, None, None, "通道堵塞", "仓库", "B03", "一般", "2026-06-10", "王五")
    merged = ("A2:A3", "B2:B3", "C2:C3", "D2:D3")
    rows = read(workbook(HEADINGS, ORDERED, second, merged=merged)).rows

    assert [("甲公司", JUNE_3, "配电箱未接地"), ("甲公司", JUNE_3, "通道堵塞")] == [
        (row.enterprise, row.inspected_on, row.description) for row in rows
    ]
    assert all(row.errors == () for row in rows)


def test_a_cell_merged_across_columns_stands_in_the_first_one_only(workbook: Workbook) -> None:
    nothing = (*ORDERED[:4], "未发现隐患", None, None, None, None, None)
    sheet = read(workbook(("某街道台账",), HEADINGS, nothing, merged=("A1:J1", "E3:J3")))
    (row,) = sheet.rows

    assert (False, (), None) == (row.has_find, row.errors, row.place)
    assert ("某街道台账", "") == sheet.grid[0][:2]


def test_a_blank_cell_that_is_not_merged_is_never_filled_from_above(workbook: Workbook) -> None:
    second = (None, *ORDERED[1:4], "通道堵塞", "仓库", "B03", "一般", "2026-06-10", "王五")
    _, row = read(workbook(HEADINGS, ORDERED, second)).rows

    assert ["「企业名称」未填写"] == [str(error) for error in row.errors]


def test_a_row_merged_over_several_lines_is_one_row(workbook: Workbook) -> None:
    blank = (None,) * len(HEADINGS)
    merged = [f"{chr(65 + column)}2:{chr(65 + column)}4" for column in range(len(HEADINGS))]

    assert 1 == len(read(workbook(HEADINGS, ORDERED, blank, blank, merged=merged)).rows)


def test_blank_lines_totals_notes_and_repeated_headings_are_left_out(workbook: Workbook) -> None:
    lines = (
        HEADINGS, ORDERED, (), ("", " ", "　"), HEADINGS, ("乙公司", *ORDERED[1:]), ("合计", "2家", None, None, "2条"),
        ("小  计", 2), ("填表人：张三", None, None, "审核人：李四"), ("注：本表一式两份",),
    )  # fmt: skip
    rows = read(workbook(*lines)).rows

    assert [(2, "甲公司"), (6, "乙公司")] == [(row.line, row.enterprise) for row in rows]


def test_marks_for_nothing_count_as_empty(workbook: Workbook) -> None:
    (row,) = read(workbook(HEADINGS, (*ORDERED[:8], "/", "—"))).rows

    assert (None, ()) == (row.deadline, row.responsible)


@pytest.mark.parametrize("description", ["未发现隐患", "", None, "无", "未发现安全隐患。"])
def test_a_row_without_a_find_is_a_visit(workbook: Workbook, description: str | None) -> None:
    (row,) = read(workbook(HEADINGS, (*ORDERED[:4], description))).rows

    assert (False, ()) == (row.has_find, row.errors)


def test_a_deadline_without_a_description_asks_for_the_description(workbook: Workbook) -> None:
    (row,) = read(workbook(HEADINGS, (*ORDERED[:4], None, *ORDERED[5:]))).rows

    assert ["「隐患描述」未填写"] == [str(error) for error in row.errors]


def test_a_numbered_row_needs_only_its_number_and_its_enterprise(workbook: Workbook) -> None:
    cells = ("HZ-330111-2026-000001", "甲公司", None, None, None, None)
    (row,) = read(workbook(("隐患编号", *HEADINGS), cells)).rows

    assert (True, ()) == (row.has_find, row.errors)


def test_all_errors_of_a_row_are_told_together_with_their_rules(workbook: Workbook) -> None:
    broken = (
        "甲公司", "2026-02-30", "日常检查", "张三", "长" * 2001, "", "B77", "较大", "下周", "王五",
    )  # fmt: skip
    (row,) = read(workbook(HEADINGS, broken)).rows

    assert {
        "检查日期": "impossible-date",
        "检查类型": "unknown-visit-kind",
        "隐患描述": "too-long",
        "隐患类别": "unknown-category",
        "隐患等级": "unknown-level",
        "整改期限": "unreadable-date",
    } == {error.heading: error.rule for error in row.errors}


def test_a_phone_number_is_masked_and_the_row_says_so(workbook: Workbook) -> None:
    cells = (*ORDERED[:4], "配电箱未接地，联系13800138000", *ORDERED[5:9], "王五13900139000")
    (row,) = read(workbook(HEADINGS, cells)).rows

    assert "配电箱未接地，联系138********" == row.description
    assert ("王五",) == row.responsible
    assert 2 == len([note for note in row.notes if "已遮盖" in note])


def test_the_same_heading_twice_is_refused_only_where_the_cells_differ(workbook: Workbook) -> None:
    headings = (*HEADINGS, "企业名称")
    same, other, empty = read(
        workbook(headings, (*ORDERED, "甲公司"), (*ORDERED, "乙公司"), (*ORDERED, None))
    ).rows

    assert ((), ()) == (same.errors, empty.errors)
    assert ["ambiguous-heading"] == [error.rule for error in other.errors]


def test_a_weaker_name_beside_the_real_heading_is_left_out_and_said(workbook: Workbook) -> None:
    headings = (*HEADINGS, "整改措施", "整改情况")
    sheet = read(workbook(headings, (*ORDERED, "已接地", "已整改")))

    assert "已接地" == sheet.rows[0].measures
    assert ("「整改情况」列未读取，已有「整改措施」列",) == sheet.notes


def test_the_ledger_is_found_among_other_sheets_and_hidden_ones_are_not_read() -> None:
    made = openpyxl.Workbook()
    cover = made.active
    assert cover is not None
    cover.append(["企业名称", "统一社会信用代码", "行业"])
    for title, lines, state in (("样表", 1, "visible"), ("隐藏", 5, "hidden"), ("2026年", 3, "visible")):
        sheet = made.create_sheet(title)
        sheet.sheet_state = state
        sheet.append(list(HEADINGS))
        for _ in range(lines):
            sheet.append(list(ORDERED))
    packed = io.BytesIO()
    made.save(packed)
    sheet = read(packed.getvalue())

    assert ("2026年", 3) == (sheet.name, len(sheet.rows))
    assert ("工作表「样表」也像台账，未读取",) == sheet.notes


def test_a_serial_number_in_a_plain_number_cell_is_a_date() -> None:
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, (*ORDERED[:1], 46176, *ORDERED[2:]))
    (row,) = read(packed.getvalue()).rows

    assert JUNE_3 == row.inspected_on


@pytest.mark.parametrize(
    "data",
    [b"", b"hello", "企业名称,检查日期".encode(), b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1x"],
)
def test_a_file_that_is_no_workbook_is_refused(data: bytes) -> None:
    with pytest.raises(NotAWorkbook):
        read(data)


def test_another_kind_of_archive_is_no_workbook() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    with pytest.raises(NotAWorkbook, match="另存为"):
        read(packed.getvalue())


def test_a_workbook_cut_short_is_refused(workbook: Workbook) -> None:
    data = workbook(HEADINGS, ORDERED)
    with pytest.raises(NotAWorkbook):
        read(data[: len(data) // 2])


def test_a_file_of_100_mb_is_refused_before_it_is_opened() -> None:
    with pytest.raises(TooLarge, match=r"超过 20 MB（现有 100 MB）"):
        read(bytes(100 * 1024 * 1024))


def test_a_stray_cell_in_the_last_corner_is_refused_before_it_costs_memory(workbook: Workbook) -> None:
    made = openpyxl.load_workbook(io.BytesIO(workbook(HEADINGS, ORDERED)))
    assert made.active is not None
    made.active["XFD1048576"] = "x"
    packed = io.BytesIO()
    made.save(packed)
    with pytest.raises(TooLarge, match="第 1048576 行"):
        read(packed.getvalue())


def test_a_style_in_the_last_corner_does_no_harm(workbook: Workbook) -> None:
    made = openpyxl.load_workbook(io.BytesIO(workbook(HEADINGS, ORDERED)))
    assert made.active is not None
    made.active["XFD1048576"].number_format = "0.00"
    packed = io.BytesIO()
    made.save(packed)

    assert 1 == len(read(packed.getvalue()).rows)


def test_what_unpacks_to_too_much_is_refused(workbook: Workbook) -> None:
    with pytest.raises(TooLarge, match="解压后"):
        read(workbook(HEADINGS, ORDERED), Limits(unpacked_bytes=1024))


def test_more_rows_than_an_import_takes_are_refused(workbook: Workbook) -> None:
    with pytest.raises(TooLarge, match="超过 2 行（现有 3 行）"):
        read(workbook(HEADINGS, ORDERED, ORDERED, ORDERED), Limits(rows=2))


def test_a_workbook_without_a_ledger_names_what_is_needed(workbook: Workbook) -> None:
    for data in (workbook(), workbook(("姓名", "电话")), workbook((), title="空")):
        with pytest.raises(NoLedgerHere, match="企业名称、检查日期、检查类型、检查人、隐患描述"):
            read(data)


def test_a_ledger_without_a_needed_heading_names_it(workbook: Workbook) -> None:
    with pytest.raises(NoLedgerHere, match="第 1 行像表头，但缺少：检查日期、检查人"):
        read(workbook(("企业名称", "检查类型", "隐患描述", "隐患部位"), ("甲", "行政检查", "乙", "丙")))


def test_headings_without_rows_are_an_empty_ledger(workbook: Workbook) -> None:
    assert () == read(workbook(("某街道台账",), HEADINGS)).rows


def test_thousands_of_rows_are_read() -> None:
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"constant_memory": True}) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        for line in range(1, 3_001):
            sheet.write_row(line, 0, (*ORDERED[:4], f"第{line}处未接地", *ORDERED[5:]))
    rows = read(packed.getvalue()).rows

    assert 3_000 == len(rows)
    assert "第3000处未接地" == rows[-1].description
