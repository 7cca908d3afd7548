"""给定 · What a superuser can do to the log: change anything, and compute anew whatever can be computed."""

from hashlib import sha256

import psycopg

from given.proved import SIGNED_AT
from services.hazard.proofs.note import Checkpoint, signed
from services.hazard.proofs.signing import LogKey
from services.hazard.proofs.tree import root

Superuser = psycopg.Connection

FIRST_HASHED = 300  # in the second tile


def retell(superuser: Superuser, position: int) -> None:
    """Another word in an event's bytes, of the same length."""
    changed = superuser.execute(
        "update log.events set body = convert_to(replace(convert_from(body, 'UTF8'), 'p-9', 'p-8'), 'UTF8')"
        " where position = %s and convert_from(body, 'UTF8') like '%%p-9%%'",
        (position,),
    )
    assert changed.rowcount == 1


def rehash(superuser: Superuser, position: int) -> None:
    """An event's leaf, computed anew."""
    superuser.execute(
        r"update log.events set leaf = sha256('\x00'::bytea || body) where position = %s", (position,)
    )


def rechain(superuser: Superuser) -> None:
    """All chain values, computed anew."""
    chain = bytes(32)
    for position, leaf in superuser.execute(
        "select position, leaf from log.events order by position"
    ).fetchall():
        chain = sha256(chain + leaf).digest()
        superuser.execute("update log.events set chain = %s where position = %s", (chain, position))


def rebuild(superuser: Superuser) -> None:
    """All tiles, built anew."""
    superuser.execute("delete from log.tiles")
    superuser.execute("select log.build_tiles(1000)")


def resign(superuser: Superuser, key: LogKey) -> None:
    """All checkpoints, signed anew for the log as it is now."""
    rows = superuser.execute("select leaf, chain from log.events order by position").fetchall()
    leaves = [leaf for leaf, _ in rows]
    kept = superuser.execute("select log_id, size from log.checkpoints").fetchall()
    superuser.execute("delete from log.checkpoints")
    for log_id, size in kept:
        if size <= len(leaves):
            one = Checkpoint(log_id, size, root(leaves[:size]), rows[size - 1][1], SIGNED_AT)
            superuser.execute(
                "insert into log.checkpoints values (%s, %s, %s, %s, %s, %s, %s)",
                (log_id, size, one.root, one.chain, SIGNED_AT, key.public, signed(one, key)),
            )


def shift(superuser: Superuser, after: int, by: int) -> None:
    """The positions behind one, moved; by way of where none are."""
    far = 1_000_000
    superuser.execute("update log.events set position = position + %s where position > %s", (far, after))
    superuser.execute("update log.events set position = position - %s where position > %s", (far - by, far))


def delete_last(superuser: Superuser, *, tidily: bool) -> None:
    """The last event, and when done tidily whatever points at it."""
    superuser.execute("delete from log.events where position = (select position from log.head)")
    if tidily:
        superuser.execute("delete from log.outcomes where position > (select position from log.head)")
        superuser.execute("delete from log.checkpoints where size > (select position from log.head)")
        superuser.execute(
            "delete from log.streams where position > (select position from log.head) and version = 1"
        )
        superuser.execute(
            "update log.streams set version = last.version, position = last.position from ("
            "  select distinct on (stream) stream, version, position from log.events order by stream, position desc"
            ") as last where last.stream = streams.id and streams.position > (select position from log.head)"
        )


def rewrite(superuser: Superuser, key: LogKey) -> None:
    """History as one would have it, and all that can be computed from it."""
    retell(superuser, FIRST_HASHED)
    rehash(superuser, FIRST_HASHED)
    rechain(superuser)
    rebuild(superuser)
    resign(superuser, key)
