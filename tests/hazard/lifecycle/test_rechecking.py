"""在检查中复查 · A re-inspection on a visit: by who took part, of what a re-check names, with the visit's officers."""

from datetime import timedelta

import pytest

from contracts.values import VisitKind
from contracts.visit import Participant, VisitState
from given.everybody import OTHER
from given.lives import major_submitted, submitted
from given.story import DPO, DPO2, PHOTO, TWN, TWO, VISIT, Life, visited_by
from services.hazard.lifecycle.reinspecting import Reinspect, reinspect
from services.hazard.lifecycle.visit_behind import (
    NotOfTheVisit,
    NotOnTheRecheck,
    VisitNotBegun,
    VisitOfAnother,
    VisitUnknown,
)

PASS = Reinspect(result="pass", photos=(PHOTO,), visit=VISIT)
FAIL = {"result": "fail", "photos": (PHOTO,), "visit": VISIT, "remark": "仍有一处未接地"}


def rechecking(life: Life, who: dict = TWO, *others: Participant, **more: object):
    fields = {"kind": VisitKind.RECHECK, "hazards": (life.hazard.id,)}
    return visited_by(who, life.at, *others, **{**fields, **more})


def test_a_re_inspection_on_a_visit_names_it_and_its_officers():
    life = submitted()

    (passed,) = life.when(reinspect, PASS, TWO, visit=rechecking(life)).events

    assert (passed.visit, passed.inspectors) == (VISIT, (TWO["person"], "p-second"))
    assert passed.certificates == (TWO["certificate"], "33011100124")


def test_a_failed_one_names_its_visit_too():
    life = submitted()
    ask = Reinspect(**FAIL, deadline=(life.at + timedelta(days=10)).date())

    failed, _ = life.when(reinspect, ask, TWO, visit=rechecking(life)).events

    assert (failed.visit, failed.inspectors) == (VISIT, (TWO["person"], "p-second"))


def test_companions_who_are_named_come_before_the_visit_s():
    life = submitted()
    named = PASS.model_copy(update={"others": ("p-third",)})

    (passed,) = life.when(reinspect, named, TWO, visit=rechecking(life)).events

    assert passed.inspectors == (TWO["person"], "p-third")


def test_a_major_hazard_is_re_inspected_by_the_certified_officers_of_the_visit():
    life = major_submitted()
    second = Participant(person=DPO2["person"], function="OFFICER", certificate=DPO2["certificate"])

    (passed,) = life.when(reinspect, PASS, DPO, visit=rechecking(life, DPO, second)).events

    assert passed.certificates == (DPO["certificate"], DPO2["certificate"])


def test_a_re_check_looks_at_the_hazards_it_names_and_other_visits_at_any():
    life = submitted()
    narrow = rechecking(life, hazards=(OTHER,))

    assert "复查" in life.refused(NotOnTheRecheck, reinspect, PASS, TWO, visit=narrow)
    other = rechecking(life, kind=VisitKind.ADMIN, hazards=())
    assert life.when(reinspect, PASS, TWO, visit=other).events


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"enterprise": OTHER}, VisitOfAnother),
        ({"state": VisitState.PLANNED}, VisitNotBegun),
        ({"state": VisitState.CANCELLED}, VisitNotBegun),
        ({"enterprise": None}, VisitUnknown),
    ],
    ids=["elsewhere", "only planned", "called off", "unknown"],
)
def test_a_visit_that_did_not_take_place_there_is_no_ground(more, refusal):
    life = submitted()

    life.refused(refusal, reinspect, PASS, TWO, visit=rechecking(life, **more))


def test_who_was_not_on_the_visit_does_not_re_inspect_on_it():
    life = submitted()

    life.refused(NotOfTheVisit, reinspect, PASS, TWN, visit=rechecking(life))
