"""导入记录 · Ledgers that were handed in and the verdicts on their rows, kept beside the log.

A ledger names people. So workbook and reasons are sealed with a key of the import's own outside PostgreSQL, which is
destroyed some days after the import has ended, and at once when one of its people is erased (services.erasing).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from services.erasing import destroy
from services.hazard.ledger.row import Sheet
from services.hazard.store import KeyReused
from services.keys import Erasure, Key, KeyDestroyed
from services.people import People, tidy
from services.trouble import Trouble

NAMED = ("inspectors", "responsible", "reinspectors", "plan_accepted_by", "closed_by", "served_to")
"""The columns of a ledger that name people."""

HAND_IN = """
insert into people.imports (id, client, key, digest, importer, dry_run, sealed_workbook, named, total, notes)
values (%(id)s, %(client)s, %(key)s, %(digest)s, %(importer)s, %(dry_run)s, %(workbook)s, %(named)s, %(total)s,
    %(notes)s)
on conflict (client, key) do nothing
"""
PROGRESS = """
select id, state, dry_run, total, failure, notes, handed_in_at, finished_at, erased_at, importer,
    (select count(*) from people.import_verdicts where import = id) as done,
    (select coalesce(jsonb_object_agg(verdict, n), '{}') from
        (select verdict, count(*) as n from people.import_verdicts where import = id group by verdict) as counted
    ) as counts
from people.imports where id = %s
"""
VERDICT = """
insert into people.import_verdicts (import, line, verdict, sealed_reason, number, steps)
values (%(import)s, %(line)s, %(verdict)s, %(reason)s, %(number)s, %(steps)s)
on conflict (import, line) do nothing
"""
VERDICTS = """
select line, verdict, sealed_reason, number, steps from people.import_verdicts
where import = %s and line > %s and (%s::text is null or verdict = %s) order by line limit %s
"""
TO_DO = "select id from people.imports where state in ('waiting', 'running') order by handed_in_at limit 10"
OVER = """
select 'import/' || id from people.imports
where erased_at is null and state in ('finished', 'failed') and finished_at < %s limit 1000
"""
END = """
update people.imports set state = %s, failure = %s, notes = notes || %s::text[], finished_at = clock_timestamp() where id = %s
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
    """交来的台账 · A workbook with its importer, its key and the names of the people in it."""

    id: UUID
    client: str
    key: str
    digest: bytes
    importer: Mapping[str, Any]  # the caller's claims, as JSON
    dry_run: bool
    workbook: bytes
    total: int
    named: frozenset[str] = frozenset()
    notes: Sequence[str] = ()


class WorkbookErased(Trouble):
    """台账原件已删除 · Its time is over, or somebody it names was erased."""

    def __init__(self) -> None:
        """造 · One sentence for both."""
        super().__init__("workbook-erased", "台账原件已过保存期限，或因所载人员信息被删除而一并删除")


def key_id(ledger: UUID) -> str:
    """钥匙标识 · Under which the key of an import is kept and erased."""
    return f"import/{ledger}"


def names_in(sheet: Sheet) -> frozenset[str]:
    """所载姓名 · Everybody the rows of a ledger name, refused rows included, each in one spelling."""
    return frozenset(
        tidy(name) for row in sheet.rows for field in NAMED for name in getattr(row, field) if name.strip()
    )


async def hand_in(people: People, ledger: HandedIn) -> None:
    """交入 · Keeps a ledger for work; the same key again is the same ledger.

    Raises KeyReused for the same key with another workbook.
    """
    digest = people.keys.match("workbook", ledger.digest.hex())
    if not await _known(people, ledger, digest):
        await _keep(people, ledger, digest)
        await _known(people, ledger, digest)


async def _known(people: People, ledger: HandedIn, digest: bytes) -> bool:
    query = "select digest, dry_run from people.imports where client = %s and key = %s"
    async with people.connection() as connection:
        row = await (await connection.execute(query, (ledger.client, ledger.key))).fetchone()
    if row is not None and row != (digest, ledger.dry_run):
        raise KeyReused(ledger.key)
    return row is not None


