"""人员 · The one door to names, phones and addresses; whoever looks is written down.

Events and read models hold person ids only, so a name can be mended, and one day erased, in one place. Here it is
sealed with a key of the person's own, which stands outside PostgreSQL (services.keys); people are matched by a keyed
hash of organisation and name. Erasing is services.erasing's. No other module reads or writes these tables.
"""

import asyncio
import unicodedata
from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from re import compile as pattern
from typing import Final, TypedDict

import structlog
from uuid_utils import uuid7

from services.keys import Key, KeyDestroyed, Keys, Unreadable
from services.postgres import Connection, Pool
from services.trouble import Trouble

ERASED: Final = "已删除"  # what stands wherever an erased person was named
HAN: Final = pattern(r"[\u3400-\u9fff\U00020000-\U000323af·\s]+")

ADD: Final = """
insert into people.people (id, sealed_name, sealed_phone, sealed_email, matched, known_as, organisation, division,
    created_at, changed_at)
select %(id)s, %(name)s, %(phone)s, %(email)s, %(matched)s, %(known_as)s, %(organisation)s, %(division)s, %(at)s, %(at)s
where not exists (select from people.erasures where id = %(id)s)
on conflict (id) do nothing
"""
KNOWN: Final = "select sealed_name, organisation, erased_at from people.people where id = %s for update"
CHANGE: Final = """
update people.people as person set
    sealed_name = coalesce(%(name)s, sealed_name),
    sealed_phone = case when %(changes_phone)s then %(phone)s else sealed_phone end,
    sealed_email = case when %(changes_email)s then %(email)s else sealed_email end,
    organisation = %(organisation)s,
    division = case when %(changes_division)s then %(division)s else division end,
    matched = %(matched)s,
    known_as = case when %(known_as)s = any(known_as) then known_as else known_as || %(known_as)s::bytea end,
    changed_at = %(at)s
where person.id = %(id)s
"""
FIND: Final = "select id from people.people where matched = %s order by created_at, id"
# The lock of whoever finds or adds a person, by the beginning of the keyed hash: namesakes wait, nobody else.
NAMING: Final = "select pg_advisory_xact_lock(7234, %s)"
READ: Final = """
with found as (
    select id, sealed_name, sealed_phone, sealed_email, erased_at from people.people where id = any(%(ids)s)
), written_down as (
    insert into people.readings (reader, person, what, why)
    select %(reader)s, id, %(what)s, %(why)s from found where erased_at is null
)
select id, sealed_name, sealed_phone, sealed_email from found
"""

logger = structlog.get_logger()


class PersonUnknown(Trouble):
    """人员不存在 · Nobody goes by this id."""

    def __init__(self, person: str) -> None:
        """造 · For the id that was asked for."""
        super().__init__("person-unknown", f"没有编号为 {person} 的人员")


class PersonErased(Trouble):
    """人员已删除 · The data of this person were erased; nothing more is kept under the id."""

    def __init__(self, person: str) -> None:
        """造 · For the id that was asked for."""
        super().__init__("person-erased", f"编号为 {person} 的人员信息已删除，不能再登记或变更")


class Changes(TypedDict, total=False):
    """变更 · The fields to change; one that is named and None is emptied, one left out stays."""

    name: str
    phone: str | None
    email: str | None
    organisation: str | None
    division: str | None


@dataclass(frozen=True, slots=True)
class Contact:
    """联系方式 · How a person is called and reached; of one who was erased nothing but that."""

    name: str
    phone: str | None
    email: str | None


GONE: Final = Contact(ERASED, None, None)


@dataclass(frozen=True, slots=True)
class People:
    """人员库 · What the functions of this door are given: connections that act as hazard_people, and the keys."""

    pool: Pool
    keys: Keys

    def connection(self) -> AbstractAsyncContextManager[Connection]:
        """连接 · One of the pool's."""
        return self.pool.connection()

    def erased(self, ids: Iterable[str]) -> frozenset[str]:
        """已删除者 · Those of these persons who were erased."""
        return frozenset(self.keys.erased(ids))

    async def key(self, of: str) -> Key:
        """新钥匙 · On disk before it is given: nothing is stored that has no key. Raises KeyDestroyed."""
        return (await asyncio.to_thread(self.keys.make, [of]))[of]


