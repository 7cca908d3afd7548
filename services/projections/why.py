"""来由 · Why a row of the ledger is as it is: its events once more, one by one, and what each changed in it. PURE.

The same fold as the ledger's own; so what it comes to must be what stands in the table, and where it is not, that is told.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from contracts.codes import category_name
from contracts.values import Level, SizeClass, Source, Status, Track, VisitKind
from services.jetstream import Recorded
from services.projections.duties.folding import owe
from services.projections.duties.settling import settle
from services.projections.ledger_fold import enterprise_step, hazard_step
from services.projections.ledger_rows import Enterprise, Hazard
from services.projections.shanghai import local

# 台账栏目 · The columns that a reader knows, by what they are called on a sheet.
TITLES: Final[Mapping[str, str]] = {
    "division": "行政区划",
    "enterprise": "企业",
    "object_text": "对象描述",
    "registered_as": "登记时的企业名称",
    "number": "编号",
    "status": "状态",
    "level": "等级",
    "track": "闭环方式",
    "category": "类别",
    "source": "来源",
    "visit_kind": "检查类型",
    "found_on": "发现日期",
    "found_by": "发现人",
    "place": "部位",
    "description": "隐患描述",
    "advice": "整改建议",
    "basis": "依据",
    "clause": "判定条款",
    "round": "整改轮次",
    "deadline": "整改期限",
    "responsible": "责任人",
    "measures": "整改措施",
    "submitted_by": "提交人",
    "completed_on": "整改完成日期",
    "reinspected_on": "复查日期",
    "reinspected_by": "复查人",
    "passed": "复查结果",
    "closed_on": "销号日期",
    "closed_by": "销号人",
    "plan_filed_on": "治理方案备案日期",
    "plan_accepted_by": "治理方案审核人",
    "plan_accepted_on": "治理方案通过日期",
    "holder": "责任单位",
    "name": "企业名称",
    "credit_code": "统一社会信用代码",
    "village": "村社区",
    "industry": "行业",
    "size_class": "规模",
}
PERSONS: Final = (
    "found_by",
    "responsible",
    "submitted_by",
    "closed_by",
    "plan_accepted_by",
    "reinspected_by",
)
NAMED: Final = (*PERSONS, "enterprise")  # by id: shown by the name there is
CODES: Final[Mapping[str, Any]] = {  # Any: enumerations whose members have a Chinese name
    "status": Status,
    "level": Level,
    "track": Track,
    "source": Source,
    "visit_kind": VisitKind,
    "size_class": SizeClass,
}
OUTCOMES: Final = {True: "合格", False: "不合格"}

Value = Any  # of a column, as its dataclass types it


@dataclass(frozen=True, slots=True)
class Changed:
    """变化 · One column of the row before and after an event."""

    column: str
    before: Value
    after: Value


@dataclass(slots=True)
class Folded:
    """折叠 · What the events come to: the row, its enterprise, and beside each event what it changed."""

    hazard: Hazard
    enterprise: Enterprise | None = None
    changes: dict[int, list[Changed]] = field(default_factory=dict)  # by position


def folded(hazard: UUID, events: Sequence[Recorded], left_out: Collection[int] = ()) -> Folded:
    """折叠 · The events of a hazard and of its enterprise, in their order; some positions stay out of it."""
    made = Folded(Hazard(hazard))
    for recorded in events:
        if recorded.position in left_out:
            continue
        if recorded.aggregate == "hazard":
            before = copy(made.hazard)
            hazard_step(made.hazard, recorded)
            owe(made.hazard, recorded)
            made.changes[recorded.position] = list(_changes(before, made.hazard))
        elif recorded.aggregate == "enterprise":
            firm = made.enterprise or Enterprise(recorded.key)
            was = copy(firm)
            enterprise_step(firm, recorded.event)
            made.enterprise = firm
            made.changes[recorded.position] = list(_changes(was, firm))
    settle(made.hazard)
    return made


def _changes(before: Hazard | Enterprise, after: Hazard | Enterprise) -> Iterator[Changed]:
    for each in fields(after):
        was, now = getattr(before, each.name), getattr(after, each.name)
        if each.name in TITLES and plain(was) != plain(now):
            yield Changed(each.name, was, now)


def differing(row: Hazard | Enterprise, stored: Mapping[str, Value]) -> list[str]:
    """不符之处 · The columns in which what was folded is not what stands in the table; none in a sound one."""
    return [each.name for each in fields(row) if plain(getattr(row, each.name)) != plain(stored[each.name])]


def plain(value: Value) -> Value:
    """可比 · A value as it can be compared, whether it came from an event or from a table."""
    match value:
        case str() | UUID():
            return str(value)
        case list() | tuple():
            return [plain(each) for each in value]
        case _:
            return value


def words(column: str, value: Value, names: Mapping[str, str | None]) -> str | None:
    """用语 · A value as people write it: a code by its name, a person by theirs, a day as a day."""
    match value:
        case None | "" | () | []:
            return None
        case bool() if column == "passed":
            return OUTCOMES[value]
        case list() | tuple():
            return "、".join(filter(None, (words(column, each, names) for each in value)))
        case datetime():
            return f"{local(value):%Y-%m-%d %H:%M}"
        case date():
            return value.isoformat()
        case str() if column in CODES:
            return str(CODES[column](value).zh)
        case str() if column == "category":
            return f"{value} {category_name(value)}"
        case str() if column in NAMED:
            return names.get(value) or value
        case _:
            return str(value)
