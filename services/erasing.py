"""删除 · Erases persons, ledgers and reports for good, and again at every start, so that no backup brings anybody back.

The order: the line beside the keys, the key itself, then PostgreSQL. Whatever is cut off after the line is finished
by the next start, before anything is shown. Three lists say who was erased: two with the keys, one in PostgreSQL;
each start brings them to the same, so any of them may be an old one. Of all three old at once nobody knows better.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import psycopg
import structlog
from psycopg_pool import PoolTimeout

from services.keys import Erasure, Keys, UnfitKeys
from services.people import People, PersonUnknown, sealed
from services.postgres import ERASING, LOCKS, Connection, pool

RETRY: Final = 1.0  # seconds between two looks for a PostgreSQL that is not there yet
BATCH: Final = 1000  # persons sealed together
LOCK: Final = "select pg_advisory_xact_lock(%s, %s)"
RECORD: Final = """
insert into people.erasures (id, erased_at, erased_by, reason)
select * from unnest(%(ids)s::text[], %(at)s::timestamptz[], %(by)s::text[], %(reasons)s::text[])
on conflict (id) do nothing
"""
# Each does at a start what a crash or a restored backup has left; the reasons before the import they hang on.
BLANK_PEOPLE: Final = """
update people.people as one
set sealed_name = null, sealed_phone = null, sealed_email = null, matched = null, known_as = '{}',
    erased_at = gone.erased_at
from people.erasures as gone where gone.id = one.id and one.erased_at is null
"""
BLANK_REASONS: Final = """
update people.import_verdicts set sealed_reason = null
from people.imports as one, people.erasures as gone
where import = one.id and gone.id = 'import/' || one.id and one.erased_at is null
"""
BLANK_IMPORTS: Final = """
update people.imports as one
set sealed_workbook = null, named = '{}', erased_at = gone.erased_at,
    state = case when state in ('waiting', 'running') then 'failed' else state end,
    failure = case when state in ('waiting', 'running') then '台账已删除，未导入完' else failure end,
    finished_at = coalesce(finished_at, gone.erased_at)
from people.erasures as gone where gone.id = 'import/' || one.id and one.erased_at is null
"""
BLANK_TEXTS: Final = """
update people.texts as one set sealed = null, erased_at = gone.erased_at
from people.erasures as gone where gone.id = 'text/' || one.id and one.erased_at is null
"""
ALONG: Final = """
select 'import/' || imports.id from people.imports, people.people
where people.id = %(person)s and imports.named && people.known_as and imports.erased_at is null
union all
select 'text/' || id from people.texts where author = %(person)s and sealed is not null
"""
PLAIN: Final = """
select id, name, phone, email, organisation, division, created_at, changed_at
from people.people_in_plain where id > %s order by id limit %s
"""
SEALED: Final = """
insert into people.people (id, sealed_name, sealed_phone, sealed_email, matched, known_as, organisation, division,
    created_at, changed_at, erased_at)
values (%(id)s, %(name)s, %(phone)s, %(email)s, %(matched)s, %(known_as)s, %(organisation)s, %(division)s,
    %(created_at)s, %(changed_at)s, %(erased_at)s)
