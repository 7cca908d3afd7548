"""执行 · What was decided is paid and done: payments, more time, daily fines for a refusal, the court, the end of it."""

from dataclasses import replace
from datetime import date
from typing import assert_never

from pydantic import Field

from contracts.case import (
    CourtEnforcementApplied,
    DailyFineStarted,
    DailyFineStopped,
    PaymentPostponed,
    PaymentRecorded,
    PenaltyExecuted,
)
from contracts.case_codes import CaseStatus
from contracts.values import Digest, Fen, PersonId, ShortText, Text
from services.hazard.calendar import DAY
from services.hazard.calendar.counting import ends_on
from services.hazard.case.acting import check, check_handler, officers_of
from services.hazard.case.clocks import court_window
from services.hazard.case.numbering import drawn
from services.hazard.case.owing import account, days_of
from services.hazard.case.publishing import check_since_decision
from services.hazard.case.state import Case, DailyFine, Payment
from services.hazard.lifecycle.enforcing import check_past
from services.hazard.lifecycle.reporting import EXAMPLE_PHOTO
from services.hazard.occasion import Ask, DateInvalid, Occasion
from services.hazard.policy.cases import CaseAct
from services.hazard.refused import Refused

S = CaseStatus
PAYABLE = (S.DECIDED, S.PUBLISHED)
AQF_112 = "《安全生产法》第一百一十二条：被责令改正且受到罚款处罚，拒不改正的，可以自责令改正之日的次日起按日连续处罚"


class DecisionNotServed(Refused):
    """决定书尚未送达 · Nothing is paid, enforced or done under a decision that the party does not have."""


class NoFine(Refused):
    """没有罚款 · The decision asks for no money."""


class PaymentExceedsOwed(Refused):
    """缴款超出应缴金额 · More than what is owed on that day is not taken."""


class PostponementNotLater(Refused):
    """延期缴纳的日期须晚于原期限 · More time is more time."""


class DailyFineRunning(Refused):
    """正在按日连续处罚 · It is stopped first."""


class DailyFineNotRunning(Refused):
    """没有正在进行的按日连续处罚 · Only what counts is stopped."""


class StillOwed(Refused):
    """尚未缴清 · What is owed is paid, or ended by the court, before it counts as executed."""


class CourtTooEarly(Refused):
    """尚不得申请法院强制执行 · The party may still sue, pay, or answer the reminder (行政强制法 53, 54)."""


class CourtTooLate(Refused):
    """申请强制执行已过期限 · The court is asked within so many months (行政强制法 53)."""


class CourtAlreadyApplied(Refused):
    """已申请法院强制执行 · The court is asked once."""


class CourtNotApplied(Refused):
    """没有申请法院强制执行 · What remains unpaid is ended by the court that was asked."""


class RecordPayment(
    Ask, json_schema_extra={"examples": [{"amount": 500000, "paid_on": "2026-06-20", "receipt": "NO.0012"}]}
):
    """记录缴款 · How much, when, under which receipt; in parts as it comes."""

    amount: Fen = Field(ge=1)
    paid_on: date
    receipt: ShortText = Field(description="缴款凭证号")


class PostponePayment(
    Ask, json_schema_extra={"examples": [{"reason": "经济困难，申请分期缴纳", "payment_due": "2026-09-30"}]}
):
    """准予延期缴纳 · Why, and until when."""

    reason: Text
    payment_due: date


class StartDailyFine(
    Ask,
    json_schema_extra={
        "examples": [
            {
                "refusal": "复查发现仍未改正",
                "ordered_on": "2026-07-01",
                "file": [EXAMPLE_PHOTO],
                "officers": ["p-80", "p-81"],
            }
        ]
    },
):
    """按日连续处罚 · What was refused, the day of the order to correct, and what shows it."""

    refusal: Text = Field(description="拒不改正的事实")
    ordered_on: date = Field(description="责令改正之日")
    file: tuple[Digest, ...] = Field(min_length=1, description="责令改正文书和复查记录")
    officers: tuple[PersonId, ...] = Field(min_length=1, description="复查的办案人员")


class StopDailyFine(
    Ask,
    json_schema_extra={"examples": [{"until": "2026-07-10", "remark": "复查确认已改正"}]},
):
    """停止按日连续处罚 · The last day that counts; the decision that says so is numbered."""

    until: date
    remark: Text


class ApplyToCourt(
    Ask,
    json_schema_extra={
        "examples": [{"court": "余杭区人民法院", "urged_on": "2026-12-10", "file": [EXAMPLE_PHOTO]}]
    },
):
    """申请法院强制执行 · Which court, and when the reminder was served."""

    court: ShortText
    urged_on: date = Field(description="催告书送达日期")
    file: tuple[Digest, ...] = Field(min_length=1, description="催告书和送达回证")


