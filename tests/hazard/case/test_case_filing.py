"""移送、立案、调查 · Referred together, filed once, investigated by two whose certificates are valid that day."""

from dataclasses import replace
from datetime import timedelta

import pytest

from contracts.case import CaseOfficer
from contracts.case_codes import CaseStatus, PauseReason
from contracts.regions import EnforcementState
from contracts.values import Level, Role
from given.cases import (
    ENF2,
    FILING,
    HAZARD,
    OFFICERS,
    Trial,
    assigned,
    collecting,
    filed,
    given_hazards,
    investigated,
    referred,
    referring,
    serving,
)
from given.everybody import case_open, somebody
from given.lives import captured, major, ordered, registered
from given.story import DPL, DPO, ENF, ENTERPRISE, EXP, FILE, GRID, PHOTO, POLICY, SCO, TWL, TWN, TWO
from services.hazard.case.acting import NotOnThisCase, OfficerHasInterest
from services.hazard.case.filing import (
    CaseAlreadyReferred,
    DeclineToFile,
    HazardNamedTwice,
    NotOneEnterprise,
    decline_to_file,
    file_case,
    refer_case,
)
from services.hazard.case.investigating import (
    ApproverMayNotHandle,
    AssignOfficers,
    ChangeUnexplained,
    ClockAlreadySuspended,
    ClockNotSuspended,
    ClockStopped,
    ExtendTerm,
    ExtensionAfterTerm,
    PauseNotExcluded,
    RecordInquiry,
    ResumeClock,
    SuspendClock,
    TermExtensionsExhausted,
    assign_officers,
    extend_term,
    record_evidence,
    record_inquiry,
    resume_clock,
    suspend_clock,
)
from services.hazard.lifecycle.certifying import (
    CertificateExpired,
    CertificateNotOwn,
    OfficerNotOnRecord,
    OfficerUncertified,
    TooFewOfficers,
)
from services.hazard.lifecycle.enforcing import (
    AlreadyReferred,
    NotAtThisCaseStage,
    ReferToEnforcement,
    refer_to_enforcement,
)
from services.hazard.lifecycle.holding import TownOutsidePowers
from services.hazard.lifecycle.state import NotAtThisStage
from services.hazard.lifecycle.supervising import ListingNumberInvalid
from services.hazard.occasion import DateInvalid
from services.hazard.policy import OnRecord
from services.hazard.refused import MayNot

S = CaseStatus
OTHER = HAZARD.replace("5b", "6b")
NEVER = [GRID, EXP, TWN, SCO, {"person": "p-boss", "role": Role.ENT_M, "organisation": ENTERPRISE}]
APPRAISING = SuspendClock(reason=PauseReason.APPRAISAL, remark="委托鉴定")
ASSIGN = AssignOfficers(officers=OFFICERS)
EXTEND = ExtendTerm(reason="案情复杂", approved_by="p-city", approval="杭应急延〔2026〕2号")
WITH_PENALTIES = POLICY.model_copy(
    update={"powers": POLICY.powers.model_copy(update={"town_penalties": True})}
)


def test_a_case_carries_several_hazards_of_one_enterprise_with_their_levels():
    given = given_hazards(ordered().hazard, major().hazard)
    trial = Trial().when(refer_case, referring(HAZARD, OTHER), DPO, told=given)

    (event,) = trial.events
    assert [hazard.level for hazard in event.hazards] == [Level.GENERAL, Level.MAJOR]
    assert (trial.status, trial.case.enterprise, trial.case.major) == (S.REFERRED, ENTERPRISE, True)
    assert event.filing_due.isoformat() == "2026-06-12"  # seven working days after a Wednesday


@pytest.mark.parametrize("who", NEVER, ids=lambda who: who["role"].value)
def test_who_may_not_refer_a_hazard_refers_no_case(who):
    Trial().refused(MayNot, refer_case, referring(), who, told=given_hazards(ordered().hazard))


def test_a_case_is_referred_once():
    referred().refused(
        CaseAlreadyReferred, refer_case, referring(), DPO, told=given_hazards(ordered().hazard)
    )


def test_a_hazard_stands_in_a_case_once():
    ask = referring(HAZARD, HAZARD)
    Trial().refused(HazardNamedTwice, refer_case, ask, DPO, told=given_hazards(ordered().hazard))


def test_a_hazard_of_another_enterprise_needs_another_case():
    other = replace(FILE, id=OTHER, name="乙厂")
    told = given_hazards(ordered().hazard, enterprise=other)
    assert "乙厂" in Trial().refused(NotOneEnterprise, refer_case, referring(), DPO, told=told)


def test_a_hazard_in_an_open_case_is_not_referred_again():
    told = given_hazards(case_open().hazard)
    assert "一事不再罚款" in Trial().refused(AlreadyReferred, refer_case, referring(), DPO, told=told)


