"""临时措施 · What is stopped while it is not safe, its lifting after a review, and compulsion where a stop is refused."""

from dataclasses import replace
from datetime import date, timedelta
from typing import assert_never

from pydantic import AwareDatetime, Field

from contracts.envelope import Envelope
from contracts.hazard import (
    CompulsionApplied,
    InterimMeasureImposed,
    InterimMeasureLifted,
    LiftRefused,
    LiftRequested,
)
from contracts.regions import CompulsionKind, InterimState, MeasureKind
from contracts.values import Certificate, Digest, Level, PersonId, Role, ShortText, Status, Text
from services.hazard.lifecycle import powers
from services.hazard.lifecycle.regions import UNMEASURED, Interim
from services.hazard.lifecycle.reporting import EXAMPLE_PHOTO
from services.hazard.lifecycle.state import Hazard
from services.hazard.occasion import Ask, DateInvalid, Occasion
from services.hazard.refused import MayNot, Refused

UNREMOVED = (Status.REGISTERED, Status.PLAN_REQUIRED, Status.RECTIFYING, Status.SUBMITTED)
REMOVED = (Status.SUBMITTED, Status.VERIFIED)
STOPS = frozenset({MeasureKind.PARTIAL_STOP, MeasureKind.FULL_STOP, MeasureKind.STOP_EQUIPMENT})
AQF_65 = "《安全生产法》第六十五条第一款第三项"
AQF_70 = "《安全生产法》第七十条"
TOWN = "《浙江省安全生产条例》第二十七条、《山东省安全生产条例》第四十七条"


class MeasureNeedsMajor(Refused):
    """只对重大事故隐患责令停产停业或撤人 · An authority stops work for a major hazard only (AQF 65)."""


class TownMayNotImpose(MayNot):
    """本省未授权镇街采取该措施 · The province's profile does not give towns this measure."""


class TownEmergencyOnly(MayNot):
    """镇街只能采取必要的紧急措施 · A town officer imposes what is urgent, and nothing else."""


class ImmediateReportMissing(Refused):
    """镇街采取紧急措施须立即报告 · The measure names the department that it was reported to."""


class MeasureNoticeMissing(Refused):
    """采取措施须有决定书编号 · A measure that is not urgent has a numbered decision."""


class NoMeasure(Refused):
    """没有执行中的临时措施 · There is nothing to lift."""


class LiftNotRequested(Refused):
    """企业尚未申请解除措施 · A review follows the enterprise's application."""


class LiftAlreadyRequested(Refused):
    """已申请解除措施 · The application waits for its answer."""


class ReviewerNotIndependent(MayNot):
    """审查人须独立于企业 · Neither who asked nor who submitted nor a person of the enterprise reviews."""


class StopNotOrdered(Refused):
    """没有责令停产停业或停止使用的决定 · Compulsion carries out a stop that an authority ordered."""


class PowerCutTooSoon(Refused):
    """停止供电须提前通知 · Power is cut no sooner than the notice allows, unless it is urgent."""


class UrgencyUnexplained(Refused):
    """紧急情形须说明理由 · Urgency has its reason."""


class ImposeInterimMeasure(
    Ask,
    json_schema_extra={
        "examples": [
            {
                "kinds": ["EVACUATE", "PARTIAL_STOP"],
                "extent": "3号车间有限空间作业区域",
                "notice": "余应急现决〔2026〕8号",
                "certificates": ["33011199001", "33011199002"],
            },
            {
                "kinds": ["EVACUATE"],
                "extent": "3号车间",
                "emergency": True,
                "reported_to": "余杭区应急管理局",
                "certificates": ["33011100123", "33011100124"],
            },
        ]
    },
):
    """采取临时措施 · What is stopped and where; by the enterprise itself, by the department, in emergency by the town."""

    kinds: tuple[MeasureKind, ...] = Field(min_length=1)
    extent: Text = Field(description="范围")
    emergency: bool = Field(False, description="紧急措施")
    notice: ShortText | None = Field(None, description="现场处理措施决定书编号，紧急措施可以后补")
    certificates: tuple[Certificate, ...] = Field((), description="执法证号，不少于两人，含本人")
    reported_to: ShortText | None = Field(None, description="已立即报告的部门，镇街必填")


