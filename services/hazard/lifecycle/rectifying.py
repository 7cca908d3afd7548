"""整改 · The enterprise puts it right: on the spot, or by the deadline, and says how."""

from dataclasses import replace
from datetime import date
from typing import assert_never

from pydantic import Field

from contracts.hazard import FixedOnSpot, ProgressReported, RectificationSubmitted
from contracts.limits import Limit
from contracts.values import Digest, Fen, Level, PersonId, Role, Status, Text, Waiver
from services.hazard.lifecycle import powers, quarters
from services.hazard.lifecycle.planning import PlanMissing
from services.hazard.lifecycle.reporting import EXAMPLE_PHOTO
from services.hazard.lifecycle.state import Hazard
from services.hazard.occasion import Ask, DateInvalid, Occasion
from services.hazard.refused import Refused

WHILE_PUT_RIGHT = (Status.PLAN_REQUIRED, Status.RECTIFYING)
WHILE_LISTED = (Status.REGISTERED, *WHILE_PUT_RIGHT, Status.SUBMITTED, Status.VERIFIED)
WITNESSES = frozenset({Role.TWO, Role.DPO})


class PhotosMissing(Refused):
    """缺少照片 · The step is shown by photographs."""


class AcceptanceReportMissing(Refused):
    """缺少企业验收报告 · A major hazard is submitted with the enterprise's own acceptance report."""


class CostMissing(Refused):
    """缺少整改资金 · A submission says what it cost, were it nothing."""


class FixerMissing(Refused):
    """缺少整改人 · An officer who witnesses names who put it right."""


class FixOnSpot(
    Ask,
    json_schema_extra={
        "examples": [
            {
                "measures": "当场清理堵塞的疏散通道",
                "before": [EXAMPLE_PHOTO],
                "after": [EXAMPLE_PHOTO],
                "fixed_by": "p-301",
            }
        ]
    },
):
    """当场整改 · Before and after; recorded by the enterprise or by the officer who saw it."""

    measures: Text
    before: tuple[Digest, ...] = ()
    after: tuple[Digest, ...] = ()
    fixed_by: PersonId | None = Field(None, description="整改人；企业人员记录时为本人")


class ReportProgress(
    Ask, json_schema_extra={"examples": [{"progress": "已完成通风系统改造，气体检测仪待到货"}]}
):
    """报告进展 · How far it is."""

    progress: Text
    photos: tuple[Digest, ...] = ()


class SubmitRectification(
    Ask,
    json_schema_extra={
        "examples": [
            {
                "measures": "配电箱外壳已做保护接地，接地电阻 2.1Ω",
                "completed_on": "2026-11-20",
                "photos": [EXAMPLE_PHOTO],
                "cost": 120000,
            }
        ]
    },
):
    """提交整改 · What was done, when, what it cost, with photographs."""

    measures: Text
    completed_on: date
    photos: tuple[Digest, ...] = ()
    cost: Fen | None = Field(None, description="整改资金，单位分，没有支出的填 0；仅台账导入可以缺少")
    acceptance_report: Digest | None = Field(None, description="企业验收报告，重大隐患必需")


def may_fix_on_spot(hazard: Hazard, occasion: Occasion) -> None:
    """可否当场整改 · Before anything was disposed; an officer who witnesses is certified on that day."""
    powers.check(powers.FIX_ON_SPOT, occasion)
    check_fixable(hazard)
    if occasion.role in WITNESSES and occasion.lacks(Waiver.CERTIFICATES):
        powers.check_own_certificate(powers.FIX_ON_SPOT, occasion)


def fix_on_spot(hazard: Hazard, ask: FixOnSpot, occasion: Occasion) -> tuple[FixedOnSpot, ...]:
    """当场整改 · Straight to VERIFIED only for a general hazard that a certified officer saw put right."""
    may_fix_on_spot(hazard, occasion)
    waived = occasion.waived({Waiver.PHOTOS: not (ask.before and ask.after)})
    if not (ask.before and ask.after) and not waived:
        raise PhotosMissing("当场整改须有整改前、整改后照片")
    own = occasion.of_enterprise or occasion.role is Role.LND
    fixed_by = ask.fixed_by or (occasion.person if own else None)
    if own and fixed_by != occasion.person:
        raise FixerMissing("企业人员记录当场整改时，整改人就是本人")
    if fixed_by is None or (not own and fixed_by == occasion.person):
        raise FixerMissing("请填写企业的整改人，见证人不能同时是整改人")
    verified = occasion.role in WITNESSES and hazard.level is Level.GENERAL
    due, counted = (None, None) if verified else occasion.count(reinspection_limit(hazard, occasion))
    number, enterprise = hazard.registered
    fields = ask.model_dump() | {"fixed_by": fixed_by, "witness": None if own else occasion.person}
    return (
        FixedOnSpot(
            number=number,
            enterprise=enterprise,
            verified=verified,
            reinspection_due=due,
            counted=counted,
            waived=waived,
            **fields,
        ),
    )


