"""上报核实 · Capture, submit, confirm, reject, duplicate, void."""

from dataclasses import replace
from datetime import timedelta

import pytest

from contracts.values import Coordinates, Role, Source, Status, Track, VisitKind, Waiver
from given.lives import captured, capturing, ordered, ordering, registered, self_found, verified
from given.story import (
    DPO,
    ENT_M,
    ENT_S,
    EXP,
    FILE,
    GRID,
    LEDGER,
    PHOTO,
    POLICY,
    TWL,
    TWN,
    TWO,
    Life,
)
from services.hazard.lifecycle.judging import UnknownCategory
from services.hazard.lifecycle.ordering import order_rectification
from services.hazard.lifecycle.reporting import (
    ConfirmHazard,
    EnterpriseNotOperating,
    MarkDuplicate,
    NotADuplicate,
    NotTheAuthor,
    ObjectUnknown,
    RecordIncomplete,
    RejectAsNotHazard,
    ReporterMayNotConfirm,
    SubmitHazard,
    VoidHazard,
    capture_hazard,
    confirm_hazard,
    mark_duplicate,
    reject_as_not_hazard,
    submit_hazard,
    void_hazard,
)
from services.hazard.lifecycle.state import Hazard, NotAtThisStage
from services.hazard.occasion import BeforeLastStep, InTheFuture, TooLate
from services.hazard.refused import MayNot

OTHER = "7b0e1a52-3f54-5b6e-9d56-0f4a3a8e1c99"
CONFIRM = ConfirmHazard(note="现场核实属实")
DUPLICATE = MarkDuplicate(other=OTHER)


def pending(who: dict = GRID) -> Life:
    return captured(who, source=Source.GRID).when(submit_hazard, SubmitHazard(), who)


def test_an_officers_find_is_registered_at_once_with_number_and_found_date():
    life = registered()

    assert life.types == ["hazard.submitted", "hazard.registered"]
    assert life.hazard.status is Status.REGISTERED
    assert life.events[1].number == "HZ-330111-2026-000001"
    assert life.events[1].found_on.isoformat() == "2026-06-03"
    assert life.events[1].track is Track.AUTHORITY


@pytest.mark.parametrize("role", [Role.GRID, Role.VIL, Role.PUB, Role.WRK])
def test_a_find_of_grid_village_public_or_worker_waits_for_confirmation(role):
    life = pending({**GRID, "role": role})

    assert life.types == ["hazard.submitted", "hazard.confirmation-requested"]
    assert life.hazard.status is Status.PENDING_CONFIRMATION
    assert life.events[1].due == life.at - timedelta(hours=1) + timedelta(hours=48)


@pytest.mark.parametrize(
    ("present", "status"), [(False, Status.PENDING_CONFIRMATION), (True, Status.REGISTERED)]
)
def test_an_experts_find_is_registered_only_when_an_officer_was_present(present, status):
    life = captured(EXP, source=Source.EXPERT, officer_present=present).when(
        submit_hazard, SubmitHazard(), EXP
    )

    assert life.hazard.status is status


def test_an_expert_find_closes_on_the_service_track():
    life = registered(EXP, source=Source.EXPERT, officer_present=True)

    assert life.events[1].track is Track.SERVICE


def test_a_self_found_hazard_closes_on_the_enterprise_track():
    assert self_found().events[1].track is Track.ENTERPRISE


def test_the_system_may_not_capture():
    Life().refused(MayNot, capture_hazard, capturing(), {**TWO, "role": Role.SYS})


def test_an_object_without_a_file_needs_words_and_coordinates():
    Life().refused(ObjectUnknown, capture_hazard, capturing(object=None, object_text="路边焊接点"), TWO)
    at = Coordinates(longitude=120.1, latitude=30.2, datum="CGCS2000")

    life = Life().when(capture_hazard, capturing(object=None, object_text="路边焊接点", coordinates=at), GRID)

    assert life.hazard.status is Status.DRAFT


def test_an_officer_cannot_register_at_an_object_without_a_file():
    at = Coordinates(longitude=120.1, latitude=30.2, datum="CGCS2000")
    life = captured(TWO, object=None, object_text="路边焊接点", coordinates=at)

    life.refused(ObjectUnknown, submit_hazard, SubmitHazard(), TWO, enterprise=None)


def test_an_unknown_category_is_refused_by_name():
    told = Life().refused(UnknownCategory, capture_hazard, capturing(category="B77"), TWO)

    assert "B77" in told


@pytest.mark.parametrize(
    ("missing", "named"),
    [
        ({"photos": ()}, "照片"),
        ({"place": None}, "隐患部位"),
        ({"description": None}, "隐患描述"),
        ({"category": None}, "隐患类别"),
    ],
)
def test_a_report_that_lacks_something_names_it(missing, named):
    told = captured(**missing).refused(RecordIncomplete, submit_hazard, SubmitHazard(), TWO)

    assert told == f"上报缺少：{named}"


def test_what_a_draft_lacks_can_be_filled_in_when_submitting():
    life = captured(place=None, photos=()).when(
        submit_hazard, SubmitHazard(place="仓库", photos=(PHOTO,)), TWO
    )

    assert (life.hazard.place, life.hazard.photos) == ("仓库", (PHOTO,))


