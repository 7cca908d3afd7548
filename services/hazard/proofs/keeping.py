"""检查点存放 · The checkpoints that were signed, kept in log.checkpoints; nobody changes or removes one."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any, LiteralString

from services.hazard.proofs.note import Checkpoint, parsed
from services.postgres import Connection

AT_ONCE = 1000

_KEPT = "select note, public_key from log.checkpoints where log_id = (select log_id from log.identity)"
_LATEST = _KEPT + " order by size desc limit 1"
_AT = _KEPT + " and size = %s"
_COVERING = _KEPT + " and size >= %s order by size limit 1"
_AFTER = _KEPT + " and size > %s order by size limit %s"
_KEEP = """
insert into log.checkpoints (log_id, size, root, chain, signed_at, public_key, note)
values (%s, %s, %s, %s, %s, %s, %s)
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """已签检查点 · A checkpoint with its note and the public key that signed it."""

    checkpoint: Checkpoint
    note: str
    public_key: bytes


async def latest(connection: Connection) -> Kept | None:
    """最新检查点 · The largest of the log that is there, None when none was signed yet."""
    return await _one(connection, _LATEST, ())


async def at_size(connection: Connection, size: int) -> Kept | None:
    """指定大小的检查点 · The one of exactly so many events, None when none was signed there."""
    return await _one(connection, _AT, (size,))


async def covering(connection: Connection, position: int) -> Kept | None:
    """覆盖某位置的检查点 · The first that covers a position, None when none does yet."""
    return await _one(connection, _COVERING, (position,))


async def following(connection: Connection, size: int, limit: int) -> list[Kept]:
    """其后的检查点 · At most so many of those beyond a size, in order."""
    return [_kept(row) for row in await (await connection.execute(_AFTER, (size, limit))).fetchall()]


async def everything(connection: Connection) -> AsyncGenerator[Kept, None]:
    """全部检查点 · All of the log that is there, in order, read in bounded parts."""
    size = 0
    while part := await following(connection, size, AT_ONCE):
        for kept in part:
            yield kept
        size = part[-1].checkpoint.size


async def keep(connection: Connection, kept: Kept) -> None:
    """保存 · Adds one; a size has one checkpoint (psycopg.errors.UniqueViolation)."""
    one = kept.checkpoint
    await connection.execute(
        _KEEP, (one.log_id, one.size, one.root, one.chain, one.time, kept.public_key, kept.note)
    )


# Any: a database row has no types.
async def _one(connection: Connection, query: LiteralString, values: tuple[object, ...]) -> Kept | None:
    row = await (await connection.execute(query, values)).fetchone()
    return None if row is None else _kept(row)


def _kept(row: tuple[Any, ...]) -> Kept:
    note, public_key = row
    return Kept(parsed(note), note, bytes(public_key))
