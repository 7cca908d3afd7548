"""专项行动覆盖 · Campaigns with the visits and hazards that belong to them, and the files by which targets are told.

A visit belongs to a campaign when it names one; a hazard when it was named at its capture, or through its visit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from fastapi import APIRouter

from contracts import campaign as campaigns
from contracts import enterprise as firm
from contracts import hazard as life
from contracts.campaign import CampaignContent, CampaignStage
from contracts.division import prefix
from contracts.envelope import Event
from contracts.values import Level, Status
from services.jetstream import Recorded
from services.postgres import Connection
from services.projections import campaign_routes, rows
from services.projections.reading import Reads
from services.projections.shanghai import day
from services.projections.status import STATUS_AFTER, status_then
from services.projections.visiting import purpose, seen

NAME = "campaign_coverage"
VERSION = 1
CAMPAIGNS = "projections.campaign_coverage_v1"
ENTERPRISES = "projections.campaign_coverage_v1_enterprise"
VISITS = "projections.campaign_coverage_v1_visit"
HAZARDS = "projections.campaign_coverage_v1_hazard"
TABLES = """
create table projections.campaign_coverage_v1 (
    id text primary key,
    version integer not null,
    place text not null,
    within text collate "C" not null,
    name text not null,
    kind text not null,
    stage text not null,
    starts_on date not null,
    ends_on date not null,
    level text not null,
    body text,
    document text,
    divisions text[] not null,
    industries text[] not null,
    object_kinds text[] not null,
    colours text[] not null,
    enterprises text[] not null,
    target_count integer,
    conclusion text
);
create index on projections.campaign_coverage_v1 (starts_on, id);
create table projections.campaign_coverage_v1_enterprise (
    id text primary key,
    division text collate "C" not null,
    name text collate "C" not null,
    village text,
    industry text,
    object_kind text,
    colour text,
    closed_down_on date
);
create index on projections.campaign_coverage_v1_enterprise (division);
create table projections.campaign_coverage_v1_visit (
    id text primary key,
    campaign text not null,
    enterprise text,
    visited_on date,
    finds integer
);
create index on projections.campaign_coverage_v1_visit (campaign, enterprise);
create table projections.campaign_coverage_v1_hazard (
    id uuid primary key,
    division text collate "C" not null,
    campaign text,
    visit text,
    number text,
    level text not null,
    status text not null
);
create index on projections.campaign_coverage_v1_hazard (campaign);
create index on projections.campaign_coverage_v1_hazard (visit)
"""
WHOLE = frozenset({"campaign", "enterprise", "visit"})
LEVELS: Mapping[type[Event], Level] = {
    life.MajorHazardRegistered: Level.MAJOR,
    life.HazardUpgraded: Level.MAJOR,
    life.HazardDowngraded: Level.GENERAL,
}
# 说明隐患的事件 · After all others it stands where it stood.
TELLING: frozenset[type[Event]] = frozenset(
    {
        *STATUS_AFTER,
        life.FixedOnSpot,
        life.HazardSubmitted,
        life.HazardClassified,
        *LEVELS,
    }
)


@dataclass(frozen=True, slots=True)
class Campaign:
    """专项行动 · Its plan as it stands now."""

    id: str
    version: int = 0
    place: str = ""
    within: str = ""
    name: str = ""
    kind: str = ""
    stage: str = CampaignStage.PLANNED
    starts_on: date = date.min
    ends_on: date = date.min
    level: str = ""
    body: str | None = None
    document: str | None = None
    divisions: Sequence[str] = ()
    industries: Sequence[str] = ()
    object_kinds: Sequence[str] = ()
    colours: Sequence[str] = ()
    enterprises: Sequence[str] = ()
    target_count: int | None = None
    conclusion: str | None = None


@dataclass(frozen=True, slots=True)
class Enterprise:
    """企业 · What a scope asks of it."""

    id: str
    division: str = ""
    name: str = ""
    village: str | None = None
    industry: str | None = None
    object_kind: str | None = None
    colour: str | None = None
    closed_down_on: date | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """检查 · A visit of a campaign; without a day it has not happened yet."""

    id: str
    campaign: str
    enterprise: str | None = None
    visited_on: date | None = None
    finds: int | None = None


@dataclass(slots=True)
class Hazard:
    """隐患 · A hazard that may belong to a campaign, by itself or through its visit."""

    id: UUID
    division: str = ""
    campaign: str | None = None
    visit: str | None = None
    number: str | None = None
    level: str = Level.GENERAL
    status: Status = Status.DRAFT


async def project(connection: Connection, batch: Sequence[Recorded]) -> None:
    """投影 · Fold campaigns, the files of enterprises, and what belongs to campaigns."""
    batch = [recorded for recorded in batch if recorded.aggregate in WHOLE or recorded.kind in TELLING]
    plans = await rows.load(connection, CAMPAIGNS, Campaign, _ids(batch, "campaign"))
    firms = await rows.load(connection, ENTERPRISES, Enterprise, _ids(batch, "enterprise"))
    visits = await rows.load(connection, VISITS, Visit, _ids(batch, "visit"))
    hazards = await rows.load(connection, HAZARDS, Hazard, _ids(batch, "hazard"))
    for recorded in batch:
        key = recorded.key
        match recorded.aggregate:
            case "campaign":
                plans[key] = campaign_after(plans.get(key) or Campaign(key), recorded)
            case "enterprise":
                firms[key] = enterprise_after(firms.get(key) or Enterprise(key), recorded)
            case "visit":
                visit = visit_after(visits.get(key), recorded)
                visits |= {key: visit} if visit else {}
            case "hazard":
                hazard = hazard_after(hazards.get(key), recorded)
                hazards |= {key: hazard} if hazard else {}
    await rows.save(connection, CAMPAIGNS, plans)
    await rows.save(connection, ENTERPRISES, firms)
    await rows.save(connection, VISITS, visits)
    await rows.save(connection, HAZARDS, hazards)


def _ids(batch: Sequence[Recorded], aggregate: str) -> set[str]:
    return {recorded.key for recorded in batch if recorded.aggregate == aggregate}


def campaign_after(before: Campaign, recorded: Recorded) -> Campaign:
    """行动之后 · The campaign after one more event."""
    now = replace(before, version=recorded.envelope.version)
    match recorded.event:
        case campaigns.CampaignPlanned() as event:
            return replace(_said(now, event), place=event.place, within=prefix(event.place))
        case campaigns.CampaignRevised() as event:
            return _said(now, event)
        case campaigns.CampaignTargetsChanged() as event:
            return replace(now, enterprises=event.targets.enterprises, target_count=event.targets.count)
        case campaigns.CampaignStarted():
            return replace(now, stage=CampaignStage.RUNNING)
        case campaigns.CampaignClosingBegun():
            return replace(now, stage=CampaignStage.CLOSING)
        case campaigns.CampaignEvaluated() as event:
            return replace(now, stage=CampaignStage.EVALUATED, conclusion=event.conclusion)
        case _:
            return now


def _said(campaign: Campaign, plan: CampaignContent) -> Campaign:
    return replace(
        campaign,
        name=plan.name,
        kind=plan.kind,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        level=plan.ordered_by.level,
        body=plan.ordered_by.body,
        document=plan.ordered_by.document,
        divisions=[significant(each) for each in plan.scope.divisions],
        industries=plan.scope.industries,
        object_kinds=plan.scope.object_kinds,
        colours=plan.scope.colours,
        enterprises=plan.targets.enterprises,
        target_count=plan.targets.count,
    )


def significant(division: str) -> str:
    """有效数字 · A prefix as it stands, a whole code without its zeros."""
    return prefix(division.ljust(12, "0"))


def enterprise_after(before: Enterprise, recorded: Recorded) -> Enterprise:
    """企业之后 · What its file says now."""
    match recorded.event:
        case firm.EnterpriseRegistered() as event:
            shown = event.model_dump(include={"division", "name", "village", "industry", "object_kind"})
            return replace(before, **shown)
        case firm.EnterpriseProfileChanged() as event:
            wanted = {"name", "village", "industry", "object_kind"}
            return replace(before, **event.model_dump(include=wanted, exclude_none=True))
        case firm.EnterpriseGraded() as event:
            return replace(before, colour=event.colour)
        case firm.EnterpriseClosedDown():
            return replace(before, closed_down_on=day(recorded.envelope.occurredat))
        case _:
            return before


def visit_after(before: Visit | None, recorded: Recorded) -> Visit | None:
    """检查之后 · What it is for, and that it happened; None while it is for no campaign."""
    said, happened = purpose(recorded), seen(recorded)
    campaign = said.campaign if said else None
    if campaign is not None:
        before = replace(before, campaign=campaign) if before else Visit(recorded.envelope.key, campaign)
    if before is None or happened is None:
        return before
    return replace(before, enterprise=happened.enterprise, visited_on=happened.on, finds=happened.finds)


def hazard_after(hazard: Hazard | None, recorded: Recorded) -> Hazard | None:
    """隐患之后 · Where it stands; None for what names neither a campaign nor a visit."""
    captured = recorded.as_a(life.HazardCaptured)
    if captured and (captured.campaign or captured.visit):
        hazard = Hazard(UUID(recorded.key), campaign=captured.campaign, visit=captured.visit)
    if hazard is None:
        return None
    hazard.division = recorded.envelope.division or hazard.division
    hazard.status = status_then(hazard.status, recorded)
    if registered := recorded.as_a(life.HazardRegistered):
        hazard.number, hazard.level = registered.number, registered.level
    elif classified := recorded.as_a(life.HazardClassified):
        hazard.level = hazard.level if classified.proposal else classified.level
    elif recorded.kind in LEVELS:
        hazard.level = LEVELS[recorded.kind]
    return hazard


def routes(reads: Reads) -> APIRouter:
    """读接口 · The list of campaigns, and how far each has come."""
    return campaign_routes.routes(reads, NAME, VERSION)