def new_id() -> str:
    """新标识 · An id nobody has; nothing about the person can be told from it but when it was made."""
    return f"p-{uuid7()}"


async def add(
    people: People,
    *,
    name: str,
    phone: str | None = None,
    email: str | None = None,
    organisation: str | None = None,
    division: str | None = None,
    person: str | None = None,
    at: datetime,
) -> str:
    """登记 · A new person's id; with an id of the caller's own choice a repeat adds nothing.

    Raises ValueError for an empty name, PersonErased.
    """
    chosen = person or new_id()
    known = named(tidy(name))
    key = await _key(people, chosen)
    row = sealed(people.keys, key, name=known, phone=phone, email=email, organisation=organisation)
    async with people.connection() as connection:
        await connection.execute(ADD, {"id": chosen, "division": division, "at": at, **row})
    return chosen


def sealed(
    keys: Keys, key: Key, *, name: str, phone: str | None, email: str | None, organisation: str | None
) -> dict[str, object]:
    """封存一行 · The columns of a person as they are kept; a name in an organisation can be found again."""
    return {
        "name": key.seal("name", name.encode()),
        "phone": _seal(key, "phone", phone),
        "email": _seal(key, "email", email),
        "matched": keys.match("person", organisation, name) if organisation is not None else None,
        "known_as": [keys.match("name", name)],
        "organisation": organisation,
    }


async def change(people: People, person: str, changes: Changes, *, at: datetime) -> None:
    """变更 · Mend what is known of a person.

    Raises PersonUnknown, PersonErased, and ValueError for an empty name.
    """
    wanted = named(tidy(changes["name"])) if "name" in changes else None
    async with people.connection() as connection, connection.transaction():
        row = await (await connection.execute(KNOWN, (person,))).fetchone()
        if people.erased([person]) or (row is not None and row[2] is not None):
            raise PersonErased(person)
        if row is None:
            raise PersonUnknown(person)
        key = await _key(people, person)
        name = wanted or key.open("name", row[0]).decode()
        organisation = changes.get("organisation", row[1])
        phone, email = changes.get("phone"), changes.get("email")
        new = sealed(people.keys, key, name=name, phone=phone, email=email, organisation=organisation)
        fields = {f"changes_{field}": field in changes for field in ("phone", "email", "division")}
        told = {"id": person, "division": changes.get("division"), "at": at, **fields}
        await connection.execute(CHANGE, new | told | {"known_as": people.keys.match("name", name)})


async def find_or_add(
    people: People,
    *,
    name: str,
    organisation: str,
    division: str,
    person: str | None = None,
    at: datetime,
) -> str:
    """查找或登记 · The id of the person of this name in this organisation, added when there is none.

    A ledger knows people by name only: one name within one organisation is one person. Two who ask at once get
    the same id, whichever they would have chosen. Of namesakes registered by hand it is the first; one who was
    erased is not found again. Raises ValueError for an empty name, PersonErased for a chosen id.
    """
    known = named(tidy(name))
    matched = people.keys.match("person", organisation, known)
    async with people.connection() as connection, connection.transaction():
        await connection.execute(NAMING, (int.from_bytes(matched[:4], signed=True),))
        found = await _first(people, connection, matched)
        if found is not None:
            return found
        chosen = person or new_id()
        key = await _key(people, chosen)
        row = sealed(people.keys, key, name=known, phone=None, email=None, organisation=organisation)
        await connection.execute(ADD, {"id": chosen, "division": division, "at": at, **row})
        return chosen


