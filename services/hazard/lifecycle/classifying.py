"""定级分类 · Category and level; a major hazard is a different process, so it is told at once."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from pydantic import Field

from contracts.hazard import (
    HazardClassified,
    HazardDowngraded,
    HazardUpgraded,
    MajorHazardRegistered,
    MajorReport,
    PlanRequired,
)
from contracts.values import (
    CategoryCode,
    CauseClass,
    Digest,
    Level,
    PersonId,
    ShortText,
    Status,
    Text,
    Waiver,
)
from services.hazard.lifecycle import certifying, powers
from services.hazard.lifecycle.judging import ClauseUnknown, check_category, check_clause
from services.hazard.lifecycle.regions import check_delisted
from services.hazard.lifecycle.reporting import EXAMPLE_PHOTO
from services.hazard.lifecycle.state import Hazard
from services.hazard.occasion import Ask, Occasion
from services.hazard.refused import MayNot, Refused

EXAMPLE_REPORT = {
    "department": "余杭区应急管理局",
    "situation": "污水池作业未审批、无监护，企业未辨识有限空间",
    "harm": "可能造成作业人员中毒窒息",
    "difficulty": "停用后加装硬隔离和检测仪即可消除，约一个月",
}
OPEN = (Status.REGISTERED, Status.PLAN_REQUIRED, Status.RECTIFYING, Status.SUBMITTED)


class ClauseMissing(Refused):
    """重大隐患须引用判定条款 · A major hazard cites the clause in force on the day it was found."""


class UpgradeInstead(Refused):
    """整改开始后请使用升级 · After rectification has begun, major is set by upgrading."""


class DowngradeInstead(Refused):
    """重大隐患不能直接改为一般 · A major hazard is downgraded by the department, not reclassified."""


class AlreadyMajor(Refused):
    """已是重大隐患 · The hazard is major already."""


class AlreadyGeneral(Refused):
    """本来就是一般隐患 · Only a major hazard is downgraded."""


class ProposerMissing(MayNot):
    """降级须由另一名部门执法人员提出 · An officer of the department proposes, its head decides."""


class ClassifyHazard(
    Ask,
    json_schema_extra={
        "examples": [
            {"level": "GENERAL", "category": "B04", "cause": "CONDITION"},
            {
                "level": "MAJOR",
                "category": "B09",
                "clause": "工贸10号令-13(1)",
                "report": EXAMPLE_REPORT,
            },
        ]
    },
):
    """定级分类 · Category, cause and level; an expert's or an uncertified officer's is a proposal."""

    level: Level
    category: CategoryCode
    cause: CauseClass | None = None
    clause: ShortText | None = Field(None, description="重大事故隐患判定条款")
    report: MajorReport | None = Field(None, description="定为重大时同时报告部门；未附的，按时限另行报告")


class UpgradeToMajor(
    Ask, json_schema_extra={"examples": [{"clause": "工贸10号令-11(3)", "reason": "除尘系统未采取泄爆措施"}]}
):
    """升级为重大隐患 · With the clause and the reason."""

    clause: ShortText
    reason: Text
    report: MajorReport | None = Field(None, description="同时报告部门；未附的，按时限另行报告")


class DowngradeToGeneral(
    Ask,
    json_schema_extra={
        "examples": [{"proposed_by": "p-50", "reason": "复核后不符合判定条款", "evidence": [EXAMPLE_PHOTO]}]
    },
):
    """降为一般隐患 · Who proposed it, why, and what shows it."""

    proposed_by: PersonId = Field(description="提出降级的部门执法人员，不得是决定人本人")
    reason: Text
    evidence: tuple[Digest, ...] = Field(min_length=1, description="复核材料、照片")


def classify_hazard(
    hazard: Hazard, ask: ClassifyHazard, occasion: Occasion
) -> tuple[HazardClassified | MajorHazardRegistered, ...]:
    """定级分类 · In REGISTERED it may set MAJOR, which is registered and told at once."""
    may_classify(hazard, occasion)
    proposal = powers.proposes(powers.CLASSIFY, occasion)
    check_category(ask.category, hazard, occasion)
    check_level(hazard, ask, proposal=proposal)
    number, enterprise = hazard.registered
    waived = check_grounds(hazard, ask, occasion)
    fields = ask.model_dump(exclude={"report"}) | {"proposal": proposal, "waived": waived}
    due = report_due(occasion) if proposal and ask.level is Level.MAJOR else None
    classified = HazardClassified(number=number, enterprise=enterprise, report_due=due, **fields)
    if proposal or ask.level is not Level.MAJOR or hazard.level is Level.MAJOR:
        return (classified,)
    clause = None if Waiver.CLAUSE in waived else ask.clause
    return classified, major(hazard, clause, occasion, waived, report=ask.report)


def check_grounds(hazard: Hazard, ask: ClassifyHazard, occasion: Occasion) -> tuple[Waiver, ...]:
    """判定依据 · Major is judged by a clause on record; a ledger's own words for one count as none, and are kept as said.

    Raises ClauseMissing, ClauseUnknown, ClauseNotInForce.
    """
    needed = ask.level is Level.MAJOR
    try:
        check_clause(ask.clause, hazard, occasion)
    except ClauseUnknown:
        if waived := occasion.waived({Waiver.CLAUSE: needed}):
            return waived
        raise
    if needed and ask.clause is None and occasion.lacks(Waiver.CLAUSE):
        raise ClauseMissing
    return occasion.waived({Waiver.CLAUSE: needed and ask.clause is None})


def may_classify(hazard: Hazard, occasion: Occasion) -> None:
    """可否定级 · While it is open; an expert and an uncertified officer propose."""
    powers.check_or_propose(powers.CLASSIFY, occasion)
    hazard.must_be(*OPEN, act="定级分类")


def check_level(hazard: Hazard, ask: ClassifyHazard, *, proposal: bool) -> None:
    """等级变化 · Major begins here only while nothing has been disposed; it never ends here."""
    if hazard.level is Level.MAJOR and ask.level is Level.GENERAL:
        raise DowngradeInstead
    began = hazard.level is Level.GENERAL and hazard.status is not Status.REGISTERED
    if began and ask.level is Level.MAJOR and not proposal:
        raise UpgradeInstead


def report_due(occasion: Occasion) -> datetime:
    """报告期限 · By when the department must have it (AQF 41), also of what an expert or an uncertified officer proposes."""
    return occasion.hours_on(occasion.policy.limits.major_report_hours)


def major(
    hazard: Hazard,
    clause: str | None,
    occasion: Occasion,
    waived: tuple[Waiver, ...] = (),
    *,
    report: MajorReport | None = None,
) -> MajorHazardRegistered:
    """重大隐患登记 · With the report to the department, or the instant by which it must have it."""
    number, enterprise = hazard.registered
    return MajorHazardRegistered(
        number=number,
        enterprise=enterprise,
        clause=clause,
        report_due=report_due(occasion),
        department_report=report,
        waived=waived,
    )


def may_upgrade(hazard: Hazard, occasion: Occasion) -> None:
    """可否升级 · A general hazard after rectification has begun."""
    powers.check(powers.UPGRADE, occasion)
    hazard.must_be(Status.RECTIFYING, Status.SUBMITTED, act="升级为重大隐患")
    if hazard.level is Level.MAJOR:
        raise AlreadyMajor


def upgrade_to_major(
    hazard: Hazard, ask: UpgradeToMajor, occasion: Occasion
) -> tuple[HazardUpgraded | MajorHazardRegistered | PlanRequired, ...]:
    """升级为重大 · Back to a plan; the old deadline gives way to the plan's."""
    may_upgrade(hazard, occasion)
    check_clause(ask.clause, hazard, occasion)
    number, enterprise = hazard.registered
    upgraded = HazardUpgraded(number=number, enterprise=enterprise, clause=ask.clause, reason=ask.reason)
    plan_due, counted = occasion.count(occasion.policy.limits.plan_due)
    required = PlanRequired(number=number, enterprise=enterprise, plan_due=plan_due, counted=counted)
    return upgraded, major(hazard, ask.clause, occasion, report=ask.report), required


