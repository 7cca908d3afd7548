"""处罚计次 · The penalties of one enterprise, and whether they are so many that its closure has to be proposed (AQF 113).

The condition is stated with the decisions that were counted; what follows is for people to decide.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

from contracts.case_codes import ClosureGround
from contracts.envelope import Envelope
from contracts.limits import Limit
from contracts.penalties import (
    ClosureConditionMet,
    CountedPenalty,
    PenaltiesEvent,
    PenaltyAnnulled,
    PenaltyNoted,
)
from services.hazard.calendar import Calendar
from services.hazard.calendar.counting import ends_on
from services.hazard.occasion import Occasion
from services.hazard.policy.cases import ClosingCount

Counted = tuple[CountedPenalty, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Penalties:
    """处罚记录 · What counts, the earliest decision first; and what was counted when the condition was last met."""

    version: int = 0
    enterprise: str = ""
    noted: Counted = ()
    grounds: tuple[ClosureGround, ...] = ()
    counted: Counted = ()
    met_on: date | None = None


def note_penalty(
    penalties: Penalties, enterprise: str, penalty: CountedPenalty, occasion: Occasion
) -> tuple[PenaltyNoted | ClosureConditionMet, ...]:
    """处罚计入 · And, when it makes enough of them, that the condition is met."""
    noted = PenaltyNoted(enterprise=enterprise, penalty=penalty)
    return noted, *met(enterprise, (*penalties.noted, penalty), penalty, occasion)


def met(
    enterprise: str, decisions: Counted, latest: CountedPenalty | None, occasion: Occasion
) -> tuple[ClosureConditionMet, ...]:
    """条件达到 · The statement with the decisions counted, in their order; none where it is not met."""
    within = windows(decisions, latest, occasion.policy.cases.closing, occasion.calendar)
    if not within:
        return ()
    by_case = {one.case: one for window in within.values() for one in window}
    counted = tuple(sorted(by_case.values(), key=in_order))
    return (ClosureConditionMet(enterprise=enterprise, grounds=tuple(within), counted=counted),)


def windows(
    all_of_them: Counted, latest: CountedPenalty | None, rules: ClosingCount, calendar: Calendar
) -> dict[ClosureGround, Counted]:
    """达到的情形 · Per ground the decisions that meet it, a major hazard among them; with the latest, if there is one."""
    found: dict[ClosureGround, Counted] = {}
    for ground, limit, times in (
        (ClosureGround.SHORT, rules.short, rules.short_times),
        (ClosureGround.LONG, rules.long, rules.long_times),
    ):
        window = fullest(all_of_them, latest, limit, calendar)
        if len(window) >= times:
            found[ground] = window
    return found


def fullest(all_of_them: Counted, latest: CountedPenalty | None, limit: Limit, calendar: Calendar) -> Counted:
    """最多的一段 · Of the stretches that begin with a decision and hold the latest, that with the most decisions.

    The day it begins on is not counted (民法典 201). One without a major hazard does not count at all.
    """
    best: Counted = ()
    for first in all_of_them:
        last = ends_on(limit, first.decided_on, calendar)
        if latest is not None and not first.decided_on <= latest.decided_on <= last:
            continue
        window = tuple(one for one in all_of_them if first.decided_on <= one.decided_on <= last)
        if any(one.major for one in window) and len(window) > len(best):
            best = window
    return best


def in_order(penalty: CountedPenalty) -> tuple[date, str]:
    """先后 · By day, then by number."""
    return penalty.decided_on, penalty.decision_number


def annul_penalty(
    penalties: Penalties, case: str, occasion: Occasion
) -> tuple[PenaltyAnnulled | ClosureConditionMet, ...]:
    """处罚撤出 · The decision of a case that was withdrawn; what was met is stated anew if the rest still meets it."""
    gone = tuple(one for one in penalties.noted if one.case == case)
    annulled = tuple(
        PenaltyAnnulled(enterprise=penalties.enterprise, case=case, decision_number=one.decision_number)
        for one in gone
    )
    if case not in {one.case for one in penalties.counted}:
        return annulled
    rest = tuple(one for one in penalties.noted if one.case != case)
    return *annulled, *met(penalties.enterprise, rest, None, occasion)


def evolve(penalties: Penalties, event: PenaltiesEvent, envelope: Envelope) -> Penalties:
    """演变 · What counts now; a condition that was met falls with a decision it was counted from."""
    after = replace(penalties, version=envelope.version, enterprise=event.enterprise)
    match event:
        case PenaltyNoted():
            return replace(after, noted=tuple(sorted((*penalties.noted, event.penalty), key=in_order)))
        case PenaltyAnnulled():
            noted = tuple(one for one in penalties.noted if one.case != event.case)
            return standing(replace(after, noted=noted), event.case)
        case ClosureConditionMet():
            on = max(one.decided_on for one in event.counted)
            return replace(after, grounds=event.grounds, counted=event.counted, met_on=on)
        case _:
            assert_never(event)


def standing(penalties: Penalties, annulled: str) -> Penalties:
    """是否仍成立 · Counted from a decision that was withdrawn, the statement no longer stands."""
    if annulled not in {one.case for one in penalties.counted}:
        return penalties
    return replace(penalties, grounds=(), counted=(), met_on=None)
