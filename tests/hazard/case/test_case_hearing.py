"""告知与听取意见 · Told with evidence, heard in time, and never punished before or beyond it."""

from datetime import timedelta

import pytest

from contracts.case import Penalty
from contracts.case_codes import CaseStatus
from contracts.regions import PenaltyKind
from contracts.values import Role
from given.cases import (
    ENF2,
    FINE,
    HEAVY,
    NONE,
    OFFICERS,
    PASSED,
    REVIEWER,
    Trial,
    assigned,
    decided,
    deciding,
    filed,
    informed,
    investigated,
    reviewed,
    serving,
    telling,
    waived,
)
from given.everybody import somebody
from given.story import DPL, DPO, ENF, ENT_M, ENTERPRISE, PHOTO, TWL
from services.hazard.case.acting import NotOnThisCase, NotTheParty
from services.hazard.case.deciding import (
    DeciderNotIndependent,
    HearingPending,
    HeavierThanInformed,
    LegalReviewMissing,
    ReviewAlreadyPassed,
    ReviewerInvestigated,
    ReviewNotDemanded,
    RightsPeriodRunning,
    StatementUnanswered,
    decide_case,
    review_legally,
)
from services.hazard.case.informing import (
    DetentionByPolice,
    EvidenceMissing,
    HearingAlreadyHeld,
    HearingAlreadyRequested,
    HearingNoticeTooShort,
    HearingNotRequested,
    HearingRequestTooLate,
    HoldHearing,
    NoHearingRight,
    NoPenaltyToInform,
    NothingToAnswer,
    PenaltyContradictsItself,
    PresiderInvestigated,
    RecordStatement,
    RequestHearing,
    ReviewStatement,
    RightsWaived,
    WaiveRights,
    hold_hearing,
    inform_party,
    record_statement,
    request_hearing,
    review_statement,
    waive_rights,
)
from services.hazard.case.investigating import ClockStopped, SuspendClock, suspend_clock
from services.hazard.lifecycle.certifying import CertificateExpired, TooFewOfficers
from services.hazard.lifecycle.enforcing import NotAtThisCaseStage
from services.hazard.lifecycle.holding import TownOutsidePowers
from services.hazard.occasion import DateInvalid
from services.hazard.refused import MayNot

S, K = CaseStatus, PenaltyKind
ANSWER = ReviewStatement(accepted=False, opinion="申辩理由不成立")


def heavy() -> Trial:
    return informed(proposed=HEAVY)


def requested(trial: Trial | None = None) -> Trial:
    trial = (trial or heavy()).later(1)
    return trial.when(request_hearing, RequestHearing(requested_on=trial.today), ENT_M)


def holding(trial: Trial, **more: object) -> HoldHearing:
    fields = {
        "presided_by": "p-presider",
        "notified_on": trial.case.heard.requested_on or trial.today,
        "held_on": trial.today,
        "file": (PHOTO,),
        "opinion": "维持拟处罚意见",
    }
    return HoldHearing(**{**fields, **more})


def held() -> Trial:
    trial = requested().later(20)
    return trial.when(hold_hearing, holding(trial), ENF)


def stated(trial: Trial | None = None) -> Trial:
    trial = trial or informed()
    return trial.when(record_statement, RecordStatement(file=(PHOTO,), stated_on=trial.today), ENT_M)


def test_the_party_is_told_what_is_proposed_and_by_when_it_may_speak():
    (event,) = informed().events  # on Wednesday, 3 June 2026

    assert (event.statement_due.isoformat(), event.hearing, event.hearing_due) == ("2026-06-08", False, None)
    (event,) = heavy().events
    assert (event.hearing, event.hearing_due.isoformat(), event.review) == (True, "2026-06-10", True)


@pytest.mark.parametrize(
    ("fine", "hearing"), [(4_999_999, False), (5_000_000, True)], ids=["below", "from that amount on"]
)
def test_a_large_fine_gives_a_hearing(fine, hearing):
    proposed = Penalty(kinds=(K.FINE,), fine=fine)
    assert informed(proposed=proposed).events[0].hearing is hearing


