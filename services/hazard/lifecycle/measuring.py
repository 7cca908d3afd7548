"""临时措施 · What is stopped while it is not safe, and compulsion where a stop is refused."""

from dataclasses import replace
from datetime import timedelta
from typing import assert_never

from pydantic import AwareDatetime, Field

from contracts.hazard import CompulsionApplied, InterimMeasureImposed
from contracts.regions import CompulsionKind, InterimState, MeasureKind
from contracts.values import Certificate, Level, PersonId, Role, ShortText, Status, Text
from services.hazard.lifecycle import powers
from services.hazard.lifecycle.regions import Interim
from services.hazard.lifecycle.state import Hazard
from services.hazard.occasion import Ask, DateInvalid, Occasion
from services.hazard.refused import MayNot, Refused

UNREMOVED = (Status.REGISTERED, Status.PLAN_REQUIRED, Status.RECTIFYING, Status.SUBMITTED)
STOPS = frozenset({MeasureKind.PARTIAL_STOP, MeasureKind.FULL_STOP, MeasureKind.STOP_EQUIPMENT})
AQF_65 = "《安全生产法》第六十五条第一款第三项"
AQF_70 = "《安全生产法》第七十条"
TOWN = "《浙江省安全生产条例》第二十七条、《山东省安全生产条例》第四十七条"


class MeasureNeedsMajor(Refused):
    """只对重大事故隐患责令停产停业或撤人 · An authority stops work for a major hazard only (AQF 65)."""


class TownMayNotImpose(MayNot):
    """本省未授权镇街采取该措施 · The province's profile does not give towns a measure of this kind."""


class TownEmergencyOnly(MayNot):
    """镇街只能采取必要的紧急措施 · A town officer imposes what is urgent, and nothing else."""


class ImmediateReportMissing(Refused):
    """镇街采取紧急措施须立即报告 · The measure names the department that it was reported to."""


class MeasureNoticeMissing(Refused):
    """采取措施须有决定书编号 · A measure that is not urgent has a numbered decision."""


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
    others: tuple[PersonId, ...] = Field((), description="同行的执法人员")
    reported_to: ShortText | None = Field(None, description="已立即报告的部门，镇街必填")


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


def may_impose(hazard: Hazard, occasion: Occasion) -> None:
    """可否采取措施 · One's own at any level; an authority's for a major hazard, by a certified officer."""
    powers.check(powers.INTERIM, occasion)
    hazard.must_be(*UNREMOVED, act="采取临时措施")
    if is_own(occasion):
        return
    if hazard.level is not Level.MAJOR:
        raise MeasureNeedsMajor(f"只对重大事故隐患责令撤人、停产停业或停止使用（{AQF_65}）")
    powers.check_own_certificate(powers.INTERIM, occasion)


def is_own(occasion: Occasion) -> bool:
    """自行采取 · By the enterprise or the landlord itself."""
    return occasion.of_enterprise or occasion.role is Role.LND


def impose_interim_measure(
    hazard: Hazard, ask: ImposeInterimMeasure, occasion: Occasion
) -> tuple[InterimMeasureImposed, ...]:
    """采取临时措施 · An authority's by two certified officers, within a town's powers, with a decision unless urgent."""
    may_impose(hazard, occasion)
    own = is_own(occasion)
    if not own:
        check_authority(ask, occasion)
    urgent = ask.emergency and not own
    report_due = occasion.hours_on(occasion.policy.limits.urgent_report_hours) if urgent else None
    officers = () if own else (occasion.person, *ask.others)
    fields = ask.model_dump(exclude={"others"}) | {"kinds": tuple(sorted(set(ask.kinds)))}
    number, enterprise = hazard.registered
    return (
        InterimMeasureImposed(
            number=number,
            enterprise=enterprise,
            own=own,
            officers=officers,
            report_due=report_due,
            **fields,
        ),
    )


def check_authority(ask: ImposeInterimMeasure, occasion: Occasion) -> None:
    """责令措施 · Raises MayNot and what check_town raises, MeasureNoticeMissing."""
    if occasion.role is Role.TWO:
        check_town(ask, occasion)
    powers.check_certified(powers.INTERIM, occasion, ask.certificates, ask.others)
    if ask.notice is None and not ask.emergency:
        raise MeasureNoticeMissing(f"责令措施须有决定书编号，紧急措施可以后补（{AQF_65}）")


def check_town(ask: ImposeInterimMeasure, occasion: Occasion) -> None:
    """镇街紧急措施 · What the province gave towns, in an emergency, reported to the department at once.

    Raises TownMayNotImpose, TownEmergencyOnly, ImmediateReportMissing.
    """
    beyond = set(ask.kinds) - occasion.policy.powers.town_emergency_kinds
    if beyond:
        kinds = "、".join(kind.zh for kind in sorted(beyond))
        raise TownMayNotImpose(f"本省未授权镇街{kinds}，请报告部门决定（{AQF_65}；{TOWN}）")
    if not ask.emergency:
        raise TownEmergencyOnly(f"镇街只能采取必要的紧急措施，其他措施由部门责令（{TOWN}）")
    if ask.reported_to is None:
        raise ImmediateReportMissing(f"镇街采取紧急措施须同时报告部门，请填写已报告的部门（{TOWN}）")


def may_compel(hazard: Hazard, occasion: Occasion) -> None:
    """可否强制 · An authority ordered to stop, for a major hazard that is not removed."""
    powers.check(powers.COMPEL, occasion)
    hazard.must_be(*UNREMOVED, act="采取强制措施")
    stopped = hazard.interim.ordered and hazard.interim.standing and STOPS & set(hazard.interim.kinds)
    if hazard.level is not Level.MAJOR or not stopped:
        raise StopNotOrdered(f"强制措施以对重大事故隐患已作出的停产停业、停止使用决定为前提（{AQF_70}）")


def apply_compulsion(
    hazard: Hazard, ask: ApplyCompulsion, occasion: Occasion
) -> tuple[CompulsionApplied, ...]:
    """强制执行措施 · The stop is refused, danger is real, the notice is written and early enough."""
    may_compel(hazard, occasion)
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


Measuring = InterimMeasureImposed | CompulsionApplied


def evolve(hazard: Hazard, event: Measuring) -> Hazard:
    """演变 · What a measure changes; one more measure stands beside the others and ends a request to lift them."""
    match event:
        case InterimMeasureImposed():
            before = hazard.interim  # nothing of it is left after a lifting
            interim = Interim(
                state=InterimState.ACTIVE,
                kinds=tuple(sorted({*before.kinds, *event.kinds})),
                ordered=before.ordered or not event.own,
            )
        case CompulsionApplied():
            return hazard
        case _:
            assert_never(event)
    return replace(hazard, interim=interim)
