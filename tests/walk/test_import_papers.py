"""台账里的文书 · The rows of one visit are one visit with everybody who was there, and one notice under its own number."""

from datetime import date

import pytest

from walk.ledgers import CLOSED, FOUND, MAJOR, NUMBER, ON_PAPER, SERVED, VISITED, Cells, workbook
from walk.office import Imported, Office

OTHER = {**FOUND, "place": "3号车间", "deadline": date(2026, 6, 20)}
ONE_VISIT = workbook({**CLOSED, **SERVED}, {**OTHER, **SERVED}, {**FOUND, "place": "4号车间", **SERVED})


async def types(office: Office, *begins: str) -> list[str]:
    return [kind for kind, _ in await office.events() if kind.startswith(begins)]


async def visit_and_notice(office: Office, done: Imported, line: int = 2) -> tuple[dict, dict | None]:
    """As GET shows them, by what the hazard of a row says."""
    hazard = await office.log.named(done.rows[line]["number"])
    facts = await office.log.load(hazard)
    order = next(f.event for f in facts if f.envelope.type == "hazard.rectification-ordered")
    visit = (await office.get(f"visits/{facts[0].event.visit}")).json()
    return visit, (await office.get(f"notices/{order.notice_id}")).json() if order.notice_id else None


async def test_rows_of_one_visit_are_one_visit_and_one_notice(office: Office) -> None:
    done = await office.imported(ONE_VISIT)
    visit, notice = await visit_and_notice(office, done)

    assert done.about["counts"] == {"added": 3}
    assert (visit["state"], visit["finds"], len(visit["found"])) == ("RECORDED", 3, 3)
    assert [(one["function"], one["certificate"]) for one in visit["participants"]] == [
        ("OFFICER", "33011100123"),
        ("OFFICER", "33011100124"),
    ]
    assert (notice["number"], notice["visit"], notice["served_on"]) == (NUMBER, visit["id"], "2026-06-04")
    assert sorted((item["deadline"], item["state"]) for item in notice["items"]) == [
        ("2026-06-18", "DONE"),
        ("2026-06-18", "OPEN"),
        ("2026-06-20", "OPEN"),
    ]
    assert done.about["notes"] == [
        "登记检查 1 次，其中 1 次记有 2 名以上执法人员的有效执法证；立指令书 1 份（沿用纸质文号），据以责令整改 3 条"
    ]


async def test_an_order_under_a_paper_s_notice_names_its_officers_and_waives_nothing_of_it(
    office: Office,
) -> None:
    done = await office.imported(ONE_VISIT)
    facts = await office.log.load(await office.log.named(done.rows[3]["number"]))
    order = next(f.event for f in facts if f.envelope.type == "hazard.rectification-ordered")

    assert (order.notice, order.waived, order.evidence) == (NUMBER, (), "ledger")
    assert order.certificates == ("33011100123", "33011100124")


async def test_the_papers_again_add_nothing_and_the_file_may_come_with_fewer_columns(office: Office) -> None:
    await office.imported(ONE_VISIT)
    end = await office.log.head()
    again = await office.imported(ONE_VISIT)
    without = await office.imported(workbook(CLOSED, OTHER, {**FOUND, "place": "4号车间"}))

    assert again.verdicts == without.verdicts == ["unchanged"] * 3
    assert (again.about["notes"], await office.log.head()) == ([], end)


async def test_without_two_certificates_it_stays_an_entry_of_the_ledger(office: Office) -> None:
    rows = ({**FOUND, "notice": NUMBER}, OTHER)
    done = await office.imported(workbook(*rows))
    visit, notice = await visit_and_notice(office, done)
    facts = await office.log.load(await office.log.named(done.rows[2]["number"]))
    order = next(f.event for f in facts if f.envelope.type == "hazard.rectification-ordered")

    assert ({one["function"] for one in visit["participants"]}, notice) == ({"COMPANION"}, None)
    assert (order.notice, order.waived) == (NUMBER, ("certificates",))
    assert f"未立指令书，文号 {NUMBER} 照录：检查人中记有有效执法证的不足 2 名" in done.reasons[0]
    assert await types(office, "notice.", "number-series.") == []
    assert "按台账责令整改 2 条，未立指令书" in done.about["notes"][0]


async def test_an_expert_s_row_orders_nothing_whatever_number_it_names(office: Office) -> None:
    done = await office.imported(workbook({**FOUND, **ON_PAPER, "visit_kind": "专家服务"}))

    assert await types(office, "hazard.rectification-", "notice.") == ["hazard.rectification-asked"]
    assert "不采用指令书文号" in done.reasons[0]
    assert "要求整改 1 条，不是责令" in done.about["notes"][0]


async def test_a_row_that_comes_later_is_told_to_its_visit_but_not_to_its_notice(office: Office) -> None:
    done = await office.imported(ONE_VISIT)
    late = {**FOUND, "place": "5号车间"}
    more = await office.imported(workbook(late, {**late, "place": "6号车间", **SERVED}))
    visit, notice = await visit_and_notice(office, done)

    assert more.verdicts == ["added", "refused"]
    assert "编号以后、送达以前才能据以责令整改" in more.reasons[1]
    assert (len(visit["found"]), len(notice["items"])) == (4, 3)


