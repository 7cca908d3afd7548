"""升级 · Taken higher up: by people who meet a refusal, by the timer rung by rung after a missed deadline."""

from dataclasses import replace
from functools import partial

from pydantic import Field

from contracts.hazard import HazardEscalated
from contracts.regions import EscalationLevel, EscalationReason
from contracts.values import Level, Role, Status, Text
from services.hazard.lifecycle import powers
from services.hazard.lifecycle.regions import Escalation
from services.hazard.lifecycle.state import Hazard
from services.hazard.occasion import Ask, Occasion
from services.hazard.refused import MayNot, Refused

OWED = (Status.REGISTERED, Status.PLAN_REQUIRED, Status.RECTIFYING)


class AlreadyEscalated(Refused):
    """已升级到该级 · Under one deadline each rung is climbed once, and none downwards."""


class NotOverdue(Refused):
    """尚未逾期 · What is said to be overdue has missed its deadline."""


class RungNotReached(Refused):
    """未到升级时间 · The ladder's rung has not come yet."""


class TimerOnlyOverdue(MayNot):
    """系统只能因逾期升级 · Whether somebody refuses is for people to say."""


class EscalateToDepartment(
    Ask,
    json_schema_extra={
        "examples": [
            {"reason": "REFUSED", "remark": "企业负责人拒绝整改，已告知后果"},
            {"level": 1, "reason": "OVERDUE"},
        ]
    },
):
    """升级报告 · To whom and why; a grid member's or an expert's is a proposal."""

    level: EscalationLevel = Field(
        EscalationLevel.DEPARTMENT, ge=1, description="升级到：1 镇街分管领导，2 主管部门，3 安委办"
    )
    reason: EscalationReason
    remark: Text | None = None


def may_escalate(hazard: Hazard, occasion: Occasion) -> None:
    """可否升级 · While something is owed and a rung is left; the timer when the next one has come."""
    check_climbing(hazard, occasion)
    if occasion.role is Role.SYS:
        above = [level for level in EscalationLevel if level > hazard.escalation.level]
        check_rung(hazard, min(above, key=partial(rung_of, hazard, occasion)), occasion)


def check_climbing(hazard: Hazard, occasion: Occasion) -> None:
    """还可升级 · Who may say so, while something is owed and a rung is left; a grid member and an expert propose."""
    powers.check_or_propose(powers.ESCALATE, occasion)
    hazard.must_be(*OWED, act="升级报告")
    if hazard.escalation.level is EscalationLevel.COMMITTEE:
        raise AlreadyEscalated(f"已升级到{hazard.escalation.level.zh}（{powers.HAND_UP}）")


def escalate_to_department(
    hazard: Hazard, ask: EscalateToDepartment, occasion: Occasion
) -> tuple[HazardEscalated, ...]:
    """升级报告 · The department must deal with it and answer; the holder stays who it is."""
    check_climbing(hazard, occasion)
    if ask.level <= hazard.escalation.level:
        raise AlreadyEscalated(
            f"已升级到{hazard.escalation.level.zh}，同一整改期限内每级只升级一次（{powers.HAND_UP}）"
        )
    if occasion.role is Role.SYS:
        check_timer(hazard, ask, occasion)
    elif ask.reason is EscalationReason.OVERDUE and days_overdue(hazard, occasion) < 1:
        raise NotOverdue("整改期限尚未届满，不能以逾期为由升级")
    number, enterprise = hazard.registered
    overdue = ask.reason is EscalationReason.OVERDUE
    return (
        HazardEscalated(
            number=number,
            enterprise=enterprise,
            level=ask.level,
            reason=ask.reason,
            remark=ask.remark,
            deadline=hazard.deadline if overdue else None,
            proposal=powers.proposes(powers.ESCALATE, occasion),
        ),
    )


def check_timer(hazard: Hazard, ask: EscalateToDepartment, occasion: Occasion) -> None:
    """定时升级 · The system says only what the calendar says: the rung has come.

    Raises TimerOnlyOverdue, RungNotReached.
    """
    if ask.reason is not EscalationReason.OVERDUE:
        raise TimerOnlyOverdue("系统只能因逾期升级，是否拒不整改由人员认定（系统账号不作决定）")
    check_rung(hazard, ask.level, occasion)


def check_rung(hazard: Hazard, level: EscalationLevel, occasion: Occasion) -> None:
    """到级 · The deadline has been over for as many days as the rung begins after. Raises RungNotReached."""
    rung = rung_of(hazard, occasion, level)
    if days_overdue(hazard, occasion) < rung:
        raise RungNotReached(f"逾期满 {rung} 天才升级到{level.zh}")


def rung_of(hazard: Hazard, occasion: Occasion, level: EscalationLevel) -> int:
    """级次 · How many days after the deadline a rung begins for this hazard."""
    ladder, is_major = occasion.policy.ladder, hazard.level is Level.MAJOR
    days = {
        EscalationLevel.LEADER: ladder.leader_days,
        EscalationLevel.DEPARTMENT: ladder.major_department_days if is_major else ladder.department_days,
        EscalationLevel.COMMITTEE: ladder.committee_days,
    }
    return days[level]


def days_overdue(hazard: Hazard, occasion: Occasion) -> int:
    """逾期天数 · Days after the last day of the deadline while nobody has said it is put right; 0 or less before."""
    if hazard.deadline is None or hazard.status is not Status.RECTIFYING:
        return 0
    return (occasion.today - hazard.deadline).days


def renewed(hazard: Hazard) -> Hazard:
    """新期限 · Somebody dealt with it: under the new deadline the ladder begins again."""
    return replace(hazard, escalation=Escalation())


Escalating = HazardEscalated


def evolve(hazard: Hazard, event: Escalating) -> Hazard:
    """演变 · The rung that was reached; a proposal reaches none."""
    return hazard if event.proposal else replace(hazard, escalation=Escalation(level=event.level))
