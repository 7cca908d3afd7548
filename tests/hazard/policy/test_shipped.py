"""随附政策 · Readable files with the source of each number beside it, and towns that differ."""

import re
from dataclasses import replace
from datetime import date

import pytest

from contracts.codes import CATEGORIES
from given.lives import ordering, registered, submitted
from given.policies import SHIPPED, Book
from given.story import LEDGER, TWO, Life
from services.hazard.lifecycle.classifying import (
    ClassifyHazard,
    UpgradeToMajor,
    classify_hazard,
    upgrade_to_major,
)
from services.hazard.lifecycle.holding import TownOutsidePowers
from services.hazard.lifecycle.judging import CategoryNotInForce, ClauseNotInForce, ClauseUnknown
from services.hazard.lifecycle.ordering import order_rectification
from services.hazard.policy.checking import check_coherent
from services.hazard.policy.content import completed, packed, profiled, read_content
from services.hazard.policy.files import HERE, shipped_content
from services.hazard.policy.publishing import content_of

FILES = sorted(HERE.rglob("*.toml"))
"""Every file of policy data."""
VALUE = re.compile(r"^[\w.]+ = (\d+|true|false|\[[\d, ]+\])(?![-\d])")
EXAMPLE = {"level": "MAJOR", "category": "B09"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_number_has_its_source_beside_it(file):
    bare = [
        line
        for line in file.read_text(encoding="utf-8").splitlines()
        if VALUE.match(line) and " · " not in line.partition("#")[2]
    ]

    assert [] == bare


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_file_says_what_it_is_in_both_languages(file):
    assert " · " in file.read_text(encoding="utf-8").splitlines()[0]


def test_the_shipped_policy_is_coherent_in_every_province():
    check_coherent(SHIPPED.policy)


def test_towns_differ_by_province():
    def powers(division):
        powers = SHIPPED.within(division).powers
        return (
            powers.town_orders,
            powers.town_emergency_measures,
            powers.town_penalties,
            powers.town_closes_uncertified,
        )

    zhejiang, shandong, shanghai = powers("330111005000"), powers("370102001000"), powers("310112101000")
    assert len({zhejiang, shandong, shanghai}) == 3
    assert powers("440100000000") == powers("")


def test_the_code_list_holds_every_category_there_is_a_name_for():
    assert {code: entry.name for code, entry in SHIPPED.policy.categories.items()} == CATEGORIES


def test_a_content_from_an_older_software_is_read_with_what_came_later():
    older = {
        name: dict(table) if isinstance(table, dict) else table for name, table in shipped_content().items()
    }
    older["limits"] = {"general_default_days": 10, "abolished_days": 3}
    del older["retention"]

    policy = read_content(completed(older), "2026.2", date(2026, 7, 1))

    assert policy.limits.general_default_days == 10
    assert policy.limits.plan_due.amount == 10
    assert policy.retention.general_years == 3


def test_a_content_is_worked_out_once():
    text = packed(content_of(SHIPPED.policy))

    assert profiled(text, "2026.2", date(2026, 7, 1)) is profiled(text, "2026.2", date(2026, 7, 1))


def found_on(on: date) -> Life:
    life = registered()
    return replace(life, hazard=replace(life.hazard, found_on=on))


def test_a_clause_in_force_on_the_finding_date_decides():
    new, old = "工贸10号令-13(1)", "工贸2017版-有限空间1"
    before, after = found_on(date(2023, 5, 14)), found_on(date(2023, 5, 15))

    assert before.when(classify_hazard, ClassifyHazard(**EXAMPLE, clause=old), TWO).events
    assert after.when(classify_hazard, ClassifyHazard(**EXAMPLE, clause=new), TWO).events
    told = before.refused(ClauseNotInForce, classify_hazard, ClassifyHazard(**EXAMPLE, clause=new), TWO)
    assert "2023-05-15" in told
    after.refused(ClauseNotInForce, classify_hazard, ClassifyHazard(**EXAMPLE, clause=old), TWO)


def test_a_clause_that_nobody_knows_is_refused_and_those_in_force_are_named():
    told = registered().refused(
        ClauseUnknown, classify_hazard, ClassifyHazard(**EXAMPLE, clause="第3条"), TWO
    )

    assert "工贸10号令-13(1)" in told
    assert "2017版" not in told


def test_an_upgrade_leans_on_a_clause_of_the_finding_date_too():
    life = submitted()
    life = replace(life, hazard=replace(life.hazard, found_on=date(2023, 5, 14)))

    life.refused(
        ClauseNotInForce, upgrade_to_major, UpgradeToMajor(clause="工贸10号令-11(3)", reason="未泄爆"), TWO
    )


def test_a_category_is_one_in_use_on_the_finding_date():
    ended = SHIPPED.policy.categories["B04"].model_copy(update={"ends": date(2026, 5, 31)})
    policy = SHIPPED.policy.model_copy(update={"categories": {**SHIPPED.policy.categories, "B04": ended}})
    ask = ClassifyHazard(level="GENERAL", category="B04")

    registered().refused(CategoryNotInForce, classify_hazard, ask, TWO, policy=policy)
    assert found_on(date(2026, 5, 31)).when(classify_hazard, ask, TWO, policy=policy).events


def test_a_clause_that_a_later_edition_ends_still_judges_what_was_found_before():
    clause = "工贸10号令-13(1)"
    book = Book().drafted("2026.2", {"clauses": {clause: {"until": "2026-06-30"}}})
    policy = book.published("2026.2", "2026-07-01").policies.in_force(date(2026, 7, 2), SHIPPED).policy
    ask = ClassifyHazard(**EXAMPLE, clause=clause)

    assert found_on(date(2026, 6, 30)).when(classify_hazard, ask, TWO, policy=policy).events
    found_on(date(2026, 7, 1)).refused(ClauseNotInForce, classify_hazard, ask, TWO, policy=policy)


def test_a_town_orders_only_where_its_province_lets_it():
    book = Book().drafted("2026.2", {"provinces": {"37": {"powers": {"town_orders": False}}}})
    in_force = book.published("2026.2", "2026-07-01").policies.in_force(date(2026, 7, 1), SHIPPED)
    life = registered()

    life.refused(
        TownOutsidePowers, order_rectification, ordering(life), TWO, policy=in_force.within("370102001000")
    )
    assert life.when(order_rectification, ordering(life), TWO, policy=in_force.within("330111005000")).events


def test_a_clause_from_a_ledger_in_its_own_words_is_kept_and_marked():
    ask = ClassifyHazard(**EXAMPLE, clause="判定标准第十三条")

    (classified, registered_as_major) = registered().when(classify_hazard, ask, TWO, **LEDGER).events

    assert classified.clause == "判定标准第十三条"
    assert classified.waived == registered_as_major.waived == ("clause",)
