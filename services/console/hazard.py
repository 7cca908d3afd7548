"""隐患 · One hazard: its facts, its trail, and what may be done with it now, as forms."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import Request
from nicegui import ui

from contracts.codes import category_name
from contracts.values import Level, Track
from services.console.calling import Api, Json
from services.console.elements import card, chip, fact, link, note, part, text
from services.console.frame import ENTERPRISES, LEDGER, Desk, again_and_again, page
from services.console.ledger import status
from services.console.next_steps import NextSteps
from services.console.suggesting import suggestions
from services.console.uploading import PHOTOS

REFRESHED = 4.0  # seconds
ROUTE = "/api/v1/hazards/{hazard_id}"  # as the document writes it
TRANSFERS = {"NONE": None, "OFFERED": "移送中", "ACCEPTED": "已接收", "RETURNED": "已退回"}


@dataclass(slots=True)
class Shown:
    """所示 · A hazard as the page has it: state, trail, next steps, and the file of its enterprise."""

    now: Json
    trail: Json | None
    next: Json
    file: Json | None

    @property
    def version(self) -> int:
        """版本 · What a command is sent on."""
        return int(self.now["version"])


def add(desk: Desk) -> None:
    """页面 · /console/hazards/{id}."""
    page(desk, "/hazards/{hazard}", LEDGER, "隐患", build)


async def build(api: Api, request: Request) -> None:
    """隐患 · As it is now; somebody else's step is shown when it comes, unless a form is being filled in."""
    key = request.path_params["hazard"]
    await HazardPage(api, key, await read(api, key), await api.document()).show()


class HazardPage:
    """隐患页面 · One hazard on one open page."""

    def __init__(self, api: Api, key: str, shown: Shown, document: Json) -> None:
        """装配 · With what was read for its first look."""
        self._api, self._key, self._shown = api, key, shown
        self._steps = NextSteps(api, f"/hazards/{key}", ROUTE, document, self._changed)

    async def show(self) -> None:
        """显示 · Facts above, next steps and trail side by side."""
        with part("div", "stack"):
            self._facts()
            with part("div", "columns"):
                with part("div", "stack"):
                    self._steps.show(self._shown.next, self._shown.version, self._known)
                self._trail()
        again_and_again(REFRESHED, self._look)

    @ui.refreshable_method
    def _facts(self) -> None:
        _head(self._shown)
        _facts(self._shown)

    @ui.refreshable_method
    def _trail(self) -> None:
        with card("履历"):
            _trail(self._shown.trail)

    @property
    def _known(self) -> dict[str, dict[str, str]]:
        return suggestions(self._shown.trail, self._shown.file, self._api.session.caller.person)

    async def _changed(self) -> None:
        self._shown = await read(self._api, self._key)
        self._facts.refresh()
        self._trail.refresh()
        self._steps.renew(self._shown.next, self._shown.version, self._known)

    async def _look(self) -> None:
        now = await self._api.get(f"/hazards/{self._key}")
        if now["version"] == self._shown.version:
            return
        if self._steps.busy:
            self._steps.tell_of_news()
        else:
            await self._changed()


async def read(api: Api, key: str) -> Shown:
    """读取 · Everything that the page shows. Raises Problem, SignedOut."""
    now = await api.get(f"/hazards/{key}")
    of = now.get("enterprise")  # of its file the head alone is shown
    file = await api.found(f"/enterprises/{of}/file", {"limit": 1}) if of else None
    return Shown(
        now=now,
        trail=await api.found(f"/hazards/{key}/trail"),
        next=await api.get(f"/hazards/{key}/next"),
        file=file,
    )


def _head(shown: Shown) -> None:
    with part("div", "head"):
        text("h1", shown.now.get("number") or "尚无编号的隐患")
        status(shown.now)
        if shown.now["level"] == Level.MAJOR:
            chip("重大", "bad")
        part("span", "grow")
        link("台账行的来由", f"{LEDGER}/{shown.now['id']}/why")
        link("返回台账", LEDGER)


def _facts(shown: Shown) -> None:
    now = shown.now
    with card("基本情况"), part("dl", "facts"):
        with part("div"):
            text("dt", "企业")
            with part("dd"):
                _enterprise(shown)
        fact("隐患部位", now.get("place"))
        fact("类别", now.get("category") and category_name(now["category"]))
        fact("等级", Level(now["level"]).zh)
        fact("发现日期", now.get("found_on"))
        fact("整改期限", now.get("deadline") and f"{now['deadline']} 二十四时止")
        fact("责任人", _name(shown, now.get("responsible")))
        fact("整改轮次", f"第 {now['round']} 轮" if now["round"] else None)
        fact("闭环方式", Track(now["track"]).zh)
        if TRANSFERS.get(now["transfer"]):
            fact("移送", TRANSFERS[now["transfer"]])
        fact("隐患描述", now.get("description"), wide=True)


def _enterprise(shown: Shown) -> None:
    key = shown.now.get("enterprise")
    if key is None:
        text("span", "尚未建档")
    elif shown.file is None:
        text("span", "不在您的管辖范围内")
    else:
        link(shown.file["profile"]["name"], f"{ENTERPRISES}/{key}")


def _name(shown: Shown, person: str | None) -> str | None:
    """The name of a person as the answers give it, else the id."""
    known = [one["person"] for one in (shown.file or {}).get("persons", ())]
    known += [step["actor"] for step in (shown.trail or {}).get("steps", ()) if step["actor"]]
    return next((one["name"] for one in known if one["id"] == person and one.get("name")), person)


def _trail(trail: Json | None) -> None:
    if trail is None:
        note("履历尚在整理，稍后自动显示。", "news")
        return
    with part("ol", "trail"):
        for step in reversed(trail["steps"]):
            with part("li"):
                text("p", step["text"])
                text("p", _recorded(step), "soft small")
                _photos(step["data"])


def _recorded(step: Json) -> str:
    """When the system got it, and how it came in."""
    received = datetime.fromisoformat(step["recorded_at"])
    said = [f"第 {step['version']} 步", f"{received:%Y-%m-%d %H:%M:%S} 收到", step["entry_name"]]
    if step["certificate"]:
        said.append(f"执法证号 {step['certificate']}")
    return "　".join(said)


def _photos(data: Json) -> None:
    digests = [digest for name in ("photos", "before", "after") for digest in data.get(name) or ()]
    if not digests:
        return
    with part("div", "photos"):
        for place, digest in enumerate(digests, start=1):
            with part("a", href=f"{PHOTOS}/{digest}", target="_blank", rel="noopener"):
                part("img", src=f"{PHOTOS}/{digest}", alt=f"照片 {place}", loading="lazy")
