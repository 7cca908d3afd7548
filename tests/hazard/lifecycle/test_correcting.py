"""更正 · The author within a day, later a leader; never the finding date, the level or a signature."""

from dataclasses import fields
from datetime import timedelta

import pytest

from contracts.regions import CorrectedField
from contracts.values import Role, SealedText, Source
from given.lives import captured, capturing, major_verified, ordered, registered, self_found, verified
from given.story import (
    DPL,
    DPO,
    ENT_M,
    ENT_S,
    GRID,
    LEDGER,
    OTHER_PHOTO,
    PHOTO,
    SCO,
    SYS,
    TWL,
    TWN,
    TWO,
    Life,
)
from services.hazard.lifecycle.closing import CloseHazard, close_hazard
from services.hazard.lifecycle.correcting import (
    CorrectRecord,
    NothingToCorrect,
    ReportNotCorrected,
    TooLateToCorrect,
    correct_record,
)
from services.hazard.lifecycle.judging import UnknownCategory
from services.hazard.lifecycle.reported_words import kept_beside
from services.hazard.lifecycle.reporting import (
    RejectAsNotHazard,
    SubmitHazard,
    VoidHazard,
    capture_hazard,
    reject_as_not_hazard,
    submit_hazard,
    void_hazard,
)
from services.hazard.lifecycle.state import NotAtThisStage
from services.hazard.refused import MayNot

PLACE = CorrectRecord(place="3号车间配电间", reason="部位录入有误")
PUB = {"person": "p-public", "role": Role.PUB, "organisation": "public"}
# What a correction may touch; everything else of a hazard's state stays.
TOUCHED = {*(field.value for field in CorrectedField), "photos", "version", "last_at"}


def test_the_author_corrects_with_the_difference_kept() -> None:
    life = registered().when(correct_record, PLACE, TWO)

    (change,) = life.events[0].changes
    assert (change.field, change.before, change.after) == (
        CorrectedField.PLACE,
        "2号车间配电间",
        "3号车间配电间",
    )
    assert (life.hazard.place, life.events[0].reason) == ("3号车间配电间", "部位录入有误")


@pytest.mark.parametrize(
    ("who", "source"),
    [
        (TWO, Source.SUPERVISION),
        (TWN, Source.SUPERVISION),
        (DPO, Source.SUPERVISION),
        (ENT_S, Source.SELF_ENTERPRISE),
        (SCO, Source.SUPERVISION),
    ],
    ids=lambda value: value["role"].value if isinstance(value, dict) else "",
)
def test_whoever_recorded_it_corrects_it_for_a_day_and_no_longer(who: dict, source: Source) -> None:
    life = registered(who, source=source)
    recorded = life.hazard.recorded_at
    assert recorded is not None
    last = recorded + timedelta(hours=24)

    assert life.when(correct_record, PLACE, who, at=last, now=last)
    late = last + timedelta(seconds=1)
    told = life.refused(TooLateToCorrect, correct_record, PLACE, who, at=late, now=late)
    assert "24" in told
    assert "第三十九条" in told


@pytest.mark.parametrize("who", [TWL, DPL], ids=lambda who: who["role"].value)
def test_a_leader_corrects_at_any_time(who: dict) -> None:
    assert ordered().when(correct_record, PLACE, who).hazard.place == "3号车间配电间"
    assert ordered().later(300).when(correct_record, PLACE, who).hazard.place == "3号车间配电间"


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.TWL, Role.DPL}])
def test_nobody_else_corrects_the_record_of_another(role: Role) -> None:
    ordered().refused(MayNot, correct_record, PLACE, {**TWN, "role": role})


def test_the_day_counts_from_the_recording_not_from_the_finding() -> None:
    now = Life().at + timedelta(days=100)
    life = Life().when(capture_hazard, capturing(), TWO, now=now, **LEDGER)
    life = life.when(submit_hazard, SubmitHazard(), TWO, now=now, **LEDGER)

    assert life.when(correct_record, PLACE, TWO, at=now, now=now)


def test_a_draft_is_filled_in_when_it_is_submitted() -> None:
    captured().refused(NotAtThisStage, correct_record, PLACE, TWO)


