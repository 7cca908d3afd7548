"""用语 · Chinese words for codes and fields that the API's document gives no Chinese for."""

import re
from collections.abc import Iterator, Mapping

from contracts.catalogue import BY_TYPE  # brings every code list of the published language, too
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

# 读模型各表 · What stands behind the name and the version of a read model in the name of a table.
PARTS: Mapping[str, str] = {
    "beside": "旁及",
    "business": "经营",
    "duration": "历时",
    "enterprise": "企业",
    "frontier": "汇总进度",
    "hazard": "隐患",
    "histogram": "历时分布",
    "moment": "时刻",
    "place": "统计格",
    "plan": "计划",
    "step": "步骤",
    "sum": "汇总",
    "text": "检索词",
    "tree": "区划树",
    "visit": "检查",
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


def table(name: str) -> str:
    """表名 · A table of a read model, as people call it; a part that nobody named is told as it is."""
    model, version, rest = re.match(r"(.*)_v([0-9]+)_?(.*)", name).groups()  # type: ignore[union-attr]  # as all are named
    said = f"{read_model(model)}第 {version} 版"
    return f"{said}·{PARTS.get(rest, rest)}" if rest else said


def event(kind: str) -> str:
    """事件名称 · What an event is called, by its contract name; that name where it is not known."""
    found = BY_TYPE.get(kind)
    return chinese(found.__doc__) if found else kind


def chinese(text: str | None) -> str:
    """中文 · The Chinese half of a text in both languages."""
    return (text or "").partition(" · ")[0]
