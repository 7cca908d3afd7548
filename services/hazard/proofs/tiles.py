"""瓦片 · The tree as it is kept: full tiles of 256 hashes in log.tiles, the right edge read from what is below it.

Tile (0, n) holds the leaves 256 n … 256 n + 255, tile (l, n) the roots of 256 tiles of level l - 1; so a node of
the tree at level 8 l + h, h < 8, lies within one tile of level l. A proof at a million events takes three tiles (8 KB
each), or in place of a tile that is not full its edge: at most 255 leaves or roots. All is append-only, so what several
statements read belongs together without a transaction.

Tiles are built by log.build_tiles (migrations/0006_proofs.sql) in short transactions, from log.events alone.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from services.hazard.proofs.tree import (
    Edge,
    Node,
    Range,
    consistency_ranges,
    inclusion_ranges,
    nodes_of,
    range_hash,
)
from services.postgres import Connection

__all__ = ["Inclusion", "NotInTheTree", "build", "consistency", "inclusions", "root_at", "roots_from_leaves"]

WIDTH = 256
HEIGHT = 8  # 2^8 = 256
HASH = 32  # bytes
TILES_AT_ONCE = 64  # 16,384 events in a transaction of some tens of milliseconds
POSITIONS_AT_ONCE = 1000  # whose tiles are held in memory together: some 10 MB
LEAVES_AT_ONCE = 20_000

_FULL = """
select level, index, hashes from log.tiles
where (level, index) in (select * from unnest(%s::smallint[], %s::bigint[]))
"""
_EDGES = """
select edge.level, tiles.index, tiles.root
from unnest(%s::smallint[], %s::bigint[], %s::bigint[]) as edge (level, first, past)
join log.tiles on tiles.level = edge.level - 1 and tiles.index >= edge.first and tiles.index < edge.past
"""
_LEAVES = "select position - 1, leaf from log.events where position > %s and position <= %s order by position"
_LEAVES_AT = "select position, leaf from log.events where position = any(%s)"

Tile = tuple[int, int]  # level and index


class NotInTheTree(LookupError):
    """不在树中 · An event or a tile that a proof needs is not there."""


@dataclass(frozen=True, slots=True)
class Inclusion:
    """包含证明 · That the event at a position, counted from 1, is leaf position - 1 of the tree of that size."""

    position: int
    size: int
    leaf: bytes
    proof: tuple[bytes, ...]


async def build(connection: Connection) -> int:
    """建瓦片 · Make every full tile that is missing, each call of the database a short transaction; gives how many.

    Any number of builders may do so side by side.
    """
    total = 0
    while True:
        row = await (await connection.execute("select log.build_tiles(%s)", (TILES_AT_ONCE,))).fetchone()
        assert row is not None  # a function always answers
        made = int(row[0])
        total += made
        if made < TILES_AT_ONCE:
            return total
        await asyncio.sleep(0)


async def root_at(connection: Connection, size: int) -> bytes:
    """根哈希 · The root over the first so many events. Raises NotInTheTree when the log is shorter."""
    return (await _hashes(connection, [(0, size)]))[0]


async def inclusions(connection: Connection, positions: Sequence[int], size: int) -> list[Inclusion]:
    """包含证明 · A proof for each position at a size, in three statements for every thousand.

    Raises ValueError for a position outside 1 … size, NotInTheTree when the log is shorter.
    """
    found = []
    for start in range(0, len(positions), POSITIONS_AT_ONCE):
        found += await _inclusions(connection, positions[start : start + POSITIONS_AT_ONCE], size)
    return found


async def consistency(connection: Connection, old: int, new: int) -> tuple[bytes, ...]:
    """一致性证明 · That the first `old` events are the beginning of the first `new`.

    Raises ValueError when `old` is larger, NotInTheTree when the log is shorter.
    """
    return tuple(await _hashes(connection, consistency_ranges(old, new)))


async def roots_from_leaves(connection: Connection, sizes: Iterable[int]) -> dict[int, bytes]:
    """由叶重算 · The roots at several sizes out of the log's leaves alone, no tile looked at, in one pass.

    Raises NotInTheTree when the log is shorter or a position is missing.
    """
    edge = Edge()
    roots = {}
    for size in sorted(set(sizes)):
        while edge.size < size:
            past = min(edge.size + LEAVES_AT_ONCE, size)
            leaves = await _leaves(connection, edge.size, past)
            if len(leaves) < past - edge.size:
                raise NotInTheTree(f"the log holds {len(leaves)} positions from {edge.size + 1} to {past}")
            edge.extend(leaves.values())
        roots[size] = edge.root
    return roots


async def _inclusions(connection: Connection, positions: Sequence[int], size: int) -> list[Inclusion]:
    paths = [inclusion_ranges(position - 1, size) for position in positions]
    async with connection.cursor(binary=True) as cursor:
        rows = await (await cursor.execute(_LEAVES_AT, (list(positions),))).fetchall()
    leaves: dict[int, bytes] = dict(rows)
    if missing := set(positions) - leaves.keys():
        raise NotInTheTree(f"the log has no position {min(missing)}")
    wanted = sorted({each for path in paths for each in path})
    hashes = dict(zip(wanted, await _hashes(connection, wanted), strict=True))
    return [
        Inclusion(position, size, leaves[position], tuple(hashes[each] for each in path))
        for position, path in zip(positions, paths, strict=True)
    ]


async def _hashes(connection: Connection, ranges: Sequence[Range]) -> list[bytes]:
    nodes = await _nodes(connection, {node for wanted in ranges for node in nodes_of(wanted)})
    return [range_hash(wanted, nodes) for wanted in ranges]


async def _nodes(connection: Connection, wanted: set[Node]) -> dict[Node, bytes]:
    """The hashes of complete subtrees, each out of its tile or its edge."""
    parts: dict[Tile, dict[Node, Range]] = defaultdict(dict)
    for level, index in wanted:
        height = level % HEIGHT
        first = index << height
        parts[level // HEIGHT, first // WIDTH][level, index] = (first, first + (1 << height))
    entries = await _full(connection, parts.keys())
    edges = {
        tile: (tile[1] * WIDTH, max(past for _, past in nodes.values()))
        for tile, nodes in parts.items()
        if tile not in entries
    }
    entries |= await _edges(connection, edges)
    return {
        node: _top(_part(entries[tile], tile[1] * WIDTH, within))
        for tile, nodes in parts.items()
        for node, within in nodes.items()
    }


def _top(hashes: bytes) -> bytes:
    """The root over hashes that stand side by side, a power of two of them: two neighbours are 64 bytes as they are."""
    while len(hashes) > HASH:
        pairs = (hashes[at : at + 2 * HASH] for at in range(0, len(hashes), 2 * HASH))
        hashes = b"".join([sha256(b"\x01" + pair).digest() for pair in pairs])
    return hashes


def _part(entries: bytes, start: int, within: Range) -> bytes:
    """The hashes of a range out of those of a tile, whose first is numbered `start`."""
    first, past = ((number - start) * HASH for number in within)
    if past > len(entries):
        raise NotInTheTree(f"no hash {within[1] - 1} in a tile from {start} with {len(entries) // HASH}")
    return entries[first:past]


async def _full(connection: Connection, tiles: Iterable[Tile]) -> dict[Tile, bytes]:
    asked = sorted(tiles)
    async with connection.cursor(binary=True) as cursor:
        await cursor.execute(_FULL, ([level for level, _ in asked], [index for _, index in asked]))
        return {(level, index): hashes async for level, index, hashes in cursor}


async def _edges(connection: Connection, edges: dict[Tile, Range]) -> dict[Tile, bytes]:
    """What stands so far in tiles that are not full; a hash that is missing ends it."""
    found: dict[Tile, dict[int, bytes]] = {tile: {} for tile in edges}
    upper = []
    for (level, index), (first, past) in edges.items():
        if level == 0:
            found[level, index] = await _leaves(connection, first, past)
        else:
            upper.append((level, first, past))
    if upper:
        async with connection.cursor(binary=True) as cursor:
            await cursor.execute(_EDGES, [list(column) for column in zip(*upper, strict=True)])
            async for level, index, hash_ in cursor:
                found[level, index // WIDTH][index] = hash_
    return {tile: _run(hashes, edges[tile][0]) for tile, hashes in found.items()}


def _run(hashes: dict[int, bytes], first: int) -> bytes:
    run: list[bytes] = []
    while (number := first + len(run)) in hashes:
        run.append(hashes[number])
    return b"".join(run)


async def _leaves(connection: Connection, first: int, past: int) -> dict[int, bytes]:
    """Leaf hashes by index, in order."""
    async with connection.cursor(binary=True) as cursor:
        await cursor.execute(_LEAVES, (first, past))
        return {index: leaf async for index, leaf in cursor}
