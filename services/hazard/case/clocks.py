"""办案时限 · What is due in a case by which day, for whom, and what was missed; computed from the rules' own dates."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from contracts.case_codes import CaseClock, CaseStatus
from contracts.terms import Side
from services.hazard.calendar import Calendar
from services.hazard.calendar.counting import ends_on
from services.hazard.case.owing import principal_unpaid
from services.hazard.case.state import OPEN, Case, Pause
from services.hazard.policy.cases import CaseRules

BASIS = {
    CaseClock.FILING: "《行政处罚法》第五十四条",
    CaseClock.DECISION: "《行政处罚法》第六十条",
    CaseClock.STATEMENT: "《行政处罚法》第四十四条、第四十五条",
    CaseClock.HEARING_REQUEST: "《行政处罚法》第六十四条",
    CaseClock.SERVICE: "《行政处罚法》第六十一条",
    CaseClock.PUBLICATION: "《安全生产法》第七十八条、《行政处罚法》第四十八条",
    CaseClock.PAYMENT: "《行政处罚法》第六十七条",
    CaseClock.COURT: "《行政强制法》第五十三条",
}
OF_THE_PARTY = frozenset({CaseClock.STATEMENT, CaseClock.HEARING_REQUEST, CaseClock.PAYMENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """应办 · What is due by the end of a day; `paused` while the clock stands still."""

    what: CaseClock
    by: date
    missed: bool
    paused: bool = False

    @property
    def basis(self) -> str:
        """依据 · The article it rests on."""
        return BASIS[self.what]

    @property
    def side(self) -> Side:
        """责任方 · Who has to do it."""
        return Side.ENTERPRISE if self.what in OF_THE_PARTY else Side.OFFICE


def dues(case: Case, rules: CaseRules, calendar: Calendar, today: date) -> tuple[Due, ...]:
    """全部时限 · Every clock that runs now, the earliest first; a right that lapsed is no longer due."""
    found = [
        Due(what=what, by=by, missed=today > by and not paused, paused=paused)
        for what, by, paused in running(case, rules, calendar)
    ]
    rights = {CaseClock.STATEMENT, CaseClock.HEARING_REQUEST}
    return tuple(
        sorted((due for due in found if not (due.missed and due.what in rights)), key=lambda due: due.by)
    )


Running = Iterator[tuple[CaseClock, date, bool]]


def running(case: Case, rules: CaseRules, calendar: Calendar) -> Running:
    """在走的时限 · Before the filing one, before the decision those of it and of the party, then those that follow."""
    if case.status is CaseStatus.REFERRED and case.filing_due:
        yield CaseClock.FILING, case.filing_due, False
    if case.status in OPEN and case.decision_due:
        yield CaseClock.DECISION, case.decision_due, case.pause is not None
    if case.status is CaseStatus.INFORMED:
        yield from _rights(case)
    if case.status in {CaseStatus.DECIDED, CaseStatus.PUBLISHED}:
        yield from _after_decision(case, rules, calendar)


def _rights(case: Case) -> Running:
    told, heard = case.told, case.heard
    if told is None or heard.waived or heard.held:
        return
    yield CaseClock.STATEMENT, told.statement_due, False
    if told.hearing_due and heard.requested_on is None:
        yield CaseClock.HEARING_REQUEST, told.hearing_due, False


def _after_decision(case: Case, rules: CaseRules, calendar: Calendar) -> Running:
    if case.served_on is None and case.service_due:
        yield CaseClock.SERVICE, case.service_due, False
    if case.published_on is None and case.publication_due:
        yield CaseClock.PUBLICATION, case.publication_due, False
    if case.payment_due is None or case.served_on is None or not principal_unpaid(case):
        return
    paused = case.pause is not None
    yield CaseClock.PAYMENT, case.payment_due, paused
    if case.court_applied_on is None:
        yield CaseClock.COURT, court_window(case.served_on, rules, calendar)[1], paused


def court_window(served_on: date, rules: CaseRules, calendar: Calendar) -> tuple[date, date]:
    """申请期间 · The last day to sue, after which the court may be asked, and the last day on which it may be."""
    last_to_sue = ends_on(rules.court_after, served_on, calendar)
    return last_to_sue, ends_on(rules.court_within, last_to_sue, calendar)


def prolonged(due: date, pause: Pause, resumed_on: date) -> date:
    """顺延 · The due date later by the days the clock stood still."""
    return due + (resumed_on - pause.since)
