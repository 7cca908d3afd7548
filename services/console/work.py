"""我的待办与逾期 · What whoever has signed in has to do now, and what is overdue and by whose fault; each row leads to the hazard."""

from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi import Request
from nicegui import ui

from contracts.values import Level, Role
from services.console import asking
from services.console.calling import Api, Json
from services.console.elements import card, cell, cell_of, chip, link, part, table, text
from services.console.frame import ENTERPRISES, LEDGER, OVERDUE, WORK, Desk, again_and_again, page
from services.scope import ENTERPRISE_ROLES

LIMIT = 50
REFRESHED = 10.0  # seconds
WHOSE = {"me": "本人", "office": "本单位", "all": "管辖范围内全部"}
SIDES = {"ENTERPRISE": "企业", "OFFICE": "监管单位"}
LATE = {"true": "已逾期", "false": "未逾期"}
FILTERS = {
    WORK: ("whose", "duty", "level", "overdue", "division", "enterprise"),
    OVERDUE: ("whose", "side", "duty", "level", "division", "enterprise"),
}
TITLES = {WORK: "我的待办", OVERDUE: "逾期清单"}
SOURCES = {WORK: "/work-list", OVERDUE: "/overdue"}
USUAL = {WORK: "me", OVERDUE: "all"}
DUE = ("应办事项", "办理期限", "剩余天数", "编号", "企业", "隐患", "等级", "应当办理", "依据")
MISSED = ("逾期天数", "责任", "编号", "企业", "隐患", "等级", "办理期限", "应当办理", "整改责任人")


def add(desk: Desk) -> None:
    """页面 · /console/work and /console/overdue."""

    async def work(api: Api, request: Request) -> None:
        await build(api, request, WORK)

    async def overdue(api: Api, request: Request) -> None:
        await build(api, request, OVERDUE)

    page(desk, "/work", WORK, TITLES[WORK], work)
    page(desk, "/overdue", OVERDUE, TITLES[OVERDUE], overdue)


async def build(api: Api, request: Request, here: str) -> None:
    """清单 · The counts, the filters as the address has them, and the rows that the API answers."""
    asked = {name: value for name in FILTERS[here] if (value := request.query_params.get(name))}
    cursor = request.query_params.get("cursor")
    counted = {name: value for name, value in asked.items() if name not in ("duty", "overdue")}
    with part("div", "head"):
        text("h1", TITLES[here])
    shown = await api.get("/work-list/figures", {"whose": USUAL[here], **counted})
    with card("查询条件"), part("form", "filters", method="get", action=here, role="search"):
        _filters(here, asked, {one["duty"]: one["duty_name"] for one in shown["items"]})

    @ui.refreshable
    async def rows() -> None:
        found = await api.get(SOURCES[here], {**asked, "cursor": cursor, "limit": LIMIT})
        _rows(here, found["items"])
        first = _address(here, asked) if cursor else None
        following = found["next"] and _address(here, {**asked, "cursor": found["next"]})
        asking.pages(first, following)

    @ui.refreshable
    async def figures() -> None:
        _figures(await api.get("/work-list/figures", {"whose": USUAL[here], **counted}))

    await figures()
    with part("section", "card", aria_label="查询结果"):
        await rows()
    if here == WORK and asked.get("whose", USUAL[WORK]) == USUAL[WORK]:
        await beside(api)

    async def again() -> None:
        await figures.refresh()
        await rows.refresh()

    again_and_again(REFRESHED, again)


def _filters(here: str, asked: Mapping[str, str], duties: Mapping[str, str]) -> None:
    asking.one_of("whose", "谁的", asked.get("whose", USUAL[here]), WHOSE)
    asking.choose("duty", "应办事项", asked.get("duty"), duties)
    asking.choose("level", "等级", asked.get("level"), {each.value: each.zh for each in Level})
    if here == WORK:
        asking.choose("overdue", "逾期", asked.get("overdue"), LATE)
    else:
        asking.choose("side", "责任方", asked.get("side"), SIDES)
    asking.words("division", "区划代码", asked.get("division"), "不填即全部")
    asking.press("查询")
    if "enterprise" in asked:
        part("input", type="hidden", name="enterprise", value=asked["enterprise"])


