"""状态之外的履历用语 · What happens beside the status, as an official would write it: one function for each event."""

from collections.abc import Callable, Mapping
from typing import Any

from contracts import hazard as life
from contracts.envelope import Event
from contracts.regions import Holder
from services.projections.phrases import add
from services.projections.reading import Names
from services.projections.shanghai import date_words


def _office(holder: Holder) -> str:
    return holder.organisation or f"属地（{holder.division}）"


def _offered(event: life.HazardTransferOffered, names: Names) -> str:
    verb = "建议移送" if event.proposal else "指定移送" if event.assigned else "移送"
    due = None if event.proposal else f"应于{date_words(event.answer_due)}前答复"
    kept = f"接收前仍由{_office(event.holder)}负责"
    return add(f"{verb}{_office(event.to)}：{event.reason}", due, kept)


def _accepted(event: life.TransferAccepted, names: Names) -> str:
    late = "超过答复期限" if event.late else None
    return add(
        f"接收移送，由{_office(event.holder)}负责，原由{_office(event.former)}负责", event.remark, late
    )


def _returned(event: life.TransferReturned, names: Names) -> str:
    next_step = "由安委办决定责任单位" if event.to_committee else f"仍由{_office(event.holder)}负责"
    late = "超过答复期限" if event.late else None
    return add(f"第{event.returns}次退回移送：{event.reason}", next_step, late)


def _proposed(event: life.DecisionProposed, names: Names) -> str:
    why = event.reopen_reason.zh if event.reopen_reason else None
    new = f"整改期限{date_words(event.deadline)}" if event.deadline else None
    return add(f"建议{event.act.zh}", why, event.remark, new)


def _escalated(event: life.HazardEscalated, names: Names) -> str:
    verb = "建议升级报告" if event.proposal else "升级报告"
    missed = f"整改期限为{date_words(event.deadline)}" if event.deadline else None
    return add(f"{verb}{event.level.zh}（{event.reason.zh}）", missed, event.remark)


def _penalty_proposed(event: life.PenaltyProposed, names: Names) -> str:
    return add(f"提出处罚建议（{event.reason.zh}）", event.remark)


def _referred(event: life.EnforcementReferred, names: Names) -> str:
    return f"移送执法（{event.reason.zh}）：{event.remark}"


def _case_linked(event: life.CaseLinked, names: Names) -> str:
    return f"记录立案：{event.case_number}，{date_words(event.filed_on)}立案"


def _case_decided(event: life.CaseDecided, names: Names) -> str:
    kinds = "；".join(kind.zh for kind in event.kinds)
    fine = None if event.fine is None else f"罚款{event.fine / 100:.2f}元"
    when = f"{date_words(event.decided_on)}作出"
    return add(f"记录处理决定：{event.decision_number}，{kinds}", fine, when)


def _case_closed(event: life.CaseClosed, names: Names) -> str:
    return f"记录结案：{event.outcome.zh}，{date_words(event.closed_on)}结案"


def _corrected(event: life.HazardCorrected, names: Names) -> str:
    changes = "；".join(
        f"{change.field.zh}由「{change.before or '空'}」改为「{change.after}」" for change in event.changes
    )
    added = f"补充照片{len(event.photos_added)}张" if event.photos_added else None
    return add(f"更正记录：{changes}" if changes else "更正记录", added, f"原因：{event.reason}")


def _landlord(event: life.LandlordResponded, names: Names) -> str:
    late = f"超过答复期限{date_words(event.answer_due)}" if event.late else None
    return add(f"答复（{event.answer.zh}）：{event.remark}", late)


# 用语表 · Each function takes the event it stands beside, hence Any.
BESIDE: Mapping[type[Event], Callable[[Any, Names], str]] = {
    life.HazardTransferOffered: _offered,
    life.TransferAccepted: _accepted,
    life.TransferReturned: _returned,
    life.HazardEscalated: _escalated,
    life.DecisionProposed: _proposed,
    life.PenaltyProposed: _penalty_proposed,
    life.EnforcementReferred: _referred,
    life.CaseLinked: _case_linked,
    life.CaseDecided: _case_decided,
    life.CaseClosed: _case_closed,
    life.HazardCorrected: _corrected,
    life.LandlordResponded: _landlord,
}
