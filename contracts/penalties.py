"""处罚计次事件 · The penalties of one enterprise as AQF 113 counts them; written beside the cases that decide them."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from contracts.case_codes import ClosureGround
from contracts.envelope import Event
from contracts.values import EnterpriseId, ShortText, Value


class CountedPenalty(Value):
    """计入的处罚 · A decision that counts under AQF 113."""

    case: EnterpriseId
    decision_number: ShortText
    decided_on: date
    major: bool


class PenaltyNoted(Event):
    """处罚计入 · A penalty of an enterprise, counted under AQF 113; whether a major hazard was punished by it."""

    TYPE: ClassVar[str] = "penalties.noted"
    enterprise: EnterpriseId
    penalty: CountedPenalty


class PenaltyAnnulled(Event):
    """处罚撤出 · A decision was withdrawn and no longer counts."""

    TYPE: ClassVar[str] = "penalties.annulled"
    enterprise: EnterpriseId
    case: EnterpriseId
    decision_number: ShortText


class ClosureConditionMet(Event):
    """达到提请关闭条件 · Enough penalties within the time of AQF 113; people decide what follows."""

    TYPE: ClassVar[str] = "penalties.closure-condition-met"
    enterprise: EnterpriseId
    grounds: tuple[ClosureGround, ...] = Field(min_length=1)
    counted: tuple[CountedPenalty, ...]


PenaltiesEvent = PenaltyNoted | PenaltyAnnulled | ClosureConditionMet
