"""调查取证 · Two certified officers are assigned; they collect evidence and ask people; the clock stops and is prolonged."""

from dataclasses import replace
from datetime import date
from typing import assert_never

from pydantic import Field

from contracts.case import (
    CaseClockResumed,
    CaseClockSuspended,
    CaseEvidenceRecorded,
    CaseInquiryRecorded,
    CaseOfficer,
    CaseOfficersAssigned,
    CaseTermExtended,
)
from contracts.case_codes import CaseStatus, EvidenceKind, PauseReason
from contracts.values import Digest, PersonId, ShortText, Text
from services.hazard.case.acting import check, check_handler, check_investigator, check_officers, officers_of
from services.hazard.case.clocks import prolonged
from services.hazard.case.numbering import of_another
from services.hazard.case.state import OPEN, Case, Pause
from services.hazard.lifecycle.enforcing import check_past
from services.hazard.lifecycle.reporting import EXAMPLE_PHOTO
from services.hazard.occasion import Ask, DateInvalid, Occasion
from services.hazard.policy.cases import CaseAct
from services.hazard.refused import MayNot, Refused

S = CaseStatus
COLLECTING = (S.INVESTIGATING, S.INFORMED)
AFTERWARDS = (S.DECIDED, S.PUBLISHED)
EXAMPLE_OFFICERS = [
    {"person": "p-80", "certificate": "33011100090"},
    {"person": "p-81", "certificate": "33011100091"},
]


class ChangeUnexplained(Refused):
    """更换办案人员须说明理由 · The officers of a case do not change without a reason."""


class ClockStopped(Refused):
    """办案期限正在中止 · What stopped the clock has not ended."""


class ClockAlreadySuspended(Refused):
    """期限已经中止 · A clock is stopped once at a time."""


class ClockNotSuspended(Refused):
    """期限没有中止 · Only what stands still runs again."""


class PauseNotExcluded(Refused):
    """该事由不中止期限 · Policy excludes only what the law lets it exclude, at the stage where it matters."""


class ExtensionAfterTerm(Refused):
    """办案期限已届满 · Time is prolonged before it has run out."""


class TermExtensionsExhausted(Refused):
    """办案期限不得再次延长 · The time for the decision is prolonged so many times and no more."""


class ApproverMayNotHandle(MayNot):
    """办案人员不得批准延长 · Who investigates, or asks for more time, does not approve it."""


class AssignOfficers(Ask, json_schema_extra={"examples": [{"officers": EXAMPLE_OFFICERS}]}):
    """指派办案人员 · Who investigates, each with the certificate he acts by; a change with its reason."""

    officers: tuple[CaseOfficer, ...] = Field(min_length=1, max_length=20)
    reason: Text | None = Field(None, description="更换的理由")


class RecordEvidence(
    Ask,
    json_schema_extra={
        "examples": [
            {
                "kind": "SITE",
                "description": "现场检查笔录：配电箱外壳仍未接地",
                "file": [EXAMPLE_PHOTO],
                "others": ["p-81"],
                "collected_on": "2026-06-05",
            }
        ]
    },
):
    """收集证据 · What it shows, and which officers collected it together."""

    kind: EvidenceKind
    description: Text
    file: tuple[Digest, ...] = Field(min_length=1)
    others: tuple[PersonId, ...] = Field((), description="共同取证的其他办案人员")
    collected_on: date


class RecordInquiry(
    Ask,
    json_schema_extra={
        "examples": [
            {
                "person": "p-301",
                "capacity": "主要负责人",
                "file": [EXAMPLE_PHOTO],
                "others": ["p-81"],
                "asked_on": "2026-06-05",
            }
        ]
    },
):
    """询问 · Who was asked, in which capacity, with the signed record."""

    person: PersonId
    capacity: ShortText
    file: tuple[Digest, ...] = Field(min_length=1, description="询问笔录")
    others: tuple[PersonId, ...] = Field((), description="共同询问的其他办案人员")
    asked_on: date


