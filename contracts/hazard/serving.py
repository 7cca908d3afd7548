"""送达 · A notice comes to whom it binds, or somebody refuses to sign."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from contracts.hazard.registered import OfRegistered
from contracts.limits import Counted
from contracts.terms import ServiceMethod
from contracts.values import EnterpriseId, PersonId, ShortText, Text, Track


class NoticeServed(OfRegistered):
    """文书送达 · The order was served; a deadline given in days is fixed by it."""

    TYPE: ClassVar[str] = "hazard.notice-served"
    notice: ShortText | None = None
    method: ServiceMethod
    recipient: PersonId | None = None
    served_on: date
    deadline: date | None = Field(
        None, description="整改期限 · Fixed by this service; absent when the order named its date"
    )
    counted: Counted | None = None


class SignatureRefused(OfRegistered):
    """拒绝签字 · Somebody would not sign; it is recorded with the reason and reported (AQF 68)."""

    TYPE: ClassVar[str] = "hazard.signature-refused"
    document: ShortText
    refused_by: PersonId | None = None
    reason: Text
    reported_to: ShortText | None = Field(
        None, description="报告的部门 · Absent when the department was there"
    )


class OrderWithdrawn(OfRegistered):
    """撤回责令 · Its notice was voided before service: the order bound nobody and is taken back."""

    TYPE: ClassVar[str] = "hazard.order-withdrawn"
    notice: ShortText | None = None
    notice_id: EnterpriseId | None = None
    reason: Text
    track: Track = Field(description="闭环轨道 · The track it closes on from here")
