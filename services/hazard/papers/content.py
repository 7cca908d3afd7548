"""文书内容 · What each paper says, field by field, under the names by which a template asks for it; pure.

A field's `title` is its name in a template. Lists and groups are parts with fields of their own.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from contracts.paper import PaperKind


class Part(BaseModel):
    """部分 · A group of fields; frozen, and complete: what is not known is an empty text."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def field(name: str, meaning: str, example: str = "") -> Any:  # Any: pydantic's field stands for each type
    """字段 · A text under its name in templates, empty unless it is given."""
    return Field(default="", title=name, description=meaning, examples=[example])


def group(name: str, meaning: str) -> Any:  # Any: as above
    """组 · A part, or parts in a row, under its name in templates."""
    return Field(title=name, description=meaning)


class PersonPart(Part):
    """人员 · Somebody as the paper prints them."""

    name: str = field("姓名", "人员姓名", "张三")
    certificate: str = field("证号", "执法证号；没有的为空", "33011100123")
    function: str = field("职务", "在本次检查中的身份", "组长")
    phone: str = field("电话", "联系电话；只印负责人的", "057100000000")


class ItemPart(Part):
    """隐患 · One hazard, as one line or one paragraph of a paper."""

    order: str = field("序号", "在本文书中的序号", "1")
    number: str = field("隐患编号", "系统内编号", "HZ-330111-2026-000123")
    place: str = field("部位", "隐患所在部位", "2号车间配电间")
    category: str = field("类别", "隐患类别", "用电安全（B04）")
    level: str = field("等级", "一般或者重大", "一般")
    found_on: str = field("发现日期", "发现之日", "2026年6月3日")
    source: str = field("来源", "怎样发现的", "监督检查")
    problem: str = field("问题", "隐患描述", "配电箱外壳未做保护接地")
    basis: str = field("依据", "所依据的法律、标准条款", "GB 50054-2011 5.2.1")
    advice: str = field("整改要求", "整改措施建议及验收标准", "外壳做保护接地，接地电阻不大于4Ω")
    deadline: str = field("整改期限", "责令的期限", "2026年6月18日前")
    responsible: str = field("责任人", "整改责任人", "王五")
    disposition: str = field("处理", "当场整改、责令限期整改等", "责令限期整改")
    status: str = field("状态", "成文时的状态", "整改中")
    measures: str = field("整改情况", "企业报告的整改措施", "已加装接地线")
    result: str = field("复查结果", "合格、不合格或者尚未复查", "复查合格")
    remark: str = field("复查说明", "复查所见", "接地电阻实测2.1Ω")
    next_deadline: str = field("重新整改期限", "复查不合格的新期限", "")


class SignaturePart(Part):
    """签字 · Whether the enterprise's representative signed."""

    state: str = field("情况", "待签字、已签字或者拒绝签字", "拒绝签字")
    name: str = field("签字人", "签字或者拒绝签字的人", "王五")
    reason: str = field("理由", "拒绝签字的理由", "称对检查结论有异议")
    reported_to: str = field("报告部门", "拒绝签字报告的部门", "区应急管理局")
    witnesses: str = field("见证人", "见证拒绝签字的人员", "张三、李四")


class Content(Part):
    """文书 · What every paper says."""

    title: str = field("标题", "文书名称", "现场检查记录")
    number: str = field("文号", "文书编号", "蜀应急检记〔2026〕12号")
    office: str = field("机关", "出具文书的机关全称，落款和盖章处", "余杭区蜀山街道办事处")
    dated: str = field("成文日期", "落款日期", "2026年6月3日")
    enterprise: str = field("单位名称", "被检查单位全称", "蜀山精密机械有限公司")
    credit_code: str = field("信用代码", "统一社会信用代码", "91330424MA28AQAQXU")
    place: str = field("单位地址", "生产经营地址", "蜀山街道湖滨路8号")
    industry: str = field("行业", "所属行业", "机械")
    head: PersonPart = group("负责人", "被检查单位主要负责人")
    address: str = field("查验网址", "二维码打开的网址", "https://example.org/p/abcdefghijklmnopqrstuvwxyz")
    code: str = field("查验码", "网址末尾的一段", "abcdefghijklmnopqrstuvwxyz")


class OfVisit(Content):
    """检查文书 · What the papers of a visit have in common."""

    visit_kind: str = field("检查类型", "行政检查、专家服务等", "行政检查")
    visited_on: str = field("检查日期", "检查之日", "2026年6月3日")
    visited_at: str = field("检查时间", "起止时间；不知道时刻的只有日期", "2026年6月3日9时41分至11时20分")
    visited_place: str = field("检查场所", "检查了哪里", "2号车间、仓库")
    officers: tuple[PersonPart, ...] = group("检查人员", "检查人员，逐人")
    officers_line: str = field(
        "检查人员名单", "检查人员连写", "张三（证号33011100123）、李四（证号33011100124）"
    )
    may_order: bool = Field(False, title="执法检查", description="是否可以责令整改的检查（布尔值，用于条件）")
    basis: str = field("检查依据", "检查计划、批准或者任务", "2026年度检查计划")
    summary: str = field("检查情况", "检查记录的正文", "")
    items: tuple[ItemPart, ...] = group("隐患", "逐条隐患")
    total: str = field("隐患总数", "本文书所列隐患数", "6")
    majors: str = field("重大隐患数", "其中重大", "0")
    signature: SignaturePart = group("签字", "被检查单位签字情况")


class Record(OfVisit):
    """现场检查记录 · What was seen on the spot, signed by both sides (AQF 68)."""


class Report(OfVisit):
    """安全检查报告 · The findings with their basis and advice, for the enterprise to work through."""

    conclusion: str = field("结论", "总的意见", "")


class Remedies(Part):
    """救济 · To whom, and within how long, somebody may turn against an order."""

    authority: str = field("复议机关", "向谁申请行政复议", "余杭区人民政府")
    reconsideration: str = field("复议期限", "申请行政复议的期限", "60日")
    court: str = field("法院", "向谁提起行政诉讼", "有管辖权的人民法院")
    litigation: str = field("诉讼期限", "提起行政诉讼的期限", "6个月")


class Order(OfVisit):
    """责令限期整改指令书 · The order: each hazard with its clause and its own deadline, and the way against it."""

    remedies: Remedies = group("救济", "复议和诉讼")


class Reinspection(OfVisit):
    """整改复查意见书 · What became of each hazard of an order."""

    order_number: str = field("原文书编号", "责令限期整改指令书编号", "余应急责改〔2026〕12号")
    ordered_on: str = field("原责令日期", "责令之日", "2026年6月3日")
    inspected_on: str = field("复查日期", "最近一次复查之日", "2026年6月19日")
    passed: str = field("合格数", "复查合格的条数", "5")
    failed: str = field("不合格数", "复查不合格的条数", "1")
    conclusion: str = field("结论", "复查意见", "")


class HazardList(Content):
    """隐患清单 · All hazards of an enterprise on a day, each with its measure."""

    items: tuple[ItemPart, ...] = group("隐患", "逐条隐患")
    total: str = field("隐患总数", "本清单所列隐患数", "6")
    majors: str = field("重大隐患数", "其中重大", "0")
    open: str = field("未销号数", "尚未销号的条数", "4")


CONTENTS: dict[PaperKind, type[Content]] = {
    PaperKind.RECORD: Record,
    PaperKind.ORDER: Order,
    PaperKind.REINSPECTION: Reinspection,
    PaperKind.REPORT: Report,
    PaperKind.LIST: HazardList,
}
