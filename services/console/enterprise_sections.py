"""档案各部分 · What an enterprise's page shows beside profile, visits and hazards: lights, delays, money, papers, cases, how fresh it is."""

from services.console.calling import Json
from services.console.elements import card, cell, cell_of, chip, fact, link, part, table, text
from services.console.frame import LEDGER

LIGHTS = {"RED": "bad", "YELLOW": "warn", "GREEN": "good"}
STATES = {"DONE": "good", "DUE_SOON": "warn", "OVERDUE": "bad"}
NUMBERS = frozenset({"轮次", "延误天数", "罚款（元）", "尚欠（元）", "日志位置", "搁置"})
DELAYS_SHOWN = 50  # the workbook has them all


def sections(file: Json) -> None:
    """各部分 · In the order of the printed file."""
    with part("div", "columns"):
        with part("div", "stack"):
            _lights(file["light"])
            _timing(file)
            _money(file["cost"])
        with part("div", "stack"):
            _risk(file["risk"])
            _posts(file["persons"])
            _freshness(file["freshness"])
    _notices(file["notices"])
    _service(file["service_plans"])
    if file["cases"] is not None:
        _cases(file["cases"])


def _lights(light: Json) -> None:
    with card("亮灯事由"):
        if not light["reasons"]:
            text("p", "绿灯：没有逾期或者待复查合格的重大隐患。", "none")
        for reason in light["reasons"]:
            with part("p"):
                chip(reason["rule"], LIGHTS[reason["colour"]])
                text("span", "　" + "、".join(reason["hazards"]), "small")


def _timing(file: Json) -> None:
    pace = file["timing"]
    delays = [(line, delay) for line in file["hazards"] for delay in line["timing"]["delays"]]
    with card("时限与延误"):
        with part("dl", "facts"):
            fact("发现至责令", _days(pace["days_to_order"]))
            fact("责令至提交整改", _days(pace["days_to_submission"]))
            fact("提交至复查合格", _days(pace["days_to_verification"]))
            fact("复查合格至销号", _days(pace["days_to_closure"]))
            fact("企业延误", f"{pace['enterprise_delays']} 次，共 {pace['enterprise_days']} 天")
            fact("监管单位延误", f"{pace['office_delays']} 次，共 {pace['office_days']} 天")
        if delays:
            _delays(delays)


def _days(days: float | None) -> str | None:
    return None if days is None else f"平均 {days:g} 天"


def _delays(delays: list[tuple[Json, Json]]) -> None:
    with table("隐患", "事项", "责任方", "应办日期", "办理日期", "延误天数", numbers=NUMBERS):
        for line, delay in delays[:DELAYS_SHOWN]:
            with part("tr"):
                with cell_of("隐患", "tight"):
                    link(line["number"], f"{LEDGER}/{line['id']}")
                cell("事项", delay["what_name"], "tight")
                cell("责任方", delay["against_name"], "tight")
                cell("应办日期", delay["due"], "tight")
                cell("办理日期", delay["done_on"] or "尚未办理", "tight")
                cell("延误天数", delay["days"], "num")
    text("p", f"此处至多列本页隐患的前 {DELAYS_SHOWN} 次延误，全部见工作簿。", "soft small")


def _money(cost: Json) -> None:
    with card("资金"), part("dl", "facts"):
        fact("整改资金", f"{_yuan(cost['rectification'])} 元（{cost['reported']} 条填报）")
        if cost["fines"] is not None:
            fact("罚款", f"{_yuan(cost['fines'])} 元")
            fact("已缴", f"{_yuan(cost['paid'])} 元")
            fact("尚欠", f"{_yuan(cost['outstanding'])} 元")
        for funds in cost["funds"]:
            ready = "到位" if funds["in_place"] else "未到位"
            fact(f"方案资金 {funds['number']}", f"{funds['content']}（{ready}）", wide=True)


def _yuan(fen: int | None) -> str:
    return f"{(fen or 0) / 100:,.2f}"


def _risk(colours: list[Json]) -> None:
    with card("风险定级经过"):
        if not colours:
            text("p", "还没有定级。", "none")
            return
        with table("颜色", "自", "至", "事由"):
            for one in reversed(colours):
                with part("tr"):
                    cell("颜色", one["colour_name"], "tight")
                    cell("自", one["since"], "tight")
                    cell("至", one["until"], "tight")
                    cell("事由", one["reason"])


