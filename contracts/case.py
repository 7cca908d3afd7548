"""执法案件事件 · An enforcement case from its referral to its end; what follows for its hazards stands in theirs.

Officers decide and the party is heard: what persons said stands in records (attachments), never in an event.
"""

from datetime import date
from typing import ClassVar

from pydantic import Field

from contracts.case_codes import EvidenceKind, PauseReason
from contracts.envelope import Event
from contracts.limits import Counted
from contracts.regions import CaseOutcome, PenaltyKind, PenaltyReason
from contracts.terms import ServiceMethod
from contracts.values import (
    Certificate,
    Digest,
    EnterpriseId,
    Fen,
    HazardNumber,
    Level,
    PersonId,
    ShortText,
    Text,
    Value,
)


class CaseHazard(Value):
    """涉案隐患 · A hazard that a case is about, with its level on the day of the referral."""

    id: EnterpriseId = Field(description="隐患标识 · Id of the hazard, a UUID")
    number: HazardNumber
    level: Level


class CaseOfficer(Value):
    """办案人员 · An officer with the certificate he acts by."""

    person: PersonId
    certificate: Certificate


class Penalty(Value):
    """处罚内容 · The kinds of penalty, and the fine if one is among them."""

    kinds: tuple[PenaltyKind, ...] = Field(min_length=1)
    fine: Fen | None = None


class OfReferral(Event):
    """案件事件 · What every event of a case carries."""

    enterprise: EnterpriseId


class OfFiled(OfReferral):
    """立案后的事件 · What every event from the filing on carries besides."""

    case_number: ShortText = Field(description="立案文号")


class CaseReferred(OfReferral):
    """案件移送 · Hazards of one enterprise are referred to enforcement together."""

    TYPE: ClassVar[str] = "case.referred"
    enterprise_name: ShortText
    hazards: tuple[CaseHazard, ...] = Field(min_length=1)
    reason: PenaltyReason
    remark: Text
    file: tuple[Digest, ...] = ()
    filing_due: date
    counted: Counted | None = None


class CaseFiled(OfFiled):
    """立案 · A case was opened: what is suspected, under which provisions, and by when it must be decided."""

    TYPE: ClassVar[str] = "case.filed"
    hazards: tuple[CaseHazard, ...]
    suspected: Text = Field(description="案由：涉嫌的违法行为")
    basis: tuple[ShortText, ...] = Field(min_length=1, description="涉嫌违反的条款")
    filed_on: date
    decision_due: date
    counted: Counted | None = None


class CaseNotFiled(OfReferral):
    """不予立案 · The referral does not become a case, and why."""

    TYPE: ClassVar[str] = "case.not-filed"
    reason: Text


class CaseOfficersAssigned(OfFiled):
    """指派办案人员 · Not fewer than two certified officers investigate it."""

    TYPE: ClassVar[str] = "case.officers-assigned"
    officers: tuple[CaseOfficer, ...]
    previous: tuple[CaseOfficer, ...] = ()
    reason: Text | None = None


class CaseEvidenceRecorded(OfFiled):
    """收集证据 · A piece of evidence, with the officers who collected it."""

    TYPE: ClassVar[str] = "case.evidence-recorded"
    kind: EvidenceKind
    description: Text
    file: tuple[Digest, ...]
    officers: tuple[CaseOfficer, ...]
    collected_on: date


class CaseInquiryRecorded(OfFiled):
    """询问 · Somebody was asked by the officers; what was said stands in the record."""

    TYPE: ClassVar[str] = "case.inquiry-recorded"
    person: PersonId = Field(description="被询问人")
    capacity: ShortText = Field(description="身份，如 主要负责人、证人")
    file: tuple[Digest, ...]
    officers: tuple[CaseOfficer, ...]
    asked_on: date


class CaseClockSuspended(OfFiled):
    """时限中止 · A clock stands still for a reason the law excludes from it."""

    TYPE: ClassVar[str] = "case.clock-suspended"
    reason: PauseReason
    remark: Text
    file: tuple[Digest, ...] = ()
    suspended_on: date


class CaseClockResumed(OfFiled):
    """时限恢复 · The clock runs again; the days in between are not counted."""

    TYPE: ClassVar[str] = "case.clock-resumed"
    reason: PauseReason
    suspended_on: date
    resumed_on: date
    decision_due: date | None = None


class CaseTermExtended(OfFiled):
    """延长办案期限 · The time for the decision was extended with approval."""

    TYPE: ClassVar[str] = "case.term-extended"
    reason: Text
    approved_by: PersonId
    approval: ShortText = Field(description="批准文号")
    former: date
    decision_due: date
    counted: Counted | None = None


class PenaltyInformed(OfFiled):
    """处罚告知 · Facts, grounds and the proposed penalty are told, with the right to be heard (APL 44, 63).

    `hearing`: whether a hearing may be asked for; `review`: whether the law demands a legal review.
    """

    TYPE: ClassVar[str] = "case.penalty-informed"
    notice: ShortText = Field(description="告知书文号")
    facts: Text
    grounds: Text
    basis: tuple[ShortText, ...] = Field(min_length=1)
    proposed: Penalty
    officers: tuple[CaseOfficer, ...]
    informed_on: date
    statement_due: date
    hearing: bool
    hearing_due: date | None = None
    review: bool
    counted: Counted | None = None


class PartyStatementRecorded(OfFiled):
    """陈述申辩 · The party states its case; the words stand in the record."""

    TYPE: ClassVar[str] = "case.statement-recorded"
    file: tuple[Digest, ...]
    stated_on: date
    late: bool = False


