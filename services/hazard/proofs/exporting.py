"""导出履历 · The complete trail of one hazard in one archive, which anybody can verify with nothing but Python.

    manifest.json     what is in here: exactly k events of this hazard at size N, signed by the log's key
    manifest.sig      that signature, base64
    checkpoint.txt    the signed note of size N
    public-key.txt    the key, as C2SP's tools take it
    events/000001.json …   the stored bytes of each event
    proofs.json       for each event that it stands in the tree, and that earlier checkpoints are its beginning
    trail.html        the trail for a person        verify.py   checks all of it        photos/…   when asked for

The same events, checkpoint, page and photos give the same bytes: nothing in here knows when it was made.
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib.resources import files
from io import BytesIO
from typing import Any
from uuid import UUID
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from services.hazard.proofs import keeping, tiles
from services.hazard.proofs.keeping import Kept
from services.hazard.proofs.note import verifier
from services.hazard.proofs.signing import LogKey
from services.hazard.proofs.verify import FORM, SIGNED
from services.postgres import Connection

# Which of the checkpoints before it the archive proves to be its beginning: the last ones, and further back ever fewer,
# so that a witness who is far behind holds some of them, too.
EARLIER = 100
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first instant a zip file knows
DIGEST = "sha256:"
DIGESTS = re.compile(rb'"(sha256:[0-9a-f]{64})"')  # as verify.py finds them

_STREAM = "select stream from log.names where name = %s"
_EVENTS = """
select version, position, appended_at, body, leaf, chain
from log.events where stream = %s order by position
"""
_EARLIER = """
select size from (
    select size, row_number() over (order by size desc) as back from log.checkpoints
    where log_id = (select log_id from log.identity) and size < %s
) as earlier
where back <= %s or (back & (back - 1)) = 0 order by size
"""


class NotCovered(Exception):
    """检查点未覆盖 · No checkpoint covers the hazard's last event yet."""


@dataclass(frozen=True, slots=True)
class Stored:
    """已存事件 · One event of the hazard as the log keeps it."""

    version: int
    position: int
    appended_at: datetime
    body: bytes
    leaf: bytes
    chain: bytes


@dataclass(frozen=True, slots=True)
class Trail:
    """履历 · All events of a hazard, the newest checkpoint that covers them, and the proofs between the two.

    `consistency` is by the size of an earlier checkpoint.
    """

    hazard: UUID
    number: str | None
    events: tuple[Stored, ...]
    kept: Kept
    inclusion: tuple[tuple[bytes, ...], ...]
    consistency: Mapping[int, tuple[bytes, ...]]


async def find(connection: Connection, wanted: str) -> UUID | None:
    """查找 · The hazard of a number (HZ-…) or an id; None for what is neither, or is not in the log."""
    try:
        return UUID(wanted)
    except ValueError:
        row = await (await connection.execute(_STREAM, (wanted.upper(),))).fetchone()
        return None if row is None else UUID(str(row[0]))


async def trail_of(connection: Connection, hazard: UUID) -> Trail | None:
    """取履历 · The trail of a hazard at the newest checkpoint; None when there is no such hazard.

    Raises NotCovered while no checkpoint covers its last event.
    """
    # The checkpoint first: an event that comes meanwhile lies beyond it and is seen to, never left out unsaid.
    kept = await keeping.latest(connection)
    async with connection.cursor(binary=True) as cursor:
        rows = await (await cursor.execute(_EVENTS, (hazard,))).fetchall()
    events = tuple(Stored(*row) for row in rows)
    if not events or json.loads(events[0].body)["subject"] != f"hazard/{hazard}":
        return None
    if kept is None or kept.checkpoint.size < events[-1].position:
        raise NotCovered
    size = kept.checkpoint.size
    inclusion = await tiles.inclusions(connection, [event.position for event in events], size)
    earlier = await (await connection.execute(_EARLIER, (size, EARLIER))).fetchall()
    consistency = {old: await tiles.consistency(connection, old, size) for (old,) in earlier}
    return Trail(hazard, _number(events), events, kept, tuple(each.proof for each in inclusion), consistency)