def _posts(posts: list[Json]) -> None:
    held = [(post, one) for post in posts for one in ({**post, "until": None}, *reversed(post["former"]))]
    with card("责任人任职经过"):
        if not held:
            text("p", "还没有登记责任人。", "none")
            return
        with table("岗位", "姓名", "自", "至"):
            for post, one in held:
                with part("tr"):
                    cell("岗位", post["post_name"], "tight")
                    cell("姓名", one["person"].get("name") or one["person"]["id"])
                    cell("自", one["since"], "tight")
                    cell("至", one["until"], "tight")


def _freshness(parts: list[Json]) -> None:
    with card("数据时效"), table("部分", "截至时刻", "日志位置", "最近变动", "搁置", numbers=NUMBERS):
        for one in parts:
            with part("tr"):
                cell("部分", one["title"], "tight")
                cell("截至时刻", one["up_to"] and one["up_to"][:19].replace("T", " "))
                cell("日志位置", one["position"], "num")
                with cell_of("最近变动", "tight"):
                    text("span", one["last"] or "—")
                    if one["stale"]:
                        chip("宜重新核实", "warn")
                cell("搁置", one["parked"] or None, "num")


def _notices(notices: list[Json]) -> None:
    with card(f"指令书（{len(notices)}）"):
        if not notices:
            text("p", "还没有指令书。", "none")
            return
        with table("文号", "状态", "所列隐患", "完成", "送达日期", "送达方式", "签收"):
            for one in notices:
                with part("tr"):
                    cell("文号", one["number"] or "尚未编号")
                    with cell_of("状态", "tight"):
                        chip(one["state_name"], "bad" if one["state"] == "OVERDUE" else "")
                    cell("所列隐患", "、".join(each["number"] or "尚未登记" for each in one["hazards"]))
                    cell("完成", f"{one['done']}/{len(one['hazards'])}", "tight")
                    cell("送达日期", one["served_on"], "tight")
                    cell("送达方式", one["method_name"], "tight")
                    cell("签收", _signed(one))


def _signed(notice: Json) -> str | None:
    if notice["refused"]:
        return f"拒绝签收：{notice['refused']}"
    by = notice["acknowledged_by"] or {}
    return by.get("name") or by.get("id")


def _service(plans: list[Json]) -> None:
    with card(f"服务计划（{len(plans)}）"):
        if not plans:
            text("p", "还没有服务计划。", "none")
            return
        with table("年度", "服务机构", "包干专家", "一季度", "二季度", "三季度", "四季度"):
            for plan in plans:
                with part("tr"):
                    cell("年度", f"{plan['year']} 年", "tight")
                    cell("服务机构", plan["institution"])
                    expert = plan["expert"] or {}
                    cell("包干专家", expert.get("name") or expert.get("id"))
                    for name, quarter in zip(
                        ("一季度", "二季度", "三季度", "四季度"), plan["quarters"], strict=False
                    ):
                        with cell_of(name):
                            chip(quarter["state_name"], STATES.get(quarter["state"], ""))
                            text("p", _done(quarter), "small")


def _done(quarter: Json) -> str:
    return "，".join(
        f"{each['duty_name']} {each['done']}/{each['owed']}" for each in quarter["cells"] if each["owed"]
    )


def _cases(cases: list[Json]) -> None:
    with card(f"执法案件（{len(cases)}）"):
        if not cases:
            text("p", "没有案件。", "none")
            return
        columns = (
            "立案文号",
            "状态",
            "事由",
            "立案日期",
            "决定书文号",
            "处理决定",
            "罚款（元）",
            "尚欠（元）",
            "结案日期",
        )
        with table(*columns, numbers=NUMBERS):
            for one in cases:
                with part("tr"):
                    cell("立案文号", one["number"] or "尚未立案")
                    cell("状态", one["status_name"], "tight")
                    cell("事由", one["reason_name"])
                    cell("立案日期", one["filed_on"], "tight")
                    cell("决定书文号", one["decision_number"])
                    cell("处理决定", one["kinds_name"])
                    cell("罚款（元）", None if one["fine"] is None else _yuan(one["fine"]), "num")
                    cell(
                        "尚欠（元）", None if one["outstanding"] is None else _yuan(one["outstanding"]), "num"
                    )
                    cell("结案日期", one["closed_on"], "tight")