def check_fixable(hazard: Hazard) -> None:
    """当场整改前提 · A registered hazard; a major one only after its plan was waived."""
    hazard.must_be(Status.REGISTERED, Status.PLAN_REQUIRED, act="当场整改")
    if hazard.level is Level.MAJOR and not hazard.plan_waived:
        raise PlanMissing("重大隐患须先由部门免予治理方案，才能当场整改")


def may_report_progress(hazard: Hazard, occasion: Occasion) -> None:
    """可否报告进展 · While it is being put right; what stands on a list is reported on as long as it stands there."""
    powers.check(powers.REPORT_PROGRESS, occasion)
    listed = hazard.supervision.listed
    hazard.must_be(*(WHILE_LISTED if listed else WHILE_PUT_RIGHT), act="报告进展")


def report_progress(hazard: Hazard, ask: ReportProgress, occasion: Occasion) -> tuple[ProgressReported, ...]:
    """报告进展 · Of what stands on a list each quarter."""
    may_report_progress(hazard, occasion)
    due = quarters.next_due(occasion) if hazard.supervision.listed else None
    number, enterprise = hazard.registered
    return (ProgressReported(number=number, enterprise=enterprise, progress_due=due, **ask.model_dump()),)


def may_submit_rectification(hazard: Hazard, occasion: Occasion) -> None:
    """可否提交整改 · While a deadline is in force; a major hazard by the main person."""
    is_major = hazard.level is Level.MAJOR
    powers.check(powers.SUBMIT_MAJOR if is_major else powers.SUBMIT_GENERAL, occasion)
    hazard.must_be(Status.RECTIFYING, act="提交整改")


def submit_rectification(
    hazard: Hazard, ask: SubmitRectification, occasion: Occasion
) -> tuple[RectificationSubmitted, ...]:
    """提交整改 · With photographs; a major hazard with the enterprise's acceptance report."""
    may_submit_rectification(hazard, occasion)
    check_completed(hazard, ask.completed_on, occasion)
    waived = check_evidence(ask, occasion, is_major=hazard.level is Level.MAJOR)
    due, counted = occasion.count(reinspection_limit(hazard, occasion))
    number, enterprise = hazard.registered
    return (
        RectificationSubmitted(
            number=number,
            enterprise=enterprise,
            round=hazard.round,
            reinspection_due=due,
            counted=counted,
            waived=waived,
            **ask.model_dump(),
        ),
    )


def reinspection_limit(hazard: Hazard, occasion: Occasion) -> Limit:
    """复查时限 · Special equipment has one of its own."""
    special = occasion.policy.special_equipment
    of_its_own = hazard.category in special.categories
    return special.reinspection if of_its_own else occasion.policy.limits.reinspection


def check_completed(hazard: Hazard, completed_on: date, occasion: Occasion) -> None:
    """完成日期 · Not in the future, and not before the hazard was found."""
    if completed_on > occasion.today:
        raise DateInvalid("整改完成日期不得晚于提交日期")
    if hazard.found_on and completed_on < hazard.found_on:
        raise DateInvalid("整改完成日期不得早于发现日期")


def check_evidence(ask: SubmitRectification, occasion: Occasion, *, is_major: bool) -> tuple[Waiver, ...]:
    """整改证据 · Photographs, the cost, for a major hazard the acceptance report; a ledger row may lack them."""
    no_report = is_major and ask.acceptance_report is None
    missing = {
        Waiver.PHOTOS: not ask.photos,
        Waiver.ACCEPTANCE_REPORT: no_report,
        Waiver.COST: ask.cost is None,
    }
    waived = occasion.waived(missing)
    if not ask.photos and Waiver.PHOTOS not in waived:
        raise PhotosMissing("提交整改须有整改后照片")
    if no_report and Waiver.ACCEPTANCE_REPORT not in waived:
        raise AcceptanceReportMissing(
            "重大隐患须先由企业组织验收，提交时附验收报告（《浙江省安全生产条例》第二十五条）"
        )
    if ask.cost is None and Waiver.COST not in waived:
        raise CostMissing("请填写整改资金；没有支出的填 0")
    return waived


Rectifying = FixedOnSpot | ProgressReported | RectificationSubmitted


def evolve(hazard: Hazard, event: Rectifying, actor: PersonId) -> Hazard:
    """演变 · What a rectifying event changes; who submits may not re-inspect."""
    match event:
        case FixedOnSpot():
            witness = (event.witness,) if event.verified and event.witness else ()
            return replace(
                hazard,
                status=Status.VERIFIED if event.verified else Status.SUBMITTED,
                submitter=event.fixed_by,
                inspectors=witness,
                inspected_with_photo=bool(event.after),
                responsible=hazard.responsible or event.fixed_by,
            )
        case ProgressReported():
            if event.progress_due is None:
                return hazard
            return replace(hazard, supervision=replace(hazard.supervision, progress_due=event.progress_due))
        case RectificationSubmitted():
            return replace(hazard, status=Status.SUBMITTED, submitter=actor, inspectors=())
        case _:
            assert_never(event)
