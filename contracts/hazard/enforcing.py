"""执法 · A penalty proposed, a case referred, and what the enforcement case tells of itself."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from contracts.hazard.registered import OfRegistered
from contracts.regions import CaseOutcome, PenaltyKind, PenaltyReason
from contracts.values import Digest, EnterpriseId, Fen, ShortText, Text


class PenaltyProposed(OfRegistered):
    """处罚建议 · Who may not refer proposes it to the department."""

    TYPE: ClassVar[str] = "hazard.penalty-proposed"
    reason: PenaltyReason
    remark: Text | None = None
    file: tuple[Digest, ...] = ()


class EnforcementReferred(OfRegistered):
    """移送执法 · Referred to enforcement for a case."""

    TYPE: ClassVar[str] = "hazard.enforcement-referred"
    reason: PenaltyReason
    remark: Text
    file: tuple[Digest, ...] = ()
    case: EnterpriseId | None = Field(
        None, description="案件标识 · The case it was referred with, if one is kept"
    )


class OfCase(OfRegistered):
    """案件事件 · What every event of the case carries; it comes from the enforcement case, closed hazard or not."""

    case: EnterpriseId = Field(description="案件标识 · Id of the enforcement case, a UUID")


class CaseLinked(OfCase):
    """立案 · An enforcement case was opened for it."""

    TYPE: ClassVar[str] = "hazard.case-linked"
    case_number: ShortText = Field(description="立案文号")
    filed_on: date


class CaseDecided(OfCase):
    """处理决定 · The case was decided."""

    TYPE: ClassVar[str] = "hazard.case-decided"
    kinds: tuple[PenaltyKind, ...]
    decision_number: ShortText = Field(description="决定书文号")
    decided_on: date
    fine: Fen | None = None


class CaseClosed(OfCase):
    """结案 · The case has ended."""

    TYPE: ClassVar[str] = "hazard.case-closed"
    outcome: CaseOutcome
    closed_on: date
