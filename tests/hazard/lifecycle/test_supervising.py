"""挂牌督办 · Listing, quarterly progress, acceptance and delisting, and what a listing forbids."""

from dataclasses import replace
from datetime import date

import pytest

from contracts.regions import SupervisionLevel, SupervisionState
from contracts.values import Status, Waiver
from given.lives import (
    MAJOR_PASS,
    PLAN,
    captured,
    day,
    major,
    major_submitted,
    major_verified,
    ordered,
    plan_accepted,
    plan_filed,
    registered,
)
from given.story import DPL, DPO, DPO2, ENT_M, ENT_S, EXP, GRID, LEDGER, PHOTO, TWL, TWN, TWO, Life
from given.supervised import (
    ACCEPT,
    ASK_ACCEPTANCE,
    DELIST,
    OTHER_DPL,
    OTHER_DPO,
    SCO,
    acceptance_requested,
    accepted,
    delisted,
    listed,
    listing,
)
from services.hazard.calendar.reading import read_calendar
from services.hazard.lifecycle.closing import CloseHazard, close_hazard
from services.hazard.lifecycle.holding import NotTheLister
from services.hazard.lifecycle.planning import AcceptPlan, FilePlan, accept_plan, file_plan
from services.hazard.lifecycle.rectifying import ReportProgress, report_progress
from services.hazard.lifecycle.regions import StillListed
from services.hazard.lifecycle.reinspecting import Reinspect, reinspect
from services.hazard.lifecycle.reporting import VoidHazard, void_hazard
from services.hazard.lifecycle.state import NotAtThisStage
from services.hazard.lifecycle.supervising import (
    AcceptanceNotPassed,
    AcceptanceNotRequested,
    AccepterNotIndependent,
    AlreadyListed,
    AlreadyRequested,
    LeaderSignsListing,
    ListingNumberInvalid,
    NotAccepted,
    NotListed,
    OnlyMajorListed,
    ProgressOverdue,
    accept_listed,
    delist,
    list_for_supervision,
    request_acceptance,
)
from services.hazard.occasion import DateInvalid
from services.hazard.refused import MayNot

PROGRESS = ReportProgress(progress="通风系统改造过半")
NOT_LISTERS = [GRID, EXP, ENT_M, ENT_S, TWN, TWO, TWL, DPO]


def failing(life: Life) -> Reinspect:
    fields = {"result": "fail", "remark": "仍无监护", "deadline": day(life, 20), "photos": (PHOTO,)}
    return MAJOR_PASS.model_copy(update=fields)


@pytest.mark.parametrize("who", [SCO, DPL])
def test_a_major_hazard_is_listed_with_number_level_unit_and_deadline(who):
    life = listed(who=who)

    event, region = life.events[0], life.hazard.supervision
    assert life.types == ["hazard.listed"]
    assert (event.notice, event.unit, event.internal) == ("余安委督字〔2026〕3号", "余杭区应急管理局", False)
    assert (region.state, region.level) == (SupervisionState.LISTED, SupervisionLevel.COUNTY)
    assert region.lister_organisation == who["organisation"]
    assert life.hazard.status is Status.RECTIFYING


def test_a_listing_is_filed_and_published_within_working_days_and_reported_on_by_the_quarters_end():
    event = listed().events[0]  # 3 June 2026 is a Wednesday

    assert (event.filing_due, event.publication_due) == (date(2026, 6, 8), date(2026, 6, 10))
    assert event.progress_due == date(2026, 6, 30)


@pytest.mark.parametrize("who", NOT_LISTERS)
def test_only_the_committees_office_and_the_head_of_a_department_list(who):
    life = plan_accepted()

    assert "第四十一条" in life.refused(MayNot, list_for_supervision, listing(life), who)


def test_a_general_hazard_is_not_listed():
    life = ordered()

    assert "第四十一条" in life.refused(OnlyMajorListed, list_for_supervision, listing(life), SCO)


@pytest.mark.parametrize("stage", [captured, major_verified], ids=lambda stage: stage.__name__)
def test_only_what_is_registered_and_not_yet_found_removed_is_listed(stage):
    life = stage()

    life.refused(NotAtThisStage, list_for_supervision, listing(life), SCO)


