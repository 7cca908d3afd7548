"""法制审核与决定 · The case is reviewed where the law demands it, and decided by somebody who did not investigate."""

from dataclasses import replace
from typing import assert_never

from pydantic import Field

from contracts.case import CaseLegallyReviewed, Penalty, PenaltyDecided
from contracts.case_codes import CaseClock, CaseStatus
from contracts.regions import PenaltyKind
from contracts.values import PersonId, ShortText, Text
from services.hazard.case.acting import check
from services.hazard.case.informing import EXAMPLE_CITED, EXAMPLE_PENALTY, check_penalty
from services.hazard.case.investigating import ClockStopped
from services.hazard.case.numbering import drawn
from services.hazard.case.state import Case, Told
from services.hazard.occasion import Ask, Occasion
from services.hazard.policy.cases import CaseAct
from services.hazard.refused import MayNot, Refused

S = CaseStatus
APL_57 = "《行政处罚法》第五十七条：调查终结，由行政机关负责人审查决定"
APL_58 = "《行政处罚法》第五十八条"


class StatementUnanswered(Refused):
    """陈述申辩尚未复核 · What the party said is examined before anything is decided (APL 45, 62)."""


class HearingPending(Refused):
    """听证尚未举行 · The hearing that was asked for comes before the decision (APL 65)."""


class RightsPeriodRunning(Refused):
    """陈述申辩或听证期限未满 · Nobody is punished before he could speak (APL 62)."""


class HeavierThanInformed(Refused):
    """处罚重于告知 · What is heavier than what was told is told anew; speaking makes nothing heavier (APL 45)."""


class LegalReviewMissing(Refused):
    """未经法制审核 · Where the law demands a review there is no decision without one (APL 58)."""


class ReviewNotDemanded(Refused):
    """不需要法制审核 · The law demands none, and no hearing was held."""


class ReviewAlreadyPassed(Refused):
    """已通过法制审核 · It was reviewed, and nothing was said since."""


class ReviewerInvestigated(MayNot):
    """办案人员不得审核 · Who filed or investigated a case does not review it (APL 58)."""


class DeciderNotIndependent(MayNot):
    """立案、调查的人不得单独决定 · Who filed or investigated a case does not decide it alone (APL 57)."""


class ReviewLegally(
    Ask, json_schema_extra={"examples": [{"passed": True, "opinion": "主体适格，事实清楚，程序合法"}]}
):
    """法制审核 · Passed or returned, with the opinion."""

    passed: bool
    opinion: Text


class DecideCase(
    Ask,
    json_schema_extra={
        "examples": [
            {
                "penalty": EXAMPLE_PENALTY,
                "facts": "配电箱外壳未做保护接地，两次复查均未消除",
                "basis": EXAMPLE_CITED,
                "discussed_by": ["p-91"],
            }
        ]
    },
):
    """作出决定 · The penalty or none, its facts and provisions; others who decided together where it was discussed."""

    penalty: Penalty
    facts: Text
    basis: tuple[ShortText, ...] = Field(min_length=1, description="处罚依据")
    discussed_by: tuple[PersonId, ...] = Field((), max_length=20, description="集体讨论的其他负责人")


def may_review(case: Case, occasion: Occasion) -> None:
    """可否审核 · What the law wants reviewed, by somebody who neither filed nor investigated it."""
    check(CaseAct.REVIEW, case, occasion)
    case.must_be(S.INFORMED, act="法制审核")
    if not review_demanded(case):
        raise ReviewNotDemanded(f"不属于应当进行法制审核的情形（{APL_58}）")
    if case.heard.reviewed:
        raise ReviewAlreadyPassed
    if occasion.person in {case.filer, *case.investigators}:
        raise ReviewerInvestigated(f"立案人、办案人员不得审核本案（{APL_58}：由从事法制审核的人员审核）")


def review_demanded(case: Case) -> bool:
    """须经审核 · By what the party was told, or because a hearing was held."""
    return case.heard.held or (case.told is not None and case.told.review)


def review_legally(case: Case, ask: ReviewLegally, occasion: Occasion) -> tuple[CaseLegallyReviewed, ...]:
    """法制审核 · After the party was heard."""
    may_review(case, occasion)
    check_heard(case)
    return (CaseLegallyReviewed(**case.filed, **ask.model_dump()),)