def test_what_is_not_registered_yet_is_not_referred():
    told = given_hazards(captured().hazard)
    Trial().refused(NotAtThisStage, refer_case, referring(), DPO, told=told)


def test_filing_begins_the_ninety_days_and_says_how_they_were_counted():
    (event,) = filed().events

    assert event.decision_due == event.filed_on + timedelta(days=90)
    assert (event.counted.since, event.counted.limit.amount) == (event.filed_on, 90)


@pytest.mark.parametrize("who", NEVER, ids=lambda who: who["role"].value)
def test_who_holds_no_power_files_nothing(who):
    referred().refused(MayNot, file_case, FILING, who)


def test_a_town_files_only_where_its_province_gave_it_the_power_to_punish():
    assert "第二十四条" in referred().refused(TownOutsidePowers, file_case, FILING, TWO)
    assert referred(policy=WITH_PENALTIES).when(file_case, FILING, TWL).status is S.FILED


def test_a_case_is_filed_once_and_bears_the_number_that_was_drawn():
    filed().refused(NotAtThisCaseStage, file_case, FILING, DPO)
    drawn = referred().when(file_case, FILING, DPO, number="（余）应急立〔2026〕8号")
    assert drawn.case.number == "（余）应急立〔2026〕8号"


def test_what_is_not_filed_says_why_and_ends():
    trial = referred().when(decline_to_file, DeclineToFile(reason="违法行为轻微并及时改正"), DPL)

    assert (trial.status, trial.types) == (S.NOT_FILED, ["case.not-filed"])
    trial.refused(NotAtThisCaseStage, file_case, FILING, DPO)
    trial.refused(NotAtThisCaseStage, decline_to_file, DeclineToFile(reason="再议"), DPO)
    referred().refused(MayNot, decline_to_file, DeclineToFile(reason="轻微"), GRID)


def test_two_certified_officers_are_assigned_before_anything_is_investigated():
    filed().refused(NotOnThisCase, record_evidence, collecting(filed()), ENF)
    trial = assigned()

    assert (trial.status, trial.case.investigators) == (S.INVESTIGATING, ("p-enf", "p-enf2"))


@pytest.mark.parametrize("who", [*NEVER, DPO], ids=lambda who: who["role"].value)
def test_who_does_not_lead_assigns_nobody(who):
    filed().refused(MayNot, assign_officers, ASSIGN, who)


def test_one_officer_is_not_enough_nor_one_certificate_for_two():
    one = AssignOfficers(officers=OFFICERS[:1])
    filed().refused(TooFewOfficers, assign_officers, one, DPL)
    same = CaseOfficer(person="p-enf2", certificate=OFFICERS[0].certificate)
    filed().refused(TooFewOfficers, assign_officers, AssignOfficers(officers=(OFFICERS[0], same)), DPL)


def test_an_officer_with_a_post_at_the_enterprise_steps_aside():
    people = frozenset({"p-enf2"})
    said = filed().refused(OfficerHasInterest, assign_officers, ASSIGN, DPL, enterprise_people=people)
    assert "回避" in said


def test_certificates_are_those_on_record_and_valid_on_the_day():
    trial = filed()
    records = serving(ENF, trial) | serving(ENF2, trial)
    assert trial.when(assign_officers, ASSIGN, DPL, on_record=records).events

    expired = serving(ENF, trial) | serving(ENF2, trial, trial.today - timedelta(days=1))
    trial.refused(CertificateExpired, assign_officers, ASSIGN, DPL, on_record=expired)
    uncertified = serving(ENF, trial) | serving(ENF2, trial, role=Role.TWN)
    trial.refused(OfficerUncertified, assign_officers, ASSIGN, DPL, on_record=uncertified)
    other = serving(ENF, trial) | serving({**ENF2, "certificate": "33011199999"}, trial)
    trial.refused(CertificateNotOwn, assign_officers, ASSIGN, DPL, on_record=other)


def test_where_policy_asks_for_records_nobody_is_taken_at_his_word():
    powers = POLICY.powers.model_copy(update={"certificates_on_record": OnRecord.REQUIRED})
    strict = POLICY.model_copy(update={"powers": powers})
    filed().refused(OfficerNotOnRecord, assign_officers, ASSIGN, DPL, policy=strict)


def test_officers_change_with_a_reason_and_who_was_one_stays_an_investigator():
    third = CaseOfficer(person="p-enf3", certificate="33011199103")
    ask = AssignOfficers(officers=(OFFICERS[0], third))
    assigned().refused(ChangeUnexplained, assign_officers, ask, DPL)
    trial = assigned().when(assign_officers, ask.model_copy(update={"reason": "调离"}), DPL)

    assert trial.events[0].previous == OFFICERS
    assert trial.case.investigators == ("p-enf", "p-enf2", "p-enf3")