class SuspendClock(
    Ask, json_schema_extra={"examples": [{"reason": "APPRAISAL", "remark": "委托鉴定电气线路"}]}
):
    """中止期限 · Why, from today on."""

    reason: PauseReason
    remark: Text
    file: tuple[Digest, ...] = ()


class ResumeClock(Ask, json_schema_extra={"examples": [{}]}):
    """恢复期限 · From today on."""


class ExtendTerm(
    Ask,
    json_schema_extra={
        "examples": [
            {"reason": "案情复杂", "approved_by": "p-900", "approval": "杭应急延〔2026〕2号"},
        ]
    },
):
    """延长办案期限 · Why, and who approved it under which number."""

    reason: Text
    approved_by: PersonId = Field(description="批准人")
    approval: ShortText = Field(description="批准文号，字〔年〕号")


def may_assign(case: Case, occasion: Occasion) -> None:
    """可否指派 · Once it is filed and until it is decided."""
    check(CaseAct.ASSIGN, case, occasion)
    case.must_be(*OPEN, act="指派办案人员")


def assign_officers(case: Case, ask: AssignOfficers, occasion: Occasion) -> tuple[CaseOfficersAssigned, ...]:
    """指派办案人员 · Two or more, certified on that day, with no post at the enterprise."""
    may_assign(case, occasion)
    if case.officers and ask.reason is None:
        raise ChangeUnexplained
    check_officers(ask.officers, occasion)
    return (
        CaseOfficersAssigned(**case.filed, officers=ask.officers, previous=case.officers, reason=ask.reason),
    )


def may_investigate(case: Case, occasion: Occasion) -> None:
    """可否调查 · By the officers of the case, until it is decided."""
    check_investigator(case, occasion)
    case.must_be(*COLLECTING, act="调查取证")


def record_evidence(case: Case, ask: RecordEvidence, occasion: Occasion) -> tuple[CaseEvidenceRecorded, ...]:
    """收集证据 · By two certified officers of the case (APL 42, 46, 54)."""
    may_investigate(case, occasion)
    check_since_filing(case, ask.collected_on, "取证日期", occasion)
    officers = officers_of(case, (occasion.person, *ask.others), occasion)
    given = ask.model_dump(exclude={"others"})
    return (CaseEvidenceRecorded(**case.filed, officers=officers, **given),)


def record_inquiry(case: Case, ask: RecordInquiry, occasion: Occasion) -> tuple[CaseInquiryRecorded, ...]:
    """询问 · By two certified officers of the case (APL 42, 55)."""
    may_investigate(case, occasion)
    check_since_filing(case, ask.asked_on, "询问日期", occasion)
    officers = officers_of(case, (occasion.person, *ask.others), occasion)
    given = ask.model_dump(exclude={"others"})
    return (CaseInquiryRecorded(**case.filed, officers=officers, **given),)


def check_since_filing(case: Case, on: date, what: str, occasion: Occasion) -> None:
    """日期检查 · Not before the case was filed, not after today. Raises DateInvalid."""
    check_past(on, what, occasion)
    if case.filed_on is not None and on < case.filed_on:
        raise DateInvalid(f"{what}不得早于立案日期（{case.filed_on.isoformat()}）")


def may_suspend(case: Case, occasion: Occasion) -> None:
    """可否中止 · By who handles it, while a clock runs."""
    check_handler(case, occasion)
    case.must_be(*OPEN, *AFTERWARDS, act="中止期限")
    if case.pause is not None:
        raise ClockAlreadySuspended(f"期限已因{case.pause.reason.zh}中止，请先恢复")


def suspend_clock(case: Case, ask: SuspendClock, occasion: Occasion) -> tuple[CaseClockSuspended, ...]:
    """中止期限 · Before the decision for what is not counted to its time, after it for a review or a lawsuit."""
    may_suspend(case, occasion)
    rules = occasion.policy.cases
    excluded = rules.decision_excludes if case.status in OPEN else rules.surcharge_excludes
    if ask.reason not in excluded:
        allowed = "、".join(reason.zh for reason in PauseReason if reason in excluded)
        raise PauseNotExcluded(
            f"案件{case.status.zh if case.status else ''}，{ask.reason.zh}不中止期限；可以中止的事由：{allowed}"
        )
    return (CaseClockSuspended(**case.filed, suspended_on=occasion.today, **ask.model_dump()),)


