"""登记 · What a report must say before it is a hazard, what the registration repeats of it, and what may not be changed on the way."""

from dataclasses import replace

import pytest

from contracts.division import NOWHERE
from contracts.regions import Holder
from contracts.values import Coordinates, Role, SealedText, Source, VisitKind, Waiver
from given.lives import captured, capturing, ordered, registered
from given.story import (
    DIVISION,
    ENT_S,
    ENTERPRISE,
    FILE,
    GRID,
    LEDGER,
    PHOTO,
    POLICY,
    START,
    TWL,
    TWN,
    TWO,
    Life,
)
from services.hazard.lifecycle.judging import UnknownCategory
from services.hazard.lifecycle.reporting import (
    ConfirmHazard,
    MarkDuplicate,
    NotADuplicate,
    NotTheAuthor,
    ObjectUnknown,
    RecordIncomplete,
    SubmitHazard,
    VoidHazard,
    capture_hazard,
    confirm_hazard,
    mark_duplicate,
    submit_hazard,
    void_hazard,
)
from services.hazard.lifecycle.state import OrderServed, Status
from services.hazard.refused import MayNot

ANOTHER = "7b0e1a52-3f54-5b6e-9d56-0f4a3a8e1c99"
SPOT = {
    "object": None,
    "object_text": "路边焊接点",
    "coordinates": Coordinates(longitude=120.1, latitude=30.2, datum="CGCS2000"),
}
WORDS = SealedText(id="9c1e7a44-52b0-5d7e-8a11-2f6b0c3d9e75", commitment="sha256:" + "1" * 64)


def pending(**more: object) -> Life:
    return captured(GRID, source=Source.GRID, **more).when(submit_hazard, SubmitHazard(), GRID)


def test_the_enterprise_of_a_report_is_not_exchanged_for_another():
    told = captured().refused(ObjectUnknown, submit_hazard, SubmitHazard(object=ANOTHER), TWO)
    assert "不能改为另一家" in told
    pending().refused(ObjectUnknown, confirm_hazard, ConfirmHazard(enterprise=ANOTHER), TWO)

    assert captured().when(submit_hazard, SubmitHazard(object=ENTERPRISE), TWO).hazard.number
    assert pending().when(confirm_hazard, ConfirmHazard(enterprise=ENTERPRISE), TWO).hazard.number


def test_an_enterprise_may_be_named_where_there_were_only_words():
    draft, waiting = captured(TWO, **SPOT), pending(**SPOT)

    assert draft.when(submit_hazard, SubmitHazard(object=ENTERPRISE), TWO).hazard.enterprise == ENTERPRISE
    assert (
        waiting.when(confirm_hazard, ConfirmHazard(enterprise=ENTERPRISE), TWO).hazard.enterprise
        == ENTERPRISE
    )


@pytest.mark.parametrize("lacking", [{"enterprise": replace(FILE, id=None)}, {"number": None}])
def test_nothing_is_registered_without_a_file_of_the_enterprise_and_a_number(lacking):
    captured().refused(ObjectUnknown, submit_hazard, SubmitHazard(), TWO, **lacking)


def test_a_code_that_is_filled_in_when_submitting_is_checked():
    life = captured(category=None)

    life.refused(UnknownCategory, submit_hazard, SubmitHazard(category="B77"), TWO)
    assert life.when(submit_hazard, SubmitHazard(category="B01"), TWO).events[1].category == "B01"


def test_a_code_is_checked_by_the_day_of_the_finding():
    life = captured(category=None)
    ended = POLICY.categories["B01"].model_copy(update={"ends": life.hazard.found_on})
    policy = POLICY.model_copy(update={"categories": POLICY.categories | {"B01": ended}})
    next_day = life.later(1)

    assert next_day.when(submit_hazard, SubmitHazard(category="B01"), TWO, policy=policy).events


def test_all_that_is_missing_is_named_at_once():
    life = captured(place=None, category=None, description=None, photos=())

    told = life.refused(RecordIncomplete, submit_hazard, SubmitHazard(), TWO)
    assert told == "上报缺少：隐患部位、隐患类别、隐患描述、照片"


def test_a_report_says_what_it_is_shown_by():
    remote = captured(visit_kind=VisitKind.REMOTE)
    reason = SubmitHazard(evidence_reason="线上资料核查")

    assert captured().when(submit_hazard, SubmitHazard(), TWO).events[0].evidence == "photos"
    shown = remote.when(submit_hazard, reason, TWO).events[0]
    assert (shown.evidence, shown.evidence_reason) == ("photos", "线上资料核查")
    captured(photos=()).refused(RecordIncomplete, submit_hazard, reason, TWO)


def test_a_ledger_row_with_photographs_waives_nothing():
    assert captured().when(submit_hazard, SubmitHazard(), TWO, **LEDGER).events[0].waived == ()
    bare = captured(photos=(), visit_kind=VisitKind.REMOTE)
    reason = SubmitHazard(evidence_reason="线上资料核查")
    assert bare.when(submit_hazard, reason, TWO, **LEDGER).events[0].waived == ()
    assert bare.when(submit_hazard, SubmitHazard(), TWO, **LEDGER).events[0].waived == (Waiver.PHOTOS,)