on conflict (id) do nothing
"""

logger = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Erased:
    """删除结果 · What was erased and when; `before` says that it had been erased already."""

    erasure: Erasure
    before: bool
    ledgers: int = 0


@asynccontextmanager
async def opened(dsn: str, data: Path, master: str | None = None, *, size: int = 4) -> AsyncIterator[People]:
    """开门 · The people, once every erasure has been repeated and nothing stands in plain; closed at the end.

    Waits for a PostgreSQL that is still coming up. Raises UnfitKeys.
    """
    keys = await asyncio.to_thread(Keys.at, data, master)
    try:
        async with pool(dsn, role="hazard_people", size=size) as connections:
            people = People(connections, keys)
            await _begin(people)
            yield people
    finally:
        keys.close()


async def _begin(people: People) -> None:
    while True:
        try:
            await repeat(people)
        except (psycopg.OperationalError, PoolTimeout):
            logger.warning("people.awaited")
            await asyncio.sleep(RETRY)
        else:
            return


async def erase(people: People, person: str, *, reason: str, by: str, at: datetime) -> Erased:
    """删除人员 · Destroys the person's key and blanks the row, with their own reports and each ledger that names them.

    An imported workbook is sealed whole: it goes with the first of its people who goes, for nobody can be cut out
    of it; its office has it, and its rows stand in the log. `reason` and `by` must not tell who the person is.
    Raises PersonUnknown.
    """
    known = people.keys.erased([person]).get(person)
    if known is not None:
        await repeat(people)
        await _late(people, person, known)
        return Erased(known, before=True)
    async with people.connection() as connection:
        row = await (
            await connection.execute("select 1 from people.people where id = %s", (person,))
        ).fetchone()
    along = await _along(people, person)
    if row is None and not along and not people.keys.of([person]):
        raise PersonUnknown(person)
    await destroy(people, [Erasure(one, at, by, reason) for one in (*along, person)])
    stored = people.keys.erased([person])[person]
    await _late(people, person, stored)
    return Erased(
        stored,
        before=stored != Erasure(person, at, by, reason),
        ledgers=sum(one.startswith("import/") for one in along),
    )


async def _along(people: People, person: str) -> list[str]:
    async with people.connection() as connection:
        found = await (await connection.execute(ALONG, {"person": person})).fetchall()
    return [str(one) for (one,) in found]


async def _late(people: People, person: str, erasure: Erasure) -> None:
    """What of theirs was put down while they were being erased."""
    late = [Erasure(one, erasure.at, erasure.by, erasure.reason) for one in await _along(people, person)]
    await destroy(people, late)


async def destroy(people: People, erasures: Sequence[Erasure]) -> None:
    """销毁 · The keys of persons, import/<id>, text/<id>; then what they sealed."""
    if erasures:
        await asyncio.to_thread(people.keys.erase, erasures)
        await repeat(people)


async def repeat(people: People) -> None:
    """重做删除 · Brings the lists of erasures to the same and blanks whatever they name; seals what is plain.

    May run in any number of processes at any time. Raises UnfitKeys when the keys are of another database.
    """
    async with people.connection() as connection, connection.transaction():
        await connection.execute(LOCK, (LOCKS, ERASING))
        await _check_store(connection, people.keys)
        await asyncio.to_thread(people.keys.erase, await _listed(connection, people.keys))
        await _seal_plain(connection, people.keys)
        await _blank(connection, people.keys.erasures())


async def _check_store(connection: Connection, keys: Keys) -> None:
    """A key store that was lost and silently made anew would leave everybody unreadable, and found by nobody."""
    insert = "insert into people.key_store (id) values (%s) on conflict do nothing"
    await connection.execute(insert, (keys.id,))
    row = await (await connection.execute("select id::text from people.key_store")).fetchone()
    if row != (keys.id,):
        where = keys.file.parent
        raise UnfitKeys(
            f"数据库中的人员资料由另一钥匙库封存，请恢复该钥匙库的备份，或核对 HAZARD_DATA_DIR：{where}"
        )


async def _listed(connection: Connection, keys: Keys) -> list[Erasure]:
    """What PostgreSQL knows and the keys do not: theirs were restored from a backup."""
    query = "select id, erased_at, erased_by, reason from people.erasures"
    rows = await (await connection.execute(query)).fetchall()
    found = [Erasure(*row) for row in rows]
    known = keys.erased(one.id for one in found)
    return [one for one in found if one.id not in known]


async def _blank(connection: Connection, erasures: Sequence[Erasure]) -> None:
    columns = {
        "ids": [one.id for one in erasures],
        "at": [one.at for one in erasures],
        "by": [one.by for one in erasures],
        "reasons": [one.reason for one in erasures],
    }
    await connection.execute(RECORD, columns)
    for blank in (BLANK_PEOPLE, BLANK_REASONS, BLANK_IMPORTS, BLANK_TEXTS):
        await connection.execute(blank)


async def _seal_plain(connection: Connection, keys: Keys) -> None:
    """Names kept before 0007: a key each, then the sealed row; the plain table goes with its file."""
    if await _absent(connection, "people.people_in_plain"):
        return
    last, count = "", 0
    while rows := await (await connection.execute(PLAIN, (last, BATCH))).fetchall():
        gone = keys.erased(row[0] for row in rows)
        boxes = await asyncio.to_thread(keys.make, [row[0] for row in rows if row[0] not in gone])
        for person, name, phone, email, organisation, division, created_at, changed_at in rows:
            row = {"id": person, "division": division, "created_at": created_at, "changed_at": changed_at}
            if person in gone:
                blank = dict.fromkeys(("name", "phone", "email", "matched"))
                row |= blank | {"known_as": [], "organisation": organisation, "erased_at": gone[person].at}
            else:
                known = {"name": name, "phone": phone, "email": email, "organisation": organisation}
                row |= sealed(keys, boxes[person], **known) | {"erased_at": None}
            await connection.execute(SEALED, row)
        last, count = rows[-1][0], count + len(rows)
    await connection.execute("drop table people.people_in_plain")
    logger.info("people.sealed", count=count)


async def _absent(connection: Connection, table: str) -> bool:
    row = await (await connection.execute("select to_regclass(%s) is null", (table,))).fetchone()
    return row is None or bool(row[0])
