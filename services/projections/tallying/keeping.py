"""保存增量 · Differences written as they come, stamped with their position, and summed up block by block of the log.

A block is 2**16 positions, then 16 of those, then 16 of these: whatever position is asked for, few sums and one
remainder of rows make up everything before it. What is in a block depends on its events alone, not on batches.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import LiteralString

import orjson
from psycopg import sql

from services.jetstream import Recorded
from services.postgres import Connection
from services.projections.keeping import Keeping
from services.projections.tallying.blocks import sum_block
from services.projections.tallying.measures import MEASURES, MONEY, Delta, Duration, Place, place_id

SMALLEST, WIDER, LEVELS = 16, 4, 3  # bits of a block, bits from one size to the next, how many sizes
FORGET: tuple[LiteralString, ...] = (
    "delete from projections.tallies_v3_sum where size = %s and block = %s",
    "delete from projections.tallies_v3_histogram where size = %s and block = %s",
)

_COLUMNS: LiteralString = ",\n    ".join(
    f"{name} bigint" if name in MONEY else f"{name} integer" for name in MEASURES
)
TABLES: LiteralString = f"""create table projections.tallies_v3 (
    position bigint not null,
    place bigint not null,
    on_day date not null,
    {_COLUMNS}
);
create index on projections.tallies_v3 (position);
create index on projections.tallies_v3 (on_day);
comment on table projections.tallies_v3 is
    'what the event at a position changed: found* by finding date, due* by deadline, the others by their own day';