def may_resume(case: Case, occasion: Occasion) -> None:
    """可否恢复 · What stands still."""
    check_handler(case, occasion)
    case.must_be(*OPEN, *AFTERWARDS, act="恢复期限")
    if case.pause is None:
        raise ClockNotSuspended


def resume_clock(case: Case, ask: ResumeClock, occasion: Occasion) -> tuple[CaseClockResumed, ...]:
    """恢复期限 · The decision is due later by the days that are not counted."""
    may_resume(case, occasion)
    assert case.pause is not None  # may_resume has looked
    due = case.decision_due
    before_decision = case.status in OPEN and due is not None
    return (
        CaseClockResumed(
            **case.filed,
            reason=case.pause.reason,
            suspended_on=case.pause.since,
            resumed_on=occasion.today,
            decision_due=prolonged(due, case.pause, occasion.today) if due and before_decision else None,
        ),
    )


def may_extend(case: Case, occasion: Occasion) -> None:
    """可否延长 · Before it has run out, and not oftener than policy lets it."""
    check(CaseAct.DECIDE, case, occasion)
    case.must_be(*OPEN, act="延长办案期限")
    if case.pause is not None:
        raise ClockStopped("期限中止期间不办理延长，请先恢复")
    if case.decision_due is not None and occasion.today > case.decision_due:
        raise ExtensionAfterTerm(
            f"办案期限已于{case.decision_due.isoformat()}届满，不能再延长（《行政处罚法》第六十条）"
        )
    if case.extensions >= occasion.policy.cases.decision_extensions:
        most = occasion.policy.cases.decision_extensions
        raise TermExtensionsExhausted(f"办案期限最多延长 {most} 次（《安全生产违法行为行政处罚办法》）")


def extend_term(case: Case, ask: ExtendTerm, occasion: Occasion) -> tuple[CaseTermExtended, ...]:
    """延长办案期限 · With the approval of somebody who neither asks for it nor investigates."""
    may_extend(case, occasion)
    if ask.approved_by in {occasion.person, *case.investigators}:
        raise ApproverMayNotHandle("延长办案期限须经上一级机关批准，经办人和办案人员不得自行批准")
    former = case.decision_due
    assert former is not None  # an open case has one
    due, counted = occasion.count(occasion.policy.cases.decision_extension, former)
    return (
        CaseTermExtended(
            **case.filed,
            reason=ask.reason,
            approved_by=ask.approved_by,
            approval=of_another(ask.approval, occasion),
            former=former,
            decision_due=due,
            counted=counted,
        ),
    )


Investigating = (
    CaseOfficersAssigned
    | CaseEvidenceRecorded
    | CaseInquiryRecorded
    | CaseClockSuspended
    | CaseClockResumed
    | CaseTermExtended
)


def evolve(case: Case, event: Investigating) -> Case:
    """演变 · Who investigates, what there is, and how the clock stands."""
    match event:
        case CaseOfficersAssigned():
            people = tuple(officer.person for officer in event.officers)
            return replace(
                case,
                status=S.INVESTIGATING if case.status is S.FILED else case.status,
                officers=event.officers,
                investigators=tuple(dict.fromkeys((*case.investigators, *people))),
            )
        case CaseEvidenceRecorded() | CaseInquiryRecorded():
            return replace(case, evidence=case.evidence + 1)
        case CaseClockSuspended():
            pause = Pause(reason=event.reason, since=event.suspended_on)
            return replace(case, pauses=(*case.pauses, pause))
        case CaseClockResumed():
            ended = replace(case.pauses[-1], until=event.resumed_on)
            due = event.decision_due or case.decision_due
            return replace(case, pauses=(*case.pauses[:-1], ended), decision_due=due)
        case CaseTermExtended():
            return replace(case, decision_due=event.decision_due, extensions=case.extensions + 1)
        case _:
            assert_never(event)
