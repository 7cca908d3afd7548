"""专项行动 · A campaign from its plan to its evaluation, and what may belong to it; pure rules."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import assert_never

from pydantic import Field

from contracts.campaign import (
    CampaignClosingBegun,
    CampaignContent,
    CampaignEvaluated,
    CampaignEvent,
    CampaignKind,
    CampaignPlanned,
    CampaignRevised,
    CampaignScope,
    CampaignStage,
    CampaignStarted,
    CampaignTargets,
    CampaignTargetsChanged,
    OrderedBy,
)
from contracts.division import prefix
from contracts.envelope import Envelope
from contracts.values import DivisionCode, Role, ShortText, Text
from contracts.visit import FormVersion
from services.hazard.calendar import day_of
from services.hazard.enterprise import NothingChanged
from services.hazard.form import check_in_use
from services.hazard.occasion import Ask, DateInvalid, Occasion
from services.hazard.refused import MayNot, Refused

ORDERED = "安委会、上级部署的专项行动由部门和镇街组织开展，结果报送部署机关"
EXAMPLE_PLAN = {
    "name": "厂中厂、涉爆粉尘专项整治",
    "kind": "PLANT_IN_PLANT",
    "starts_on": "2026-06-01",
    "ends_on": "2026-08-31",
    "ordered_by": {"level": "CITY", "body": "市安委会", "document": "市安委〔2026〕5号"},
    "scope": {"divisions": ["330111005"], "industries": ["机械"], "colours": ["RED", "ORANGE"]},
    "targets": {"count": 120},
}
S = CampaignStage
EVERYBODY = CampaignTargets()


class CampaignExists(Refused):
    """专项行动已部署 · It is planned once."""


class NotAtThisCampaignStage(Refused):
    """专项行动当前阶段不允许此操作 · From planned to evaluated, one after the other."""


class CampaignScopeOutside(Refused):
    """行动范围超出组织区划 · A campaign is about the division that organises it, and what is below."""


class CampaignTargetInvalid(Refused):
    """行动目标有误 · A target is an operating enterprise within the campaign's division."""


class CampaignNotRunning(Refused):
    """专项行动不在进行中 · A visit or a hazard belongs to a campaign that was running on that day."""


