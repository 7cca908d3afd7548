"""建议 · What somebody who may not decide would have decided; who may, decides."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from contracts.envelope import Event
from contracts.values import (
    Digest,
    EnterpriseId,
    HazardNumber,
    PersonId,
    ProposedAct,
    ReinspectionMode,
    ReopenReason,
    Text,
)


class DecisionProposed(Event):
    """建议 · Somebody who may propose and not decide says how he would have decided; nothing has changed.

    Before `hazard.registered` without a number. `deadline` and `responsible` are those of the round it would begin.
    """

    TYPE: ClassVar[str] = "hazard.decision-proposed"
    act: ProposedAct = Field(description="所建议的决定 · The decision that is proposed")
    number: HazardNumber | None = None
    enterprise: EnterpriseId | None = None
    remark: Text | None = None
    other: str | None = Field(None, description="另一隐患的标识 · Id of the hazard that would stay")
    mode: ReinspectionMode | None = None
    inspectors: tuple[PersonId, ...] = Field((), description="现场查看的人 · Who looked")
    visit: EnterpriseId | None = Field(None, description="检查标识 · The visit on which it was looked at")
    photos: tuple[Digest, ...] = ()
    reopen_reason: ReopenReason | None = None
    deadline: date | None = None
    responsible: PersonId | None = None
