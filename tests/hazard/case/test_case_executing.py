"""送达、公示、执行、结案 · What is owed on a day, what counts day by day, what the court may be asked, and the end."""

from datetime import timedelta

import pytest

from contracts.case import Penalty
from contracts.case_codes import CaseClock, CaseStatus, PauseReason
from contracts.regions import CaseOutcome, PenaltyKind
from contracts.values import Role
from given.cases import (
    ENF2,
    NONE,
    Trial,
    closed,
    closing,
    decided,
    deciding,
    executed,
    filed,
    informed,
    investigated,
    paid,
    published,
    referred,
    served,
    serving,
    waived,
)
from given.everybody import somebody
from given.story import DPL, ENF, ENT_M, PHOTO, POLICY
from services.hazard.case.acting import NotOnThisCase
from services.hazard.case.clocks import dues
from services.hazard.case.closing import PunishedAfterAll, WithdrawalUnexplained, close_case
from services.hazard.case.executing import (
    ApplyToCourt,
    CourtAlreadyApplied,
    CourtNotApplied,
    CourtTooEarly,
    CourtTooLate,
    DailyFineNotRunning,
    DailyFineRunning,
    DecisionNotServed,
    ExecutePenalty,
    NoFine,
    PaymentExceedsOwed,
    PostponementNotLater,
    PostponePayment,
    RecordPayment,
    StartDailyFine,
    StillOwed,
    StopDailyFine,
    apply_to_court,
    execute_penalty,
    postpone_payment,
    record_payment,
    start_daily_fine,
    stop_daily_fine,
)
from services.hazard.case.investigating import (
    PauseNotExcluded,
    ResumeClock,
    SuspendClock,
    resume_clock,
    suspend_clock,
)
from services.hazard.case.owing import account
from services.hazard.case.publishing import (
    DecisionAlreadyServed,
    NothingToPublish,
    PublishPenalty,
    ServeDecision,
    publish_penalty,
    serve_decision,
)
from services.hazard.lifecycle.certifying import CertificateExpired, TooFewOfficers
from services.hazard.lifecycle.enforcing import NotAtThisCaseStage
from services.hazard.occasion import DateInvalid
from services.hazard.refused import MayNot

S, E, C = CaseStatus, CaseOutcome, CaseClock
RULES = POLICY.cases
WARNED = Penalty(kinds=(PenaltyKind.WARNING,))
LAWSUIT = SuspendClock(reason=PauseReason.LAWSUIT, remark="当事人提起行政诉讼")


def days(number: int) -> timedelta:
    return timedelta(days=number)


def outstanding(trial: Trial) -> int:
    return account(trial.case, RULES, trial.today).outstanding


def paying(trial: Trial, amount: int) -> RecordPayment:
    return RecordPayment(amount=amount, paid_on=trial.today, receipt="NO.1")


def due_of(trial: Trial) -> dict[CaseClock, tuple[str, bool, bool]]:
    found = dues(trial.case, RULES, trial.calendar, trial.today)
    return {due.what: (due.by.isoformat(), due.missed, due.paused) for due in found}


def refusing(trial: Trial, **more: object) -> StartDailyFine:
    fields = {
        "refusal": "复查发现仍未改正",
        "ordered_on": trial.today - days(10),
        "file": (PHOTO,),
        "officers": ("p-enf", "p-enf2"),
    }
    return StartDailyFine(**{**fields, **more})


def stopping(until: object) -> StopDailyFine:
    return StopDailyFine(until=until, remark="已改正")


def counting() -> Trial:
    trial = published().later(10)
    return trial.when(start_daily_fine, refusing(trial), DPL)


def urging(trial: Trial, ago: int = 20) -> ApplyToCourt:
    return ApplyToCourt(court="余杭区人民法院", urged_on=trial.today - days(ago), file=(PHOTO,))


def test_a_decision_is_served_once_and_what_is_to_be_paid_is_due_fifteen_days_later():
    trial = served()
    assert (trial.case.payment_due - trial.case.served_on).days == 15
    ask = ServeDecision(method="POST", served_on=trial.today)
    trial.refused(DecisionAlreadyServed, serve_decision, ask, ENF)
    waived().refused(NotAtThisCaseStage, serve_decision, ask, ENF)
    decided().refused(MayNot, serve_decision, ask, DPL)
    for day in (-1, 1):
        wrong = ask.model_copy(update={"served_on": trial.today + days(day)})
        decided().refused(DateInvalid, serve_decision, wrong, ENF)


