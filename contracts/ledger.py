"""台账 · The columns of the ledger a township keeps: the import reads them, the export writes the same."""

from typing import Final

Heading = tuple[str, str]  # field, 中文 heading

# 隐患编号 · Given by the system; an exported row is known by it when it comes back.
NUMBER_HEADING: Final[Heading] = ("number", "隐患编号")
HEADINGS: Final[tuple[Heading, ...]] = (
    ("enterprise", "企业名称"),
    ("credit_code", "统一社会信用代码"),
    ("village", "村社区"),
    ("industry", "行业"),
    ("size_class", "规模"),
    ("inspected_on", "检查日期"),
    ("visit_kind", "检查类型"),
    ("inspectors", "检查人"),
    ("description", "隐患描述"),
    ("place", "隐患部位"),
    ("category", "隐患类别"),
    ("level", "隐患等级"),
    ("advice", "整改建议"),
    ("basis", "法律依据"),
    ("deadline", "整改期限"),
    ("responsible", "整改责任人"),
    ("measures", "整改措施"),
    ("completed_on", "整改完成日期"),
    ("reinspected_on", "复查日期"),
    ("reinspectors", "复查人"),
    ("reinspection_result", "复查结果"),
    ("closed_on", "销号日期"),
    # What only a major hazard's row holds.
    ("clause", "判定条款"),
    ("plan_filed_on", "治理方案日期"),
    ("plan_accepted_by", "方案审核人"),
    ("plan_accepted_on", "方案审核日期"),
    ("closed_by", "销号人"),
)
# 文书列 · What stands on the papers of an inspection; an office fills them in where it made such papers.
PAPER_HEADINGS: Final[tuple[Heading, ...]] = (
    ("certificates", "执法证号"),
    ("notice", "指令书文号"),
    ("served_on", "指令书送达日期"),
    ("served_to", "指令书签收人"),
)
# 只读列 · Told by the export, ignored by the import.
STANDING_HEADINGS: Final[tuple[Heading, ...]] = (("status", "状态"), ("days_left", "剩余天数"))
EXPORT_HEADINGS: Final[tuple[Heading, ...]] = (NUMBER_HEADING, *HEADINGS, *STANDING_HEADINGS)

PASSED: Final = "合格"
FAILED: Final = "不合格"
SEVERAL: Final = "、"  # between the names of several persons in one cell
CLAUSES: Final = "；"  # between several legal bases in one cell
