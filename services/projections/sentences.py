"""履历用语 · What happened to a hazard, as an official would write it: one function for each event.

A sentence says what was done; who, when and in which role stand before it (`told`).
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from contracts import hazard as life
from contracts.codes import category_name
from contracts.envelope import Envelope, Event
from contracts.values import Entry, Role, Waiver
from services.projections.phrases import add as _add
from services.projections.phrases import name as _name
from services.projections.reading import Names
from services.projections.sentences_beside import BESIDE
from services.projections.sentences_timely import TIMELY
from services.projections.shanghai import date_words, day, instant_words

PERSON_FIELDS = (
    "responsible", "previous", "fixed_by", "witness", "person", "inspectors", "proposed_by", "signed_by", "officers",
    "recipient", "refused_by",
)  # fmt: skip


Sentences = Mapping[type[Event], Callable[[Any, Names], str]]  # Any: each takes the event it stands beside


def told(
    envelope: Envelope, event: Event, names: Names, *, sealed: bool, sentences: Sentences | None = None
) -> str:
    """整句 · 2026年6月3日 10:02，镇街执法人员李四责令整改……。

    Marks in brackets say what came late or from a ledger, and what the ledger lacked. `sentences` are those of what it
    happened to; without any, of a hazard.
    """
    nameless = sealed or envelope.role is Role.SYS
    who = envelope.role.zh + ("" if nameless else _name(envelope.actor, names))
    # A ledger knows the day only; the hour of its steps is ours, for their order.
    ledger = envelope.entry is Entry.LEDGER
    when = date_words(day(envelope.occurredat)) if ledger else instant_words(envelope.occurredat)
    what = (sentences or SENTENCES)[type(event)](event, names).rstrip("。")
    said = f"{when}，{who}{what}。"
    marks = [*_entry(envelope, names), *_waived(getattr(event, "waived", ()))]
    return f"{said}（{'；'.join(marks)}）" if marks else said


def people_of(envelope: Envelope, event: Event) -> set[str]:
    """涉及人员 · Every person id an event and its envelope name."""
    found = {envelope.actor, *([envelope.enteredby] if envelope.enteredby else [])}
    for field in PERSON_FIELDS:
        value = getattr(event, field, None)
        found.update((value,) if isinstance(value, str) else value or ())
    return found


def _entry(envelope: Envelope, names: Names) -> list[str]:
    match envelope.entry:
        case Entry.LEDGER:
            by = f"，{_name(envelope.enteredby, names)}录入" if envelope.enteredby else ""
            return [f"台账导入{by}"]
        case Entry.OFFLINE:
            return [f"补录，{instant_words(envelope.time)}到达"]
        case Entry.LIVE:
            return []


def _waived(waived: Iterable[Waiver]) -> list[str]:
    lacking = "、".join(waiver.zh for waiver in waived)
    return [f"台账未载：{lacking}"] if lacking else []


def _names(people: Iterable[str], names: Names) -> str:
    return "、".join(_name(person, names) for person in people)


def _by(deadline: date, responsible: str, names: Names) -> str:
    return f"期限{date_words(deadline)}，责任人{_name(responsible, names)}"


def _captured(event: life.HazardCaptured, names: Names) -> str:
    kind = f"（{event.visit_kind.zh}）" if event.visit_kind else ""
    where = f"在{event.place}" if event.place else ""
    officer = "，执法人员在场" if event.officer_present else ""
    campaign = "，属专项行动" if event.campaign else ""
    due = f"，属检查表关键项，应于{instant_words(event.triage_due)}前上报、核实" if event.triage_due else ""
    return f"{where}发现{kind}：{event.description or '（描述待补）'}{officer}{campaign}{due}"


def _submitted(event: life.HazardSubmitted, names: Names) -> str:
    reason = f"，{event.evidence_reason}" if event.evidence_reason else ""
    return f"上报隐患：{event.place}，{event.description}（{category_name(event.category)}，证据：{event.evidence.zh}{reason}）"


def _confirmation_requested(event: life.ConfirmationRequested, names: Names) -> str:
    return f"的上报须先核实，应于{instant_words(event.due)}前核实"


def _registered(event: life.HazardRegistered, names: Names) -> str:
    what = f"{event.level.zh}隐患，{category_name(event.category)}，{event.track.zh}"
    return f"登记隐患{event.number}：{event.enterprise_name}，{what}"


def _confirmed(event: life.HazardConfirmed, names: Names) -> str:
    return _add("核实属实", event.note)


def _rejected(event: life.HazardRejected, names: Names) -> str:
    return f"认定不属于隐患：{event.reason}"


def _duplicate(event: life.HazardMarkedDuplicate, names: Names) -> str:
    return f"认定为重复，与隐患{names.get(event.other, event.other)}相同"


def _voided(event: life.HazardVoided, names: Names) -> str:
    return f"作废：{event.reason}"


def _classified(event: life.HazardClassified, names: Names) -> str:
    verb = "建议定为" if event.proposal else "定为"
    cause = f"成因{event.cause.zh}" if event.cause else None
    return _add(
        f"{verb}{event.level.zh}隐患",
        category_name(event.category),
        cause,
        event.clause and f"依据{event.clause}",
        f"应于{instant_words(event.report_due)}前书面报告主管部门" if event.report_due else None,
    )


def _major(event: life.MajorHazardRegistered, names: Names) -> str:
    clause = event.clause and f"依据{event.clause}"
    due = f"应于{instant_words(event.report_due)}前报告主管部门"
    report = event.department_report
    told = f"同时报告{report.department}：{report.situation}" if report else due
    return _add("登记为重大事故隐患", clause, told)


def _upgraded(event: life.HazardUpgraded, names: Names) -> str:
    return f"升级为重大事故隐患：{event.reason}，依据{event.clause}"


def _plan_required(event: life.PlanRequired, names: Names) -> str:
    return f"要求报送治理方案，期限{date_words(event.plan_due)}"


def _plan_waived(event: life.PlanWaived, names: Names) -> str:
    return f"同意免报治理方案：{event.reason}"


def _plan_filed(event: life.PlanFiled, names: Names) -> str:
    return "报送治理方案" if event.plan is None else f"报送治理方案，目标：{event.plan.target.content}"


def _plan_accepted(event: life.PlanAccepted, names: Names) -> str:
    return f"审核通过治理方案，{_by(event.deadline, event.responsible, names)}"


def _plan_returned(event: life.PlanReturned, names: Names) -> str:
    return f"退回治理方案：{event.reason}"


def _advised(event: life.RectificationAdvised, names: Names) -> str:
    basis = "、".join(event.basis)
    standard = event.standard and f"达到标准：{event.standard}"
    return _add(f"提出整改建议（第{event.revision}版）：{event.advice}", basis and f"依据{basis}", standard)


def _fixed(event: life.FixedOnSpot, names: Names) -> str:
    witness = event.witness and f"{_name(event.witness, names)}在场"
    result = "当场核验合格" if event.verified else "待复查"
    return _add(f"记录当场整改：{event.measures}", f"整改人{_name(event.fixed_by, names)}", witness, result)


def _ordered(event: life.RectificationOrdered, names: Names) -> str:
    certificates = "、".join(event.certificates)
    return _add(
        f"责令整改（{event.visit_kind.zh}）",
        _ordered_by(event),
        f"责任人{_name(event.responsible, names)}",
        event.notice and f"文书{event.notice}",
        certificates and f"执法证号{certificates}",
    )


def _ordered_by(event: life.RectificationOrdered) -> str | None:
    if event.from_service:
        return f"期限自送达之日起{event.from_service.zh}"
    return f"期限{date_words(event.deadline)}" if event.deadline else None


def _asked(event: life.RectificationAsked, names: Names) -> str:
    verb = "自定整改期限" if event.self_set else "要求整改"
    return f"{verb}，{_by(event.deadline, event.responsible, names)}"


def _assigned(event: life.ResponsibleAssigned, names: Names) -> str:
    former = event.previous and f"原责任人{_name(event.previous, names)}"
    return _add(f"指定整改责任人{_name(event.responsible, names)}", former, event.reason)


def _progress(event: life.ProgressReported, names: Names) -> str:
    due = f"下次应于{date_words(event.progress_due)}前报告" if event.progress_due else None
    return _add(f"报告整改进展：{event.progress}", due)


def _urged(event: life.RectificationUrged, names: Names) -> str:
    whom = _name(event.person, names) if event.person else "企业"
    return f"督促{whom}（{event.channel.zh}）：{event.content}"


def _rectified(event: life.RectificationSubmitted, names: Names) -> str:
    cost = None if event.cost is None else f"投入{event.cost / 100:.2f}元"
    return _add(
        f"提交第{event.round}轮整改：{event.measures}",
        f"{date_words(event.completed_on)}完成",
        cost,
        f"应于{date_words(event.reinspection_due)}前复查",
    )


def _passed(event: life.ReinspectionPassed, names: Names) -> str:
    by = f"复查人{_names(event.inspectors, names)}"
    return _add(f"{event.mode.zh}复查第{event.round}轮整改合格", by, event.remark)


def _failed(event: life.ReinspectionFailed, names: Names) -> str:
    by = f"复查人{_names(event.inspectors, names)}"
    referral = "应移送执法" if event.referral_required else None
    return _add(f"{event.mode.zh}复查第{event.round}轮整改不合格：{event.remark}", by, referral)


def _round(event: life.RoundStarted, names: Names) -> str:
    return f"启动第{event.round}轮整改，{_by(event.deadline, event.responsible, names)}"


def _closed(event: life.HazardClosed, names: Names) -> str:
    return _add(f"予以销号（{event.track.zh}，第{event.round}轮）", event.remark)


def _reopened(event: life.HazardReopened, names: Names) -> str:
    return f"重新打开（{event.reason.zh}）：{event.remark}"


def _downgraded(event: life.HazardDowngraded, names: Names) -> str:
    return f"降为一般隐患：{event.reason}，由{_name(event.proposed_by, names)}提出"


def _imposed(event: life.InterimMeasureImposed, names: Names) -> str:
    verb = "自行采取" if event.own else ("紧急采取" if event.emergency else "责令采取")
    certificates = "、".join(event.certificates)
    return _add(
        f"{verb}临时措施（{'、'.join(kind.zh for kind in event.kinds)}）：{event.extent}",
        event.notice and f"文书{event.notice}",
        certificates and f"执法证号{certificates}",
        event.reported_to and f"已报告{event.reported_to}",
        f"应于{instant_words(event.report_due)}前补报负责人" if event.report_due else None,
    )


def _lift_requested(event: life.LiftRequested, names: Names) -> str:
    return _add(f"申请解除临时措施：{event.statement}", f"应于{date_words(event.review_due)}前审查")


def _lifted(event: life.InterimMeasureLifted, names: Names) -> str:
    return _add("现场审查，同意解除临时措施", f"审查人{_names(event.inspectors, names)}", event.opinion)


def _lift_refused(event: life.LiftRefused, names: Names) -> str:
    return f"不同意解除临时措施：{event.reason}"


def _compelled(event: life.CompulsionApplied, names: Names) -> str:
    urgent = f"紧急情形：{event.urgent_reason}" if event.urgent else None
    return _add(
        f"决定{event.kind.zh}：{event.refusal}，{event.danger}",
        f"文书{event.notice}",
        f"{instant_words(event.notified_at)}通知企业，{instant_words(event.from_at)}起实施",
        urgent,
    )


def _listed(event: life.HazardListed, names: Names) -> str:
    internal = "内部" if event.internal else ""
    return _add(
        f"{internal}挂牌督办（{event.supervision_level.zh}），文号{event.notice}",
        f"督办单位{event.unit}，{_name(event.signed_by, names)}签发",
        f"督办期限{date_words(event.deadline)}",
        f"首次进展报告应于{date_words(event.progress_due)}前报送",
    )


def _acceptance_requested(event: life.AcceptanceRequested, names: Names) -> str:
    return f"申请验收：{event.statement}"


def _accepted(event: life.ListedAccepted, names: Names) -> str:
    return _add("验收合格", f"验收人{_names(event.inspectors, names)}", event.opinion)


def _delisted(event: life.HazardDelisted, names: Names) -> str:
    return f"摘牌，文号{event.notice}，应于{date_words(event.publication_due)}前公布"


# 用语表 · Each function takes the event it stands beside, hence Any.
SENTENCES: Mapping[type[Event], Callable[[Any, Names], str]] = {
    life.HazardCaptured: _captured,
    life.HazardSubmitted: _submitted,
    life.ConfirmationRequested: _confirmation_requested,
    life.HazardRegistered: _registered,
    life.HazardConfirmed: _confirmed,
    life.HazardRejected: _rejected,
    life.HazardMarkedDuplicate: _duplicate,
    life.HazardVoided: _voided,
    life.HazardClassified: _classified,
    life.MajorHazardRegistered: _major,
    life.HazardUpgraded: _upgraded,
    life.PlanRequired: _plan_required,
    life.PlanWaived: _plan_waived,
    life.PlanFiled: _plan_filed,
    life.PlanAccepted: _plan_accepted,
    life.PlanReturned: _plan_returned,
    life.RectificationAdvised: _advised,
    life.FixedOnSpot: _fixed,
    life.RectificationOrdered: _ordered,
    life.RectificationAsked: _asked,
    life.ResponsibleAssigned: _assigned,
    life.ProgressReported: _progress,
    life.RectificationUrged: _urged,
    life.RectificationSubmitted: _rectified,
    life.ReinspectionPassed: _passed,
    life.ReinspectionFailed: _failed,
    life.RoundStarted: _round,
    life.HazardClosed: _closed,
    life.HazardReopened: _reopened,
    **BESIDE,
    **TIMELY,
    life.HazardDowngraded: _downgraded,
    life.InterimMeasureImposed: _imposed,
    life.LiftRequested: _lift_requested,
    life.InterimMeasureLifted: _lifted,
    life.LiftRefused: _lift_refused,
    life.CompulsionApplied: _compelled,
    life.HazardListed: _listed,
    life.AcceptanceRequested: _acceptance_requested,
    life.ListedAccepted: _accepted,
    life.HazardDelisted: _delisted,
}