def test_what_is_listed_is_not_listed_again():
    life = listed()

    life.refused(AlreadyListed, list_for_supervision, listing(life), DPL)


@pytest.mark.parametrize("notice", ["3号", "余安委督字2026第3号", "余安委督字〔2025〕3号", "〔2026〕3号"])
def test_a_listing_is_a_numbered_document_of_its_year(notice):
    life = plan_accepted()

    assert "〔2026〕" in life.refused(
        ListingNumberInvalid, list_for_supervision, listing(life, notice=notice), SCO
    )


def test_who_lists_does_not_sign():
    life = plan_accepted()

    life.refused(LeaderSignsListing, list_for_supervision, listing(life, signed_by="p-sco"), SCO)


@pytest.mark.parametrize("days", [0, -1, 366])
def test_a_listings_deadline_is_later_than_today_and_within_a_year(days):
    life = plan_accepted()

    life.refused(DateInvalid, list_for_supervision, listing(life, deadline=day(life, days)), SCO)


def test_a_townships_listing_stays_internal():
    event = listed(level=SupervisionLevel.TOWNSHIP).events[0]

    assert (event.internal, event.filing_due) == (True, None)


def test_a_listed_hazards_plan_ends_within_the_lists_deadline():
    life = listed(plan_filed(), deadline=day(plan_filed(), 30))
    accept = AcceptPlan(deadline=day(life, 31), responsible="p-boss", warning_sign=PHOTO)

    assert "挂牌督办期限" in life.refused(DateInvalid, accept_plan, accept, DPO)
    within = accept.model_copy(update={"deadline": day(life, 30)})
    assert life.when(accept_plan, within, DPO).hazard.deadline == day(life, 30)


def test_progress_moves_the_next_report_to_the_next_quarters_last_working_day():
    life = listed().later(5).when(report_progress, PROGRESS, ENT_S)

    assert life.events[0].progress_due == life.hazard.supervision.progress_due == date(2026, 9, 30)


def test_the_last_working_day_of_a_quarter_is_not_a_weekend():
    life = listed().later(60).when(report_progress, PROGRESS, ENT_S)  # August
    later = life.later(120).when(report_progress, PROGRESS, ENT_S)  # December; 31 March 2027 is a Wednesday

    assert life.events[0].progress_due == date(2026, 12, 31)
    assert later.events[0].progress_due == date(2027, 3, 31)


def test_a_listing_on_the_quarters_last_day_is_reported_on_in_the_next():
    life = plan_accepted().later(27)  # 30 June

    assert listed(life).events[0].progress_due == date(2026, 9, 30)


def test_progress_of_what_is_not_listed_has_no_due_date():
    assert plan_accepted().when(report_progress, PROGRESS, ENT_S).events[0].progress_due is None


@pytest.mark.parametrize("stage", [major, plan_filed, plan_accepted, major_submitted])
def test_a_listed_hazards_progress_is_reported_as_long_as_it_stands_on_the_list(stage):
    assert listed(stage()).when(report_progress, PROGRESS, ENT_M).types == ["hazard.progress-reported"]


def test_a_quarter_that_ends_after_the_re_inspection_can_still_be_reported_on():
    life = listed(major_submitted()).when(reinspect, MAJOR_PASS, DPO).later(30)
    life.refused(ProgressOverdue, request_acceptance, ASK_ACCEPTANCE, ENT_M)

    reported = life.when(report_progress, PROGRESS, ENT_M)

    assert reported.when(request_acceptance, ASK_ACCEPTANCE, ENT_M).types == ["hazard.acceptance-requested"]


def test_the_enterprise_asks_for_acceptance_after_its_rectification():
    life = listed()
    life.refused(NotAtThisStage, request_acceptance, ASK_ACCEPTANCE, ENT_M)

    assert acceptance_requested().hazard.supervision.state is SupervisionState.ACCEPTANCE_REQUESTED


@pytest.mark.parametrize("who", [ENT_S, TWO, DPO, DPL, SCO, EXP])
def test_only_the_main_person_asks_for_acceptance(who):
    listed(major_submitted()).refused(MayNot, request_acceptance, ASK_ACCEPTANCE, who)


