"""专项行动答复 · Campaigns and their coverage as they are answered."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from contracts.campaign import CampaignKind, CampaignStage, OrderingLevel
from services.projections.indicators import rate
from services.projections.reading import Row

CAMPAIGN: JsonDict = {
    "id": "9c1d2e3f-4a5b-5c6d-8e7f-0a1b2c3d4e5f",
    "version": 3,
    "name": "厂中厂、涉爆粉尘专项整治",
    "kind": "PLANT_IN_PLANT",
    "kind_name": "厂中厂",
    "stage": "RUNNING",
    "stage_name": "进行中",
    "division": "330111005000",
    "starts_on": "2026-06-01",
    "ends_on": "2026-08-31",
    "level": "CITY",
    "level_name": "市级",
    "body": "市安委会",
    "document": "市安委〔2026〕5号",
    "target_count": None,
    "conclusion": None,
}
FIGURES: JsonDict = {
    "targets": 120,
    "covered": 96,
    "uncovered": 24,
    "rate": 80.0,
    "visits": 131,
    "visited": 99,
    "hazards": 214,
    "major": 2,
    "rectified": 180,
}
TOWN: JsonDict = {"division": "330111005", "targets": 120, "covered": 96, "rate": 80.0}
TARGET: JsonDict = {
    "enterprise": "7b0e1a52-3f54-5b6e-9d56-0f4a3a8e1c11",
    "name": "蜀山精密机械有限公司",
    "village": "湖滨社区",
    "division": "330111005000",
    "covered": True,
    "visited_on": "2026-06-12",
    "closed_down": False,
}
COVERAGE: JsonDict = {
    "campaign": CAMPAIGN,
    "figures": FIGURES,
    "divisions": [TOWN],
    "items": [TARGET],
    "next": None,
}


class CampaignItem(BaseModel):
    """专项行动 · One campaign of the list."""

    model_config = ConfigDict(json_schema_extra={"examples": [CAMPAIGN]})

    id: str
    version: int
    name: str
    kind: CampaignKind
    kind_name: str
    stage: CampaignStage
    stage_name: str
    division: str = Field(description="组织开展的区划")
    starts_on: date
    ends_on: date
    level: OrderingLevel
    level_name: str
    body: str | None = Field(description="部署机关")
    document: str | None = Field(description="文号")
    target_count: int | None = Field(description="应查家数，按家数定目标的")
    conclusion: str | None


class CampaignPage(BaseModel):
    """专项行动 · A page of them."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [CAMPAIGN], "next": None}]})

    items: list[CampaignItem]
    next: str | None = Field(description="下一页的翻页标记")


class CoverageFigures(BaseModel):
    """覆盖情况 · Within the caller's division."""

    model_config = ConfigDict(json_schema_extra={"examples": [FIGURES]})

    targets: int = Field(description="应查家数")
    covered: int = Field(description="已查家数")
    uncovered: int = Field(description="未查家数")
    rate: float | None = Field(description="覆盖率，百分数")
    visits: int = Field(description="检查次数")
    visited: int = Field(description="检查过的企业数，含目标以外的")
    hazards: int = Field(description="发现隐患数")
    major: int = Field(description="其中重大隐患")
    rectified: int = Field(description="已整改（复查合格）")


class CoverageOf(BaseModel):
    """各镇街 · One town."""

    model_config = ConfigDict(json_schema_extra={"examples": [TOWN]})

    division: str
    targets: int
    covered: int
    rate: float | None


class Target(BaseModel):
    """行动目标 · One enterprise that the campaign has to reach."""

    model_config = ConfigDict(json_schema_extra={"examples": [TARGET]})

    enterprise: str
    name: str
    village: str | None
    division: str
    covered: bool
    visited_on: date | None = Field(description="最近一次检查日期")
    closed_down: bool


class Coverage(BaseModel):
    """专项行动进展 · How far it has come: figures, towns, targets."""

    model_config = ConfigDict(json_schema_extra={"examples": [COVERAGE]})

    campaign: CampaignItem
    figures: CoverageFigures
    divisions: list[CoverageOf]
    items: list[Target]
    next: str | None = Field(description="下一页的翻页标记")


def campaign_of(row: Row) -> CampaignItem:
    """专项行动 · With the Chinese names of its codes."""
    kind, stage, level = CampaignKind(row["kind"]), CampaignStage(row["stage"]), OrderingLevel(row["level"])
    plain = (
        "id",
        "version",
        "name",
        "starts_on",
        "ends_on",
        "body",
        "document",
        "target_count",
        "conclusion",
    )
    return CampaignItem(
        kind=kind,
        kind_name=kind.zh,
        stage=stage,
        stage_name=stage.zh,
        level=level,
        level_name=level.zh,
        division=row["place"],
        **{name: row[name] for name in plain},
    )


def target_of(row: Row) -> Target:
    """目标 · Whether and when it was last visited."""
    shown = {name: row[name] for name in ("name", "village", "division", "covered", "visited_on")}
    return Target(enterprise=row["id"], closed_down=row["closed_down_on"] is not None, **shown)


def town_of(row: Row) -> CoverageOf:
    """镇街 · With its rate."""
    return CoverageOf(rate=rate(row["covered"], row["targets"]), **row)


def figures_of(row: Row, towns: list[CoverageOf], count: int | None) -> CoverageFigures:
    """覆盖 · Against the targets; where only their number was given, all enterprises that were visited count."""
    targets = sum(town.targets for town in towns) if count is None else count
    covered = sum(town.covered for town in towns) if count is None else min(row["visited"], count)
    return CoverageFigures(
        targets=targets, covered=covered, uncovered=targets - covered, rate=rate(covered, targets), **row
    )