async def _keep(people: People, ledger: HandedIn, digest: bytes) -> None:
    try:
        key = await people.key(key_id(ledger.id))
    except KeyDestroyed:
        raise WorkbookErased from None
    fields = {
        "id": ledger.id,
        "client": ledger.client,
        "key": ledger.key,
        "digest": digest,
        "importer": Jsonb(ledger.importer),
        "dry_run": ledger.dry_run,
        "workbook": key.seal("workbook", ledger.workbook),
        "named": [people.keys.match("name", name) for name in sorted(ledger.named)],
        "total": ledger.total,
        "notes": list(ledger.notes),
    }
    async with people.connection() as connection:
        await connection.execute(HAND_IN, fields)


def _key(people: People, ledger: UUID) -> Key:
    """Raises WorkbookErased."""
    key = people.keys.of([key_id(ledger)]).get(key_id(ledger))
    if key is None:
        raise WorkbookErased
    return key


# Any: a database row has no types.
async def progress(people: People, ledger: UUID) -> dict[str, Any] | None:
    """进度 · State, counts and importer of an import; None if there is none."""
    async with people.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
        return await (await cursor.execute(PROGRESS, (ledger,))).fetchone()


async def workbook(people: People, ledger: UUID) -> bytes:
    """原件 · The workbook as it was handed in.

    Raises WorkbookErased.
    """
    key = _key(people, ledger)
    async with people.connection() as connection:
        row = await (
            await connection.execute("select sealed_workbook from people.imports where id = %s", (ledger,))
        ).fetchone()
    assert row is not None  # whoever asks has looked its progress up
    if row[0] is None:
        raise WorkbookErased
    return key.open("workbook", row[0])


async def give(people: People, ledger: UUID, verdict: RowVerdict) -> None:
    """记结论 · The first verdict on a row stands.

    Raises WorkbookErased.
    """
    reason = _key(people, ledger).seal(f"{verdict.line}", verdict.reason.encode()) if verdict.reason else None
    fields = {"line": verdict.line, "verdict": verdict.verdict, "reason": reason}
    async with people.connection() as connection:
        await connection.execute(
            VERDICT, {"import": ledger, "number": verdict.number, "steps": verdict.steps, **fields}
        )


async def verdicts(
    people: People, ledger: UUID, *, after: int = 0, only: Verdict | None = None, limit: int = 100_000
) -> list[RowVerdict]:
    """结论列表 · The verdicts on rows behind a line, all or those of one kind; reasons went with the workbook."""
    async with people.connection() as connection:
        rows = await (await connection.execute(VERDICTS, (ledger, after, only, only, limit))).fetchall()
    key = people.keys.of([key_id(ledger)]).get(key_id(ledger))
    return [
        RowVerdict(
            line=line, verdict=Verdict(verdict), reason=_reason(key, line, sealed), number=number, steps=steps
        )
        for line, verdict, sealed, number, steps in rows
    ]


def _reason(key: Key | None, line: int, sealed: bytes | None) -> str:
    return "" if key is None or sealed is None else key.open(f"{line}", sealed).decode()


async def let_go(people: People, *, days: int, at: datetime) -> int:
    """到期删除 · Destroys the keys of the imports that ended so many days ago; how many they were."""
    async with people.connection() as connection:
        rows = await (await connection.execute(OVER, (at - timedelta(days=days),))).fetchall()
    over = [Erasure(str(ledger), at, "system/importer", f"保存期限 {days} 天已满") for (ledger,) in rows]
    await destroy(people, over)
    return len(over)


async def to_do(people: People) -> list[UUID]:
    """待办 · Imports that are not finished, oldest first."""
    async with people.connection() as connection:
        rows = await (await connection.execute(TO_DO)).fetchall()
    return [row[0] for row in rows]


async def begin(people: People, ledger: UUID) -> None:
    """开始 · Work on it has begun."""
    async with people.connection() as connection:
        await connection.execute("update people.imports set state = 'running' where id = %s", (ledger,))


async def end(people: People, ledger: UUID, *, failure: str | None = None, notes: Sequence[str] = ()) -> None:
    """结束 · All rows have a verdict and `notes` say what they became, or the whole failed with a sentence."""
    async with people.connection() as connection:
        await connection.execute(END, ("failed" if failure else "finished", failure, list(notes), ledger))
