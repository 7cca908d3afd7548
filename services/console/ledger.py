"""隐患台账 · The ledger with its search and filters, page by page; each row leads to the hazard."""

from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi import Request
from nicegui import ui

from contracts.codes import CATEGORIES
from contracts.values import Level, Source, Status, VisitKind
from services.console import asking
from services.console.calling import Api, Json
from services.console.elements import card, cell, cell_of, chip, link, part, table, text
from services.console.frame import LEDGER, Desk, again_and_again, page

LIMIT = 50
REFRESHED = 10.0  # seconds
FILTERS = (
    *("text", "status", "level", "category", "source", "visit_kind", "overdue", "division", "enterprise"),
    *("found_from", "found_to", "deadline_from", "deadline_to", "sort"),
)
NEWEST = "新发现的在前"
SORTS = {
    "found_at": "早发现的在前",
    "deadline": "期限早的在前",
    "-deadline": "期限晚的在前",
    "number": "按编号",
    "-level": "重大的在前",
    "status": "按状态",
    "category": "按类别",
    "enterprise_name": "按企业名称",
    "division": "按区划",
    "-round": "整改轮次多的在前",
    "-closed_on": "新销号的在前",
}
LATE = {"true": "已逾期", "false": "未逾期"}
COLUMNS = ("编号", "状态", "企业", "隐患", "类别", "等级", "发现日期", "整改期限", "剩余天数")
KINDS = {
    Status.CLOSED: "good",
    Status.VERIFIED: "good",
    Status.RECTIFYING: "warn",
    Status.PLAN_REQUIRED: "warn",
    Status.SUBMITTED: "warn",
}


def add(desk: Desk) -> None:
    """页面 · /console/hazards."""
    page(desk, "/hazards", LEDGER, "隐患台账", build)


async def build(api: Api, request: Request) -> None:
    """台账 · The filters as the address has them, and the rows that the API answers."""
    asked = {name: request.query_params[name] for name in FILTERS if request.query_params.get(name)}
    cursor = request.query_params.get("cursor")
    with part("div", "head"):
        text("h1", "隐患台账")
    with card("查询条件"), part("form", "filters", method="get", action=LEDGER, role="search"):
        _filters(asked)

    @ui.refreshable
    async def rows() -> None:
        found = await api.get("/hazards", {**asked, "cursor": cursor, "limit": LIMIT})
        _rows(found["items"])
        first = _address(asked) if cursor else None
        following = found["next"] and _address({**asked, "cursor": found["next"]})
        asking.pages(first, following)

    with part("section", "card", aria_label="查询结果"):
        await rows()

    async def again() -> None:
        await rows.refresh()

    again_and_again(REFRESHED, again)


def _filters(asked: Mapping[str, str]) -> None:
    asking.search("text", "文字", asked.get("text"), "隐患描述、部位、企业名称或编号")
    asking.choose("status", "状态", asked.get("status"), {each.value: each.zh for each in Status})
    asking.choose("level", "等级", asked.get("level"), {each.value: each.zh for each in Level})
    asking.choose("category", "类别", asked.get("category"), CATEGORIES)
    asking.choose("source", "来源", asked.get("source"), {each.value: each.zh for each in Source})
    asking.choose("overdue", "逾期", asked.get("overdue"), LATE)
    asking.choose(
        "visit_kind", "检查类型", asked.get("visit_kind"), {each.value: each.zh for each in VisitKind}
    )
    asking.words("division", "区划代码", asked.get("division"), "不填即全部")
    asking.day("found_from", "发现日期自", asked.get("found_from"))
    asking.day("found_to", "发现日期至", asked.get("found_to"))
    asking.day("deadline_from", "整改期限自", asked.get("deadline_from"))
    asking.day("deadline_to", "整改期限至", asked.get("deadline_to"))
    asking.choose("sort", "排序", asked.get("sort"), SORTS, NEWEST)
    asking.press("查询")
    for kept in ("enterprise",):
        if kept in asked:
            part("input", type="hidden", name=kept, value=asked[kept])


def _rows(items: list[Json]) -> None:
    if not items:
        text("p", "没有符合条件的隐患。", "none")
        return
    with table(*COLUMNS, numbers=frozenset({"剩余天数"})):
        for item in items:
            with part("tr"):
                row(item)


def row(item: Json) -> None:
    """一行 · Of the ledger, by its columns."""
    with cell_of("编号", "tight"):
        link(item["number"] or "尚无编号", f"{LEDGER}/{item['id']}")
    with cell_of("状态", "tight"):
        status(item)
    cell("企业", item["enterprise_name"])
    cell("隐患", "：".join(filter(None, (item["place"], item["description"]))))
    cell("类别", item["category_name"], "tight")
    with cell_of("等级", "tight"):
        chip(item["level_name"], "bad" if item["level"] == Level.MAJOR else "")
    cell("发现日期", item["found_on"], "tight")
    cell("整改期限", item["deadline"], "tight")
    cell("剩余天数", item["days_left"], "num")


def status(item: Json) -> None:
    """状态 · In its colour, and whether it is late."""
    chip(item["status_name"], KINDS.get(Status(item["status"]), ""))
    if item.get("overdue"):
        chip("逾期", "bad")


def _address(asked: Mapping[str, str]) -> str:
    return f"{LEDGER}?{urlencode(asked)}" if asked else LEDGER