create table projections.tallies_v3_place (
    id bigint primary key,
    division text collate "C" not null,
    level text not null,
    source_group text not null,
    category text not null,
    industry text not null,
    object_kind text not null,
    size_class text not null,
    visit_kind text not null
);
create table projections.tallies_v3_duration (
    position bigint not null,
    place bigint not null,
    on_day date not null,
    kind smallint not null,
    days integer not null,
    amount integer not null
);
create index on projections.tallies_v3_duration (position);
create index on projections.tallies_v3_duration (on_day);
create table projections.tallies_v3_sum (
    facet text collate "C" not null,
    value text collate "C" not null,
    size smallint not null,
    block integer not null,
    division text collate "C" not null,
    month date not null,
    {_COLUMNS}
);
create index on projections.tallies_v3_sum (facet, value, size, block, division, month);
create index on projections.tallies_v3_sum (size, block);
create table projections.tallies_v3_histogram (
    size smallint not null,
    block integer not null,
    division text collate "C" not null,
    month date not null,
    kind smallint not null,
    days integer not null,
    amount integer not null
);
create index on projections.tallies_v3_histogram (size, block, division, month);
create table projections.tallies_v3_frontier (
    block bigint not null
);
insert into projections.tallies_v3_frontier values (0);
create table projections.tallies_v3_moment (
    appended_at timestamptz primary key,
    position bigint not null
);
create index on projections.tallies_v3_moment (position)
"""  # noqa: S608  # names of this module
TRADE: LiteralString = "industry || chr(31) || object_kind"

_SUMS: LiteralString = ", ".join(f"sum({name})" for name in MEASURES)
_NAMES: LiteralString = ", ".join(MEASURES)
COUNT_UP: LiteralString = """
insert into projections.tallies_v3_histogram (size, block, division, month, kind, days, amount)
select %(size)s, %(block)s, division, date_trunc('month', on_day)::date, kind, days, sum(amount)
from projections.tallies_v3_duration as durations
join projections.tallies_v3_place as places on places.id = durations.place
where position >= %(first)s and position < %(beyond)s
group by 3, 4, 5, 6 having sum(amount) <> 0
"""
WIDEN: LiteralString = f"""
insert into projections.tallies_v3_sum (size, block, facet, value, division, month, {_NAMES})
select %(size)s, %(block)s, facet, value, division, month, {_SUMS}
from projections.tallies_v3_sum
where size = %(narrower)s and block >= %(first)s and block < %(beyond)s
group by facet, value, division, month
"""  # noqa: S608  # names of this module
WIDEN_HISTOGRAM: LiteralString = """
insert into projections.tallies_v3_histogram (size, block, division, month, kind, days, amount)
select %(size)s, %(block)s, division, month, kind, days, sum(amount)
from projections.tallies_v3_histogram
where size = %(narrower)s and block >= %(first)s and block < %(beyond)s
group by division, month, kind, days
"""
COPY = sql.SQL("copy projections.tallies_v3 (position, place, on_day, {}) from stdin").format(
    sql.SQL(", ").join(map(sql.Identifier, MEASURES))
)
COPY_DURATIONS: LiteralString = (
    "copy projections.tallies_v3_duration (position, place, on_day, kind, days, amount) from stdin"
)
PLACES: LiteralString = (
    "insert into projections.tallies_v3_place "
    "select * from jsonb_populate_recordset(null::projections.tallies_v3_place, %s::jsonb) "
    "on conflict (id) do nothing"
)
# 汇总所需内存 · Many sums for each of many groups: with the usual 4 MB they go by way of the disk, several times slower.
ROOM: LiteralString = "select set_config('work_mem', '128MB', true)"  # until the end of the transaction
MOMENTS: LiteralString = (
    "insert into projections.tallies_v3_moment as kept (appended_at, position) "
    "select * from unnest(%s::timestamptz[], %s::bigint[]) "
    "on conflict (appended_at) do update set position = greatest(kept.position, excluded.position)"
)
_PLACE = {name: number for number, name in enumerate(MEASURES)}
_EMPTY = ["\\N"] * len(MEASURES)

Ended = tuple[int, Duration, int]  # position, duration, how many more


async def keep(connection: Connection, deltas: Sequence[Delta], durations: Sequence[Ended]) -> None:
    """保存 · The differences of a batch, as they came."""
    await _keep_places(connection, {d.place for d in deltas} | {d.place for _, d, _ in durations})
    async with connection.cursor() as cursor:
        if deltas:
            async with cursor.copy(COPY) as copy:
                await copy.write("".join(map(_line, deltas)).encode())
        if durations:
            async with cursor.copy(COPY_DURATIONS) as copy:
                lines = (
                    f"{position}\t{place_id(each.place)}\t{each.on}\t{each.kind}\t{each.days}\t{amount}\n"
                    for position, each, amount in durations
                )
                await copy.write("".join(lines).encode())


def _line(delta: Delta) -> str:
    columns = _columns(tuple(delta.amounts.items()))
    return f"{delta.position}\t{place_id(delta.place)}\t{delta.on}\t{columns}\n"


@lru_cache(maxsize=4096)  # but for money, there are not many kinds of differences
def _columns(amounts: tuple[tuple[str, int], ...]) -> str:
    columns = _EMPTY.copy()
    for name, amount in amounts:
        columns[_PLACE[name]] = str(amount)
    return "\t".join(columns)


async def _keep_places(connection: Connection, places: Iterable[Place]) -> None:
    wanted = {place_id(place): place for place in places}
    if isinstance(connection, Keeping):
        wanted = connection.unseen(wanted)
    rows = [{"id": number, **wanted[number]._asdict()} for number in sorted(wanted)]
    if rows:
        await connection.execute(PLACES, (orjson.dumps(rows).decode(),))


async def sum_up(connection: Connection, touched: Iterable[int], last: int) -> None:
    """汇总 · The blocks that are whole now; one that was whole before and is written to again is summed up anew.

    `touched` are the positions of what was just kept, `last` the position up to which everything is there.
    """
    row = await (await connection.execute("select block from projections.tallies_v3_frontier")).fetchone()
    assert row is not None  # made with the table
    before, now = row[0], (last + 1) >> SMALLEST
    again = {position >> SMALLEST for position in touched}
    blocks = [(block, before) for block in sorted(again) if block < before]
    blocks += [(block, block + 1) for block in range(before, now)]
    if blocks:
        await connection.execute(ROOM)
    for block, whole in blocks:
        await _sum_block(connection, block, whole=whole)
    if now > before:
        await connection.execute("update projections.tallies_v3_frontier set block = %s", (now,))


async def _sum_block(connection: Connection, block: int, *, whole: int) -> None:
    """One block, and the wider ones it is part of, so far as they are whole."""
    for level in range(LEVELS):
        bits = level * WIDER
        this = block >> bits
        if (this + 1) << bits <= whole:
            await _sum(connection, SMALLEST + bits, this)


async def _sum(connection: Connection, size: int, block: int) -> None:
    for forget in FORGET:
        await connection.execute(forget, (size, block))
    wide = size > SMALLEST
    bits = WIDER if wide else SMALLEST
    about = {
        "size": size,
        "block": block,
        "narrower": size - WIDER,
        "first": block << bits,
        "beyond": (block + 1) << bits,
    }
    if wide:
        await connection.execute(WIDEN, about)
        await connection.execute(WIDEN_HISTOGRAM, about)
    else:
        await sum_block(connection, size, block)
        await connection.execute(COUNT_UP, about)


async def note_moments(connection: Connection, batch: Sequence[Recorded]) -> None:
    """记下时刻 · The last position of each instant of appending, by which an instant is a position."""
    last = {recorded.appended_at: recorded.position for recorded in batch}
    await connection.execute(MOMENTS, (list(last), list(last.values())))
