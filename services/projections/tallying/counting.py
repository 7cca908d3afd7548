"""数对象 · What does not add up over days: distinct objects, and how long things took; and which position an instant is."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import LiteralString
from uuid import UUID

from psycopg import sql

from services.projections.reading import Parameters, Reads, malformed
from services.projections.tallying import keeping
from services.projections.tallying.division_tree import MOVED, Entry, Part, parts
from services.projections.tallying.summing import (
    Point,
    Question,
    blocks,
    cut_months,
    narrowed,
)
from services.trouble import Trouble

AT: LiteralString = """
select checkpoints.log_id::text as log, checkpoints.position as reached,
    (select block from projections.tallies_v3_frontier) as frontier,
    (select max(position) from projections.tallies_v3_moment where appended_at <= %(instant)s) as by_then
from projections.checkpoints
where projection = %(projection)s and version = %(version)s
"""
# 最后一个时刻 · The instant of a position: of the last event appended up to there.
INSTANT: LiteralString = """
select appended_at from projections.tallies_v3_moment where position >= %(position)s order by appended_at limit 1
"""
OBJECTS: LiteralString = """
with visited as (
    select enterprise, bool_or(service) as served, bool_and(assigned) filter (where service) as assigned
    from projections.tallies_v3_visit as visits
    where {visited} and visited_on is not null and position <= %(position)s
    group by enterprise
), on_file as (
    select enterprise, complete, closed_down_on from projections.tallies_v3_enterprise as files
    where {on_file} and from_position <= %(position)s
    and (until_position is null or until_position > %(position)s)
), in_scope as (
    select enterprise from on_file where closed_down_on is null or closed_down_on >= %(first)s
), planned as (
    select distinct enterprise from projections.tallies_v3_plan as plans
    where {planned} and year between %(first_year)s and %(last_year)s and from_position <= %(position)s
    and (until_position is null or until_position > %(position)s)
    and (ended_on is null or ended_on >= %(first)s)
)
select
    (select count(*) from visited) as objects,
    (select count(*) from in_scope) as in_scope,
    (select count(*) from in_scope join visited using (enterprise)) as visited_in_scope,
    (select count(*) from on_file) as files,
    (select count(*) from on_file where complete) as complete_files,
    (select count(*) from planned) as to_serve,
    (select count(*) from planned join visited using (enterprise) where served) as served_in_scope,
    (select count(*) from visited where served) as served,
    (select count(*) from visited where served and assigned) as served_by_assigned