def test_a_remote_document_check_may_lack_photographs_with_a_reason():
    life = captured(photos=(), visit_kind=VisitKind.REMOTE)
    life.refused(RecordIncomplete, submit_hazard, SubmitHazard(), TWO)

    life = life.when(submit_hazard, SubmitHazard(evidence_reason="线上资料核查"), TWO)

    assert life.events[0].evidence == "documents"


def test_a_ledger_row_may_lack_photographs_and_the_event_says_so():
    life = Life().when(capture_hazard, capturing(photos=()), GRID, **LEDGER)

    life = life.when(submit_hazard, SubmitHazard(), GRID, **LEDGER)

    assert life.hazard.status is Status.REGISTERED
    assert (life.events[0].evidence, life.events[0].waived) == ("ledger", (Waiver.PHOTOS,))


def test_only_the_author_submits_a_draft():
    captured().refused(NotTheAuthor, submit_hazard, SubmitHazard(), TWN)


def test_nothing_is_registered_at_an_enterprise_that_has_closed_down():
    captured().refused(
        EnterpriseNotOperating, submit_hazard, SubmitHazard(), TWO, enterprise=replace(FILE, closed_down=True)
    )


@pytest.mark.parametrize("who", [TWN, TWO, TWL, DPO])
def test_an_office_confirms_a_find(who):
    life = pending().when(confirm_hazard, CONFIRM, who)

    assert life.types == ["hazard.confirmed", "hazard.registered"]
    assert life.hazard.status is Status.REGISTERED


@pytest.mark.parametrize("who", [ENT_M, GRID])
def test_nobody_else_confirms(who):
    pending(TWN | {"role": Role.VIL}).refused(MayNot, confirm_hazard, CONFIRM, who)


def test_the_reporter_does_not_confirm_or_reject_the_own_find():
    life = pending()
    same = {**TWN, "person": GRID["person"]}

    life.refused(ReporterMayNotConfirm, confirm_hazard, CONFIRM, same)
    life.refused(ReporterMayNotConfirm, reject_as_not_hazard, RejectAsNotHazard(reason="误报"), same)


def test_a_rejected_find_has_ended():
    life = pending().when(reject_as_not_hazard, RejectAsNotHazard(reason="接地完好"), TWN)

    assert life.hazard.status is Status.NOT_A_HAZARD
    life.refused(NotAtThisStage, confirm_hazard, CONFIRM, TWO)


def test_a_duplicate_points_at_a_living_hazard_of_the_same_object():
    other = replace(registered().hazard, number="HZ-330111-2026-000009")

    life = registered().when(mark_duplicate, DUPLICATE, TWO, other=other)

    assert (life.hazard.status, life.events[0].other) == (Status.DUPLICATE, OTHER)


@pytest.mark.parametrize(
    "other",
    [
        Hazard(),
        replace(registered().hazard, status=Status.CLOSED),
        replace(registered().hazard, status=Status.VOIDED),
        replace(registered().hazard, enterprise="another"),
        registered().hazard,
    ],
)
def test_a_hazard_is_no_duplicate_of_one_that_ended_of_another_object_or_of_itself(other):
    registered().refused(NotADuplicate, mark_duplicate, DUPLICATE, TWO, other=other)


def test_the_author_voids_a_draft_and_a_leader_what_is_registered():
    reason = VoidHazard(reason="误录")

    assert captured(ENT_S).when(void_hazard, reason, ENT_S).hazard.status is Status.VOIDED
    assert registered().when(void_hazard, reason, TWL).hazard.status is Status.VOIDED
    captured(ENT_S).refused(MayNot, void_hazard, reason, TWO)
    registered().refused(MayNot, void_hazard, reason, TWO)
    ordered().refused(NotAtThisStage, void_hazard, reason, TWL)
    verified().refused(NotAtThisStage, void_hazard, reason, TWL)


def test_a_client_clock_ahead_too_old_or_before_the_last_step_is_refused():
    life = captured()
    for refusal, at, now in (
        (InTheFuture, timedelta(minutes=11), timedelta()),
        (TooLate, timedelta(), timedelta(hours=73)),
        (BeforeLastStep, timedelta(hours=-2), timedelta()),
    ):
        life.refused(refusal, submit_hazard, SubmitHazard(), TWO, at=life.at + at, now=life.at + now)


def test_a_ledger_row_may_be_months_old():
    life = Life().when(capture_hazard, capturing(), TWO, now=Life().at + timedelta(days=200), **LEDGER)

    assert life.hazard.status is Status.DRAFT


def test_what_was_never_captured_is_nowhere():
    told = Life().refused(NotAtThisStage, submit_hazard, SubmitHazard(), TWO)

    assert told == "隐患处于「未建立」，不能上报；该操作只适用于「草稿」"


def test_an_order_takes_what_the_enterprise_found_off_its_own_track():
    life = self_found()
    ordered_to = life.when(order_rectification, ordering(life), TWO)

    assert (life.hazard.track(POLICY), ordered_to.hazard.track(POLICY)) == (Track.ENTERPRISE, Track.AUTHORITY)
