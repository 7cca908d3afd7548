"""档案的工作簿与打印页 · The same file as an office takes it home and as it is printed: aligned, Chinese, complete, safe."""

import io
import re
from datetime import date
from typing import Any

from openpyxl import Workbook, load_workbook

from contracts.values import Role
from given.filed import NUMBER, Filed, filed
from given.street import STREET
from services.postgres import Pool
from services.tokens import Caller

from .conftest import Office, project
from .test_enterprise_light import READ_FROM

SHEETS = [
    *(
        "概况",
        "亮灯事由",
        "隐患",
        "整改轮次",
        "延误",
        "治理方案",
        "延期",
        "检查",
        "指令书",
        "服务计划",
        "案件",
    ),
    *("责任人", "风险定级", "档案变更", "数据时效"),
]


async def story(tables: Pool) -> Filed:
    told = filed()
    await project(tables, told.street, projections=READ_FROM)
    return told


async def book(office: Office, told: Filed) -> Workbook:
    answer = await office.get(f"/enterprises/{told.firm.id}/file.xlsx")
    assert answer.status_code == 200, answer.text
    return load_workbook(io.BytesIO(answer.content))


def lines(book: Workbook, sheet: str) -> list[dict[str, Any]]:
    headings, *rest = [[cell.value for cell in line] for line in book[sheet].iter_rows()]
    return [dict(zip(headings, line, strict=True)) for line in rest]


async def test_the_workbook_has_a_sheet_for_each_section(tables: Pool, office: Office) -> None:
    told = await story(tables)
    found = await book(office, told)
    facts = {line["项目"]: line["内容"] for line in lines(found, "概况")}
    hazard = next(line for line in lines(found, "隐患") if line["隐患编号"] == told.late.number)

    assert SHEETS == found.sheetnames
    assert ("红灯", "2,400.00元，2条隐患填报", "3次，共11天", "3次，共5天") == tuple(
        facts[name] for name in ("亮灯", "整改资金", "企业延误", "监管单位延误")
    )
    assert (1200, 6, 5) == tuple(hazard[name] for name in ("整改资金（元）", "企业延误天数", "监管延误天数"))
    assert date(2026, 6, 16) == hazard["整改期限"].date()
    assert [None, NUMBER] == [line["文号"] for line in lines(found, "指令书")]
    assert (20_000, 10_000) == tuple(lines(found, "案件")[0][name] for name in ("罚款（元）", "尚欠（元）"))
    assert ["1/1", "0/1", "0/1", "0/1"] == [line["检查（已办/应办）"] for line in lines(found, "服务计划")]
    assert ["2026-06-10", "2026-06-16"] == [str(line["原期限"].date()) for line in lines(found, "延期")]
    assert "资金：按方案落实" in lines(found, "治理方案")[0]["方案内容"]


async def test_the_workbook_is_chinese_with_headings_on_every_printed_page(
    tables: Pool, office: Office
) -> None:
    found = await book(office, await story(tables))

    for sheet in found:
        assert ("$1:$1", "landscape") == (sheet.print_title_rows, sheet.page_setup.orientation)
        assert not [cell.value for cell in sheet[1] if re.search(r"[A-Za-z]", str(cell.value))]


async def test_the_same_file_on_the_same_day_is_the_same_bytes(tables: Pool, office: Office) -> None:
    told = await story(tables)
    path = f"/enterprises/{told.firm.id}/file"

    for form in ("xlsx", "html"):
        first, again = [(await office.get(f"{path}.{form}")).content for _ in range(2)]
        assert first == again


async def test_the_page_tells_every_section_and_runs_nothing(tables: Pool, office: Office) -> None:
    told = await story(tables)
    answer = await office.get(f"/enterprises/{told.firm.id}/file.html")
    page = answer.text

    assert ["概况", *SHEETS[1:]] == re.findall(r"<h2>[一二三四五六七八九十]+、([^（<]+)", page)
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "inline" in answer.headers["Content-Disposition"]
    for said in (
        told.firm.name,
        told.late.number,
        NUMBER,
        "余应急罚〔2026〕3号",
        "20,000.00",
        "赵六",
        "王五",
    ):
        assert said in page


async def test_what_a_reader_may_not_read_stands_in_no_form(tables: Pool, office: Office) -> None:
    told = await story(tables)
    expert = Caller("p-71", Role.EXP, STREET, "org-service")
    path = f"/enterprises/{told.firm.id}/file"
    page = (await office.get(f"{path}.html", expert)).text
    found = load_workbook(io.BytesIO((await office.get(f"{path}.xlsx", expert)).content))

    assert "余应急罚〔2026〕3号" not in page
    assert "案件" not in found.sheetnames