class RequestLift(Ask, json_schema_extra={"examples": [{"statement": "隐患已消除，申请恢复生产"}]}):
    """申请解除措施 · Why production or use may be resumed."""

    statement: Text
    report: Digest | None = Field(None, description="整改验收材料")


class LiftInterimMeasure(
    Ask,
    json_schema_extra={
        "examples": [
            {
                "opinion": "经现场审查，同意恢复生产",
                "others": ["p-51"],
                "certificates": ["33011199001", "33011199002"],
                "photos": [EXAMPLE_PHOTO],
            }
        ]
    },
):
    """解除临时措施 · After a review on site, by certified officers, with photographs."""

    opinion: Text
    others: tuple[PersonId, ...] = Field((), description="同行的其他审查人员")
    certificates: tuple[Certificate, ...] = Field((), description="执法证号，不少于两人，含本人")
    photos: tuple[Digest, ...] = Field(min_length=1)


class RefuseLift(Ask, json_schema_extra={"examples": [{"reason": "通风系统尚未恢复"}]}):
    """不同意解除措施 · With the reason."""

    reason: Text


class ApplyCompulsion(
    Ask,
    json_schema_extra={
        "examples": [
            {
                "kind": "POWER_CUT",
                "refusal": "11月20日责令停产后仍在夜间生产",
                "danger": "粉尘浓度超限，随时可能爆炸",
                "notice": "余应急强〔2026〕1号",
                "notified_at": "2026-11-21T09:00:00+08:00",
                "from_at": "2026-11-22T09:00:00+08:00",
            }
        ]
    },
):
    """强制执行措施 · What is cut and when, why, and when the enterprise was told in writing."""

    kind: CompulsionKind
    refusal: Text = Field(description="拒不执行的事实")
    danger: Text = Field(description="发生生产安全事故的现实危险")
    notice: ShortText = Field(description="书面通知编号")
    notified_at: AwareDatetime = Field(description="通知生产经营单位的时间")
    from_at: AwareDatetime = Field(description="开始实施的时间")
    urgent: bool = Field(False, description="危及生产安全的紧急情形")
    urgent_reason: Text | None = None


def impose_interim_measure(
    hazard: Hazard, ask: ImposeInterimMeasure, occasion: Occasion
) -> tuple[InterimMeasureImposed, ...]:
    """采取临时措施 · One's own at any level; an authority's for a major hazard, by two certified officers."""
    powers.check(powers.IMPOSE, occasion)
    hazard.must_be(*UNREMOVED, act="采取临时措施")
    own = occasion.of_enterprise or occasion.role is Role.LND
    if not own:
        check_authority(hazard, ask, occasion)
    urgent = ask.emergency and not own
    number, enterprise = hazard.registered
    fields = ask.model_dump() | {"kinds": tuple(sorted(set(ask.kinds)))}
    report_due = occasion.hours_on(occasion.policy.limits.urgent_report_hours) if urgent else None
    return (
        InterimMeasureImposed(number=number, enterprise=enterprise, own=own, report_due=report_due, **fields),
    )


def check_authority(hazard: Hazard, ask: ImposeInterimMeasure, occasion: Occasion) -> None:
    """责令措施 · For a major hazard, within a town's powers, by certified officers, with a decision unless urgent."""
    if hazard.level is not Level.MAJOR:
        raise MeasureNeedsMajor(f"只对重大事故隐患责令撤人、停产停业或停止使用（{AQF_65}）")
    if occasion.role is Role.TWO:
        check_town(ask, occasion)
    powers.check_certified(occasion, ask.certificates)
    if ask.notice is None and not ask.emergency:
        raise MeasureNoticeMissing(f"责令措施须有决定书编号，紧急措施可以后补（{AQF_65}）")


