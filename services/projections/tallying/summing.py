"""求和 · What was counted in a division between two days, up to a position of the log.

Whole months come from the sums of whole blocks, single days of a month that is cut from their sums by day, and what
came after the last whole block from the differences themselves. By several dimensions at once, or by one in a month that
is cut, the differences are added up one by one.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, LiteralString

from psycopg import sql

from services.projections.reading import Parameters, Reads
from services.projections.tallying import keeping
from services.projections.tallying.division_tree import Entry, Part, parts
from services.projections.tallying.measures import MEASURES

DAY = timedelta(days=1)
# 检查、案件、文书没有的维度 · Dimensions that only a hazard has: what has none of it is counted whatever is asked.
OF_HAZARDS = frozenset({"level", "source_group", "category"})
DIMENSIONS: tuple[LiteralString, ...] = (
    "level",
    "source_group",
    "category",
    "industry",
    "object_kind",
    "size_class",
    "visit_kind",
)

Sums = Counter[str]
Filters = Mapping[str, Collection[str]]  # by dimension, the values that count; none is every value
Span = tuple[date, date]  # both days included


@dataclass(frozen=True, slots=True)
class Point:
    """时点 · A position of the log, and the last block that was summed up by then."""

    log: str
    position: int
    blocks: int
    entries: tuple[Entry, ...] = ()  # of the tree of divisions, as it was then


@dataclass(frozen=True, slots=True)
class Question:
    """问题 · A division as its tree was, filters, and how the answer is told apart."""

    division: str
    filters: Filters = field(default_factory=dict)
    by: str | None = None  # a dimension, "month", or "division" with so many digits
    digits: int = 0

    @property
    def facet(self) -> str | None:
        """分面 · Which sums answer it; None if only the differences do."""
        wanted = set(self.filters)
        if self.by in (*DIMENSIONS, "trade"):
            wanted.add(self.by)
        facets = {"trade" if name in ("industry", "object_kind") else name for name in wanted}
        if not facets:
            return "all"
        return facets.pop() if len(facets) == 1 else None


async def sums(
    reads: Reads, point: Point, question: Question, spans: Sequence[Span]
) -> list[dict[str, Sums]]:
    """求和 · For each span of days the sums, by the value of what they are told apart by ("" when by nothing)."""
    first, last = min(span[0] for span in spans), max(span[1] for span in spans)
    answers: list[dict[str, Sums]] = [{} for _ in spans]
    for part in parts(question.division, point.entries, first, last):
        cut = [(max(begins, part.first), min(ends, part.last)) for begins, ends in spans]
        for row in await _rows(reads, point, question, part, cut):
            month = f"{row['bucket']:%Y-%m}"
            told = month if question.by == "month" else row["told"]
            for answer, (begins, ends) in zip(answers, cut, strict=True):
                if begins <= row["bucket"] and row["ends"] <= ends:
                    _add(answer.setdefault(told, Counter()), row, part.sign)
    return answers


def _add(there: Sums, row: Mapping[str, Any], sign: int) -> None:  # a row of sums by column name
    for name in MEASURES:
        if amount := row[name]:
            there[name] += sign * int(amount)


async def _rows(
    reads: Reads, point: Point, question: Question, part: Part, spans: Sequence[Span]
) -> list[dict[str, Any]]:  # a row of sums by column name
    spans = [span for span in spans if span[0] <= span[1]]
    if not spans:
        return []
    edges = sorted({month for span in spans for month in cut_months(span)})
    parameters: Parameters = {
        "pattern": part.pattern,
        "first": min(span[0] for span in spans),
        "last": max(span[1] for span in spans),
        "edges": edges,
        "position": point.position,
        "after": point.blocks << keeping.SMALLEST,
        "digits": question.digits,
        **{f"is_{name}": list(values) for name, values in question.filters.items()},
    }
    selects = list(_selects(point, question, cut=bool(edges)))
    return await reads.fetch(sql.SQL("\nunion all\n").join(selects), parameters)


def cut_months(span: Span) -> Iterator[date]:
    """不整的月份 · The first days of months of which a span holds some days but not all."""
    first, last = span
    if first.day > 1:
        yield first.replace(day=1)
    if (last + DAY).day > 1:
        yield last.replace(day=1)


# As one text: put together name by name for each question, it took longer than the question.
_TOTALS = sql.SQL(", ".join(f"sum({name})::bigint as {name}" for name in MEASURES))
_END = sql.SQL("({0} + interval '1 month' - interval '1 day')::date")


def _selects(point: Point, question: Question, *, cut: bool) -> Iterator[sql.Composed]:
    facet = question.facet
    within = blocks(point.blocks)
    if facet is None:
        yield _differences(question, sql.SQL("position <= %(position)s"))
        return
    yield _differences(question, sql.SQL("position >= %(after)s and position <= %(position)s"))
    if within is None:
        return
    yield _months(question, facet, within)
    if cut and facet == "all":
        yield _days(question, within)
    elif cut:
        of_edges = "position < %(after)s and date_trunc('month', on_day)::date = any(%(edges)s::date[])"
        yield _differences(question, sql.SQL(of_edges))


def blocks(whole: int) -> sql.Composed | None:
    """区块 · Which sums make up so many whole blocks: the widest there are, then the narrower ones behind them."""
    if not whole:
        return None
    chosen, done = [], 0
    for level in reversed(range(keeping.LEVELS)):
        bits = level * keeping.WIDER
        first, beyond = done >> bits, whole >> bits
        if beyond > first:
            size = keeping.SMALLEST + bits
            chosen.append(sql.SQL("(size = {} and block >= {} and block < {})").format(size, first, beyond))
        done = beyond << bits
    return sql.SQL("({})").format(sql.SQL(" or ").join(chosen))


def _months(question: Question, facet: str, within: sql.Composed) -> sql.Composed:
    where = [sql.SQL("facet = {}").format(facet), within, *_narrowed_facet(question, facet)]
    return sql.SQL(
        "select month as bucket, {end} as ends, {told} as told, {totals} from projections.tallies_v3_sum "
        "where {where} and division like %(pattern)s and month between %(first)s and %(last)s "
        "and month <> all(%(edges)s::date[]) group by 1, 2, 3"
    ).format(
        end=_END.format(sql.SQL("month")),
        told=_told(question, facet),
        totals=_TOTALS,
        where=sql.SQL(" and ").join(where),
    )


def _days(question: Question, within: sql.Composed) -> sql.Composed:
    return sql.SQL(
        "select value::date as bucket, value::date as ends, {told} as told, {totals} "
        "from projections.tallies_v3_sum where facet = 'on_day' and {within} and division like %(pattern)s "
        "and month = any(%(edges)s::date[]) and value between %(first)s::date::text and %(last)s::date::text "
        "group by 1, 2, 3"
    ).format(told=_told(question, "all"), totals=_TOTALS, within=within)


def _differences(question: Question, which: sql.SQL) -> sql.Composed:
    return sql.SQL(
        "select case when cut then on_day else month end as bucket, "
        "case when cut then on_day else {end} end as ends, told, {totals} "
        "from (select deltas.*, {told} as told, date_trunc('month', on_day)::date as month, "
        "date_trunc('month', on_day)::date = any(%(edges)s::date[]) as cut "
        "from projections.tallies_v3 as deltas "
        "join projections.tallies_v3_place as places on places.id = deltas.place "
        "where {which} and {narrowed} and division like %(pattern)s "
        "and on_day between %(first)s and %(last)s) as placed group by 1, 2, 3"
    ).format(
        end=_END.format(sql.SQL("month")),
        totals=_TOTALS,
        told=_told(question, None),
        which=which,
        narrowed=narrowed(question.filters),
    )


def _told(question: Question, facet: str | None) -> sql.Composable:
    """What the answer is told apart by, in a row of sums, or of differences where there is no facet."""
    match question.by:
        case None | "month":
            return sql.SQL("''")
        case "division":
            return sql.SQL("left(division, %(digits)s)")
        case "industry" if facet:
            return sql.SQL("split_part(value, chr(31), 1)")
        case "object_kind" if facet:
            return sql.SQL("split_part(value, chr(31), 2)")
        case by:
            return sql.SQL("value") if facet else column_of(by)


def _narrowed_facet(question: Question, facet: str) -> Iterator[sql.Composable]:
    for name in question.filters:
        match name:
            case "industry" | "object_kind":
                part = 1 if name == "industry" else 2
                yield sql.SQL("split_part(value, chr(31), {}) = any({})").format(
                    part, sql.Placeholder(f"is_{name}")
                )
            case _:
                yield _any(sql.SQL("value"), name)


def narrowed(filters: Filters) -> sql.Composable:
    """筛选 · The filters, for places."""
    return sql.SQL(" and ").join([sql.SQL("true"), *(_any(column_of(name), name) for name in filters)])


def column_of(dimension: str) -> sql.Composable:
    """列 · Where a dimension stands in a place; a trade is an industry with a kind of object."""
    return sql.SQL(f"({keeping.TRADE})") if dimension == "trade" else sql.Identifier(dimension)


def _any(column: sql.Composable, name: str) -> sql.Composed:
    also = sql.SQL(" or {} = ''").format(column) if name in OF_HAZARDS else sql.SQL("")
    return sql.SQL("({} = any({}){})").format(column, sql.Placeholder(f"is_{name}"), also)
