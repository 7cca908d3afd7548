"""时限届满 · What the timer observes: a deadline passed, a re-inspection was not made, a calendar was published."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from contracts.hazard.registered import OfRegistered
from contracts.limits import Counted
from contracts.terms import Owing, Side


class DeadlineMissed(OfRegistered):
    """整改逾期 · The deadline passed without a submission; one that was made in time and arrives later annuls it."""

    TYPE: ClassVar[str] = "hazard.deadline-missed"
    round: int = Field(ge=1)
    deadline: date
    deadline_version: int = Field(
        ge=1, description="期限版本 · Aggregate version of the event that set the deadline"
    )


class ReinspectionOverdue(OfRegistered):
    """复查超期 · No re-inspection in time; held against the office, and only on its own track against the enterprise."""

    TYPE: ClassVar[str] = "hazard.reinspection-overdue"
    round: int = Field(ge=1)
    reinspection_due: date
    against: Side
    deadline_version: int = Field(
        ge=1, description="期限版本 · Aggregate version of the event that set the date"
    )


class DeadlineRecomputed(OfRegistered):
    """期限重算 · A provisional date met its published calendar."""

    TYPE: ClassVar[str] = "hazard.deadline-recomputed"
    what: Owing
    recomputed: date
    former: date
    deadline_version: int = Field(ge=1, description="期限版本 · Of the date that gives way to this one")
    counted: Counted
