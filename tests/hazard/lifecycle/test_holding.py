"""持权 · A row of the matrix: who simply may, who within a condition, and what a refusal says may be done instead."""

import pytest

from contracts.values import Role
from given.lives import captured, registered
from given.story import DPL, ENT_S, EXP, GRID, TWN, TWO
from services.hazard.lifecycle.holding import Holding, check, power, proposes
from services.hazard.lifecycle.reporting import VoidHazard, void_hazard
from services.hazard.refused import MayNot

ROW = power(
    "关闭阀门",
    "《试验条例》第一条",
    Role.DPL,
    Role.TWO,
    key="town_orders",
    certified=True,
    propose=(Role.EXP, Role.TWN),
    report=(Role.EXP, Role.GRID),
    assist=(Role.VIL,),
)


def test_a_row_says_who_holds_it_in_which_way():
    assert (ROW.act, ROW.basis, ROW.key, ROW.certified) == (
        "关闭阀门",
        "《试验条例》第一条",
        "town_orders",
        True,
    )
    assert dict(ROW.cells) == {
        Role.DPL: {Holding.DECIDE},
        Role.TWO: {Holding.DECIDE},
        Role.EXP: {Holding.PROPOSE, Holding.REPORT},
        Role.TWN: {Holding.PROPOSE},
        Role.GRID: {Holding.REPORT},
        Role.VIL: {Holding.ASSIST},
    }
    assert ROW.roles == {Role.DPL, Role.TWO}
    assert ROW.holding(Holding.PROPOSE, Holding.ASSIST) == tuple(
        role for role in Role if role in {Role.EXP, Role.TWN, Role.VIL}
    )


def test_a_row_needs_no_certificate_and_no_town_power_unless_it_says_so():
    plain = power("看", "无", Role.TWO)

    assert (plain.key, plain.certified) == ("", False)


@pytest.mark.parametrize(
    ("who", "instead"),
    [
        (
            EXP,
            "；可以提出建议，由镇街执法人员、区县部门负责人决定，并应当立即报告镇街执法人员、区县部门负责人",
        ),
        (TWN, "；可以提出建议，由镇街执法人员、区县部门负责人决定"),
        (GRID, "；应当立即报告镇街执法人员、区县部门负责人"),
        (GRID | {"role": Role.VIL}, "；可以协助镇街执法人员、区县部门负责人办理"),
        (ENT_S, ""),
    ],
    ids=["proposes and reports", "proposes", "reports", "assists", "nothing"],
)
def test_a_refusal_tells_the_rule_and_what_may_be_done_instead(who, instead):
    occasion = registered().occasion(who)

    with pytest.raises(MayNot) as told:
        check(ROW, occasion)
    assert told.value.detail == f"{who['role'].zh}无权关闭阀门（《试验条例》第一条）{instead}"
    assert proposes(ROW, occasion) is (who in (EXP, TWN))


def test_a_proposal_goes_to_whom_it_may_concern_where_nobody_simply_decides():
    owned = power("看", "无", own=(Role.ENT_S,), propose=(Role.EXP,))

    with pytest.raises(MayNot) as told:
        check(owned, registered().occasion(EXP))
    assert told.value.detail == "专家无权看（无）；可以提出建议，由有权单位决定"


def test_who_decides_does_not_propose():
    both = power("看", "无", Role.EXP, propose=(Role.EXP,))

    assert not proposes(both, registered().occasion(EXP))
    assert not proposes(ROW, registered().occasion(DPL))


def test_a_stranger_is_told_that_only_the_author_may():
    told = captured(ENT_S).refused(MayNot, void_hazard, VoidHazard(reason="误录"), TWO)

    assert told == (
        "镇街执法人员作废隐患只限本人的记录（草稿由记录人本人作废，登记后由镇街分管领导或部门负责人作废）"
    )
