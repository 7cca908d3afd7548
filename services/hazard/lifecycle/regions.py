"""区域 · What goes on beside the one status: each region is a small state of its own (domain/lifecycle.md b.1)."""

from dataclasses import dataclass, replace
from datetime import date

from contracts.regions import (
    EnforcementState,
    EscalationLevel,
    Holder,
    InterimState,
    MeasureKind,
    PenaltyReason,
    SupervisionLevel,
    SupervisionState,
    TransferState,
)
from contracts.values import Role
from services.hazard.refused import Refused

ON_THE_LIST = frozenset(
    {SupervisionState.LISTED, SupervisionState.ACCEPTANCE_REQUESTED, SupervisionState.ACCEPTED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervision:
    """挂牌督办 · Who listed it at which level, by when it must be removed, and when the next progress is due."""

    state: SupervisionState = SupervisionState.NONE
    level: SupervisionLevel | None = None
    lister_role: Role | None = None
    lister_organisation: str | None = None
    deadline: date | None = None
    progress_due: date | None = None

    @property
    def listed(self) -> bool:
        """在牌 · It stands on a list, from the listing until it is taken off."""
        return self.state in ON_THE_LIST


@dataclass(frozen=True, slots=True, kw_only=True)
class Interim:
    """临时措施 · Which measures stand, whether an authority ordered one of them, and who asked to lift them."""

    state: InterimState = InterimState.NONE
    kinds: tuple[MeasureKind, ...] = ()
    ordered: bool = False
    requested_by: str | None = None

    @property
    def standing(self) -> bool:
        """执行中 · A measure is in force; a request to lift it changes nothing yet."""
        return self.state in {InterimState.ACTIVE, InterimState.LIFT_REQUESTED}


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


UNLISTED = Supervision()
UNMEASURED = Interim()
UNMOVED = Transfer()
UNPROSECUTED = Enforcement()
UNRAISED = Escalation()


class StillListed(Refused):
    """尚未摘牌 · What stands on a list is neither closed nor voided nor downgraded."""


class MeasureStanding(Refused):
    """临时措施尚未解除 · What is stopped stays open until a review has agreed to its resumption."""


def check_delisted(supervision: Supervision, act: str) -> None:
    """不在牌 · It stands on no list. Raises StillListed."""
    if supervision.listed:
        raise StillListed(f"隐患{supervision.state.zh}，须先摘牌，才能{act}（《安全生产法》第四十一条）")


def check_lifted(interim: Interim, act: str, *, own: bool) -> None:
    """措施已解除 · No measure of an authority is in force; with `own`, none of the enterprise itself either.

    Raises MeasureStanding.
    """
    if interim.standing and (own or interim.ordered):
        kinds = "、".join(kind.zh for kind in interim.kinds)
        raise MeasureStanding(
            f"{kinds}尚未解除，须经审查同意解除后，才能{act}（《安全生产法》第六十五条：经审查同意，方可恢复）"
        )


def unfinished(supervision: Supervision, interim: Interim) -> tuple[Supervision, Interim]:
    """未消除 · What a new round makes of them: applications lapse, the list and the measures stay."""
    if supervision.listed:
        supervision = replace(supervision, state=SupervisionState.LISTED)
    if interim.standing:
        interim = replace(interim, state=InterimState.ACTIVE, requested_by=None)
    return supervision, interim
