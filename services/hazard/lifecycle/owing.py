"""应办事项 · What is owed about a hazard by when, by whom and on which basis; the same clock for enterprise and office."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from contracts.terms import Owing, Side, Timeliness
from contracts.values import Status, Track
from services.hazard.calendar import Calendar, day_of, end_of
from services.hazard.calendar.counting import ends_on
from services.hazard.lifecycle import powers
from services.hazard.lifecycle.state import Hazard
from services.hazard.lifecycle.terms import Term
from services.hazard.policy import Policy

QUARTERLY = "挂牌督办：至少每季度报告一次进展"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """应办 · One thing somebody owes until an instant.

    `version`: of the event that set the date, which the timer names; 0 for what the timer does not record.
    """

    what: Owing
    by: Side
    due: datetime
    basis: str
    version: int
    provisional: bool = False
    missed: bool = False

    def timeliness(self, now: datetime, policy: Policy) -> Timeliness:
        """时限 · Against the clock; soon by the policy's days, over at 24:00 of the last day."""
        if now >= self.due:
            return Timeliness.OVERDUE
        left = (day_of(self.due) - day_of(now)).days
        return Timeliness.DUE_SOON if left <= policy.limits.due_soon_days else Timeliness.ON_TIME


def owed(hazard: Hazard, policy: Policy, calendar: Calendar) -> tuple[Owed, ...]:
    """应办清单 · All that is owed now, what is due first first."""
    return tuple(sorted(_owed(hazard, policy, calendar), key=lambda one: one.due))


def timeliness(hazard: Hazard, now: datetime, policy: Policy, calendar: Calendar) -> Timeliness:
    """时限 · How the enterprise stands against its own deadline, or its plan's; NONE when it owes nothing."""
    own = (
        one
        for one in owed(hazard, policy, calendar)
        if one.by is Side.ENTERPRISE and one.what is not Owing.PROGRESS
    )
    first = next(own, None)
    return Timeliness.NONE if first is None else first.timeliness(now, policy)


def reinspecting_side(hazard: Hazard, policy: Policy) -> Side:
    """复查方 · The office, except for what an enterprise closes itself."""
    return Side.ENTERPRISE if hazard.track(policy) is Track.ENTERPRISE else Side.OFFICE


def _owed(hazard: Hazard, policy: Policy, calendar: Calendar) -> Iterator[Owed]:
    terms = hazard.terms
    yield from _triage(hazard, policy)
    if hazard.status is Status.PLAN_REQUIRED and not hazard.plan_filed and not hazard.plan_waived:
        yield from _by(terms.plan, Owing.PLAN, Side.ENTERPRISE, powers.AQF_41)
    if hazard.status is Status.RECTIFYING:
        yield from _by(terms.rectification, Owing.RECTIFICATION, Side.ENTERPRISE, powers.AQF_41)
        yield from _unserved(hazard, policy, calendar)
    yield from _by(Term(on=hazard.supervision.progress_due), Owing.PROGRESS, Side.ENTERPRISE, QUARTERLY)
    if hazard.transfer.offered:
        yield from _by(Term(on=hazard.transfer.answer_due), Owing.TRANSFER_ANSWER, Side.OFFICE, powers.AQF_69)
    if hazard.extension.open:
        yield from _by(hazard.extension.answer, Owing.EXTENSION_ANSWER, Side.OFFICE, "延期申请答复时限")
    if hazard.status is Status.SUBMITTED:
        yield from _by(terms.reinspection, Owing.REINSPECTION, reinspecting_side(hazard, policy), "复查时限")


def _triage(hazard: Hazard, policy: Policy) -> Iterator[Owed]:
    due, version = hazard.terms.confirmation, hazard.terms.confirmation_version
    if due is None:
        return
    if hazard.status is Status.DRAFT:
        hours = policy.limits.critical_triage_hours
        basis = f"检查表关键项不符合的，{hours}小时内上报、核实"
        yield Owed(what=Owing.TRIAGE, by=Side.OFFICE, due=due, basis=basis, version=version)
    elif hazard.status is Status.PENDING_CONFIRMATION:
        what = Owing.CONFIRMATION
        yield Owed(what=what, by=Side.OFFICE, due=due, basis="待核实办理时限", version=version)


def _unserved(hazard: Hazard, policy: Policy, calendar: Calendar) -> Iterator[Owed]:
    notice = hazard.notice
    if notice.unserved and notice.ordered_on and notice.limit:
        # Orders of before it was said in the event are counted by today's policy.
        last = notice.service_due or ends_on(policy.limits.notice_service, notice.ordered_on, calendar)
        term = Term(on=last, version=notice.version)
        yield from _by(term, Owing.SERVICE, Side.OFFICE, "责令整改文书送达时限")


def _by(term: Term, what: Owing, side: Side, basis: str) -> Iterator[Owed]:
    if term.on is not None:
        yield Owed(
            what=what,
            by=side,
            due=end_of(term.on),
            basis=basis,
            version=term.version,
            provisional=term.provisional,
            missed=term.missed,
        )
