"""文书接口 · Issued, read again byte for byte, superseded, withdrawn; and the page that says so."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from contracts.values import Role
from given.answers import problem
from given.issuing import (
    OFFICE,
    advised,
    begun,
    file,
    found,
    issued,
    looked_up,
    noticed,
    order,
    record,
    recorded,
    staffed,
    step,
    text_of,
)
from services import erasing
from services.hazard.calendar import ZONE
from services.hazard.store import Log

ELSEWHERE = "330111006000"


@pytest.fixture
async def people(desk):
    return await staffed(desk)


@pytest.fixture
def officer(desk, people):
    return desk.token(Role.TWO, person=people["张三"])


@pytest.fixture
async def visit(desk, officer, people) -> str:
    return await recorded(desk, officer, await begun(desk, officer, people))


@pytest.fixture
async def visit_with_find(desk, officer, people) -> tuple[str, str]:
    visit = await begun(desk, officer, people)
    hazard = await found(desk, officer, visit)
    return await recorded(desk, officer, visit), hazard


@pytest.fixture
async def notice(desk, officer, people, visit_with_find) -> tuple[str, str]:
    visit, hazard = visit_with_find
    return await noticed(desk, officer, people, visit, [hazard]), hazard


async def test_a_record_is_issued_in_both_forms_whose_digests_the_event_holds(
    desk, officer, notice, visit_with_find
):
    paper = await issued(desk, officer, record(visit_with_find[0]))

    for form in ("pdf", "docx"):
        answer = await file(desk, paper, form, officer)

        assert answer.status_code == 200, answer.text
        assert paper[form] == f"sha256:{sha256(answer.content).hexdigest()}"
        assert answer.headers["X-Paper-Digest"] == paper[form]


async def test_the_page_says_genuine_and_current_and_nothing_of_persons_or_the_enterprise(
    desk, officer, people, visit
):
    paper = await issued(desk, officer, record(visit))
    answer = await looked_up(desk, paper, sha256=paper["pdf"].removeprefix("sha256:").upper())

    assert answer.status_code == 200
    assert "真实，现行有效" in answer.text
    assert "一致：" in answer.text
    assert paper["number"] in answer.text
    for hidden in ("张三", "王五", "蜀山精密机械", "配电"):
        assert hidden not in answer.text


async def test_no_name_stands_in_the_log(desk, officer, people, visit, log: Log):
    paper = await issued(desk, officer, record(visit))
    bodies = str([fact.envelope.model_dump(mode="json") for fact in await log.load(UUID(paper["id"]))])

    assert "张三" not in bodies
    assert "057188888888" not in bodies


async def test_a_record_tells_the_visit_as_it_went(desk, officer, visit_with_find):
    visit, _ = visit_with_find
    paper = await issued(desk, officer, record(visit))
    text = text_of((await file(desk, paper, "docx", officer)).content)

    assert paper["number"].startswith("（滨湖）应急检记〔")
    for words in (
        "张三（证号33011100123）、李四（证号33011100124）",
        "用电安全检查（检查审批 滨湖检批〔2026〕31号）",
        "共发现事故隐患 1 条",
        "【2号车间】配电箱外壳未做保护接地",
        "王五　　联系电话：057188888888",
    ):
        assert words in text


async def test_a_refused_signature_stands_on_the_record_with_its_witnesses(desk, officer, people, visit):
    refusal = {
        "reason": "对第1项结论有异议",
        "witnesses": [people["张三"], people["李四"]],
        "refused_by": people["王五"],
    }
    await step(desk, f"visits/{visit}", "refuse-signature", refusal, officer)
    paper = await issued(desk, officer, record(visit))
    text = text_of((await file(desk, paper, "docx", officer)).content)

    assert "被检查单位（王五）拒绝签字。理由：对第1项结论有异议" in text
    assert "见证人：张三、李四" in text


async def test_a_visit_that_is_not_recorded_has_no_record(desk, officer, people):
    under_way = await begun(desk, officer, people)

    problem(await desk.post("papers", record(under_way), officer), 404, "not-found")


async def test_the_same_bytes_come_again_after_names_and_records_have_changed(
    desk, officer, people, notice, visit_with_find
):
    number, hazard = notice
    paper = await issued(desk, officer, record(visit_with_find[0]))
    await desk.client.patch(f"/api/v1/people/{people['张三']}", json={"name": "张三丰"}, headers=officer)
    await desk.post(
        f"enterprises/{desk.enterprise}/change-profile", {"name": "新厂名"}, officer, If_Match='"2"'
    )
    await step(desk, f"notices/{number}", "serve", {"method": "DIRECT", "recipient": people["王五"]}, officer)
    moved = await desk.client.get(f"/api/v1/hazards/{hazard}", headers=officer)

    answer = await file(desk, paper, "pdf", officer)

    assert paper["pdf"] == f"sha256:{sha256(answer.content).hexdigest()}"
    assert {"subject": f"hazard/{hazard}", "version": moved.json()["version"]} not in paper["made_from"]


async def test_a_person_who_was_erased_is_gone_from_the_paper_and_the_page_does_not_call_it_forged(
    desk, officer, people, visit, database, tmp_path: Path
):
    paper = await issued(desk, officer, record(visit))
    async with erasing.opened(database, tmp_path) as door:
        await erasing.erase(door, people["王五"], reason="本人申请", by="operator", at=datetime.now(UTC))
    # The keys of the web process look at the list of erasures themselves.
    answer = await file(desk, paper, "docx", officer)
    page = await looked_up(desk, paper)

    assert answer.status_code == 200
    assert answer.headers["X-Paper-Persons-Erased"] == "true"
    assert "已删除" in text_of(answer.content)
    assert "王五" not in text_of(answer.content)
    assert "张三" in text_of(answer.content)
    assert "已有依法删除的" in page.text
    assert "真实，现行有效" in page.text


async def test_a_paper_issued_anew_needs_a_reason_and_the_one_before_gives_way(desk, officer, people, visit):
    first = await issued(desk, officer, record(visit))
    problem(await desk.post("papers", record(visit), officer), 409, "paper-already-there")
    second = await issued(desk, officer, record(visit, reason="检查场所漏记"))
    page = await looked_up(desk, first)
    first_now = (await desk.client.get(f"/api/v1/papers/{first['id']}", headers=officer)).json()

    assert first_now["current"] is False
    assert (first_now["superseded_by"], second["replaces"]) == (second["id"], first["id"])
    assert "已被新文书取代" in page.text
    assert second["number"] in page.text
    assert (await file(desk, first, "pdf", officer)).status_code == 200


async def test_a_paper_is_withdrawn_by_the_head_of_its_office_only(desk, officer, people, visit):
    paper = await issued(desk, officer, record(visit))
    path, body = f"papers/{paper['id']}/withdraw", {"reason": "被检查单位名称有误"}
    elsewhere = desk.token(Role.TWL, organisation="org-other")

    problem(await desk.post(path, body, officer, If_Match='"1"'), 403, "may-not-withdraw")
    problem(await desk.post(path, body, elsewhere, If_Match='"1"'), 403, "may-not-withdraw")
    done = await desk.post(path, body, desk.token(Role.TWL), If_Match='"1"')
    again = await desk.post(path, body, desk.token(Role.TWL), If_Match='"2"')
    page = await looked_up(desk, paper)

    assert done.status_code == 200, done.text
    problem(again, 409, "paper-not-standing")
    assert "已被出具机关撤销" in page.text
    assert "被检查单位名称有误" not in page.text


async def test_the_page_knows_a_code_that_nobody_was_given_for_none(desk):
    for code in ("a" * 26, "x", "A" * 26, "../etc"):
        answer = await desk.client.get(f"/p/{code}")

        assert answer.status_code == 404
    assert "查无此文书" in (await desk.client.get(f"/p/{'a' * 26}")).text


async def test_another_file_is_told_from_the_one_that_was_issued(desk, officer, people, visit):
    paper = await issued(desk, officer, record(visit))

    assert "不一致：" in (await looked_up(desk, paper, sha256="0" * 64)).text
    assert "应为 64 位十六进制数" in (await looked_up(desk, paper, sha256="<script>")).text
    assert "<script>" not in (await looked_up(desk, paper, sha256="<script>")).text


async def test_whoever_looks_too_often_is_asked_to_wait(desk):
    answers = [await desk.client.get(f"/p/{'a' * 26}") for _ in range(61)]

    assert [answer.status_code for answer in answers] == [404] * 60 + [429]


async def test_an_order_bears_the_number_of_its_notice_and_lists_what_was_ordered(desk, officer, notice):
    paper = await issued(desk, officer, order(notice[0]))
    read = await desk.client.get(f"/api/v1/notices/{notice[0]}", headers=officer)
    text = text_of((await file(desk, paper, "docx", officer)).content)

    assert paper["number"] == read.json()["number"]
    for words in ("配电箱外壳未做保护接地", "自送达之日起15日内", "60日", "6个月", "33011100124", "王五"):
        assert words in text


async def test_a_deadline_is_a_date_once_the_notice_was_served(desk, officer, people, notice):
    served = {"method": "DIRECT", "recipient": people["王五"]}
    await step(desk, f"notices/{notice[0]}", "serve", served, officer)
    paper = await issued(desk, officer, order(notice[0]))
    text = text_of((await file(desk, paper, "docx", officer)).content)
    due = datetime.now(ZONE).date() + timedelta(days=15)

    assert f"期限：{due.year}年{due.month}月{due.day}日前" in text


async def test_a_void_notice_is_printed_no_more(desk, officer, people, notice):
    paper = await issued(desk, officer, order(notice[0]))
    reason = {"reason": "当事人名称有误"}
    await step(desk, f"notices/{notice[0]}", "void", reason, officer)

    assert "真实，但所属的指令书已作废" in (await looked_up(desk, paper)).text

    again = order(notice[0]) | {"reason": "重新打印"}
    problem(await desk.post("papers", again, officer), 409, "nothing-to-print")


async def test_what_was_not_ordered_stands_in_no_order(desk, officer, people, visit_with_find):
    visit, hazard = visit_with_find
    body = {"kind": "ORDER", "of": f"visit/{visit}", "office": OFFICE}

    problem(await desk.post("papers", body | {"hazards": [hazard]}, officer), 409, "hazard-not-ordered")


async def test_an_order_without_hazards_orders_nothing(desk, officer, people, visit):
    body = {"kind": "ORDER", "of": f"visit/{visit}", "office": OFFICE}

    problem(await desk.post("papers", body, officer), 409, "nothing-to-print")


async def test_an_opinion_on_a_re_inspection_follows_it(desk, officer, people, notice):
    number, hazard = notice
    body = {"kind": "REINSPECTION", "of": f"notice/{number}", "office": OFFICE}
    problem(await desk.post("papers", body, officer), 409, "hazard-not-looked-at")
    served = {"method": "DIRECT", "recipient": people["王五"]}
    await step(desk, f"notices/{number}", "serve", served, officer)
    today = datetime.now(ZONE).date().isoformat()
    done = {"measures": "已加装接地线", "completed_on": today, "photos": [desk.photo], "cost": 10000}
    boss = desk.of_enterprise(Role.ENT_M, person=people["王五"])
    look = {"result": "pass", "photos": [desk.photo], "remark": "接地电阻实测2.1Ω"}
    for command, told, who in (("submit-rectification", done, boss), ("reinspect", look, officer)):
        answer = await desk.send(hazard, command, told, who)
        assert answer.status_code == 200, answer.text
    paper = await issued(desk, officer, body)
    text = text_of((await file(desk, paper, "docx", officer)).content)

    assert paper["number"].startswith("（滨湖）应急复查〔")
    for words in ("（滨湖）应急责改〔", "已加装接地线", "接地电阻实测2.1Ω", "均已整改到位"):
        assert words in text


async def test_a_list_of_an_enterprise_holds_no_hazard_of_another(desk, officer, people, notice):
    mine = notice[1]
    other = (await desk.post("enterprises", {"name": "乙厂", "division": "330111005000"}, officer)).json()[
        "id"
    ]
    theirs = await desk.capture(officer, object=other)
    await desk.send(theirs, "submit", {}, officer)
    body = {"kind": "LIST", "of": f"enterprise/{desk.enterprise}", "office": OFFICE}

    problem(await desk.post("papers", body | {"hazards": [mine, theirs]}, officer), 409, "hazard-of-another")
    paper = await issued(desk, officer, body | {"hazards": [mine]})
    text = text_of((await file(desk, paper, "docx", officer)).content)

    assert "整改中" in text
    assert "外壳做保护接地" in text


@pytest.mark.parametrize(
    ("role", "kind", "of"),
    [
        (Role.GRID, "ORDER", "visit"),
        (Role.EXP, "ORDER", "visit"),
        (Role.TWN, "ORDER", "visit"),
        (Role.SCO, "RECORD", "visit"),
        (Role.ENT_M, "LIST", "enterprise"),
    ],
)
async def test_who_may_not_issue_a_paper_is_told_so_and_nothing_is_stored(
    desk, officer, people, visit, log: Log, role, kind, of
):
    head = await log.head()
    subject = f"visit/{visit}" if of == "visit" else f"enterprise/{desk.enterprise}"
    who = desk.of_enterprise(role) if role is Role.ENT_M else desk.token(role)
    answer = await desk.post("papers", {"kind": kind, "of": subject, "office": OFFICE}, who)

    problem(answer, 403, "may-not-issue")
    assert (await log.head()).position == head.position


async def test_a_list_is_of_an_enterprise_and_of_nothing_else(desk, officer, people, visit):
    body = {"kind": "LIST", "of": f"visit/{visit}", "office": OFFICE}

    problem(await desk.post("papers", body, officer), 409, "paper-of-another-kind")


async def test_nobody_reads_or_issues_papers_elsewhere(desk, officer, people, visit):
    paper = await issued(desk, officer, record(visit))
    stranger = desk.token(Role.TWO, division=ELSEWHERE)

    problem(await file(desk, paper, "pdf", stranger), 404, "not-found")
    problem(await desk.post("papers", record(visit), stranger), 403, "out-of-scope")


async def test_an_official_paper_prints_no_id_for_a_name(desk, people):
    nobody = desk.token(Role.TWO, person="p-nobody")
    unnamed = await advised(desk, nobody, people)

    problem(await desk.post("papers", record(unnamed), nobody), 409, "name-not-on-file")


async def test_an_advice_says_that_it_orders_nothing(desk, officer, people):
    paper = await issued(desk, officer, record(await advised(desk, officer, people)))
    text = text_of((await file(desk, paper, "docx", officer)).content)

    assert "不作为责令整改的依据" in text
    assert "出示执法证件" not in text


async def test_a_withdrawn_paper_s_number_is_void_and_given_to_no_other(desk, officer, people, visit):
    first = await issued(desk, officer, record(visit))
    await step(desk, f"papers/{first['id']}", "withdraw", {"reason": "单位名称有误"}, desk.token(Role.TWL))
    second = await issued(desk, officer, record(visit))

    assert (numeral(first), numeral(second)) == (1, 2)


def numeral(paper: dict) -> int:
    return int(paper["number"].partition("〕")[2].removesuffix("号"))


async def test_a_request_sent_again_issues_nothing_more(desk, officer, people, visit):
    key = str(uuid4())
    first, again = [await desk.post("papers", record(visit), officer, Idempotency_Key=key) for _ in range(2)]

    assert first.json() == again.json()
    assert first.status_code == again.status_code == 201
