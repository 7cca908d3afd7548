"""审计日志 · Checks the whole log against its own hashes, its tree, what was signed of it, and the tables beside it.

Read in bounded ranges, each in a short transaction: the log grows meanwhile, and is checked as far as it went at the
start. What lies behind that is looked at only where something else points there.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from time import perf_counter
from typing import Any, LiteralString
from uuid import UUID

from services.hazard.proofs.findings import Findings
from services.hazard.proofs.snapshots import audit_snapshots
from services.hazard.proofs.walking import HASH, TILE, Tile, Tower, Walk
from services.postgres import Connection

RANGE = 20 * TILE  # events read at once
PAGE = 20_000  # rows of log.streams read at once

_HEAD = "select log_id, position from log.head"
_STRAY = "select position from log.events where position < 1 limit 20"
_EVENTS = """
select position, timestamptz_send(appended_at), event_id::text, stream::text, version, type, subject, body, leaf, chain
from log.events where position between %s and %s order by position
"""
_TILES = "select level, index, root, hashes from log.tiles where level = %s and index between %s and %s"
_BUILT = "select level::int, max(index) from log.tiles group by level"
_TILES_BEYOND = """
select level::int, index from log.tiles cross join log.head
where (index + 1) * (256::numeric ^ (level + 1)) > head.position order by 1, 2 limit 20
"""
_NAMES = "select name, stream::text from log.names where name = any(%s)"
_STREAMS = """
select id::text, version, position from log.streams
where id > %s order by id limit %s
"""
_STREAMS_BEYOND = """
select held.id::text, held.version, held.position from log.streams as held
where held.position > %s and not exists (
    select from log.events
    where events.position = held.position and events.stream = held.id and events.version = held.version
)
order by held.position limit 20
"""
_OUTCOMES_BEYOND = """
select outcomes.position from log.outcomes cross join log.head
where outcomes.position > head.position or outcomes.position < 0 order by 1 limit 20
"""
_SNAPSHOTS_AHEAD = """
select kept.stream::text, kept.version from log.snapshots as kept
left join log.streams as held on held.id = kept.stream
where held.id is null or kept.version > held.version
order by 1 limit 20
"""

Progress = Callable[[int], None]  # is told up to which position all is checked
Rows = list[tuple[Any, ...]]  # of the database, typed by what they are read into


@dataclass(frozen=True, slots=True)
class Extent:
    """范围 · The log that is audited and the position up to which, as it stood at the start."""

    log_id: UUID
    position: int


@dataclass(frozen=True, slots=True)
class Signed:
    """签过的头 · What somebody holds the log to have been at a size; `code` is found when it was not.

    `root` and `chain` in bytes; no chain where none was recorded.
    """

    size: int
    root: bytes
    chain: bytes | None
    code: str
    holder: str


@dataclass(frozen=True, slots=True)
class Walked:
    """已核对 · How many events, streams, tiles and signed heads were compared, in how many seconds."""

    events: int
    streams: int
    tiles: int
    heads: int
    seconds: float


async def extent(connection: Connection) -> Extent:
    """范围 · The log's identity and its end now."""
    row = await (await connection.execute(_HEAD)).fetchone()
    assert row is not None  # the identity is a row of the first migration
    return Extent(*row)


async def audit_log(
    connection: Connection, upto: Extent, heads: Iterable[Signed], findings: Findings, progress: Progress
) -> Walked:
    """核对日志 · Every event up to a position, the tree over them, the heads signed of it, and what points at them."""
    began = perf_counter()
    for (position,) in await _rows(connection, _STRAY):
        findings.add("POSITION_STRAY", None, str(position))
    climb = _Climb(connection, heads, findings)
    walk = Walk(findings)
    await climb.prepare()
    async for first, last, rows in _ahead(connection, upto.position):
        leaves = await asyncio.to_thread(walk.take, rows, last)
        await climb.over(leaves, first, {row[0]: row[9] for row in rows})
        await _names(connection, walk, findings)
        progress(last)
    await _streams(connection, walk, upto.position, findings)
    await _beyond(connection, upto.position, findings)
    await audit_snapshots(connection, findings)
    return Walked(upto.position, len(walk.versions), climb.tiles, climb.compared, perf_counter() - began)


async def _ahead(connection: Connection, end: int) -> AsyncGenerator[tuple[int, int, Rows], None]:
    """The ranges of the log in order, each with its rows; the next is read while one is checked."""
    ranges = [(first, min(first + RANGE - 1, end)) for first in range(1, end + 1, RANGE)]
    reading = None if not ranges else asyncio.create_task(_rows(connection, _EVENTS, ranges[0]))
    for (first, last), following in zip_longest(ranges, ranges[1:]):
        assert reading is not None  # there is a range
        rows = await reading
        reading = None if following is None else asyncio.create_task(_rows(connection, _EVENTS, following))
        yield first, last, rows


