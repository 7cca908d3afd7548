"""房东答复 · The landlord of the building, within days; and of nobody else's building."""

import pytest

from contracts.regions import LandlordAnswer
from contracts.values import Role, Source
from given.lives import captured, ordered, plan_required, registered, submitted, verified
from given.story import LEDGER, LND, PHOTO, TWO
from services.hazard.lifecycle.answering import (
    AnswerNotShown,
    LandlordRespond,
    NotTheLandlord,
    landlord_respond,
)
from services.hazard.lifecycle.ordering import AskRectification, NotSelfFound, ask_rectification
from services.hazard.lifecycle.reporting import ConfirmHazard, SubmitHazard, confirm_hazard, submit_hazard
from services.hazard.lifecycle.state import NotAtThisStage
from services.hazard.refused import MayNot

ANSWER = LandlordRespond(answer=LandlordAnswer.WILL_RECTIFY, remark="由房东清理公共通道")
ELSEWHERE = {**LND, "organisation": "7b0e1a52-3f54-5b6e-9d56-0f4a3a8e1c99"}


@pytest.mark.parametrize("life", [registered, ordered, plan_required, submitted])
def test_the_landlord_answers_and_nothing_else_changes(life) -> None:
    told = life().when(landlord_respond, ANSWER, LND)

    assert (told.types, told.hazard.status) == (["hazard.landlord-responded"], life().hazard.status)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.LND])
def test_nobody_answers_for_the_landlord(role: Role) -> None:
    told = ordered().refused(MayNot, landlord_respond, ANSWER, {**LND, "role": role})

    assert "第四十九条" in told


def test_a_landlord_answers_for_the_own_building_only() -> None:
    assert "第四十九条" in ordered().refused(NotTheLandlord, landlord_respond, ANSWER, ELSEWHERE)


@pytest.mark.parametrize(("days", "late"), [(0, False), (3, False), (4, True)])
def test_an_answer_after_three_days_is_late(days: int, late: bool) -> None:
    life = registered().later(days).when(landlord_respond, ANSWER, LND)

    assert life.events[0].late is late
    assert (life.events[0].answer_due - registered().hazard.registered_on).days == 3


def test_what_the_landlord_says_is_done_is_shown() -> None:
    done = LandlordRespond(answer=LandlordAnswer.DONE, remark="已清理")

    ordered().refused(AnswerNotShown, landlord_respond, done, LND)
    assert ordered().when(landlord_respond, done.model_copy(update={"photos": (PHOTO,)}), LND)


@pytest.mark.parametrize("life", [captured, verified])
def test_there_is_nothing_to_answer_before_it_is_registered_or_after_it_was_put_right(life) -> None:
    life().refused(NotAtThisStage, landlord_respond, ANSWER, LND)


def test_a_landlord_asks_the_own_tenants_only() -> None:
    found = captured(LND, source=Source.LANDLORD).when(submit_hazard, SubmitHazard(), LND)
    found = found.when(confirm_hazard, ConfirmHazard(), TWO)
    ask = AskRectification(deadline=found.hazard.found_on.replace(day=20), responsible="p-boss")

    found.refused(NotTheLandlord, ask_rectification, ask, ELSEWHERE)
    assert "房东只能" in registered().refused(NotSelfFound, ask_rectification, ask, LND)
    assert found.when(ask_rectification, ask, LND).hazard.deadline == ask.deadline
    assert found.when(ask_rectification, ask, ELSEWHERE, **LEDGER)  # the importing office vouches for him
