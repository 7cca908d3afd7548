"""法定报表 · Rows by industry, columns by indicator; what was handed in stays, whatever is corrected afterwards."""

import io
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from openpyxl import load_workbook

from contracts.values import Role
from given.street import STREET, Firm, Street
from services import problems
from services.hazard.policy import read_policy
from services.postgres import Pool
from services.projections import scorecards_routes, tallies
from services.projections.indicators import VERSION
from services.projections.reading import Reads
from services.projections.statutory.columns import known
from services.projections.statutory.forms import Row, Table, WrongTable, read, shipped
from services.tokens import Caller

from .conftest import DISTRICT, ELSEWHERE, NOW, TOWN, Office, caller_of, project

LEADER = Caller("p-1", Role.TWL, STREET, "org-town", None, "p-1")
JUNE = {"from": "2026-06-01", "to": "2026-06-30"}
HANDED_IN = {"division": STREET, **JUNE}


def three_industries() -> Street:
    street = Street()
    mine = street.enterprise("某矿", industry="非金属矿采选")
    works = street.enterprise("某五金厂", industry="五金")
    street.enterprise("某加油站", industry="加油站")
    street.visit(mine, "2026-06-02")
    closed = mine.hazard("边坡").found("2026-06-02").ordered("2026-06-02", "2026-06-20")
    closed.submitted("2026-06-10").passed("2026-06-12").closed("2026-06-13")
    works.hazard("插座").found("2026-06-03").ordered("2026-06-03", "2026-06-20")
    works.hazard("粉尘").found("2026-05-03").major("2026-05-03")
    return street


def line(table: Any, name: str, part: str = "period") -> dict[str, Any]:
    lines = {row["name"]: row[part] for row in (*table["rows"], table["total"])}
    headings = ["/".join(column) for column in table["columns"]]
    return dict(zip(headings, lines[name], strict=True))


async def hand_in(office: Office, key: str, caller: Caller = LEADER, **ask: str) -> Any:
    await office.get("/tables", caller)
    headers = {"X-Caller": caller.person} | ({"Idempotency-Key": key} if key else {})
    return await office.client.post(
        "/api/v1/tables/hazards-1/submissions", json=HANDED_IN | ask, headers=headers
    )


async def test_each_hazard_stands_in_the_row_of_its_industry(tables: Pool, office: Office) -> None:
    await project(tables, three_industries())
    table = await office.json("/tables/hazards-1", **JUNE)

    assert {"应排查单位": 1, "实际排查单位": 1, "覆盖率（%）": 100.0, "一般隐患/排查": 1}.items() <= line(
        table, "金属非金属矿山"
    ).items()
    assert {"应排查单位": 1, "实际排查单位": 0, "一般隐患/排查": 1, "一般隐患/已整改": 0}.items() <= line(
        table, "其他"
    ).items()
    assert (1, 0) == (line(table, "危险化学品经营")["应排查单位"], line(table, "冶金")["应排查单位"])
    assert {
        "应排查单位": 3,
        "一般隐患/排查": 2,
        "一般隐患/整改率（%）": 50.0,
        "重大隐患/排查": 0,
    }.items() <= line(table, "合计").items()
    assert 1 == line(table, "合计", "cumulative")["重大隐患/排查"]


@pytest.mark.parametrize("name", shipped())
async def test_the_rows_add_up_to_the_total(name: str, tables: Pool, office: Office) -> None:
    await project(tables, three_industries())
    table = await office.json(f"/tables/{name}", **JUNE)
    counts = [n for n, value in enumerate(table["total"]["period"]) if isinstance(value, int)]

    assert [sum(row["period"][n] for row in table["rows"]) for n in counts] == [
        table["total"]["period"][n] for n in counts
    ]


async def test_what_was_handed_in_stays_after_later_corrections_and_the_live_table_does_not(
    tables: Pool, office: Office
) -> None:
    street = three_industries()
    late = Firm(street, "某五金厂").hazard("补录的").found("2026-06-28")
    await project(tables, street)
    handed = (await hand_in(office, "june-0001")).json()
    where = f"/tables/hazards-1/submissions/{handed['id']}"
    before, live = await office.get(where), await office.json("/tables/hazards-1", **JUNE)
    late.voided("2026-07-02")
    Firm(street, "某矿").hazard("迟到的").found("2026-06-29")
    await project(tables, street)
    after, check = await office.get(where), await office.json(f"{where}/check")
    again = await office.json("/tables/hazards-1", **JUNE)

    assert (before.content, True) == (after.content, check["agrees"])
    assert handed["digest"] == check["recomputed"] == check["digest"]
    assert line(before.json(), "金属非金属矿山") == line(live, "金属非金属矿山")
    assert [(1, 2), (2, 1)] == [
        tuple(line(each, row)["一般隐患/排查"] for row in ("金属非金属矿山", "其他"))
        for each in (before.json(), again)
    ]