def may_downgrade(hazard: Hazard, occasion: Occasion) -> None:
    """可否降级 · A major hazard before it was submitted; what stands on a list stays major."""
    powers.check(powers.DOWNGRADE, occasion)
    hazard.must_be(Status.PLAN_REQUIRED, Status.RECTIFYING, act="降为一般隐患")
    if hazard.level is not Level.MAJOR:
        raise AlreadyGeneral
    check_delisted(hazard.supervision, "降为一般隐患")


def downgrade_to_general(
    hazard: Hazard, ask: DowngradeToGeneral, occasion: Occasion
) -> tuple[HazardDowngraded, ...]:
    """降为一般隐患 · The head decides on the proposal of an officer, who is somebody else."""
    may_downgrade(hazard, occasion)
    check_proposer(ask.proposed_by, occasion)
    number, enterprise = hazard.registered
    return (HazardDowngraded(number=number, enterprise=enterprise, **ask.model_dump()),)


def check_proposer(proposer: PersonId, occasion: Occasion) -> None:
    """提出人 · Another officer of the department, serving on that day where an appointment is on record.

    Raises ProposerMissing, OfficerNotOnRecord.
    """
    known = occasion.on_record.get(proposer)
    if known is None:
        certifying.check_may_be_unknown(occasion, proposer)
    proposing = powers.DOWNGRADE.holding(powers.Holding.PROPOSE)
    serves = known is None or any(one.role in proposing and one.serves(occasion.today) for one in known)
    if proposer == occasion.person or not serves:
        raise ProposerMissing(
            f"降级须由另一名部门执法人员提出，再由部门负责人决定（{powers.AQF_41_SUPERVISE}）"
        )


Classifying = HazardClassified | MajorHazardRegistered | HazardUpgraded | HazardDowngraded


def evolve(hazard: Hazard, event: Classifying) -> Hazard:
    """演变 · What a classifying event changes; a proposal changes nothing."""
    match event:
        case HazardClassified():
            return hazard if event.proposal else replace(hazard, category=event.category)
        case MajorHazardRegistered():
            return replace(hazard, level=Level.MAJOR)
        case HazardUpgraded():
            return replace(hazard, deadline=None, first_length=None)
        case HazardDowngraded():
            return replace(
                hazard,
                status=Status.REGISTERED,
                level=Level.GENERAL,
                deadline=None,
                first_length=None,
                plan=None,
                plan_filed=False,
                plan_content_waived=False,
                plan_waived=False,
            )
        case _:
            assert_never(event)
