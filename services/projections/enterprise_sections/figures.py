"""统计 · What the file adds up to; duplicates and voided records are not counted. PURE."""

from collections.abc import Sequence
from datetime import date

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from contracts.values import Level, Status
from services.projections.enterprise_hazards import Hazard
from services.projections.enterprise_sections.visits import VisitLine
from services.projections.status import RECTIFIED, UNCOUNTED

EXAMPLE: JsonDict = {
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


class Figures(BaseModel):
    """统计 · What the file adds up to; duplicates and voided records are not counted."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    visits: int = Field(description="检查次数：已经记录的")
    last_visit: date | None = Field(description="最近检查日期")
    found: int = Field(description="隐患总数")
    open: int = Field(description="未复查合格数")
    overdue: int = Field(description="逾期未整改数")
    submitted: int = Field(description="待复查数")
    rectified: int = Field(description="复查合格（含销号）数")
    closed: int = Field(description="销号数")
    major: int = Field(description="重大隐患数")
    major_open: int = Field(description="未销号的重大隐患数")


def figures_of(visits: Sequence[VisitLine], hazards: Sequence[Hazard], today: date) -> Figures:
    """统计 · Visits count from their record on."""
    counted = [hazard for hazard in hazards if hazard.status not in UNCOUNTED]
    major = [hazard for hazard in counted if hazard.level == Level.MAJOR]
    made = [visit.visited_on for visit in visits if visit.finds is not None and visit.visited_on]
    return Figures(
        visits=len(made),
        last_visit=max(made, default=None),
        found=len(counted),
        open=sum(hazard.status not in RECTIFIED for hazard in counted),
        overdue=sum(hazard.overdue(today) for hazard in counted),
        submitted=sum(hazard.status is Status.SUBMITTED for hazard in counted),
        rectified=sum(hazard.status in RECTIFIED for hazard in counted),
        closed=sum(hazard.status is Status.CLOSED for hazard in counted),
        major=len(major),
        major_open=sum(hazard.status is not Status.CLOSED for hazard in major),
    )