class _Climb:
    """From leaves to tiles and roots, each compared with what is kept and what was signed."""

    def __init__(self, connection: Connection, heads: Iterable[Signed], findings: Findings) -> None:
        self.tiles = 0
        self.compared = 0
        self._connection = connection
        self._findings = findings
        self._tower = Tower(findings)
        self._built: dict[int, int] = {}
        self._agreed = 0  # the largest size at which all agreed
        self._heads: dict[int, list[Signed]] = {}
        for head in heads:
            self._heads.setdefault(head.size, []).append(head)

    async def prepare(self) -> None:
        self._built = dict(await _rows(self._connection, _BUILT))

    async def over(self, leaves: Sequence[bytes | None], first: int, chains: Mapping[int, bytes]) -> None:
        """The leaves from a position on, to its range's end; a missing one is taken from its tile, as it was."""
        last = first + len(leaves) - 1
        kept = await self._kept(0, (first - 1) // TILE, (last - 1) // TILE)
        whole = [leaf or _kept_leaf(kept, first + n) for n, leaf in enumerate(leaves)]
        full: list[Tile] = []
        start = 0
        for size in sorted(size for size in self._heads if first <= size <= last):
            full += self._tower.add(whole[start : size - first + 1])
            start = size - first + 1
            self._judge(size, chains.get(size))
        full += self._tower.add(whole[start:])
        for level in {tile[0] for tile in full} - {0}:
            indices = [index for at, index, _, _ in full if at == level]
            kept |= await self._kept(level, min(indices), max(indices))
        self.tiles += len(full)
        self._tower.compare(full, kept, self._built)

    def _judge(self, size: int, chain: bytes | None) -> None:
        root = self._tower.root
        for head in self._heads[size]:
            self.compared += 1
            if head.root != root:
                between = f"{head.holder}：第 {size} 条时，改动在第 {self._agreed + 1} 至 {size} 条之间"
                self._findings.add(head.code, None, between)
            elif head.chain not in (None, chain):
                self._findings.add("CHECKPOINT_CHAIN", size, head.holder)
        if all(head.root == root for head in self._heads[size]):
            self._agreed = size

    async def _kept(self, level: int, first: int, last: int) -> dict[tuple[int, int], tuple[bytes, bytes]]:
        rows = await _rows(self._connection, _TILES, (level, first, last))
        return {(level, index): (root, hashes) for _, index, root, hashes in rows}


def _kept_leaf(kept: Mapping[tuple[int, int], tuple[bytes, bytes]], position: int) -> bytes:
    index, at = divmod(position - 1, TILE)
    _, hashes = kept.get((0, index), (b"", bytes(HASH * TILE)))
    return hashes[at * HASH : (at + 1) * HASH]


async def _names(connection: Connection, walk: Walk, findings: Findings) -> None:
    if not walk.numbers:
        return
    known: dict[str, str] = dict(await _rows(connection, _NAMES, (list(walk.numbers),)))
    for number, stream in walk.numbers.items():
        if number not in known:
            findings.add("NAME_MISSING", None, number)
        elif known[number] != stream:
            findings.add("NAME_OTHER", None, f"{number} → {known[number]}")
    walk.numbers.clear()


async def _streams(connection: Connection, walk: Walk, upto: int, findings: Findings) -> None:
    """Those that have moved since are looked at by themselves."""
    seen = 0
    after = UUID(int=0)
    while rows := await _rows(connection, _STREAMS, (after, PAGE)):
        for stream, version, position in rows:
            seen += stream in walk.versions
            here = (walk.versions.get(stream), walk.positions.get(stream))
            if position <= upto and (version, position) != here:
                detail = f"{stream}：登记为第 {version} 版"
                findings.add("STREAMS_OTHER", position, detail)
        after = UUID(rows[-1][0])
    if seen < len(walk.versions):
        findings.add("STREAMS_MISSING", None, f"{len(walk.versions) - seen} 个对象")


async def _beyond(connection: Connection, upto: int, findings: Findings) -> None:
    """What points at events that are not there."""
    for stream, version, position in await _rows(connection, _STREAMS_BEYOND, (upto,)):
        findings.add("STREAMS_BEYOND", position, f"{stream}：第 {version} 版")
    for (position,) in await _rows(connection, _OUTCOMES_BEYOND):
        findings.add("OUTCOME_BEYOND", position)
    for level, index in await _rows(connection, _TILES_BEYOND):
        findings.add("TILE_BEYOND", None, f"第 {level} 层第 {index} 块")
    for stream, version in await _rows(connection, _SNAPSHOTS_AHEAD):
        findings.add("SNAPSHOT_AHEAD", None, f"{stream}：第 {version} 版")


async def _rows(connection: Connection, query: LiteralString, given: tuple[Any, ...] = ()) -> Rows:
    async with connection.cursor(binary=True) as cursor:
        return await (await cursor.execute(query, given)).fetchall()
