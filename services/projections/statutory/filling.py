"""填表 · A statutory table filled for a division, a period and a point in the log; its bytes follow from these alone."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import LiteralString

import orjson
from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from services.projections.indicators import VERSION, Basis, Value
from services.projections.reading import Reads
from services.projections.statutory.columns import cell, figures_for_tables
from services.projections.statutory.forms import Table, Trade
from services.projections.tallying import counting, summing
from services.projections.tallying.asking import Asked
from services.projections.tallying.summing import Question, Span, Sums

TRADES: LiteralString = """
select distinct industry, object_kind from projections.tallies_v3_place
union
select distinct coalesce(industry, ''), object_kind from projections.tallies_v3_enterprise
"""
SEPARATOR = "\x1f"  # as in a trade's sums
PARTS = ("period", "cumulative")


EXAMPLE: JsonDict = {
    "table": "hazards-1",
    "title": "隐患排查治理情况统计表（一）",
    "edition": "2026.1",
    "formulas": VERSION,
    "division": "330111005",
    "first": "2026-06-01",
    "last": "2026-06-30",
    "at": "2026-07-03T09:00:00+08:00",
    "log": "5f2cbe52-3a49-4c8f-8a7e-0d1c9f8b6a11",
    "position": 4711,
    "columns": [["应排查单位"], ["一般隐患", "排查"], ["一般隐患", "整改率（%）"]],
    "rows": [{"name": "金属非金属矿山", "period": [3, 12, 91.67], "cumulative": [3, 40, 95.0]}],
    "total": {"name": "合计", "period": [143, 350, 86.0], "cumulative": [143, 1900, 92.1]},
}


class Line(BaseModel):
    """一行 · Its name and its figures in the order of the columns, for the period and since 1 January."""

    name: str
    period: list[int | float | None] = Field(description="当期")
    cumulative: list[int | float | None] = Field(description="累计：自当年 1 月 1 日起")


class Filled(BaseModel):
    """已填报表 · Everything that its bytes are made of."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"examples": [EXAMPLE]})

    table: str
    title: str
    edition: str = Field(description="报表格式版本")
    formulas: str = Field(description="公式版本")
    division: str
    first: date = Field(description="起始日期")
    last: date = Field(description="截止日期")
    at: str = Field(description="填表时刻，逾期按此日计算")
    log: str
    position: int = Field(description="日志位置")
    columns: list[list[str]]
    rows: list[Line]
    total: Line

    @property
    def bytes(self) -> bytes:
        """字节 · What is hashed: one text for one table."""
        return orjson.dumps(self.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)

    @property
    def digest(self) -> str:
        """摘要 · sha256:<64 hex digits> of the bytes."""
        return f"sha256:{sha256(self.bytes).hexdigest()}"


@dataclass(frozen=True, slots=True)
class _Sums:
    """By trade, for the period, since 1 January, and of each what is overdue."""

    reads: Reads
    asked: Asked
    division: str
    spans: Sequence[Span]
    told: Sequence[Mapping[str, Sums]]

    async def line(self, name: str, trades: Sequence[Trade] | None, table: Table) -> Line:
        """One row; without trades, all together."""
        keys = None if trades is None else [SEPARATOR.join(trade) for trade in trades]
        figures: dict[str, list[Value]] = {}
        for nth, part in enumerate(PARTS):
            first, last = self.spans[nth]
            question = Question(self.division, {} if keys is None else {"trade": keys})
            objects = await counting.objects(self.reads, self.asked.point, question, first, last)
            basis = Basis(self._sum(nth, keys), self._sum(nth + len(PARTS), keys), objects)
            told = figures_for_tables(basis)
            figures[part] = [cell(told, column.value) for column in table.columns]
        return Line(name=name, **figures)

    def _sum(self, span: int, keys: Sequence[str] | None) -> Sums:
        total: Sums = Counter()
        told = self.told[span]
        for key in told if keys is None else keys:
            total.update(told.get(key, {}))
        return total


async def filled(reads: Reads, asked: Asked, division: str, table: Table) -> Filled:
    """填表 · The figures of each row, and of all together, trades that fit no row included."""
    january = date(asked.last.year, 1, 1)
    spans = [(first, asked.last) for first in (asked.first, january)]
    over = [asked.over(first) for first in (asked.first, january)]
    told = await summing.sums(reads, asked.point, Question(division, by="trade"), [*spans, *over])
    trades = [(row["industry"], row["object_kind"]) for row in await reads.fetch(TRADES)]
    sums = _Sums(reads, asked, division, spans, told)
    return Filled(
        table=table.name,
        title=table.title,
        edition=table.edition,
        formulas=VERSION,
        division=division,
        first=asked.first,
        last=asked.last,
        at=asked.at.isoformat(),
        log=asked.point.log,
        position=asked.point.position,
        columns=[list(column.headings) for column in table.columns],
        rows=[await sums.line(row.name, own, table) for row, own in table.divided(trades)],
        total=await sums.line("合计", None, table),
    )