def digests(events: Iterable[Stored]) -> list[str]:
    """照片摘要 · Of all photographs and documents the events name, in order of their first mention."""
    found = (digest.decode() for event in events for digest in DIGESTS.findall(event.body))
    return list(dict.fromkeys(found))


def archive(trail: Trail, key: LogKey, page: str, photos: Mapping[str, tuple[str, bytes]]) -> bytes:
    """成档 · The bytes of the archive. `photos`: by digest, an ending such as .jpg and the content."""
    checkpoint = trail.kept.checkpoint
    pictures = {f"photos/{digest.removeprefix(DIGEST)}{end}": body for digest, (end, body) in photos.items()}
    content = {
        "trail.html": page.encode(),
        "verify.py": (files("services.hazard.proofs") / "verify.py").read_bytes(),
        "checkpoint.txt": trail.kept.note.encode(),
        "public-key.txt": f"{verifier(checkpoint.origin, trail.kept.public_key)}\n".encode(),
        "proofs.json": _json(_proofs(trail)),
        **{_file(event): event.body for event in trail.events},
        **pictures,
    }
    manifest = _json(_manifest(trail, photos, content))
    signature = b64encode(key.sign(SIGNED + manifest)) + b"\n"
    return _zipped({"manifest.json": manifest, "manifest.sig": signature, **content})


def _manifest(
    trail: Trail, photos: Mapping[str, tuple[str, bytes]], content: Mapping[str, bytes]
) -> dict[str, Any]:
    checkpoint, count = trail.kept.checkpoint, len(trail.events)
    ends = {digest: end for digest, (end, _) in photos.items()}
    return {
        "form": FORM,
        "statement": f"日志前 {checkpoint.size} 条中，此隐患恰有 {count} 条事件"
        f" · exactly {count} events of this hazard at size {checkpoint.size}",
        "hazard": str(trail.hazard),
        "number": trail.number,
        "log": str(checkpoint.log_id),
        "size": checkpoint.size,
        "root": checkpoint.root.hex(),
        "count": count,
        "events": [
            {
                "version": event.version,
                "position": event.position,
                "appended_at": event.appended_at.astimezone(UTC).isoformat(),
                "leaf": event.leaf.hex(),
                "chain": event.chain.hex(),
                "file": _file(event),
            }
            for event in trail.events
        ],
        "photos": [
            {
                "digest": digest,
                "file": f"photos/{digest.removeprefix(DIGEST)}{ends[digest]}" if digest in ends else None,
            }
            for digest in digests(trail.events)
        ],
        "files": {name: sha256(body).hexdigest() for name, body in sorted(content.items())},
    }


def _proofs(trail: Trail) -> dict[str, Any]:
    return {
        "inclusion": {
            str(event.version): [each.hex() for each in proof]
            for event, proof in zip(trail.events, trail.inclusion, strict=True)
        },
        "consistency": {
            str(size): [each.hex() for each in proof] for size, proof in sorted(trail.consistency.items())
        },
    }


def _file(event: Stored) -> str:
    return f"events/{event.version:06}.json"


def _number(events: Sequence[Stored]) -> str | None:
    numbers = (json.loads(event.body)["data"].get("number") for event in events)
    return next((number for number in numbers if number), None)


def _json(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _zipped(content: Mapping[str, bytes]) -> bytes:
    """Stored, not compressed: another version of a compressor would give other bytes."""
    whole = BytesIO()
    with ZipFile(whole, "w", ZIP_STORED) as opened:
        for name, body in content.items():
            member = ZipInfo(name, EPOCH)
            member.create_system = 3  # the same on every machine
            member.external_attr = 0o644 << 16
            opened.writestr(member, body)
    return whole.getvalue()
