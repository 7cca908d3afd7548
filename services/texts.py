"""可删除文字 · What the public reports and what is said about persons: kept here, sealed, and erasable.

An event holds the id and a salted commitment, so the log proves what was said without holding it; the salt is sealed
with the text and goes with it, for without the salt nobody can try texts against what the log keeps for ever.
"""

import hashlib
import hmac
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.erasing import Erased, destroy
from services.keys import Erasure, Key, KeyDestroyed, Unreadable
from services.people import ERASED, People, PersonErased
from services.trouble import Trouble

SALT: Final = 32  # bytes
FIELD: Final = "text"
PUT: Final = """
insert into people.texts (id, sealed, commitment, author, created_at) values (%s, %s, %s, %s, %s)
on conflict (id) do nothing
"""
KEPT: Final = "select sealed, commitment from people.texts where id = %s"
READ: Final = """
with found as (
    select id, sealed, commitment from people.texts where id = any(%(ids)s)
), written_down as (
    insert into people.readings (reader, person, what, why)
    select %(reader)s, 'text/' || id, 'text', %(why)s from found where sealed is not null
)
select id, sealed, commitment from found
"""


class TextErased(Trouble):
    """文字已删除 · What was erased is not kept again under its id."""

    def __init__(self) -> None:
        """造 · One sentence."""
        super().__init__("person-erased", "该文字已依法删除，不能再保存")


class TextUnknown(Trouble):
    """没有这段文字 · Nothing is kept under this id."""

    def __init__(self, text_id: UUID) -> None:
        """造 · For the id that was asked for."""
        super().__init__("not-found", f"没有编号为 {text_id} 的文字")


@dataclass(frozen=True, slots=True)
class Opened:
    """文字 · A text with the salt of its commitment: whoever is given both can check it against the event."""

    text: str
    salt: bytes


def commit(text: str, salt: bytes) -> bytes:
    """承诺 · SHA-256 of salt and text (UTF-8): 32 bytes."""
    return hashlib.sha256(salt + text.encode()).digest()


def verify(text: str, salt: bytes, commitment: bytes) -> bool:
    """核对 · Whether this is the text that was committed to."""
    return hmac.compare_digest(commit(text, salt), commitment)


async def put(people: People, text_id: UUID, text: str, *, author: str, at: datetime) -> bytes:
    """存入 · Keeps a text under an id of the caller's choice; the commitment, 32 bytes, for the event.

    `author` is the person whose words they are: who is erased takes them along.
    The same text again under its id has the same commitment. Raises Trouble: key-reused for another one, TextErased,
    PersonErased for an author who was erased, whatever token is still good.
    """
    if people.keys.erased([author]):
        raise PersonErased(author)
    try:
        key = await people.key(key_id(text_id))
    except KeyDestroyed:
        raise TextErased from None
    salt = os.urandom(SALT)
    async with people.connection() as connection:
        fresh = key.seal(FIELD, salt + text.encode())
        await connection.execute(PUT, (text_id, fresh, commit(text, salt), author, at))
        row = await (await connection.execute(KEPT, (text_id,))).fetchone()
    if row is None or row[0] is None:
        raise TextErased
    if _open(key, row[0]).text != text:
        raise Trouble("key-reused", "同一 Idempotency-Key 已用于另一段文字")
    return bytes(row[1])


async def read(people: People, ids: Iterable[UUID], *, reader: str, why: str) -> dict[UUID, str]:
    """读取 · Texts by id, ERASED for one that was erased; each reading is written down."""
    found = await opened(people, ids, reader=reader, why=why)
    return {text_id: ERASED if one is None else one.text for text_id, one in found.items()}


async def opened(people: People, ids: Iterable[UUID], *, reader: str, why: str) -> dict[UUID, Opened | None]:
    """启封 · Texts with their salts by id, None for one that was erased; each reading is written down."""
    wanted = set(ids)
    gone = {text_id for text_id in wanted if people.erased([key_id(text_id)])}
    told: dict[UUID, Opened | None] = dict.fromkeys(gone)
    if not wanted - gone:
        return told
    asked = {"ids": sorted(wanted - gone), "reader": reader, "why": why}
    async with people.connection() as connection:
        rows = await (await connection.execute(READ, asked)).fetchall()
    keys = people.keys.of(key_id(text_id) for text_id, *_ in rows)
    for text_id, sealed, _ in rows:
        key = keys.get(key_id(text_id))
        if sealed is None or people.erased([key_id(text_id)]):
            told[text_id] = None
        elif key is not None:  # of an older key store: nothing is called erased that is not
            told[text_id] = _open(key, sealed)
    return told


async def erase(people: People, text_id: UUID, *, reason: str, by: str, at: datetime) -> Erased:
    """删除 · Destroys the key of a text for good; again at every start (services.erasing).

    Raises TextUnknown.
    """
    of, asked = key_id(text_id), Erasure(key_id(text_id), at, by, reason)
    known = people.keys.erased([of]).get(of)
    if known is None and not people.keys.of([of]):
        raise TextUnknown(text_id)
    await destroy(people, [asked])
    stored = people.keys.erased([of])[of]
    return Erased(stored, before=known is not None or stored != asked)


def key_id(text_id: UUID) -> str:
    """钥匙标识 · Under which the key of a text is kept and erased."""
    return f"text/{text_id}"


def _open(key: Key, sealed: bytes) -> Opened:
    """Raises Unreadable."""
    opened = key.open(FIELD, sealed)
    try:
        return Opened(opened[SALT:].decode(), opened[:SALT])
    except UnicodeDecodeError:
        raise Unreadable(FIELD) from None
