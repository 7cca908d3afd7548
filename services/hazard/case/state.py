"""案件状态 · What the rules need to know of an enforcement case, and nothing more."""

from dataclasses import dataclass
from datetime import date, datetime

from contracts.case import CaseHazard, CaseOfficer, Penalty
from contracts.case_codes import CaseClock, CaseStatus, PauseReason
from contracts.regions import CaseOutcome, PenaltyKind
from contracts.values import Fen, Level, PersonId
from services.hazard.lifecycle.enforcing import NotAtThisCaseStage

S = CaseStatus
OPEN = (S.FILED, S.INVESTIGATING, S.INFORMED)  # filed and not decided: the 90 days run
DECIDED = (S.DECIDED, S.PUBLISHED, S.EXECUTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """中止 · Why a clock stood still, from which day, and on which day it ran again."""

    reason: PauseReason
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """告知 · What the party was told would be done, and until when it may be heard."""

    proposed: Penalty
    on: date
    statement_due: date
    hearing_due: date | None
    review: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """听取意见 · What the party made of its rights, and what became of it."""

    waived: bool = False
    unanswered: bool = False
    requested_on: date | None = None
    held: bool = False
    reviewed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """缴款 · So much on a day."""

    amount: Fen
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyFine:
    """按日处罚 · From the first day that counts to the last one, each at the amount of the original fine."""

    since: date
    per_day: Fen
    until: date | None = None


NOT_HEARD = Heard()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """案件 · The state that rules read; made by evolving events, never written."""

    version: int = 0
    status: CaseStatus | None = None
    last_at: datetime | None = None
    division: str = ""

    enterprise: str = ""
    enterprise_name: str = ""
    hazards: tuple[CaseHazard, ...] = ()
    number: str | None = None

    filing_due: date | None = None
    filer: PersonId = ""
    office: str | None = None  # that opened the case, whose series number its documents
    filed_on: date | None = None
    decision_due: date | None = None
    extensions: int = 0
    pauses: tuple[Pause, ...] = ()
    late: tuple[CaseClock, ...] = ()

    officers: tuple[CaseOfficer, ...] = ()
    investigators: tuple[PersonId, ...] = ()  # everybody who ever was one of the officers
    evidence: int = 0

    told: Told | None = None
    heard: Heard = NOT_HEARD

    penalty: Penalty | None = None
    decision_number: str | None = None
    decided_on: date | None = None
    service_due: date | None = None
    served_on: date | None = None
    publication_due: date | None = None
    published_on: date | None = None

    payment_due: date | None = None
    payments: tuple[Payment, ...] = ()
    daily: tuple[DailyFine, ...] = ()
    court_applied_on: date | None = None
    executed_on: date | None = None
    outcome: CaseOutcome | None = None

    def must_be(self, *stages: CaseStatus, act: str) -> None:
        """所处阶段 · Refuse a step that does not start here. Raises NotAtThisCaseStage."""
        if self.status not in stages:
            allowed = "、".join(f"「{stage.zh}」" for stage in stages)
            here = self.status.zh if self.status else "未建立"
            raise NotAtThisCaseStage(f"案件处于「{here}」，不能{act}；该操作只适用于{allowed}")

    @property
    def pause(self) -> Pause | None:
        """正在中止 · The pause that has not ended."""
        return self.pauses[-1] if self.pauses and self.pauses[-1].until is None else None

    @property
    def running(self) -> DailyFine | None:
        """正在计罚 · The daily fine that has not been stopped."""
        return self.daily[-1] if self.daily and self.daily[-1].until is None else None

    @property
    def punished(self) -> bool:
        """给予处罚 · It was decided, and to punish."""
        return self.penalty is not None and PenaltyKind.NONE not in self.penalty.kinds

    @property
    def fine(self) -> Fen:
        """罚款 · In fen; none is 0."""
        return (self.penalty.fine or 0) if self.penalty else 0

    @property
    def major(self) -> bool:
        """涉及重大隐患 · One of its hazards was a major one when it was referred."""
        return any(hazard.level is Level.MAJOR for hazard in self.hazards)

    @property
    def filed(self) -> dict[str, str]:
        """企业与案号 · What every event from the filing on carries. Raises NotAtThisCaseStage before it."""
        if self.number is None:
            raise NotAtThisCaseStage("案件尚未立案")
        return {"enterprise": self.enterprise, "case_number": self.number}