def test_nobody_is_told_of_a_penalty_without_evidence_or_by_a_stranger_or_by_one():
    trial = assigned()
    trial.refused(EvidenceMissing, inform_party, telling(trial), ENF)
    trial = investigated()
    trial.refused(NotOnThisCase, inform_party, telling(trial), DPO)
    trial.refused(TooFewOfficers, inform_party, telling(trial, others=()), ENF)
    trial.refused(MayNot, inform_party, telling(trial), somebody(Role.GRID))
    records = serving(ENF, trial) | serving(ENF2, trial, trial.today - timedelta(days=1))
    trial.refused(CertificateExpired, inform_party, telling(trial), ENF, on_record=records)


@pytest.mark.parametrize(
    ("proposed", "refusal"),
    [
        (Penalty(kinds=(K.DETENTION,)), DetentionByPolice),
        (Penalty(kinds=(K.FINE,)), PenaltyContradictsItself),
        (Penalty(kinds=(K.FINE,), fine=0), PenaltyContradictsItself),
        (Penalty(kinds=(K.WARNING,), fine=100), PenaltyContradictsItself),
        (Penalty(kinds=(K.WARNING, K.WARNING)), PenaltyContradictsItself),
        (Penalty(kinds=(K.NONE, K.WARNING)), PenaltyContradictsItself),
        (NONE, NoPenaltyToInform),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "+".join(value.kinds),
)
def test_a_proposed_penalty_says_one_thing(proposed, refusal):
    trial = investigated()
    trial.refused(refusal, inform_party, telling(trial, proposed=proposed), ENF)


@pytest.mark.parametrize("days", [-1, 1])
def test_the_day_of_telling_lies_between_filing_and_today(days):
    trial = investigated()
    ask = telling(trial, informed_on=trial.today + timedelta(days=days))
    trial.refused(DateInvalid, inform_party, ask, ENF)


def test_told_anew_everything_begins_anew():
    trial = waived()
    again = trial.when(inform_party, telling(trial, proposed=HEAVY), ENF)

    assert (again.case.heard.waived, again.case.told.proposed) == (False, HEAVY)


def test_an_enterprise_speaks_in_its_own_case_only():
    trial = informed()
    ask = RecordStatement(file=(PHOTO,), stated_on=trial.today)
    trial.refused(NotTheParty, record_statement, ask, {**ENT_M, "organisation": "org-other"})
    trial.refused(MayNot, record_statement, ask, somebody(Role.ENT_S))
    assert trial.when(record_statement, ask, ENT_M).case.heard.unanswered


def test_what_is_said_late_is_still_heard_and_marked():
    trial = informed().later(9)
    ask = RecordStatement(file=(PHOTO,), stated_on=trial.today)
    assert trial.when(record_statement, ask, ENF).events[0].late
    early = ask.model_copy(update={"stated_on": trial.case.told.on - timedelta(days=1)})
    trial.refused(DateInvalid, record_statement, early, ENF)


def test_a_statement_is_answered_before_the_decision():
    trial = stated().later(9)
    trial.refused(StatementUnanswered, decide_case, deciding(), DPL)
    answered = trial.when(review_statement, ANSWER, ENF)

    assert answered.when(decide_case, deciding(), DPL).status is S.DECIDED
    answered.refused(NothingToAnswer, review_statement, ANSWER, ENF)
    trial.refused(MayNot, review_statement, ANSWER, ENT_M)
    assigned().refused(NotAtThisCaseStage, review_statement, ANSWER, ENF)


def test_nobody_is_punished_before_he_had_his_time_to_speak():
    trial = informed()
    last = trial.case.told.statement_due
    assert last.isoformat() in trial.on(last).refused(RightsPeriodRunning, decide_case, deciding(), DPL)
    assert trial.on(last + timedelta(days=1)).when(decide_case, deciding(), DPL).status is S.DECIDED


def test_with_a_hearing_the_longer_time_counts():
    trial = heavy()
    waiting = trial.on(trial.case.told.hearing_due)
    waiting.refused(RightsPeriodRunning, decide_case, deciding(penalty=HEAVY), DPL)


def test_who_waives_in_writing_is_decided_upon_at_once_and_waives_once():
    trial = waived()
    assert trial.when(decide_case, deciding(), DPL).status is S.DECIDED
    trial.refused(RightsWaived, waive_rights, WaiveRights(file=(PHOTO,), waived_on=trial.today), ENF)
    waived(heavy()).refused(RightsWaived, request_hearing, RequestHearing(requested_on=trial.today), ENT_M)


def test_a_hearing_is_asked_for_within_five_working_days():
    trial = heavy()
    due = trial.case.told.hearing_due
    in_time = trial.on(due)
    assert in_time.when(request_hearing, RequestHearing(requested_on=due), ENT_M).case.heard.requested_on
    late = trial.on(due + timedelta(days=1))
    said = late.refused(
        HearingRequestTooLate, request_hearing, RequestHearing(requested_on=late.today), ENT_M
    )
    assert "第六十四条" in said


def test_a_hearing_is_for_the_heavier_penalties_and_asked_for_once():
    light = informed()
    light.refused(NoHearingRight, request_hearing, RequestHearing(requested_on=light.today), ENT_M)
    trial = requested()
    trial.refused(HearingAlreadyRequested, request_hearing, RequestHearing(requested_on=trial.today), ENT_M)


def test_the_hearing_that_was_asked_for_comes_before_review_and_decision():
    trial = requested().later(30)
    trial.refused(HearingPending, decide_case, deciding(penalty=HEAVY), DPL)
    trial.refused(HearingPending, review_legally, PASSED, REVIEWER)


def test_a_hearing_is_announced_in_time_by_somebody_else_who_presides():
    trial = requested()
    trial.refused(HearingNoticeTooShort, hold_hearing, holding(trial), ENF)
    later = trial.later(20)
    later.refused(PresiderInvestigated, hold_hearing, holding(later, presided_by="p-enf2"), ENF)
    before = trial.case.heard.requested_on - timedelta(days=1)
    later.refused(DateInvalid, hold_hearing, holding(later, notified_on=before), ENF)
    later.refused(MayNot, hold_hearing, holding(later), ENT_M)
    assert held().case.heard.held
    held().refused(HearingAlreadyHeld, hold_hearing, holding(held()), ENF)
    heavy().refused(HearingNotRequested, hold_hearing, holding(heavy()), ENF)


def test_seven_working_days_lie_between_the_notice_and_the_hearing():
    trial = requested()  # notified on Thursday, 4 June 2026; seven working days end on the 15th
    too_soon, in_time = trial.later(10), trial.later(11)

    too_soon.refused(HearingNoticeTooShort, hold_hearing, holding(too_soon), ENF)
    assert in_time.today.isoformat() == "2026-06-15"
    assert in_time.when(hold_hearing, holding(in_time), ENF).case.heard.held


def test_a_heavy_penalty_or_a_hearing_demands_a_review_by_somebody_who_did_not_investigate():
    trial = waived(heavy())
    trial.refused(LegalReviewMissing, decide_case, deciding(penalty=HEAVY), DPL)
    trial.refused(ReviewerInvestigated, review_legally, PASSED, ENF)
    trial.refused(ReviewerInvestigated, review_legally, PASSED, DPO)  # who filed it
    trial.refused(MayNot, review_legally, PASSED, somebody(Role.EXP))
    assert reviewed().when(decide_case, deciding(penalty=HEAVY), DPL).status is S.DECIDED
    assert held().when(review_legally, PASSED, REVIEWER).case.heard.reviewed


def test_a_complicated_case_is_reviewed_too():
    trial = waived(informed(complicated=True))
    trial.refused(LegalReviewMissing, decide_case, deciding(), DPL)


def test_a_review_that_returned_it_decides_nothing_and_what_is_said_later_is_reviewed_again():
    returned = PASSED.model_copy(update={"passed": False})
    trial = waived(heavy()).when(review_legally, returned, REVIEWER)
    trial.refused(LegalReviewMissing, decide_case, deciding(penalty=HEAVY), DPL)
    spoken = stated(reviewed()).when(review_statement, ANSWER, ENF)
    spoken.refused(LegalReviewMissing, decide_case, deciding(penalty=HEAVY), DPL)


def test_what_needs_no_review_is_not_reviewed_nor_anything_twice():
    waived().refused(ReviewNotDemanded, review_legally, PASSED, REVIEWER)
    reviewed().refused(ReviewAlreadyPassed, review_legally, PASSED, REVIEWER)


@pytest.mark.parametrize(
    "penalty",
    [
        Penalty(kinds=(K.FINE,), fine=2_000_001),
        Penalty(kinds=(K.FINE, K.WARNING), fine=2_000_000),
        Penalty(kinds=(K.SUSPENSION,)),
    ],
    ids=["more", "one kind more", "another kind"],
)
def test_nothing_is_heavier_than_what_was_told(penalty):
    waived().refused(HeavierThanInformed, decide_case, deciding(penalty=penalty), DPL)


def test_what_is_lighter_needs_no_telling_again():
    lighter = Penalty(kinds=(K.FINE,), fine=1_000_000)
    assert waived().when(decide_case, deciding(penalty=lighter), DPL).case.fine == 1_000_000


def test_not_to_punish_is_decided_without_telling():
    trial = investigated().when(decide_case, deciding(penalty=NONE), DPL)

    assert (trial.status, trial.case.punished, trial.case.publication_due) == (S.DECIDED, False, None)
    investigated().refused(NotAtThisCaseStage, decide_case, deciding(), DPL)


def test_who_filed_or_investigated_does_not_decide_alone():
    trial = waived(informed(investigated(assigned(filed(who=DPL)))))
    trial.refused(DeciderNotIndependent, decide_case, deciding(), DPL)
    trial.refused(DeciderNotIndependent, decide_case, deciding(discussed_by=("p-enf", "p-enf2")), DPL)
    assert trial.when(decide_case, deciding(discussed_by=("p-head2",)), DPL).status is S.DECIDED


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.DPL, Role.TWL}])
def test_only_who_leads_decides(role):
    waived().refused(MayNot, decide_case, deciding(), somebody(role))


def test_a_town_decides_only_where_it_was_given_the_power():
    waived().refused(TownOutsidePowers, decide_case, deciding(), TWL)


def test_while_the_clock_stands_still_nothing_is_decided():
    trial = waived().when(suspend_clock, SuspendClock(reason="APPRAISAL", remark="鉴定"), ENF)
    trial.refused(ClockStopped, decide_case, deciding(), DPL)


def test_a_decision_after_the_ninety_days_is_recorded_as_late():
    trial = waived()
    in_time, late = trial.on(trial.case.decision_due), trial.on(trial.case.decision_due + timedelta(days=1))

    assert not in_time.when(decide_case, deciding(), DPL).events[0].late
    assert late.when(decide_case, deciding(), DPL).events[0].late
    assert late.when(decide_case, deciding(), DPL).case.late == ("DECISION",)


def test_a_decision_says_by_when_it_is_served_and_published():
    (event,) = decided().events  # on Wednesday, 3 June 2026

    assert (event.service_due.isoformat(), event.publication_due.isoformat()) == ("2026-06-12",) * 2
    assert event.hazards
    assert OFFICERS[0].person not in event.discussed_by
    assert FINE == event.penalty
    assert ENTERPRISE == event.enterprise
