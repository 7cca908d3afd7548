"""时限届满 · What the timer reports back, once for each version of a date; it observes and decides nothing."""

from dataclasses import replace
from datetime import date
from typing import Literal, assert_never, get_args

from pydantic import Field

from contracts.envelope import Envelope
from contracts.hazard import DeadlineMissed, DeadlineRecomputed, ReinspectionOverdue
from contracts.terms import Owing
from contracts.values import Status
from services.hazard.calendar import end_of
from services.hazard.lifecycle import powers
from services.hazard.lifecycle.owing import reinspecting_side
from services.hazard.lifecycle.powers import Power
from services.hazard.lifecycle.state import Hazard
from services.hazard.lifecycle.terms import Term
from services.hazard.occasion import Ask, Occasion
from services.hazard.refused import Refused

Missable = Literal[Owing.RECTIFICATION, Owing.REINSPECTION]
Recomputable = Literal[Owing.PLAN, Owing.RECTIFICATION, Owing.EXTENSION_ANSWER, Owing.REINSPECTION]
WAITING = {
    Owing.PLAN: Status.PLAN_REQUIRED,
    Owing.RECTIFICATION: Status.RECTIFYING,
    Owing.EXTENSION_ANSWER: Status.RECTIFYING,
    Owing.REINSPECTION: Status.SUBMITTED,
}


class DeadlineMoved(Refused):
    """期限已变更 · Another event has set the date since; the timer looks again."""


class NotYetOver(Refused):
    """期限尚未届满 · A date lasts until 24:00 of its day."""


class AlreadyMissed(Refused):
    """该期限的逾期已记录 · Once for each version of a date."""


class NotProvisional(Refused):
    """期限不是暂定的 · Only a date counted over an unpublished year is counted anew."""


class StillUnpublished(Refused):
    """放假安排尚未公布 · The year's days off are not known yet."""


class RecordDeadlineMissed(
    Ask, json_schema_extra={"examples": [{"what": "RECTIFICATION", "deadline_version": 4}]}
):
    """记录逾期 · Which date, by the version of the event that set it."""

    what: Missable
    deadline_version: int = Field(ge=1)


class RecomputeDeadline(
    Ask, json_schema_extra={"examples": [{"what": "REINSPECTION", "deadline_version": 7}]}
):
    """期限重算 · Which provisional date, by the version of the event that set it."""

    what: Recomputable
    deadline_version: int = Field(ge=1)


def term_of(hazard: Hazard, what: Owing) -> Term:
    """期限 · The date that is kept for one of these."""
    match what:
        case Owing.PLAN:
            return hazard.terms.plan
        case Owing.RECTIFICATION:
            return hazard.terms.rectification
        case Owing.EXTENSION_ANSWER:
            return hazard.extension.answer
        case Owing.REINSPECTION:
            return hazard.terms.reinspection
        case _:
            return Term()


def running(hazard: Hazard, what: Owing) -> Term:
    """在计期限 · The date that runs. Raises DeadlineMoved when none does."""
    term = term_of(hazard, what)
    if not term.version:
        raise DeadlineMoved(f"{what.zh}期限尚未起算，或已不再计算")
    return term


def awaited(hazard: Hazard, what: Owing, version: int, act: str) -> Term:
    """在办期限 · The date that is waited for, if it is the version the timer means. Raises DeadlineMoved."""
    hazard.must_be(WAITING[what], act=act)
    term = running(hazard, what)
    if term.version != version:
        raise DeadlineMoved(f"{what.zh}期限已变更，当前为第 {term.version} 版")
    return term


def check_timer(held: Power, hazard: Hazard, occasion: Occasion, about: tuple[Owing, ...]) -> None:
    """定时器 · Only the timer says so, and only while one of these is waited for."""
    powers.check(held, occasion)
    hazard.must_be(*dict.fromkeys(WAITING[what] for what in about), act=held.act)


def may_miss(hazard: Hazard, occasion: Occasion) -> None:
    """可否记录逾期 · A date of the enterprise or of the office that is over, once."""
    check_timer(powers.MISS_DEADLINE, hazard, occasion, get_args(Missable))
    rectifying = hazard.status is Status.RECTIFYING
    over(running(hazard, Owing.RECTIFICATION if rectifying else Owing.REINSPECTION), occasion)


