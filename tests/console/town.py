"""镇街 · A running system with a hazard in it, a browser, and the people who go through its pages."""

from dataclasses import dataclass
from datetime import UTC, datetime

import httpx2
from playwright.sync_api import Browser

from console.browser import DESK, Person
from contracts.values import Role
from given.pictures import drawing
from services import tokens
from services.cli.demo_story import Story
from walk.installation import Installation

PNG = drawing()
# What ECharts holds of each drawing: its name, and the figures of its lines, bars and rings.
DRAWN = """() => Object.fromEntries([...document.querySelectorAll('.chart')].map(place => [
  place.getAttribute('aria-label'),
  Object.fromEntries(getElement(Number(place.id.slice(1))).chart.getOption().series.flatMap(
    one => one.type === 'pie' ? one.data.map(slice => [slice.name, slice.value]) : [[one.name, one.data]])),
]))"""
PARK = """
insert into projections.parked
    (projection, version, log_id, subject, position, type, body, appended_at, error, parked_at)
select 'trail', 3, log_id, subject, position, type, body, appended_at, '看不懂', now()
from log.events, log.identity where stream = %s::uuid order by position desc limit 1 returning position
"""


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


def cards(period: dict) -> dict[str, object]:
    """Each figure of the overview as the API tells it."""

    def rate(code: str) -> str:
        return "—" if period[code]["rate"] is None else f"{period[code]['rate']:g}%"

    return {
        "检查单位（家）": period["N01"]["objects"],
        "检查家次": period["N01"]["visits"],
        "检查覆盖率": rate("N02"),
        "发现隐患": period["N04"]["found"],
        "其中重大隐患": period["N04"]["major"],
        "隐患整改率": rate("N05"),
        "按期整改率": rate("N06"),
        "逾期未整改": period["N07"]["overdue"],
        "当场整改率": rate("N08"),
        "当期复查合格": period["rectified"],
        "当期销号": period["closed"],
        "销号率": rate("N09"),
    }


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


def serve(town: Town) -> None:
    officer = town.signed_in("officer")
    officer.go(town.page)
    officer.open("送达文书")
    officer.choose("方式", "直接送达")
    officer.choose("签收人", "陈志强 主要负责人")
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


def operator(town: Town, size: tuple[int, int] = DESK) -> Person:
    who = {"role": Role.SCO, "person": "p-operator", "organisation": "org-safety"}
    token = tokens.issue(town.installation.key, now=datetime.now(UTC), division="330111000000", **who)
    return Person(town.browser, town.installation.known.web, token, size).sign_in()


def press(person: Person, reason: str, name: str) -> None:
    person.page.get_by_label("事由").fill(reason)
    person.page.get_by_role("button", name=name, exact=True).click()


def decisions(town: Town, projection: str) -> list[tuple[str, str]]:
    query = "select decision, reason from projections.decisions where projection = %s order by id"
    return town.installation.query(query, projection)