def test_what_is_served_or_published_late_says_so():
    trial = decided().later(30)
    late = served(trial)
    assert late.events[0].late
    assert published(late).case.late == (C.SERVICE, C.PUBLICATION)


def test_without_a_fine_nothing_is_due_to_be_paid():
    trial = served(decided(waived(investigated_and_told(WARNED)), penalty=WARNED))
    assert trial.case.payment_due is None
    trial.refused(NoFine, record_payment, paying(trial, 100), ENF)
    trial.refused(NoFine, start_daily_fine, refusing(trial), DPL)
    trial.refused(
        NoFine, postpone_payment, PostponePayment(reason="困难", payment_due=trial.today + days(9)), DPL
    )
    assert executed(published(trial)).status is S.EXECUTED


def investigated_and_told(penalty) -> Trial:
    return informed(proposed=penalty)


def test_only_a_penalty_is_published_and_by_who_handles_it():
    nothing = decided(investigated(), penalty=NONE)
    ask = PublishPenalty(place="公示平台", published_on=nothing.today)
    nothing.refused(NothingToPublish, publish_penalty, ask, ENF)
    decided().refused(MayNot, publish_penalty, ask, ENT_M)
    published().refused(NotAtThisCaseStage, publish_penalty, ask, ENF)
    wrong = ask.model_copy(update={"published_on": nothing.today - days(1)})
    decided().refused(DateInvalid, publish_penalty, wrong, ENF)


def test_what_is_paid_in_parts_leaves_the_rest():
    trial = paid(amount=500_000)
    assert (trial.events[0].outstanding, outstanding(trial)) == (1_500_000, 1_500_000)
    assert paid(trial, 1_500_000).events[0].outstanding == 0


def test_each_day_late_adds_three_per_cent_until_it_equals_the_fine():
    trial = published()
    due = trial.case.payment_due
    assert outstanding(trial.on(due)) == 2_000_000
    assert outstanding(trial.on(due + days(1))) == 2_060_000
    assert outstanding(trial.on(due + days(33))) == 2_000_000 + 33 * 60_000
    assert outstanding(trial.on(due + days(34))) == outstanding(trial.on(due + days(900))) == 4_000_000


def test_what_was_paid_is_not_surcharged_and_the_day_of_payment_is_free():
    trial = published()
    due = trial.case.payment_due
    half = paid(trial.on(due), 1_000_000)
    assert outstanding(half.on(due + days(10))) == 1_000_000 + 10 * 30_000
    whole = trial.on(due + days(1))
    assert whole.when(record_payment, paying(whole, 2_000_000), ENF).events[0].outstanding == 0


def test_the_days_of_a_lawsuit_are_not_surcharged():
    trial = published()
    due = trial.case.payment_due
    stopped = trial.on(due + days(2)).when(suspend_clock, LAWSUIT, ENF)
    resumed = stopped.on(due + days(12)).when(resume_clock, ResumeClock(), ENF)

    assert due_of(stopped)[C.PAYMENT] == (due.isoformat(), False, True)
    assert account(resumed.case, RULES, due + days(13)).surcharge == 3 * 60_000  # the 1st, 12th and 13th day
    trial.refused(PauseNotExcluded, suspend_clock, SuspendClock(reason="HEARING", remark="听证"), ENF)


def test_more_than_what_is_owed_is_not_taken_nor_out_of_order_nor_before_service():
    trial = published()
    trial.refused(PaymentExceedsOwed, record_payment, paying(trial, 2_000_001), ENF)
    later = paid(trial.later(2), 100)
    wrong = paying(trial, 100)
    later.refused(DateInvalid, record_payment, wrong, ENF)
    unserved = decided()
    unserved.refused(DecisionNotServed, record_payment, paying(unserved, 100), ENF)
    trial.refused(MayNot, record_payment, paying(trial, 100), ENT_M)