def over(term: Term, occasion: Occasion) -> date:
    """届满未记 · The date that is over, with nothing on record that says so. Raises AlreadyMissed, NotYetOver."""
    if term.missed:
        raise AlreadyMissed
    if term.on is None or occasion.now < end_of(term.on):
        raise NotYetOver
    return term.on


def record_deadline_missed(
    hazard: Hazard, ask: RecordDeadlineMissed, occasion: Occasion
) -> tuple[DeadlineMissed | ReinspectionOverdue, ...]:
    """记录逾期 · After 24:00 of the day; a re-inspection is held against the office."""
    check_timer(powers.MISS_DEADLINE, hazard, occasion, get_args(Missable))
    term = awaited(hazard, ask.what, ask.deadline_version, powers.MISS_DEADLINE.act)
    due = over(term, occasion)
    number, enterprise = hazard.registered
    common = {"number": number, "enterprise": enterprise, "round": hazard.round}
    if ask.what is Owing.REINSPECTION:
        side = reinspecting_side(hazard, occasion.policy)
        return (
            ReinspectionOverdue(**common, reinspection_due=due, against=side, deadline_version=term.version),
        )
    return (DeadlineMissed(**common, deadline=due, deadline_version=term.version),)


def may_recompute(hazard: Hazard, occasion: Occasion) -> None:
    """可否重算 · A provisional date that is waited for."""
    check_timer(powers.RECOMPUTE, hazard, occasion, get_args(Recomputable))
    waited = [what for what, status in WAITING.items() if status is hazard.status]
    terms = [term_of(hazard, what) for what in waited]
    if not any(term.version for term in terms):
        running(hazard, waited[0])  # says that none does
    if not any(term.provisional for term in terms):
        raise NotProvisional


def recompute_deadline(
    hazard: Hazard, ask: RecomputeDeadline, occasion: Occasion
) -> tuple[DeadlineRecomputed, ...]:
    """期限重算 · From the same day by the same limit, on the calendar as published; never silently."""
    check_timer(powers.RECOMPUTE, hazard, occasion, get_args(Recomputable))
    term = awaited(hazard, ask.what, ask.deadline_version, powers.RECOMPUTE.act)
    if term.on is None or term.counted is None or not term.provisional:
        raise NotProvisional
    due, counted = occasion.count(term.counted.limit, term.counted.since)
    if counted.provisional:
        raise StillUnpublished(f"{due.year}年放假安排尚未公布，期限暂定为 {term.on.isoformat()}")
    number, enterprise = hazard.registered
    return (
        DeadlineRecomputed(
            number=number,
            enterprise=enterprise,
            what=ask.what,
            recomputed=due,
            former=term.on,
            deadline_version=term.version,
            counted=counted,
        ),
    )


Timing = DeadlineMissed | ReinspectionOverdue | DeadlineRecomputed


def evolve(hazard: Hazard, event: Timing, envelope: Envelope) -> Hazard:
    """演变 · A miss is remembered for its version; a date counted anew has a version of its own."""
    match event:
        case DeadlineMissed():
            return with_term(
                hazard, Owing.RECTIFICATION, replace(term_of(hazard, Owing.RECTIFICATION), missed=True)
            )
        case ReinspectionOverdue():
            return with_term(
                hazard, Owing.REINSPECTION, replace(term_of(hazard, Owing.REINSPECTION), missed=True)
            )
        case DeadlineRecomputed():
            return recomputed(hazard, event, envelope.version)
        case _:
            assert_never(event)


def recomputed(hazard: Hazard, event: DeadlineRecomputed, version: int) -> Hazard:
    """已重算 · What was missed stays missed unless there is more time now."""
    term = term_of(hazard, event.what)
    missed = term.missed and event.recomputed <= event.former
    new = Term(on=event.recomputed, version=version, counted=event.counted, missed=missed)
    if event.what is Owing.RECTIFICATION:
        hazard = replace(hazard, deadline=event.recomputed)
    return with_term(hazard, event.what, new)


def with_term(hazard: Hazard, what: Owing, term: Term) -> Hazard:
    """换期限 · The hazard with another date for one of these."""
    if what is Owing.EXTENSION_ANSWER:
        return replace(hazard, extension=replace(hazard.extension, answer=term))
    if what is Owing.PLAN:
        return replace(hazard, terms=replace(hazard.terms, plan=term))
    if what is Owing.REINSPECTION:
        return replace(hazard, terms=replace(hazard.terms, reinspection=term))
    return replace(hazard, terms=replace(hazard.terms, rectification=term))
