"""应缴金额 · What a party owes on a day: the fine, the surcharge for each day late, and the daily fines; all in fen."""

from dataclasses import dataclass
from datetime import date

from contracts.values import Fen
from services.hazard.calendar import DAY
from services.hazard.case.state import Case, DailyFine
from services.hazard.policy.cases import CaseRules

PER_CENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """账目 · What is owed as of a day, what was paid, and for how many days the daily fine has counted."""

    fine: Fen
    surcharge: Fen
    daily_fine: Fen
    daily_days: int
    paid: Fen

    @property
    def outstanding(self) -> Fen:
        """尚欠 · What is still to be paid."""
        return max(self.fine + self.surcharge + self.daily_fine - self.paid, 0)


def account(case: Case, rules: CaseRules, on: date) -> Account:
    """账目 · As of the end of a day."""
    return Account(
        fine=case.fine,
        surcharge=surcharge(case, rules, on),
        daily_fine=sum(run.per_day * days_of(run, on) for run in case.daily),
        daily_days=sum(days_of(run, on) for run in case.daily),
        paid=sum(payment.amount for payment in case.payments),
    )


def days_of(run: DailyFine, on: date) -> int:
    """计罚天数 · The days from the first to the last that counts, both included; a running one counts to `on`."""
    last = min(run.until or on, on)
    return max((last - run.since).days + 1, 0)


def principal_unpaid(case: Case, on: date | None = None) -> Fen:
    """未缴罚款 · The part of the fine itself that was not paid by the end of a day; what is paid goes there first."""
    paid = sum(payment.amount for payment in case.payments if on is None or payment.on <= on)
    return max(case.fine - paid, 0)


def surcharge(case: Case, rules: CaseRules, on: date) -> Fen:
    """加处罚款 · For each day after the last one of payment, so many per cent of what is unpaid that day (APL 72).

    Not beyond so many per cent of the fine, and not for the days of a review or a lawsuit (APL 73).
    """
    cap = case.fine * rules.surcharge_cap_percent // PER_CENT
    if case.payment_due is None:
        return 0
    total, day = 0, case.payment_due + DAY
    while day <= on and (unpaid := principal_unpaid(case, day)):
        if not excluded(case, rules, day):
            total += unpaid * rules.surcharge_percent
        if total >= cap * PER_CENT:
            return cap
        day += DAY
    return total // PER_CENT


def excluded(case: Case, rules: CaseRules, day: date) -> bool:
    """不予计算 · Whether a day lies in a pause that the surcharge leaves out."""
    return any(
        pause.reason in rules.surcharge_excludes
        and pause.since <= day
        and (pause.until is None or day < pause.until)
        for pause in case.pauses
    )
