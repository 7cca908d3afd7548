"""台账工作簿 · What an office takes home is what it may bring back."""

import io
from datetime import date
from typing import Any

from openpyxl import load_workbook

from contracts.ledger import EXPORT_HEADINGS
from contracts.values import Level, Source, VisitKind
from given.street import Street, a_street_with_every_kind_of_life
from services.hazard.ledger.reading import read
from services.postgres import Pool

from .conftest import TOWN, Office, project


async def rows(office: Office, **filters: Any) -> list[dict[str, Any]]:
    answer = await office.get("/hazards.xlsx", **filters)
    sheet = load_workbook(io.BytesIO(answer.content)).active
    headings, *lines = [[cell.value for cell in line] for line in sheet.iter_rows()]
    return [dict(zip(headings, line, strict=True)) for line in lines]


async def test_a_major_hazard_fills_the_columns_of_the_import(tables: Pool, office: Office) -> None:
    street = Street()
    hazard = street.enterprise().hazard().found("2026-06-05").major("2026-06-05").plan_required("2026-06-05")
    hazard.planned("2026-06-10", "2026-08-10").submitted("2026-07-01", "p-300")
    await project(tables, street)
    (row,) = await rows(office)

    assert {
        "隐患编号": hazard.number,
        "企业名称": "某某五金厂",
        "统一社会信用代码": None,
        "村社区": "东村",
        "行业": "机械",
        "规模": "规下",
        "检查日期": date(2026, 6, 5),
        "检查类型": "行政检查",
        "检查人": "李四",
        "隐患描述": "配电箱外壳未做保护接地",
        "隐患部位": "2号车间",
        "隐患类别": "有限空间",
        "隐患等级": "重大",
        "整改建议": "加装保护接地",
        "法律依据": "GB 50054-2011 5.2.1",
        "整改期限": date(2026, 8, 10),
        "整改责任人": "王五",
        "整改措施": "已加装保护接地",
        "整改完成日期": date(2026, 7, 1),
        "复查日期": None,
        "复查人": None,
        "复查结果": None,
        "销号日期": None,
        "判定条款": "工贸重大判定标准第3条",
        "治理方案日期": date(2026, 6, 10),
        "方案审核人": "钱七",
        "方案审核日期": date(2026, 6, 10),
        "销号人": None,
        "状态": "待复查",
        "剩余天数": None,
    } == {name: value.date() if hasattr(value, "date") else value for name, value in row.items()}


async def test_the_headings_stand_on_the_first_line_frozen_and_filtered(tables: Pool, office: Office) -> None:
    await project(tables, a_street_with_every_kind_of_life())
    answer = await office.get("/hazards.xlsx")
    sheet = load_workbook(io.BytesIO(answer.content)).active

    assert [heading for _, heading in EXPORT_HEADINGS] == [cell.value for cell in sheet[1]]
    assert "C2" == sheet.freeze_panes
    assert sheet.dimensions == sheet.auto_filter.ref
    assert "yyyy-mm-dd" == sheet["G2"].number_format
    assert "%E9%9A%90%E6%82%A3%E5%8F%B0%E8%B4%A6-20260705.xlsx" in answer.headers["Content-Disposition"]


async def test_the_workbook_holds_the_filtered_and_registered(tables: Pool, office: Office) -> None:
    await project(tables, a_street_with_every_kind_of_life())

    assert 9 == len(await rows(office))
    assert ["通道堵塞"] == [row["隐患描述"] for row in await rows(office, text="通道", overdue=True)]
    assert [-27] == [row["剩余天数"] for row in await rows(office, text="通道")]


async def test_the_workbook_of_a_town_holds_its_villages(tables: Pool, office: Office) -> None:
    village = Street(division="330111005003")
    village.enterprise().hazard("村里").found("2026-06-03")
    await project(tables, village)
    held = [
        len(await rows(office, division=code)) for code in ("330111000000", "330111005000", "330111005004")
    ]

    assert [1, 1, 0] == held


async def test_the_same_rows_make_the_same_file(tables: Pool, office: Office) -> None:
    await project(tables, a_street_with_every_kind_of_life())
    first, second = await office.get("/hazards.xlsx"), await office.get("/hazards.xlsx")

    assert first.content == second.content


async def test_what_looks_like_a_formula_stays_text(tables: Pool, office: Office) -> None:
    street = Street()
    street.enterprise().hazard('=HYPERLINK("http://x")').found("2026-06-05", source=Source.SUPERVISION)
    await project(tables, street)
    answer = await office.get("/hazards.xlsx", TOWN)
    sheet = load_workbook(io.BytesIO(answer.content)).active
    cell = next(cell for cell in sheet[2] if str(cell.value).startswith("=HYPER"))

    assert "s" == cell.data_type


async def test_an_import_reads_every_cell_of_it(tables: Pool, office: Office) -> None:
    street = a_street_with_every_kind_of_life()
    await project(tables, street)
    sheet = read((await office.get("/hazards.xlsx")).content)
    closed = next(row for row in sheet.rows if row.description == "箱体未接地")

    assert [()] * 9 == [row.errors for row in sheet.rows]
    assert {
        "number": "HZ-330111-2026-000008",
        "enterprise": "某某五金厂",
        "inspected_on": date(2026, 6, 3),
        "visit_kind": VisitKind.ADMIN,
        "inspectors": ("李四", "钱七"),
        "category": "B04",
        "level": Level.GENERAL,
        "basis": ("GB 50054-2011 5.2.1",),
        "deadline": date(2026, 6, 18),
        "responsible": ("王五",),
        "completed_on": date(2026, 6, 10),
        "reinspectors": ("李四",),
        "reinspection_result": True,
        "closed_on": date(2026, 6, 13),
        "closed_by": ("李四",),
    }.items() <= {field: getattr(closed, field) for field in closed.__slots__}.items()
