"""整改 · The enterprise puts it right: on the spot, or by the deadline, and says how."""

from dataclasses import replace
from datetime import date
from typing import assert_never

from pydantic import Field

from contracts.hazard import FixedOnSpot, ProgressReported, RectificationSubmitted
from contracts.values import Digest, Fen, Level, PersonId, Role, Status, Text, Waiver
from services.hazard.lifecycle import powers, quarters
from services.hazard.lifecycle.planning import PlanMissing
from services.hazard.lifecycle.reporting import EXAMPLE_PHOTO
from services.hazard.lifecycle.state import Hazard
from services.hazard.occasion import Ask, DateInvalid, Occasion
from services.hazard.refused import Refused

WITNESSES = frozenset({Role.TWO, Role.DPO})


class PhotosMissing(Refused):
    """缺少照片 · The step is shown by photographs."""


class AcceptanceReportMissing(Refused):
    """缺少企业验收报告 · A major hazard is submitted with the enterprise's own acceptance report."""


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
    cost: Fen | None = None
    acceptance_report: Digest | None = Field(None, description="企业验收报告，重大隐患必需")


def fix_on_spot(hazard: Hazard, ask: FixOnSpot, occasion: Occasion) -> tuple[FixedOnSpot, ...]:
    """当场整改 · Straight to VERIFIED only for a general hazard that a certified officer saw put right."""
    powers.check(powers.FIX_ON_SPOT, occasion)
    check_fixable(hazard)
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
    due = None if verified else occasion.days_on(occasion.policy.limits.reinspection_days)
    number, enterprise = hazard.registered
    fields = ask.model_dump() | {"fixed_by": fixed_by, "witness": None if own else occasion.person}
    return (
        FixedOnSpot(
            number=number,
            enterprise=enterprise,
            verified=verified,
            reinspection_due=due,
            waived=waived,
            **fields,
        ),
    )


def check_fixable(hazard: Hazard) -> None:
    """当场整改前提 · A registered hazard; a major one only after its plan was waived."""
    hazard.must_be(Status.REGISTERED, Status.PLAN_REQUIRED, act="当场整改")
    if hazard.level is Level.MAJOR and not hazard.plan_waived:
        raise PlanMissing("重大隐患须先由部门免予治理方案，才能当场整改")


def report_progress(hazard: Hazard, ask: ReportProgress, occasion: Occasion) -> tuple[ProgressReported, ...]:
    """报告进展 · While it is being put right; what is listed is reported on until it is accepted, and quarterly."""
    powers.check(powers.REPORT_PROGRESS, occasion)
    listed = hazard.supervision.listed
    stages = (Status.PLAN_REQUIRED, Status.RECTIFYING)
    hazard.must_be(*((Status.REGISTERED, *stages, Status.SUBMITTED) if listed else stages), act="报告进展")
    number, enterprise = hazard.registered
    due = quarters.next_due(occasion) if listed else None
    return (ProgressReported(number=number, enterprise=enterprise, progress_due=due, **ask.model_dump()),)


def submit_rectification(
    hazard: Hazard, ask: SubmitRectification, occasion: Occasion
) -> tuple[RectificationSubmitted, ...]:
    """提交整改 · With photographs; a major hazard with the enterprise's acceptance report."""
    is_major = hazard.level is Level.MAJOR
    powers.check(powers.SUBMIT_MAJOR if is_major else powers.SUBMIT_GENERAL, occasion)
    hazard.must_be(Status.RECTIFYING, act="提交整改")
    check_completed(hazard, ask.completed_on, occasion)
    waived = check_evidence(ask, occasion, is_major=is_major)
    number, enterprise = hazard.registered
    return (
        RectificationSubmitted(
            number=number,
            enterprise=enterprise,
            round=hazard.round,
            reinspection_due=occasion.days_on(occasion.policy.limits.reinspection_days),
            waived=waived,
            **ask.model_dump(),
        ),
    )


def check_completed(hazard: Hazard, completed_on: date, occasion: Occasion) -> None:
    """完成日期 · Not in the future, and not before the hazard was found."""
    if completed_on > occasion.today:
        raise DateInvalid("整改完成日期不得晚于提交日期")
    if hazard.found_on and completed_on < hazard.found_on:
        raise DateInvalid("整改完成日期不得早于发现日期")


def check_evidence(ask: SubmitRectification, occasion: Occasion, *, is_major: bool) -> tuple[Waiver, ...]:
    """整改证据 · Photographs, and for a major hazard the acceptance report; a ledger row may lack them."""
    no_report = is_major and ask.acceptance_report is None
    waived = occasion.waived({Waiver.PHOTOS: not ask.photos, Waiver.ACCEPTANCE_REPORT: no_report})
    if not ask.photos and Waiver.PHOTOS not in waived:
        raise PhotosMissing("提交整改须有整改后照片")
    if no_report and Waiver.ACCEPTANCE_REPORT not in waived:
        raise AcceptanceReportMissing
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
