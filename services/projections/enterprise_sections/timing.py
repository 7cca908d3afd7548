"""时限与延误 · From the find to the end of a hazard: how long each step took, what was late, and whose delay it was. PURE."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Self

from pydantic import BaseModel, Field

from contracts.terms import Owing, Side
from contracts.values import Status, Track
from services.projections.enterprise_hazards import Hazard
from services.projections.indicators import rounded
from services.projections.rounds import Round
from services.projections.status import RECTIFIED, UNCOUNTED, UNDONE


class Delay(BaseModel):
    """延误 · What was done after its day, or is not done yet; days are counted from the day after it was due."""

    what: Owing
    what_name: str
    against: Side = Field(description="责任方")
    against_name: str
    round: int | None = Field(description="整改轮次")
    due: date = Field(description="应办日期")
    done_on: date | None = Field(description="办理日期；尚未办理的为 null")
    days: int = Field(description="延误天数；尚未办理的计至今日")


class Timing(BaseModel):
    """办理时长 · The days of a hazard's steps; null where one has not been taken."""

    registered_on: date | None
    ordered_on: date | None = Field(description="首次责令、要求整改或者方案通过之日")
    due: date | None = Field(description="现行整改期限")
    submitted_on: date | None = Field(description="最近一次提交整改")
    verified_on: date | None = Field(description="复查合格")
    closed_on: date | None = Field(description="销号")
    days_to_order: int | None = Field(description="发现至责令的天数")
    days_to_submission: int | None = Field(description="责令至提交整改的天数")
    days_to_verification: int | None = Field(description="提交整改至复查合格的天数")
    days_to_closure: int | None = Field(description="复查合格至销号的天数")
    delays: list[Delay]

    def late(self, side: Side) -> int:
        """延误天数 · All delays of one side together."""
        return sum(delay.days for delay in self.delays if delay.against is side)


class Pace(BaseModel):
    """时限统计 · What the hazards of an enterprise add up to; averages have two decimals, null where nothing is counted."""

    days_to_order: float | None = Field(description="发现至责令的平均天数")
    days_to_submission: float | None = Field(description="责令至提交整改的平均天数")
    days_to_verification: float | None = Field(description="提交整改至复查合格的平均天数")
    days_to_closure: float | None = Field(description="复查合格至销号的平均天数")
    enterprise_delays: int = Field(description="企业延误次数")
    enterprise_days: int = Field(description="企业延误天数")
    office_delays: int = Field(description="监管单位延误次数")
    office_days: int = Field(description="监管单位延误天数")
    running: int = Field(description="其中尚未办理的")

    @classmethod
    def of(cls, timings: Sequence[Timing]) -> Self:
        """合计 · Of those that are counted."""
        delays = [delay for timing in timings for delay in timing.delays]
        sides = {side: [delay.days for delay in delays if delay.against is side] for side in Side}
        return cls(
            days_to_order=_mean([each.days_to_order for each in timings]),
            days_to_submission=_mean([each.days_to_submission for each in timings]),
            days_to_verification=_mean([each.days_to_verification for each in timings]),
            days_to_closure=_mean([each.days_to_closure for each in timings]),
            enterprise_delays=len(sides[Side.ENTERPRISE]),
            enterprise_days=sum(sides[Side.ENTERPRISE]),
            office_delays=len(sides[Side.OFFICE]),
            office_days=sum(sides[Side.OFFICE]),
            running=sum(delay.done_on is None for delay in delays),
        )


@dataclass(frozen=True, slots=True)
class Owed:
    """应办 · What somebody owed by a day; `running`: it is still waited for."""

    what: Owing
    against: Side
    due: date | None
    done_on: date | None
    running: bool = False
    round: int | None = None


def timing_of(hazard: Hazard, today: date) -> Timing:
    """时长 · From the first order to the last result; delays are those of every round."""
    first, last = (hazard.rounds[0], hazard.rounds[-1]) if hazard.rounds else (None, None)
    ordered_on = first.ordered_on if first else None
    submitted_on = last.submitted_on if last else None
    verified_on = last.reinspected_on if last and last.passed and hazard.status in RECTIFIED else None
    return Timing(
        registered_on=hazard.registered_on,
        ordered_on=ordered_on,
        due=hazard.deadline,
        submitted_on=submitted_on,
        verified_on=verified_on,
        closed_on=hazard.closed_on,
        days_to_order=_days(hazard.found_on, ordered_on),
        days_to_submission=_days(ordered_on, submitted_on),
        days_to_verification=_days(submitted_on, verified_on),
        days_to_closure=_days(verified_on, hazard.closed_on),
        delays=delays_of(hazard, today),
    )


def delays_of(hazard: Hazard, today: date) -> list[Delay]:
    """延误 · Whatever was done, or is still to be done, after its day; nothing of records that count for nothing."""
    if hazard.status in UNCOUNTED:
        return []
    found = (_delay(owed, today) for owed in _owed(hazard))
    return [delay for delay in found if delay is not None]


def _delay(owed: Owed, today: date) -> Delay | None:
    until = owed.done_on or (today if owed.running else None)
    if owed.due is None or until is None or until <= owed.due:
        return None
    return Delay(
        what=owed.what,
        what_name=owed.what.zh,
        against=owed.against,
        against_name=owed.against.zh,
        round=owed.round,
        due=owed.due,
        done_on=owed.done_on,
        days=(until - owed.due).days,
    )


def _owed(hazard: Hazard) -> Iterator[Owed]:
    yield Owed(Owing.CONFIRMATION, Side.OFFICE, hazard.confirm_by, hazard.registered_on)
    last = len(hazard.plans) - 1
    for nth, draft in enumerate(hazard.plans):
        running = nth == last and hazard.status == Status.PLAN_REQUIRED
        yield Owed(Owing.PLAN, Side.ENTERPRISE, draft.due, draft.filed_on or draft.waived_on, running)
    last = len(hazard.extensions) - 1
    for nth, asked in enumerate(hazard.extensions):
        running = nth == last and hazard.status in UNDONE
        yield Owed(
            Owing.EXTENSION_ANSWER, Side.OFFICE, asked.answer_due, asked.decided_on, running, asked.round
        )
    for each in hazard.rounds:
        yield from _of_round(hazard, each, last=each is hazard.rounds[-1])


def _of_round(hazard: Hazard, each: Round, *, last: bool) -> Iterator[Owed]:
    """A re-inspection is the office's to make, or on its own track the enterprise's."""
    undone, waiting = hazard.status in UNDONE, hazard.status == Status.SUBMITTED
    yield Owed(
        Owing.RECTIFICATION,
        Side.ENTERPRISE,
        each.deadline,
        each.submitted_on,
        last and undone,
        each.round,
    )
    own = Side.ENTERPRISE if hazard.track == Track.ENTERPRISE else Side.OFFICE
    against = Side(each.against) if each.against else own
    yield Owed(
        Owing.REINSPECTION, against, each.reinspection_due, each.reinspected_on, last and waiting, each.round
    )


def _days(first: date | None, last: date | None) -> int | None:
    return (last - first).days if first and last else None


def _mean(days: Sequence[int | None]) -> float | None:
    known = [each for each in days if each is not None]
    return rounded(Decimal(sum(known)) / len(known)) if known else None
