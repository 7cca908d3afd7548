"""导入 · Works ledgers off row by row, a verdict each; goes on after a stop where it was."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
import structlog

from contracts.values import Role
from services.hazard.calendar import Calendar
from services.hazard.handling import DECISIONS, Handling
from services.hazard.ledger import storing
from services.hazard.ledger.carrying import Carried, Desk, carry_out
from services.hazard.ledger.directory import Directory
from services.hazard.ledger.identity import duplicates, visit_id
from services.hazard.ledger.people import Importer
from services.hazard.ledger.reading import read
from services.hazard.ledger.rehearsing import Draft, Rehearsal
from services.hazard.ledger.row import Row, Sheet
from services.hazard.ledger.storing import RowVerdict, Verdict
from services.hazard.policy import Policy
from services.hazard.refused import Refused
from services.hazard.store import KeyReused, Log, StreamMoved, Unavailable
from services.people import People
from services.problems import Trouble
from services.scope import scope_of
from services.stopping import heed_cancellation
from services.tokens import Caller

AT_ONCE = 4  # enterprises worked on side by side; rows of one enterprise keep their order
LET_GO = 3600.0  # seconds between two looks for ledgers whose time is over
PAUSE = 1.0  # seconds between two looks for ledgers that nobody announced
FAILURE = "系统内部错误，导入未完成；请联系管理员，之后可重新导入同一份台账"

logger = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """一次导入 · What the rows of one import, or of one enterprise in it, are worked on with."""

    ledger: UUID
    log: Log
    desk: Desk
    repeated: dict[int, int]
    rehearses: bool


class Importing:
    """导入者 · One background task of the web process; any number of web processes share the work."""

    def __init__(
        self,
        log: Log,
        people: People,
        policy: Policy,
        now: Callable[[], datetime],
        stored: Callable[[], None],
        keep_days: int = 90,
        calendar: Calendar | None = None,
    ) -> None:
        """装配 · Given by the command line; `keep_days` after its end an import's workbook is erased."""
        self._log, self._people, self._policy = log, people, policy
        self._now, self._stored = now, stored
        self._handed_in = asyncio.Event()
        self._keep_days, self._looked = keep_days, -LET_GO
        self._calendar = calendar

    def announce(self) -> None:
        """有新台账 · Somebody handed a ledger in."""
        self._handed_in.set()

    async def run(self) -> None:
        """工作 · For ever; a PostgreSQL that is away delays, and loses nothing."""
        while True:
            heed_cancellation()
            try:
                await self.let_go()
                for ledger in await storing.to_do(self._people):
                    # A task of its own: in Python 3.11 a TaskGroup with a failed child leaves the task it stands in
                    # looking cancelled for ever.
                    await asyncio.create_task(self.attempt(ledger))
            except* (psycopg.OperationalError, Unavailable) as away:
                logger.warning("import.delayed", error=str(away.exceptions[0]))
            with suppress(TimeoutError):
                async with asyncio.timeout(PAUSE):  # wait_for of Python 3.11 can lose a cancellation
                    await self._handed_in.wait()
            self._handed_in.clear()

    async def let_go(self) -> None:
        """到期删除 · Now and then, the workbooks whose time is over."""
        clock = asyncio.get_running_loop().time()
        if clock - self._looked >= LET_GO:
            self._looked = clock
            count = await storing.let_go(self._people, days=self._keep_days, at=self._now())
            logger.info("imports.let_go", count=count)

    async def attempt(self, ledger: UUID) -> None:
        """尝试 · One that cannot be worked off is ended with a sentence, so that it holds up nobody."""
        try:
            await self.work_off(ledger)
        except* (psycopg.OperationalError, Unavailable):
            raise
        except* storing.WorkbookErased:
            # Somebody it names was erased meanwhile; the erasure has ended it, with its sentence.
            logger.info("import.erased", ledger=str(ledger))
        except* Exception:
            logger.exception("import.failed", ledger=str(ledger))
            await storing.end(self._people, ledger, failure=FAILURE)

    async def work_off(self, ledger: UUID) -> None:
        """办理一份 · Unless another process has it in hand."""
        async with in_hand(self._people, ledger) as mine:
            about = await storing.progress(self._people, ledger) if mine else None
            if about is None or about["state"] in {"finished", "failed"}:
                return
            await storing.begin(self._people, ledger)
            sheet = await asyncio.to_thread(read, await storing.workbook(self._people, ledger))
            work = self.work(ledger, about, sheet)
            done = {verdict.line for verdict in await storing.verdicts(self._people, ledger)}
            await self.rows(work, [row for row in sheet.rows if row.line not in done])
            await storing.end(self._people, ledger)
            logger.info("import.finished", ledger=str(ledger), rows=len(sheet.rows))

    def work(self, ledger: UUID, about: dict[str, Any], sheet: Sheet) -> Work:  # a database row has no types
        """一次导入 · The desk and the log: the real one, or for a dry run one that only remembers."""
        claims = about["importer"]
        caller = Caller(**{**claims, "role": Role(claims["role"])})
        importer = Importer(person=caller.person, role=caller.role, division=caller.division)
        repeated = duplicates(sheet.rows)
        counted = [row for row in sheet.rows if row.has_find and not row.errors and row.line not in repeated]
        finds = Counter(visit_id(caller.division, row) for row in counted)
        desk = Desk(
            importer=importer,
            organisation=caller.organisation,
            scope=scope_of(caller),
            correlation=str(ledger),
            directory=Directory(self._people, division=caller.division, reader=caller.person),
            finds=finds,
        )
        return Work(
            ledger=ledger,
            log=Rehearsal(self._log) if about["dry_run"] else self._log,
            desk=desk,
            repeated=repeated,
            rehearses=about["dry_run"],
        )

    async def rows(self, work: Work, rows: Iterable[Row]) -> None:
        """各行 · Enterprises side by side, the rows of each in order."""
        groups: defaultdict[str | None, list[Row]] = defaultdict(list)
        for row in rows:
            groups[row.credit_code or row.enterprise].append(row)
        places = asyncio.Semaphore(AT_ONCE)

        async def one(group: list[Row]) -> None:
            async with places:
                draft = Draft(work.log)
                for row in group:
                    await storing.give(self._people, work.ledger, await self.verdict(work, draft, row))

        async with asyncio.TaskGroup() as tasks:
            for group in groups.values():
                tasks.create_task(one(group))

    async def verdict(self, work: Work, draft: Draft, row: Row) -> RowVerdict:
        """一行的结论 · Told from the log once the row is stored; a row that is refused leaves nothing behind."""
        if row.errors:
            return refused(row, "；".join(str(error) for error in row.errors))
        if row.line in work.repeated:
            return refused(row, f"与第 {work.repeated[row.line]} 行重复")
        try:
            return await told(work, draft, row, await self.kept(work, draft, row))
        except (Refused, Trouble, KeyReused) as error:
            return refused(row, reason_of(error))
        except (psycopg.OperationalError, Unavailable):
            raise
        except Exception:
            logger.exception("import.row_failed", ledger=str(work.ledger), line=row.line)
            return refused(row, "系统内部错误，请联系管理员；本行未完成")

    async def kept(self, work: Work, draft: Draft, row: Row) -> Carried:
        """办成一行 · Drafted whole, then stored at once; drafted again when somebody else was a moment earlier."""
        handling = Handling(draft, self._policy, self._now, calendar=self._calendar)
        for _ in range(DECISIONS):
            draft.drop()
            desk = replace(work.desk, acted={})
            carried = await carry_out(handling, desk, row)
            if not work.rehearses and not await desk.directory.add(desk.acted):
                continue
            with suppress(StreamMoved):
                await draft.keep()
                self._stored()
                return carried
        raise Trouble("busy", "同一记录正被频繁更新，请稍后重新导入")


