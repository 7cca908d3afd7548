"""隐患各表的栏目 · Hazards, their rounds, delays, plans and extensions, as they are printed and taken home."""

from typing import Final

from contracts.terms import Side
from contracts.values import Level
from services.projections.enterprise_sections.columns import (
    BROAD,
    DATE,
    MIDDLE,
    SHORT,
    WIDE,
    centre,
    day_style,
    money_style,
    name_of,
    names_of,
    yuan,
)
from services.projections.enterprise_sections.hazards import HazardLine, RoundLine
from services.projections.enterprise_sections.plans import DraftLine, ExtensionLine
from services.projections.enterprise_sections.timing import Delay
from services.projections.sheets import Column

NUMBER: Final = 24
RESULTS: Final = {True: "合格", False: "不合格", None: None}


def _content(draft: DraftLine) -> str | None:
    said = (
        f"{item.item_name}：{item.content}{'' if item.in_place else '（未到位）'}" for item in draft.items
    )
    return "\n".join(said) or None


HAZARDS: Final[tuple[Column[HazardLine], ...]] = (
    Column("隐患编号", NUMBER, lambda one: one.number),
    Column("状态", DATE, lambda one: one.status_name, lambda one: "late" if one.overdue else "text"),
    Column(
        "等级", SHORT, lambda one: one.level_name, lambda one: "late" if one.level is Level.MAJOR else "text"
    ),
    Column("类别", MIDDLE, lambda one: one.category_name),
    Column("判定条款", MIDDLE, lambda one: one.clause),
    Column("部位", MIDDLE, lambda one: one.place),
    Column("隐患描述", BROAD, lambda one: one.description),
    Column("来源", DATE, lambda one: one.source_name),
    Column("发现日期", DATE, lambda one: one.found_on, day_style),
    Column("登记日期", DATE, lambda one: one.timing.registered_on, day_style),
    Column("责令日期", DATE, lambda one: one.timing.ordered_on, day_style),
    Column("整改期限", DATE, lambda one: one.deadline, day_style),
    Column("提交整改", DATE, lambda one: one.timing.submitted_on, day_style),
    Column("复查合格", DATE, lambda one: one.timing.verified_on, day_style),
    Column("销号日期", DATE, lambda one: one.closed_on, day_style),
    Column("轮次", SHORT, lambda one: len(one.rounds), centre),
    Column("整改资金（元）", MIDDLE, lambda one: None if one.cost is None else yuan(one.cost), money_style),
    Column("企业延误天数", SHORT, lambda one: one.timing.late(Side.ENTERPRISE) or None, centre),
    Column("监管延误天数", SHORT, lambda one: one.timing.late(Side.OFFICE) or None, centre),
)
ROUNDS: Final[tuple[Column[tuple[HazardLine, RoundLine]], ...]] = (
    Column("隐患编号", NUMBER, lambda one: one[0].number),
    Column("轮次", SHORT, lambda one: one[1].round, centre),
    Column("责令日期", DATE, lambda one: one[1].ordered_on, day_style),
    Column("文书编号", WIDE, lambda one: one[1].notice),
    Column("整改期限", DATE, lambda one: one[1].deadline, day_style),
    Column("责任人", DATE, lambda one: name_of(one[1].responsible)),
    Column("整改措施", BROAD, lambda one: one[1].measures),
    Column("完成日期", DATE, lambda one: one[1].completed_on, day_style),
    Column("提交日期", DATE, lambda one: one[1].submitted_on, day_style),
    Column("提交人", DATE, lambda one: name_of(one[1].submitted_by)),
    Column(
        "整改资金（元）",
        MIDDLE,
        lambda one: None if one[1].cost is None else yuan(one[1].cost),
        money_style,
    ),
    Column("复查期限", DATE, lambda one: one[1].reinspection_due, day_style),
    Column("复查日期", DATE, lambda one: one[1].reinspected_on, day_style),
    Column("复查人", MIDDLE, lambda one: names_of(one[1].reinspectors)),
    Column(
        "复查结果",
        DATE,
        lambda one: RESULTS[one[1].passed],
        lambda one: "late" if one[1].passed is False else "text",
    ),
    Column("复查意见", WIDE, lambda one: one[1].remark),
    Column("销号日期", DATE, lambda one: one[1].closed_on, day_style),
)
DELAYS: Final[tuple[Column[tuple[HazardLine, Delay]], ...]] = (
    Column("隐患编号", NUMBER, lambda one: one[0].number),
    Column("轮次", SHORT, lambda one: one[1].round, centre),
    Column("事项", MIDDLE, lambda one: one[1].what_name),
    Column("责任方", DATE, lambda one: one[1].against_name, centre),
    Column("应办日期", DATE, lambda one: one[1].due, day_style),
    Column(
        "办理日期",
        DATE,
        lambda one: one[1].done_on or "尚未办理",
        lambda one: "date" if one[1].done_on else "late",
    ),
    Column("延误天数", SHORT, lambda one: one[1].days, centre),
)
PLANS: Final[tuple[Column[tuple[HazardLine, DraftLine]], ...]] = (
    Column("隐患编号", NUMBER, lambda one: one[0].number),
    Column("结果", DATE, lambda one: one[1].state_name),
    Column("要求日期", DATE, lambda one: one[1].required_on, day_style),
    Column("备案期限", DATE, lambda one: one[1].due, day_style),
    Column("备案日期", DATE, lambda one: one[1].filed_on, day_style),
    Column("备案人", DATE, lambda one: name_of(one[1].filed_by)),
    Column("方案内容", BROAD, lambda one: _content(one[1])),
    Column("通过日期", DATE, lambda one: one[1].accepted_on, day_style),
    Column("审核人", DATE, lambda one: name_of(one[1].accepted_by)),
    Column("治理期限", DATE, lambda one: one[1].deadline, day_style),
    Column("退回日期", DATE, lambda one: one[1].returned_on, day_style),
    Column("退回、免予理由", WIDE, lambda one: one[1].reason),
)
EXTENSIONS: Final[tuple[Column[tuple[HazardLine, ExtensionLine]], ...]] = (
    Column("隐患编号", NUMBER, lambda one: one[0].number),
    Column("轮次", SHORT, lambda one: one[1].round, centre),
    Column("结果", DATE, lambda one: one[1].state_name),
    Column("申请日期", DATE, lambda one: one[1].requested_on, day_style),
    Column("申请人", DATE, lambda one: name_of(one[1].requested_by)),
    Column("原期限", DATE, lambda one: one[1].former, day_style),
    Column("申请延至", DATE, lambda one: one[1].wanted, day_style),
    Column("理由", WIDE, lambda one: one[1].reason),
    Column("防护措施", WIDE, lambda one: one[1].protection),
    Column("答复期限", DATE, lambda one: one[1].answer_due, day_style),
    Column("决定日期", DATE, lambda one: one[1].decided_on, day_style),
    Column("决定人", DATE, lambda one: name_of(one[1].decided_by)),
    Column("决定后期限", DATE, lambda one: one[1].deadline, day_style),
    Column("意见", WIDE, lambda one: one[1].remark),
)
