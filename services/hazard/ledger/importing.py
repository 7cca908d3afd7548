"""导入 · Works ledgers off row by row, a verdict each; goes on after a stop where it was."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
import structlog

from contracts.values import Role
from services.hazard.calendar import Calendar
from services.hazard.handling import DECISIONS, Handling
from services.hazard.ledger import storing
from services.hazard.ledger.became import became
from services.hazard.ledger.carrying import Carried, carry_out
from services.hazard.ledger.desk import Desk, RowsRefused
from services.hazard.ledger.directory import Directory
from services.hazard.ledger.identity import duplicates, visit_id
from services.hazard.ledger.people import Importer
from services.hazard.ledger.performing import Line
from services.hazard.ledger.reading import read
from services.hazard.ledger.rehearsing import Draft, Rehearsal
from services.hazard.ledger.row import Row, Sheet
from services.hazard.ledger.storing import RowVerdict, Verdict
from services.hazard.policy import Policy
from services.hazard.store import KeyReused, Log, StreamMoved, Unavailable
from services.people import People
from services.scope import scope_of
from services.stopping import heed_cancellation
from services.tokens import Caller
from services.trouble import Trouble

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
    made: Counter[str] = field(default_factory=Counter)


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
            policy = await Handling(self._log, self._policy, self._now).policy_at(work.desk.importer.division)
            notes = became(work.made, policy, again=bool(done))
            await storing.end(self._people, ledger, notes=notes)
            logger.info("import.finished", ledger=str(ledger), rows=len(sheet.rows))

    def work(self, ledger: UUID, about: dict[str, Any], sheet: Sheet) -> Work:  # a database row has no types
        """一次导入 · The desk and the log: the real one, or for a dry run one that only remembers."""
        claims = about["importer"]
        caller = Caller(**{**claims, "role": Role(claims["role"])})
        importer = Importer(person=caller.person, role=caller.role, division=caller.division)
        repeated = duplicates(sheet.rows)
        desk = Desk(
            importer=importer,
            organisation=caller.organisation,
            scope=scope_of(caller),
            correlation=str(ledger),
            directory=Directory(self._people, division=caller.division, reader=caller.person),
        )
        return Work(
            ledger=ledger,
            log=Rehearsal(self._log) if about["dry_run"] else self._log,
            desk=desk,
            repeated=repeated,
            rehearses=about["dry_run"],
        )

    async def rows(self, work: Work, rows: Iterable[Row]) -> None:
        """各行 · Enterprises side by side, the visits of each in order."""
        groups: defaultdict[str | None, list[Row]] = defaultdict(list)
        for row in rows:
            groups[row.credit_code or row.enterprise].append(row)
        places = asyncio.Semaphore(AT_ONCE)

        async def one(group: list[Row]) -> None:
            async with places:
                draft = Draft(work.log)
                for visit in by_visit(work, group):
                    async for verdict in self.verdicts(work, draft, visit):
                        await storing.give(self._people, work.ledger, verdict)

        async with asyncio.TaskGroup() as tasks:
            for group in groups.values():
                tasks.create_task(one(group))

    async def verdicts(self, work: Work, draft: Draft, rows: Sequence[Row]) -> AsyncIterator[RowVerdict]:
        """各行的结论 · Told from the log once their visit is stored; a row that is refused leaves nothing behind."""
        left: list[Row] = []
        for row in rows:
            if reason := reason_before(work, row):
                yield refused(row, reason)
            else:
                left.append(row)
        while left:
            given, left = await self.attempted(work, draft, left)
            for verdict in given:
                yield verdict

    async def attempted(
        self, work: Work, draft: Draft, rows: list[Row]
    ) -> tuple[list[RowVerdict], list[Row]]:
        """试办 · The verdicts that are certain, and the rows to try again without those that were refused."""
        try:
            carried = await self.kept(work, draft, rows)
        except RowsRefused as refusal:
            out = [refused(row, reason_of(refusal.reason)) for row in rows if row.line in refusal.lines]
            return out, [row for row in rows if row.line not in refusal.lines]
        except (Trouble, KeyReused) as error:
            return [refused(row, reason_of(error)) for row in rows], []
        except (psycopg.OperationalError, Unavailable):
            raise
        except Exception:
            lines = [row.line for row in rows]
            logger.exception("import.rows_failed", ledger=str(work.ledger), lines=lines)
            if len(rows) == 1:
                return [refused(rows[0], "系统内部错误，请联系管理员；本行未完成")], []
            # One by one, so that an error of our own over one row harms no other of its visit.
            return [verdict for row in rows for verdict in (await self.attempted(work, draft, [row]))[0]], []
        return [await told(work, draft, carried.lines[row.line]) for row in rows], []

    async def kept(self, work: Work, draft: Draft, rows: Sequence[Row]) -> Carried:
        """办成一次检查 · Drafted whole, then stored at once; drafted again when somebody else was a moment earlier."""
        handling = Handling(draft, self._policy, self._now, calendar=self._calendar)
        for _ in range(DECISIONS):
            draft.drop()
            desk = replace(work.desk, acted={})
            carried = await carry_out(handling, desk, rows)
            if not work.rehearses and not await desk.directory.add(desk.acted):
                continue
            with suppress(StreamMoved):
                await draft.keep()
                self._stored()
                work.made.update(carried.made)
                return carried
        raise Trouble("busy", "同一记录正被频繁更新，请稍后重新导入")


def by_visit(work: Work, rows: Iterable[Row]) -> Iterator[list[Row]]:
    """按检查 · The rows of each visit together, in the order of the sheet."""
    groups: defaultdict[UUID, list[Row]] = defaultdict(list)
    for row in rows:
        groups[visit_id(work.desk.importer.division, row)].append(row)
    yield from groups.values()


def reason_before(work: Work, row: Row) -> str:
    """不予办理的原因 · Of a row that cannot be read, or that says again what another one said."""
    if row.errors:
        return "；".join(str(error) for error in row.errors)
    return f"与第 {work.repeated[row.line]} 行重复" if row.line in work.repeated else ""


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


async def told(work: Work, draft: Draft, line: Line) -> RowVerdict:
    """结论 · Read off the log: which events carry this import's name."""
    row, facts = line.row, await draft.load(line.hazard or line.visit)
    ours = [fact.envelope.version for fact in facts if fact.envelope.correlationid == work.desk.correlation]
    notes = [*row.notes, *line.plan.notes]
    if line.hazard is None:
        verdict = Verdict.VISITED if ours else Verdict.UNCHANGED
        return RowVerdict(line=row.line, verdict=verdict, reason="；".join(notes), steps=len(ours))
    verdict = Verdict.ADDED if 1 in ours else Verdict.ADVANCED if ours else Verdict.UNCHANGED
    if line.plan.lacks:
        reached = f"止于「{line.plan.reaches.zh}」，" if line.plan.reaches else ""
        notes.append(f"{reached}缺：{'、'.join(dict.fromkeys(line.plan.lacks))}")
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
