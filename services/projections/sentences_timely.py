"""期限履历用语 · Service, extensions and missed dates, as an official would write them: one function for each event."""

from collections.abc import Callable, Mapping
from typing import Any

from contracts import hazard as life
from contracts.envelope import Event
from contracts.limits import Counted
from services.projections.phrases import add, name
from services.projections.reading import Names
from services.projections.shanghai import date_words


def _served(event: life.NoticeServed, names: Names) -> str:
    notice = f"文书{event.notice}" if event.notice else "责令整改文书"
    whom = event.recipient and f"由{name(event.recipient, names)}签收"
    fixed = f"整改期限为{date_words(event.deadline)}" if event.deadline else None
    return add(
        f"于{date_words(event.served_on)}{event.method.zh}{notice}", whom, fixed, _counted(event.counted)
    )


def _counted(counted: Counted | None) -> str | None:
    return counted_words(counted) if counted else None


def counted_words(counted: Counted) -> str:
    """计算依据 · 自2026年6月4日次日起计15日."""
    unpublished = "，次年放假安排未公布，日期暂定" if counted.provisional else ""
    return f"自{date_words(counted.since)}次日起计{counted.limit.zh}{unpublished}"


def _unsigned(event: life.SignatureRefused, names: Names) -> str:
    who = name(event.refused_by, names) if event.refused_by else "当事人"
    reported = event.reported_to and f"已报告{event.reported_to}"
    return add(f"记录{who}拒绝在{event.document}上签字：{event.reason}", reported)


def _withdrawn(event: life.OrderWithdrawn, names: Names) -> str:
    notice = f"，指令书{event.notice}送达前作废" if event.notice else ""
    return f"撤回责令整改{notice}：{event.reason}"


def _extension_requested(event: life.ExtensionRequested, names: Names) -> str:
    return add(
        f"申请将整改期限由{date_words(event.former)}延至{date_words(event.wanted)}：{event.reason}",
        f"延期期间防护措施：{event.protection}",
        "申请已过规定的提出时限" if event.late else None,
        f"应于{date_words(event.answer_due)}前答复",
    )


def _extension_agreed(event: life.ExtensionAgreedBySupervisor, names: Names) -> str:
    return add("初审同意延期申请", event.remark)


def _extension_granted(event: life.ExtensionGranted, names: Names) -> str:
    return add(
        f"批准延期，整改期限由{date_words(event.former)}改为{date_words(event.deadline)}", event.remark
    )


def _extension_refused(event: life.ExtensionRefused, names: Names) -> str:
    return f"不批准延期：{event.reason}，整改期限仍为{date_words(event.deadline)}"


def _missed(event: life.DeadlineMissed, names: Names) -> str:
    return f"记录第{event.round}轮整改逾期，期限为{date_words(event.deadline)}"


def _reinspection_overdue(event: life.ReinspectionOverdue, names: Names) -> str:
    due = date_words(event.reinspection_due)
    return f"记录第{event.round}轮复查超期，应于{due}前复查，责任在{event.against.zh}"


def _recomputed(event: life.DeadlineRecomputed, names: Names) -> str:
    due = f"{event.what.zh}期限由{date_words(event.former)}重算为{date_words(event.recomputed)}"
    return add(f"按已公布的放假安排，将{due}", _counted(event.counted))


# 用语表 · Each function takes the event it stands beside, hence Any.
TIMELY: Mapping[type[Event], Callable[[Any, Names], str]] = {
    life.NoticeServed: _served,
    life.SignatureRefused: _unsigned,
    life.OrderWithdrawn: _withdrawn,
    life.ExtensionRequested: _extension_requested,
    life.ExtensionAgreedBySupervisor: _extension_agreed,
    life.ExtensionGranted: _extension_granted,
    life.ExtensionRefused: _extension_refused,
    life.DeadlineMissed: _missed,
    life.ReinspectionOverdue: _reinspection_overdue,
    life.DeadlineRecomputed: _recomputed,
}
