"""数字的来由 · Which events make up a figure: the differences that add up to it, event by event.

A figure is a sum of differences, each with the position of the event that made it. So what stands here adds up to the
figure exactly, as of the same point, in the same division as its tree was, under the same filters.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, LiteralString

from psycopg import sql

from services.projections.reading import Parameters, Reads, Row
from services.projections.tallying.asking import Asked
from services.projections.tallying.division_tree import Part, parts
from services.projections.tallying.summing import Question, narrowed

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Figure:
    """数字 · One figure of an overview: its Chinese name, and which measures it is made of.

    `over`: only days that are over by the query time, as of deadlines that were missed.
    """

    zh: str
    measures: Mapping[LiteralString, int]
    over: bool = False


FIGURES: Final[Mapping[str, Figure]] = {
    "found": Figure("发现隐患", {"found": 1}),
    "general": Figure("一般隐患", {"found": 1, "found_major": -1, "upgraded": 1}),
    "major": Figure("重大隐患", {"found_major": 1}),
    "found_rectified": Figure("发现的已整改", {"found_rectified": 1}),
    "found_closed": Figure("发现的已销号", {"found_closed": 1}),
    "found_on_spot": Figure("当场整改", {"found_on_spot": 1}),
    "found_repeated": Figure("重复隐患", {"found_repeated": 1}),
    "open": Figure("未销号", {"open": 1}),
    "due": Figure("到期", {"due": 1}),
    "due_in_time": Figure("按期整改", {"due_in_time": 1}),
    "overdue": Figure("逾期未整改", {"due": 1, "due_rectified": -1}, over=True),
    "rectified": Figure("当期复查合格", {"rectified": 1}),
    "closed": Figure("当期销号", {"closed": 1}),
    "relapsed": Figure("重新打开", {"relapsed": 1}),
    "visits": Figure("检查家次", {"visits": 1}),
    "notices": Figure("送达指令书", {"notices": 1}),
    "cases": Figure("立案", {"cases": 1}),
}
BEHIND: LiteralString = """
with behind as (
    select position, on_day, division, sum(amount)::bigint as amount from (
        {parts}
    ) as counted group by 1, 2, 3 having sum(amount) <> 0
)
select behind.*, events.body, events.appended_at,
    (select coalesce(sum(amount), 0)::bigint from behind) as total
from behind join log.events using (position)
where (position, on_day, division) > (%(after)s, %(after_day)s, %(after_division)s)
order by position, on_day, division limit %(limit)s
"""
TOTAL: LiteralString = "select coalesce(sum(amount), 0)::bigint as total from ({parts}) as counted"
PART: LiteralString = """
select position, on_day, division, {sign} * ({amount}) as amount
from projections.tallies_v3 as deltas join projections.tallies_v3_place as places on places.id = deltas.place
where position <= %(position)s and {narrowed} and division like {pattern}
    and on_day between {first} and {last} and ({amount}) <> 0
"""
Mark = tuple[int, date, str]  # the last row shown: position, day, division
START: Final[Mark] = (0, date.min, "")


async def behind(
    reads: Reads, asked: Asked, question: Question, figure: Figure, after: Mark, limit: int
) -> tuple[int, list[Row]]:
    """来由 · What the figure is, and the differences behind it, the first one first, after a mark."""
    last = min(asked.last, asked.today - DAY) if figure.over else asked.last
    made_of = list(parts(question.division, asked.point.entries, asked.first, last))
    if asked.first > last or not made_of:
        return 0, []
    selects = sql.SQL(" union all ").join(_selects(made_of, question, figure))
    parameters: Parameters = {
        "position": asked.point.position,
        "after": after[0],
        "after_day": after[1],
        "after_division": after[2],
        "limit": limit,
        **{f"is_{name}": list(values) for name, values in question.filters.items()},
        **_bounds(made_of),
    }
    rows = await reads.fetch(sql.SQL(BEHIND).format(parts=selects), parameters)
    if rows:
        return rows[0]["total"], rows
    ((total,),) = [
        each.values() for each in await reads.fetch(sql.SQL(TOTAL).format(parts=selects), parameters)
    ]
    return total, []


def _selects(made_of: Sequence[Part], question: Question, figure: Figure) -> Iterator[sql.Composed]:
    amount = sql.SQL(" + ").join(
        sql.SQL("{} * coalesce({}, 0)").format(times, sql.Identifier(name))
        for name, times in figure.measures.items()
    )
    for n, part in enumerate(made_of):
        yield sql.SQL(PART).format(
            sign=part.sign,
            amount=amount,
            narrowed=narrowed(question.filters),
            pattern=sql.Placeholder(f"pattern_{n}"),
            first=sql.Placeholder(f"first_{n}"),
            last=sql.Placeholder(f"last_{n}"),
        )


def _bounds(made_of: Sequence[Part]) -> Parameters:
    found: Parameters = {}
    for n, part in enumerate(made_of):
        found |= {f"pattern_{n}": part.pattern, f"first_{n}": part.first, f"last_{n}": part.last}
    return found
