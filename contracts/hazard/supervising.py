"""挂牌督办 · A major hazard listed for supervision by a government, accepted and struck off its list."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from contracts.hazard.registered import OfRegistered
from contracts.regions import SupervisionLevel
from contracts.values import Digest, PersonId, ShortText, Text


class HazardListed(OfRegistered):
    """挂牌督办 · A government supervises it by name: numbered notice, unit, deadline, quarterly progress."""

    TYPE: ClassVar[str] = "hazard.listed"
    supervision_level: SupervisionLevel
    notice: ShortText = Field(description="督办文号 · 字〔年〕号")
    unit: ShortText = Field(description="督办单位 · Who supervises")
    signed_by: PersonId = Field(description="签发人 · The leader of that level")
    deadline: date
    progress_due: date = Field(description="首次季度进展报告期限 · Last working day of the quarter")
    internal: bool = Field(False, description="内部挂牌 · Not filed upward")
    filing_due: date | None = Field(None, description="报上级备案期限")
    publication_due: date = Field(description="公布期限")


class AcceptanceRequested(OfRegistered):
    """申请验收 · The enterprise says that the listed hazard is removed and asks to have it accepted."""

    TYPE: ClassVar[str] = "hazard.acceptance-requested"
    statement: Text
    application: Digest = Field(description="验收申请书")


class ListedAccepted(OfRegistered):
    """验收合格 · Who listed it, or the department, found it removed."""

    TYPE: ClassVar[str] = "hazard.listed-accepted"
    opinion: Text
    inspectors: tuple[PersonId, ...]
    photos: tuple[Digest, ...]


class HazardDelisted(OfRegistered):
    """摘牌 · Who listed it takes it off the list."""

    TYPE: ClassVar[str] = "hazard.delisted"
    notice: ShortText = Field(description="摘牌文号 · 字〔年〕号")
    publication_due: date = Field(description="公布期限")
