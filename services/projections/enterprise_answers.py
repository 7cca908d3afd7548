"""企业档案答复 · The list and the file of enterprises as they are answered."""

from collections.abc import Sequence
from datetime import date

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from contracts.values import ObjectKind, RiskColour, SizeClass, Standardisation
from services.projections.cases import CaseLine
from services.projections.enterprise_light import Light
from services.projections.enterprise_sections import figures
from services.projections.enterprise_sections.cost import Cost
from services.projections.enterprise_sections.figures import Figures
from services.projections.enterprise_sections.freshness import EXAMPLE as FRESH
from services.projections.enterprise_sections.freshness import Freshness
from services.projections.enterprise_sections.hazards import HazardLine
from services.projections.enterprise_sections.history import Change, Colour, Responsible
from services.projections.enterprise_sections.notices import NoticeLine
from services.projections.enterprise_sections.timing import Pace
from services.projections.enterprise_sections.visits import VisitLine
from services.projections.reading import Row
from services.projections.service_duty_answers import PlanItem

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
    "standardisation": "LEVEL_3",
    "standardisation_name": "三级",
    "address": "东村工业区8号",
    "tags": ["喷涂"],
    "colour": "YELLOW",
    "colour_name": "黄",
    "standing": "ACTIVE",
    "standing_name": "正常",
    "registered_on": "2026-01-08",
}
COUNTS: JsonDict = {"found": 3, "open": 1, "overdue": 0, "major_open": 0}


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
    standardisation: Standardisation | None = Field(description="标准化等级")
    standardisation_name: str | None
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


EXAMPLE: JsonDict = {
    "profile": PROFILE,
    "history": [],
    "persons": [
        {
            "post": "MAIN",
            "post_name": "主要负责人",
            "person": {"id": "p-301", "name": "王五"},
            "since": "2026-01-08",
            "former": [],
        }
    ],
    "risk": [],
    "visits": [],
    "hazards": [],
    "next": None,
    "notices": [],
    "service_plans": [],
    "cases": [],
    "figures": figures.EXAMPLE,
    "timing": {
        "days_to_order": 0.5,
        "days_to_submission": 9.33,
        "days_to_verification": 2.0,
        "days_to_closure": 1.0,
        "enterprise_delays": 1,
        "enterprise_days": 3,
        "office_delays": 0,
        "office_days": 0,
        "running": 0,
    },
    "cost": {
        "rectification": 240_000,
        "reported": 2,
        "funds": [],
        "fines": 0,
        "paid": 0,
        "outstanding": 0,
    },
    "light": {"colour": "GREEN", "colour_name": "绿灯", "reasons": []},
    "freshness": [FRESH],
}


class EnterpriseFile(BaseModel):
    """一企一档 · Everything on file about one enterprise, at one moment."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    profile: Profile
    history: list[Change] = Field(description="档案变更经过")
    persons: list[Responsible] = Field(description="责任岗位，含前任")
    risk: list[Colour] = Field(description="风险定级经过")
    visits: list[VisitLine] = Field(description="检查，含计划中的")
    hazards: list[HazardLine] = Field(description="隐患，新发现的在前，逐页")
    next: str | None = Field(description="下一页隐患的翻页标记；没有更多时为 null")
    notices: list[NoticeLine] = Field(description="指令书")
    service_plans: list[PlanItem] = Field(description="各年度服务计划")
    cases: list[CaseLine] | None = Field(description="执法案件；不在查阅范围的为 null")
    figures: Figures
    timing: Pace = Field(description="平均时长和延误")
    cost: Cost = Field(description="整改资金、方案资金和罚款")
    light: Light = Field(description="亮灯及事由")
    freshness: list[Freshness] = Field(description="各部分截至日志何处、何时")


def named(row: Row) -> Row:
    """带名称 · A row of an enterprise with the Chinese names of its codes."""
    size, colour, standard = row["size_class"], row["colour"], row["standardisation"]
    return row | {
        "object_kind_name": ObjectKind(row["object_kind"]).zh,
        "size_class_name": SizeClass(size).zh if size else None,
        "standardisation_name": Standardisation(standard).zh if standard else None,
        "colour_name": RiskColour(colour).zh if colour else None,
        "standing_name": STANDINGS[row["standing"]],
    }


def item_of(row: Row) -> EnterpriseItem:
    """名册条目 · A row of the list as it is shown."""
    return EnterpriseItem.model_validate(named(row))
