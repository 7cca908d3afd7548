"""隐患 · Every hazard of an enterprise with its rounds, plans, extensions, what it cost, how long it took and whose delay it was."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from pydantic import BaseModel, Field, TypeAdapter

from contracts.codes import category_name
from contracts.values import Level, Source, Status, Track
from services.projections.enterprise_hazards import Hazard
from services.projections.enterprise_sections.plans import (
    DraftLine,
    ExtensionLine,
    draft_line,
    extension_line,
)
from services.projections.enterprise_sections.timing import Timing, timing_of
from services.projections.persons import Person, person, persons
from services.projections.reading import Names, Row
from services.projections.rounds import Round

# As one text: it is opened at once into what it is, and not row by row.
QUERY: Final = """
select coalesce(json_agg(h order by found_on desc, number desc), '[]')::text as every
from projections.enterprise_file_v4_hazard as h where enterprise = %(enterprise)s and number is not null
"""
EVERY: Final = TypeAdapter(list[Hazard])


class RoundLine(BaseModel):
    """一轮整改 · One round of rectification, from its deadline to its re-inspection."""

    round: int
    began_by: str = Field(description="由哪种事件开始")
    began_on: date
    ordered_on: date | None = Field(description="本轮首次责令、要求整改或者方案通过之日")
    deadline: date | None
    responsible: Person | None
    notice: str | None = Field(description="文书编号")
    notice_id: str | None = Field(description="指令书标识")
    measures: str | None
    completed_on: date | None
    submitted_on: date | None
    submitted_by: Person | None
    cost: int | None = Field(description="整改资金，单位分")
    reinspection_due: date | None = Field(description="复查期限")
    reinspected_on: date | None
    reinspectors: list[Person]
    passed: bool | None = Field(description="复查结果：合格为真")
    remark: str | None
    closed_on: date | None


class HazardLine(BaseModel):
    """隐患 · One hazard with all that was done about it."""

    id: UUID
    number: str
    status: Status
    status_name: str
    level: Level
    level_name: str
    category: str | None
    category_name: str | None
    clause: str | None = Field(description="判定条款")
    track: Track | None = Field(description="闭环轨道")
    source: Source
    source_name: str
    place: str | None
    description: str | None
    found_on: date
    deadline: date | None
    overdue: bool
    closed_on: date | None
    rounds: list[RoundLine]
    plans: list[DraftLine] = Field(description="治理方案各稿")
    extensions: list[ExtensionLine] = Field(description="延期申请")
    cases: list[UUID] = Field(description="所涉案件")
    cost: int | None = Field(description="整改资金，单位分：最近一次填报的")
    timing: Timing = Field(description="各步时长、延误和责任方")


@dataclass(frozen=True, slots=True)
class Stands:
    """现状 · What a light reads of a hazard, on a day."""

    number: str
    status: Status
    level: Level
    overdue: bool
    tries: int


def opened(rows: Sequence[Row]) -> list[Hazard]:
    """取出 · The hazards of the one row that has them all, with their rounds, plans and extensions."""
    return EVERY.validate_json(rows[0]["every"])


def stands(hazards: Sequence[Hazard], today: date) -> list[Stands]:
    """现状 · As they stand on a day."""
    return [
        Stands(each.number or "", each.status, each.level, each.overdue(today), each.tries)
        for each in hazards
    ]


def people(hazards: Sequence[Hazard]) -> Iterator[str | None]:
    """所涉人员 · Whose names are shown."""
    for hazard in hazards:
        for each in hazard.rounds:
            yield from (each.responsible, each.submitted_by, *each.reinspectors)
        for draft in hazard.plans:
            yield from (draft.filed_by, draft.accepted_by)
        for asked in hazard.extensions:
            yield from (asked.requested_by, asked.agreed_by, asked.decided_by)


def line(hazard: Hazard, cases: Sequence[UUID], names: Names, today: date) -> HazardLine:
    """一条隐患 · As it is shown on a day."""
    assert hazard.number is not None  # asked for
    assert hazard.found_on is not None  # of whatever has a number
    source = Source(hazard.source)
    return HazardLine(
        id=hazard.id,
        number=hazard.number,
        status=hazard.status,
        status_name=hazard.status.zh,
        level=hazard.level,
        level_name=hazard.level.zh,
        category=hazard.category,
        category_name=hazard.category and category_name(hazard.category),
        clause=hazard.clause,
        track=Track(hazard.track) if hazard.track else None,
        source=source,
        source_name=source.zh,
        place=hazard.place,
        description=hazard.description,
        found_on=hazard.found_on,
        deadline=hazard.deadline,
        overdue=hazard.overdue(today),
        closed_on=hazard.closed_on,
        rounds=[_round(each, names) for each in hazard.rounds],
        plans=[draft_line(each, names) for each in hazard.plans],
        extensions=[extension_line(each, names) for each in hazard.extensions],
        cases=list(cases),
        cost=hazard.cost,
        timing=timing_of(hazard, today),
    )


def _round(each: Round, names: Names) -> RoundLine:
    return RoundLine(
        round=each.round,
        began_by=each.began_by,
        began_on=each.began_on,
        ordered_on=each.ordered_on,
        deadline=each.deadline,
        responsible=person(each.responsible, names),
        notice=each.notice,
        notice_id=each.notice_id,
        measures=each.measures,
        completed_on=each.completed_on,
        submitted_on=each.submitted_on,
        submitted_by=person(each.submitted_by, names),
        cost=each.cost,
        reinspection_due=each.reinspection_due,
        reinspected_on=each.reinspected_on,
        reinspectors=persons(each.reinspectors, names),
        passed=each.passed,
        remark=each.remark,
        closed_on=each.closed_on,
    )
