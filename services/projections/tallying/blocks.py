"""整块求和 · The sums of one block of the log: all together, by day, and by one dimension at a time.

PostgreSQL hands out what was kept line by line, and takes the sums back line by line: to add up eight ways fifty columns
of which three or four are filled, it takes ten times longer.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, LiteralString

from services.postgres import Connection
from services.projections.tallying.measures import MEASURES

# 分面 · Besides all together and by day, by one dimension at a time: what one asks by, and filters by, most.
FACETS: Final[tuple[LiteralString, ...]] = (
    "level",
    "source_group",
    "category",
    "visit_kind",
    "size_class",
    "trade",
)
JOINT: Final = chr(31)  # between the two halves of a trade
DIMENSIONS: Final[tuple[LiteralString, ...]] = (
    "level",
    "source_group",
    "category",
    "visit_kind",
    "size_class",
    "industry",
    "object_kind",
)
NOTHING: Final = "\\N"
_NAMES: LiteralString = ", ".join(MEASURES)
KEPT: LiteralString = f"""
copy (
    select division, {", ".join(DIMENSIONS)}, on_day, {_NAMES}
    from projections.tallies_v3 as deltas
    join projections.tallies_v3_place as places on places.id = deltas.place
    where position >= %(first)s and position < %(beyond)s
) to stdout
"""  # noqa: S608  # names of this module
SUMS: LiteralString = (
    f"copy projections.tallies_v3_sum (size, block, facet, value, division, month, {_NAMES}) from stdin"
)

Line = str  # of a COPY: its fields stay escaped as they came
Amounts = list[int]  # one for each measure


async def sum_block(connection: Connection, size: int, block: int) -> None:
    """求和 · Of the block of so many bits; what was summed up before is gone already."""
    about = {"first": block << size, "beyond": (block + 1) << size}
    async with connection.cursor() as cursor:
        async with cursor.copy(KEPT, about) as copy:
            kept = b"".join([bytes(piece) async for piece in copy]).decode()
        if kept:
            async with cursor.copy(SUMS) as copy:
                # Not splitlines(): the joint of a trade ends a line for it.
                await copy.write("".join(_lines(size, block, kept.removesuffix("\n").split("\n"))))


def _lines(size: int, block: int, kept: Iterable[Line]) -> Iterator[Line]:
    for head, amounts in summed(kept).items():
        if any(amounts):
            told = "\t".join([str(amount) if amount else NOTHING for amount in amounts])
            yield f"{size}\t{block}\t{head}\t{told}\n"


def summed(kept: Iterable[Line]) -> dict[Line, Amounts]:
    """相加 · Amounts by facet, value, division and month."""
    sums: dict[Line, Amounts] = {}
    there: dict[tuple[str, ...], list[Amounts]] = {}  # where a place counts in a month
    for line, times in Counter(kept).items():
        *place, on, told = line.split("\t", len(DIMENSIONS) + 2)
        month = f"{on[:7]}-01"
        where = (*place, month)
        if where not in there:
            there[where] = [sums.setdefault(head, _none()) for head in _heads(month, *place)]
        of_day = sums.setdefault(f"on_day\t{on}\t{place[0]}\t{month}", _none())
        changes = _amounts(told)
        for amounts in (of_day, *there[where]):
            for measure, amount in changes:
                amounts[measure] += times * amount
    return sums


def _heads(month: str, division: str, *place: str) -> Iterator[Line]:
    *others, industry, object_kind = place
    values = (*others, f"{industry}{JOINT}{object_kind}")
    yield f"all\t\t{division}\t{month}"
    yield from (f"{facet}\t{value}\t{division}\t{month}" for facet, value in zip(FACETS, values, strict=True))


def _none() -> Amounts:
    return [0] * len(MEASURES)


@lru_cache(maxsize=4096)  # but for money, there are not many kinds of differences
def _amounts(told: str) -> tuple[tuple[int, int], ...]:
    amounts = enumerate(told.split("\t"))
    return tuple((measure, int(amount)) for measure, amount in amounts if amount != NOTHING)
