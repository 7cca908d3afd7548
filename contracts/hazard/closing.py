"""销号 · Struck off, or opened again."""

from typing import ClassVar

from pydantic import Field

from contracts.hazard.registered import OfRegistered
from contracts.values import ReopenReason, Text, Track


class HazardClosed(OfRegistered):
    """销号 · Struck off: put right, re-inspected, answered for."""

    TYPE: ClassVar[str] = "hazard.closed"
    round: int = Field(ge=1)
    track: Track
    remark: Text | None = None


class HazardReopened(OfRegistered):
    """重新打开 · It came back, or was never put right."""

    TYPE: ClassVar[str] = "hazard.reopened"
    reason: ReopenReason
    remark: Text
