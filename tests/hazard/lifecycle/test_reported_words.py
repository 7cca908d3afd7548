"""举报原文 · What the public says in its own words is kept beside the log; what an office says is not."""

import pytest

from contracts.values import KEPT_BESIDE, SEALED_ROLES, Role, SealedText
from given.lives import captured, capturing
from given.story import TWO, Life
from services.hazard.lifecycle.reported_words import kept_beside, words_to_keep
from services.hazard.lifecycle.reporting import SubmitHazard, capture_hazard, submit_hazard

WORDS = SealedText(id="9c1e7a44-52b0-5d7e-8a11-2f6b0c3d9e75", commitment="sha256:" + "1" * 64)
PUB = {"person": "p-public", "role": Role.PUB, "organisation": "public"}


@pytest.mark.parametrize("role", list(Role))
def test_only_the_words_of_the_public_are_kept_apart(role):
    kept = words_to_keep(capturing(), role)

    assert kept == ("配电箱外壳未做保护接地" if role in SEALED_ROLES else None)
    assert words_to_keep(SubmitHazard(), role) is None


def test_the_record_has_a_notice_and_a_place_instead_of_the_words():
    (event,) = kept_beside(capture_hazard(Life().hazard, capturing(), Life().occasion(PUB)), WORDS)

    assert (event.description, event.report) == (KEPT_BESIDE, WORDS)
    assert event.place == "2号车间配电间"


def test_what_has_no_room_for_words_stays_as_it_is():
    life = captured(PUB)
    submitted, waiting = submit_hazard(life.hazard, SubmitHazard(), life.occasion(PUB))

    assert kept_beside((waiting,), WORDS) == (waiting,)
    assert kept_beside((submitted, waiting), WORDS)[0].report == WORDS
    assert not hasattr(kept_beside((waiting,), WORDS)[0], "description")


def test_an_office_speaks_in_the_record():
    assert captured(TWO).events[0].report is None
