"""升级 · By people who meet a refusal, by the timer rung by rung; once under each deadline."""

from datetime import timedelta

import pytest

from contracts.regions import EscalationLevel, EscalationReason
from contracts.values import Level, Role
from given.lives import (
    captured,
    day,
    ordered,
    plan_accepted,
    plan_required,
    registered,
    submitted,
    verified,
)
from given.story import DPL, DPO, EXP, GRID, POLICY, SCO, SYS, TWL, TWN, TWO, Life
from services.hazard.lifecycle.escalating import (
    AlreadyEscalated,
    EscalateToDepartment,
    NotOverdue,
    RungNotReached,
    TimerOnlyOverdue,
    escalate_to_department,
    may_escalate,
)
from services.hazard.lifecycle.reinspecting import Reinspect, reinspect
from services.hazard.lifecycle.state import NotAtThisStage
from services.hazard.refused import MayNot

L, R = EscalationLevel, EscalationReason
REFUSED = EscalateToDepartment(reason=R.REFUSED, remark="拒绝整改")
MAY = {Role.TWN, Role.TWO, Role.TWL, Role.SCO, Role.SYS}
PROPOSE = {Role.GRID, Role.VIL, Role.EXP}


def overdue(level: EscalationLevel) -> EscalateToDepartment:
    return EscalateToDepartment(level=level, reason=R.OVERDUE)


def past(life: Life, days: int) -> Life:
    """So many days after the last day of the deadline."""
    assert life.hazard.deadline is not None
    return life.later((life.hazard.deadline - day(life, 0)).days + days)


@pytest.mark.parametrize("who", [TWN, TWO, TWL, SCO], ids=lambda who: who["role"].value)
@pytest.mark.parametrize("life", [registered, ordered, plan_required])
def test_what_is_refused_or_cannot_be_removed_goes_to_the_department(life, who: dict) -> None:
    told = life().when(escalate_to_department, REFUSED, who)

    assert (told.events[0].level, told.hazard.escalation.level) == (L.DEPARTMENT, L.DEPARTMENT)
    assert told.hazard.status is life().hazard.status
    assert told.hazard.holder == life().hazard.holder


@pytest.mark.parametrize("role", [role for role in Role if role not in MAY | PROPOSE])
def test_nobody_else_escalates(role: Role) -> None:
    told = ordered().refused(MayNot, escalate_to_department, REFUSED, {**TWO, "role": role})

    assert "第二十七条" in told


@pytest.mark.parametrize("role", sorted(PROPOSE))
def test_grid_village_and_experts_propose_it(role: Role) -> None:
    life = ordered().when(escalate_to_department, REFUSED, {**GRID, "role": role})

    assert life.events[0].proposal
    assert life.hazard.escalation.level is L.NONE
    assert life.when(escalate_to_department, REFUSED, TWO).hazard.escalation.level is L.DEPARTMENT


@pytest.mark.parametrize("life", [captured, submitted, verified])
def test_only_what_is_still_owed_is_escalated(life) -> None:
    life().refused(NotAtThisStage, escalate_to_department, REFUSED, TWO)


def test_a_rung_is_climbed_once_and_none_downwards() -> None:
    life = ordered().when(escalate_to_department, REFUSED, TWO)

    for level in (L.LEADER, L.DEPARTMENT):
        told = life.refused(
            AlreadyEscalated, escalate_to_department, REFUSED.model_copy(update={"level": level}), TWN
        )
        assert "主管部门" in told
    higher = REFUSED.model_copy(update={"level": L.COMMITTEE})
    assert life.when(escalate_to_department, higher, TWO).hazard.escalation.level is L.COMMITTEE


def test_nobody_says_overdue_before_the_deadline_has_passed() -> None:
    past(ordered(), 0).refused(NotOverdue, escalate_to_department, overdue(L.DEPARTMENT), TWO)
    registered().refused(NotOverdue, escalate_to_department, overdue(L.DEPARTMENT), TWO)

    life = past(ordered(), 1).when(escalate_to_department, overdue(L.DEPARTMENT), TWO)
    assert life.events[0].deadline == life.hazard.deadline


@pytest.mark.parametrize(("level", "days"), [(L.LEADER, 1), (L.DEPARTMENT, 7), (L.COMMITTEE, 15)], ids=str)
def test_the_timer_climbs_when_the_rung_has_come(level: EscalationLevel, days: int) -> None:
    ask = overdue(level)
    past(ordered(), days - 1).refused(RungNotReached, escalate_to_department, ask, SYS)

    life = past(ordered(), days).when(escalate_to_department, ask, SYS)

    assert life.hazard.escalation.level is level
    life.refused(AlreadyEscalated, escalate_to_department, ask, SYS)


