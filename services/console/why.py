"""来由 · Why a row of the ledger, or a figure of the overview, is as it is: the events behind it, as the API tells them."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlencode

from fastapi import Request

from services.console import asking
from services.console.calling import Api, Json
from services.console.elements import card, cell, cell_of, chip, fact, link, note, part, table, text
from services.console.frame import LEDGER, OVERVIEW, Desk, page

FIGURE = f"{OVERVIEW}/figures"
ASKED = ("division", "from", "to", "as_of", "cursor")
TAKEN = {"waiting": ("尚未投影", "warn"), "parked": ("已搁置", "bad"), "skipped": ("已跳过", "warn")}
OVERDUE = "overdue"
COLUMNS = ("位置", "事件", "发生时间", "计入日期", "区划", "记录", "增减")


def add(desk: Desk) -> None:
    """页面 · /console/hazards/{id}/why, /console/figures/{figure}."""
    page(desk, "/hazards/{hazard}/why", LEDGER, "台账行的来由", of_a_row)
    page(desk, "/figures/{figure}", OVERVIEW, "数字的来由", of_a_figure)


def address(figure: str, asked: Mapping[str, str]) -> str:
    """地址 · Of the page on which a figure is taken apart."""
    return f"{FIGURE}/{figure}?{urlencode(asked)}"


def pinned_to(figure: str, position: int) -> dict[str, str]:
    """时点 · The position that a figure is taken apart at; what is missed by today is asked as of today."""
    return {} if figure == OVERDUE else {"as_of": str(position)}


async def of_a_row(api: Api, request: Request) -> None:
    """行的来由 · Each event, with the columns that it changed. Raises Problem, SignedOut."""
    key = request.path_params["hazard"]
    told = await api.get(f"/hazards/{key}/why")
    with part("div", "head"):
        text("h1", f"{told['number'] or '尚无编号的隐患'}：台账行的来由")
        part("span", "grow")
        link("返回隐患", f"{LEDGER}/{key}")
    if told["agrees"]:
        note(f"下列事件依次折叠，与台账该行逐栏相同（截至第 {told['position']:,} 号事件）。")
    else:
        note(f"下列事件折叠的结果与台账该行不符：{'、'.join(told['differing'])}。请重建该读模型。", "news")
    with card("事件"), part("ol", "trail"):
        for reason in told["reasons"]:
            with part("li"):
                _reason(reason)


def _reason(reason: Json) -> None:
    with part("div", "head"):
        text("b", reason["type_name"])
        text("span", f"第 {reason['position']:,} 号事件，{_minute(reason['occurred_at'])}", "soft small")
        if reason["taken"] in TAKEN:
            chip(*TAKEN[reason["taken"]])
    if reason["said"]:
        text("p", reason["said"], "bad")
    if not reason["changes"]:
        text("p", "未改变台账的栏目。", "soft small")
        return
    with part("dl", "facts"):
        for change in reason["changes"]:
            fact(change["title"], _changed(change), wide=len(change["after"] or "") > 40)  # noqa: PLR2004  # a line


def _changed(change: Json) -> str:
    after = change["after"] or "（空）"
    return after if change["before"] is None else f"{change['before']} → {after}"


async def of_a_figure(api: Api, request: Request) -> None:
    """数字的来由 · Each event with what it added or took away. Raises Problem, SignedOut."""
    figure = request.path_params["figure"]
    asked = {name: request.query_params[name] for name in ASKED if request.query_params.get(name)}
    told = await api.get("/tallies/why", {**asked, "figure": figure})
    period = {"from": told["from"], "to": told["to"]}
    pinned = {"division": told["division"], **period, **pinned_to(figure, told["position"])}
    with part("div", "head"):
        text("h1", f"{told['figure_name']}：数字的来由")
        part("span", "grow")
        link(
            "返回总览", f"{OVERVIEW}/?{urlencode({name: asked[name] for name in ASKED[:3] if name in asked})}"
        )
    with card("数字"), part("dl", "facts"):
        fact(told["figure_name"], f"{told['total']:,}")
        fact("区划", told["division"])
        fact("期间", f"{told['from']} 至 {told['to']}")
        fact("截至", f"第 {told['position']:,} 号事件")
    with card("构成该数字的事件"):
        _added(told["items"])
        following = told["next"] and address(figure, {**pinned, "cursor": told["next"]})
        asking.pages(address(figure, pinned) if "cursor" in asked else None, following)


def _added(items: list[Json]) -> None:
    if not items:
        text("p", "没有事件计入该数字。", "none")
        return
    text("p", "各笔增减之和即该数字；更正、改判等另计一笔。", "soft small")
    with table(*COLUMNS, numbers=frozenset({"位置", "增减"})):
        for one in items:
            with part("tr"):
                cell("位置", f"{one['position']:,}", "num")
                cell("事件", one["type_name"])
                cell("发生时间", _minute(one["occurred_at"]), "tight")
                cell("计入日期", one["on"], "tight")
                cell("区划", one["division"], "tight")
                with cell_of("记录"):
                    _record(one)
                cell("增减", f"{one['amount']:+,}", "num")


def _record(one: Json) -> None:
    kind, _, key = one["subject"].partition("/")
    if kind == "hazard":
        link(one["number"] or "查看隐患", f"{LEDGER}/{key}")
    else:
        text("span", one["number"] or "—")


def _minute(instant: str) -> str:
    return f"{datetime.fromisoformat(instant):%Y-%m-%d %H:%M}"
