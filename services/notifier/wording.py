"""措辞 · What a reminder says: number, place and days left, in Chinese; no phone, names by id until it is sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.notifier.calendar import days_past, last_day
from services.notifier.obligations import Case

# 每条规则一句 · A sentence for each rule of rules.py, by its name.
SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "deadline-near": (
        "整改期限临近：{number}，还剩{left}天",
        "{what}，整改期限为{due}，还剩{left}天，请按期完成整改并上报。",
    ),
    "deadline-today": (
        "整改期限今日届满：{number}",
        "{what}，整改期限为{due}，今日24时届满，请今日完成整改并上报。",
    ),
    "overdue": (
        "整改逾期{late}天：{number}",
        "{what}，整改期限为{due}，已逾期{late}天，请立即整改并上报；确有困难的，请主动联系属地监管人员说明。",
    ),
    "reinspection-near": (
        "复查期限临近：{number}，还剩{left}天",
        "{what}，整改已上报，应于{due}前完成复查，还剩{left}天，请安排复查。",
    ),
    "reinspection-today": (
        "复查期限今日届满：{number}",
        "{what}，整改已上报，应于今日（{due}）完成复查，请今日复查并登记结果。",
    ),
    "reinspection-overdue": (
        "复查超期{late}天：{number}",
        "{what}，整改已上报，应于{due}前完成复查，已超期{late}天，请立即复查并登记结果。",
    ),
}


@dataclass(frozen=True, slots=True)
class Words:
    """文字 · Subject and text of a reminder."""

    subject: str
    text: str


def write(rule: str, case: Case, due: datetime, now: datetime) -> Words:
    """成文 · The words of a rule about a hazard, with the days as they are when it is sent.

    Raises KeyError for a rule without a sentence.
    """
    subject, text = SENTENCES[rule]
    past = days_past(due, now)
    day = last_day(due)
    values = {
        "number": case.number,
        "what": f"{case.enterprise_name}“{case.place}”的{case.level.zh}事故隐患（编号{case.number}）",
        "due": f"{day.year}年{day.month}月{day.day}日",
        "left": max(-past, 0),
        "late": max(past, 0),
    }
    return Words(subject.format_map(values), text.format_map(values))


def addressed(words: Words, name: str | None) -> str:
    """称呼 · The text as a letter to a person, by name where the name is known."""
    return f"{name}，您好：\n\n{words.text}\n" if name else f"{words.text}\n"