async def test_a_row_that_is_refused_is_in_neither_and_the_others_are(office: Office) -> None:
    too_long = {**FOUND, "place": "5号车间", "deadline": date(2027, 6, 18), **SERVED}
    done = await office.imported(workbook({**FOUND, **SERVED}, too_long, {**OTHER, **SERVED}))
    visit, notice = await visit_and_notice(office, done)

    assert done.verdicts == ["added", "refused", "added"]
    assert (len(visit["found"]), len(notice["items"])) == (2, 2)


async def test_a_visit_of_more_rows_than_one_append_takes_is_stored_whole(office: Office) -> None:
    rows = [{**CLOSED, "place": f"{n}号车间", **SERVED} for n in range(30)]
    done = await office.imported(workbook(*rows))
    _, notice = await visit_and_notice(office, done)
    end = await office.log.head()

    assert (notice["state"], notice["done"]) == ("DONE", 30)
    assert (await office.imported(workbook(*rows))).verdicts == ["unchanged"] * 30
    assert await office.log.head() == end


async def test_what_was_fixed_on_the_spot_or_is_major_stands_in_no_notice(office: Office) -> None:
    day = FOUND["inspected_on"]
    spot = {**FOUND, **ON_PAPER, "deadline": day, "completed_on": day, "measures": "已接好"}
    done = await office.imported(workbook(spot, {**MAJOR, **ON_PAPER}))

    assert done.verdicts == ["added", "added"]
    assert "不列入指令书" in done.reasons[0]
    assert await types(office, "notice.") == []


REFUSED: dict[str, tuple[Cells, str]] = {
    "one certificate for two inspectors": ({**ON_PAPER, "certificates": "33011100123"}, "逐一对应"),
    "one certificate twice": (
        {**ON_PAPER, "certificates": "33011100123、33011100123"},
        "一证只属于一人（《行政处罚法》第四十二条",
    ),
    "no certificate": ({**ON_PAPER, "certificates": "有、有"}, "「执法证号」不是执法证号：有"),
    "a number without a year": ({**ON_PAPER, "notice": "应急责改12号"}, "须写明年份和序号"),
    "a number of another year": ({**ON_PAPER, "notice": "（杭滨）应急责改〔2025〕12号"}, "年份 2025 不在"),
    "service without a number": ({**SERVED, "notice": ""}, "须填写「指令书文号」"),
    "service before the visit": ({**SERVED, "served_on": date(2026, 6, 2)}, "早于「检查日期」"),
    "a deadline before service": ({**SERVED, "served_on": date(2026, 6, 18)}, "《安全生产法》第六十五条"),
    "service in the future": ({**SERVED, "served_on": date(2126, 6, 18)}, "晚于今天"),
    "a recipient without a day": ({**SERVED, "served_on": ""}, "须填写「指令书送达日期」"),
}


@pytest.mark.parametrize("more", [more for more, _ in REFUSED.values()], ids=list(REFUSED))
async def test_nonsense_on_the_papers_is_refused_with_its_rule_and_stores_nothing(
    office: Office, more: Cells
) -> None:
    sentence = next(sentence for cells, sentence in REFUSED.values() if cells is more)
    done = await office.imported(workbook({**FOUND, **more}))

    assert done.verdicts == ["refused"]
    assert sentence in done.reasons[0]
    assert (await office.log.head()).position == 0


async def test_one_number_is_on_one_paper_however_it_is_written(office: Office) -> None:
    elsewhere = {**FOUND, **ON_PAPER, "enterprise": "杭州另一五金厂", "notice": "杭滨应急责改[2026]第2号"}
    first = await office.imported(workbook({**FOUND, **ON_PAPER}))
    end = await office.log.head()
    second = await office.imported(workbook(elsewhere))

    assert (first.verdicts, second.verdicts) == (["added"], ["refused"])
    assert "不在指令书" in second.reasons[0]
    assert await office.log.head() == end


async def test_a_notice_is_served_on_one_day(office: Office) -> None:
    done = await office.imported(
        workbook({**FOUND, **SERVED}, {**OTHER, **SERVED, "served_on": date(2026, 6, 5)})
    )

    assert done.verdicts == ["added", "refused"]
    assert "与同一指令书第 2 行的 2026-06-04 不一致" in done.reasons[1]


async def test_a_visit_without_a_find_names_who_was_there(office: Office) -> None:
    await office.imported(workbook({**VISITED, "certificates": "33011100123"}))
    (body,) = [body for kind, body in await office.events() if kind == "visit.recorded"]

    assert '"certificate":"33011100123"' in body.replace(" ", "")


async def test_a_dry_run_says_what_the_papers_would_become_and_stores_nothing(office: Office) -> None:
    rehearsed = await office.imported(ONE_VISIT, dry_run=True)
    before = (await office.log.head()).position
    done = await office.imported(ONE_VISIT)

    assert before == 0
    assert rehearsed.about["notes"] == done.about["notes"]