def _figures(shown: Json) -> None:
    with part("div", "figures"):
        for words, value in (
            ("待办事项", shown["open"]),
            ("其中逾期", shown["overdue"]),
            ("企业逾期", shown["overdue_enterprise"]),
            ("监管单位逾期", shown["overdue_office"]),
        ):
            with part("div", "figure", data_figure=words):
                text("span", words)
                text("b", value)


def _rows(here: str, items: list[Json]) -> None:
    if not items:
        text("p", "没有待办事项。" if here == WORK else "没有逾期事项。", "none")
        return
    columns, row = (DUE, due_row) if here == WORK else (MISSED, missed_row)
    with table(*columns, numbers=frozenset({"剩余天数", "逾期天数"})):
        for item in items:
            with part("tr"):
                row(item)


def due_row(item: Json) -> None:
    """待办一行 · What is to be done until when, about what, and why."""
    with cell_of("应办事项", "tight"):
        link(item["duty_name"], f"{LEDGER}/{item['hazard']}")
        if item["named"]:
            chip("本人负责", "warn")
        if item["overdue"]:
            chip("逾期", "bad")
    cell("办理期限", item["last_day"] or "没有期限", "tight")
    cell("剩余天数", item["days_left"], "num")
    cell("编号", item["number"] or "尚无编号", "tight")
    _about(item)
    cell("应当办理", "、".join(item["role_names"]))
    cell("依据", item["basis"])


def missed_row(item: Json) -> None:
    """逾期一行 · For how many days, and who answers for it."""
    cell("逾期天数", -(item["days_left"] or 0), "num")
    with cell_of("责任"):
        chip(item["side_name"], "bad" if item["side"] == "ENTERPRISE" else "warn")
        text("span", item["fault"])
    with cell_of("编号", "tight"):
        link(item["number"] or "尚无编号", f"{LEDGER}/{item['hazard']}")
    _about(item)
    cell("办理期限", item["last_day"], "tight")
    cell("应当办理", "、".join(item["role_names"]))
    cell("整改责任人", (item["responsible"] or {}).get("name"), "tight")


async def beside(api: Api) -> None:
    """其他待办 · Visits in which one takes part and that have not begun; an expert's gaps of the service plans."""
    caller = api.session.caller
    if caller.role not in ENTERPRISE_ROLES:
        planned = await api.get("/visits", {"mine": "true", "limit": LIMIT})
        _visits(planned["items"])
    if caller.role is Role.EXP:
        _gaps((await api.get("/service-plans/gaps", {"expert": caller.person, "limit": LIMIT}))["items"])


def _visits(items: list[Json]) -> None:
    with card("我要参加的检查"):
        if not items:
            text("p", "没有尚未开始的检查。", "none")
            return
        with table("计划日期", "企业", "检查类型", "事由", "状态"):
            for item in items:
                with part("tr"):
                    with cell_of("计划日期", "tight"):
                        text("span", item["planned_on"])
                        if item["overdue"]:
                            chip("未按期", "bad")
                    with cell_of("企业"):
                        link(item["enterprise_name"] or "企业档案", f"{ENTERPRISES}/{item['enterprise']}")
                    cell("检查类型", item["visit_kind_name"], "tight")
                    cell("事由", item["purpose"])
                    cell("状态", item["state_name"], "tight")


def _gaps(items: list[Json]) -> None:
    with card("我的服务缺口"):
        if not items:
            text("p", "已开始的各季度没有缺口。", "none")
            return
        with table("企业", "季度", "还缺", "完成期限", "状态"):
            for item in items:
                missing = [f"{one['duty_name']}{one['missing']}次" for one in item["cells"] if one["missing"]]
                with part("tr"):
                    with cell_of("企业"):
                        link(item["enterprise_name"], f"{ENTERPRISES}/{item['enterprise']}")
                    cell("季度", f"{item['year']}年{item['quarter']}季度", "tight")
                    cell("还缺", "、".join(missing))
                    cell("完成期限", item["due"], "tight")
                    cell("状态", item["state_name"], "tight")


def _about(item: Json) -> None:
    cell("企业", item["enterprise_name"])
    cell("隐患", "：".join(filter(None, (item["place"], item["description"]))))
    with cell_of("等级", "tight"):
        chip(item["level_name"], "bad" if item["level"] == Level.MAJOR else "")


def _address(here: str, asked: Mapping[str, str]) -> str:
    return f"{here}?{urlencode(asked)}" if asked else here