def test_more_time_to_pay_is_given_by_who_decides_and_ends_later():
    trial = published()
    until = trial.case.payment_due + days(60)
    ask = PostponePayment(reason="经济困难", payment_due=until)
    assert outstanding(trial.when(postpone_payment, ask, DPL).on(until)) == 2_000_000
    trial.refused(MayNot, postpone_payment, ask, ENF)
    sooner = ask.model_copy(update={"payment_due": trial.case.payment_due})
    trial.refused(PostponementNotLater, postpone_payment, sooner, DPL)
    unserved = decided()
    unserved.refused(DecisionNotServed, postpone_payment, ask, DPL)


def test_a_refusal_is_fined_each_day_from_the_day_after_the_order():
    trial = counting()
    (event,) = trial.events
    assert (event.since - event.ordered_on, event.per_day) == (days(1), 2_000_000)
    now = account(trial.case, RULES, trial.today)
    assert (now.daily_days, now.daily_fine) == (10, 20_000_000)
    stopped = trial.later(5).when(stop_daily_fine, stopping(trial.today), DPL)
    assert (stopped.events[0].days, stopped.events[0].amount) == (10, 20_000_000)
    assert account(stopped.case, RULES, trial.today + days(90)).daily_days == 10


def test_a_daily_fine_needs_two_officers_a_served_fine_and_a_head():
    trial = published().later(10)
    trial.refused(MayNot, start_daily_fine, refusing(trial), ENF)
    trial.refused(TooFewOfficers, start_daily_fine, refusing(trial, officers=("p-enf",)), DPL)
    trial.refused(NotOnThisCase, start_daily_fine, refusing(trial, officers=("p-enf", "p-x")), DPL)
    records = serving(ENF, trial) | serving(ENF2, trial, trial.today - days(1))
    trial.refused(CertificateExpired, start_daily_fine, refusing(trial), DPL, on_record=records)
    unserved = decided().later(10)
    unserved.refused(DecisionNotServed, start_daily_fine, refusing(unserved), DPL)
    for ordered_on in (trial.today, trial.today + days(1)):
        trial.refused(DateInvalid, start_daily_fine, refusing(trial, ordered_on=ordered_on), DPL)


def test_a_daily_fine_runs_once_at_a_time_and_no_day_counts_twice():
    trial = counting()
    trial.refused(DailyFineRunning, start_daily_fine, refusing(trial), DPL)
    published().refused(DailyFineNotRunning, stop_daily_fine, stopping(trial.today), DPL)
    trial.refused(DateInvalid, stop_daily_fine, stopping(trial.today + days(1)), DPL)
    trial.refused(DateInvalid, stop_daily_fine, stopping(trial.case.running.since - days(1)), DPL)
    trial.refused(MayNot, stop_daily_fine, stopping(trial.today), ENF)
    stopped = trial.when(stop_daily_fine, stopping(trial.today), DPL)
    stopped.refused(DateInvalid, start_daily_fine, refusing(stopped), DPL)


def test_nothing_is_executed_or_closed_while_a_day_still_counts():
    trial = counting()
    ask = ExecutePenalty(executed_on=trial.today, manner="已缴清")
    trial.refused(DailyFineRunning, execute_penalty, ask, ENF)
    trial.refused(DailyFineRunning, close_case, closing(trial, E.WITHDRAWN, reason="撤销"), DPL)


def test_it_is_executed_when_everything_is_paid_and_published():
    trial = published()
    ask = ExecutePenalty(executed_on=trial.today, manner="罚款已缴清")
    assert "2000000" in trial.refused(StillOwed, execute_penalty, ask, ENF)
    paid(trial, 1_999_999).refused(StillOwed, execute_penalty, ask, ENF)
    paid(served()).refused(NotAtThisCaseStage, execute_penalty, ask, ENF)
    published(decided()).refused(DecisionNotServed, execute_penalty, ask, ENF)
    paid().refused(MayNot, execute_penalty, ask, ENT_M)
    paid().refused(
        DateInvalid, execute_penalty, ask.model_copy(update={"executed_on": trial.today - days(1)}), ENF
    )
    assert executed().case.executed_on


