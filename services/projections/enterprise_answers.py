"""企业档案答复 · The list and the file of enterprises as they are answered."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from contracts.catalogue import BY_TYPE
from contracts.codes import category_name
from contracts.enterprise import EnterpriseGraded
from contracts.values import Level, ObjectKind, Post, RiskColour, SizeClass, Source, Status, VisitKind
from services.projections.enterprise_light import Freshness, Light, light_of
from services.projections.persons import Person, person, persons
from services.projections.reading import Names, Row
from services.projections.rounds import Round
from services.projections.shanghai import day, local
from services.projections.status import RECTIFIED, UNCOUNTED, UNDONE

STANDINGS = {"ACTIVE": "正常", "SUSPENDED": "停产停业", "CLOSED_DOWN": "关闭注销"}
PROFILE: JsonDict = {
    "id": "0f8b7c1e-4a77-5d31-9c1c-2f2f6a1f0b55",
    "version": 3,
    "division": "330111005003",
    "name": "某某五金制品有限公司",
    "village": "东村",
    "credit_code": "91330424MA28AQAQXU",
    "credit_code_doubtful": False,
    "industry": "机械",
    "object_kind": "ENTERPRISE",
    "object_kind_name": "企业",
    "size_class": "BELOW",
    "size_class_name": "规下",
    "address": "东村工业区8号",
    "tags": ["喷涂"],
    "colour": "YELLOW",
    "colour_name": "黄",
    "standing": "ACTIVE",
    "standing_name": "正常",
    "registered_on": "2026-01-08",
}
COUNTS: JsonDict = {"found": 3, "open": 1, "overdue": 0, "major_open": 0}
FIGURES: JsonDict = {
    "visits": 4,
    "last_visit": "2026-06-03",
    "found": 3,
    "open": 1,
    "overdue": 0,
    "submitted": 1,
    "rectified": 2,
    "closed": 1,
    "major": 0,
    "major_open": 0,
}


class Profile(BaseModel):
    """企业档案 · What is registered about the enterprise."""

    model_config = ConfigDict(json_schema_extra={"examples": [PROFILE]})

    id: str
    version: int = Field(description="聚合版本，即 ETag；用于 If-Match")
    division: str = Field(description="行政区划代码")
    name: str = Field(description="企业名称")
    village: str | None = Field(description="村社区")
    credit_code: str | None = Field(description="统一社会信用代码")
    credit_code_doubtful: bool = Field(description="信用代码校验位不符，仅提示")
    industry: str | None = Field(description="行业")
    object_kind: ObjectKind
    object_kind_name: str
    size_class: SizeClass | None
    size_class_name: str | None
    address: str | None
    tags: Sequence[str]
    colour: RiskColour | None = Field(description="风险颜色")
    colour_name: str | None
    standing: str = Field(description="经营状态：ACTIVE、SUSPENDED、CLOSED_DOWN")
    standing_name: str
    registered_on: date | None = Field(description="建档日期")


class EnterpriseItem(Profile):
    """名册条目 · A profile with what is open."""

    model_config = ConfigDict(json_schema_extra={"examples": [PROFILE | COUNTS]})

    found: int = Field(description="隐患总数")
    open: int = Field(description="未复查合格数")
    overdue: int = Field(description="逾期未整改数")
    major_open: int = Field(description="未销号的重大隐患数")


class EnterprisePage(BaseModel):
    """名册一页 · Items by name, and the mark of the next page."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [PROFILE | COUNTS], "next": None}]})

    items: list[EnterpriseItem]
    next: str | None = Field(description="下一页的翻页标记；没有下一页时为 null")


class Change(BaseModel):
    """档案变更 · One entry of the profile's history."""

    position: int
    occurred_at: datetime
    type: str
    name: str = Field(description="变更事项", examples=["风险定级"])
    actor: Person | None
    role: str
    data: dict[str, Any]  # the event's own fields, by the schema at /contracts/{type}