def check_town(ask: ImposeInterimMeasure, occasion: Occasion) -> None:
    """镇街紧急措施 · What the province gave towns, in an emergency, reported to the department at once.

    Raises TownMayNotImpose, TownEmergencyOnly, ImmediateReportMissing.
    """
    beyond = set(ask.kinds) - occasion.policy.powers.town_emergency_measures
    if beyond:
        kinds = "、".join(kind.zh for kind in sorted(beyond))
        raise TownMayNotImpose(f"本省未授权镇街{kinds}，请报告部门决定（{AQF_65}；{TOWN}）")
    if not ask.emergency:
        raise TownEmergencyOnly(f"镇街只能采取必要的紧急措施，其他措施由部门责令（{TOWN}）")
    if ask.reported_to is None:
        raise ImmediateReportMissing(f"镇街采取紧急措施须同时报告部门，请填写已报告的部门（{TOWN}）")


def request_lift(hazard: Hazard, ask: RequestLift, occasion: Occasion) -> tuple[LiftRequested, ...]:
    """申请解除措施 · For a major hazard after it was removed; the review is due within the policy's days."""
    powers.check(powers.REQUEST_LIFT, occasion)
    check_standing(hazard, "申请解除措施")
    if hazard.interim.state is InterimState.LIFT_REQUESTED:
        raise LiftAlreadyRequested
    number, enterprise = hazard.registered
    due = review_due(occasion)
    return (LiftRequested(number=number, enterprise=enterprise, review_due=due, **ask.model_dump()),)


def review_due(occasion: Occasion) -> date:
    """审查期限 · Longer for industries that the policy names, such as coal."""
    limits = occasion.policy.limits
    profile = occasion.enterprise.profile if occasion.enterprise else None
    industry = profile.industry if profile else None
    return occasion.days_on(
        limits.resumption_review_days_of.get(industry or "", limits.resumption_review_days)
    )


def check_standing(hazard: Hazard, act: str) -> None:
    """措施在执行 · A measure stands; a major hazard was removed before anything is resumed (AQF 65).

    Raises NoMeasure, NotAtThisStage.
    """
    if not hazard.interim.standing:
        raise NoMeasure
    stages = REMOVED if hazard.level is Level.MAJOR else (*UNREMOVED, Status.VERIFIED)
    hazard.must_be(*stages, act=act)


def lift_interim_measure(
    hazard: Hazard, ask: LiftInterimMeasure, occasion: Occasion
) -> tuple[InterimMeasureLifted, ...]:
    """解除临时措施 · The department's review on site agrees; two certified officers where it stopped a major hazard."""
    powers.check(powers.LIFT, occasion)
    check_standing(hazard, "解除临时措施")
    check_requested(hazard)
    looking = {occasion.person, *ask.others}
    concerned = {hazard.submitter, hazard.responsible, hazard.interim.requested_by}
    if looking & (occasion.enterprise_people | concerned):
        raise ReviewerNotIndependent
    if hazard.level is Level.MAJOR or hazard.interim.ordered:
        check_review(looking, ask, occasion)
    number, enterprise = hazard.registered
    return (
        InterimMeasureLifted(
            number=number,
            enterprise=enterprise,
            opinion=ask.opinion,
            inspectors=(occasion.person, *ask.others),
            certificates=ask.certificates,
            photos=ask.photos,
        ),
    )


def check_requested(hazard: Hazard) -> None:
    """已申请 · A review answers an application (AQF 65: 经审查同意，方可恢复)."""
    if hazard.interim.state is not InterimState.LIFT_REQUESTED:
        raise LiftNotRequested(f"企业尚未申请解除措施（{AQF_65}：经审查同意，方可恢复）")


