"""定级与责令 · What people ask while it is decided what it is, who puts it right, and by when."""

from contracts.values import CauseClass, Level, UrgeChannel
from lives.asks.extending import day_limit
from lives.asks.reporting import category
from lives.choosing import Choose
from lives.life import Life
from lives.people import Person
from lives.visits import visit_for
from lives.way import FIRM, OFFICE, OPEN, UNDONE, R, S, Way
from services.hazard.lifecycle.classifying import ClassifyHazard, UpgradeToMajor
from services.hazard.lifecycle.ordering import (
    AdviseRectification,
    AskRectification,
    AssignResponsible,
    OrderRectification,
    UrgeRectification,
)

UNKNOWN = "工贸99号令-1(1)"


def clause(choose: Choose, life: Life) -> str:
    """判定条款 · One in force when the hazard was found; by a slip one that was not, or none there is."""
    found_on = life.hazard.found_on or life.today
    in_force = [code for code, each in life.policy.clauses.items() if each.in_force(found_on)]
    return choose.one([*life.policy.clauses, UNKNOWN] if choose.slip() else in_force)


def classify_hazard(choose: Choose, who: Person, life: Life) -> ClassifyHazard:
    level = Level.MAJOR if choose.chance(45) else Level.GENERAL
    return ClassifyHazard(
        level=level,
        category=category(choose),
        cause=choose.maybe(choose.one(tuple(CauseClass))),
        clause=choose.needed(clause(choose, life)) if level is Level.MAJOR else None,
    )


def upgrade_to_major(choose: Choose, who: Person, life: Life) -> UpgradeToMajor:
    return UpgradeToMajor(clause=clause(choose, life), reason=choose.text())


def advise_rectification(choose: Choose, who: Person, life: Life) -> AdviseRectification:
    return AdviseRectification(
        advice=choose.text(), basis=("GB 50054-2011 5.2.1",), standard=choose.maybe("接地电阻测试合格")
    )


def order_rectification(choose: Choose, who: Person, life: Life) -> OrderRectification:
    dated = choose.chance(50)
    deadline = choose.day(life.today, 1, life.policy.limits.general_max_days)
    return OrderRectification(
        deadline=deadline if dated is not choose.slip() else None,
        from_service=None if dated else day_limit(choose),
        responsible=choose.of_firm(),
        visit=choose.needed(visit_for(choose, who, life.today)),
        notice=choose.needed("余应急责改〔2026〕12号"),
    )


def ask_rectification(choose: Choose, who: Person, life: Life) -> AskRectification:
    longest = life.policy.limits.general_max_days
    return AskRectification(deadline=choose.day(life.today, 1, longest), responsible=choose.of_firm())


def assign_responsible(choose: Choose, who: Person, life: Life) -> AssignResponsible:
    return AssignResponsible(responsible=choose.of_firm(), reason=choose.needed(choose.text()))


def urge_rectification(choose: Choose, who: Person, life: Life) -> UrgeRectification:
    channel = choose.one(tuple(UrgeChannel))
    return UrgeRectification(channel=channel, person=choose.maybe(choose.of_firm()), content=choose.text())


GENERAL = Level.GENERAL
WAYS = {
    ClassifyHazard: Way(
        classify_hazard, (R.TWO, R.DPO, R.DPL, R.EXP, R.TWN), (S.REGISTERED, S.PLAN_REQUIRED, S.SUBMITTED)
    ),
    UpgradeToMajor: Way(
        upgrade_to_major,
        (R.TWO, R.DPO, R.DPL),
        (S.RECTIFYING, S.SUBMITTED),
        lambda hazard: hazard.level is GENERAL,
        often=1,
    ),
    AdviseRectification: Way(advise_rectification, (R.EXP, R.TWN, R.TWO, R.DPO), OPEN, often=1),
    OrderRectification: Way(
        order_rectification,
        (R.TWO, R.DPO, R.DPL, R.ENF),
        (S.REGISTERED,),
        lambda hazard: hazard.level is GENERAL,
    ),
    AskRectification: Way(
        ask_rectification,
        (*OFFICE, R.GRID, R.VIL, R.LND, R.SCO, *FIRM * 3),
        (S.REGISTERED,),
        lambda hazard: hazard.level is GENERAL,
    ),
    AssignResponsible: Way(assign_responsible, (R.ENT_M, R.TWO, R.DPO), UNDONE, often=1),
    UrgeRectification: Way(urge_rectification, (*OFFICE, R.GRID, R.VIL, R.EXP, R.SCO), UNDONE, often=1),
}
