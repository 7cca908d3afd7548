"""用语 · Chinese words for codes and fields that the API's document gives no Chinese for."""

from collections.abc import Iterator, Mapping

import contracts.catalogue  # noqa: F401  # brings every code list of the published language
from contracts.codes import CATEGORIES
from contracts.values import Named, Role

# Fields of what stands inside an ask: part of events, whose schemas name them in English.
FIELDS: Mapping[str, str] = {
    "amount": "数量",
    "content": "内容",
    "datum": "坐标系",
    "in_place": "已落实到位",
    "latitude": "纬度",
    "longitude": "经度",
    "rolls": "末日顺延",
    "unit": "单位",
}
CODES: Mapping[str, str] = {
    "pass": "合格",
    "fail": "不合格",
    "RECTIFICATION": "整改",
    "REINSPECTION": "复查",
    "EXTENSION_ANSWER": "延期答复",
    "PLAN": "治理方案",
    "WGS84": "世界大地坐标系",
    "GCJ02": "国测局坐标系",
    "BD09": "百度坐标系",
    "CGCS2000": "国家大地坐标系",
}
ESCALATION = {"0": "未升级", "1": "镇街分管领导", "2": "主管部门", "3": "安委办"}
READ_MODELS: Mapping[str, str] = {
    "campaign_coverage": "专项行动覆盖",
    "cases": "执法案件",
    "enterprise_file": "一企一档",
    "ledger": "隐患台账",
    "service_duty": "服务计划",
    "tallies": "统计",
    "trail": "履历",
    "visits": "检查安排",
}


def _lists(of: type[Named] = Named) -> Iterator[type[Named]]:
    for kind in of.__subclasses__():
        yield kind
        yield from _lists(kind)


def choices(name: str, codes: list[object]) -> dict[object, str]:
    """选项 · The codes of a list with their Chinese names; `name` is that of the list in the document."""
    lists = {kind.__name__: kind for kind in _lists()}
    known = lists.get(name)
    own = {str(member.value): member.zh for member in known} if known else {}
    return {
        code: own.get(str(code)) or CODES.get(str(code)) or ESCALATION.get(str(code)) or str(code)
        for code in codes
    }


def categories() -> dict[object, str]:
    """隐患类别 · Every code with its name, in the order of the codes."""
    return {code: f"{code} {name}" for code, name in CATEGORIES.items()}


def role_names(codes: list[str]) -> str:
    """角色 · Several roles in a row."""
    return "、".join(Role(code).zh for code in codes)


def read_model(name: str) -> str:
    """读模型名称 · What a read model is called by people; its own name where nobody said."""
    return READ_MODELS.get(name, name)


def chinese(text: str | None) -> str:
    """中文 · The Chinese half of a text in both languages."""
    return (text or "").partition(" · ")[0]