class ExecutePenalty(
    Ask, json_schema_extra={"examples": [{"executed_on": "2026-06-25", "manner": "罚款已缴清"}]}
):
    """执行完毕 · On which day and how; whether the court ended what remains."""

    executed_on: date
    manner: Text
    by_court: bool = Field(False, description="经法院强制执行终结")


def must_be_served(case: Case) -> date:
    """已送达 · The day on which it was. Raises DecisionNotServed."""
    if case.served_on is None:
        raise DecisionNotServed("决定书尚未送达当事人（《行政处罚法》第六十一条）")
    return case.served_on


def may_pay(case: Case, occasion: Occasion) -> None:
    """可否记录缴款 · A fine that was served."""
    check_handler(case, occasion)
    case.must_be(*PAYABLE, act="记录缴款")
    must_be_served(case)
    if not case.fine:
        raise NoFine


def record_payment(case: Case, ask: RecordPayment, occasion: Occasion) -> tuple[PaymentRecorded, ...]:
    """记录缴款 · In the order in which it was paid, and not more than what is owed."""
    may_pay(case, occasion)
    check_since_decision(case, ask.paid_on, "缴款日期", occasion)
    if case.payments and ask.paid_on < case.payments[-1].on:
        raise DateInvalid(f"缴款须按先后记录，上一笔在{case.payments[-1].on.isoformat()}")
    rules = occasion.policy.cases
    # Whoever pays on a day owes nothing more for that day: what is unpaid at its end is counted.
    paid = replace(case, payments=(*case.payments, Payment(amount=ask.amount, on=ask.paid_on)))
    after = account(paid, rules, ask.paid_on)
    over = after.paid - after.fine - after.surcharge - after.daily_fine
    if over > 0:
        raise PaymentExceedsOwed(f"截至当日尚欠 {ask.amount - over} 分，缴款不得超出")
    return (PaymentRecorded(**case.filed, outstanding=after.outstanding, **ask.model_dump()),)


def may_postpone(case: Case, occasion: Occasion) -> None:
    """可否延期缴纳 · A fine whose time for payment runs."""
    check(CaseAct.DECIDE, case, occasion)
    case.must_be(*PAYABLE, act="准予延期缴纳")
    must_be_served(case)
    if not case.fine:
        raise NoFine


def postpone_payment(case: Case, ask: PostponePayment, occasion: Occasion) -> tuple[PaymentPostponed, ...]:
    """准予延期缴纳 · For who cannot pay now, on application (APL 66)."""
    may_postpone(case, occasion)
    former = case.payment_due
    if former is None or ask.payment_due <= max(former, occasion.today):
        raise PostponementNotLater("延期缴纳的日期须晚于今天和原期限（《行政处罚法》第六十六条）")
    return (PaymentPostponed(**case.filed, former=former, **ask.model_dump()),)


def may_start_daily(case: Case, occasion: Occasion) -> None:
    """可否按日连续处罚 · A fine that was served, and none that counts already."""
    check(CaseAct.DECIDE, case, occasion)
    case.must_be(*PAYABLE, act="按日连续处罚")
    must_be_served(case)
    if not case.fine:
        raise NoFine(f"没有罚款处罚，不得按日连续处罚（{AQF_112}）")
    if case.running is not None:
        raise DailyFineRunning


def start_daily_fine(case: Case, ask: StartDailyFine, occasion: Occasion) -> tuple[DailyFineStarted, ...]:
    """按日连续处罚 · From the day after the order to correct, each day at the amount of the fine (AQF 112)."""
    may_start_daily(case, occasion)
    check_past(ask.ordered_on, "责令改正之日", occasion)
    since = ask.ordered_on + DAY
    if since > occasion.today:
        raise DateInvalid(f"按日连续处罚自责令改正之日的次日起算（{AQF_112}）")
    last = case.daily[-1].until if case.daily else None
    if last is not None and since <= last:
        raise DateInvalid(f"{last.isoformat()}以前的日数已经计罚，须有新的责令改正")
    return (
        DailyFineStarted(
            **case.filed,
            refusal=ask.refusal,
            ordered_on=ask.ordered_on,
            since=since,
            per_day=case.fine,
            officers=officers_of(case, ask.officers, occasion),
            file=ask.file,
        ),
    )


def may_stop_daily(case: Case, occasion: Occasion) -> None:
    """可否停止按日处罚 · One that counts."""
    check(CaseAct.DECIDE, case, occasion)
    case.must_be(*PAYABLE, act="停止按日连续处罚")
    if case.running is None:
        raise DailyFineNotRunning


