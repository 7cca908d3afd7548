"""人员 · The one door to names, phones and addresses; whoever looks is written down.

Events and read models hold person ids only, so a name can be mended, and one day erased, in one place. No other
module reads or writes the schema `people`: how a name is kept there may change without anybody noticing.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypedDict

from psycopg.types.json import Jsonb
from uuid_utils import uuid7

from services.postgres import Pool
from services.problems import Trouble

NAMING: Final = (
    7234  # with a hash of organisation and name: the advisory lock of whoever finds or adds a person
)
HAN: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af·\s]+")

ADD: Final = """
insert into people.people (id, name, phone, email, organisation, division, created_at, changed_at)
values (%(id)s, %(name)s, %(phone)s, %(email)s, %(organisation)s, %(division)s, %(at)s, %(at)s)
on conflict (id) do nothing
"""
CHANGE: Final = """
update people.people as person set
    name = coalesce(new->>'name', name),
    phone = case when new ? 'phone' then new->>'phone' else phone end,
    email = case when new ? 'email' then new->>'email' else email end,
    organisation = case when new ? 'organisation' then new->>'organisation' else organisation end,
    division = case when new ? 'division' then new->>'division' else division end,
    changed_at = %(at)s
from (select %(changes)s::jsonb as new) as asked
where person.id = %(id)s
"""
FIND: Final = """
select id from people.people
where organisation = %(organisation)s and name = %(name)s
order by created_at, id limit 1
"""
READ: Final = """
with found as (
    select id, name, phone, email from people.people where id = any(%(ids)s)
), written_down as (
    insert into people.readings (reader, person, what, why)
    select %(reader)s, id, %(what)s, %(why)s from found
)
select id, name, phone, email from found
"""


class PersonUnknown(Trouble):
    """人员不存在 · Nobody goes by this id."""

    def __init__(self, person: str) -> None:
        """造 · For the id that was asked for."""
        super().__init__("person-unknown", f"没有编号为 {person} 的人员")


class Changes(TypedDict, total=False):
    """变更 · The fields to change; one that is named and None is emptied, one left out stays."""

    name: str
    phone: str | None
    email: str | None
    organisation: str | None
    division: str | None


@dataclass(frozen=True, slots=True)
class Contact:
    """联系方式 · How a person is called and reached."""

    name: str
    phone: str | None
    email: str | None


def new_id() -> str:
    """新标识 · An id nobody has; nothing about the person can be told from it but when it was made."""
    return f"p-{uuid7()}"


async def add(
    pool: Pool,
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

    Raises ValueError for an empty name.
    """
    chosen = person or new_id()
    row = {"phone": phone, "email": email, "organisation": organisation, "division": division}
    async with pool.connection() as connection:
        await connection.execute(ADD, {"id": chosen, "name": tidy(name), "at": at, **row})
    return chosen


async def change(pool: Pool, person: str, changes: Changes, *, at: datetime) -> None:
    """变更 · Mend what is known of a person.

    Raises PersonUnknown, and ValueError for an empty name.
    """
    wanted = dict(changes)
    if "name" in changes:
        wanted["name"] = tidy(changes["name"])
    async with pool.connection() as connection:
        done = await connection.execute(CHANGE, {"id": person, "changes": Jsonb(wanted), "at": at})
    if done.rowcount == 0:
        raise PersonUnknown(person)


async def find_or_add(
    pool: Pool, *, name: str, organisation: str, division: str, person: str | None = None, at: datetime
) -> str:
    """查找或登记 · The id of the person of this name in this organisation, added when there is none.

    A ledger knows people by name only: one name within one organisation is one person. Two who ask at once get
    the same id, whichever they would have chosen. Of namesakes registered by hand it is the first. Raises
    ValueError for an empty name.
    """
    known = {"name": tidy(name), "organisation": organisation}
    async with pool.connection() as connection, connection.transaction():
        lock = (NAMING, f"{organisation}\x1f{known['name']}")
        await connection.execute("select pg_advisory_xact_lock(%s, hashtext(%s))", lock)
        found = await (await connection.execute(FIND, known)).fetchone()
        if found is not None:
            return str(found[0])
        chosen = person or new_id()
        nobody = {"phone": None, "email": None}
        await connection.execute(ADD, {"id": chosen, "division": division, "at": at, **known, **nobody})
        return chosen


async def names(pool: Pool, ids: Iterable[str], *, reader: str, why: str) -> dict[str, str]:
    """姓名 · The names of those who are known, by id; each reading is written down.

    `reader` is the person id of whoever looks, or a service such as system/notifier; `why` a short constant.
    """
    rows = await _read(pool, ids, what="name", reader=reader, why=why)
    return {person: contact.name for person, contact in rows.items()}


async def contacts(pool: Pool, ids: Iterable[str], *, reader: str, why: str) -> dict[str, Contact]:
    """联系方式 · Names, phones and mail addresses of those who are known; each reading is written down."""
    return await _read(pool, ids, what="contact", reader=reader, why=why)


async def find(pool: Pool, *, name: str, organisation: str) -> str | None:
    """查找 · The id of the person of this name in this organisation; None when nobody goes by it."""
    async with pool.connection() as connection:
        found = await connection.execute(FIND, {"name": tidy(name), "organisation": organisation})
        row = await found.fetchone()
    return None if row is None else str(row[0])


async def place_of(pool: Pool, person: str) -> tuple[str | None, str | None]:
    """所属 · The division and organisation under which a person was registered.

    Raises PersonUnknown.
    """
    async with pool.connection() as connection:
        found = await connection.execute(
            "select division, organisation from people.people where id = %s", (person,)
        )
        row = await found.fetchone()
    if row is None:
        raise PersonUnknown(person)
    return row[0], row[1]


