"""判定依据 · A hazard is judged by the codes and clauses in force on the day it was found, and told which those are."""

from dataclasses import replace
from datetime import date

import pytest

from contracts.values import Level
from given.lives import CLAUSE, captured, capturing, registered
from given.story import POLICY, TWO, Life
from services.hazard.lifecycle.classifying import ClassifyHazard, classify_hazard
from services.hazard.lifecycle.judging import (
    CategoryNotInForce,
    ClauseNotInForce,
    ClauseUnknown,
    check_category,
    check_clause,
)
from services.hazard.lifecycle.reporting import capture_hazard
from services.hazard.lifecycle.state import Hazard

NAMED = POLICY.clauses[CLAUSE]


def in_force(begins: date, ends: date | None = None, code: str = "B04"):
    """The policy with one code and one clause of these days, and no other clause."""
    category = POLICY.categories[code].model_copy(update={"begins": begins, "ends": ends})
    clause = NAMED.model_copy(update={"begins": begins, "ends": ends})
    other = NAMED.model_copy(update={"begins": date(2000, 1, 1), "ends": None})
    return POLICY.model_copy(
        update={
            "categories": POLICY.categories | {code: category},
            "clauses": {"旧": other, "甲": clause, "乙": other},
        }
    )


def judging(clause: str) -> ClassifyHazard:
    return ClassifyHazard(level=Level.MAJOR, category="B09", clause=clause)


def test_a_code_of_later_years_judges_nothing_found_before():
    policy = in_force(date(2027, 1, 1))

    told = Life().refused(CategoryNotInForce, capture_hazard, capturing(), TWO, policy=policy)
    assert told == f"隐患类别 B04 {POLICY.categories['B04'].name}自 2027-01-01 起有效，隐患于 2026-06-03 发现"


def test_a_code_that_has_ended_says_from_when_to_when_it_was():
    policy = in_force(date(2020, 1, 1), date(2025, 12, 31))

    told = Life().refused(CategoryNotInForce, capture_hazard, capturing(), TWO, policy=policy)
    assert "自 2020-01-01 起至 2025-12-31 有效，" in told


def test_a_clause_judges_from_its_first_day_to_its_last():
    life = registered()
    on = life.hazard.found_on

    for policy in (in_force(on), in_force(date(2020, 1, 1), on)):
        assert life.when(classify_hazard, judging("甲"), TWO, policy=policy).hazard.level is Level.MAJOR


def test_a_clause_of_another_day_is_refused_with_its_days():
    told = registered().refused(
        ClauseNotInForce, classify_hazard, judging("甲"), TWO, policy=in_force(date(2027, 1, 1))
    )

    assert told == ("判定条款「甲」自 2027-01-01 起有效，隐患于 2026-06-03 发现，须引用发现之日有效的条款")


def test_an_unknown_clause_is_refused_with_those_that_were_in_force():
    life = registered()
    told = life.refused(ClauseUnknown, classify_hazard, judging("丙"), TWO, policy=in_force(date(2027, 1, 1)))
    assert told == "没有判定条款「丙」；发现之日有效的条款：旧、乙"

    nothing = POLICY.model_copy(update={"clauses": {}})
    assert life.refused(ClauseUnknown, classify_hazard, judging("丙"), TWO, policy=nothing).endswith("：无")


def test_the_finding_decides_and_not_the_day_of_the_judgement():
    life = registered()
    ended = in_force(date(2020, 1, 1), life.hazard.found_on)

    assert life.later(30).when(classify_hazard, judging("甲"), TWO, policy=ended).events


@pytest.mark.parametrize("check", [check_category, check_clause])
def test_what_is_not_cited_is_not_judged(check):
    assert check(None, captured().hazard, captured().occasion(TWO)) is None


@pytest.mark.parametrize(("check", "code"), [(check_category, "B04"), (check_clause, "甲")])
def test_before_anything_is_recorded_today_decides(check, code):
    life = replace(Life(), policy=in_force(date(2026, 6, 3), date(2026, 6, 3)))

    assert check(code, Hazard(), life.occasion(TWO)) is None
    with pytest.raises((CategoryNotInForce, ClauseNotInForce)):
        check(code, Hazard(), life.later(1).occasion(TWO))