"""
HISTOGRAM = """
select kind, days, sum(amount)::bigint as amount from (
    select kind, days, amount from projections.tallies_v3_histogram
    where {within} and division like %(pattern)s and month between %(first)s and %(last)s
        and month <> all(%(edges)s::date[])
    union all
    select kind, days, amount from projections.tallies_v3_duration as durations
    join projections.tallies_v3_place as places on places.id = durations.place
    where ({rest}) and {narrowed} and division like %(pattern)s and on_day between %(first)s and %(last)s
) as counted group by kind, days having sum(amount) <> 0
"""

# 对象没有行业、规模的，按空白计 · An object on file may lack what a place has as blank.
OF_OBJECT = {
    "industry": sql.SQL("coalesce(industry, '')"),
    "object_kind": sql.SQL("object_kind"),
    "size_class": sql.SQL("coalesce(size_class, '')"),
    "visit_kind": sql.SQL("visit_kind"),
    "trade": sql.SQL("(coalesce(industry, '') || chr(31) || object_kind)"),
}
Histogram = Counter[tuple[int, int]]  # how often, by kind and days


async def point_at(reads: Reads, projection: str, version: int, as_of: str | None) -> Point:
    """时点 · What `as_of` means: now, a position of the log, or the last position appended by an instant.

    Raises Trouble: malformed, or not caught up with that position yet.
    """
    position, instant = _read(as_of)
    about = {"projection": projection, "version": version, "instant": instant}
    rows = await reads.fetch(AT, about)
    if not rows:
        raise _late(projection)
    (row,) = rows
    if instant is not None:
        position = row["by_then"] or 0
    if position is None:
        position = row["reached"]
    if position > row["reached"]:
        raise _late(projection)
    moved = await reads.fetch(MOVED, {"position": position})
    whole = min(row["frontier"], (position + 1) >> keeping.SMALLEST)
    return Point(row["log"], position, whole, tuple(Entry(**each) for each in moved))


def _late(projection: str) -> Trouble:
    words = "读数据尚未更新到所要求的位置，请稍后重试"
    return Trouble("not-caught-up", words, headers={"Retry-After": "1"}, projection=projection)


def _read(as_of: str | None) -> tuple[int | None, datetime | None]:
    if as_of is None:
        return None, None
    log, _, position = as_of.rpartition(":")
    if position.isdecimal() and (not log or _is_log(log)):
        return int(position), None
    try:
        instant = datetime.fromisoformat(as_of.replace(" ", "+"))  # a plus of an offset comes as a blank
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise malformed("/as_of", "截至时点应为日志位置，或者带时区的时刻，如 2026-07-01T00:00:00+08:00")
    return None, instant


def _is_log(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


async def instant_of(reads: Reads, point: Point) -> datetime | None:
    """时刻 · When what stands at a position was appended; None before the first event."""
    rows = await reads.fetch(INSTANT, {"position": point.position})
    return rows[0]["appended_at"] if rows and point.position else None


async def objects(
    reads: Reads, point: Point, question: Question, first: date, last: date
) -> Mapping[str, int]:
    """对象 · How many distinct objects were visited, are in scope, have complete files, are served."""
    made_of = parts(question.division, point.entries, first, last)
    parameters: Parameters = {
        "position": point.position,
        "first": first,
        "last": last,
        "first_year": first.year,
        "last_year": last.year,
        **{f"is_{name}": list(values) for name, values in question.filters.items()},
        **{f"pattern_{n}": part.pattern for n, part in enumerate(made_of)},
        **{f"from_{n}": part.first for n, part in enumerate(made_of)},
        **{f"until_{n}": part.last for n, part in enumerate(made_of)},
    }
    dims = ("industry", "object_kind", "size_class", "trade")
    query = sql.SQL(OBJECTS).format(
        visited=_where(made_of, "visited_on", question, (*dims, "visit_kind")),
        on_file=_where(made_of, None, question, dims),
        planned=_where(made_of, None, question, ()),
    )
    (row,) = await reads.fetch(query, parameters)
    return row


def _where(
    made_of: Sequence[Part], day: str | None, question: Question, dimensions: Sequence[str]
) -> sql.Composed:
    """Inside the first part, or one that was added, and in none that was taken away; and as it is filtered.

    What has no day of its own stands where it stood on the last day.
    """
    on = sql.Identifier(day) if day else sql.SQL("%(last)s::date")
    inside = {
        n: sql.SQL("(division like {} and {} between {} and {})").format(
            sql.Placeholder(f"pattern_{n}"), on, sql.Placeholder(f"from_{n}"), sql.Placeholder(f"until_{n}")
        )
        for n, _ in enumerate(made_of)
    }
    added = [inside[n] for n, part in enumerate(made_of) if part.sign > 0]
    taken = [inside[n] for n, part in enumerate(made_of) if part.sign < 0]
    wanted = [sql.SQL("({})").format(sql.SQL(" or ").join(added))]
    wanted += [sql.SQL("not {}").format(each) for each in taken]
    wanted += [
        sql.SQL("{} = any({})").format(OF_OBJECT[name], sql.Placeholder(f"is_{name}"))
        for name in dimensions
        if name in question.filters
    ]
    return sql.SQL(" and ").join(wanted)


async def histogram(reads: Reads, point: Point, question: Question, first: date, last: date) -> Histogram:
    """历时分布 · How often something took so many days, by the day on which it ended."""
    counted: Histogram = Counter()
    for part in parts(question.division, point.entries, first, last):
        whole = None if question.filters else blocks(point.blocks)
        rest = "position <= %(position)s" + (
            " and (position >= %(after)s or date_trunc('month', on_day)::date = any(%(edges)s::date[]))"
            if whole is not None
            else ""
        )
        query = sql.SQL(HISTOGRAM).format(
            within=whole or sql.SQL("false"), rest=sql.SQL(rest), narrowed=narrowed(question.filters)
        )
        parameters: Parameters = {
            "pattern": part.pattern,
            "first": part.first,
            "last": part.last,
            "edges": list(cut_months((part.first, part.last))),
            "position": point.position,
            "after": point.blocks << keeping.SMALLEST,
            **{f"is_{name}": list(values) for name, values in question.filters.items()},
        }
        for row in await reads.fetch(query, parameters):
            counted[row["kind"], row["days"]] += part.sign * row["amount"]
    return counted