def test_what_is_on_no_list_is_neither_accepted_nor_taken_off():
    for life in (major_submitted(), delisted()):
        life.refused(NotListed, request_acceptance, ASK_ACCEPTANCE, ENT_M)
        life.refused(NotListed, accept_listed, ACCEPT, DPO)
        life.refused(NotListed, delist, DELIST, SCO)


def test_acceptance_is_asked_for_once():
    acceptance_requested().refused(AlreadyRequested, request_acceptance, ASK_ACCEPTANCE, ENT_M)


def test_a_quarter_without_progress_is_made_up_for_before_acceptance():
    life = listed(major_submitted()).later(30)  # July
    assert "2026-06-30" in life.refused(ProgressOverdue, request_acceptance, ASK_ACCEPTANCE, ENT_M)

    reported = life.when(report_progress, PROGRESS, ENT_M)

    assert reported.when(request_acceptance, ASK_ACCEPTANCE, ENT_M).types == ["hazard.acceptance-requested"]


@pytest.mark.parametrize("who", [DPO, DPL, SCO, OTHER_DPO])
def test_what_the_committees_office_listed_is_accepted_by_it_or_by_a_department(who):
    life = acceptance_requested().when(accept_listed, ACCEPT, who)

    assert life.events[0].inspectors == (who["person"], "p-dpo2")
    assert life.hazard.supervision.state is SupervisionState.ACCEPTED


@pytest.mark.parametrize("who", [SCO, OTHER_DPO, OTHER_DPL])
def test_what_a_department_listed_nobody_else_accepts(who):
    life = acceptance_requested(DPL)

    life.refused(NotTheLister, accept_listed, ACCEPT, who)
    assert life.when(accept_listed, ACCEPT, DPO).types == ["hazard.listed-accepted"]


def test_another_committees_office_does_not_accept():
    other = {**SCO, "organisation": "org-other-committee"}

    acceptance_requested().refused(NotTheLister, accept_listed, ACCEPT, other)


@pytest.mark.parametrize("who", [ENT_M, TWO, TWL, EXP, GRID])
def test_nobody_below_the_department_accepts(who):
    acceptance_requested().refused(MayNot, accept_listed, ACCEPT, who)


def test_acceptance_follows_its_application_and_is_given_once():
    for life in (listed(major_submitted()), accepted()):
        life.refused(AcceptanceNotRequested, accept_listed, ACCEPT, DPO)


def test_only_what_passed_is_accepted():
    failed = ACCEPT.model_copy(update={"result": "fail"})

    assert "复查" in acceptance_requested().refused(AcceptanceNotPassed, accept_listed, failed, DPO)


def test_who_accepts_stands_apart_from_the_enterprise():
    life = acceptance_requested()

    life.refused(AccepterNotIndependent, accept_listed, ACCEPT, {**DPO, "person": "p-boss"})
    others = ACCEPT.model_copy(update={"others": ("p-boss",)})
    life.refused(AccepterNotIndependent, accept_listed, others, DPO)
    life.refused(AccepterNotIndependent, accept_listed, ACCEPT, DPO, enterprise_people=frozenset({"p-dpo2"}))


@pytest.mark.parametrize("who", [SCO, DPL])
def test_who_listed_it_takes_it_off(who):
    life = delisted(who)

    assert life.events[0].publication_due == date(2026, 6, 12)  # 6 June 2026 is a Saturday
    assert life.hazard.supervision.state is SupervisionState.DELISTED
    assert life.hazard.supervision.progress_due is None


def test_nobody_else_takes_it_off():
    accepted().refused(NotTheLister, delist, DELIST, DPL)
    accepted(DPL).refused(NotTheLister, delist, DELIST, SCO)
    accepted(DPL).refused(NotTheLister, delist, DELIST, OTHER_DPL)


@pytest.mark.parametrize("who", [DPO, TWO, TWL, ENT_M])
def test_only_who_may_list_takes_off(who):
    accepted().refused(MayNot, delist, DELIST, who)


def test_it_leaves_the_list_after_its_acceptance_with_a_numbered_notice():
    listed(major_submitted()).refused(NotAccepted, delist, DELIST, SCO)
    acceptance_requested().refused(NotAccepted, delist, DELIST, SCO)
    unnumbered = DELIST.model_copy(update={"notice": "9号"})
    accepted().refused(ListingNumberInvalid, delist, unnumbered, SCO)


