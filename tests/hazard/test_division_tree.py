"""区划树 · Codes with dates: what stood where on a day, and what a code has become."""

from datetime import date

import pytest

from contracts.division_tree import DivisionEntry
from contracts.values import Role
from given.policies import DRAFTER, Book, refused
from given.story import envelope
from services.hazard.division_tree import (
    AmendDivisions,
    DivisionNotInForce,
    DivisionTree,
    MayNotKeepTree,
    TreeContradictsItself,
    TreeUnchanged,
    amend_divisions,
    check_in_force,
    evolve,
)

CITY, DISTRICT, TOWN, NEXT = "330100000000", "330111000000", "330111005000", "330111006000"
BEFORE, AFTER = date(2026, 6, 30), date(2026, 7, 1)


def entry(code: str, parent: str | None, first: str = "2015-02-01", **more: object) -> DivisionEntry:
    return DivisionEntry(code=code, name=f"第{code}", parent=parent, valid_from=first, **more)


def amended(tree: DivisionTree, *entries: DivisionEntry, role: Role = Role.SCO) -> DivisionTree:
    occasion = Book().occasion({**DRAFTER, "role": role})
    ask = AmendDivisions(source="国家地名信息库，2026-06-01", entries=entries)
    for event in amend_divisions(tree, ask, occasion):
        tree = evolve(tree, event, envelope(event, occasion, tree.version + 1))
    return tree


LOADED = amended(DivisionTree(), entry(CITY, None), entry(DISTRICT, CITY), entry(TOWN, DISTRICT))
ENDED = entry(TOWN, DISTRICT, valid_until=BEFORE, successor=NEXT)
REDRAWN = amended(LOADED, ENDED, entry(NEXT, DISTRICT, "2026-07-01"))


def test_a_town_that_was_redrawn_is_where_it_was_on_each_day():
    assert [one.code for one in REDRAWN.path(TOWN, BEFORE)] == [TOWN, DISTRICT, CITY]
    assert [one.code for one in REDRAWN.under(DISTRICT, BEFORE)] == [TOWN]
    assert [one.code for one in REDRAWN.under(DISTRICT, AFTER)] == [NEXT]
    assert [one.code for one in REDRAWN.under(None, AFTER)] == [CITY]
    assert REDRAWN.today_s(TOWN, BEFORE) == TOWN
    assert REDRAWN.today_s(TOWN, AFTER) == NEXT


def test_a_town_may_come_under_another_district_from_a_day_on():
    other = "330112000000"
    tree = amended(
        LOADED,
        entry(other, CITY),
        entry(TOWN, DISTRICT, valid_until=BEFORE),
        entry(TOWN, other, "2026-07-01"),
    )

    assert [one.parent for one in (tree.at(TOWN, BEFORE), tree.at(TOWN, AFTER))] == [DISTRICT, other]


def test_only_heads_and_the_safety_committee_office_keep_the_tree():
    refused(MayNotKeepTree, amended, DivisionTree(), entry(CITY, None), role=Role.TWO)


def test_what_stands_there_already_is_no_change():
    refused(TreeUnchanged, amended, LOADED, entry(CITY, None))


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([entry(NEXT, "330199000000")], "上级 330199000000 并非一直有效"),
        ([entry(NEXT, DISTRICT, "2010-01-01")], "并非一直有效"),
        ([entry(NEXT, NEXT)], "自己的上级"),
        ([entry(CITY, TOWN)], "自己的上级"),
        ([entry(TOWN, DISTRICT, "2026-07-01")], "有两个条目"),
        ([entry(TOWN, DISTRICT, valid_until=date(2014, 1, 1))], "早于起始日"),
        ([entry(TOWN, DISTRICT, successor=CITY)], "没有最后有效日"),
        ([ENDED], "次日无效"),
        ([entry(DISTRICT, CITY, valid_until=BEFORE)], "并非一直有效"),
    ],
)
def test_a_tree_that_contradicts_itself_is_refused(entries, said):
    assert said in refused(TreeContradictsItself, amended, LOADED, *entries)


def test_a_code_that_is_no_more_is_refused_and_its_successor_named():
    check_in_force(REDRAWN, TOWN, BEFORE)
    check_in_force(REDRAWN, "440100001000", AFTER)  # of a district that was never loaded nothing is known

    assert NEXT in refused(DivisionNotInForce, check_in_force, REDRAWN, TOWN, AFTER)
