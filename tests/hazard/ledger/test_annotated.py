"""批注工作簿 · The ledger handed back with numbers, results and reasons."""

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import openpyxl

from services.hazard.ledger.annotated import annotate
from services.hazard.ledger.reading import read
from services.hazard.ledger.storing import RowVerdict, Verdict

HEADINGS = ("企业名称", "检查日期", "检查类型", "检查人", "隐患描述", "隐患部位", "隐患类别")
FOUND = ("甲公司", datetime.fromisoformat("2026-06-03"), "行政检查", "张三", "配电箱未接地", "1号车间", "B04")
NUMBER = "HZ-330111-2026-000001"


def handed_back(data: bytes, *verdicts: RowVerdict) -> Any:
    return openpyxl.load_workbook(io.BytesIO(annotate(read(data), verdicts))).active


def test_a_ledger_comes_back_with_number_result_and_reason(workbook: Callable[..., bytes]) -> None:
    data = workbook(("某街道台账",), HEADINGS, FOUND, (*FOUND[:6], "B77"), ("合计", 2))
    sheet = handed_back(
        data,
        RowVerdict(line=3, verdict=Verdict.ADDED, number=NUMBER, steps=3),
        RowVerdict(line=4, verdict=Verdict.REFUSED, reason="「隐患类别」未知的隐患类别：B77"),
    )

    assert ["隐患编号", "导入结果", "原因"] == [cell.value for cell in sheet[2]][-3:]
    assert [*FOUND, NUMBER, "新增", None] == [cell.value or None for cell in sheet[3]]
    assert ["未导入", "「隐患类别」未知的隐患类别：B77"] == [cell.value for cell in sheet[4]][-2:]
    assert "FFFFC7CE" == sheet["A4"].fill.fgColor.rgb
    assert ("某街道台账", "合计") == (sheet["A1"].value, sheet["A5"].value)


def test_the_ledgers_own_number_column_is_used_again(workbook: Callable[..., bytes]) -> None:
    data = workbook(("隐患编号", *HEADINGS), (None, *FOUND))
    sheet = handed_back(data, RowVerdict(line=2, verdict=Verdict.ADDED, number=NUMBER))

    assert NUMBER == sheet["A2"].value
    assert ["隐患编号", *HEADINGS, "导入结果", "原因"] == [cell.value for cell in sheet[1]]


def test_the_workbook_handed_back_is_a_ledger_again(workbook: Callable[..., bytes]) -> None:
    first = read(workbook(HEADINGS, FOUND))
    again = read(annotate(first, [RowVerdict(line=2, verdict=Verdict.ADDED, number=NUMBER)]))

    assert first.rows[0].inspected_on == again.rows[0].inspected_on
    assert (NUMBER, first.rows[0].description) == (again.rows[0].number, again.rows[0].description)


def test_what_looks_like_a_formula_stays_text(workbook: Callable[..., bytes]) -> None:
    sheet = handed_back(
        workbook(HEADINGS, FOUND), RowVerdict(line=2, verdict=Verdict.REFUSED, reason="=HYPERLINK(1)")
    )

    assert ("s", "=HYPERLINK(1)") == (sheet["J2"].data_type, sheet["J2"].value)
