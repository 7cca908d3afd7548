"""提问 · What somebody wants to know: a division, days, a point in the log, filters; and the basis of its indicators."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import Query

from contracts.division import NOWHERE, prefix
from services.projections.indicators import Basis
from services.projections.reading import Reads, malformed
from services.projections.shanghai import day, local
from services.projections.tallying import counting, summing
from services.projections.tallying.summing import Filters, Point, Question, Sums
from services.scope import Scope
from services.trouble import Trouble

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """所问 · The days asked about, as of a point, with the day it was at that point."""

    point: Point
    at: datetime
    first: date
    last: date

    @property
    def today(self) -> date:
        """当日 · The local date of the query time: a deadline of this day is not missed yet."""
        return day(self.at)

    def over(self, first: date) -> tuple[date, date]:
        """已过期限 · The days from one on of which the deadlines are gone by."""
        return first, min(self.last, self.today - DAY)


Chosen = list[str] | None


def wanted(
    level: Annotated[Chosen, Query(description="隐患等级：GENERAL、MAJOR")] = None,
    source_group: Annotated[Chosen, Query(description="来源大类，如 GOVERNMENT")] = None,
    category: Annotated[Chosen, Query(description="隐患类别，如 B04")] = None,
    industry: Annotated[Chosen, Query(description="登记隐患时企业的行业")] = None,
    object_kind: Annotated[Chosen, Query(description="对象类型，如 ENTERPRISE")] = None,
    size_class: Annotated[Chosen, Query(description="规模，如 ABOVE")] = None,
    visit_kind: Annotated[Chosen, Query(description="检查类型，如 ADMIN")] = None,
) -> Filters:
    """筛选依赖 · A FastAPI dependency: the dimensions that narrow, each by the values that count."""
    chosen = (level, source_group, category, industry, object_kind, size_class, visit_kind)
    return {name: values for name, values in zip(summing.DIMENSIONS, chosen, strict=True) if values}


def division_of(asked: str | None, scope: Scope) -> str:
    """所问区划 · A prefix within the caller's scope; without one, the whole scope. Raises Trouble."""
    if scope.enterprise is not None:
        raise Trouble("out-of-scope", "企业人员不能查看区域统计，请查看本企业档案")
    # A code that ends in zeros means everything below it: 330111005000 -> 330111005.
    where = scope.prefix if asked is None else prefix(asked.ljust(len(NOWHERE), "0"))
    if not where.startswith(scope.prefix):
        raise Trouble("not-found", "没有这个行政区划，或不在您的管辖范围内")
    return where


async def asked_at(
    reads: Reads,
    projection: tuple[str, int],
    as_of: str | None,
    first: date | None,
    last: date | None,
) -> Asked:
    """所问时点 · Days default to the year so far. Raises Trouble: malformed, not caught up."""
    point = await counting.point_at(reads, *projection, as_of)
    at = reads.now() if as_of is None else await counting.instant_of(reads, point) or reads.now()
    end = last or day(at)
    start = first or date(end.year, 1, 1)
    if start > end:
        raise malformed("/from", "起始日期不得晚于截止日期")
    return Asked(point, local(at), start, end)


async def bases(reads: Reads, asked: Asked, question: Question, firsts: Sequence[date]) -> list[Basis]:
    """基数 · From each of these days to the last one asked about: sums, distinct objects, how long things took."""
    spans = [(first, asked.last) for first in firsts] + [asked.over(first) for first in firsts]
    told = await summing.sums(reads, asked.point, replace(question, by=None), spans)
    answers = []
    for first, there, over in zip(firsts, told, told[len(firsts) :], strict=False):
        objects = await counting.objects(reads, asked.point, question, first, asked.last)
        durations = await counting.histogram(reads, asked.point, question, first, asked.last)
        answers.append(Basis(_total(there), _total(over), objects, durations))
    return answers


async def told_apart(reads: Reads, asked: Asked, question: Question) -> dict[str, Basis]:
    """分组 · The basis of each value that the question is told apart by, without distinct objects and durations."""
    spans = [(asked.first, asked.last), asked.over(asked.first)]
    there, over = await summing.sums(reads, asked.point, question, spans)
    return {value: Basis(there[value], over.get(value, {})) for value in sorted(there) if value}


def _total(by: Mapping[str, Sums]) -> Sums:
    total: Sums = Sums()
    for each in by.values():
        total.update(each)
    return total