def check_heard(case: Case) -> None:
    """已听取意见 · Raises StatementUnanswered, HearingPending."""
    if case.heard.unanswered:
        raise StatementUnanswered("当事人的陈述、申辩尚未复核（《行政处罚法》第四十五条、第六十二条）")
    if case.heard.requested_on and not case.heard.held and not case.heard.waived:
        raise HearingPending("当事人要求的听证尚未举行（《行政处罚法》第六十五条）")


def may_decide(case: Case, occasion: Occasion) -> None:
    """可否决定 · After the party could speak; not to punish is decided without telling it before."""
    check(CaseAct.DECIDE, case, occasion)
    case.must_be(S.INVESTIGATING, S.INFORMED, act="作出决定")
    if case.pause is not None:
        raise ClockStopped(f"办案期限因{case.pause.reason.zh}中止，请先恢复")


def decide_case(case: Case, ask: DecideCase, occasion: Occasion) -> tuple[PenaltyDecided, ...]:
    """作出决定 · Late ones are recorded as late: the record says what was done."""
    may_decide(case, occasion)
    check_penalty(ask.penalty)
    punished = PenaltyKind.NONE not in ask.penalty.kinds
    if punished:
        check_may_punish(case, ask.penalty, occasion)
    involved = {case.filer, *case.investigators}
    if not {occasion.person, *ask.discussed_by} - involved:
        raise DeciderNotIndependent(f"立案人、办案人员不得单独作出决定（{APL_57}）")
    rules = occasion.policy.cases
    return (
        PenaltyDecided(
            **case.filed,
            **ask.model_dump(exclude={"penalty"}),
            hazards=case.hazards,
            decision_number=drawn(occasion),
            penalty=ask.penalty,
            decided_on=occasion.today,
            late=case.decision_due is not None and occasion.today > case.decision_due,
            service_due=occasion.count(rules.decision_service)[0],
            publication_due=occasion.count(rules.publication)[0] if punished else None,
        ),
    )


def check_may_punish(case: Case, penalty: Penalty, occasion: Occasion) -> None:
    """可以处罚 · Told, heard or waived, not heavier than told, and reviewed.

    Raises the refusals of this module; NotAtThisCaseStage when the party was not told.
    """
    case.must_be(S.INFORMED, act="决定处罚（《行政处罚法》第六十二条：未告知的不得处罚）")
    assert case.told is not None  # the stage INFORMED begins with it
    check_heard(case)
    check_time_to_speak(case, case.told, occasion)
    proposed = case.told.proposed
    if not {*penalty.kinds} <= {*proposed.kinds} or (penalty.fine or 0) > (proposed.fine or 0):
        raise HeavierThanInformed(
            "处罚重于告知的内容，须重新告知（《行政处罚法》第四十五条：不得因陈述、申辩而给予更重的处罚）"
        )
    if review_demanded(case) and not case.heard.reviewed:
        raise LegalReviewMissing(f"未经法制审核或者审核未通过的，不得作出决定（{APL_58}）")


def check_time_to_speak(case: Case, told: Told, occasion: Occasion) -> None:
    """期限已满 · The party had the whole time, had its hearing, or said it wants none. Raises RightsPeriodRunning."""
    if case.heard.waived or case.heard.held:
        return
    last = max(told.statement_due, told.hearing_due or told.statement_due)
    if occasion.today <= last:
        raise RightsPeriodRunning(
            f"当事人陈述、申辩和要求听证的期限至{last.isoformat()}届满，此前不得作出处罚决定"
            "（《行政处罚法》第六十二条）；当事人书面放弃的除外"
        )


Deciding = CaseLegallyReviewed | PenaltyDecided


def evolve(case: Case, event: Deciding) -> Case:
    """演变 · Reviewed, or decided."""
    match event:
        case CaseLegallyReviewed():
            return replace(case, heard=replace(case.heard, reviewed=event.passed))
        case PenaltyDecided():
            return replace(
                case,
                status=S.DECIDED,
                penalty=event.penalty,
                decision_number=event.decision_number,
                decided_on=event.decided_on,
                service_due=event.service_due,
                publication_due=event.publication_due,
                late=(*case.late, CaseClock.DECISION) if event.late else case.late,
            )
        case _:
            assert_never(event)
