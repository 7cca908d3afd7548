"""企业档案 · The list of enterprises, and the file of each: 一企一档."""

from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi import Request
from nicegui import ui

from contracts.values import Level, ObjectKind, RiskColour, Role
from services.console import asking
from services.console.calling import Api, Json
from services.console.elements import card, cell, cell_of, chip, fact, link, part, table, text
from services.console.enterprise_sections import LIGHTS as SHINES
from services.console.enterprise_sections import sections
from services.console.figures import LIGHTS, light
from services.console.frame import ENTERPRISES, LEDGER, Desk, again_and_again, page
from services.console.ledger import status

LIMIT = 50
REFRESHED = 10.0  # seconds
FILTERS = ("text", "colour", "object_kind", "standing", "division")
STANDINGS = {"ACTIVE": "正常", "SUSPENDED": "停产停业", "CLOSED_DOWN": "关闭注销"}
COLOURS = {RiskColour.RED: "bad", RiskColour.ORANGE: "warn", RiskColour.YELLOW: "warn"}
COUNTS = frozenset({"发现", "轮次", "隐患数", "未整改", "逾期", "重大"})
FIGURES = (
    ("检查次数", "visits"),
    ("最近检查", "last_visit"),
    ("隐患总数", "found"),
    ("未复查合格", "open"),
    ("逾期未整改", "overdue"),
    ("待复查", "submitted"),
    ("复查合格", "rectified"),
    ("已销号", "closed"),
    ("重大隐患", "major"),
    ("重大未销号", "major_open"),
)


def add(desk: Desk) -> None:
    """页面 · /console/enterprises and /console/enterprises/{id}."""
    page(desk, "/enterprises", ENTERPRISES, "企业档案", listed)
    page(desk, "/enterprises/{enterprise}", ENTERPRISES, "一企一档", filed)


async def listed(api: Api, request: Request) -> None:
    """名册 · By name, with what is open."""
    asked = {name: request.query_params[name] for name in FILTERS if request.query_params.get(name)}
    cursor = request.query_params.get("cursor")
    text("h1", "企业名册")
    with card("查询条件"), part("form", "filters", method="get", action=ENTERPRISES, role="search"):
        asking.search("text", "文字", asked.get("text"), "企业名称、信用代码或村社区")
        asking.choose("colour", "风险颜色", asked.get("colour"), {each.value: each.zh for each in RiskColour})
        asking.choose(
            "object_kind", "类型", asked.get("object_kind"), {each.value: each.zh for each in ObjectKind}
        )
        asking.choose("standing", "经营状态", asked.get("standing"), STANDINGS)
        asking.press("查询")
    found = await api.get("/enterprises", {**asked, "cursor": cursor, "limit": LIMIT})
    with part("section", "card", aria_label="查询结果"):
        _list(found["items"])
        first = _address(asked) if cursor else None
        asking.pages(first, found["next"] and _address({**asked, "cursor": found["next"]}))


def _address(asked: Mapping[str, str]) -> str:
    return f"{ENTERPRISES}?{urlencode(asked)}" if asked else ENTERPRISES


def _list(items: list[Json]) -> None:
    if not items:
        text("p", "没有符合条件的企业。", "none")
        return
    with table(
        "企业",
        "整改状况",
        "村社区",
        "行业",
        "规模",
        "风险",
        "隐患数",
        "未整改",
        "逾期",
        "重大",
        numbers=COUNTS,
    ):
        for item in items:
            with part("tr"):
                with cell_of("企业"):
                    link(item["name"], f"{ENTERPRISES}/{item['id']}")
                with cell_of("整改状况", "tight"):
                    chip(light(item), LIGHTS[light(item)])
                cell("村社区", item["village"])
                cell("行业", item["industry"])
                cell("规模", item["size_class_name"], "tight")
                cell("风险", item["colour_name"], "tight")
                cell("隐患数", item["found"], "num")
                cell("未整改", item["open"], "num")
                cell("逾期", item["overdue"], "num")
                cell("重大", item["major_open"], "num")


async def filed(api: Api, request: Request) -> None:
    """一企一档 · Everything on file about one enterprise, as it is now."""
    key = request.path_params["enterprise"]
    asked = {"cursor": request.query_params.get("cursor")}
    file = await api.get(f"/enterprises/{key}/file", asked)

    @ui.refreshable
    def shown() -> None:
        with part("div", "stack"):
            _file(file)
            here = f"{ENTERPRISES}/{key}"
            first = here if asked["cursor"] else None
            asking.pages(first, file["next"] and f"{here}?{urlencode({'cursor': file['next']})}")

    shown()

    async def again() -> None:
        nonlocal file
        now = await api.get(f"/enterprises/{key}/file", asked)
        if now != file:
            file = now
            shown.refresh()

    again_and_again(REFRESHED, again)


