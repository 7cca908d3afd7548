"""表头识别 · Which column of a sheet holds which field, whatever the office calls it.

A heading is compared without spaces, line breaks, brackets and marks, full-width as half-width.
"""

import re
import unicodedata
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from contracts.ledger import HEADINGS, NUMBER_HEADING, PAPER_HEADINGS

REQUIRED = ("enterprise", "inspected_on", "visit_kind", "inspectors", "description")
LAST_HEADING_LINE = 30  # titles and notes above the headings end before it
FEWEST_HEADINGS = 3  # a line with fewer is no line of headings

# 同义表头 · The canonical heading first; a later one counts only where no earlier one stands.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "number": ("系统编号", "隐患编码"),
    "enterprise": (
        "单位名称", "被检查单位", "受检单位", "被检查单位名称", "被检查企业", "检查对象", "被检查对象",
        "生产经营单位", "生产经营单位名称", "企业全称", "企业", "单位",
    ),
    "credit_code": ("社会信用代码", "信用代码", "统一信用代码", "企业信用代码", "统一代码"),
    "village": (
        "所属村社区", "村社", "社区", "所属社区", "所在村社区", "所属村", "所在村", "行政村", "属地村社",
        "属地社区", "村或社区", "村/社区", "所属村/社区",
    ),
    "industry": ("所属行业", "行业类别", "行业类型", "行业分类", "行业领域"),
    "size_class": ("企业规模", "规模类型", "规上规下", "规上/规下", "规模类别"),
    "inspected_on": (
        "检查时间", "排查日期", "排查时间", "发现日期", "发现时间", "检查年月日", "隐患发现日期", "隐患发现时间", "巡查日期", "巡查时间",
    ),
    "visit_kind": ("检查方式", "检查类别", "检查形式", "排查类型", "排查方式", "检查性质"),
    "inspectors": (
        "检查人员", "排查人", "排查人员", "检查员", "检查组成员", "检查组人员", "发现人", "巡查人", "巡查人员", "检查人姓名",
    ),
    "description": (
        "隐患内容", "存在问题", "问题描述", "存在隐患", "问题隐患", "隐患情况", "存在的问题", "存在的隐患", "隐患问题",
        "隐患问题描述", "问题隐患描述", "事故隐患描述", "存在问题隐患", "存在的问题隐患", "主要问题", "隐患", "检查情况",
    ),
    "place": ("隐患位置", "部位", "位置", "隐患地点", "具体位置", "具体部位", "隐患所在部位", "隐患场所", "所在部位"),
    "category": ("隐患分类", "隐患类型", "分类", "类别", "问题类别", "事故隐患类别"),
    "level": ("级别", "隐患级别", "等级", "隐患分级", "事故隐患等级", "隐患程度", "事故隐患级别"),
    "advice": ("治理建议", "整改意见", "整改要求", "建议", "整改建议措施", "专家建议", "处理意见"),
    "basis": ("依据", "法规依据", "法律法规依据", "检查依据", "法律法规标准依据", "法律法规", "标准依据", "依据条款"),
    "deadline": ("整改时限", "限期", "期限", "整改期限要求", "限期整改日期", "整改限期", "整改截止日期", "整改到期日", "限期整改时间"),
    "responsible": ("责任人", "企业责任人", "整改负责人", "整改责任人员", "企业整改责任人"),
    "measures": ("整改情况", "整改落实情况", "整改完成情况", "采取措施", "整改措施及情况", "整改内容"),
    "completed_on": ("完成时间", "整改完成时间", "完成日期", "实际完成日期", "实际完成时间", "整改日期", "实际整改日期"),
    "reinspected_on": ("复查时间", "复核日期", "复核时间", "回头看日期", "验收日期", "验收时间"),
    "reinspectors": ("复查人员", "复核人", "复核人员", "验收人", "验收人员"),
    "reinspection_result": ("复查结论", "复查情况", "复查意见", "复核结果", "复核结论", "验收结果", "验收结论", "结果"),
    "closed_on": ("销号时间", "闭环日期", "闭环时间", "销案日期", "销号年月日"),
    "clause": ("重大隐患判定条款", "判定依据", "重大隐患判定依据", "判定标准条款", "判定标准", "重大事故隐患判定条款"),
    "plan_filed_on": ("方案日期", "治理方案时间", "方案报送日期", "治理方案报送日期", "治理方案备案日期", "方案备案日期"),
    "plan_accepted_by": ("治理方案审核人", "方案审批人", "治理方案审批人", "方案审核人员"),
    "plan_accepted_on": ("治理方案审核日期", "方案审批日期", "方案审核时间", "治理方案审批日期", "方案通过日期"),
    "closed_by": ("销号人员", "销号审批人", "销号审核人", "销号签字人", "闭环确认人"),
    "certificates": ("执法证件号", "执法证编号", "执法证号码", "检查人执法证号", "执法人员证号"),
    "notice": (
        "指令书编号", "责令限期整改指令书编号", "责令限期整改指令书文号", "责令整改文号", "整改指令书编号", "整改指令书文号", "责令整改指令书编号",
    ),
    "served_on": ("送达日期", "送达时间", "指令书送达时间", "文书送达日期"),
    "served_to": ("签收人", "送达签收人", "文书签收人"),
}  # fmt: skip


