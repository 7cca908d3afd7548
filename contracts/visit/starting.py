"""入企 · Who came, by which code, and whether it counts; who came later and who left."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from contracts.values import Coordinates, ShortText, Text, VisitKind
from contracts.visit.codes import CapExemption, CapStanding, FormVersion, Participant
from contracts.visit.planning import OfVisit


class VisitStarted(OfVisit):
    """扫码入企 · The visitors are there: who, where, when, and as which of the year's visits."""

    TYPE: ClassVar[str] = "visit.started"
    visit_kind: VisitKind
    visited_on: date = Field(description="检查日期 · Local date")
    participants: tuple[Participant, ...]
    scanned: ShortText | None = Field(None, description="扫到的企业码 · What the scan read")
    coordinates: Coordinates | None = None
    form: FormVersion | None = None
    urgent: Text | None = Field(None, description="紧急理由 · Why it began before it was approved")
    cap: CapStanding | None = Field(None, description="年度计次 · Absent when it does not count")
    exemption: CapExemption | None = Field(None, description="不计次事由 · Why it does not count")
    exemption_reason: Text | None = None
    exemption_document: ShortText | None = Field(None, description="上级部署文号 · The superior's order")


class ParticipantJoined(OfVisit):
    """加入检查 · Somebody came later."""

    TYPE: ClassVar[str] = "visit.participant-joined"
    participant: Participant


class ParticipantLeft(OfVisit):
    """中途离开 · Somebody left before the end."""

    TYPE: ClassVar[str] = "visit.participant-left"
    participant: Participant
    reason: Text | None = None