class Responsible(BaseModel):
    """责任岗位 · Who holds a responsible post now."""

    post: Post
    post_name: str
    person: Person


class VisitLine(BaseModel):
    """检查 · One visit."""

    id: str
    visited_on: date
    visit_kind: VisitKind
    visit_kind_name: str
    officers: list[Person]
    finds: int = Field(description="发现隐患数")
    remark: str | None


class RoundLine(BaseModel):
    """一轮整改 · One round of rectification, from its deadline to its re-inspection."""

    round: int
    began_by: str = Field(description="由哪种事件开始")
    began_on: date
    deadline: date | None
    responsible: Person | None
    notice: str | None = Field(description="文书编号")
    measures: str | None
    completed_on: date | None
    submitted_on: date | None
    submitted_by: Person | None
    cost: int | None = Field(description="整改资金，单位分")
    reinspected_on: date | None
    reinspectors: list[Person]
    passed: bool | None = Field(description="复查结果：合格为真")
    remark: str | None
    closed_on: date | None


class HazardLine(BaseModel):
    """隐患 · One hazard with all its rounds."""

    id: UUID
    number: str
    status: Status
    status_name: str
    level: Level
    level_name: str
    category: str | None
    category_name: str | None
    source: Source
    place: str | None
    description: str | None
    found_on: date
    deadline: date | None
    overdue: bool
    closed_on: date | None
    rounds: list[RoundLine]

    @property
    def tries(self) -> int:
        """轮次 · How many rounds it has taken so far."""
        return len(self.rounds)


class Figures(BaseModel):
    """统计 · What the file adds up to; duplicates and voided records are not counted."""

    model_config = ConfigDict(json_schema_extra={"examples": [FIGURES]})

    visits: int = Field(description="检查次数")
    last_visit: date | None = Field(description="最近检查日期")
    found: int = Field(description="隐患总数")
    open: int = Field(description="未复查合格数")
    overdue: int = Field(description="逾期未整改数")
    submitted: int = Field(description="待复查数")
    rectified: int = Field(description="复查合格（含销号）数")
    closed: int = Field(description="销号数")
    major: int = Field(description="重大隐患数")
    major_open: int = Field(description="未销号的重大隐患数")


