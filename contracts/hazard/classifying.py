"""定级分类 · What kind of hazard it is, and how grave."""

from datetime import datetime
from typing import ClassVar

from pydantic import Field

from contracts.hazard.registered import OfRegistered
from contracts.values import CategoryCode, CauseClass, Digest, Level, PersonId, ShortText, Text, Value, Waiver


class MajorReport(Value):
    """重大隐患报告 · What the department is told (Order 16): how it stands and why, how grave, how hard to remove."""

    department: ShortText = Field(description="报告的部门 · Which department")
    situation: Text = Field(description="现状及产生原因 · How it stands, and why")
    harm: Text = Field(description="危害程度 · What it may do")
    difficulty: Text = Field(description="整改难易程度 · How hard it is to remove")


class HazardClassified(OfRegistered):
    """定级分类 · Category and level, or an expert's proposal for them."""

    TYPE: ClassVar[str] = "hazard.classified"
    level: Level
    category: CategoryCode
    cause: CauseClass | None = None
    clause: ShortText | None = None
    proposal: bool = False
    report_due: datetime | None = Field(None, description="建议为重大的，书面报告部门的期限")
    waived: tuple[Waiver, ...] = ()


class MajorHazardRegistered(OfRegistered):
    """重大隐患登记 · It is major, by a clause in force on the day it was found; the department is told."""

    TYPE: ClassVar[str] = "hazard.major-registered"
    clause: ShortText | None = None
    report_due: datetime
    department_report: MajorReport | None = Field(None, description="同时报告部门的内容")
    waived: tuple[Waiver, ...] = ()


class HazardUpgraded(OfRegistered):
    """升级为重大 · A general hazard turned out to be major."""

    TYPE: ClassVar[str] = "hazard.upgraded"
    clause: ShortText
    reason: Text


class HazardDowngraded(OfRegistered):
    """降为一般 · The head of the department decides that it is not major, on an officer's proposal."""

    TYPE: ClassVar[str] = "hazard.downgraded"
    proposed_by: PersonId
    reason: Text
    evidence: tuple[Digest, ...]
