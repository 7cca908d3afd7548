"""总览 · A division's figures and charts for a period, as the API counts them."""

from collections.abc import Mapping

from fastapi import Request
from nicegui import ui

from services.console import asking, charts, why
from services.console.calling import Api
from services.console.elements import card, link, note, part, text
from services.console.figures import LIGHTS, Overview, overview
from services.console.frame import ENTERPRISES, OVERVIEW, Desk, again_and_again, page
from services.scope import ENTERPRISE_ROLES

REFRESHED = 15.0  # seconds
FILTERS = ("division", "from", "to")
LIT = "企业亮灯"


def add(desk: Desk) -> None:
    """页面 · /console."""
    page(desk, "/", OVERVIEW, "总览", build)


async def build(api: Api, request: Request) -> None:
    """总览 · Of the caller's division, or of one below it."""
    caller = api.session.caller
    if caller.role in ENTERPRISE_ROLES:
        _for_an_enterprise(caller.organisation)
        return
    asked = {name: request.query_params[name] for name in FILTERS if request.query_params.get(name)}
    document = await api.document()
    with part("div", "head"):
        text("h1", "区域统计")
    with card("统计范围"), part("form", "filters", method="get", action=f"{OVERVIEW}/", role="search"):
        asking.search("division", "行政区划代码", asked.get("division"), "不填即您的管辖范围")
        asking.day("from", "自", asked.get("from"))
        asking.day("to", "至", asked.get("to"))
        asking.press("统计")
    shown = await overview(api, document, asked)
    drawn: dict[str, ui.echart] = {}

    @ui.refreshable
    def figures() -> None:
        _figures(shown)

    figures()
    _charts(shown, drawn)

    async def again() -> None:
        nonlocal shown
        shown = await overview(api, document, asked)
        figures.refresh()
        for name, option in options(shown).items():
            if name in drawn and drawn[name].options != option:
                drawn[name].options.clear()
                drawn[name].options.update(option)

    again_and_again(REFRESHED, again)


def _for_an_enterprise(enterprise: str) -> None:
    with part("div", "head"):
        text("h1", "本企业")
    note("区域统计供主管部门查看；本企业的检查、隐患和整改情况在企业档案中。", "news")
    with part("p"):
        link("打开本企业档案", f"{ENTERPRISES}/{enterprise}", "press")


def _figures(shown: Overview) -> None:
    tally, period = shown.tally, shown.tally["period"]
    text(
        "p",
        f"区划 {tally['division']}，{tally['from']} 至 {tally['to']}，截至 {tally['at'][:16].replace('T', ' ')}",
        "soft",
    )
    asked = {name: str(tally[name]) for name in FILTERS}
    if lacks := tally["lacking"]:
        note(f"有 {len(lacks)} 个事件搁置或者跳过，未计入下列数字；由区县安委办在“读模型”页办理。", "news")
    with part("div", "figures"):
        for words, value, figure in (
            ("检查单位（家）", period["N01"]["objects"], None),
            ("检查家次", period["N01"]["visits"], "visits"),
            ("检查覆盖率", _rate(period["N02"]), None),
            ("发现隐患", period["N04"]["found"], "found"),
            ("其中重大隐患", period["N04"]["major"], "major"),
            ("隐患整改率", _rate(period["N05"]), "found_rectified"),
            ("按期整改率", _rate(period["N06"]), "due_in_time"),
            ("逾期未整改", period["N07"]["overdue"], "overdue"),
            ("当场整改率", _rate(period["N08"]), "found_on_spot"),
            ("当期复查合格", period["rectified"], "rectified"),
            ("当期销号", period["closed"], "closed"),
            ("销号率", _rate(period["N09"]), "found_closed"),
        ):
            with part("div", "figure", data_figure=words):
                text("span", words)
                text("b", value)
                if figure is not None:
                    pinned = asked | why.pinned_to(figure, tally["as_of"]["position"])
                    behind = link("来由", why.address(figure, pinned), "small")
                    behind.props["aria-label"] = f"{words}的来由"


def _rate(figure: Mapping[str, float | None]) -> str:
    return "—" if figure["rate"] is None else f"{figure['rate']:g}%"


def options(shown: Overview) -> dict[str, charts.Option]:
    """图表 · By name; those that the API has figures for."""
    months, towns, categories = shown.months, shown.towns, shown.categories
    drawn = {
        "近十二个月走势": charts.trend(
            months.names, {"发现": months.found, "复查合格": months.rectified, "销号": months.closed}
        ),
        LIT: charts.ring(shown.lights, LIGHTS),
    }
    if towns is not None:
        drawn["下级区划"] = charts.bars(towns.names, {"发现": towns.found, "逾期": towns.overdue})
    if categories is not None:
        drawn["隐患类别"] = charts.bars(
            categories.names, {"发现": categories.found, "逾期": categories.overdue}
        )
    return drawn


def _charts(shown: Overview, drawn: dict[str, ui.echart]) -> None:
    with part("div", "charts"):
        for name, option in options(shown).items():
            with card(name):
                chart = ui.echart(option).classes("chart")
                chart.props["role"] = "img"
                chart.props["aria-label"] = name
                drawn[name] = chart
                if name == LIT:
                    said = f"前 {shown.looked_at} 家" if shown.more else f"{shown.looked_at} 家"
                    text("p", f"{said}企业，按名册中的逾期数和未整改数。", "soft small")
