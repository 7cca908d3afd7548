"""履历明细 · What an event holds, field by field, in Chinese words: for a person who reads a trail on paper."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from contracts.codes import category_name
from contracts.envelope import Event
from contracts.hazard import MajorReport
from contracts.limits import Counted, Limit
from contracts.regions import Correction, EscalationLevel, Holder
from contracts.values import Coordinates, Named, PlanItem, RectificationPlan, SealedText
from services.projections.sentences import PERSON_FIELDS
from services.projections.sentences_timely import counted_words
from services.projections.shanghai import date_words, instant_words

DIGEST = "sha256:"
MONEY = frozenset({"cost", "fine"})  # in fen
NOT_SHOWN = frozenset({"number", "enterprise"})  # they stand at the head of the page
LABELS: Mapping[str, str] = {
    "acceptance_report": "企业验收报告",
    "act": "所建议的决定",
    "advice": "整改建议",
    "after": "整改后照片",
    "against": "责任方",
    "answer": "房东答复",
    "answer_due": "答复期限",
    "application": "验收申请书",
    "assigned": "安委办指定",
    "basis": "依据",
    "before": "整改前照片",
    "by": "退回单位",
    "campaign": "专项行动标识",
    "case": "案件标识",
    "case_number": "立案文号",
    "category": "隐患类别",
    "cause": "成因",
    "certificates": "执法证号",
    "changes": "更正内容",
    "channel": "督促方式",
    "clause": "判定条款",
    "closed_on": "结案日期",
    "completed_on": "完成日期",
    "content": "内容",
    "coordinates": "坐标",
    "cost": "整改资金",
    "counted": "期限计算",
    "credit_code": "统一社会信用代码",
    "danger": "现实危险",
    "deadline": "整改期限",
    "deadline_version": "期限版本",
    "decided_on": "决定日期",
    "decision_number": "决定书文号",
    "department_report": "报告部门",
    "description": "隐患描述",
    "document": "文书名称",
    "due": "核实期限",
    "emergency": "紧急措施",
    "enterprise_name": "企业名称",
    "evidence": "证据",
    "evidence_reason": "证据说明",
    "extent": "措施范围",
    "file": "移送材料",
    "filed_on": "立案日期",
    "filing_due": "报上级备案期限",
    "fine": "罚款",
    "fixed_by": "整改人",
    "former": "原期限",
    "found_on": "发现日期",
    "from_at": "开始实施时间",
    "from_service": "自送达之日起",
    "service_due": "文书送达期限",
    "holder": "责任单位",
    "inspectors": "复查人",
    "internal": "内部挂牌",
    "kind": "强制措施",
    "kinds": "措施种类",
    "late": "申请过晚",
    "level": "隐患等级",
    "measures": "整改措施",
    "method": "送达方式",
    "mode": "复查方式",
    "note": "核实意见",
    "notice": "文书编号",
    "notice_id": "指令书标识",
    "notified_at": "通知企业时间",
    "object": "企业",
    "object_text": "对象描述",
    "officer_present": "执法人员在场",
    "officers": "执法人员",
    "opinion": "意见",
    "other": "相同的隐患",
    "outcome": "结案情形",
    "own": "自行采取",
    "person": "被督促人",
    "photos": "照片",
    "photos_added": "补充的照片",
    "place": "隐患位置",
    "plan": "治理方案",
    "plan_due": "治理方案期限",
    "previous": "原责任人",
    "progress": "整改进展",
    "progress_due": "进展报告期限",
    "proposal": "仅为建议",
    "proposed_by": "提出人",
    "protection": "延期期间防护措施",
    "publication_due": "公布期限",
    "reason": "理由",
    "recipient": "签收人",
    "recomputed": "重算后的期限",
    "referral_required": "应移送执法",
    "refusal": "拒不执行的事实",
    "refused_by": "拒绝签字人",
    "reinspection_due": "复查期限",
    "remark": "说明",
    "reopen_reason": "重新打开原因",
    "report": "举报原文",
    "report_due": "报告期限",
    "reported_to": "报告的部门",
    "responsible": "整改责任人",
    "returns": "退回次数",
    "review_due": "审查期限",
    "revision": "版次",
    "round": "整改轮次",
    "self_set": "企业自定期限",
    "served_on": "送达日期",
    "signed_by": "签发人",
    "source": "隐患来源",
    "standard": "应达到的标准",
    "statement": "申请理由",
    "supervision_level": "督办级别",
    "to": "移送至",
    "to_committee": "由安委办决定",
    "track": "闭环轨道",
    "triage_due": "上报、核实期限",
    "unit": "督办单位",
    "urgent": "紧急情形",
    "urgent_reason": "紧急理由",
    "verified": "当场核验合格",
    "visit": "检查标识",
    "visit_kind": "检查类型",
    "waived": "台账未载",
    "wanted": "申请延至",
    "warning_sign": "警示标志照片",
    "what": "期限种类",
    "witness": "在场见证人",
}
PLAN_LABELS: Mapping[str, str] = {
    "target": "目标任务",
    "responsibility": "责任",
    "measures": "措施",
    "funds": "资金",
    "time_limit": "时限",
    "emergency_plan": "预案",
    "in_governance_plan": "纳入治理计划",
}
REPORT_LABELS: Mapping[str, str] = {
    "department": "部门",
    "situation": "现状及产生原因",
    "harm": "危害程度",
    "difficulty": "整改难易程度",
}


# The same field name, another thing.
LABELS_OF: Mapping[tuple[str, str], str] = {
    ("hazard.escalated", "level"): "升级至",
    ("hazard.listed", "level"): "督办级别",
    ("hazard.transfer-accepted", "former"): "原责任单位",
}


def details(event: Event, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """明细 · A label and a text for each field that says something, in the event's own order; photos are left out."""
    return [line for field in type(event).model_fields for line in _lines(event, field, names)]