def test_the_words_of_the_public_stay_beside_the_record_until_an_office_describes_it():
    life = captured(GRID, source=Source.GRID)
    life = replace(life, hazard=replace(life.hazard, report=WORDS))

    assert life.when(submit_hazard, SubmitHazard(), GRID).events[0].report == WORDS
    described = life.when(submit_hazard, SubmitHazard(description="插座破损"), GRID)
    assert (described.events[0].report, described.hazard.report) == (None, None)


def test_the_registration_repeats_the_report_the_credit_code_and_the_day_of_the_finding():
    life = pending()
    life = replace(life, hazard=replace(life.hazard, report=WORDS)).later(1)
    known = replace(FILE, credit_code="91330110MA27X0T12B")

    registration = life.when(confirm_hazard, ConfirmHazard(), TWO, enterprise=known).events[1]
    assert (registration.report, registration.credit_code) == (WORDS, "91330110MA27X0T12B")
    assert registration.found_on.isoformat() == "2026-06-03"


def test_a_stranger_is_told_who_submits_a_draft():
    assert captured().refused(NotTheAuthor, submit_hazard, SubmitHazard(), TWN) == "草稿只能由记录人本人上报"


def test_what_was_ordered_once_is_no_duplicate():
    again = Life(replace(ordered().hazard, status=Status.REGISTERED)).later(1)
    ask = MarkDuplicate(other=ANOTHER)

    told = again.refused(OrderServed, mark_duplicate, ask, TWO, other=registered().hazard)
    assert "不能标记重复" in told


def test_a_duplicate_is_not_of_what_has_no_number_yet():
    ask = MarkDuplicate(other=ANOTHER)

    for other in (None, captured(TWN).hazard):
        told = registered().refused(NotADuplicate, mark_duplicate, ask, TWO, other=other)
        assert "尚未登记" in told


def test_an_author_voids_the_draft_alone():
    life = registered(ENT_S, source=Source.SELF_ENTERPRISE, visit_kind=VisitKind.SELF)

    told = life.refused(MayNot, void_hazard, VoidHazard(reason="误录"), ENT_S)
    assert told == (
        "企业安全员只能作废本人的草稿（草稿由记录人本人作废，登记后由镇街分管领导或部门负责人作废）"
    )
    assert life.when(void_hazard, VoidHazard(reason="误录"), TWL).events


def test_the_photographs_of_a_draft_and_of_its_submission_are_one_record():
    life = captured().when(submit_hazard, SubmitHazard(photos=("sha256:" + "b" * 64,)), TWO)

    assert life.hazard.photos == (PHOTO, "sha256:" + "b" * 64)


def test_a_capture_begins_the_record_with_all_that_was_said():
    life = captured(TWO, **SPOT, officer_present=True)
    hazard = life.hazard

    assert (hazard.status, hazard.version, hazard.last_at) == (Status.DRAFT, 1, Life().at)
    assert (hazard.author, hazard.author_role) == ("p-two", Role.TWO)
    assert (hazard.enterprise, hazard.object_text) == (None, "路边焊接点")
    assert (hazard.source, hazard.visit_kind, hazard.officer_present) == (
        Source.SUPERVISION,
        VisitKind.ADMIN,
        True,
    )
    assert (hazard.place, hazard.category) == ("2号车间配电间", "B04")
    assert (hazard.description, hazard.photos) == ("配电箱外壳未做保护接地", (PHOTO,))
    assert (hazard.division, hazard.holder) == (DIVISION, Holder(division=DIVISION))
    assert hazard.recorded_at == Life().at


def test_the_day_of_the_finding_is_the_day_in_shanghai():
    night = START.replace(hour=17)  # after midnight in Shanghai
    life = replace(Life(), at=night).when(capture_hazard, capturing(), TWO)

    assert life.hazard.found_on.isoformat() == "2026-06-04"


def test_what_was_captured_nowhere_is_held_nowhere_until_its_enterprise_is_known():
    life = Life().when(capture_hazard, capturing(), TWO, division=None)

    assert (life.hazard.division, life.hazard.holder) == ("", Holder(division=NOWHERE))
    known = life.when(submit_hazard, SubmitHazard(), TWO)
    assert (known.hazard.division, known.hazard.holder.division) == (DIVISION, DIVISION)


def test_what_was_filled_in_when_submitting_is_what_the_record_says():
    life = captured(place=None, category=None, description=None)
    ask = SubmitHazard(place="仓库", category="B01", description="通道堵塞")

    hazard = life.when(submit_hazard, ask, TWO).hazard
    assert (hazard.place, hazard.category, hazard.description) == ("仓库", "B01", "通道堵塞")


def test_what_was_registered_nowhere_is_still_held_nowhere():
    life = Life().when(capture_hazard, capturing(), TWO, division=None)
    life = life.when(submit_hazard, SubmitHazard(), TWO, division=None)

    assert (life.hazard.division, life.hazard.holder) == ("", Holder(division=NOWHERE))
