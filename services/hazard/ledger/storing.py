"""导入记录 · Ledgers that were handed in and the verdicts on their rows, kept beside the log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from services.hazard.store import KeyReused
from services.postgres import Pool

HAND_IN = """
insert into people.imports (id, client, key, digest, importer, dry_run, workbook, total, notes)
values (%(id)s, %(client)s, %(key)s, %(digest)s, %(importer)s, %(dry_run)s, %(workbook)s, %(total)s, %(notes)s)
on conflict (client, key) do nothing
"""
PROGRESS = """
select id, state, dry_run, total, failure, notes, handed_in_at, finished_at, importer,
    (select count(*) from people.import_verdicts where import = id) as done,
    (select coalesce(jsonb_object_agg(verdict, n), '{}') from
        (select verdict, count(*) as n from people.import_verdicts where import = id group by verdict) as counted
    ) as counts
from people.imports where id = %s
"""
VERDICT = """
insert into people.import_verdicts (import, line, verdict, reason, number, steps)
values (%(import)s, %(line)s, %(verdict)s, %(reason)s, %(number)s, %(steps)s)
on conflict (import, line) do nothing
"""
VERDICTS = """
select line, verdict, reason, number, steps from people.import_verdicts
where import = %s and line > %s and (%s::text is null or verdict = %s) order by line limit %s
"""
TO_DO = "select id from people.imports where state in ('waiting', 'running') order by handed_in_at limit 10"
END = """
update people.imports set state = %s, failure = %s, finished_at = clock_timestamp() where id = %s
"""


class Verdict(StrEnum):
    """结论 · What came of a row."""

    ADDED = "added"
    ADVANCED = "advanced"
    UNCHANGED = "unchanged"
    VISITED = "visited"
    REFUSED = "refused"


VERDICT_NAMES: Mapping[str, str] = {
    Verdict.ADDED: "新增",
    Verdict.ADVANCED: "推进",
    Verdict.UNCHANGED: "无变化",
    Verdict.VISITED: "仅记录检查",
    Verdict.REFUSED: "未导入",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RowVerdict:
    """行结论 · What came of one row of the sheet, and why."""

    line: int
    verdict: Verdict
    reason: str = ""
    number: str | None = None
    steps: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """交来的台账 · A workbook with its importer and key."""

    id: UUID
    client: str
    key: str
    digest: bytes
    importer: Mapping[str, Any]  # the caller's claims, as JSON
    dry_run: bool
    workbook: bytes
    total: int
    notes: Sequence[str] = ()


async def hand_in(pool: Pool, ledger: HandedIn) -> None:
    """交入 · Keeps a ledger for work; the same key again is the same ledger.

    Raises KeyReused for the same key with another workbook.
    """
    fields = {
        "id": ledger.id,
        "client": ledger.client,
        "key": ledger.key,
        "digest": ledger.digest,
        "importer": Jsonb(ledger.importer),
        "dry_run": ledger.dry_run,
        "workbook": ledger.workbook,
        "total": ledger.total,
        "notes": list(ledger.notes),
    }
    async with pool.connection() as connection:
        await connection.execute(HAND_IN, fields)
        known = await connection.execute(
            "select digest, dry_run from people.imports where client = %s and key = %s",
            (ledger.client, ledger.key),
        )
        if await known.fetchone() != (ledger.digest, ledger.dry_run):
            raise KeyReused(ledger.key)


# Any: a database row has no types.
async def progress(pool: Pool, ledger: UUID) -> dict[str, Any] | None:
    """进度 · State, counts and importer of an import; None if there is none."""
    async with pool.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
        return await (await cursor.execute(PROGRESS, (ledger,))).fetchone()


async def workbook(pool: Pool, ledger: UUID) -> bytes:
    """原件 · The workbook as it was handed in."""
    async with pool.connection() as connection:
        row = await (
            await connection.execute("select workbook from people.imports where id = %s", (ledger,))
        ).fetchone()
    assert row is not None  # whoever asks has looked its progress up
    return bytes(row[0])


async def give(pool: Pool, ledger: UUID, verdict: RowVerdict) -> None:
    """记结论 · The first verdict on a row stands."""
    fields = {"line": verdict.line, "verdict": verdict.verdict, "reason": verdict.reason}
    async with pool.connection() as connection:
        await connection.execute(
            VERDICT, {"import": ledger, "number": verdict.number, "steps": verdict.steps, **fields}
        )


async def verdicts(
    pool: Pool, ledger: UUID, *, after: int = 0, only: Verdict | None = None, limit: int = 100_000
) -> list[RowVerdict]:
    """结论列表 · The verdicts on rows behind a line, all or those of one kind."""
    async with pool.connection() as connection:
        rows = await (await connection.execute(VERDICTS, (ledger, after, only, only, limit))).fetchall()
    return [
        RowVerdict(line=line, verdict=Verdict(verdict), reason=reason, number=number, steps=steps)
        for line, verdict, reason, number, steps in rows
    ]


async def to_do(pool: Pool) -> list[UUID]:
    """待办 · Imports that are not finished, oldest first."""
    async with pool.connection() as connection:
        rows = await (await connection.execute(TO_DO)).fetchall()
    return [row[0] for row in rows]


async def begin(pool: Pool, ledger: UUID) -> None:
    """开始 · Work on it has begun."""
    async with pool.connection() as connection:
        await connection.execute("update people.imports set state = 'running' where id = %s", (ledger,))


async def end(pool: Pool, ledger: UUID, *, failure: str | None = None) -> None:
    """结束 · All rows have a verdict, or the whole failed with a sentence."""
    async with pool.connection() as connection:
        await connection.execute(END, ("failed" if failure else "finished", failure, ledger))
