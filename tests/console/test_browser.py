"""控制台 · Seen in a real browser: a hazard from order to closure, the figures of the API, and nothing for strangers."""

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx2
import pytest

from console.browser import DESK, PHONE, Person, chromium
from console.town import (
    DRAWN,
    PARK,
    PNG,
    Town,
    cards,
    decisions,
    look_again,
    operator,
    order,
    press,
    put_right,
    serve,
)
from services import tokens
from services.cli.demo_story import Story
from services.hazard.occasion import SHANGHAI
from walk.installation import started, until

PAGES = (
    *("/console", "/console/work", "/console/overdue", "/console/hazards", "/console/enterprises"),
    *("/console/projections", "/console/projections/ledger", "/console/figures/found"),
)


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    """一次启动 · For all tests of this file."""
    with (
        chromium() as browser,
        started(console=True) as installation,
        httpx2.Client(base_url=installation.known.web, timeout=60) as web,
    ):

        def token(**who: object) -> dict[str, str]:
            issued = tokens.issue(installation.key, now=datetime.now(UTC), **who)
            return {"Authorization": f"Bearer {issued}"}

        story = Story(web, token, datetime.now(SHANGHAI).date(), lambda _: None)
        story.prepare()
        for post, person in (("MAIN", "main"), ("SAFETY", "safety")):
            file = f"enterprises/{story.enterprise}"
            now = web.get(f"/api/v1/{file}", headers=story.of("officer"))
            named = {"post": post, "person": story.ids[person]}
            story.post(f"{file}/name-responsible-person", named, story.of("officer"), now.headers["ETag"])
        visit = story.inspect()
        hazard = story.begin("2号车间配电间", "B04", "配电箱外壳未做保护接地", visit)
        story.visit_step(visit, "record", {}, "officer")
        yield Town(installation, browser, story, web, hazard)


def test_who_has_not_signed_in_sees_the_login_and_writes_nothing(town: Town):
    stranger = town.person("officer")

    stranger.go(town.page)
    answer = town.web.post("/console/photos", files={"file": ("a.png", PNG)})

    assert stranger.page.get_by_label("身份凭证").is_visible()
    assert "token" not in stranger.page.url
    assert answer.status_code == 401


def test_a_token_that_is_not_believed_is_refused_in_chinese(town: Town):
    stranger = Person(town.browser, town.installation.known.web, "not-a-token")

    stranger.go("/console/login")
    stranger.page.get_by_label("身份凭证").fill(stranger.token)
    stranger.page.get_by_role("button", name="登录").click()

    stranger.page.get_by_text("身份凭证无法核验").wait_for()
    assert stranger.page.get_by_label("身份凭证").input_value() == ""


def test_who_signed_out_is_out_with_every_copy_of_the_cookie(town: Town):
    officer = town.signed_in("officer")
    (cookie,) = officer.page.context.cookies()

    officer.sign_out()
    answer = town.web.get("/console/hazards", headers={"Cookie": f"{cookie['name']}={cookie['value']}"})

    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Lax", "/console")
    assert answer.status_code == 303


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_every_page_is_clean_and_chinese(town: Town, size: tuple[int, int]):
    officer = town.signed_in("officer", size)

    for path in (*PAGES, town.page, f"{town.page}/why", f"/console/enterprises/{town.story.enterprise}"):
        officer.go(path)
        officer.is_clean()


def test_a_file_is_taken_home_and_printed(town: Town):
    officer = town.signed_in("officer")
    page = officer.go(f"/console/enterprises/{town.story.enterprise}")

    with page.expect_download() as taken:
        page.get_by_role("link", name="下载工作簿").click()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="打印页").click()
    opened.value.get_by_role("heading", name="一企一档").wait_for()

    assert taken.value.suggested_filename.startswith("一企一档-")
    assert opened.value.get_by_text("HZ-").first.is_visible()