def check_review(looking: set[str], ask: LiftInterimMeasure, occasion: Occasion) -> None:
    """现场审查 · Two certified officers, both named."""
    powers.check_certified(occasion, ask.certificates)
    needed = occasion.policy.limits.certified_officers
    if len(looking) < needed:
        raise MayNot(f"恢复生产前由 {needed} 名以上执法人员现场审查，请填写同行人员（{powers.APL_42}）")


def refuse_lift(hazard: Hazard, ask: RefuseLift, occasion: Occasion) -> tuple[LiftRefused, ...]:
    """不同意解除措施 · The measures stay; the enterprise may ask again."""
    powers.check(powers.LIFT, occasion)
    hazard.must_be(*UNREMOVED, Status.VERIFIED, act="答复解除申请")
    if not hazard.interim.standing:
        raise NoMeasure
    check_requested(hazard)
    number, enterprise = hazard.registered
    return (LiftRefused(number=number, enterprise=enterprise, reason=ask.reason),)


def apply_compulsion(
    hazard: Hazard, ask: ApplyCompulsion, occasion: Occasion
) -> tuple[CompulsionApplied, ...]:
    """强制执行措施 · A stop was ordered and is refused, danger is real, the notice is written and early enough."""
    powers.check(powers.COMPEL, occasion)
    hazard.must_be(*UNREMOVED, act="采取强制措施")
    stopped = hazard.interim.ordered and hazard.interim.standing and STOPS & set(hazard.interim.kinds)
    if hazard.level is not Level.MAJOR or not stopped:
        raise StopNotOrdered(f"强制措施以对重大事故隐患已作出的停产停业、停止使用决定为前提（{AQF_70}）")
    check_notice(ask, occasion)
    number, enterprise = hazard.registered
    return (CompulsionApplied(number=number, enterprise=enterprise, **ask.model_dump()),)


def check_notice(ask: ApplyCompulsion, occasion: Occasion) -> None:
    """书面通知 · Given before, and for power so many hours before, unless it is urgent with its reason.

    Raises DateInvalid, UrgencyUnexplained, PowerCutTooSoon.
    """
    if ask.notified_at > occasion.at or ask.from_at < ask.notified_at:
        raise DateInvalid(f"通知须在决定之前送达，措施须在通知之后实施（{AQF_70}）")
    if ask.urgent and ask.urgent_reason is None:
        raise UrgencyUnexplained(f"属于危及生产安全的紧急情形的，须说明理由（{AQF_70}）")
    hours = occasion.policy.limits.power_cut_notice_hours
    early = ask.from_at - ask.notified_at >= timedelta(hours=hours)
    if ask.kind is CompulsionKind.POWER_CUT and not early and not ask.urgent:
        raise PowerCutTooSoon(f"停止供电应当提前 {hours} 小时通知，紧急情形除外（{AQF_70}）")


Measuring = InterimMeasureImposed | LiftRequested | InterimMeasureLifted | LiftRefused | CompulsionApplied


def evolve(hazard: Hazard, event: Measuring, envelope: Envelope) -> Hazard:
    """演变 · What a measure changes; one more measure stands beside the others and ends a request to lift them."""
    match event:
        case InterimMeasureImposed():
            before = hazard.interim if hazard.interim.standing else UNMEASURED
            interim = Interim(
                state=InterimState.ACTIVE,
                kinds=tuple(sorted({*before.kinds, *event.kinds})),
                ordered=before.ordered or not event.own,
            )
        case LiftRequested():
            interim = replace(hazard.interim, state=InterimState.LIFT_REQUESTED, requested_by=envelope.actor)
        case InterimMeasureLifted():
            interim = Interim(state=InterimState.LIFTED)
        case LiftRefused():
            interim = replace(hazard.interim, state=InterimState.ACTIVE, requested_by=None)
        case CompulsionApplied():
            return hazard
        case _:
            assert_never(event)
    return replace(hazard, interim=interim)