class PartyStatementReviewed(OfFiled):
    """复核陈述申辩 · What the party said was examined, and whether it is accepted (APL 45)."""

    TYPE: ClassVar[str] = "case.statement-reviewed"
    accepted: bool
    opinion: Text


class PartyRightsWaived(OfFiled):
    """放弃陈述申辩和听证 · The party says in writing that it asks for neither."""

    TYPE: ClassVar[str] = "case.rights-waived"
    file: tuple[Digest, ...]
    waived_on: date


class HearingRequested(OfFiled):
    """要求听证 · The party asks for a hearing in time (APL 64)."""

    TYPE: ClassVar[str] = "case.hearing-requested"
    file: tuple[Digest, ...] = ()
    requested_on: date


class HearingHeld(OfFiled):
    """举行听证 · Presided over by somebody who did not investigate, announced in time, with a record."""

    TYPE: ClassVar[str] = "case.hearing-held"
    presided_by: PersonId
    notified_on: date
    held_on: date
    file: tuple[Digest, ...]
    opinion: Text


class CaseLegallyReviewed(OfFiled):
    """法制审核 · Somebody who did not investigate examined the case before the decision (APL 58)."""

    TYPE: ClassVar[str] = "case.legally-reviewed"
    passed: bool
    opinion: Text


class PenaltyDecided(OfFiled):
    """处罚决定 · What the case was decided to be, by whom, and by when that is served and published."""

    TYPE: ClassVar[str] = "case.decided"
    hazards: tuple[CaseHazard, ...]
    decision_number: ShortText = Field(description="决定书文号")
    penalty: Penalty
    facts: Text
    basis: tuple[ShortText, ...] = Field(min_length=1)
    discussed_by: tuple[PersonId, ...] = Field((), description="集体讨论的其他负责人")
    decided_on: date
    late: bool = False
    service_due: date
    publication_due: date | None = None


class DecisionServed(OfFiled):
    """送达决定 · The decision came to the party; what it must pay is due so many days later."""

    TYPE: ClassVar[str] = "case.decision-served"
    decision_number: ShortText
    method: ServiceMethod
    recipient: PersonId | None = None
    file: tuple[Digest, ...] = ()
    served_on: date
    late: bool = False
    payment_due: date | None = None
    counted: Counted | None = None


class PenaltyPublished(OfFiled):
    """处罚公示 · The decision can be read by everybody (AQF 78, APL 48)."""

    TYPE: ClassVar[str] = "case.published"
    decision_number: ShortText
    place: ShortText = Field(description="公示平台")
    published_on: date
    late: bool = False


class PaymentPostponed(OfFiled):
    """延期缴纳 · The fine may be paid later, or in parts (APL 66)."""

    TYPE: ClassVar[str] = "case.payment-postponed"
    reason: Text
    former: date
    payment_due: date


class PaymentRecorded(OfFiled):
    """缴款 · Money was paid; what is still owed as of that day, surcharge and daily fines included."""

    TYPE: ClassVar[str] = "case.payment-recorded"
    amount: Fen
    paid_on: date
    receipt: ShortText = Field(description="缴款凭证号")
    outstanding: Fen


class DailyFineStarted(OfFiled):
    """按日连续处罚起算 · An order was refused after a fine; each day from the day after the order counts (AQF 112)."""

    TYPE: ClassVar[str] = "case.daily-fine-started"
    refusal: Text = Field(description="拒不改正的事实")
    ordered_on: date
    since: date
    per_day: Fen
    officers: tuple[CaseOfficer, ...]
    file: tuple[Digest, ...]


class DailyFineStopped(OfFiled):
    """按日连续处罚截止 · The last day that counts, how many there were, and what they come to."""

    TYPE: ClassVar[str] = "case.daily-fine-stopped"
    decision_number: ShortText
    until: date
    days: int = Field(ge=1)
    amount: Fen
    remark: Text


class CourtEnforcementApplied(OfFiled):
    """申请强制执行 · The court is asked to enforce what was neither done nor contested."""

    TYPE: ClassVar[str] = "case.court-applied"
    court: ShortText
    urged_on: date = Field(description="催告书送达日期")
    applied_on: date
    outstanding: Fen
    file: tuple[Digest, ...]


class PenaltyExecuted(OfFiled):
    """执行完毕 · What was decided has been done; what remains unpaid was ended by the court."""

    TYPE: ClassVar[str] = "case.executed"
    executed_on: date
    manner: Text
    by_court: bool = False
    paid: Fen
    unpaid: Fen


class EnforcementCaseClosed(OfFiled):
    """案件结案 · How the case ended."""

    TYPE: ClassVar[str] = "case.closed"
    outcome: CaseOutcome
    reason: Text | None = None
    closed_on: date


CaseEvent = (
    CaseReferred
    | CaseFiled
    | CaseNotFiled
    | CaseOfficersAssigned
    | CaseEvidenceRecorded
    | CaseInquiryRecorded
    | CaseClockSuspended
    | CaseClockResumed
    | CaseTermExtended
    | PenaltyInformed
    | PartyStatementRecorded
    | PartyStatementReviewed
    | PartyRightsWaived
    | HearingRequested
    | HearingHeld
    | CaseLegallyReviewed
    | PenaltyDecided
    | DecisionServed
    | PenaltyPublished
    | PaymentPostponed
    | PaymentRecorded
    | DailyFineStarted
    | DailyFineStopped
    | CourtEnforcementApplied
    | PenaltyExecuted
    | EnforcementCaseClosed
)
