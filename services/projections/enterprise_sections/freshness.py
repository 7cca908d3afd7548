"""各部分时效 · How far in the log each section stands, up to which instant, and when something was last written into it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final, LiteralString
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from services.projections.reading import Row
from services.projections.shanghai import local

AGED: Final = timedelta(days=90)
"""档案核实 · From here on what is on file wants verifying anew (domain/features.md F051)."""
STANDS: LiteralString = """
select c.projection, c.log_id as log, c.position,
    coalesce(
        (select e.appended_at from log.events as e
        where e.position = c.position and c.log_id = (select log_id from log.head)),
        case when c.position > 0 then c.updated_at end
    ) as up_to,
    (select count(distinct subject) from projections.parked as p
    where p.projection = c.projection and p.version = c.version and p.log_id = c.log_id and not skipped) as parked
from projections.checkpoints as c
where c.projection = any(%(names)s)
"""
EXAMPLE: JsonDict = {
    "section": "visits",
    "title": "检查",
    "read_model": "visits",
    "log": "0b9f8f8e-7d1c-4b5e-9a53-0f4a1c8a2d11",
    "position": 1042,
    "up_to": "2026-06-21T10:02:01+08:00",
    "last": "2026-06-03",
    "stale": False,
    "parked": 0,
}


class Freshness(BaseModel):
    """时效 · How one section stands; `stale` only of what wants to be looked at anew now and then."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    section: str
    title: str
    read_model: str = Field(description="读模型")
    log: UUID = Field(description="日志标识")
    position: int = Field(description="已收入至日志的这一位置")
    up_to: datetime | None = Field(description="截至时刻：该位置的事件记入日志的时刻；还没有事件时为 null")
    last: date | None = Field(description="本企业这一部分最近的变动日期；没有内容的为 null")
    stale: bool | None = Field(description="超过九十天没有变动，宜重新核实；不适用的为 null")
    parked: int = Field(description="该读模型搁置、未收入的对象数")


# 部分 · Each with its title, the read model it is read from, and whether it ages.
SECTIONS: Final[Mapping[str, tuple[str, str, bool]]] = {
    "profile": ("基本档案", "enterprise_file", True),
    "persons": ("责任人", "enterprise_file", True),
    "risk": ("风险定级", "enterprise_file", True),
    "visits": ("检查", "visits", True),
    "hazards": ("隐患", "enterprise_file", False),
    "notices": ("指令书", "enterprise_file", False),
    "service_plans": ("服务计划", "service_duty", False),
    "cases": ("案件", "cases", False),
}
READ_MODELS: Final = sorted({read_model for _, read_model, _ in SECTIONS.values()})


def freshness_of(stands: Sequence[Row], last: Mapping[str, date | None], today: date) -> list[Freshness]:
    """时效 · In the order of the file; `last`: of each section, its last change."""
    by_name = {row["projection"]: row for row in stands}
    return [
        _section(name, by_name[read_model], last.get(name), today)
        for name, (_, read_model, _) in SECTIONS.items()
        if read_model in by_name
    ]


def _section(name: str, row: Row, last: date | None, today: date) -> Freshness:
    title, read_model, ages = SECTIONS[name]
    return Freshness(
        section=name,
        title=title,
        read_model=read_model,
        log=row["log"],
        position=row["position"],
        up_to=local(row["up_to"]) if row["up_to"] else None,
        last=last,
        stale=(last is None or today - last > AGED) if ages else None,
        parked=row["parked"],
    )
