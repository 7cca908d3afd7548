"""执法 · A penalty proposed, a case referred, and what the enforcement case tells; none of it blocks the closure."""

from dataclasses import replace
from datetime import date
from typing import assert_never

from pydantic import Field

from contracts.hazard import CaseClosed, CaseDecided, CaseLinked, EnforcementReferred, PenaltyProposed
from contracts.regions import CaseOutcome, EnforcementState, PenaltyKind, PenaltyReason
from contracts.values import Digest, EnterpriseId, Fen, Level, Role, ShortText, Text
from services.hazard.lifecycle import powers
from services.hazard.lifecycle.escalating import NotOverdue, days_overdue
from services.hazard.lifecycle.regions import Enforcement
from services.hazard.lifecycle.reporting import EXAMPLE_ENTERPRISE, EXAMPLE_PHOTO
from services.hazard.lifecycle.state import Hazard
from services.hazard.lifecycle.transferring import ALIVE
from services.hazard.occasion import Ask, DateInvalid, Occasion
from services.hazard.refused import MayNot, Refused

E = EnforcementState
OF_THE_TIMER = (PenaltyReason.OVERDUE, PenaltyReason.SECOND_FAIL)  # what the record itself shows
OPENABLE = (E.NONE, E.CASE_CLOSED)
# 结案情形须与案件所处阶段相符 · What a case can end in depends on how far it came.
ENDINGS: dict[EnforcementState, frozenset[CaseOutcome]] = {
    E.REFERRED: frozenset({CaseOutcome.NOT_FILED}),
    E.CASE_OPEN: frozenset({CaseOutcome.WITHDRAWN}),
    E.DECIDED: frozenset({CaseOutcome.EXECUTED, CaseOutcome.NOT_PUNISHED, CaseOutcome.WITHDRAWN}),
}


class ReasonNotMet(Refused):
    """处罚事由不成立 · What is said to be the reason is not so by the record."""


class TimerOnlyProposesOverdue(MayNot):
    """系统只能因逾期或再次复查不合格提出处罚建议 · The rest is for people to say."""


class AlreadyProposed(Refused):
    """已提出同一处罚建议 · One proposal for one reason, until it is referred or a new deadline is set."""


class AlreadyReferred(Refused):
    """已移送执法 · There is a case or a referral that has not ended."""


class NotAtThisCaseStage(Refused):
    """案件当前阶段不允许此操作 · The case does not stand where this step starts."""


class NotThisCase(Refused):
    """不是本隐患的案件 · The hazard is linked to another case."""


class ProposePenalty(
    Ask, json_schema_extra={"examples": [{"reason": "OVERDUE", "remark": "逾期十五日仍未整改"}]}
):
    """处罚建议 · Why, with what shows it."""

    reason: PenaltyReason
    remark: Text | None = None
    file: tuple[Digest, ...] = ()


class ReferToEnforcement(
    Ask,
    json_schema_extra={
        "examples": [
            {"reason": "SECOND_FAIL", "remark": "两次复查均不合格", "file": [EXAMPLE_PHOTO]},
        ]
    },
):
    """移送执法 · Why, with the file of the case."""

    reason: PenaltyReason
    remark: Text
    file: tuple[Digest, ...] = ()


class LinkCase(
    Ask,
    json_schema_extra={
        "examples": [
            {
                "case": EXAMPLE_ENTERPRISE,
                "case_number": "余应急立〔2026〕3号",
                "filed_on": "2026-06-02",
            }
        ]
    },
):
    """立案 · The case that was opened for it."""

    case: EnterpriseId = Field(description="案件标识")
    case_number: ShortText = Field(description="立案文号")
    filed_on: date


class NoteCaseDecision(
    Ask,
    json_schema_extra={
        "examples": [
            {
                "case": EXAMPLE_ENTERPRISE,
                "kinds": ["FINE"],
                "decision_number": "余应急罚〔2026〕3号",
                "decided_on": "2026-06-02",
                "fine": 2000000,
            }
        ]
    },
):
    """处理决定 · What the case was decided to be."""

    case: EnterpriseId
    kinds: tuple[PenaltyKind, ...] = Field(min_length=1)
    decision_number: ShortText = Field(description="决定书文号")
    decided_on: date
    fine: Fen | None = None


class NoteCaseClosure(
    Ask,
    json_schema_extra={
        "examples": [{"case": EXAMPLE_ENTERPRISE, "outcome": "EXECUTED", "closed_on": "2026-06-02"}]
    },
):
    """结案 · How and when the case ended."""

    case: EnterpriseId
    outcome: CaseOutcome
    closed_on: date