class OutsideCampaign(Refused):
    """不在专项行动范围内 · The enterprise stands outside the campaign's division."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """专项行动 · The state that rules read."""

    version: int = 0
    stage: CampaignStage | None = None
    place: str = ""
    content: CampaignContent | None = None
    targets: CampaignTargets = EVERYBODY
    closing_on: date | None = None
    last_at: datetime | None = None

    @property
    def planned(self) -> CampaignContent:
        """方案 · Of a campaign that was planned."""
        assert self.content is not None  # whoever may reach it knows that it is there
        return self.content

    def must_be(self, *stages: CampaignStage, act: str) -> None:
        """须处于 · Refuse what this stage does not allow. Raises NotAtThisCampaignStage."""
        if self.stage not in stages:
            now = self.stage.zh if self.stage else "未部署"
            wanted = "、".join(f"「{stage.zh}」" for stage in stages)
            raise NotAtThisCampaignStage(
                f"专项行动处于「{now}」，不能{act}；该操作只适用于{wanted}（{ORDERED}）"
            )


class CampaignPlan(Ask):
    """行动方案 · Name, period, who ordered it, scope, checklist, targets."""

    name: ShortText
    kind: CampaignKind = Field(description="专项行动类型")
    starts_on: date
    ends_on: date = Field(description="结束日期（含）")
    ordered_by: OrderedBy
    scope: CampaignScope = Field(CampaignScope(), description="行动范围；各项条件同时满足，空的不限")
    form: FormVersion | None = Field(None, description="检查表及其版本")
    targets: CampaignTargets = Field(
        CampaignTargets(), description="点名的企业或家数；都不填的，范围内全部为目标"
    )


class PlanCampaign(
    CampaignPlan, json_schema_extra={"examples": [{"division": "330111005000", **EXAMPLE_PLAN}]}
):
    """部署专项行动 · In a division that organises it."""

    division: DivisionCode = Field(description="组织开展的区划")


class ReviseCampaign(CampaignPlan, json_schema_extra={"examples": [EXAMPLE_PLAN]}):
    """修改行动方案 · The whole plan anew, before it runs."""


class ChangeCampaignTargets(
    Ask, json_schema_extra={"examples": [{"targets": {"count": 135}, "reason": "排摸新增15家"}]}
):
    """调整行动目标 · Whom it has to reach from here on."""

    targets: CampaignTargets
    reason: Text


class StartCampaign(Ask, json_schema_extra={"examples": [{}]}):
    """启动专项行动 · On its first day or later."""


class BeginClosingCampaign(
    Ask, json_schema_extra={"examples": [{"summary": "应查120家，已查118家，2家停产"}]}
):
    """专项行动收尾 · No new visits from tomorrow on."""

    summary: Text | None = None


class EvaluateCampaign(Ask, json_schema_extra={"examples": [{"conclusion": "发现隐患326条，已整改319条"}]}):
    """总结专项行动 · What came of it."""

    conclusion: Text


def check_role(roles: Collection[Role], occasion: Occasion, act: str) -> None:
    """角色权限 · Who may, by policy. Raises MayNot."""
    if occasion.role not in roles:
        others = "、".join(role.zh for role in Role if role in roles)
        raise MayNot(f"{occasion.role.zh}无权{act}（{ORDERED}）；可以办理的是：{others}")


def plan_campaign(campaign: Campaign, ask: PlanCampaign, occasion: Occasion) -> tuple[CampaignPlanned, ...]:
    """部署专项行动 · `occasion.files` are those of the enterprises that are named."""
    check_role(occasion.policy.campaigns.planning_roles, occasion, "部署专项行动")
    if campaign.stage is not None:
        raise CampaignExists
    check_plan(ask, ask.division, occasion)
    check_targets(ask.targets, ask.division, occasion)
    return (CampaignPlanned(**ask.model_dump(exclude={"division"}), place=ask.division),)


def revise_campaign(
    campaign: Campaign, ask: ReviseCampaign, occasion: Occasion
) -> tuple[CampaignRevised, ...]:
    """修改行动方案 · Before it runs."""
    check_role(occasion.policy.campaigns.planning_roles, occasion, "修改行动方案")
    campaign.must_be(S.PLANNED, act="修改方案")
    check_plan(ask, campaign.place, occasion)
    check_targets(ask.targets, campaign.place, occasion)
    revised = CampaignRevised(**ask.model_dump())
    if revised.model_dump() == campaign.planned.model_dump(exclude={"place"}) | {
        "targets": campaign.targets.model_dump()
    }:
        raise NothingChanged("行动方案没有变化")
    return (revised,)


def check_plan(ask: CampaignPlan, place: str, occasion: Occasion) -> None:
    """方案核对 · The period has not passed, the scope lies in the place, the form is in use.

    Raises DateInvalid, CampaignScopeOutside, FormUnknown, FormVersionWithdrawn.
    """
    if ask.ends_on < ask.starts_on:
        raise DateInvalid("专项行动的结束日期不得早于开始日期")
    if ask.ends_on < occasion.today:
        raise DateInvalid("专项行动的结束日期不得早于今天")
    outside = [each for each in ask.scope.divisions if not significant(each).startswith(prefix(place))]
    if outside:
        raise CampaignScopeOutside(f"区划「{'、'.join(outside)}」不在组织区划「{place}」之内（{ORDERED}）")
    check_in_use(ask.form, occasion)


def significant(division: str) -> str:
    """有效数字 · A prefix as it stands, a whole code without its zeros."""
    return prefix(division.ljust(len("330111005000"), "0"))


def check_targets(targets: CampaignTargets, place: str, occasion: Occasion) -> None:
    """目标核对 · Each is on file, operates, and stands in the place. Raises CampaignTargetInvalid."""
    for key in targets.enterprises:
        file = occasion.files.get(key)
        if file is None or file.id is None or not file.division.startswith(prefix(place)):
            raise CampaignTargetInvalid(f"企业「{key}」未建档，或不在组织区划「{place}」之内")
        if file.closed_down:
            raise CampaignTargetInvalid(f"企业「{file.name}」已关闭注销，不能列为行动目标")


def change_campaign_targets(
    campaign: Campaign, ask: ChangeCampaignTargets, occasion: Occasion
) -> tuple[CampaignTargetsChanged, ...]:
    """调整行动目标 · While it is planned or runs."""
    check_role(occasion.policy.campaigns.planning_roles, occasion, "调整行动目标")
    campaign.must_be(S.PLANNED, S.RUNNING, act="调整目标")
    check_targets(ask.targets, campaign.place, occasion)
    if ask.targets == campaign.targets:
        raise NothingChanged("行动目标没有变化")
    return (CampaignTargetsChanged(name=campaign.planned.name, targets=ask.targets, reason=ask.reason),)


def start_campaign(campaign: Campaign, _: StartCampaign, occasion: Occasion) -> tuple[CampaignStarted, ...]:
    """启动专项行动 · Within its period."""
    check_role(occasion.policy.campaigns.planning_roles, occasion, "启动专项行动")
    campaign.must_be(S.PLANNED, act="启动")
    plan = campaign.planned
    if not plan.starts_on <= occasion.today <= plan.ends_on:
        raise DateInvalid(
            f"专项行动自{plan.starts_on.isoformat()}起至{plan.ends_on.isoformat()}止，期外不能启动；可先修改方案"
        )
    return (CampaignStarted(name=plan.name),)


def begin_closing_campaign(
    campaign: Campaign, ask: BeginClosingCampaign, occasion: Occasion
) -> tuple[CampaignClosingBegun, ...]:
    """专项行动收尾 · At any time while it runs."""
    check_role(occasion.policy.campaigns.planning_roles, occasion, "转入收尾")
    campaign.must_be(S.RUNNING, act="收尾")
    return (CampaignClosingBegun(name=campaign.planned.name, summary=ask.summary),)


def evaluate_campaign(
    campaign: Campaign, ask: EvaluateCampaign, occasion: Occasion
) -> tuple[CampaignEvaluated, ...]:
    """总结专项行动 · After the closing; nothing follows."""
    check_role(occasion.policy.campaigns.evaluating_roles, occasion, "总结专项行动")
    campaign.must_be(S.CLOSING, act="总结")
    return (CampaignEvaluated(name=campaign.planned.name, conclusion=ask.conclusion),)


def check_belongs(campaign: Campaign, division: str, on: date, *, ahead: bool = False) -> None:
    """归属核对 · Whether what happened on a day in a division may belong to it; late entries go by their day.

    `ahead`: it is planned for that day, so the campaign need not run yet. Raises CampaignNotRunning, OutsideCampaign.
    """
    if campaign.stage is None or (campaign.stage is S.PLANNED and not ahead):
        raise CampaignNotRunning("专项行动尚未启动，检查和隐患不能归入")
    plan = campaign.planned
    last = plan.ends_on if campaign.closing_on is None else min(plan.ends_on, campaign.closing_on)
    if not plan.starts_on <= on <= last:
        raise CampaignNotRunning(
            f"专项行动「{plan.name}」自{plan.starts_on.isoformat()}起至{last.isoformat()}止，"
            f"{on.isoformat()}的检查和隐患不能归入"
        )
    if not division.startswith(prefix(campaign.place)):
        raise OutsideCampaign(f"专项行动「{plan.name}」由「{campaign.place}」组织，该对象不在其范围内")


def evolve(campaign: Campaign, event: CampaignEvent, envelope: Envelope) -> Campaign:
    """演变 · The state after one event."""
    return replace(changed(campaign, event, envelope), version=envelope.version, last_at=envelope.occurredat)


def changed(campaign: Campaign, event: CampaignEvent, envelope: Envelope) -> Campaign:
    """变化 · What one event changes."""
    match event:
        case CampaignPlanned():
            return replace(campaign, stage=S.PLANNED, place=event.place, content=event, targets=event.targets)
        case CampaignRevised():
            return replace(campaign, content=event, targets=event.targets)
        case CampaignTargetsChanged():
            return replace(campaign, targets=event.targets)
        case CampaignStarted():
            return replace(campaign, stage=S.RUNNING)
        case CampaignClosingBegun():
            return replace(campaign, stage=S.CLOSING, closing_on=day_of(envelope.occurredat))
        case CampaignEvaluated():
            return replace(campaign, stage=S.EVALUATED)
        case _:
            assert_never(event)