async def find(people: People, *, name: str, organisation: str) -> str | None:
    """查找 · The id of the person of this name in this organisation; None when nobody goes by it."""
    async with people.connection() as connection:
        return await _first(people, connection, people.keys.match("person", organisation, tidy(name)))


async def names(people: People, ids: Iterable[str], *, reader: str, why: str) -> dict[str, str]:
    """姓名 · The names of those who are known, by id, ERASED for who was erased; each reading is written down.

    `reader` is the person id of whoever looks, or a service such as system/notifier; `why` a short constant.
    """
    found = await _read(people, ids, what="name", reader=reader, why=why)
    return {person: contact.name for person, contact in found.items()}


async def contacts(people: People, ids: Iterable[str], *, reader: str, why: str) -> dict[str, Contact]:
    """联系方式 · Names, phones and mail addresses of those who are known, by id; each reading is written down."""
    return await _read(people, ids, what="contact", reader=reader, why=why)


async def place_of(people: People, person: str) -> tuple[str | None, str | None]:
    """所属 · The division and organisation under which a person was registered.

    Raises PersonUnknown.
    """
    async with people.connection() as connection:
        found = await connection.execute(
            "select division, organisation from people.people where id = %s", (person,)
        )
        row = await found.fetchone()
    if row is None:
        raise PersonUnknown(person)
    return row[0], row[1]


def tidy(name: str) -> str:
    """整理姓名 · A name in one spelling: ledgers write 张 三 and 张三 for the same person.

    Raises ValueError for an empty name.
    """
    plain = " ".join(unicodedata.normalize("NFKC", name).split())
    if not plain:
        msg = "姓名不能为空"
        raise ValueError(msg)
    return plain.replace(" ", "") if HAN.fullmatch(plain) else plain


def named(name: str) -> str:
    """是姓名 · Nobody is put on file under the words that stand for one who was erased.

    Raises Trouble malformed.
    """
    if name == ERASED:
        raise Trouble("malformed", f"「{ERASED}」不是姓名，请填写实际人员")
    return name


async def _key(people: People, person: str) -> Key:
    try:
        return await people.key(person)
    except KeyDestroyed:
        raise PersonErased(person) from None


def _seal(key: Key, field: str, value: str | None) -> bytes | None:
    return None if value is None else key.seal(field, value.encode())


async def _first(people: People, connection: Connection, matched: bytes) -> str | None:
    rows = await (await connection.execute(FIND, (matched,))).fetchall()
    ids = [str(person) for (person,) in rows]
    gone = people.erased(ids)
    return next((person for person in ids if person not in gone), None)


async def _read(
    people: People, ids: Iterable[str], *, what: str, reader: str, why: str
) -> dict[str, Contact]:
    wanted = set(ids)
    gone = people.erased(wanted)
    told = dict.fromkeys(gone, GONE)
    if not wanted - gone:
        return told
    asked = {"ids": sorted(wanted - gone), "what": what, "reader": reader, "why": why}
    async with people.connection() as connection:
        rows = await (await connection.execute(READ, asked)).fetchall()
    keys = people.keys.of(person for person, *_ in rows)
    # Whoever was erased while we asked has no key any more.
    gone = people.erased(person for person, *_ in rows)
    fields = ("name", "phone", "email") if what == "contact" else ("name",)
    unreadable = 0
    for person, *columns in rows:
        if person in gone or columns[0] is None:
            told[person] = GONE
        elif (contact := _opened(keys.get(person), dict(zip(fields, columns, strict=False)))) is not None:
            told[person] = contact
        else:
            unreadable += 1
    if unreadable:
        # Of an older key store: nobody is shown under a wrong name, and nobody is called erased who is not.
        logger.error("people.unreadable", count=unreadable, why=why)
    return told


def _opened(key: Key | None, columns: dict[str, bytes | None]) -> Contact | None:
    if key is None:
        return None
    try:
        opened = {field: key.open(field, value).decode() for field, value in columns.items() if value}
    except Unreadable:
        return None
    return Contact(opened["name"], opened.get("phone"), opened.get("email"))