def may_propose(hazard: Hazard, occasion: Occasion) -> None:
    """可否建议处罚 · Who may not refer, while it lives and no case is under way."""
    powers.check(powers.PENALTY, occasion)
    hazard.must_be(*ALIVE, act="提出处罚建议")
    check_unreferred(hazard)
    if occasion.role is Role.SYS and not any(holds(hazard, reason, occasion) for reason in OF_THE_TIMER):
        check_reason(hazard, PenaltyReason.OVERDUE, occasion)
        raise AlreadyProposed("已因逾期提出处罚建议，尚待部门办理")


def holds(hazard: Hazard, reason: PenaltyReason, occasion: Occasion) -> bool:
    """事由成立 · Whether the record shows it, and nobody has proposed for it yet."""
    if reason in hazard.enforcement.proposed:
        return False
    try:
        check_reason(hazard, reason, occasion)
    except Refused:
        return False
    return True


def propose_penalty(hazard: Hazard, ask: ProposePenalty, occasion: Occasion) -> tuple[PenaltyProposed, ...]:
    """处罚建议 · By who may not refer; the timer only for what the record itself shows."""
    may_propose(hazard, occasion)
    if occasion.role is Role.SYS and ask.reason not in OF_THE_TIMER:
        raise TimerOnlyProposesOverdue(
            "系统只能因逾期或再次复查不合格提出处罚建议，其他事由由人员认定（系统账号不作决定）"
        )
    if ask.reason in hazard.enforcement.proposed:
        raise AlreadyProposed(f"已因{ask.reason.zh}提出处罚建议，尚待部门办理")
    check_reason(hazard, ask.reason, occasion)
    number, enterprise = hazard.registered
    return (PenaltyProposed(number=number, enterprise=enterprise, **ask.model_dump()),)


def may_refer(hazard: Hazard, occasion: Occasion) -> None:
    """可否移送执法 · The department, enforcement, a town with the power, while no case is under way."""
    powers.check(powers.REFER, occasion)
    hazard.must_be(*ALIVE, act="移送执法")
    check_unreferred(hazard)


def refer_to_enforcement(
    hazard: Hazard, ask: ReferToEnforcement, occasion: Occasion
) -> tuple[EnforcementReferred, ...]:
    """移送执法 · By the department or enforcement; by a town only where the province gave it the power."""
    may_refer(hazard, occasion)
    check_reason(hazard, ask.reason, occasion)
    number, enterprise = hazard.registered
    return (EnforcementReferred(number=number, enterprise=enterprise, **ask.model_dump()),)


def check_unreferred(hazard: Hazard) -> None:
    """未在办案 · One case at a time. Raises AlreadyReferred."""
    if hazard.enforcement.state not in OPENABLE:
        raise AlreadyReferred(
            f"隐患{hazard.enforcement.state.zh}，不重复移送（《行政处罚法》第二十九条：一事不再罚款）"
        )


def check_reason(hazard: Hazard, reason: PenaltyReason, occasion: Occasion) -> None:
    """事由核对 · What the record can show must be so.

    Raises NotOverdue, ReasonNotMet.
    """
    match reason:
        case PenaltyReason.OVERDUE if days_overdue(hazard, occasion) < 1:
            raise NotOverdue("整改期限尚未届满，不能以逾期为由处罚（《安全生产法》第一百零二条）")
        case PenaltyReason.SECOND_FAIL if hazard.failures < occasion.policy.limits.failures_to_referral:
            needed = occasion.policy.limits.failures_to_referral
            raise ReasonNotMet(f"复查不合格未满 {needed} 次（《安全生产法》第一百零二条）")
        case PenaltyReason.MAJOR_NOT_REPORTED if hazard.level is not Level.MAJOR:
            raise ReasonNotMet("不是重大事故隐患，没有报告义务（《安全生产法》第四十一条）")
        case _:
            return


def may_link_case(hazard: Hazard, occasion: Occasion) -> None:
    """可否立案 · After a referral; the hazard itself may have been closed meanwhile."""
    powers.check(powers.CASE, occasion)
    check_case_stage(hazard, "关联案件", E.REFERRED)


def may_note_decision(hazard: Hazard, occasion: Occasion) -> None:
    """可否记录决定 · Of the case that is open."""
    powers.check(powers.CASE, occasion)
    check_case_stage(hazard, "记录处理决定", E.CASE_OPEN)


def may_note_closure(hazard: Hazard, occasion: Occasion) -> None:
    """可否记录结案 · Of a case that is under way, or of a referral that is not filed."""
    powers.check(powers.CASE, occasion)
    check_case_stage(hazard, "结案", *ENDINGS)