def test_the_court_is_asked_after_the_time_to_sue_and_a_reminder_and_within_three_months():
    trial = published()
    early = trial.later(180)
    early.refused(CourtTooEarly, apply_to_court, urging(early), DPL)
    ready = trial.later(190)
    applied = ready.when(apply_to_court, urging(ready), DPL)
    assert applied.events[0].outstanding == 4_000_000
    applied.refused(CourtAlreadyApplied, apply_to_court, urging(ready), DPL)
    ready.refused(CourtTooEarly, apply_to_court, urging(ready, ago=5), DPL)
    ready.refused(MayNot, apply_to_court, urging(ready), ENF)
    late = trial.later(280)
    late.refused(CourtTooLate, apply_to_court, urging(late), DPL)
    suing = trial.when(suspend_clock, LAWSUIT, ENF).later(190)
    suing.refused(CourtTooEarly, apply_to_court, urging(suing), DPL)
    unserved = decided().later(190)
    unserved.refused(DecisionNotServed, apply_to_court, urging(unserved), DPL)


def test_what_the_court_ended_is_executed_with_what_remained_unpaid():
    trial = published().later(190)
    by_court = ExecutePenalty(executed_on=trial.today, manner="终结执行", by_court=True)
    trial.refused(CourtNotApplied, execute_penalty, by_court, ENF)
    done = trial.when(apply_to_court, urging(trial), DPL).when(execute_penalty, by_court, ENF)
    assert (done.events[0].paid, done.events[0].unpaid) == (0, 4_000_000)


@pytest.mark.parametrize(
    ("stage", "outcome"),
    [(executed, E.EXECUTED), (filed, E.WITHDRAWN), (waived, E.WITHDRAWN), (published, E.WITHDRAWN)],
    ids=["executed", "filed", "informed", "published"],
)
def test_a_case_ends_as_far_as_it_came(stage, outcome):
    trial = stage()
    assert trial.when(close_case, closing(trial, outcome, reason="结案"), DPL).status is S.CLOSED


@pytest.mark.parametrize(
    ("stage", "outcome"),
    [
        (referred, E.EXECUTED),
        (paid, E.EXECUTED),
        (filed, E.NOT_PUNISHED),
        (executed, E.WITHDRAWN),
        (filed, E.NOT_FILED),
        (closed, E.EXECUTED),
    ],
    ids=["referred", "paid", "undecided", "executed", "filed", "closed"],
)
def test_a_case_does_not_end_in_what_it_did_not_come_to(stage, outcome):
    trial = stage()
    trial.refused(NotAtThisCaseStage, close_case, closing(trial, outcome, reason="结案"), DPL)


def test_what_was_punished_does_not_end_unpunished_nor_is_a_case_withdrawn_without_a_reason():
    trial = decided()
    trial.refused(PunishedAfterAll, close_case, closing(trial, E.NOT_PUNISHED), DPL)
    trial.refused(WithdrawalUnexplained, close_case, closing(trial, E.WITHDRAWN), DPL)
    nothing = decided(investigated(), penalty=NONE)
    assert nothing.when(close_case, closing(nothing, E.NOT_PUNISHED), DPL).status is S.CLOSED
    done = executed()
    early = closing(done, closed_on=done.case.filed_on - days(1))
    done.refused(DateInvalid, close_case, early, DPL)


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.DPL, Role.TWL, Role.TWO}])
def test_only_who_leads_closes(role):
    trial = executed()
    trial.refused(MayNot, close_case, closing(trial), somebody(role))


def test_the_clocks_are_those_of_the_stage_and_the_earliest_comes_first():
    assert list(due_of(referred())) == [C.FILING]
    assert list(due_of(filed())) == [C.DECISION]
    told = investigated_and_told(deciding().penalty)
    assert list(due_of(told)) == [C.STATEMENT, C.DECISION]
    assert list(due_of(waived(told))) == [C.DECISION]
    assert list(due_of(decided())) == [C.SERVICE, C.PUBLICATION]
    assert list(due_of(published())) == [C.PAYMENT, C.COURT]
    assert due_of(paid()) == due_of(closed()) == {}


def test_what_was_missed_is_told_and_a_lapsed_right_is_no_longer_due():
    assert due_of(referred().later(30))[C.FILING][1]
    told = investigated_and_told(deciding().penalty).later(100)
    assert {what: missed for what, (_, missed, _) in due_of(told).items()} == {C.DECISION: True}


def test_a_stopped_clock_is_not_missed():
    stopped = investigated().when(suspend_clock, SuspendClock(reason="APPRAISAL", remark="鉴定"), ENF)
    assert due_of(stopped.later(200))[C.DECISION][1:] == (False, True)