async def _read(pool: Pool, ids: Iterable[str], *, what: str, reader: str, why: str) -> dict[str, Contact]:
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    asked = {"ids": wanted, "what": what, "reader": reader, "why": why}
    async with pool.connection() as connection:
        rows = await (await connection.execute(READ, asked)).fetchall()
    return {person: Contact(name, phone, email) for person, name, phone, email in rows}


def tidy(name: str) -> str:
    """整理姓名 · A name in one spelling: ledgers write 张 三 and 张三 for the same person.

    Raises ValueError for an empty name.
    """
    plain = " ".join(unicodedata.normalize("NFKC", name).split())
    if not plain:
        msg = "姓名不能为空"
        raise ValueError(msg)
    return plain.replace(" ", "") if HAN.fullmatch(plain) else plain


# ---- personal data in free text: official descriptions stand in events for ever, so none may get in there

DIGIT: Final = re.compile(r"[0-9０-９]")
FEWEST: Final = 11  # digits, of a mobile number
PHONE: Final = "手机号码"
IDENTITY_CARD: Final = "身份证号码"
# One character for one, so that a place in the plain text is the place in the original.
PLAIN: Final = str.maketrans(
    dict.fromkeys("－‐‑‒–—―−", "-")
    | dict.fromkeys("．·・", ".")
    | dict.fromkeys("\u00a0\u2002\u2003\u2009\u3000\t\n", " ")
    | dict(zip("０１２３４５６７８９Ｘｘ＋（）", "0123456789Xx+()", strict=True))
)
# How people write the eleven digits of a mobile number. Other groupings are left alone: a standard's number, a
# clause and a date beside one another (GB 15577-2018 10) add up to eleven digits, too.
MOBILES: Final = (
    r"1[3-9]\d{9}",
    r"1[3-9]\d(?P<gap> ?[-. ] ?)\d{4}(?P=gap)\d{4}",
    r"1[3-9]\d[- ]\d{8}",
    r"1[3-9]\d{5}[- ]\d{4}",
    r"1[3-9]\d{2} \d{4} \d{3}",
    r"1[3-9]\d{2} \d{3} \d{4}",
    r"1[3-9]\d[- ]\d{3}[- ]\d{5}",
    r"1 [3-9](?: \d){9}",
)
# Two digits and a point before it: the decimals of a coordinate, not a number behind 1.
MOBILE: Final = re.compile(
    rf"(?<!\d)(?<!\d\d\.)(?:\(?(?:\+|00)?86\)?[- ]?)?(?P<number>{'|'.join(MOBILES)})(?!\d)"
)
# Tried at every place: a stray digit before a number must not hide it.
CARD_18: Final = re.compile(r"(?<!\d)(?=(?P<number>[1-9](?:[- ]?\d){16}[- ]?[\dXx])(?!\d))")
CARD_15: Final = re.compile(r"(?<![0-9A-Za-z])(?P<number>[1-9]\d{14})(?![0-9A-Za-z])")
PROVINCES: Final = frozenset(
    str(code)
    for first, last in (
        (11, 15),
        (21, 23),
        (31, 37),
        (41, 46),
        (50, 54),
        (61, 65),
        (71, 71),
        (81, 83),
        (91, 91),
    )
    for code in range(first, last + 1)
)
WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999
CHECKS: Final = "10X98765432"


def personal_data_in(text: str) -> str | None:
    """个人信息 · What kind of personal number stands in a text, or None: a mobile or an identity-card number.

    Full-width digits, spaces and dashes within do not hide one. An identity-card number is known by its province,
    its date of birth and, of 18 digits, its check digit (GB 11643), so credit codes and document numbers pass.
    """
    kinds = (kind for kind, _start, _end in _found(text))
    return next(kinds, None)


def mask(text: str) -> tuple[str, bool]:
    """遮盖 · The text with every such number's digits after the third as *, and whether there were any."""
    masked = list(text)
    for _kind, start, end in _found(text):
        digits = [at for at in range(start, end) if masked[at] == "*" or masked[at].isalnum()]
        for at in digits[3:]:
            masked[at] = "*"
    hidden = "".join(masked)
    return hidden, hidden != text


def _found(text: str) -> list[tuple[str, int, int]]:
    if len(DIGIT.findall(text)) < FEWEST:  # nearly every text; the patterns take their time
        return []
    plain = text.translate(PLAIN)
    cards = [found.span("number") for found in CARD_18.finditer(plain) if _is_card(found["number"])]
    cards += [found.span("number") for found in CARD_15.finditer(plain) if _is_old_card(found["number"])]
    mobiles = [found.span("number") for found in MOBILE.finditer(plain)]
    return [(IDENTITY_CARD, *span) for span in cards] + [(PHONE, *span) for span in mobiles]


def _is_card(written: str) -> bool:
    number = written.replace("-", "").replace(" ", "").upper()
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, number, strict=False))
    return number[:2] in PROVINCES and _is_birthday(number[6:14]) and CHECKS[total % 11] == number[17]


def _is_old_card(number: str) -> bool:
    return number[:2] in PROVINCES and _is_birthday("19" + number[6:12])


def _is_birthday(digits: str) -> bool:
    if digits[:2] not in ("18", "19", "20"):
        return False
    try:
        datetime.strptime(digits, "%Y%m%d")  # noqa: DTZ007  # a birthday has no time zone
    except ValueError:
        return False
    return True
