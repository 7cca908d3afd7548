"""履历明细 · What an event holds, field by field, in Chinese words: for a person who reads a trail on paper."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from contracts.codes import category_name
from contracts.envelope import Event
from contracts.values import Coordinates, Named, PlanItem, RectificationPlan, SealedText
from services.projections.sentences import PERSON_FIELDS
from services.projections.shanghai import date_words, instant_words

DIGEST = "sha256:"
NOT_SHOWN = frozenset({"number", "enterprise"})  # they stand at the head of the page
LABELS: Mapping[str, str] = {
    "acceptance_report": "企业验收报告",
    "advice": "整改建议",
    "after": "整改后照片",
    "basis": "依据",
    "before": "整改前照片",
    "category": "隐患类别",
    "cause": "成因",
    "certificates": "执法证号",
    "channel": "督促方式",
    "clause": "判定条款",
    "completed_on": "完成日期",
    "content": "内容",
    "coordinates": "坐标",
    "cost": "整改资金",
    "credit_code": "统一社会信用代码",
    "deadline": "整改期限",
    "description": "隐患描述",
    "due": "核实期限",
    "enterprise_name": "企业名称",
    "evidence": "证据",
    "evidence_reason": "证据说明",
    "fixed_by": "整改人",
    "found_on": "发现日期",
    "inspectors": "复查人",
    "level": "隐患等级",
    "measures": "整改措施",
    "mode": "复查方式",
    "note": "核实意见",
    "notice": "文书编号",
    "object": "企业",
    "object_text": "对象描述",
    "officer_present": "执法人员在场",
    "other": "相同的隐患",
    "person": "被督促人",
    "photos": "照片",
    "place": "隐患位置",
    "plan": "治理方案",
    "plan_due": "治理方案期限",
    "previous": "原责任人",
    "progress": "整改进展",
    "proposal": "仅为建议",
    "reason": "理由",
    "referral_required": "应移送执法",
    "reinspection_due": "复查期限",
    "remark": "说明",
    "report": "举报原文",
    "report_due": "报告期限",
    "responsible": "整改责任人",
    "revision": "版次",
    "round": "整改轮次",
    "self_set": "企业自定期限",
    "source": "隐患来源",
    "standard": "应达到的标准",
    "track": "闭环轨道",
    "verified": "当场核验合格",
    "visit_kind": "检查类型",
    "waived": "台账未载",
    "warning_sign": "警示标志照片",
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
    label = LABELS.get(field, field)
    if (
        field in NOT_SHOWN
        or value in (None, ())
        or (value is False and not type(event).model_fields[field].is_required())
    ):
        return
    if isinstance(value, RectificationPlan):
        yield from _plan(value)
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
        case Named():
            return value.zh
        case bool():
            return "是" if value else "否"
        case datetime():
            return instant_words(value)
        case date():
            return date_words(value)
        case SealedText() | Coordinates():
            return _composed(value)
        case int() if field == "cost":
            return f"{value / 100:,.2f}元"
        case int() if field == "round":
            return f"第{value}轮"
        case str() if field == "category":
            return f"{category_name(value)}（{value}）"
        case str() if field in PERSON_FIELDS or field in {"object", "other"}:
            return names.get(value, value)
        case _:
            return str(value)


def _composed(value: SealedText | Coordinates) -> str:
    if isinstance(value, SealedText):
        return f"另存，可依法删除；加盐承诺 {value.commitment}"
    return f"经度{value.longitude}°，纬度{value.latitude}°（{value.datum}）"
