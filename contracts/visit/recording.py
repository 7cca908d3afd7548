"""检查记录 · The visit happened and found so much; then its record is signed, or it is not, and is filed."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.envelope import Event
from contracts.values import EnterpriseId, PersonId, SealedText, ShortText, Text, VisitKind
from contracts.visit.codes import FormVersion, Participant
from contracts.visit.planning import OfVisit

Finds = Annotated[int, Field(ge=0, le=100_000, description="发现隐患数 · Number of finds, 0 allowed")]


class VisitRecorded(Event):
    """检查记录 · A visit to an enterprise; no finds counts as an inspected, clean enterprise."""

    TYPE: ClassVar[str] = "visit.recorded"
    enterprise: EnterpriseId
    visit_kind: VisitKind
    visited_on: date
    officers: tuple[PersonId, ...] = ()
    finds: Finds
    remark: Text | None = None
    hazards: tuple[EnterpriseId, ...] = Field((), description="发现的隐患 · The hazards it found, by id")
    participants: tuple[Participant, ...] = Field((), description="参加人员 · Everybody who took part")
    form: FormVersion | None = None
    campaign: EnterpriseId | None = Field(None, description="专项行动 · Id of the campaign")
    plan: EnterpriseId | None = Field(None, description="服务计划 · Id of the service plan")


class VisitSigned(OfVisit):
    """企业签字 · The enterprise signed the record; the signature stands beside the log."""

    TYPE: ClassVar[str] = "visit.signed"
    signed_by: PersonId
    signature: SealedText
    opinion: Text | None = Field(None, description="企业意见 · What the enterprise says to it")


class VisitSignatureRefused(OfVisit):
    """拒绝签字 · The enterprise would not sign the record; officers witness it (AQF 68)."""

    TYPE: ClassVar[str] = "visit.signature-refused"
    reason: Text
    witnesses: tuple[PersonId, ...]
    refused_by: PersonId | None = None


class VisitArchived(OfVisit):
    """检查归档 · Its papers are filed; nothing more is written to it."""

    TYPE: ClassVar[str] = "visit.archived"
    file_number: ShortText | None = Field(None, description="案卷号")
