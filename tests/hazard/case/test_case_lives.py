"""案件的一生 · Whatever is tried, in whatever order, on whatever day: what a case holds was lawful when it was stored."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts import case as told
from contracts.case import CaseOfficer, Penalty
from contracts.case_codes import PauseReason
from contracts.regions import CaseOutcome, PenaltyKind
from contracts.values import AppointedCertificate, Role
from given.cases import FILING, PASSED, Trial, closing, collecting, deciding, referred, telling
from given.story import DPL, DPO, ENF, ENT_M, PHOTO, POLICY, TWL
from services.hazard.appointment import Appointment
from services.hazard.case.closing import close_case
from services.hazard.case.deciding import decide_case, review_legally
from services.hazard.case.executing import (
    ApplyToCourt,
    ExecutePenalty,
    PostponePayment,
    RecordPayment,
    StartDailyFine,
    StopDailyFine,
    apply_to_court,
    execute_penalty,
    postpone_payment,
    record_payment,
    start_daily_fine,
    stop_daily_fine,
)
from services.hazard.case.filing import DeclineToFile, decline_to_file, file_case
from services.hazard.case.informing import (
    HoldHearing,
    RecordStatement,
    RequestHearing,
    ReviewStatement,
    WaiveRights,
    hold_hearing,
    inform_party,
    record_statement,
    request_hearing,
    review_statement,
    waive_rights,
)
from services.hazard.case.investigating import (
    AssignOfficers,
    ExtendTerm,
    ResumeClock,
    SuspendClock,
    assign_officers,
    extend_term,
    record_evidence,
    resume_clock,
    suspend_clock,
)
from services.hazard.case.owing import account
from services.hazard.case.publishing import PublishPenalty, ServeDecision, publish_penalty, serve_decision
from services.hazard.policy import OnRecord
from services.hazard.refused import Refused

STRICT = POLICY.model_copy(
    update={"powers": POLICY.powers.model_copy(update={"certificates_on_record": OnRecord.REQUIRED})}
)
START = Trial().today
# 三名办案人员 · Three officers, whose certificates end on different days; the third's has ended before.
VALID_TO = {"p-enf": START + timedelta(300), "p-enf2": START + timedelta(150), "p-enf3": START - timedelta(1)}
NUMBERS = {"p-enf": "33011199100", "p-enf2": "33011199101", "p-enf3": "33011199102"}
PEOPLE = (*NUMBERS, "p-dpo", "p-dpl", "p-reviewer")
PENALTIES = (
    Penalty(kinds=(PenaltyKind.FINE,), fine=2_000_001),
    Penalty(kinds=(PenaltyKind.FINE, PenaltyKind.SUSPENSION), fine=9_000_000),
    Penalty(kinds=(PenaltyKind.WARNING,)),
    Penalty(kinds=(PenaltyKind.NONE,)),
)


@dataclass(frozen=True)
class Try:
    """一试 · What is tried after so many days, by whom, and which of the possible asks."""

    what: str
    days: int
    who: int
    pick: int


def record(person: str, role: Role) -> tuple[Appointment, ...]:
    certificate = AppointedCertificate(
        number=NUMBERS.get(person, "33011199000"), valid_to=VALID_TO.get(person)
    )
    appointment = Appointment(
        role=role, organisation="org", certificate=certificate, starts_on=START, ends_on=None
    )
    return (appointment,)


def people(attempt: Try) -> tuple[str, ...]:
    return (("p-enf", "p-enf2"), ("p-enf", "p-enf3"), ("p-enf2",), ("p-enf2", "p-enf"))[attempt.pick % 4]


def officers(attempt: Try) -> AssignOfficers:
    named = tuple(CaseOfficer(person=one, certificate=NUMBERS[one]) for one in people(attempt))
    return AssignOfficers(officers=named, reason="指派")


def amount(trial: Trial, attempt: Try) -> int:
    """A little, too much for some, or all there is."""
    rest = account(trial.case, POLICY.cases, trial.today).outstanding
    return (1, 700_000, max(rest, 1))[attempt.pick % 3]


Asking = Callable[[Trial, Try], tuple[Callable, object]]
TRIES: dict[str, Asking] = {
    "file": lambda t, a: (file_case, FILING),
    "decline": lambda t, a: (decline_to_file, DeclineToFile(reason="轻微")),
    "assign": lambda t, a: (assign_officers, officers(a)),
    "evidence": lambda t, a: (record_evidence, collecting(t, others=people(a))),
    "suspend": lambda t, a: (
        suspend_clock,
        SuspendClock(reason=list(PauseReason)[a.pick % len(PauseReason)], remark="中止"),
    ),
    "resume": lambda t, a: (resume_clock, ResumeClock()),
    "extend": lambda t, a: (
        extend_term,
        ExtendTerm(reason="复杂", approved_by=PEOPLE[a.pick % len(PEOPLE)], approval="杭应急延〔2026〕2号"),
    ),
    "inform": lambda t, a: (inform_party, telling(t, proposed=PENALTIES[a.pick % 3], others=people(a))),
    "state": lambda t, a: (record_statement, RecordStatement(file=(PHOTO,), stated_on=t.today)),
    "answer": lambda t, a: (review_statement, ReviewStatement(accepted=False, opinion="不成立")),
    "waive": lambda t, a: (waive_rights, WaiveRights(file=(PHOTO,), waived_on=t.today)),
    "request": lambda t, a: (request_hearing, RequestHearing(requested_on=t.today)),
    "hear": lambda t, a: (
        hold_hearing,
        HoldHearing(
            presided_by=PEOPLE[a.pick % len(PEOPLE)],
            notified_on=t.today - timedelta(a.pick % 15),
            held_on=t.today,
            file=(PHOTO,),
            opinion="维持",
        ),
    ),
    "review": lambda t, a: (review_legally, PASSED),
    "decide": lambda t, a: (
        decide_case,
        deciding(penalty=PENALTIES[a.pick % 4], discussed_by=PEOPLE[: a.pick % 3]),
    ),
    "serve": lambda t, a: (serve_decision, ServeDecision(method="DIRECT", served_on=t.today)),
    "publish": lambda t, a: (publish_penalty, PublishPenalty(place="公示平台", published_on=t.today)),
    "postpone": lambda t, a: (
        postpone_payment,
        PostponePayment(reason="困难", payment_due=t.today + timedelta(a.pick)),
    ),
    "pay": lambda t, a: (
        record_payment,
        RecordPayment(amount=amount(t, a), paid_on=t.today, receipt="NO.1"),
    ),
    "start": lambda t, a: (
        start_daily_fine,
        StartDailyFine(
            refusal="拒不改正", ordered_on=t.today - timedelta(a.pick % 9), file=(PHOTO,), officers=people(a)
        ),
    ),
    "stop": lambda t, a: (
        stop_daily_fine,
        StopDailyFine(until=t.today - timedelta(a.pick % 9), remark="止"),
    ),
    "court": lambda t, a: (
        apply_to_court,
        ApplyToCourt(court="法院", urged_on=t.today - timedelta(a.pick), file=(PHOTO,)),
    ),
    "execute": lambda t, a: (
        execute_penalty,
        ExecutePenalty(executed_on=t.today, manner="执行", by_court=bool(a.pick % 2)),
    ),
    "close": lambda t, a: (
        close_case,
        closing(t, list(CaseOutcome)[a.pick % len(CaseOutcome)], reason="结案"),
    ),
}
ACTORS = (
    ENF,
    {**ENF, "person": "p-enf2", "certificate": NUMBERS["p-enf2"]},
    {**ENF, "person": "p-enf3", "certificate": NUMBERS["p-enf3"]},
    {**DPO, "certificate": "33011199000"},
    {**DPL, "certificate": "33011199000"},
    {**ENF, "person": "p-reviewer", "certificate": "33011199000"},
    ENT_M,
    {**TWL, "certificate": None},
)
# 顺着办 · So that lives get far: the way through, each by who may, with anything in between.
WAY = (
    *("file:3", "assign:4", "evidence:0", "inform:0", "waive:6", "review:5", "resume:0", "decide:4"),
    *("serve:0", "publish:0", "pay:0", "start:4", "stop:4", "resume:1", "pay:1", "execute:0", "close:4"),
)
PICKED = {
    "inform": (0, 0, 4),
    "decide": (0, 0, 4, 1),
    "pay": (0, 1, 2, 2),
    "start": (0, 4, 8),
    "stop": (0, 0, 1),
    "execute": (0, 1),
}
tries = st.builds(
    Try,
    what=st.sampled_from(sorted(TRIES)),
    days=st.integers(0, 25),
    who=st.integers(0, len(ACTORS) - 1),
    pick=st.integers(0, 40),
)


def attempted(trial: Trial, attempt: Try) -> Trial:
    """One try: stored when the rule lets it, else nothing."""
    year = trial.later(attempt.days)
    trial = year if year.today.year == START.year else trial  # numbers of documents are of the year
    rule, ask = TRIES[attempt.what](trial, attempt)
    who = ACTORS[attempt.who]
    records = {one: record(one, Role.ENF) for one in NUMBERS}
    if who["person"] not in records:
        records[who["person"]] = record(who["person"], who["role"])
    try:
        return trial.when(rule, ask, who, on_record=records)
    except Refused:
        return trial


@st.composite
def lives(draw: st.DrawFn) -> list[Try]:
    """The way through with other tries in between, broken off anywhere."""
    found: list[Try] = []
    far = draw(st.sampled_from((3, 8, 12, len(WAY), len(WAY))))
    for step in WAY[:far]:
        what, _, who = step.partition(":")
        pick = draw(st.sampled_from(PICKED.get(what, (0,))))
        found += [
            Try(what, draw(st.sampled_from((0, 1, 9))), int(who), pick),
            *draw(st.lists(tries, max_size=1)),
        ]
    return found + draw(st.lists(tries, max_size=8))


def lived(attempts: list[Try]) -> list[tuple[date, str, object]]:
    """Every event with its day and its actor."""
    trial, log = referred(policy=STRICT), []
    for attempt in attempts:
        after = attempted(trial, attempt)
        if after.all != trial.all:
            log += [
                ((after.at - timedelta(hours=1)), ACTORS[attempt.who]["person"], one) for one in after.events
            ]
            check_money(after)
        trial = after
    return [(at.date(), actor, event) for at, actor, event in log]


def check_money(trial: Trial) -> None:
    """What is owed equals a count day by day, and nobody pays more than he owes."""
    case, rules = trial.case, POLICY.cases
    now = account(case, rules, trial.today)
    assert now.surcharge == naive_surcharge(trial)
    assert now.surcharge <= case.fine
    assert now.daily_fine == now.daily_days * case.fine
    assert now.paid <= now.fine + now.surcharge + now.daily_fine


def naive_surcharge(trial: Trial) -> int:
    case, hundredths = trial.case, 0
    if case.payment_due is None:
        return 0
    for number in range(1, (trial.today - case.payment_due).days + 1):
        day = case.payment_due + timedelta(number)
        left = max(case.fine - sum(one.amount for one in case.payments if one.on <= day), 0)
        stopped = [
            one
            for one in case.pauses
            if one.reason in {"REVIEW", "LAWSUIT"} and one.since <= day < (one.until or date.max)
        ]
        hundredths += 0 if stopped else left * 3
    return min(hundredths, case.fine * 100) // 100


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lives())
def test_whatever_is_tried_what_is_stored_was_lawful(attempts):
    log = lived(attempts)
    investigators: set[str] = set()
    filer = ""
    for day, actor, event in log:
        for officer in getattr(event, "officers", ()):
            assert VALID_TO[officer.person] >= day, event.TYPE
            assert NUMBERS[officer.person] == officer.certificate
        if hasattr(event, "officers"):
            assert len({one.person for one in event.officers}) >= 2
        match event:
            case told.CaseFiled():
                filer = actor
            case told.CaseOfficersAssigned():
                investigators |= {one.person for one in event.officers}
            case told.HearingHeld():
                assert event.presided_by not in investigators
            case told.CaseLegallyReviewed():
                assert actor not in investigators | {filer}
            case told.PenaltyDecided():
                assert {actor, *event.discussed_by} - investigators - {filer}
    check_order(log)
    check_term(log)


def check_order(log: list[tuple[date, str, object]]) -> None:
    """Told before punished, heard before decided, decided before served and published, and nothing after the end."""
    types = [event.TYPE for _, _, event in log]
    for _, _, event in log:
        before = types[: types.index(event.TYPE)]
        if event.TYPE == "case.decided" and "NONE" not in event.penalty.kinds:
            assert "case.penalty-informed" in before
            since = before[len(before) - before[::-1].index("case.penalty-informed") :]
            assert "case.hearing-requested" not in since or {"case.hearing-held", "case.rights-waived"} & {
                *since
            }
        if event.TYPE in {"case.decision-served", "case.published"}:
            assert "case.decided" in before
        if event.TYPE == "case.executed":
            assert {"case.published", "case.decision-served"} <= {*before}
    for end in ("case.closed", "case.not-filed"):
        assert end not in types or types[-1] == end


def check_term(log: list[tuple[date, str, object]]) -> None:
    """The decision is due ninety days after the filing, later by the days not counted and by what was approved."""
    days, filed_on = 90, None
    for _, _, event in log:
        match event:
            case told.CaseFiled():
                filed_on = event.filed_on
                assert event.decision_due == filed_on + timedelta(days)
            case told.CaseClockResumed(decision_due=date() as due):
                days += (event.resumed_on - event.suspended_on).days
                assert due == filed_on + timedelta(days)
            case told.CaseTermExtended():
                days += 90
                assert event.decision_due == filed_on + timedelta(days)
            case told.PenaltyDecided():
                assert event.late == (event.decided_on > filed_on + timedelta(days))


def test_the_lives_get_far():
    """A walk that is refused everywhere would prove nothing."""
    steps = [Try(step.partition(":")[0], 1, int(step.partition(":")[2]), 0) for step in WAY]
    steps += [Try("pay", 1, 0, 2), Try("execute", 1, 0, 0), Try("close", 1, 4, 0)]
    types = [event.TYPE for _, _, event in lived(steps)]

    assert types[-1] == "case.closed"