@pytest.mark.parametrize(("level", "days"), [(L.LEADER, 1), (L.DEPARTMENT, 1), (L.COMMITTEE, 15)], ids=str)
def test_an_overdue_major_hazard_goes_to_the_department_at_once(level: EscalationLevel, days: int) -> None:
    assert plan_accepted().hazard.level is Level.MAJOR
    past(plan_accepted(), days - 1).refused(RungNotReached, escalate_to_department, overdue(level), SYS)

    assert past(plan_accepted(), days).when(escalate_to_department, overdue(level), SYS)


def test_the_ladder_is_policy() -> None:
    ladder = POLICY.ladder.model_copy(update={"leader_days": 3})
    policy = POLICY.model_copy(update={"ladder": ladder})
    life = past(ordered(), 2)

    life.refused(RungNotReached, escalate_to_department, overdue(L.LEADER), SYS, policy=policy)
    assert life.when(escalate_to_department, overdue(L.LEADER), SYS)


@pytest.mark.parametrize("reason", [R.REFUSED, R.NOT_REMOVABLE])
def test_the_timer_says_only_what_the_calendar_says(reason: EscalationReason) -> None:
    ask = EscalateToDepartment(level=L.LEADER, reason=reason)

    past(ordered(), 9).refused(TimerOnlyOverdue, escalate_to_department, ask, SYS)


def test_the_timer_is_silent_where_nothing_is_owed_by_a_day() -> None:
    registered().later(99).refused(RungNotReached, escalate_to_department, overdue(L.LEADER), SYS)


def test_under_a_new_deadline_the_ladder_begins_again() -> None:
    life = submitted(past(ordered(), 1).when(escalate_to_department, overdue(L.LEADER), SYS).later(-1))
    assert life.hazard.escalation.level is L.LEADER
    failed = Reinspect(result="fail", photos=life.hazard.photos, remark="仍未接地", deadline=day(life, 5))

    life = life.when(reinspect, failed, TWO)

    assert life.hazard.escalation.level is L.NONE
    assert (
        past(life, 1).when(escalate_to_department, overdue(L.LEADER), SYS).hazard.escalation.level is L.LEADER
    )


def test_a_day_ends_at_midnight_in_shanghai() -> None:
    life = past(ordered(), 0)
    midnight = life.at.replace(hour=16, minute=0)  # 24:00 in Shanghai

    ask = overdue(L.LEADER)
    life.refused(
        RungNotReached, escalate_to_department, ask, SYS, at=midnight - timedelta(seconds=1), now=midnight
    )
    assert life.when(escalate_to_department, ask, SYS, at=midnight, now=midnight)


def test_departments_experts_and_grid_are_told_apart() -> None:
    for who in (DPO, DPL):
        ordered().refused(MayNot, escalate_to_department, REFUSED, who)
    assert ordered().when(escalate_to_department, REFUSED, EXP).events[0].proposal


def may(life: Life, who: dict) -> None:
    may_escalate(life.hazard, life.occasion(who))


def test_the_timer_is_told_of_the_next_rung_alone() -> None:
    life = past(ordered(), 1)
    may(life, SYS)
    raised = life.when(escalate_to_department, overdue(L.LEADER), SYS)

    with pytest.raises(RungNotReached) as told:
        may(raised, SYS)
    assert "7 天" in told.value.detail
    may(raised.later(6), SYS)
    with pytest.raises(RungNotReached) as told:
        may(past(ordered(), 0), SYS)
    assert "1 天" in told.value.detail
    may(
        past(
            plan_accepted().when(
                escalate_to_department,
                overdue(L.LEADER),
                TWO,
                at=past(plan_accepted(), 1).at,
                now=past(plan_accepted(), 1).at,
            ),
            1,
        ),
        SYS,
    )


def test_people_need_no_rung() -> None:
    may(ordered(), TWO)
    may(ordered(), EXP)
    with pytest.raises(MayNot):
        may(ordered(), DPO)
    top = ordered().when(escalate_to_department, REFUSED.model_copy(update={"level": L.COMMITTEE}), TWO)
    with pytest.raises(AlreadyEscalated) as told:
        may(top, TWO)
    assert "安委办" in told.value.detail


def test_the_timer_is_told_of_the_rung_that_comes_first_whichever_it_is() -> None:
    ladder = POLICY.ladder.model_copy(update={"leader_days": 9})
    life = past(ordered(), 7)

    may_escalate(life.hazard, life.occasion(SYS, policy=POLICY.model_copy(update={"ladder": ladder})))


def test_only_what_is_overdue_names_the_deadline() -> None:
    assert ordered().when(escalate_to_department, REFUSED, TWO).events[0].deadline is None
