"""长日志 · Logs of any length, made cheaply by the database itself, and what must stand in them."""

from hashlib import sha256

import psycopg

from services.hazard.proofs.tree import leaf_hash

# A true chain over so many events would take a loop: the hashes here only differ from each other.
GROW = """
insert into log.events (position, appended_at, event_id, stream, version, type, subject, body, leaf, chain)
select n, clock_timestamp(), gen_random_uuid(), gen_random_uuid(), 1, 'test', 'safety.test', body,
    sha256('\\x00'::bytea || body), sha256(body)
from (
    select n, convert_to(%(words)s || n, 'UTF8') as body
    from generate_series((select position from log.head) + 1, %(size)s::bigint) as n
) as made
"""


def body_at(position: int, words: str = "event ") -> bytes:
    """What stands at a position of a log that was grown."""
    return f"{words}{position}".encode()


def leaves_to(size: int) -> list[bytes]:
    return [leaf_hash(body_at(position)) for position in range(1, size + 1)]


def chain_at(position: int) -> bytes:
    return sha256(body_at(position)).digest()


async def grow(database: str, size: int, *, words: str = "event ") -> None:
    """Makes the log so many events long."""
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as owner:
        await owner.execute(GROW, {"size": size, "words": words})


async def forget(database: str, *, after: int) -> None:
    """What the log looks like when an older backup of it was restored."""
    async with await psycopg.AsyncConnection.connect(database) as owner:
        await owner.execute("delete from log.events where position > %s", (after,))
        await owner.execute("delete from log.tiles where (index + 1) * 256 ^ (level + 1) > %s", (after,))
        await owner.execute("delete from log.checkpoints where size > %s", (after,))