def test_several_fields_and_more_photographs_at_once() -> None:
    ask = CorrectRecord(
        category="B01",
        description="配电箱门缺失",
        object_text="三层东侧",
        photos=(PHOTO, OTHER_PHOTO, OTHER_PHOTO),
        reason="核对现场照片",
    )

    life = registered().when(correct_record, ask, TWO)

    assert [change.field.value for change in life.events[0].changes] == [
        "category",
        "description",
        "object_text",
    ]
    assert life.events[0].photos_added == (OTHER_PHOTO,)
    assert life.hazard.photos == (PHOTO, OTHER_PHOTO)
    assert (life.hazard.category, life.hazard.description) == ("B01", "配电箱门缺失")


def test_what_says_the_same_corrects_nothing() -> None:
    same = CorrectRecord(place="2号车间配电间", category="B04", photos=(PHOTO,), reason="重复提交")

    registered().refused(NothingToCorrect, correct_record, same, TWO)
    registered().refused(NothingToCorrect, correct_record, CorrectRecord(reason="无"), TWO)


def test_a_code_that_is_not_in_the_list_is_refused() -> None:
    registered().refused(UnknownCategory, correct_record, CorrectRecord(category="B77", reason="误"), TWO)


@pytest.mark.parametrize("stage", [registered, ordered, verified, major_verified, self_found])
def test_nothing_but_the_description_is_touched(stage) -> None:
    before = stage().hazard
    ask = CorrectRecord(
        place="别处",
        category="B99",
        description="别的",
        object_text="对象",
        photos=(OTHER_PHOTO,),
        reason="更正",
    )
    after = stage().when(correct_record, ask, TWL).hazard

    kept = {field.name for field in fields(before)} - TOUCHED
    assert {"found_on", "level", "inspectors", "submitter", "deadline", "plan", "status"} <= kept
    assert [name for name in kept if getattr(before, name) != getattr(after, name)] == []


@pytest.mark.parametrize("field", ["found_on", "level", "source", "deadline", "responsible", "inspectors"])
def test_what_may_not_be_corrected_has_no_field_to_say_it_in(field: str) -> None:
    assert field not in CorrectRecord.model_fields
    assert CorrectRecord.model_config["extra"] == "forbid"


def test_what_the_public_said_stays_as_it_was_said() -> None:
    words = SealedText(id="9c1e7a44-52b0-5d7e-8a11-2f6b0c3d9e75", commitment="sha256:" + "1" * 64)

    def capture_sealed(hazard, ask, occasion):
        return kept_beside(capture_hazard(hazard, ask, occasion), words)

    life = Life().when(capture_sealed, capturing(), PUB).when(submit_hazard, SubmitHazard(), PUB)
    ask = CorrectRecord(description="别的说法", reason="更正")

    life.refused(ReportNotCorrected, correct_record, ask, TWL)
    life.refused(ReportNotCorrected, correct_record, ask, PUB)
    assert life.when(correct_record, PLACE, TWL).hazard.report == words


def test_a_wrong_record_is_corrected_after_the_end_too() -> None:
    pending = captured(GRID, source=Source.GRID).when(submit_hazard, SubmitHazard(), GRID)
    ends = (
        verified().when(close_hazard, CloseHazard(), TWO),
        registered().when(void_hazard, VoidHazard(reason="误录"), TWL),
        pending.when(reject_as_not_hazard, RejectAsNotHazard(reason="不构成隐患"), TWN),
    )
    for life in ends:
        after = life.when(correct_record, PLACE, TWL)
        assert (after.hazard.status, after.types) == (life.hazard.status, ["hazard.corrected"])


def test_a_find_that_waits_is_corrected_by_who_reported_it() -> None:
    pending = captured(GRID, source=Source.GRID).when(submit_hazard, SubmitHazard(), GRID)

    assert pending.when(correct_record, PLACE, GRID).events[0].number is None
    pending.refused(MayNot, correct_record, PLACE, ENT_M)
    pending.refused(MayNot, correct_record, PLACE, SYS)