def test_evidence_is_collected_by_two_of_the_case_whose_certificates_are_valid_that_day():
    trial = assigned()
    assert trial.when(record_evidence, collecting(trial), ENF).events[0].officers == OFFICERS

    trial.refused(TooFewOfficers, record_evidence, collecting(trial, others=()), ENF)
    trial.refused(NotOnThisCase, record_evidence, collecting(trial, others=("p-stranger",)), ENF)
    trial.refused(NotOnThisCase, record_evidence, collecting(trial), {**ENF, "person": "p-stranger"})
    later = trial.later(40)
    expired = serving(ENF, later) | serving(ENF2, later, later.today - timedelta(days=1))
    later.refused(CertificateExpired, record_evidence, collecting(later), ENF, on_record=expired)
    trial.refused(OfficerUncertified, record_evidence, collecting(trial), {**ENF, "certificate": None})


@pytest.mark.parametrize("days", [-1, 1])
def test_evidence_is_collected_after_the_filing_and_not_in_the_future(days):
    trial = assigned()
    ask = collecting(trial, collected_on=trial.today + timedelta(days=days))
    trial.refused(DateInvalid, record_evidence, ask, ENF)


@pytest.mark.parametrize("role", [Role.GRID, Role.EXP, Role.TWN, Role.DPL, Role.SYS, Role.PUB])
def test_who_is_no_officer_investigates_nothing(role):
    trial = assigned()
    trial.refused(MayNot, record_evidence, collecting(trial), somebody(role))


def test_an_inquiry_names_who_was_asked_and_holds_no_word_of_it():
    trial = assigned()
    ask = RecordInquiry(
        person="p-boss", capacity="主要负责人", file=(PHOTO,), others=("p-enf2",), asked_on=trial.today
    )
    (event,) = trial.when(record_inquiry, ask, ENF).events

    assert (event.person, event.officers, event.file) == ("p-boss", OFFICERS, (PHOTO,))
    alone = ask.model_copy(update={"others": ()})
    trial.refused(TooFewOfficers, record_inquiry, alone, ENF)
    trial.refused(
        DateInvalid, record_inquiry, ask.model_copy(update={"asked_on": trial.today + timedelta(1)}), ENF
    )


def test_the_days_of_an_appraisal_are_not_counted_to_the_ninety():
    trial = investigated().when(suspend_clock, APPRAISING, ENF)
    before = trial.case.decision_due
    resumed = trial.later(12).when(resume_clock, ResumeClock(), ENF)

    days = (resumed.case.pauses[0].until - resumed.case.pauses[0].since).days
    assert resumed.case.decision_due == before + timedelta(days=days)
    assert (days, resumed.case.pause) == (12, None)


def test_a_clock_stops_once_at_a_time_and_only_what_stopped_runs_again():
    trial = investigated()
    trial.refused(ClockNotSuspended, resume_clock, ResumeClock(), ENF)
    stopped = trial.when(suspend_clock, APPRAISING, ENF)

    stopped.refused(ClockAlreadySuspended, suspend_clock, APPRAISING, ENF)
    stopped.refused(MayNot, resume_clock, ResumeClock(), GRID)
    trial.refused(MayNot, suspend_clock, APPRAISING, DPL)


def test_a_lawsuit_does_not_stop_the_time_for_the_decision():
    ask = SuspendClock(reason=PauseReason.LAWSUIT, remark="起诉")
    assert "鉴定评估" in investigated().refused(PauseNotExcluded, suspend_clock, ask, ENF)


def test_more_time_is_approved_by_somebody_else_once_and_in_time():
    trial = investigated()
    extended = trial.when(extend_term, EXTEND, DPL)

    assert extended.case.decision_due == trial.case.decision_due + timedelta(days=90)
    extended.refused(TermExtensionsExhausted, extend_term, EXTEND, DPL)
    for approver in ("p-dpl", "p-enf"):
        ask = EXTEND.model_copy(update={"approved_by": approver})
        trial.refused(ApproverMayNotHandle, extend_term, ask, DPL)
    trial.on(trial.case.decision_due).when(extend_term, EXTEND, DPL)
    late = trial.on(trial.case.decision_due + timedelta(days=1))
    late.refused(ExtensionAfterTerm, extend_term, EXTEND, DPL)
    trial.refused(MayNot, extend_term, EXTEND, ENF)
    trial.refused(ListingNumberInvalid, extend_term, EXTEND.model_copy(update={"approval": "3号"}), DPL)
    trial.when(suspend_clock, APPRAISING, ENF).refused(ClockStopped, extend_term, EXTEND, DPL)


def test_a_hazard_referred_by_hand_before_is_taken_up_as_it_is():
    life = registered().when(
        refer_to_enforcement, ReferToEnforcement(reason="REFUSED", remark="拒不整改"), DPO
    )
    trial = Trial().when(refer_case, referring(), DPO, told=given_hazards(life.hazard))

    assert life.hazard.enforcement.state is EnforcementState.REFERRED
    assert trial.status is S.REFERRED
