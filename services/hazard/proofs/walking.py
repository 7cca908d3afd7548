"""逐条核对 · Walks the log event by event: bytes, leaves, chain, versions, envelopes, and the tree above them.

Pure: it is handed rows and keeps what the next ones are compared with. Ids come as their 16 bytes, hashes as bytes.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from contracts.hazard import HazardRegistered
from contracts.subjects import subject_of
from services.hazard.mapper import stream_of
from services.hazard.proofs.findings import Findings
from services.hazard.proofs.tree import EMPTY_ROOT, root

TILE = 256
HASH = 32
UUID_LENGTH = 36
GENESIS = bytes(HASH)

Tile = tuple[int, int, list[bytes], bytes]  # level, index, hashes, root


class Row(NamedTuple):
    """日志行 · A row of log.events."""

    position: int
    appended_at: datetime
    event_id: bytes
    stream: bytes
    version: int
    type: str
    subject: str
    body: bytes
    leaf: bytes
    chain: bytes


# Millions of events share some thousand subjects.
_subject = lru_cache(maxsize=65_536)(subject_of)


def _stream(subject: str) -> bytes:
    """As stream_of, without making an object for each event."""
    key = subject.partition("/")[2]
    return bytes.fromhex(key.replace("-", "")) if len(key) == UUID_LENGTH else stream_of(subject).bytes


class Walk:
    """行进 · What is known after the events so far."""

    def __init__(self, findings: Findings) -> None:
        self.position = 0
        self.chain: bytes | None = (
            GENESIS  # None behind a missing event: nothing to compare the next one with
        )
        self.versions: dict[bytes, int] = {}
        self.positions: dict[bytes, int] = {}
        self.numbers: dict[str, bytes] = {}  # of hazards registered since somebody emptied it
        self._found = findings
        self._last_at: datetime | None = None

    def take(self, rows: Iterable[tuple[Any, ...]], last: int) -> list[bytes | None]:
        """取一段 · The rows up to a position, in order; gives a leaf hash for each position, None for a missing one."""
        leaves: list[bytes | None] = []
        for row in map(Row._make, rows):
            if row.position != self.position + 1:
                leaves += self._missing(row.position - 1)
            self._hashes(row)
            self._place(row)
            self._envelope(row)
            self.position = row.position
            leaves.append(row.leaf)
        return leaves + self._missing(last)

    def _missing(self, before: int) -> list[bytes | None]:
        gone = range(self.position + 1, before + 1)
        for position in gone:
            self._found.add("POSITION_MISSING", position)
        if gone:
            self.chain = None
            self.position = before
        return [None] * len(gone)

    def _hashes(self, row: Row) -> None:
        if sha256(b"\x00" + row.body).digest() != row.leaf:
            self._found.add("LEAF_OTHER", row.position)
        if self.chain is not None and sha256(self.chain + row.leaf).digest() != row.chain:
            self._found.add("CHAIN_OTHER", row.position)
        self.chain = row.chain

    def _place(self, row: Row) -> None:
        before = self.versions.get(row.stream, 0)
        if row.version != before + 1:
            detail = f"{UUID(bytes=row.stream)}：{before} 之后是 {row.version}"
            self._found.add("VERSION_OTHER", row.position, detail)
        self.versions[row.stream] = row.version
        self.positions[row.stream] = row.position
        if self._last_at is not None and row.appended_at < self._last_at:
            self._found.add("TIME_BACKWARDS", row.position)
        self._last_at = row.appended_at

    def _envelope(self, row: Row) -> None:
        try:
            said = orjson.loads(row.body)
            same = (
                said["version"] == row.version
                and said["type"] == row.type
                and said["id"].replace("-", "") == row.event_id.hex()
                and _stream(said["subject"]) == row.stream
                and _subject(said.get("division"), row.type) == row.subject
            )
            if row.type == HazardRegistered.TYPE:
                self.numbers[said["data"]["number"]] = row.stream
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            self._found.add("BODY_UNREADABLE", row.position, str(error))
            return
        if not same:
            self._found.add("ENVELOPE_OTHER", row.position)


class Tower:
    """树与瓦片 · The tree over the leaves so far as the tiles of 256 it is kept in, level by level."""

    def __init__(self, findings: Findings) -> None:
        self._found = findings
        self._levels: list[list[bytes]] = [[]]
        self._done = [0]  # full tiles of each level

    def add(self, leaves: Iterable[bytes]) -> list[Tile]:
        """加叶 · The tiles that became full by these leaves: level, index, hashes, root."""
        full: list[Tile] = []
        for leaf in leaves:
            self._levels[0].append(leaf)
            if len(self._levels[0]) == TILE:
                self._close(0, full)
        return full

    @property
    def root(self) -> bytes:
        """根 · The root over all leaves so far: what is not full yet stands to the right of what is."""
        below: list[bytes] = []
        for hashes in self._levels:
            below = [root([*hashes, *below])] if hashes or below else []
        return below[0] if below else EMPTY_ROOT

    def _close(self, level: int, full: list[Tile]) -> None:
        hashes, self._levels[level] = self._levels[level], []
        top = root(hashes)
        full.append((level, self._done[level], hashes, top))
        self._done[level] += 1
        if level + 1 == len(self._levels):
            self._levels.append([])
            self._done.append(0)
        self._levels[level + 1].append(top)
        if len(self._levels[level + 1]) == TILE:
            self._close(level + 1, full)

    def compare(
        self,
        full: Sequence[Tile],
        kept: Mapping[tuple[int, int], tuple[bytes, bytes]],
        built: Mapping[int, int],
    ) -> None:
        """比对 · With the tiles that are kept (root, hashes); `built` is the last index of each level that is there."""
        for level, index, hashes, top in full:
            stored = kept.get((level, index))
            if stored is None:
                if index < built.get(level, -1):
                    self._found.add("TILE_MISSING", _first(level, index), f"第 {level} 层第 {index} 块")
            elif stored != (top, b"".join(hashes)):
                self._found.add("TILE_OTHER", *_differs(level, index, hashes, stored[1]))


def _first(level: int, index: int) -> int:
    """The position of the first event below a tile."""
    return index * (TILE << 8 * level) + 1


def _differs(level: int, index: int, hashes: Sequence[bytes], stored: bytes) -> tuple[int, str]:
    kept = [stored[start : start + HASH] for start in range(0, HASH * TILE, HASH)]
    at = next((n for n, (one, two) in enumerate(zip(hashes, kept, strict=True)) if one != two), 0)
    return _first(level, index) + at * (1 << 8 * level), f"第 {level} 层第 {index} 块第 {at} 个哈希"