def digests(event: Event) -> list[tuple[str, str]]:
    """照片摘要 · A label and a digest for each photograph or document an event names."""
    return [
        (LABELS.get(field, field), digest)
        for field in type(event).model_fields
        for digest in _several(getattr(event, field))
        if isinstance(digest, str) and digest.startswith(DIGEST)
    ]


def _lines(event: Event, field: str, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    value = getattr(event, field)
    label = LABELS_OF.get((event.TYPE, field)) or LABELS.get(field, field)
    if (
        field in NOT_SHOWN
        or value in (None, ())
        or (value is False and not type(event).model_fields[field].is_required())
    ):
        return
    if isinstance(value, RectificationPlan):
        yield from _plan(value)
    elif isinstance(value, MajorReport):
        yield from ((f"报告·{label}", getattr(value, part)) for part, label in REPORT_LABELS.items())
    elif not any(str(part).startswith(DIGEST) for part in _several(value)):
        yield label, "、".join(_words(field, part, names) for part in _several(value))


def _plan(plan: RectificationPlan) -> Iterator[tuple[str, str]]:
    for field, label in PLAN_LABELS.items():
        item: PlanItem = getattr(plan, field)
        yield f"方案·{label}", f"{item.content}（{'已到位' if item.in_place else '未到位'}）"


def _several(value: object) -> Sequence[object]:
    return value if isinstance(value, tuple) else (value,)


def _words(field: str, value: object, names: Mapping[str, str]) -> str:
    match value:
        case Named() | EscalationLevel():
            return value.zh
        case bool():
            return "是" if value else "否"
        case datetime():
            return instant_words(value)
        case date():
            return date_words(value)
        case SealedText() | Coordinates() | Limit() | Counted() | Holder() | Correction():
            return _composed(value)
        case int() if field in MONEY:
            return f"{value / 100:,.2f}元"
        case int() if field == "round":
            return f"第{value}轮"
        case str() if field == "category":
            return f"{category_name(value)}（{value}）"
        case str() if field in PERSON_FIELDS or field in {"object", "other"}:
            return names.get(value, value)
        case _:
            return str(value)


def _composed(value: SealedText | Coordinates | Limit | Counted | Holder | Correction) -> str:
    if isinstance(value, Holder):
        return value.organisation or f"属地（{value.division}）"
    if isinstance(value, Correction):
        return f"{value.field.zh}由「{value.before or '无'}」更正为「{value.after}」"
    if isinstance(value, Limit):
        return value.zh
    if isinstance(value, Counted):
        return counted_words(value)
    if isinstance(value, SealedText):
        return f"另存，可依法删除；加盐承诺 {value.commitment}"
    return f"经度{value.longitude}°，纬度{value.latitude}°（{value.datum}）"
