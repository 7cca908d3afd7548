"""隐患状态 · What the rules need to know of a hazard, and nothing more."""

from dataclasses import dataclass
from datetime import date, datetime

from contracts.division import NOWHERE
from contracts.regions import Holder
from contracts.values import (
    Digest,
    Level,
    PersonId,
    RectificationPlan,
    Role,
    SealedText,
    Source,
    Status,
    Track,
    VisitKind,
)
from services.hazard.lifecycle.regions import (
    UNLISTED,
    UNMEASURED,
    UNMOVED,
    UNPROSECUTED,
    UNRAISED,
    Enforcement,
    Escalation,
    Interim,
    Supervision,
    Transfer,
    check_delisted,
    check_lifted,
)
from services.hazard.lifecycle.terms import NO_EXTENSION, NO_NOTICE, NO_TERMS, Extension, Notice, Terms
from services.hazard.policy import Policy
from services.hazard.refused import Refused

NOBODY = Holder(division=NOWHERE)  # before anything is captured


class NotAtThisStage(Refused):
    """当前状态不允许此操作 · The hazard does not stand where this step starts."""


class OrderServed(Refused):
    """已责令整改的不得作废 · After an order a record ends by its closure only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazard:
    """隐患 · The state that rules read; made by evolving events, never written."""

    version: int = 0
    id: str = ""
    status: Status | None = None
    last_at: datetime | None = None
    division: str = ""

    author: PersonId = ""
    author_role: Role = Role.SYS
    enterprise: str | None = None
    object_text: str | None = None
    source: Source = Source.OTHER
    visit_kind: VisitKind | None = None
    officer_present: bool = False
    place: str | None = None
    category: str | None = None
    description: str | None = None
    report: SealedText | None = None
    photos: tuple[Digest, ...] = ()
    visit: str | None = None
    found_on: date | None = None

    number: str | None = None
    level: Level = Level.GENERAL
    ordered: bool = False
    advice_revision: int = 0

    plan: RectificationPlan | None = None
    plan_filed: bool = False
    plan_content_waived: bool = False
    plan_waived: bool = False

    round: int = 1
    deadline: date | None = None
    first_length: int | None = None
    responsible: PersonId | None = None
    submitter: PersonId | None = None
    inspectors: tuple[PersonId, ...] = ()
    inspected_with_photo: bool = False
    failures: int = 0

    recorded_at: datetime | None = None
    registered_on: date | None = None
    holder: Holder = NOBODY
    transfer: Transfer = UNMOVED
    enforcement: Enforcement = UNPROSECUTED
    escalation: Escalation = UNRAISED
    supervision: Supervision = UNLISTED
    interim: Interim = UNMEASURED
    notice: Notice = NO_NOTICE
    noticed: str | None = None  # the grouped notice it was ordered under last
    terms: Terms = NO_TERMS
    extension: Extension = NO_EXTENSION

    def must_be(self, *stages: Status, act: str) -> None:
        """所处状态 · Refuse a step that does not start here.

        Raises NotAtThisStage.
        """
        if self.status not in stages:
            allowed = "、".join(f"「{stage.zh}」" for stage in stages)
            here = self.status.zh if self.status else "未建立"
            raise NotAtThisStage(f"隐患处于「{here}」，不能{act}；该操作只适用于{allowed}")

    def must_be_unserved(self, act: str) -> None:
        """未送达决定 · Refuse to end the record of what was ordered, listed or stopped.

        Raises OrderServed, StillListed, MeasureStanding.
        """
        if self.ordered:
            raise OrderServed(f"隐患已责令整改，不能{act}；责令之后只能经复查销号")
        check_delisted(self.supervision, act)
        check_lifted(self.interim, act, own=False)

    def track(self, policy: Policy) -> Track:
        """轨道 · Which closing track applies now (domain/lifecycle.md b.1)."""
        if self.level is Level.MAJOR or self.ordered:
            return Track.AUTHORITY
        if self.self_found(policy):
            return Track.ENTERPRISE
        return Track.SERVICE if self.source in policy.tracks.service_sources else Track.AUTHORITY

    def self_found(self, policy: Policy) -> bool:
        """自查 · Found by the enterprise's own people: what a reporter calls the source does not decide it."""
        tracks = policy.tracks
        return self.source in tracks.enterprise_sources and self.author_role in tracks.enterprise_roles

    @property
    def offices(self) -> tuple[str, ...]:
        """经手单位 · The seats of the offices that may see it wherever they are: its holder, and who is asked to take it."""
        asked = self.transfer.to if self.transfer.offered else None
        return tuple(office.seat for office in (self.holder, asked) if office is not None and office.seat)

    @property
    def registered(self) -> tuple[str, str]:
        """编号与企业 · What every event from registration on carries.

        Raises NotAtThisStage before registration.
        """
        if self.number is None or self.enterprise is None:
            raise NotAtThisStage("隐患尚未登记")
        return self.number, self.enterprise
