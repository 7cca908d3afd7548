"""检查 · The visits to an enterprise, planned or made: who came, what was found, where each stands."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from pydantic import BaseModel, Field

from contracts.values import VisitKind
from contracts.visit import VisitState
from services.projections.persons import Person, persons
from services.projections.reading import Names, Row
from services.projections.visits_routes import LATE

# What an enterprise is not to know of before it begins stays out of its own copy.
QUERY: Final = f"""
select v.id, v.state, v.visit_kind, v.planned_on, v.visited_on, v.purpose, v.organisation, v.participants, v.approval,
    coalesce(v.finds, r.finds) as finds, r.officers, r.remark, {LATE} as overdue
from projections.visits_v1 as v left join projections.enterprise_file_v4_visit as r on r.id = v.id::text
where v.enterprise = %(enterprise)s and not (v.hidden and %(outside)s)
order by v.day desc, v.id
"""  # noqa: S608  # ours


class VisitLine(BaseModel):
    """检查 · One visit."""

    id: UUID
    state: VisitState
    state_name: str
    planned_on: date | None
    visited_on: date | None
    overdue: bool = Field(description="计划日期已过，既未开始也未取消")
    visit_kind: VisitKind
    visit_kind_name: str
    purpose: str | None
    organisation: str | None
    officers: list[Person] = Field(description="参加人员")
    approval: str | None = Field(description="检查审批表编号")
    finds: int | None = Field(description="发现隐患数；尚未记录的为 null")
    remark: str | None


def people(rows: Sequence[Row]) -> Iterator[str | None]:
    """所涉人员 · Whose names are shown."""
    for row in rows:
        yield from _present(row)


def line(row: Row, names: Names) -> VisitLine:
    """一次检查 · As it is shown."""
    same = (
        "id",
        "planned_on",
        "visited_on",
        "overdue",
        "purpose",
        "organisation",
        "approval",
        "finds",
        "remark",
    )
    state, kind = VisitState(row["state"]), VisitKind(row["visit_kind"])
    return VisitLine(
        **{name: row[name] for name in same},
        state=state,
        state_name=state.zh,
        visit_kind=kind,
        visit_kind_name=kind.zh,
        officers=persons(_present(row), names),
    )


def _present(row: Row) -> list[str]:
    """Those that its record names, then whoever else took part; each once."""
    return list(dict.fromkeys((*(row["officers"] or ()), *(one["person"] for one in row["participants"]))))
