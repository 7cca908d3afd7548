"""服务矩阵工作簿 · What an office takes home: a line for each enterprise, what is late in red, the gaps on a second sheet."""

import io
from datetime import date
from typing import Any

from openpyxl import load_workbook

from given.serving import TWO, Served, in_full
from given.street import Street
from services.postgres import Pool
from services.projections import service_duty

from .conftest import ELSEWHERE, Office, project

DAY = {"as_of": "2026-09-20"}


async def sheets(office: Office, path: str, **filters: Any) -> dict[str, list[dict[str, Any]]]:
    answer = await office.get(path, **filters)
    assert answer.status_code == 200, answer.text
    book = load_workbook(io.BytesIO(answer.content))
    found = {}
    for sheet in book:
        headings, *lines = [[cell.value for cell in line] for line in sheet.iter_rows()]
        found[sheet.title] = [dict(zip(headings, line, strict=True)) for line in lines]
    return found


async def two_plans(tables: Pool) -> None:
    street = Street()
    in_full(Served(street.enterprise("甲厂")).planned())
    Served(street.enterprise("乙厂")).planned(institution=TWO).visited("2026-08-03", organisation=TWO)
    await project(tables, street, projections=(service_duty,))


async def test_the_matrix_has_a_line_for_each_enterprise_and_a_sheet_of_gaps(
    tables: Pool, office: Office
) -> None:
    await two_plans(tables)
    book = await sheets(office, "/service-plans.xlsx", **DAY)
    late, kept = book["服务矩阵"]

    assert ["服务矩阵", "服务缺口"] == list(book)
    assert ("乙厂", TWO, "张三", "0/1", "1/1", "0/1") == (
        late["企业名称"],
        late["服务机构"],
        late["包干专家"],
        late["1季度检查（已办/应办）"],
        late["3季度检查（已办/应办）"],
        late["3季度复查（已办/应办）"],
    )
    assert {"1/1", "0/1"} == {kept[heading] for heading in kept if "应办" in heading}
    assert [("2026年1季度", "逾期"), ("2026年2季度", "逾期"), ("2026年3季度", "即将到期")] == [
        (line["季度"], line["状态"]) for line in book["服务缺口"]
    ]


async def test_the_gaps_alone_say_what_is_missing_by_when(tables: Pool, office: Office) -> None:
    await two_plans(tables)
    (line,) = (await sheets(office, "/service-plans/gaps.xlsx", quarter=3, **DAY))["服务缺口"]

    assert {
        "企业名称": "乙厂",
        "季度": "2026年3季度",
        "村社区": "东村",
        "服务机构": TWO,
        "包干专家": "张三",
        "缺检查（次）": None,
        "缺督促（次）": 1,
        "缺复查（次）": 1,
        "完成期限": date(2026, 9, 30),
        "剩余天数": 10,
        "状态": "即将到期",
    } == {name: value.date() if name == "完成期限" else value for name, value in line.items()}


async def test_what_is_late_stands_out_and_what_is_done_does_too(tables: Pool, office: Office) -> None:
    await two_plans(tables)
    answer = await office.get("/service-plans.xlsx", **DAY)
    sheet = load_workbook(io.BytesIO(answer.content))["服务矩阵"]
    colours = {
        sheet.cell(1, column).value: sheet.cell(2, column).fill.fgColor.rgb
        for column in range(1, sheet.max_column + 1)
    }

    assert ("FFF8CBAD", "FFE2EFDA", "FFFFF2CC") == (
        colours["1季度检查（已办/应办）"],
        colours["3季度检查（已办/应办）"],
        colours["3季度督促（已办/应办）"],
    )
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("C2", "$1:$1")


async def test_the_same_rows_on_the_same_day_are_the_same_bytes(tables: Pool, office: Office) -> None:
    await two_plans(tables)
    first, again = [(await office.get("/service-plans.xlsx", **DAY)).content for _ in range(2)]

    assert first == again


async def test_nobody_takes_home_what_lies_elsewhere(tables: Pool, office: Office) -> None:
    await two_plans(tables)

    assert {"服务矩阵": [], "服务缺口": []} == await sheets(
        office, "/service-plans.xlsx", **DAY | {"caller": ELSEWHERE}
    )
