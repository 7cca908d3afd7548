"""移送 · Handed to another office, which takes it or gives it back; the sender answers for it until then."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from contracts.hazard.registered import OfRegistered
from contracts.regions import Holder
from contracts.values import Digest, Text


class HazardTransferOffered(OfRegistered):
    """移送 · Offered to another office with reason and file; the holder stays responsible until it is accepted."""

    TYPE: ClassVar[str] = "hazard.transfer-offered"
    to: Holder
    holder: Holder = Field(description="现责任单位 · Responsible until acceptance")
    reason: Text
    file: tuple[Digest, ...] = Field(description="移送材料 · The record of the transfer (AQF 69)")
    answer_due: date
    assigned: bool = Field(
        False, description="安委办指定 · Decided by the committee's office, not to be returned"
    )
    proposal: bool = Field(False, description="建议 · Only proposed; nothing is offered yet")


class TransferAccepted(OfRegistered):
    """接收移送 · The receiving office has taken it over and is responsible from here on."""

    TYPE: ClassVar[str] = "hazard.transfer-accepted"
    holder: Holder = Field(description="新的责任单位 · Responsible from now on")
    former: Holder
    remark: Text | None = None
    late: bool = Field(False, description="超过答复期限 · Answered after the last day")


class TransferReturned(OfRegistered):
    """退回移送 · The receiving office gives it back with its reason; the holder is who it was."""

    TYPE: ClassVar[str] = "hazard.transfer-returned"
    holder: Holder
    by: Holder = Field(description="退回单位 · Who gave it back")
    reason: Text
    returns: int = Field(ge=1, description="退回次数 · How often it has been returned")
    to_committee: bool = Field(
        False, description="由安委办决定 · Returned so often that the committee decides"
    )
    late: bool = False