def test_a_failed_re_inspection_lets_the_acceptance_lapse_and_leaves_the_list():
    for life in (acceptance_requested(), accepted()):
        again = life.when(reinspect, failing(life), DPO)

        assert again.hazard.supervision.state is SupervisionState.LISTED
        again.refused(NotAtThisStage, accept_listed, ACCEPT, DPO)
        again.refused(NotAtThisStage, delist, DELIST, SCO)


def test_what_left_the_list_may_come_back_on_it():
    life = delisted()
    again = life.when(reinspect, failing(life), DPO)

    assert listed(again).hazard.supervision.state is SupervisionState.LISTED


@pytest.mark.parametrize("so_far", [lambda: listed(major_submitted()), acceptance_requested, accepted])
def test_what_stands_on_a_list_is_not_closed(so_far):
    life = so_far().when(reinspect, MAJOR_PASS, DPO)

    told = life.refused(StillListed, close_hazard, CloseHazard(), DPL)

    assert "先摘牌" in told
    assert "第四十一条" in told


def test_what_left_the_list_is_closed():
    life = delisted().when(reinspect, MAJOR_PASS, DPO)

    assert life.when(close_hazard, CloseHazard(), DPL).hazard.status is Status.CLOSED


def test_acceptance_may_follow_the_passed_re_inspection():
    life = listed(major_submitted()).when(reinspect, MAJOR_PASS, DPO)
    life = life.when(request_acceptance, ASK_ACCEPTANCE, ENT_M).when(accept_listed, ACCEPT, DPO2)

    assert life.when(delist, DELIST, SCO).when(close_hazard, CloseHazard(), DPL).types == ["hazard.closed"]


def test_what_stands_on_a_list_is_not_voided():
    life = listed(major())

    life.refused(StillListed, void_hazard, VoidHazard(reason="误录"), TWL)
    assert registered().when(void_hazard, VoidHazard(reason="误录"), TWL).hazard.status is Status.VOIDED


def test_a_listing_does_not_hinder_the_plan():
    life = listed(major())
    assert life.hazard.status is Status.REGISTERED

    life.refused(NotAtThisStage, file_plan, FilePlan(plan=PLAN), ENT_M)


def test_the_day_on_which_progress_is_due_is_not_yet_overdue():
    life = listed(major_submitted())
    last = life.later((life.hazard.supervision.progress_due - day(life, 0)).days)

    assert last.when(request_acceptance, ASK_ACCEPTANCE, ENT_M).events
    last.later(1).refused(ProgressOverdue, request_acceptance, ASK_ACCEPTANCE, ENT_M)


def test_a_quarter_that_ends_on_a_day_off_is_reported_on_the_working_day_before():
    for today, due in ((date(2026, 8, 3), date(2026, 9, 30)), (date(2026, 10, 8), date(2026, 12, 31))):
        life = major()
        life = life.later((today - day(life, 0)).days)
        assert listed(life).events[0].progress_due == due
    calendar = replace(read_calendar(), off=read_calendar().off | {date(2026, 6, 30), date(2026, 6, 29)})
    life = replace(major(), calendar=calendar)
    assert listed(life).events[0].progress_due == date(2026, 6, 26)


def test_what_left_the_list_is_no_longer_bound_by_its_deadline():
    life = listed(plan_filed(), deadline=day(plan_filed(), 30))
    ask = AcceptPlan(deadline=day(life, 40), responsible="p-boss", warning_sign=PHOTO)
    life.refused(DateInvalid, accept_plan, ask, DPO)
    off = replace(life.hazard.supervision, state=SupervisionState.DELISTED)

    assert replace(life, hazard=replace(life.hazard, supervision=off)).when(accept_plan, ask, DPO).events


def test_a_ledgers_plan_may_lack_the_photograph_of_its_sign_and_says_so():
    life = plan_filed()
    ask = AcceptPlan(deadline=day(life, 40), responsible="p-boss")

    assert life.when(accept_plan, ask, DPO, **LEDGER).events[0].waived == (Waiver.WARNING_SIGN,)
