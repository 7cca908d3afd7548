"""案件履历用语 · What happened in an enforcement case, as an official would write it: one function for each event."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from contracts import case as life
from contracts.case import CaseHazard, CaseOfficer, Penalty
from contracts.envelope import Envelope, Event
from contracts.limits import Counted
from services.projections.phrases import add, name
from services.projections.reading import Names
from services.projections.sentences_timely import counted_words
from services.projections.shanghai import date_words

PERSON_FIELDS = ("person", "presided_by", "approved_by", "recipient")


def people_of_case(envelope: Envelope, event: Event) -> set[str]:
    """涉及人员 · Every person id an event of a case and its envelope name."""
    named = {getattr(event, field, None) for field in PERSON_FIELDS}
    officers = {
        officer.person for officer in (*getattr(event, "officers", ()), *getattr(event, "previous", ()))
    }
    together = set(getattr(event, "discussed_by", ()))
    return {one for one in {envelope.actor, envelope.enteredby, *named, *officers, *together} if one}


def yuan(fen: int) -> str:
    """金额 · 20000.00元."""
    return f"{fen / 100:.2f}元"


def _penalty(penalty: Penalty) -> str:
    fine = None if penalty.fine is None else f"罚款{yuan(penalty.fine)}"
    return add("、".join(kind.zh for kind in penalty.kinds), fine)


def _officers(officers: tuple[CaseOfficer, ...], names: Names) -> str:
    return "、".join(f"{name(one.person, names)}（{one.certificate}）" for one in officers)


def _hazards(hazards: tuple[CaseHazard, ...]) -> str:
    return "、".join(f"{one.number}（{one.level.zh}）" for one in hazards)


def _due(words: str, due: date | None, counted: Counted | None = None) -> str | None:
    if due is None:
        return None
    return add(f"{words}{date_words(due)}", counted_words(counted) if counted else None)


def _late(event: Any) -> str | None:  # any event that says whether it came late
    return "超过规定期限" if event.late else None


def _referred(event: life.CaseReferred, names: Names) -> str:
    what = f"移送{event.enterprise_name}的隐患{_hazards(event.hazards)}（{event.reason.zh}）：{event.remark}"
    return add(what, _due("应当决定是否立案的日期：", event.filing_due, event.counted))


def _filed(event: life.CaseFiled, names: Names) -> str:
    due = _due("应当作出决定的日期：", event.decision_due, event.counted)
    return add(
        f"立案，{event.case_number}，案由：{event.suspected}", f"涉嫌违反{'、'.join(event.basis)}", due
    )


def _not_filed(event: life.CaseNotFiled, names: Names) -> str:
    return f"决定不予立案：{event.reason}"


def _assigned(event: life.CaseOfficersAssigned, names: Names) -> str:
    former = event.previous and f"原办案人员{_officers(event.previous, names)}"
    return add(f"指派办案人员{_officers(event.officers, names)}", former or None, event.reason)


def _evidence(event: life.CaseEvidenceRecorded, names: Names) -> str:
    when = f"{date_words(event.collected_on)}收集"
    by = f"取证人员{_officers(event.officers, names)}"
    return add(f"记录{event.kind.zh}：{event.description}", when, by)


def _inquiry(event: life.CaseInquiryRecorded, names: Names) -> str:
    who = f"记录{date_words(event.asked_on)}询问{name(event.person, names)}（{event.capacity}）"
    return add(who, f"询问人员{_officers(event.officers, names)}")


def _suspended(event: life.CaseClockSuspended, names: Names) -> str:
    return f"因{event.reason.zh}中止期限：{event.remark}"


def _resumed(event: life.CaseClockResumed, names: Names) -> str:
    pause = f"{date_words(event.suspended_on)}起因{event.reason.zh}中止的期间不计入"
    return add(f"恢复期限，{pause}", _due("应当作出决定的日期改为", event.decision_due))


def _extended(event: life.CaseTermExtended, names: Names) -> str:
    by = f"经{name(event.approved_by, names)}批准（{event.approval}）延长办案期限：{event.reason}"
    return add(by, f"由{date_words(event.former)}延至{date_words(event.decision_due)}")


def _informed(event: life.PenaltyInformed, names: Names) -> str:
    hearing = _due("可以要求听证，截至", event.hearing_due, event.counted)
    return add(
        f"于{date_words(event.informed_on)}告知（{event.notice}）拟作出的处罚：{_penalty(event.proposed)}",
        f"事实：{event.facts}",
        f"理由：{event.grounds}",
        f"依据{'、'.join(event.basis)}",
        f"可以陈述、申辩，截至{date_words(event.statement_due)}",
        hearing,
        f"办案人员{_officers(event.officers, names)}",
    )


def _stated(event: life.PartyStatementRecorded, names: Names) -> str:
    return add(f"记录当事人{date_words(event.stated_on)}的陈述申辩，内容见笔录", _late(event))


def _answered(event: life.PartyStatementReviewed, names: Names) -> str:
    return f"复核陈述申辩，{'予以采纳' if event.accepted else '不予采纳'}：{event.opinion}"


def _waived(event: life.PartyRightsWaived, names: Names) -> str:
    return f"记录当事人{date_words(event.waived_on)}书面放弃陈述、申辩和听证"


def _requested(event: life.HearingRequested, names: Names) -> str:
    return f"记录当事人{date_words(event.requested_on)}要求听证"


def _held(event: life.HearingHeld, names: Names) -> str:
    when = f"于{date_words(event.held_on)}举行听证（{date_words(event.notified_on)}通知）"
    return add(f"{when}，由{name(event.presided_by, names)}主持", f"听证意见：{event.opinion}")


def _reviewed(event: life.CaseLegallyReviewed, names: Names) -> str:
    return f"法制审核{'通过' if event.passed else '退回'}：{event.opinion}"


def _decided(event: life.PenaltyDecided, names: Names) -> str:
    together = "、".join(name(one, names) for one in event.discussed_by)
    return add(
        f"作出决定（{event.decision_number}）：{_penalty(event.penalty)}",
        f"事实：{event.facts}",
        f"依据{'、'.join(event.basis)}",
        f"与{together}集体讨论" if together else None,
        _late(event),
        f"应于{date_words(event.service_due)}前送达",
        _due("应当公示的日期：", event.publication_due),
    )


def _served(event: life.DecisionServed, names: Names) -> str:
    whom = event.recipient and f"由{name(event.recipient, names)}签收"
    due = _due("罚款应当缴纳的日期：", event.payment_due, event.counted)
    what = f"于{date_words(event.served_on)}{event.method.zh}决定书{event.decision_number}"
    return add(what, whom, _late(event), due)


def _published(event: life.PenaltyPublished, names: Names) -> str:
    what = f"于{date_words(event.published_on)}在{event.place}公示处罚决定{event.decision_number}"
    return add(what, _late(event))


def _postponed(event: life.PaymentPostponed, names: Names) -> str:
    dates = f"由{date_words(event.former)}延至{date_words(event.payment_due)}"
    return f"准予延期缴纳罚款，{dates}：{event.reason}"


def _paid(event: life.PaymentRecorded, names: Names) -> str:
    left = f"尚欠{yuan(event.outstanding)}" if event.outstanding else "已缴清"
    return add(f"记录{date_words(event.paid_on)}缴款{yuan(event.amount)}（{event.receipt}）", left)


def _daily(event: life.DailyFineStarted, names: Names) -> str:
    since = f"自{date_words(event.since)}起每日{yuan(event.per_day)}"
    order = f"{date_words(event.ordered_on)}责令改正"
    return add(
        f"决定按日连续处罚，{since}：{event.refusal}", order, f"复查人员{_officers(event.officers, names)}"
    )


def _stopped(event: life.DailyFineStopped, names: Names) -> str:
    total = f"共{event.days}日，{yuan(event.amount)}"
    return f"按日连续处罚计至{date_words(event.until)}（{event.decision_number}），{total}：{event.remark}"


def _court(event: life.CourtEnforcementApplied, names: Names) -> str:
    urged = f"{date_words(event.urged_on)}催告"
    return add(f"向{event.court}申请强制执行，尚欠{yuan(event.outstanding)}", urged)


def _executed(event: life.PenaltyExecuted, names: Names) -> str:
    unpaid = f"未缴{yuan(event.unpaid)}，经法院终结执行" if event.unpaid else None
    done = f"记录{date_words(event.executed_on)}执行完毕：{event.manner}"
    return add(done, f"实缴{yuan(event.paid)}", unpaid)


def _closed(event: life.EnforcementCaseClosed, names: Names) -> str:
    return add(f"结案：{event.outcome.zh}，{date_words(event.closed_on)}结案", event.reason)


# 用语表 · Each function takes the event it stands beside, hence Any.
CASE_SENTENCES: Mapping[type[Event], Callable[[Any, Names], str]] = {
    life.CaseReferred: _referred,
    life.CaseFiled: _filed,
    life.CaseNotFiled: _not_filed,
    life.CaseOfficersAssigned: _assigned,
    life.CaseEvidenceRecorded: _evidence,
    life.CaseInquiryRecorded: _inquiry,
    life.CaseClockSuspended: _suspended,
    life.CaseClockResumed: _resumed,
    life.CaseTermExtended: _extended,
    life.PenaltyInformed: _informed,
    life.PartyStatementRecorded: _stated,
    life.PartyStatementReviewed: _answered,
    life.PartyRightsWaived: _waived,
    life.HearingRequested: _requested,
    life.HearingHeld: _held,
    life.CaseLegallyReviewed: _reviewed,
    life.PenaltyDecided: _decided,
    life.DecisionServed: _served,
    life.PenaltyPublished: _published,
    life.PaymentPostponed: _postponed,
    life.PaymentRecorded: _paid,
    life.DailyFineStarted: _daily,
    life.DailyFineStopped: _stopped,
    life.CourtEnforcementApplied: _court,
    life.PenaltyExecuted: _executed,
    life.EnforcementCaseClosed: _closed,
}
