"""文书履历用语 · Notices and papers, as an official would write of them: one function for each event."""

from collections.abc import Callable, Mapping
from typing import Any

from contracts import notice as order
from contracts import paper
from contracts.envelope import Event
from services.projections.phrases import add, name
from services.projections.reading import Names
from services.projections.shanghai import date_words


def _term(item: order.NoticeItem) -> str:
    if item.fixed_on_spot:
        return "已当场整改"
    if item.from_service:
        return f"自送达之日起{item.from_service.zh}"
    return f"期限{date_words(item.deadline)}" if item.deadline else "未定期限"


def _drafted(event: order.NoticeDrafted, names: Names) -> str:
    items = "、".join(f"{item.number}（{_term(item)}）" for item in event.items)
    return f"依据{event.visit_kind.zh}草拟{event.kind.zh}，列入隐患{items}"


def _numbered(event: order.NoticeNumbered, names: Names) -> str:
    return f"为{event.kind.zh}编号：{event.number}"


def _ordered(event: order.NoticeItemOrdered, names: Names) -> str:
    return f"据指令书{event.number}责令整改隐患{event.hazard_number}，责任人{name(event.responsible, names)}"


def _served(event: order.NoticeServed, names: Names) -> str:
    terms = "、".join(f"{item.number}至{date_words(item.deadline)}" for item in event.items)
    return add(
        f"于{date_words(event.served_on)}{event.method.zh}指令书{event.number}",
        event.recipient and f"由{name(event.recipient, names)}签收",
        event.place and f"送达地点{event.place}",
        f"整改期限：{terms}" if terms else None,
    )


def _acknowledged(event: order.NoticeAcknowledged, names: Names) -> str:
    who = f"{name(event.person, names)}（{event.capacity}）"
    return f"记录{who}在{event.place}签收指令书{event.number}"


def _unsigned(event: order.NoticeSignatureRefused, names: Names) -> str:
    who = name(event.refused_by, names) if event.refused_by else "当事人"
    witnesses = "、".join(name(one, names) for one in event.witnesses)
    return add(
        f"记录{who}拒绝签收指令书{event.number}：{event.reason}",
        witnesses and f"{witnesses}见证",
        f"附照片{len(event.photos)}张" if event.photos else None,
        event.reported_to and f"已报告{event.reported_to}",
    )


def _voided(event: order.NoticeVoided, names: Names) -> str:
    which = f"指令书{event.number}" if event.number else "未编号的指令书"
    return f"作废{which}：{event.reason}"


def _standing(event: order.OfItem) -> str:
    return f"指令书{event.number}共{event.items}项，已完成{event.done}项，{event.state.zh}"


def _done(event: order.NoticeItemDone, names: Names) -> str:
    return add(f"办结所列隐患{event.hazard_number}", _standing(event))


def _overdue(event: order.NoticeItemOverdue, names: Names) -> str:
    late = f"记录所列隐患{event.hazard_number}逾期，期限为{date_words(event.deadline)}"
    return add(late, _standing(event))


def _reopened(event: order.NoticeItemReopened, names: Names) -> str:
    return add(f"恢复所列隐患{event.hazard_number}的整改", _standing(event))


def _superseded(event: order.NoticeItemSuperseded, names: Names) -> str:
    return add(f"另行责令所列隐患{event.hazard_number}，不再以本指令书为准", _standing(event))


def _issued(event: paper.PaperIssued, names: Names) -> str:
    reason = event.reason and f"理由：{event.reason}"
    return add(
        f"以{event.office}名义出具{event.kind.zh}{event.number}",
        f"落款{date_words(event.dated)}",
        "取代此前出具的一份" if event.replaces else None,
        reason,
    )


def _replaced(event: paper.PaperSuperseded, names: Names) -> str:
    return f"以文书{event.by_number}取代文书{event.number}，后者不再有效"


def _withdrawn(event: paper.PaperWithdrawn, names: Names) -> str:
    return f"撤销文书{event.number}：{event.reason}"


# 用语表 · Each function takes the event it stands beside, hence Any.
NOTICE_SENTENCES: Mapping[type[Event], Callable[[Any, Names], str]] = {
    order.NoticeDrafted: _drafted,
    order.NoticeNumbered: _numbered,
    order.NoticeItemOrdered: _ordered,
    order.NoticeServed: _served,
    order.NoticeAcknowledged: _acknowledged,
    order.NoticeSignatureRefused: _unsigned,
    order.NoticeVoided: _voided,
    order.NoticeItemDone: _done,
    order.NoticeItemOverdue: _overdue,
    order.NoticeItemReopened: _reopened,
    order.NoticeItemSuperseded: _superseded,
}
PAPER_SENTENCES: Mapping[type[Event], Callable[[Any, Names], str]] = {
    paper.PaperIssued: _issued,
    paper.PaperSuperseded: _replaced,
    paper.PaperWithdrawn: _withdrawn,
}
