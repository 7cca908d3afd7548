"""指令书 · The numbered papers that ordered the hazards of an enterprise to be put right, and how far each is done."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from pydantic import BaseModel, Field

from contracts.notice import NoticeState
from contracts.numbering import DocumentKind
from contracts.terms import ServiceMethod
from services.projections.persons import Person, person
from services.projections.reading import Names, Row

# A draft binds nobody and is no enterprise's to know.
QUERY: Final = """
select * from projections.enterprise_file_v4_notice
where enterprise = %(enterprise)s and not (state = 'DRAFT' and %(outside)s)
order by coalesce(numbered_on, drafted_on, served_on) desc, number desc, id
"""


class Listed(BaseModel):
    """所列隐患 · A hazard that a notice orders; its number when it is on file."""

    id: UUID
    number: str | None


class NoticeLine(BaseModel):
    """指令书 · One notice."""

    id: UUID
    number: str | None = Field(description="文号；草拟的还没有")
    kind_name: str | None
    state: NoticeState
    state_name: str
    office: str | None = Field(description="出具单位")
    visit: UUID | None = Field(description="所依据的检查")
    hazards: list[Listed]
    done: int = Field(description="已完成的项数")
    drafted_on: date | None
    numbered_on: date | None
    served_on: date | None
    method_name: str | None = Field(description="送达方式")
    recipient: Person | None
    acknowledged_by: Person | None = Field(description="签收人")
    refused: str | None = Field(description="拒绝签收的理由")
    voided_on: date | None
    reason: str | None = Field(description="作废的理由")


def people(rows: Sequence[Row]) -> Iterator[str | None]:
    """所涉人员 · Whose names are shown."""
    for row in rows:
        yield from (row["recipient"], row["acknowledged_by"])


def line(row: Row, numbers: Mapping[str, str], names: Names) -> NoticeLine:
    """一份指令书 · As it is shown; `numbers`: of hazards, by id."""
    same = ("id", "number", "office", "visit", "done", "drafted_on", "numbered_on", "served_on", "refused", "voided_on", "reason")  # fmt: skip
    state = NoticeState(row["state"])
    return NoticeLine(
        **{name: row[name] for name in same},
        kind_name=DocumentKind(row["kind"]).zh if row["kind"] else None,
        state=state,
        state_name=state.zh,
        hazards=[Listed(id=UUID(key), number=numbers.get(key)) for key in row["hazards"]],
        method_name=ServiceMethod(row["method"]).zh if row["method"] else None,
        recipient=person(row["recipient"], names),
        acknowledged_by=person(row["acknowledged_by"], names),
    )
