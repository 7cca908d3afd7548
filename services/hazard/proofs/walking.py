"""逐条核对 · Walks the log event by event: bytes, leaves, chain, versions, envelopes, and the tree above them.

Pure: it is handed rows and keeps what the next ones are compared with. Ids come as text, hashes as bytes.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256

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


# The beginning of an event as contracts.envelope writes it. Parsing the whole of millions of them takes longer than all
# else; whatever looks otherwise is parsed.
_HEAD = re.compile(
    rb'\{"specversion":"1\.0","id":"([^"\\]*)","source":"[^"\\]*","type":"([^"\\]*)","subject":"([^"\\]*)","time":"[^"\\]*"'
    rb',"dataschema":"[^"\\]*","version":(\d+),"occurredat":"[^"\\]*","actor":"[^"\\]*","role":"[^"\\]*"'
    rb'(?:,"organisation":"[^"\\]*")?(?:,"certificate":"[^"\\]*")?(?:,"visit":"[^"\\]*")?(?:,"division":"(\d{12})")?,"entry":'
)
# Millions of events share some thousand subjects.
_subject = lru_cache(maxsize=65_536)(subject_of)

# position, appended_at as 8 bytes, event_id, stream, version, type, subject, body, leaf, chain
Row = tuple[int, bytes, str, str, int, str, str, bytes, bytes, bytes]


class Walk:
    """行进 · What is known after the events so far."""

    def __init__(self, findings: Findings) -> None:
        self.position = 0
        self.versions: dict[str, int] = {}
        self.positions: dict[str, int] = {}
        self.numbers: dict[str, str] = {}  # of hazards registered since somebody emptied it
        self._found = findings
        self._chain: bytes | None = GENESIS  # None behind a missing event: nothing to compare the next with
        self._last_at = b""

    def take(self, rows: Iterable[Row], last: int) -> list[bytes | None]:
        """取一段 · The rows up to a position, in order; gives a leaf hash for each position, None for a missing one."""
        leaves: list[bytes | None] = []
        found = self._found
        for position, at, event_id, stream, version, kind, subject, body, leaf, chain in rows:
            if position != self.position + 1:
                leaves += self._missing(position - 1)
            self.position = position
            leaves.append(leaf)

            if sha256(b"\x00" + body).digest() != leaf:
                found.add("LEAF_OTHER", position)
            if self._chain is not None and sha256(self._chain + leaf).digest() != chain:
                found.add("CHAIN_OTHER", position)
            self._chain = chain

            if at < self._last_at:
                found.add("TIME_BACKWARDS", position)
            self._last_at = at
            self._place(position, stream, version)
            self._compare(position, event_id, kind, stream, version, subject, body)
        return leaves + self._missing(last)

    def _place(self, position: int, stream: str, version: int) -> None:
        before = self.versions.get(stream, 0)
        if version != before + 1:
            self._found.add("VERSION_OTHER", position, f"{stream}：{before} 之后是 {version}")
        self.versions[stream] = version
        self.positions[stream] = position

    def _compare(
        self, position: int, event_id: str, kind: str, stream: str, version: int, subject: str, body: bytes
    ) -> None:
        try:
            said = _said(body)
            if said[:4] != (event_id, kind, stream, version) or _subject(said[4], kind) != subject:
                self._found.add("ENVELOPE_OTHER", position)
            if kind == HazardRegistered.TYPE:
                self.numbers[orjson.loads(body)["data"]["number"]] = stream
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            self._found.add("BODY_UNREADABLE", position, str(error))

    def _missing(self, before: int) -> list[bytes | None]:
        gone = range(self.position + 1, before + 1)
        for position in gone:
            self._found.add("POSITION_MISSING", position)
        if gone:
            self._chain = None
            self.position = before
        return [None] * len(gone)


def _said(body: bytes) -> tuple[str, str, str, int, str | None]:
    """Id, type, stream, version and division as the event itself states them."""
    if head := _HEAD.match(body):
        event_id, kind, subject, version, division = head.groups()
        where = None if division is None else division.decode()
        return event_id.decode(), kind.decode(), _stream(subject.decode()), int(version), where
    said = orjson.loads(body)
    return said["id"], said["type"], _stream(said["subject"]), said["version"], said.get("division")


def _stream(subject: str) -> str:
    """As stream_of, without making an object for each event."""
    key = subject.partition("/")[2].lower()
    return key if len(key) == UUID_LENGTH and key[8] == "-" else str(stream_of(subject))


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
