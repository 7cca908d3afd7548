"""临时措施 · What is stopped while it is not safe, what compels it, and how it may start again."""

from datetime import date, datetime
from typing import ClassVar

from pydantic import Field

from contracts.hazard.registered import OfRegistered
from contracts.regions import CompulsionKind, MeasureKind
from contracts.values import Certificate, Digest, PersonId, ShortText, Text


class InterimMeasureImposed(OfRegistered):
    """采取临时措施 · People withdrawn, work or equipment stopped until a review agrees to its resumption."""

    TYPE: ClassVar[str] = "hazard.interim-measure-imposed"
    kinds: tuple[MeasureKind, ...]
    extent: Text = Field(description="范围 · Which area, line or equipment")
    own: bool = Field(False, description="自行采取 · By the enterprise or the landlord itself")
    emergency: bool = Field(False, description="紧急措施")
    notice: ShortText | None = Field(None, description="现场处理措施决定书编号")
    officers: tuple[PersonId, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    reported_to: ShortText | None = Field(None, description="已立即报告的部门")
    report_due: datetime | None = Field(None, description="补报负责人期限")


class LiftRequested(OfRegistered):
    """申请解除措施 · The enterprise asks to resume, and by when the review is due."""

    TYPE: ClassVar[str] = "hazard.lift-requested"
    statement: Text
    acceptance_report: Digest | None = Field(None, description="企业验收报告")
    review_due: date


class InterimMeasureLifted(OfRegistered):
    """解除临时措施 · Reviewed on site; production or use may be resumed."""

    TYPE: ClassVar[str] = "hazard.interim-measure-lifted"
    opinion: Text
    inspectors: tuple[PersonId, ...]
    certificates: tuple[Certificate, ...] = ()
    photos: tuple[Digest, ...]


class LiftRefused(OfRegistered):
    """不同意解除措施 · Reviewed; the measures stay."""

    TYPE: ClassVar[str] = "hazard.lift-refused"
    reason: Text


class CompulsionApplied(OfRegistered):
    """强制执行措施 · Power or explosives are cut because a stop is refused and an accident is near."""

    TYPE: ClassVar[str] = "hazard.compulsion-applied"
    kind: CompulsionKind
    refusal: Text = Field(description="拒不执行的事实")
    danger: Text = Field(description="发生事故的现实危险")
    notice: ShortText = Field(description="书面通知编号")
    notified_at: datetime = Field(description="通知生产经营单位的时间")
    from_at: datetime = Field(description="开始实施的时间")
    urgent: bool = False
    urgent_reason: Text | None = None
