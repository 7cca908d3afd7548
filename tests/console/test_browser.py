"""控制台 · Seen in a real browser: a hazard from order to closure, the figures of the API, and nothing for strangers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx2
import pytest
from playwright.sync_api import Browser

from console.browser import DESK, PHONE, Person, chromium
from given.pictures import drawing
from services import tokens
from services.cli.demo_story import Story
from services.hazard.occasion import SHANGHAI
from walk.installation import Installation, started, until

PNG = drawing()
PAGES = ("/console", "/console/hazards", "/console/enterprises", "/console/projections")


@dataclass
class Town:
    """镇街 · A running system, a browser, and a hazard that was found on a visit."""

    installation: Installation
    browser: Browser
    story: Story
    web: httpx2.Client
    hazard: str

    def person(self, who: str, size: tuple[int, int] = DESK) -> Person:
        token = self.story.of(who)["Authorization"].removeprefix("Bearer ")
        return Person(self.browser, self.installation.known.web, token, size)

    def signed_in(self, who: str, size: tuple[int, int] = DESK) -> Person:
        return self.person(who, size).sign_in()

    def get(self, path: str, who: str = "officer", **asked: object) -> dict:
        headers = self.story.of(who) | {"Min-Position": self.story.position}
        return self.web.get(f"/api/v1{path}", params=asked, headers=headers).raise_for_status().json()

    @property
    def page(self) -> str:
        return f"/console/hazards/{self.hazard}"


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

    for path in (*PAGES, town.page, f"/console/enterprises/{town.story.enterprise}"):
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


def test_the_figures_are_those_of_the_api(town: Town):
    officer = town.signed_in("officer")
    tally = town.get("/tallies")["period"]

    page = officer.go("/console")
    shown = {
        name: page.locator(f'[data-figure="{name}"] b').inner_text()
        for name in ("发现隐患", "检查家次", "逾期未整改")
    }
    charts = page.get_by_role("img").locator("canvas").count()

    assert shown == {
        "发现隐患": str(tally["N04"]["found"]),
        "检查家次": str(tally["N01"]["visits"]),
        "逾期未整改": str(tally["N07"]["overdue"]),
    }
    assert charts >= 2


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


def order(town: Town) -> None:
    officer = town.signed_in("officer")
    officer.go(town.page)
    officer.open("责令整改")
    officer.write("期限", town.story.day(10))
    officer.choose("责任人", "陈志强 主要负责人")
    officer.choose("所依据的检查", "发现该隐患的检查")
    officer.write("文书编号", "余应急责改〔2026〕12号")
    officer.done()
    officer.sign_out()


def put_right(town: Town) -> None:
    owner = town.signed_in("safety")
    owner.go(town.page)
    owner.open("提交整改")
    owner.write("措施", "外壳已做保护接地，电阻 2.1Ω")
    owner.write("完成日期", town.story.day(0))
    owner.write("整改资金（元）", "1200.50")
    owner.attach(PNG)
    owner.done()
    owner.sign_out()


def look_again(town: Town) -> None:
    officer = town.signed_in("officer")
    officer.go(town.page)
    officer.open("复查")
    officer.choose("结果", "合格")
    officer.attach(PNG)
    officer.done()
    officer.sign_out()


def test_a_hazard_goes_from_order_to_closure_in_the_browser_alone(town: Town):
    order(town)
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