class EnterpriseFile(BaseModel):
    """一企一档 · Everything on file about one enterprise."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "profile": PROFILE,
                    "history": [],
                    "persons": [
                        {"post": "MAIN", "post_name": "主要负责人", "person": {"id": "p-301", "name": "王五"}}
                    ],
                    "visits": [],
                    "hazards": [],
                    "figures": FIGURES,
                    "light": {"colour": "GREEN", "colour_name": "绿灯", "reasons": []},
                    "freshness": {
                        "profile": "2026-01-08",
                        "graded": None,
                        "visits": None,
                        "hazards": None,
                    },
                }
            ]
        }
    )

    profile: Profile
    history: list[Change]
    persons: list[Responsible]
    visits: list[VisitLine]
    hazards: list[HazardLine]
    figures: Figures
    light: Light = Field(description="亮灯及事由")
    freshness: Freshness = Field(description="各部分最近更新的日期")


def _named(row: Row) -> Row:
    size, colour = row["size_class"], row["colour"]
    return row | {
        "object_kind_name": ObjectKind(row["object_kind"]).zh,
        "size_class_name": SizeClass(size).zh if size else None,
        "colour_name": RiskColour(colour).zh if colour else None,
        "standing_name": STANDINGS[row["standing"]],
    }


def item_of(row: Row) -> EnterpriseItem:
    """名册条目 · A row of the list as it is shown."""
    return EnterpriseItem.model_validate(_named(row))


def file_of(
    profile: Row,
    changes: Sequence[Row],
    visits: Sequence[Row],
    hazards: Sequence[Row],
    names: Names,
    today: date,
) -> EnterpriseFile:
    """档案 · The rows of one enterprise as its file."""
    lines = [_hazard(row, names, today) for row in hazards]
    posts = ((Post.MAIN, profile["main_person"]), (Post.SAFETY, profile["safety_person"]))
    return EnterpriseFile(
        profile=Profile.model_validate(_named(profile)),
        history=[_change(row, names) for row in changes],
        persons=[
            Responsible(post=post, post_name=post.zh, person=shown)
            for post, holder in posts
            if (shown := person(holder, names))
        ],
        visits=[_visit(row, names) for row in visits],
        hazards=lines,
        figures=_figures(visits, lines),
        light=light_of(lines),
        freshness=_freshness(changes, visits, lines),
    )


def _freshness(changes: Sequence[Row], visits: Sequence[Row], hazards: Sequence[HazardLine]) -> Freshness:
    told = [(row["type"], day(row["occurred_at"])) for row in changes]
    steps = [
        step
        for hazard in hazards
        for each in hazard.rounds
        for step in (each.began_on, each.submitted_on, each.reinspected_on, each.closed_on)
        if step
    ]
    return Freshness(
        profile=max((on for _, on in told), default=None),
        graded=max((on for kind, on in told if kind == EnterpriseGraded.TYPE), default=None),
        visits=max((row["visited_on"] for row in visits), default=None),
        hazards=max((*steps, *(hazard.found_on for hazard in hazards)), default=None),
    )


def _change(row: Row, names: Names) -> Change:
    return Change(
        position=row["position"],
        occurred_at=local(row["occurred_at"]),
        type=row["type"],
        # The Chinese half of the event's own docstring is its name everywhere.
        name=(BY_TYPE[row["type"]].__doc__ or "").partition(" · ")[0],
        actor=person(row["actor"], names),
        role=row["role"],
        data=row["data"],
    )


def _visit(row: Row, names: Names) -> VisitLine:
    shown = {
        "visit_kind_name": VisitKind(row["visit_kind"]).zh,
        "officers": persons(row["officers"], names),
    }
    return VisitLine.model_validate(row | shown)


def _hazard(row: Row, names: Names, today: date) -> HazardLine:
    shown = {
        "status_name": Status(row["status"]).zh,
        "level_name": Level(row["level"]).zh,
        "category_name": row["category"] and category_name(row["category"]),
        "overdue": bool(row["deadline"] and row["deadline"] < today and row["status"] in UNDONE),
        "rounds": [_round(each, names) for each in row["rounds"]],
    }
    return HazardLine.model_validate(row | shown)


def _round(each: Round, names: Names) -> RoundLine:
    return RoundLine(
        round=each.round,
        began_by=each.began_by,
        began_on=each.began_on,
        deadline=each.deadline,
        responsible=person(each.responsible, names),
        notice=each.notice,
        measures=each.measures,
        completed_on=each.completed_on,
        submitted_on=each.submitted_on,
        submitted_by=person(each.submitted_by, names),
        cost=each.cost,
        reinspected_on=each.reinspected_on,
        reinspectors=persons(each.reinspectors, names),
        passed=each.passed,
        remark=each.remark,
        closed_on=each.closed_on,
    )


def _figures(visits: Sequence[Row], hazards: Sequence[HazardLine]) -> Figures:
    counted = [hazard for hazard in hazards if hazard.status not in UNCOUNTED]
    major = [hazard for hazard in counted if hazard.level is Level.MAJOR]
    return Figures(
        visits=len(visits),
        last_visit=max((visit["visited_on"] for visit in visits), default=None),
        found=len(counted),
        open=sum(hazard.status not in RECTIFIED for hazard in counted),
        overdue=sum(hazard.overdue for hazard in counted),
        submitted=sum(hazard.status is Status.SUBMITTED for hazard in counted),
        rectified=sum(hazard.status in RECTIFIED for hazard in counted),
        closed=sum(hazard.status is Status.CLOSED for hazard in counted),
        major=len(major),
        major_open=sum(hazard.status is not Status.CLOSED for hazard in major),
    )
