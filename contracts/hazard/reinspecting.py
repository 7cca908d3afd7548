"""复查 · What the re-inspection found, and the next round."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from contracts.hazard.registered import OfRegistered
from contracts.values import Certificate, Digest, EnterpriseId, PersonId, ReinspectionMode, Text, Waiver


class ReinspectionPassed(OfRegistered):
    """复查合格 · Somebody other than the submitter looked and found it put right."""

    TYPE: ClassVar[str] = "hazard.reinspection-passed"
    round: int = Field(ge=1)
    mode: ReinspectionMode
    inspectors: tuple[PersonId, ...]
    certificates: tuple[Certificate, ...] = ()
    visit: EnterpriseId | None = Field(None, description="检查标识 · The visit on which it was looked at")
    photos: tuple[Digest, ...] = ()
    remark: Text | None = None
    waived: tuple[Waiver, ...] = ()


class ReinspectionFailed(OfRegistered):
    """复查不合格 · It is not put right; a new round follows."""

    TYPE: ClassVar[str] = "hazard.reinspection-failed"
    round: int = Field(ge=1)
    mode: ReinspectionMode
    inspectors: tuple[PersonId, ...]
    visit: EnterpriseId | None = Field(None, description="检查标识 · The visit on which it was looked at")
    photos: tuple[Digest, ...] = ()
    remark: Text
    referral_required: bool = False
    waived: tuple[Waiver, ...] = ()


class RoundStarted(OfRegistered):
    """新一轮整改 · A new round with its own deadline."""

    TYPE: ClassVar[str] = "hazard.round-started"
    round: int = Field(ge=2)
    deadline: date
    responsible: PersonId