async def test_a_repeat_of_a_submission_finds_the_first_one(tables: Pool, office: Office) -> None:
    await project(tables, three_industries())
    once, twice = await hand_in(office, "june-0001"), await hand_in(office, "june-0001")
    other = await hand_in(office, "june-0001", to="2026-06-29")

    assert (201, once.json()) == (once.status_code, twice.json())
    assert (422, "key-reused") == (other.status_code, other.json()["code"])
    assert [once.json()] == await office.json("/tables/hazards-1/submissions")
    assert [] == await office.json("/tables/hazards-1/submissions", ELSEWHERE)


async def test_who_may_not_hand_in_is_told_who_may(tables: Pool, office: Office) -> None:
    await project(tables, three_industries())
    officer, stranger = await hand_in(office, "a-key", TOWN), await hand_in(office, "a-key", ELSEWHERE)
    without = await hand_in(office, "")

    assert (403, "forbidden", 404) == (officer.status_code, officer.json()["code"], stranger.status_code)
    assert "镇街分管领导" in officer.json()["detail"]
    assert "idempotency-key-missing" == without.json()["code"]


async def test_the_workbook_is_the_form_it_is_sent_on(tables: Pool, office: Office) -> None:
    await project(tables, three_industries())
    asked = {**JUNE, "as_of": "9"}
    file = await office.get("/tables/hazards-1.xlsx", **asked)
    again = await office.get("/tables/hazards-1.xlsx", **asked)
    page = load_workbook(io.BytesIO(file.content))["当期"]
    rows = list(page.iter_rows(values_only=True))

    assert file.content == again.content
    assert ("隐患排查治理情况统计表（一）", "行业（领域）", "合计") == (rows[0][0], rows[2][0], rows[-1][0])
    assert ("挂牌督办", "其中省级") == (rows[3][12], rows[4][13])
    assert "—" == rows[-1][9]


def test_a_trade_belongs_to_the_first_row_it_fits() -> None:
    mine, rest = Row(name="矿山", words=("矿",)), Row(name="其他")
    table = shipped()["hazards-1"].model_copy(update={"rows": (mine, rest)})

    assert [[("煤矿", "ENTERPRISE")], [("", "PLACE")]] == [
        own for _, own in table.divided([("", "PLACE"), ("煤矿", "ENTERPRISE")])
    ]


def test_a_column_without_a_figure_is_refused_when_the_file_is_read() -> None:
    with pytest.raises(WrongTable, match="没有这个指标：N99"):
        read(
            'name = "x"\ntitle = "x"\nedition = "1"\nsource = "x"\nsubmitters = ["TWL"]\n'
            'rows = [{ name = "其他" }]\ncolumns = [{ headings = ["x"], value = "N99.rate" }]\n'
        )


def test_a_table_reads_back_from_what_is_kept_of_it() -> None:
    assert all(Table.model_validate(each.model_dump(mode="json")) == each for each in shipped().values())


def test_the_formulas_are_those_that_the_policy_names_and_its_scorecards_ask_only_for_them() -> None:
    policy = read_policy()
    cards = (policy.scorecards.town, policy.scorecards.enterprise)

    assert policy.formulas.tallies == VERSION
    assert {item.value for card in cards for item in card.items} <= known()


async def test_towns_are_ranked_by_their_score_and_enterprises_within_one_town(
    tables: Pool, office: Office
) -> None:
    await project(tables, three_industries())
    cards = read_policy().scorecards.model_dump(mode="json")
    app = FastAPI()
    problems.install(app)
    reads = Reads(tables, None, caller_of, lambda: NOW)  # type: ignore[arg-type]
    app.include_router(scorecards_routes.routes(reads, ("tallies", tallies.VERSION), cards))
    await office.get("/tables", DISTRICT)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://office") as web:
        asking = {"headers": {"X-Caller": DISTRICT.person}}
        towns = (await web.get("/api/v1/scorecards", params=JUNE, **asking)).json()
        of_town = JUNE | {"kind": "enterprise", "division": STREET}
        firms = (await web.get("/api/v1/scorecards", params=of_town, **asking)).json()
        wide = await web.get("/api/v1/scorecards", params=JUNE | {"kind": "enterprise"}, **asking)

    assert [(STREET[:9], 1)] == [(each["id"], each["rank"]) for each in towns["ranking"]]
    assert {"检查覆盖率": 33.33, "隐患整改率": 0.0}.items() <= {
        item["name"]: item["points"] for item in towns["ranking"][0]["items"]
    }.items()
    assert [("某矿", 1), ("某五金厂", 2)] == [(each["name"], each["rank"]) for each in firms["ranking"]]
    assert 422 == wide.status_code
