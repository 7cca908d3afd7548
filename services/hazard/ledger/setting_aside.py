"""旧台账封存 · Ledgers kept in plain before 0007 are sealed once, at a start; the plain tables go with their files."""

from uuid import UUID

import structlog
from psycopg.types.json import Jsonb

from services.hazard.ledger.extent import NotAWorkbook, TooLarge
from services.hazard.ledger.reading import NoLedgerHere, read
from services.hazard.ledger.storing import key_id, names_in
from services.people import People
from services.postgres import ERASING, LOCKS, Connection

COLUMNS = """
id, client, key, digest, importer, dry_run, workbook, state, total, failure, notes, handed_in_at, finished_at
""".strip()
PLAIN = f"select {COLUMNS} from people.imports_in_plain order by id"  # noqa: S608  # ours
SEALED = """
insert into people.imports (id, client, key, digest, importer, dry_run, sealed_workbook, state, total, failure, notes,
    handed_in_at, finished_at, named, erased_at)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
VERDICTS = "select line, verdict, reason, number, steps from people.verdicts_in_plain where import = %s"
VERDICT = """
insert into people.import_verdicts (import, line, verdict, sealed_reason, number, steps) values (%s, %s, %s, %s, %s, %s)
"""

logger = structlog.get_logger()


async def seal_plain_ledgers(people: People) -> None:
    """封存旧台账 · Each with a key of its own; one that was erased stays so. Any process may; one does."""
    async with people.connection() as connection, connection.transaction():
        await connection.execute("select pg_advisory_xact_lock(%s, %s)", (LOCKS, ERASING))
        there = await connection.execute("select to_regclass('people.imports_in_plain') is not null")
        if await there.fetchone() != (True,):
            return
        rows = await (await connection.execute(PLAIN)).fetchall()
        for row in rows:
            await _seal(people, connection, list(row))
        await connection.execute("drop table people.verdicts_in_plain, people.imports_in_plain")
        logger.info("imports.sealed", count=len(rows))


async def _seal(people: People, connection: Connection, row: list[object]) -> None:
    ledger, digest, content = row[0], row[3], row[6]
    assert isinstance(ledger, UUID)
    of = key_id(ledger)
    gone = people.keys.erased([of]).get(of)
    assert isinstance(digest, bytes)
    assert isinstance(content, bytes)
    row[3], row[4] = people.keys.match("workbook", digest.hex()), Jsonb(row[4])
    if gone is not None:
        row[6] = None
        await connection.execute(SEALED, (*row, [], gone.at))
    key = None if gone else await people.key(of)
    if key is not None:
        row[6] = key.seal("workbook", content)
        names = [people.keys.match("name", name) for name in sorted(_names(content))]
        await connection.execute(SEALED, (*row, names, None))
    verdicts = await (await connection.execute(VERDICTS, (ledger,))).fetchall()
    for line, verdict, reason, number, steps in verdicts:
        sealed = key.seal(f"{line}", reason.encode()) if key and reason else None
        await connection.execute(VERDICT, (ledger, line, verdict, sealed, number, steps))


def _names(content: bytes) -> frozenset[str]:
    try:
        return names_in(read(content))
    except (TooLarge, NotAWorkbook, NoLedgerHere):
        return frozenset()