def _file(file: Json) -> None:
    profile, figures = file["profile"], file["figures"]
    with part("div", "head"):
        text("h1", profile["name"])
        chip(light(figures), LIGHTS[light(figures)])
        if profile["colour_name"]:
            chip(f"风险 {profile['colour_name']}", COLOURS.get(profile["colour"], ""))
        if profile["standing"] != "ACTIVE":
            chip(profile["standing_name"], "bad")
        chip(file["light"]["colour_name"], SHINES[file["light"]["colour"]])
        part("span", "grow")
        _downloads(profile["id"])
        link("返回名册", ENTERPRISES)
    with part("div", "figures"):
        for words, name in FIGURES:
            with part("div", "figure", data_figure=words):
                text("span", words)
                text("b", "—" if figures[name] is None else figures[name])
    with part("div", "columns"):
        with part("div", "stack"):
            _profile(profile, file["persons"])
            _visits(file["visits"])
        _history(file["history"])
    sections(file)
    _hazards(file["hazards"], figures["found"])


def _downloads(key: str) -> None:
    """By the session, from the console's own address."""
    text("a", "下载工作簿", "press plain", href=f"{ENTERPRISES}/{key}/file.xlsx", download="")
    text("a", "打印页", "press plain", href=f"{ENTERPRISES}/{key}/file.html", target="_blank", rel="noopener")


def _profile(profile: Json, persons: list[Json]) -> None:
    with card("基本档案"), part("dl", "facts"):
        fact("统一社会信用代码", profile["credit_code"])
        fact("行政区划", profile["division"])
        fact("村社区", profile["village"])
        fact("行业", profile["industry"])
        fact("类型", profile["object_kind_name"])
        fact("规模", profile["size_class_name"])
        fact("标准化等级", profile["standardisation_name"])
        fact("地址", profile["address"])
        fact("建档日期", profile["registered_on"])
        for one in persons:
            fact(one["post_name"], one["person"].get("name") or one["person"]["id"])
        if profile["tags"]:
            fact("风险标签", "、".join(profile["tags"]), wide=True)
        if profile["credit_code_doubtful"]:
            fact("提示", "信用代码校验位不符，请核对", wide=True)


def _visits(visits: list[Json]) -> None:
    with card(f"检查（{len(visits)}）"):
        if not visits:
            text("p", "还没有检查记录。", "none")
            return
        with table("日期", "类型", "状态", "人员", "发现", numbers=COUNTS):
            for visit in visits:
                with part("tr"):
                    cell("日期", visit["visited_on"] or f"计划 {visit['planned_on']}", "tight")
                    cell("类型", visit["visit_kind_name"], "tight")
                    cell("状态", visit["state_name"], "tight")
                    cell("人员", "、".join(one.get("name") or one["id"] for one in visit["officers"]))
                    cell("发现", visit["finds"], "num")


def _history(history: list[Json]) -> None:
    with card("档案变更"), part("ol", "trail"):
        for change in reversed(history):
            with part("li"):
                text("p", change["name"])
                if change["text"]:
                    text("p", change["text"], "small")
                actor = change["actor"] or {}
                who = f"{Role(change['role']).zh} {actor.get('name') or actor.get('id') or ''}"
                text("p", f"{change['occurred_at'][:16].replace('T', ' ')}　{who}", "soft small")


def _hazards(hazards: list[Json], found: int) -> None:
    with card(f"隐患（本页 {len(hazards)} 条，计数 {found} 条）"):
        if not hazards:
            text("p", "还没有登记的隐患。", "none")
            return
        columns = ("编号", "状态", "等级", "类别", "隐患", "发现日期", "整改期限", "轮次", "整改与复查")
        with table(*columns, numbers=COUNTS):
            for hazard in hazards:
                with part("tr"):
                    _hazard(hazard)


def _hazard(hazard: Json) -> None:
    with cell_of("编号", "tight"):
        link(hazard["number"], f"{LEDGER}/{hazard['id']}")
    with cell_of("状态", "tight"):
        status(hazard)
    with cell_of("等级", "tight"):
        chip(hazard["level_name"], "bad" if hazard["level"] == Level.MAJOR else "")
    cell("类别", hazard["category_name"], "tight")
    cell("隐患", "：".join(filter(None, (hazard["place"], hazard["description"]))))
    cell("发现日期", hazard["found_on"], "tight")
    cell("整改期限", hazard["deadline"], "tight")
    cell("轮次", len(hazard["rounds"]), "num")
    cell("整改与复查", "；".join(_round(each) for each in hazard["rounds"]))


def _round(each: Json) -> str:
    said = [f"第 {each['round']} 轮"]
    if each["measures"]:
        said.append(each["measures"])
    if each["submitted_on"]:
        said.append(f"{each['submitted_on']} 提交")
    if each["passed"] is not None:
        said.append(f"{each['reinspected_on']} 复查{'合格' if each['passed'] else '不合格'}")
    return "，".join(said)
