"""区域 · What goes on beside the one status: each region is a small state of its own (domain/lifecycle.md b.1)."""

from dataclasses import dataclass
from datetime import date

from contracts.regions import EnforcementState, EscalationLevel, Holder, PenaltyReason, TransferState


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """移送 · To whom it is offered and by when they answer; how often it was returned since somebody took it."""

    state: TransferState = TransferState.NONE
    to: Holder | None = None
    answer_due: date | None = None
    assigned: bool = False
    returns: int = 0

    @property
    def offered(self) -> bool:
        """待答复 · An office has it on the table and has not answered."""
        return self.state is TransferState.OFFERED


@dataclass(frozen=True, slots=True, kw_only=True)
class Enforcement:
    """执法 · Where the case stands, which one it is, and what was proposed since the last referral or deadline."""

    state: EnforcementState = EnforcementState.NONE
    case: str | None = None
    proposed: tuple[PenaltyReason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """升级 · How high it has been taken under the present deadline."""

    level: EscalationLevel = EscalationLevel.NONE
