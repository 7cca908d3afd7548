"""更正 · A record put right with its difference kept."""

from typing import ClassVar

from contracts.envelope import Event
from contracts.regions import Correction
from contracts.values import Digest, EnterpriseId, HazardNumber, Text


class HazardCorrected(Event):
    """更正记录 · What the record said and what it says now; finding date, level and signatures stay."""

    TYPE: ClassVar[str] = "hazard.corrected"
    reason: Text
    changes: tuple[Correction, ...] = ()
    photos_added: tuple[Digest, ...] = ()
    number: HazardNumber | None = None
    enterprise: EnterpriseId | None = None
