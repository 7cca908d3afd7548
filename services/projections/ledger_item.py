"""台账条目 · A row of the ledger as it is answered: codes with their Chinese names, persons with theirs."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from contracts.codes import category_name
from contracts.values import SEALED_ROLES, Level, SizeClass, Source, Status, VisitKind
from services.projections.persons import Person, person, persons
from services.projections.reading import Names, Row
from services.projections.status import UNDONE, UNREGISTERED

EXAMPLE: JsonDict = {
    "id": "5b1f0c8e-2f0e-5a51-8f1e-9d6f1f2a7c10",
    "version": 6,
    "number": "HZ-330111-2026-000123",
    "draft": False,
    "status": "RECTIFYING",
    "status_name": "整改中",
    "level": "GENERAL",
    "level_name": "一般",
    "division": "330111005003",
    "enterprise": "0f8b7c1e-4a77-5d31-9c1c-2f2f6a1f0b55",
    "enterprise_name": "某某五金制品有限公司",
    "credit_code": None,
    "village": "东村",
    "industry": "机械",
    "size_class": "BELOW",
    "source": "SUPERVISION",
    "source_name": "监督检查",
    "visit_kind": "ADMIN",
    "visit_kind_name": "行政检查",
    "found_on": "2026-06-03",
    "inspectors": [{"id": "p-9", "name": "李四"}],
    "category": "B04",
    "category_name": "用电安全",
    "place": "2号车间",
    "description": "配电箱外壳未做保护接地",
    "advice": "加装保护接地",
    "basis": ["GB 50054-2011 5.2.1"],
    "round": 1,
    "deadline": "2026-06-18",
    "days_left": 5,
    "overdue": False,
    "responsible": {"id": "p-301", "name": "王五"},
    "measures": None,
    "completed_on": None,
    "reinspected_on": None,
    "reinspectors": [],
    "passed": None,
    "closed_on": None,
    "closed_by": None,
    "clause": None,
    "plan_filed_on": None,
    "plan_accepted_by": None,
    "plan_accepted_on": None,
    "holder": None,
}


class LedgerItem(BaseModel):
    """台账条目 · One hazard with its current round."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    id: UUID
    version: int = Field(description="聚合版本，即 ETag；用于 If-Match")
    number: str | None = Field(description="隐患编号；登记以后才有")
    draft: bool = Field(description="草稿或待核实：尚不计入隐患")
    status: Status
    status_name: str
    level: Level
    level_name: str
    division: str
    enterprise: str | None
    enterprise_name: str | None = Field(description="企业名称；企业未建档时为对象描述")
    credit_code: str | None
    village: str | None
    industry: str | None
    size_class: SizeClass | None
    source: Source
    source_name: str
    visit_kind: VisitKind | None
    visit_kind_name: str | None
    found_on: date = Field(description="发现（检查）日期")
    inspectors: list[Person] = Field(description="检查人；群众举报的不显示")
    category: str | None
    category_name: str | None
    place: str | None
    description: str | None
    advice: str | None
    basis: Sequence[str]
    round: int = Field(description="第几轮整改")
    deadline: date | None = Field(description="整改期限，当日 24:00 截止")
    days_left: int | None = Field(description="剩余天数，逾期为负；不在整改中时为 null")
    overdue: bool
    responsible: Person | None
    measures: str | None
    completed_on: date | None
    reinspected_on: date | None
    reinspectors: list[Person]
    passed: bool | None = Field(description="复查结果：合格为真")
    closed_on: date | None
    closed_by: Person | None
    clause: str | None = Field(description="判定条款")
    plan_filed_on: date | None
    plan_accepted_by: Person | None
    plan_accepted_on: date | None
    holder: str | None = Field(description="责任单位；未移送的为属地，此处为 null")


class LedgerPage(BaseModel):
    """台账一页 · Items, newest find first, and the mark of the next page."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [EXAMPLE], "next": None}]})

    items: list[LedgerItem]
    next: str | None = Field(description="下一页的翻页标记；没有下一页时为 null")


def item_of(row: Row, names: Names, today: date) -> LedgerItem:
    """条目 · A row of the ledger's query as it is shown on a day."""
    status = Status(row["status"])
    kind = row["visit_kind"] and VisitKind(row["visit_kind"])
    shown = {
        "draft": status in UNREGISTERED,
        "status_name": status.zh,
        "level_name": Level(row["level"]).zh,
        "source_name": Source(row["source"]).zh,
        "visit_kind_name": kind and kind.zh,
        "category_name": row["category"] and category_name(row["category"]),
        "days_left": (row["deadline"] - today).days if row["deadline"] and status in UNDONE else None,
        "inspectors": [] if row["found_role"] in SEALED_ROLES else persons(row["inspectors"], names),
        "reinspectors": persons(row["reinspected_by"], names),
        "responsible": person(row["responsible"], names),
        "closed_by": person(row["closed_by"], names),
        "plan_accepted_by": person(row["plan_accepted_by"], names),
    }
    return LedgerItem.model_validate(row | shown)
