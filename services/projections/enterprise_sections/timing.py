"""时限与延误 · From the find to the end of a hazard: how long each step took, what was late, and whose delay it was. PURE."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

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


class Steps(NamedTuple):
    """各步 · The days on which a hazard was ordered, put right and seen to be so, and how long each took."""

    ordered_on: date | None
    submitted_on: date | None
    verified_on: date | None
    days_to_order: int | None
    days_to_submission: int | None
    days_to_verification: int | None
    days_to_closure: int | None


class Owed(NamedTuple):
    """应办 · What somebody owed by a day, perhaps in a round."""

    what: Owing
    against: Side
    round: int | None = None


class Late(NamedTuple):
    """已误 · What was owed, and by how many days it was late; `done_on` is None while it is waited for."""

    owed: Owed
    due: date
    done_on: date | None
    days: int


def steps_of(hazard: Hazard) -> Steps:
    """各步 · From the first order to the last result."""
    first, last = (hazard.rounds[0], hazard.rounds[-1]) if hazard.rounds else (None, None)
    ordered_on = first.ordered_on if first else None
    submitted_on = last.submitted_on if last else None
    verified_on = last.reinspected_on if last and last.passed and hazard.status in RECTIFIED else None
    return Steps(
        ordered_on,
        submitted_on,
        verified_on,
        _days(hazard.found_on, ordered_on),
        _days(ordered_on, submitted_on),
        _days(submitted_on, verified_on),
        _days(verified_on, hazard.closed_on),
    )


def timing_of(hazard: Hazard, today: date) -> Timing:
    """时长 · Of one hazard, with the delays of every round."""
    return Timing(
        registered_on=hazard.registered_on,
        due=hazard.deadline,
        closed_on=hazard.closed_on,
        delays=[_delay(late) for late in late_of(hazard, today)],
        **steps_of(hazard)._asdict(),
    )


def pace_of(hazards: Sequence[Hazard], today: date) -> Pace:
    """合计 · Of those that are counted."""
    counted = [hazard for hazard in hazards if hazard.status not in UNCOUNTED]
    steps = [steps_of(hazard) for hazard in counted]
    late = [each for hazard in counted for each in late_of(hazard, today)]
    sides = {side: [each.days for each in late if each.owed.against is side] for side in Side}
    return Pace(
        days_to_order=_mean([each.days_to_order for each in steps]),
        days_to_submission=_mean([each.days_to_submission for each in steps]),
        days_to_verification=_mean([each.days_to_verification for each in steps]),
        days_to_closure=_mean([each.days_to_closure for each in steps]),
        enterprise_delays=len(sides[Side.ENTERPRISE]),
        enterprise_days=sum(sides[Side.ENTERPRISE]),
        office_delays=len(sides[Side.OFFICE]),
        office_days=sum(sides[Side.OFFICE]),
        running=sum(each.done_on is None for each in late),
    )


def late_of(hazard: Hazard, today: date) -> list[Late]:
    """已误 · Whatever was done, or is still to be done, after its day; nothing of records that count for nothing."""
    if hazard.status in UNCOUNTED:
        return []
    return [*_before(hazard, today), *_of_rounds(hazard, today)]


def _before(hazard: Hazard, today: date) -> Iterator[Late]:
    """Confirming it, planning it, answering whoever asked for more time."""
    if late := _late(hazard.confirm_by, hazard.registered_on, None):
        yield Late(Owed(Owing.CONFIRMATION, Side.OFFICE), *late)
    waited = today if hazard.status is Status.PLAN_REQUIRED else None
    for draft in hazard.plans:
        if late := _late(draft.due, draft.filed_on or draft.waived_on, draft is hazard.plans[-1] and waited):
            yield Late(Owed(Owing.PLAN, Side.ENTERPRISE), *late)
    waited = today if hazard.status in UNDONE else None
    for asked in hazard.extensions:
        if late := _late(asked.answer_due, asked.decided_on, asked is hazard.extensions[-1] and waited):
            yield Late(Owed(Owing.EXTENSION_ANSWER, Side.OFFICE, asked.round), *late)


def _of_rounds(hazard: Hazard, today: date) -> Iterator[Late]:
    """A re-inspection is the office's to make, or on its own track the enterprise's."""
    undone = today if hazard.status in UNDONE else None
    submitted = today if hazard.status is Status.SUBMITTED else None
    for each in hazard.rounds:
        last = each is hazard.rounds[-1]
        if late := _late(each.deadline, each.submitted_on, last and undone):
            yield Late(Owed(Owing.RECTIFICATION, Side.ENTERPRISE, each.round), *late)
        if late := _late(each.reinspection_due, each.reinspected_on, last and submitted):
            yield Late(Owed(Owing.REINSPECTION, _reinspector(hazard, each), each.round), *late)


def _reinspector(hazard: Hazard, each: Round) -> Side:
    if each.against is not None:
        return Side(each.against)
    return Side.ENTERPRISE if hazard.track == Track.ENTERPRISE else Side.OFFICE


def _late(
    due: date | None, done_on: date | None, waited: date | bool | None
) -> tuple[date, date | None, int] | None:
    """What was due, when it was done, and the days between; `waited`: until when it is waited for, if it is."""
    until = done_on or waited
    if due is None or not isinstance(until, date) or until <= due:
        return None
    return due, done_on, (until - due).days


def _delay(late: Late) -> Delay:
    owed = late.owed
    return Delay(
        what=owed.what,
        what_name=owed.what.zh,
        against=owed.against,
        against_name=owed.against.zh,
        round=owed.round,
        due=late.due,
        done_on=late.done_on,
        days=late.days,
    )


def _days(first: date | None, last: date | None) -> int | None:
    return (last - first).days if first and last else None


def _mean(days: Sequence[int | None]) -> float | None:
    known = [each for each in days if each is not None]
    return rounded(Decimal(sum(known)) / len(known)) if known else None
