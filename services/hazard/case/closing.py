"""结案 · How a case ends: executed, not punished, or withdrawn."""

from dataclasses import replace
from datetime import date

from pydantic import Field

from contracts.case import EnforcementCaseClosed
from contracts.case_codes import CaseStatus
from contracts.regions import CaseOutcome
from contracts.values import Text
from services.hazard.case.acting import check
from services.hazard.case.executing import DailyFineRunning
from services.hazard.case.investigating import check_since_filing
from services.hazard.case.state import Case
from services.hazard.lifecycle.enforcing import NotAtThisCaseStage
from services.hazard.occasion import Ask, Occasion
from services.hazard.policy.cases import CaseAct
from services.hazard.refused import Refused

S = CaseStatus
UNFINISHED = (S.FILED, S.INVESTIGATING, S.INFORMED, S.DECIDED, S.PUBLISHED)
# 结案情形须与案件所处阶段相符 · From which stages a case ends in which way.
ENDINGS: dict[CaseOutcome, tuple[CaseStatus, ...]] = {
    CaseOutcome.EXECUTED: (S.EXECUTED,),
    CaseOutcome.NOT_PUNISHED: (S.DECIDED,),
    CaseOutcome.WITHDRAWN: UNFINISHED,
}


class WithdrawalUnexplained(Refused):
    """撤销案件须说明理由 · A case is not withdrawn without a reason."""


class PunishedAfterAll(Refused):
    """已决定处罚的不得以不予处罚结案 · What was decided is what it ends in."""


class CloseCase(Ask, json_schema_extra={"examples": [{"outcome": "EXECUTED", "closed_on": "2026-06-30"}]}):
    """结案 · How it ended and when; withdrawn with the reason."""

    outcome: CaseOutcome
    reason: Text | None = Field(None, description="撤销案件的理由")
    closed_on: date


def may_close(case: Case, occasion: Occasion) -> None:
    """可否结案 · By who decides; what was filed and has not ended."""
    check(CaseAct.DECIDE, case, occasion)
    case.must_be(*UNFINISHED, S.EXECUTED, act="结案")
    if case.running is not None:
        raise DailyFineRunning("按日连续处罚尚未停止，不能结案")


def close_case(case: Case, ask: CloseCase, occasion: Occasion) -> tuple[EnforcementCaseClosed, ...]:
    """结案 · In a way that fits how far it came; its hazards go on by themselves."""
    may_close(case, occasion)
    if case.status not in ENDINGS.get(ask.outcome, ()):
        here = case.status.zh if case.status else ""
        raise NotAtThisCaseStage(f"案件处于「{here}」，不能以「{ask.outcome.zh}」结案")
    if ask.outcome is CaseOutcome.NOT_PUNISHED and case.punished:
        raise PunishedAfterAll
    if ask.outcome is CaseOutcome.WITHDRAWN and ask.reason is None:
        raise WithdrawalUnexplained
    check_since_filing(case, ask.closed_on, "结案日期", occasion)
    return (EnforcementCaseClosed(**case.filed, **ask.model_dump()),)


def evolve(case: Case, event: EnforcementCaseClosed) -> Case:
    """演变 · It has ended."""
    return replace(case, status=S.CLOSED, outcome=event.outcome)
