"""档案各表 · The file as the tables that are printed and taken home: one list of tables for the workbook and for the page."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

from contracts.service_plan import ServiceDuty
from services.projections.cases import CaseLine
from services.projections.enterprise_answers import EnterpriseFile
from services.projections.enterprise_light import LightColour, Reason
from services.projections.enterprise_sections.columns import (
    BROAD,
    DATE,
    MIDDLE,
    SHORT,
    WIDE,
    centre,
    day_style,
    late_style,
    money_style,
    name_of,
    names_of,
    yuan,
)
from services.projections.enterprise_sections.cost import Cost
from services.projections.enterprise_sections.figures import Figures
from services.projections.enterprise_sections.freshness import Freshness
from services.projections.enterprise_sections.hazard_columns import DELAYS, EXTENSIONS, HAZARDS, PLANS, ROUNDS
from services.projections.enterprise_sections.hazards import HazardLine
from services.projections.enterprise_sections.history import Change, Colour, Holding, Responsible
from services.projections.enterprise_sections.notices import NoticeLine
from services.projections.enterprise_sections.timing import Pace
from services.projections.enterprise_sections.visits import VisitLine
from services.projections.service_duty_answers import PlanItem, Quarter
from services.projections.service_duty_workbook import NOT_OWED, STYLES
from services.projections.shanghai import date_words, instant_words
from services.projections.sheets import Cell, Column, Sheet

Fact = tuple[str, str | None]


def tables_of(file: EnterpriseFile) -> tuple[Sheet[Any], ...]:  # each sheet has items of its own
    """各表 · In the order in which an official reads them; what nobody may read is left out."""
    hazards = file.hazards
    return (
        Sheet("概况", FACTS, facts_of(file), frozen=1),
        Sheet("亮灯事由", REASONS, file.light.reasons, frozen=1),
        Sheet("隐患", HAZARDS, hazards),
        Sheet("整改轮次", ROUNDS, [(each, round_) for each in hazards for round_ in each.rounds]),
        Sheet("延误", DELAYS, [(each, delay) for each in hazards for delay in each.timing.delays]),
        Sheet("治理方案", PLANS, [(each, draft) for each in hazards for draft in each.plans]),
        Sheet("延期", EXTENSIONS, [(each, asked) for each in hazards for asked in each.extensions]),
        Sheet("检查", VISITS, file.visits),
        Sheet("指令书", NOTICES, file.notices),
        Sheet(
            "服务计划", SERVICE, [(plan, quarter) for plan in file.service_plans for quarter in plan.quarters]
        ),
        *(() if file.cases is None else (Sheet("案件", _cases(hazards), file.cases),)),
        Sheet("责任人", POSTS, [*_posts(file.persons)]),
        Sheet("风险定级", RISK, file.risk, frozen=1),
        Sheet("档案变更", HISTORY, file.history, frozen=1),
        Sheet("数据时效", FRESHNESS, file.freshness, frozen=1),
    )


def facts_of(file: EnterpriseFile) -> list[Fact]:
    """概况 · Profile, figures, timing and money, a line each."""
    profile = file.profile
    return [
        ("企业名称", profile.name),
        ("统一社会信用代码", _doubtful(profile.credit_code, doubtful=profile.credit_code_doubtful)),
        ("行政区划", profile.division),
        ("村社区", profile.village),
        ("地址", profile.address),
        ("行业", profile.industry),
        ("类型", profile.object_kind_name),
        ("规模", profile.size_class_name),
        ("标准化等级", profile.standardisation_name),
        ("风险标签", "、".join(profile.tags) or None),
        ("经营状态", profile.standing_name),
        ("建档日期", _day(profile.registered_on)),
        *((one.post_name, name_of(one.person)) for one in file.persons),
        ("风险颜色", profile.colour_name),
        ("亮灯", file.light.colour_name),
        *_figures(file.figures),
        *_timing(file.timing),
        *_money(file.cost),
    ]


def _doubtful(code: str | None, *, doubtful: bool) -> str | None:
    return f"{code}（校验位不符，请核对）" if code and doubtful else code


def _day(on: date | None) -> str | None:
    return date_words(on) if on else None


def _figures(figures: Figures) -> Iterator[Fact]:
    last = f"，最近一次{date_words(figures.last_visit)}" if figures.last_visit else ""
    yield "检查", f"{figures.visits}次{last}"
    yield "隐患", f"{figures.found}条，其中重大{figures.major}条"
    yield "未复查合格", f"{figures.open}条，其中逾期未整改{figures.overdue}条、待复查{figures.submitted}条"
    yield "复查合格", f"{figures.rectified}条，其中已销号{figures.closed}条"
    yield "重大隐患未销号", f"{figures.major_open}条"


def _timing(pace: Pace) -> Iterator[Fact]:
    steps = (
        ("发现至责令", pace.days_to_order),
        ("责令至提交整改", pace.days_to_submission),
        ("提交至复查合格", pace.days_to_verification),
        ("复查合格至销号", pace.days_to_closure),
    )
    for words, days in steps:
        yield words, None if days is None else f"平均{days:g}天"
    yield "企业延误", f"{pace.enterprise_delays}次，共{pace.enterprise_days}天"
    yield "监管单位延误", f"{pace.office_delays}次，共{pace.office_days}天"


def _money(cost: Cost) -> Iterator[Fact]:
    yield "整改资金", f"{yuan(cost.rectification):,.2f}元，{cost.reported}条隐患填报"
    for funds in cost.funds:
        yield "方案资金", f"{funds.number}：{funds.content}（{'到位' if funds.in_place else '未到位'}）"
    if cost.fines is not None:
        yield (
            "罚款",
            f"{yuan(cost.fines):,.2f}元，已缴{yuan(cost.paid):,.2f}元，尚欠{yuan(cost.outstanding):,.2f}元",
        )


def _posts(persons: Sequence[Responsible]) -> Iterator[tuple[Responsible, Holding]]:
    for post in persons:
        yield post, Holding(person=post.person, since=post.since, until=None)
        yield from ((post, each) for each in reversed(post.former))


def _duty(duty: ServiceDuty) -> Column[tuple[PlanItem, Quarter]]:
    def told(one: tuple[PlanItem, Quarter]) -> str:
        cell = next(cell for cell in one[1].cells if cell.duty is duty)
        return f"{cell.done}/{cell.owed}" if cell.owed else NOT_OWED

    return Column(f"{duty.zh}（已办/应办）", MIDDLE, told, centre)


def _cases(hazards: Sequence[HazardLine]) -> tuple[Column[CaseLine], ...]:
    numbers = {str(hazard.id): hazard.number for hazard in hazards}

    def of_case(case: CaseLine) -> Cell:
        return "、".join(numbers.get(key, key) for key in case.hazards) or None

    return (
        Column("立案文号", WIDE, lambda case: case.number),
        Column("状态", MIDDLE, lambda case: case.status_name),
        Column("事由", MIDDLE, lambda case: case.reason_name),
        Column("所涉隐患", WIDE, of_case),
        Column("移送日期", DATE, lambda case: case.referred_on, day_style),
        Column("立案日期", DATE, lambda case: case.filed_on, day_style),
        Column("决定期限", DATE, lambda case: case.decision_due, day_style),
        Column("决定日期", DATE, lambda case: case.decided_on, day_style),
        Column("决定书文号", WIDE, lambda case: case.decision_number),
        Column("处理决定", MIDDLE, lambda case: case.kinds_name or None),
        Column("罚款（元）", DATE, lambda case: yuan(case.fine), money_style),
        Column("已缴（元）", DATE, lambda case: yuan(case.paid), money_style),
        Column("尚欠（元）", DATE, lambda case: yuan(case.outstanding), money_style),
        Column("结案", DATE, lambda case: case.closed_on, day_style),
        Column("结案情形", MIDDLE, lambda case: case.outcome_name),
    )


LIGHTS: Final = {LightColour.RED: "missed", LightColour.YELLOW: "soon", LightColour.GREEN: "done"}
FACTS: Final[tuple[Column[Fact], ...]] = (
    Column("项目", WIDE, lambda fact: fact[0]),
    Column("内容", BROAD * 2, lambda fact: fact[1]),
)
REASONS: Final[tuple[Column[Reason], ...]] = (
    Column("亮灯", SHORT, lambda one: one.colour.zh, lambda one: LIGHTS[one.colour]),
    Column("事由", WIDE, lambda one: one.rule),
    Column("隐患", BROAD * 2, lambda one: "、".join(one.hazards)),
)
VISITS: Final[tuple[Column[VisitLine], ...]] = (
    Column("计划日期", DATE, lambda one: one.planned_on, day_style),
    Column("检查日期", DATE, lambda one: one.visited_on, day_style),
    Column("类型", MIDDLE, lambda one: one.visit_kind_name),
    Column("状态", MIDDLE, lambda one: one.state_name, lambda one: "late" if one.overdue else "text"),
    Column("事由", WIDE, lambda one: one.purpose),
    Column("参加人员", WIDE, lambda one: names_of(one.officers)),
    Column("审批表编号", WIDE, lambda one: one.approval),
    Column("发现隐患", SHORT, lambda one: one.finds, centre),
    Column("备注", WIDE, lambda one: one.remark),
)
NOTICES: Final[tuple[Column[NoticeLine], ...]] = (
    Column("文号", WIDE, lambda one: one.number),
    Column("种类", WIDE, lambda one: one.kind_name),
    Column(
        "状态", DATE, lambda one: one.state_name, lambda one: "late" if one.state == "OVERDUE" else "text"
    ),
    Column("所列隐患", WIDE, lambda one: "、".join(each.number or str(each.id) for each in one.hazards)),
    Column("完成", SHORT, lambda one: f"{one.done}/{len(one.hazards)}", centre),
    Column("编号日期", DATE, lambda one: one.numbered_on, day_style),
    Column("送达日期", DATE, lambda one: one.served_on, day_style),
    Column("送达方式", DATE, lambda one: one.method_name),
    Column("受送达人", DATE, lambda one: name_of(one.recipient)),
    Column(
        "签收", WIDE, lambda one: f"拒绝签收：{one.refused}" if one.refused else name_of(one.acknowledged_by)
    ),
    Column("作废", WIDE, lambda one: one.voided_on and f"{one.voided_on}：{one.reason}"),
)
SERVICE: Final[tuple[Column[tuple[PlanItem, Quarter]], ...]] = (
    Column("年度", SHORT, lambda one: f"{one[0].year}年", centre),
    Column("季度", SHORT, lambda one: f"{one[1].quarter}季度", centre),
    Column("服务机构", MIDDLE, lambda one: one[0].institution),
    Column("合同编号", MIDDLE, lambda one: one[0].contract),
    Column("包干专家", DATE, lambda one: name_of(one[0].expert)),
    *(_duty(duty) for duty in ServiceDuty),
    Column("完成期限", DATE, lambda one: one[1].due, day_style),
    Column("状态", DATE, lambda one: one[1].state_name, lambda one: STYLES[one[1].state]),
    Column("终止日期", DATE, lambda one: one[0].ended_on, day_style),
)
POSTS: Final[tuple[Column[tuple[Responsible, Holding]], ...]] = (
    Column("岗位", MIDDLE, lambda one: one[0].post_name),
    Column("姓名", MIDDLE, lambda one: name_of(one[1].person)),
    Column("任职自", DATE, lambda one: one[1].since, day_style),
    Column("任职至", DATE, lambda one: one[1].until, day_style),
)
RISK: Final[tuple[Column[Colour], ...]] = (
    Column("风险颜色", SHORT, lambda one: one.colour_name, centre),
    Column("自", DATE, lambda one: one.since, day_style),
    Column("至", DATE, lambda one: one.until, day_style),
    Column("事由", BROAD, lambda one: one.reason),
    Column("定级人", MIDDLE, lambda one: name_of(one.by)),
)
HISTORY: Final[tuple[Column[Change], ...]] = (
    Column("日期", DATE, lambda one: one.occurred_at.date(), day_style),
    Column("事项", MIDDLE, lambda one: one.name),
    Column("内容", BROAD * 2, lambda one: one.text),
    Column("办理人", WIDE, lambda one: f"{name_of(one.actor)}（{one.role_name}）"),
)
FRESHNESS: Final[tuple[Column[Freshness], ...]] = (
    Column("部分", MIDDLE, lambda one: one.title),
    Column("日志位置", DATE, lambda one: one.position, centre),
    Column("截至时刻", WIDE, lambda one: one.up_to and instant_words(one.up_to)),
    Column("最近变动", DATE, lambda one: one.last, day_style),
    Column("核实", MIDDLE, lambda one: "宜重新核实" if one.stale else None, late_style),
    Column("搁置对象", SHORT, lambda one: one.parked or None, centre),
)