def test_every_figure_and_every_drawing_is_the_api_s(town: Town):
    officer = town.signed_in("officer")
    tally = town.get("/tallies")
    month = {"from": tally["to"][:8] + "01", "to": tally["to"]}
    now = town.get("/tallies", **month)["period"]
    by = {what: town.get("/tallies", by=what)["groups"] for what in ("division", "category")}
    firms = town.get("/enterprises", limit=200)["items"]

    page = officer.go("/console")
    page.locator("canvas").nth(3).wait_for()
    shown = {
        each.get_attribute("data-figure"): each.locator("b").inner_text()
        for each in page.locator("[data-figure]").all()
    }
    drawn = page.evaluate(DRAWN)

    assert {name: str(value) for name, value in cards(tally["period"]).items()} == shown
    trend = drawn["近十二个月走势"]
    last = {"发现": now["N04"]["found"], "复查合格": now["rectified"], "销号": now["closed"]}
    assert last == {name: values[-1] for name, values in trend.items()}
    assert {12} == {len(values) for values in trend.values()}
    for name, what in (("下级区划", "division"), ("隐患类别", "category")):
        told = sorted(each["figures"]["N04"]["found"] for each in by[what])
        assert told == sorted(drawn[name]["发现"])
    late = sum(bool(each["overdue"]) for each in firms)
    left = sum(bool(each["open"]) and not each["overdue"] for each in firms)
    assert {"有逾期": late, "有未整改": left, "无未整改": len(firms) - late - left} == drawn["企业亮灯"]


def test_a_figure_leads_to_the_events_behind_it(town: Town):
    officer = town.signed_in("officer")
    page = officer.go("/console")
    page.get_by_role("link", name="发现隐患的来由").click()
    page.get_by_role("heading", name="发现隐患：数字的来由").wait_for()
    found = town.get("/tallies/why", figure="found")

    amounts = [int(each.inner_text()) for each in page.locator("tbody tr td:last-child").all()]
    assert [each["amount"] for each in found["items"]] == amounts
    assert found["total"] == sum(amounts) == town.get("/tallies")["period"]["N04"]["found"]


def test_a_row_says_which_events_made_it(town: Town):
    officer = town.signed_in("officer")
    page = officer.go(town.page)
    page.get_by_role("link", name="台账行的来由").click()

    page.get_by_text("与台账该行逐栏相同").wait_for()
    reasons = town.get(f"/hazards/{town.hazard}/why")["reasons"]
    assert len(reasons) == page.locator(".trail li").count()


def test_the_ledger_is_sorted_as_one_chooses(town: Town):
    town.story.begin("6号车间", "B04", "插座烧焦")
    officer = town.signed_in("officer")
    page = officer.go("/console/hazards")
    page.get_by_label("排序").select_option("早发现的在前")
    page.get_by_role("button", name="查询").click()
    page.wait_for_url("**sort=found_at**")
    page.locator("tbody tr").first.wait_for()
    ids = [each.get_attribute("href").rpartition("/")[2] for each in page.locator("tbody tr a").all()]

    assert [each["id"] for each in town.get("/hazards", sort="found_at")["items"]] == ids
    assert page.get_by_label("排序").input_value() == "found_at"


def test_the_ledger_finds_by_words_and_leads_to_the_hazard(town: Town):
    officer = town.signed_in("officer")
    page = officer.go("/console/hazards")

    page.get_by_label("文字").fill("保护接地")
    page.get_by_label("文字").press("Enter")
    page.get_by_role("link", name="HZ-").first.click()

    page.get_by_role("heading", name="现在可以办理").wait_for()
    assert town.hazard in page.url


def test_a_command_that_is_closed_says_why_and_to_whom_it_is_open(town: Town):
    clerk = town.signed_in("clerk")
    page = clerk.go(town.page)

    page.get_by_text("现在不能办理的事项").click()
    closed = page.locator(".closed li").filter(has_text="责令整改").first

    assert "可以办理的是：" in closed.inner_text()
    assert "镇街执法人员" in closed.inner_text()


def test_a_refusal_stands_beside_the_form_with_its_rule(town: Town):
    officer = town.signed_in("officer")
    officer.go(town.page)

    officer.open("责令整改")
    officer.write("期限", "2020-01-01")
    officer.choose("责任人", "陈志强 主要负责人")
    officer.choose("所依据的检查", "发现该隐患的检查")
    officer.write("文书编号", "余应急责改〔2026〕12号")
    officer.confirm()

    said = officer.form.get_by_role("alert").inner_text()
    assert "日期不合规" in said
    assert officer.form.get_by_label("文书编号", exact=True).input_value() == "余应急责改〔2026〕12号"