@asynccontextmanager
async def in_hand(people: People, ledger: UUID) -> AsyncIterator[bool]:
    """在手 · A session lock that a killed process gives back by dying; False when somebody else holds it."""
    async with people.connection() as connection:
        await connection.set_autocommit(True)
        asked = await connection.execute(
            "select pg_try_advisory_lock(hashtextextended(%s, 0))", (str(ledger),)
        )
        row = await asked.fetchone()
        mine = bool(row and row[0])
        try:
            yield mine
        finally:
            if mine:
                await connection.execute("select pg_advisory_unlock(hashtextextended(%s, 0))", (str(ledger),))
            await connection.set_autocommit(False)


async def told(work: Work, draft: Draft, row: Row, carried: Carried) -> RowVerdict:
    """结论 · Read off the log: which events carry this import's name."""
    facts = await draft.load(carried.hazard or carried.visit)
    ours = [fact.envelope.version for fact in facts if fact.envelope.correlationid == work.desk.correlation]
    notes = list(row.notes)
    if carried.hazard is None:
        verdict = Verdict.VISITED if ours else Verdict.UNCHANGED
        return RowVerdict(line=row.line, verdict=verdict, reason="；".join(notes), steps=len(ours))
    verdict = Verdict.ADDED if 1 in ours else Verdict.ADVANCED if ours else Verdict.UNCHANGED
    if carried.plan.lacks:
        reached = f"止于「{carried.plan.reaches.zh}」，" if carried.plan.reaches else ""
        notes.append(f"{reached}缺：{'、'.join(dict.fromkeys(carried.plan.lacks))}")
    number = next((number for fact in facts if (number := getattr(fact.event, "number", None))), None)
    shown = None if work.rehearses and verdict is Verdict.ADDED else number
    return RowVerdict(line=row.line, verdict=verdict, reason="；".join(notes), number=shown, steps=len(ours))


def refused(row: Row, reason: str) -> RowVerdict:
    """未导入 · With its reason."""
    return RowVerdict(line=row.line, verdict=Verdict.REFUSED, reason=reason, number=row.number)


def reason_of(error: Exception) -> str:
    """原因 · The sentence of a refusal."""
    if isinstance(error, KeyReused):
        return "该行的步骤已按不同内容导入过，已记录的内容不能改动"
    return str(error)
