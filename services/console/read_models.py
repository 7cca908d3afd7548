"""读模型 · How far each read model is behind the end of the log, live; each leads to what an operator may do with it."""

from datetime import datetime

from fastapi import Request
from nicegui import ui

from services.console import operating, words
from services.console.calling import Api, Json
from services.console.elements import cell, cell_of, chip, link, note, part, table, text
from services.console.frame import READ_MODELS, Desk, again_and_again, page
from services.console.pace import Pace

REFRESHED = 2.0  # seconds
LATE = 5.0  # seconds of lag that a person should look at
SILENT = 30.0  # seconds without a word from the runner
COLUMNS = (
    "读模型",
    "状态",
    "已读到",
    "日志末尾",
    "落后（条）",
    "落后（秒）",
    "速度（条/秒）",
    "搁置",
    "重建",
    "最近报到",
    "最近错误",
)
NUMBERS = frozenset({"已读到", "日志末尾", "落后（条）", "落后（秒）", "速度（条/秒）", "搁置"})
STATES = {
    "absent": ("尚未开始", "warn"),
    "building": ("建立中", "warn"),
    "paused": ("已暂停", "warn"),
    "stopped": ("已停下", "bad"),
}


def add(desk: Desk) -> None:
    """页面 · /console/projections."""
    page(desk, "/projections", READ_MODELS, "读模型", build)


async def build(api: Api, request: Request) -> None:
    """读模型 · All of them, looked at again every two seconds."""
    with part("div", "head"):
        text("h1", "读模型进度")
    listed = (await api.get("/projections"))["projections"]
    pace = Pace()
    pace.saw(listed)

    @ui.refreshable
    def shown() -> None:
        _worst(listed)
        with part("section", "card", aria_label="读模型"), table(*COLUMNS, numbers=NUMBERS):
            for each in listed:
                with part("tr", data_name=each["name"]):
                    _row(each, pace)

    shown()
    text("p", "点开一个读模型，可重建、切换、暂停，并办理搁置的事件。", "soft small")

    async def again() -> None:
        nonlocal listed
        listed = (await api.get("/projections"))["projections"]
        pace.saw(listed)
        shown.refresh()

    again_and_again(REFRESHED, again)


def _worst(listed: list[Json]) -> None:
    late = [each for each in listed if state_of(each)[1] != "good"]
    if not late:
        note("全部读模型已跟上日志末尾。")
    else:
        names = "、".join(words.read_model(each["name"]) for each in late)
        note(f"{len(late)} 个读模型需要留意：{names}。", "news")


def state_of(each: Json) -> tuple[str, str]:
    """状态 · In a word and its colour: what the API says, else what its figures mean."""
    if each["state"] in STATES:
        return STATES[each["state"]]
    if _silence(each) > SILENT:
        return "无人读取", "bad"
    if (each["lag_seconds"] or 0) > LATE:
        return "落后", "warn" if each["healthy"] else "bad"
    return ("有搁置", "warn") if each["parked"] else ("正常", "good")


def _silence(each: Json) -> float:
    """Seconds since the runner was heard of."""
    seen = each["seen_at"]
    if seen is None:
        return float("inf")
    then = datetime.fromisoformat(seen)
    return (datetime.now(then.tzinfo) - then).total_seconds()


def _row(each: Json, pace: Pace) -> None:
    with cell_of("读模型", "tight"):
        link(words.read_model(each["name"]), f"{READ_MODELS}/{each['name']}")
    with cell_of("状态", "tight"):
        chip(*state_of(each))
    cell("已读到", f"{each['position']:,}", "num")
    cell("日志末尾", "—" if each["head"] is None else f"{each['head']:,}", "num")
    cell("落后（条）", "—" if each["lag_events"] is None else f"{each['lag_events']:,}", "num")
    cell("落后（秒）", "—" if each["lag_seconds"] is None else f"{each['lag_seconds']:.1f}", "num")
    cell("速度（条/秒）", f"{pace.of(each):,.0f}", "num")
    cell("搁置", each["parked"], "num")
    cell("重建", _rebuild(each["rebuild"]), "tight")
    cell("最近报到", _clock(each["seen_at"]), "tight")
    cell("最近错误", _error(each))


def _rebuild(rebuild: Json | None) -> str:
    """How far, and how long it will take; nothing while nobody builds."""
    if rebuild is None:
        return "—"
    state = operating.STATES[rebuild["state"]][0]
    if rebuild["state"] != "building":
        return state
    said = f"{rebuild['ratio'] * 100:.1f}%"
    seconds = rebuild["seconds_left"]
    return said if seconds is None else f"{said}，约剩 {operating.left(seconds)}"


def _clock(instant: str | None) -> str:
    return "—" if instant is None else f"{datetime.fromisoformat(instant):%H:%M:%S}"


def _error(each: Json) -> str:
    return f"{_clock(each['last_error_at'])} {each['last_error']}" if each["last_error"] else "—"