def test_a_hazard_goes_from_order_to_closure_in_the_browser_alone(town: Town):
    order(town)
    serve(town)
    put_right(town)
    look_again(town)
    clerk = town.signed_in("clerk", PHONE)
    clerk.go(town.page)
    clerk.open("销号")
    clerk.write("备注", "复查合格，予以销号")
    clerk.done()

    clerk.page.locator(".head .chip", has_text="已销号").wait_for()
    clerk.page.locator(".trail li", has_text="予以销号").first.wait_for()
    trail = town.get(f"/hazards/{town.hazard}/trail")["steps"]
    cost = next(step["data"]["cost"] for step in trail if "cost" in step["data"])
    assert town.get(f"/hazards/{town.hazard}")["status"] == "CLOSED"
    assert cost == 120_050
    clerk.is_clean()


def test_somebody_else_s_step_shows_by_itself(town: Town):
    hazard = town.story.begin("3号车间", "B04", "电缆破损")
    officer = town.signed_in("officer")
    page = officer.go(f"/console/hazards/{hazard}")

    town.story.step(hazard, "urge-rectification", {"channel": "PHONE", "content": "请尽快处理"}, "clerk")

    page.locator(".trail li", has_text="督促").first.wait_for()


def test_the_keyboard_alone_opens_a_form(town: Town):
    hazard = town.story.begin("4号车间", "B04", "开关松动")
    officer = town.signed_in("officer")
    page = officer.go(f"/console/hazards/{hazard}")

    page.locator(".step .q-item").first.focus()
    page.keyboard.press("Enter")

    page.get_by_role("button", name="确认").first.wait_for()


def test_the_read_models_move_while_one_looks(town: Town):
    officer = town.signed_in("officer")
    page = officer.go("/console/projections")
    row = page.locator('[data-name="ledger"]')
    before = town.get("/log/head")["position"]

    town.story.begin("5号车间", "B04", "配电箱门损坏")

    until(lambda: int(row.locator("td").nth(2).inner_text().replace(",", "")) > before, "it moves")
    assert row.locator(".chip").inner_text() == "正常"


def test_a_read_model_is_built_anew_compared_and_switched_in_the_browser(town: Town):
    person = operator(town)
    page = person.go("/console/projections/ledger")
    press(person, "", "重建")
    page.get_by_text("请填写事由").wait_for()

    press(person, "核对台账", "重建")
    page.get_by_text("重建已开始").wait_for()
    page.get_by_text("已追上，待切换").wait_for()
    page.get_by_text("两边逐行相同。").wait_for()
    person.is_clean()
    press(person, "逐行相同", "切换到新建的")
    page.get_by_text("即将切换").wait_for()
    page.locator(".rebuild").wait_for(state="detached")
    press(person, "检修", "暂停")
    page.get_by_text("已暂停：检修").wait_for()
    press(person, "检修完毕", "恢复")
    page.get_by_text("已暂停：检修").wait_for(state="detached")

    kept = [("rebuild", "核对台账"), ("switch", "逐行相同"), ("switched", "核对台账")]
    assert [*kept, ("pause", "检修"), ("resume", "检修完毕")] == decisions(town, "ledger")


def test_an_event_set_aside_is_seen_tried_again_and_skipped_in_the_browser(town: Town):
    person = operator(town, PHONE)
    for button, done in (("重试", "retry"), ("跳过", "skip")):
        ((position,),) = town.installation.query(PARK, town.hazard)
        page = person.go("/console/projections/trail")
        page.get_by_text("看不懂").wait_for()
        page.get_by_text("事件原文").click()
        assert f"hazard/{town.hazard}" in page.locator("pre.raw").inner_text()
        press(person, "已改正", f"{button}第 {position} 号事件")
        page.get_by_text("没有搁置的事件。").wait_for()
        assert (done, "已改正") == decisions(town, "trail")[-1]

    town.installation.query("delete from projections.parked returning id")


def test_who_may_not_operate_is_told_who_may(town: Town):
    page = town.signed_in("officer").go("/console/projections/ledger")

    page.get_by_text("读模型的运维由区县安委办的人员办理。").wait_for()
    assert page.get_by_role("button", name="重建").count() == 0
