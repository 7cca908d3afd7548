"""操作读模型 · One read model on a page of its own: progress, rebuild, what differs before the switch, what is set aside.

Each button is a command of the API, under the caller's powers, with a reason that is kept. Whoever may not is told so.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import Request
from nicegui import ui

from services.console import words
from services.console.calling import Api, Json, Problem, SignedOut, new_key
from services.console.elements import card, cell, chip, fact, link, note, part, say, table, text
from services.console.frame import READ_MODELS, Desk, again_and_again, page
from services.console.gate import LOGIN

REFRESHED = 1.0  # seconds
SHORTEST = 2  # characters of a reason
FORBIDDEN = 403
STATES = {
    "building": ("重建中", "warn"),
    "ready": ("已追上，待切换", "good"),
    "switching": ("切换中", "warn"),
    "failed": ("已停止", "bad"),
}
SIDES = (("shown_live", "只在现用"), ("shown_built", "只在新建"))


@dataclass(frozen=True, slots=True)
class Act:
    """操作 · One thing that an operator may do: its place in the path, its words, when it is offered."""

    name: str
    title: str
    done: str
    offered: Callable[[Json], bool]
    plain: bool = True


def _state(model: Json) -> str | None:
    rebuild = model["rebuild"]
    return str(rebuild["state"]) if rebuild else None


ACTS = (
    Act("switch", "切换到新建的", "即将切换", lambda model: _state(model) == "ready", plain=False),
    Act("rebuild", "重建", "重建已开始", lambda model: _state(model) in (None, "failed"), plain=False),
    Act("cancel", "取消重建", "已取消重建", lambda model: _state(model) is not None),
    Act("pause", "暂停", "已暂停", lambda model: model["paused"] is None),
    Act("resume", "恢复", "已恢复", lambda model: model["paused"] is not None, plain=False),
)


def add(desk: Desk) -> None:
    """页面 · /console/projections/{name}."""
    page(desk, "/projections/{name}", READ_MODELS, "读模型", build)


async def build(api: Api, request: Request) -> None:
    """读模型 · One of them, live. Raises Problem, SignedOut."""
    await ModelPage(api, request.path_params["name"]).show()


class ModelPage:
    """读模型页面 · One read model on one open page."""

    def __init__(self, api: Api, name: str) -> None:
        """装配 · By its name in the API."""
        self._api, self._name = api, name
        self._model: Json = {}
        self._aside: list[Json] | None = None
        self._said = ""
        self._refused: Problem | None = None
        self._reason = ""
        self._at_once = False

    async def show(self) -> None:
        """显示 · Progress above, then what may be done, what differs, what is set aside."""
        await self._read()
        with part("div", "head"):
            text("h1", words.read_model(self._name))
            part("span", "grow")
            link("返回读模型", READ_MODELS)
        self._progress()
        self._acts()
        self._difference()
        self._parked()
        again_and_again(REFRESHED, self._look)

    async def _read(self) -> None:
        listed = (await self._api.get("/projections"))["projections"]
        found = [each for each in listed if each["name"] == self._name]
        if not found:
            raise Problem(404, {"title": "没有这个读模型", "detail": "请从读模型列表进入"})
        self._model = found[0]
        try:
            told = await self._api.get(f"/projections/{self._name}/parked", {"limit": 200})
            self._aside = told["items"]
        except Problem as problem:
            if problem.status != FORBIDDEN:
                raise
            self._aside = None

    async def _look(self) -> None:
        before = self._key()
        await self._read()
        self._progress.refresh()
        if self._key() != before:
            self._changed()

    def _changed(self) -> None:
        self._acts.refresh()
        self._difference.refresh()
        self._parked.refresh()

    def _key(self) -> tuple[Any, ...]:  # of whatever decides what is offered
        """What has to be drawn anew when it is another; a reason that is being written stays."""
        aside = [(each["id"], each["decision"], each["error"]) for each in self._aside or ()]
        difference = (self._model["rebuild"] or {}).get("difference")
        return _state(self._model), bool(self._model["paused"]), bool(difference), aside, self._aside is None

    @ui.refreshable_method
    def _progress(self) -> None:
        model = self._model
        with card("进度"):
            with part("dl", "facts"):
                fact("版本", f"第 {model['version']} 版")
                fact("已读到", f"{model['position']:,}")
                fact("日志末尾", None if model["head"] is None else f"{model['head']:,}")
                fact("落后", _behind(model))
                fact("速度", None if model["rate"] is None else f"{model['rate']:,.1f} 条/秒")
                fact("最近一批", _seconds(model["batch_seconds"]))
                fact("搁置", f"{model['parked']} 个事件")
                fact("最近错误", model["last_error"])
            if model["paused"]:
                held = model["paused"]
                note(
                    f"已暂停：{held['reason']}（{_clock(held['asked_at'])}），所示数据停在已读到的位置。",
                    "news",
                )
            if model["rebuild"]:
                _rebuild(model["rebuild"])

    @ui.refreshable_method
    def _acts(self) -> None:
        with card("办理"):
            if self._said:
                note(self._said)
            if self._refused is not None:
                say(self._refused)
            self._said, self._refused = "", None
            if self._aside is None:
                text("p", "读模型的运维由区县安委办的人员办理。", "none")
                return
            with part("div", "form"):
                self._why()
                with part("div", "presses"):
                    for act in ACTS:
                        if act.offered(self._model):
                            self._button(act.title, act.name, act.done, plain=act.plain)

    def _why(self) -> None:
        with part("div", "field"):
            with part("div", "label"):
                text("span", "事由")
                text("span", "　必填", "must small")
            reason = ui.input(value=self._reason).props('outlined dense maxlength=200 aria-label="事由"')
            reason.on_value_change(lambda event: setattr(self, "_reason", event.value or ""))
        if _state(self._model) in (None, "failed"):
            at_once = ui.checkbox("重建追上后自动切换", value=self._at_once)
            at_once.on_value_change(lambda event: setattr(self, "_at_once", bool(event.value)))

    def _button(self, title: str, path: str, done: str, *, plain: bool, label: str = "") -> None:
        button = text("button", title, "press plain" if plain else "press", type="button")
        if label:
            button.props["aria-label"] = label
        key = new_key()

        async def press() -> None:
            await self._send(path, done, key)

        button.on("click", press)

    async def _send(self, path: str, done: str, key: str) -> None:
        reason = self._reason.strip()
        if len(reason) < SHORTEST:
            self._refused = Problem(422, {"title": "请填写事由", "detail": "何人、何时、何故，均留存备查"})
            self._acts.refresh()
            return
        body: Json = {"reason": reason} | ({"at_once": self._at_once} if path == "rebuild" else {})
        try:
            await self._api.command(f"/projections/{self._name}/{path}", body, None, key)
            self._said, self._reason = done, ""
        except Problem as problem:
            self._refused = problem
        except SignedOut:
            ui.navigate.to(LOGIN)
            return
        await self._read()
        self._progress.refresh()
        self._changed()

    @ui.refreshable_method
    def _difference(self) -> None:
        found = (self._model["rebuild"] or {}).get("difference")
        if not found:
            return
        with card("切换前的差异"):
            where = f"现用读到 {found['live_position']:,}，新建读到 {found['built_position']:,}"
            text("p", where + ("" if found["same_position"] else "；位置不同，差异仅供参考"), "soft small")
            if not any(one["only_live"] or one["only_built"] for one in found["tables"]):
                note("两边逐行相同。")
            _tables(found["tables"])

    @ui.refreshable_method
    def _parked(self) -> None:
        if self._aside is None:
            return
        with card("搁置的事件"):
            if not self._aside:
                text("p", "没有搁置的事件。", "none")
            first = {one["subject"]: one["id"] for one in reversed(self._aside)}
            for one in self._aside:
                with part("div", "aside", data_parked=str(one["id"])):
                    self._one_aside(one, first=first[one["subject"]] == one["id"])

    def _one_aside(self, one: Json, *, first: bool) -> None:
        with part("div", "head"):
            text("b", f"第 {one['position']:,} 号事件")
            text("span", words.event(one["type"]))
            if one["decision"]:
                chip("将重试" if one["decision"] == "retry" else "将跳过", "warn")
        text(
            "p",
            one["error"] or "排在同一对象的前一事件之后，随前一事件一并办理。",
            "bad" if one["error"] else "soft",
        )
        text("p", f"{_clock(one['parked_at'])} 搁置", "soft small")
        with part("details"):
            text("summary", "事件原文")
            text("pre", json.dumps(one["payload"], ensure_ascii=False, indent=2), "raw", tabindex="0")
        if first:
            with part("div", "presses"):
                about = f"第 {one['position']} 号事件"
                path = f"parked/{one['id']}"
                self._button("重试", f"{path}/retry", "将重试", plain=False, label=f"重试{about}")
                self._button("跳过", f"{path}/skip", "将跳过", plain=True, label=f"跳过{about}")


def _rebuild(rebuild: Json) -> None:
    with part("div", "rebuild"):
        with part("div", "head"):
            text("h3", f"重建第 {rebuild['version']} 版")
            chip(*STATES[rebuild["state"]])
            text("span", told(rebuild), "soft small")
        share = f"{rebuild['ratio'] * 100:.1f}"
        part("progress", "share", max="100", value=share, aria_label=f"重建进度 {share}%")
        if rebuild["last_error"]:
            text("p", rebuild["last_error"], "bad")
        text("p", f"事由：{rebuild['reason']}（{_clock(rebuild['asked_at'])}）", "soft small")


def told(rebuild: Json) -> str:
    """重建进度 · How much is in, how fast, how long it will take."""
    said = [f"{rebuild['ratio'] * 100:.1f}%，读到 {rebuild['position']:,}"]
    if rebuild["rate"] is not None:
        said.append(f"{rebuild['rate']:,.0f} 条/秒")
    if rebuild["state"] == "building" and rebuild["seconds_left"] is not None:
        said.append(f"约剩 {left(rebuild['seconds_left'])}")
    return "，".join(said)


def left(seconds: float) -> str:
    """剩余时间 · In the unit that says most."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} 小时 {minutes} 分"
    return f"{minutes} 分 {rest} 秒" if minutes else f"{rest} 秒"


def _tables(tables: list[Json]) -> None:
    columns = ("表", "现用行数", "新建行数", "只在现用", "只在新建")
    with table(*columns, numbers=frozenset(columns[1:])):
        for one in tables:
            with part("tr"):
                cell("表", words.table(one["table"]))
                for label, name in zip(
                    columns[1:], ("live_rows", "built_rows", "only_live", "only_built"), strict=True
                ):
                    cell(label, f"{one[name]:,}", "num")
    for one in tables:
        for name, side in SIDES:
            if one[name]:
                with part("details"):
                    text("summary", f"{words.table(one['table'])}：{side}的行（前 {len(one[name])} 行）")
                    for row in one[name]:
                        text("pre", json.dumps(row, ensure_ascii=False), "raw", tabindex="0")


def _behind(model: Json) -> str | None:
    if model["lag_events"] is None:
        return None
    return f"{model['lag_events']:,} 条，{model['lag_seconds'] or 0:.1f} 秒"


def _seconds(seconds: float | None) -> str | None:
    return None if seconds is None else f"{seconds * 1000:,.1f} 毫秒"


def _clock(instant: str) -> str:
    return f"{datetime.fromisoformat(instant):%Y-%m-%d %H:%M:%S}"