def stop_daily_fine(case: Case, ask: StopDailyFine, occasion: Occasion) -> tuple[DailyFineStopped, ...]:
    """停止按日连续处罚 · The days from the first to the last, both counted."""
    may_stop_daily(case, occasion)
    check_past(ask.until, "截止日期", occasion)
    run = case.running
    assert run is not None  # may_stop_daily has looked
    days = days_of(replace(run, until=ask.until), ask.until)
    if not days:
        raise DateInvalid(f"截止日期不得早于起算日（{run.since.isoformat()}）")
    return (
        DailyFineStopped(
            **case.filed,
            decision_number=drawn(occasion),
            until=ask.until,
            days=days,
            amount=days * run.per_day,
            remark=ask.remark,
        ),
    )


def may_apply_to_court(case: Case, occasion: Occasion) -> None:
    """可否申请强制执行 · What is owed, once the party can no longer sue."""
    check(CaseAct.DECIDE, case, occasion)
    case.must_be(*PAYABLE, act="申请法院强制执行")
    served_on = must_be_served(case)
    if case.court_applied_on is not None:
        raise CourtAlreadyApplied
    first, last = court_window(served_on, occasion.policy.cases, occasion.calendar)
    if occasion.today <= first or case.pause is not None:
        raise CourtTooEarly(
            f"当事人在{first.isoformat()}以前可以起诉，复议、诉讼期间也不得申请（《行政强制法》第五十三条）"
        )
    if occasion.today > last:
        raise CourtTooLate(f"应当在{last.isoformat()}以前申请（《行政强制法》第五十三条）")


def apply_to_court(case: Case, ask: ApplyToCourt, occasion: Occasion) -> tuple[CourtEnforcementApplied, ...]:
    """申请法院强制执行 · After a reminder that was not answered in its time (行政强制法 54)."""
    may_apply_to_court(case, occasion)
    check_since_decision(case, ask.urged_on, "催告书送达日期", occasion)
    urging = occasion.policy.cases.court_urging
    until = ends_on(urging, ask.urged_on, occasion.calendar)
    if occasion.today <= until:
        raise CourtTooEarly(
            f"催告书送达{urging.zh}后（{until.isoformat()}以后）仍未履行的，方可申请（《行政强制法》第五十四条）"
        )
    owed = account(case, occasion.policy.cases, occasion.today).outstanding
    given = ask.model_dump()
    return (CourtEnforcementApplied(**case.filed, applied_on=occasion.today, outstanding=owed, **given),)


def may_execute(case: Case, occasion: Occasion) -> None:
    """可否执行完毕 · What was published and served, with no daily fine that still counts."""
    check_handler(case, occasion)
    case.must_be(S.PUBLISHED, act="记录执行完毕")
    must_be_served(case)
    if case.running is not None:
        raise DailyFineRunning("按日连续处罚尚未停止")


def execute_penalty(case: Case, ask: ExecutePenalty, occasion: Occasion) -> tuple[PenaltyExecuted, ...]:
    """执行完毕 · Everything is paid, or the court ended what remains."""
    may_execute(case, occasion)
    check_since_decision(case, ask.executed_on, "执行日期", occasion)
    owed = account(case, occasion.policy.cases, occasion.today)
    if ask.by_court and case.court_applied_on is None:
        raise CourtNotApplied
    if owed.outstanding and not ask.by_court:
        raise StillOwed(
            f"尚欠 {owed.outstanding} 分（罚款 {owed.fine}，加处罚款 {owed.surcharge}，"
            f"按日连续处罚 {owed.daily_fine}，已缴 {owed.paid}）"
        )
    given = ask.model_dump()
    return (PenaltyExecuted(**case.filed, paid=owed.paid, unpaid=owed.outstanding, **given),)


Executing = (
    PaymentPostponed
    | PaymentRecorded
    | DailyFineStarted
    | DailyFineStopped
    | CourtEnforcementApplied
    | PenaltyExecuted
)


def evolve(case: Case, event: Executing) -> Case:
    """演变 · What is paid, what counts, what is done."""
    match event:
        case PaymentPostponed():
            return replace(case, payment_due=event.payment_due)
        case PaymentRecorded():
            return replace(case, payments=(*case.payments, Payment(amount=event.amount, on=event.paid_on)))
        case DailyFineStarted():
            return replace(case, daily=(*case.daily, DailyFine(since=event.since, per_day=event.per_day)))
        case DailyFineStopped():
            stopped = replace(case.daily[-1], until=event.until)
            return replace(case, daily=(*case.daily[:-1], stopped))
        case CourtEnforcementApplied():
            return replace(case, court_applied_on=event.applied_on)
        case PenaltyExecuted():
            return replace(case, status=S.EXECUTED, executed_on=event.executed_on)
        case _:
            assert_never(event)
