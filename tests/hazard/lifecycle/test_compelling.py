"""强制措施 · Power or explosives are cut where an ordered stop is refused: who may, on what, and how early it is told."""

from datetime import timedelta

import pytest

from contracts.regions import CompulsionKind, MeasureKind
from given.lives import MAJOR_PASS, major_submitted, ordered, plan_accepted
from given.story import DPL, DPO, ENT_M, TWL, TWO, Life
from given.supervised import SCO, imposed, lifted, own_measure
from services.hazard.lifecycle.measuring import (
    ApplyCompulsion,
    PowerCutTooSoon,
    StopNotOrdered,
    UrgencyUnexplained,
    apply_compulsion,
    impose_interim_measure,
)
from services.hazard.lifecycle.reinspecting import reinspect
from services.hazard.lifecycle.state import NotAtThisStage
from services.hazard.occasion import DateInvalid
from services.hazard.refused import MayNot


def compelling(life: Life, hours: int = 24, **more: object) -> ApplyCompulsion:
    fields = {
        "kind": CompulsionKind.POWER_CUT,
        "refusal": "责令停产后仍在夜间生产",
        "danger": "粉尘浓度超限，随时可能爆炸",
        "notice": "余应急强〔2026〕1号",
        "notified_at": life.at,
        "from_at": life.at + timedelta(hours=hours),
    }
    return ApplyCompulsion(**{**fields, **more})


def test_the_head_compels_a_stop_that_is_refused():
    life = imposed()

    compelled = life.when(apply_compulsion, compelling(life), DPL)

    assert compelled.types == ["hazard.compulsion-applied"]
    assert compelled.hazard.interim == life.hazard.interim


@pytest.mark.parametrize("who", [DPO, TWO, TWL, SCO, ENT_M])
def test_nobody_but_the_head_of_the_department_compels(who):
    life = imposed()

    assert "第七十条" in life.refused(MayNot, apply_compulsion, compelling(life), who)


def test_power_is_cut_no_sooner_than_a_day_after_the_notice():
    life = imposed()
    told = life.refused(PowerCutTooSoon, apply_compulsion, compelling(life, hours=23), DPL)

    assert "24 小时" in told
    assert "第七十条" in told
    explosives = compelling(life, hours=1, kind=CompulsionKind.EXPLOSIVES_CUT)
    assert life.when(apply_compulsion, explosives, DPL).types == ["hazard.compulsion-applied"]


def test_an_urgent_cut_needs_its_reason():
    life = imposed()
    life.refused(UrgencyUnexplained, apply_compulsion, compelling(life, hours=1, urgent=True), DPL)

    urgent = compelling(life, hours=1, urgent=True, urgent_reason="已达爆炸下限的百分之四十")

    assert life.when(apply_compulsion, urgent, DPL).events[0].urgent


def test_the_notice_precedes_the_decision_and_the_cut():
    life = imposed()

    later = life.at + timedelta(minutes=1)
    for ask in (compelling(life, notified_at=later), compelling(life, hours=-1)):
        life.refused(DateInvalid, apply_compulsion, ask, DPL)


@pytest.mark.parametrize(
    "so_far",
    [
        plan_accepted,
        ordered,
        lambda: imposed(kinds=(MeasureKind.EVACUATE,)),
        lambda: plan_accepted().when(impose_interim_measure, own_measure(), ENT_M),
    ],
)
def test_nothing_is_compelled_where_no_authority_ordered_a_stop(so_far):
    life = so_far()

    assert "第七十条" in life.refused(StopNotOrdered, apply_compulsion, compelling(life), DPL)


def test_nothing_is_compelled_after_the_measures_were_lifted_or_the_removal_was_seen():
    life = lifted()
    life.refused(StopNotOrdered, apply_compulsion, compelling(life), DPL)
    seen = imposed(major_submitted()).when(reinspect, MAJOR_PASS, DPO)

    seen.refused(NotAtThisStage, apply_compulsion, compelling(seen), DPL)


def test_explosives_may_be_cut_at_the_instant_of_the_notice():
    life = imposed()
    at_once = compelling(life, hours=0, kind=CompulsionKind.EXPLOSIVES_CUT)

    assert life.when(apply_compulsion, at_once, DPL).events