def link_case(hazard: Hazard, ask: LinkCase, occasion: Occasion) -> tuple[CaseLinked, ...]:
    """立案 · After a referral; the hazard itself may have been closed meanwhile."""
    may_link_case(hazard, occasion)
    return linked(hazard, ask, occasion)


def linked(hazard: Hazard, ask: LinkCase, occasion: Occasion) -> tuple[CaseLinked, ...]:
    """立案所及 · What the filing is to the hazard; who may file is for the case's own rule to say."""
    check_case_stage(hazard, "关联案件", E.REFERRED)
    check_case(hazard, ask.case)
    check_past(ask.filed_on, "立案日期", occasion)
    number, enterprise = hazard.registered
    return (CaseLinked(number=number, enterprise=enterprise, **ask.model_dump()),)


def note_case_decision(hazard: Hazard, ask: NoteCaseDecision, occasion: Occasion) -> tuple[CaseDecided, ...]:
    """处理决定 · Of the case that is open."""
    may_note_decision(hazard, occasion)
    return decided(hazard, ask, occasion)


def decided(hazard: Hazard, ask: NoteCaseDecision, occasion: Occasion) -> tuple[CaseDecided, ...]:
    """决定所及 · What the decision is to the hazard."""
    check_case_stage(hazard, "记录处理决定", E.CASE_OPEN)
    check_case(hazard, ask.case)
    check_past(ask.decided_on, "决定日期", occasion)
    number, enterprise = hazard.registered
    return (CaseDecided(number=number, enterprise=enterprise, **ask.model_dump()),)


def note_case_closure(hazard: Hazard, ask: NoteCaseClosure, occasion: Occasion) -> tuple[CaseClosed, ...]:
    """结案 · In a way that fits how far the case came."""
    may_note_closure(hazard, occasion)
    return ended(hazard, ask, occasion)


def ended(hazard: Hazard, ask: NoteCaseClosure, occasion: Occasion) -> tuple[CaseClosed, ...]:
    """结案所及 · What the case's end is to the hazard."""
    check_case_stage(hazard, "结案", *ENDINGS)
    check_case(hazard, ask.case)
    if ask.outcome not in ENDINGS[hazard.enforcement.state]:
        raise NotAtThisCaseStage(f"案件{hazard.enforcement.state.zh}，不能以「{ask.outcome.zh}」结案")
    check_past(ask.closed_on, "结案日期", occasion)
    number, enterprise = hazard.registered
    return (CaseClosed(number=number, enterprise=enterprise, **ask.model_dump()),)


def check_case_stage(hazard: Hazard, act: str, *stages: EnforcementState) -> None:
    """案件阶段 · Where the case must stand. Raises NotAtThisCaseStage."""
    if hazard.enforcement.state not in stages:
        here = hazard.enforcement.state.zh
        raise NotAtThisCaseStage(f"隐患「{here}」，不能{act}（《行政处罚法》第五十四条）")


def check_case(hazard: Hazard, case: str) -> None:
    """案件一致 · The case that the hazard is linked to, if it is. Raises NotThisCase."""
    if hazard.enforcement.case not in {None, case}:
        raise NotThisCase("隐患关联的是另一案件，请核对案件标识")


def check_past(on: date, what: str, occasion: Occasion) -> None:
    """日期检查 · Nothing is noted before it happened. Raises DateInvalid."""
    if on > occasion.today:
        raise DateInvalid(f"{what}不得晚于今天")


def renewed(hazard: Hazard) -> Hazard:
    """新期限 · Under a new deadline a reason may be proposed anew."""
    return replace(hazard, enforcement=replace(hazard.enforcement, proposed=()))


Enforcing = PenaltyProposed | EnforcementReferred | CaseLinked | CaseDecided | CaseClosed


def evolve(hazard: Hazard, event: Enforcing) -> Hazard:
    """演变 · Where the case stands after it."""
    known = hazard.enforcement
    match event:
        case PenaltyProposed():
            after = replace(known, proposed=(*known.proposed, event.reason))
        case EnforcementReferred():
            after = Enforcement(state=E.REFERRED, case=event.case)
        case CaseLinked():
            after = replace(known, state=E.CASE_OPEN, case=event.case)
        case CaseDecided():
            after = replace(known, state=E.DECIDED)
        case CaseClosed():
            after = replace(known, state=E.CASE_CLOSED)
        case _:
            assert_never(event)
    return replace(hazard, enforcement=after)