@lru_cache(maxsize=1 << 16, typed=True)  # every line is asked whether it repeats the headings
def bare(heading: Hashable) -> str:
    """表头文字 · *企业\\u3000名称（必填） as 企业名称."""
    text = unicodedata.normalize("NFKC", str(heading))
    text = re.sub(r"\((?!社区\)|村\)).*?\)|\[.*?\]|【.*?】", "", text)
    return re.sub(r"[\s*※★#()、:/\\.\-_\"'“”]+", "", text)


NAMES: Mapping[str, tuple[str, int]] = {
    bare(name): (field, rank)
    for field, first in (NUMBER_HEADING, *HEADINGS, *PAPER_HEADINGS)
    for rank, name in enumerate((first, *ALIASES[field]))
}


@dataclass(frozen=True, slots=True)
class Headings:
    """表头 · Where the headings stand (line from 0), and the columns (from 0) of each field.

    Several columns are kept for a field only when they go by names of the same rank.
    """

    line: int
    columns: Mapping[str, tuple[int, ...]]
    notes: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """缺少 · Required fields without a column."""
        return tuple(field for field in REQUIRED if field not in self.columns)


def find_headings(grid: Sequence[Sequence[Hashable]]) -> Headings | None:
    """找表头 · The first line among the first thirty that names the most fields.

    Of two equal lines after one another it is the second: the first holds its group headings.
    """
    best: Headings | None = None
    for line in range(min(len(grid), LAST_HEADING_LINE)):
        found = headings_in(grid, line)
        number = len(found.columns)
        if number < FEWEST_HEADINGS:
            continue
        if best is None or number > len(best.columns) or (number, line) == (len(best.columns), best.line + 1):
            best = found
    return best


def headings_in(grid: Sequence[Sequence[Hashable]], line: int) -> Headings:
    """识别一行 · The fields that one line names, alone or together with the group heading above it."""
    seen: dict[str, list[tuple[int, int]]] = {}
    for column, cell in enumerate(grid[line]):
        known = NAMES.get(bare(cell)) or (grouped(grid[line - 1], column, cell) if line else None)
        if known is not None:
            seen.setdefault(known[0], []).append((known[1], column))
    columns: dict[str, tuple[int, ...]] = {}
    notes: list[str] = []
    for field, ranked in seen.items():
        first = min(ranked)[0]
        kept = [column for rank, column in ranked if rank == first]
        columns[field] = tuple(kept)
        notes.extend(
            f"「{str(grid[line][column]).strip()}」列未读取，已有「{str(grid[line][kept[0]]).strip()}」列"
            for _, column in ranked
            if column not in kept
        )
    return Headings(line=line, columns=columns, notes=tuple(notes))


def grouped(above: Sequence[Hashable], column: int, cell: Hashable) -> tuple[str, int] | None:
    """分组表头 · 复查情况 over 日期 means 复查日期."""
    own = bare(cell)
    group = re.sub(r"(情况|信息|记录)$", "", bare(above[column]) if column < len(above) else "")
    return NAMES.get(group + own) if own and group else None


def repeats(line: Sequence[Hashable], columns: Mapping[str, tuple[int, ...]]) -> bool:
    """重复表头 · The headings printed again on a later page."""
    same = sum(
        1
        for field, places in columns.items()
        if places[0] < len(line) and NAMES.get(bare(line[places[0]]), ("", 0))[0] == field
    )
    return same >= FEWEST_HEADINGS
