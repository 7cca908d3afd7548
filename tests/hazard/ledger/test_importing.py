"""导入 · Whole ledgers worked off on a real database: twice, filled in later, broken off, rehearsed."""

import asyncio
import io
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID, uuid4

import openpyxl
import pytest

from services import erasing
from services.hazard.ledger import storing
from services.hazard.ledger.annotated import annotate
from services.hazard.ledger.importing import Importing
from services.hazard.ledger.reading import read
from services.hazard.ledger.sample import make_sample
from services.hazard.ledger.storing import HandedIn, RowVerdict, Verdict
from services.hazard.policy import read_policy
from services.hazard.store import Log, writer_pool
from services.people import People

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
CALLER = {
    "person": "p-9",
    "role": "TWO",
    "division": "330111005000",
    "organisation": "org-town",
    "certificate": None,
    "client": "desk",
    "commands": None,
}
HEADINGS = (
    "企业名称", "检查日期", "检查类型", "检查人", "隐患描述", "隐患部位", "隐患类别", "整改期限", "整改责任人", "整改措施",
    "整改完成日期",
)  # fmt: skip
FOUND = ("甲公司", "2026-06-03", "行政检查", "张三、李四", "配电箱未接地", "1号车间", "B04")


@dataclass(frozen=True)
class Office:
    """导入台 · What a ledger is handed to."""

    log: Log
    people: People
    importing: Importing
    stored: "asyncio.Queue[None]"  # one for every row that was stored

    async def hand_in(self, data: bytes, *, dry_run: bool = False) -> UUID:
        """交入 · Not worked off yet."""
        ledger = uuid4()
        handed = HandedIn(
            id=ledger,
            client="desk",
            key=str(ledger),
            digest=b"",
            importer=CALLER,
            dry_run=dry_run,
            workbook=data,
            total=len(read(data).rows),
        )
        await storing.hand_in(self.people, handed)
        return ledger

    async def bring(self, data: bytes, *, dry_run: bool = False) -> list[RowVerdict]:
        """导入 · Worked off to its last row."""
        ledger = await self.hand_in(data, dry_run=dry_run)
        await self.importing.work_off(ledger)
        return await storing.verdicts(self.people, ledger)

    async def position(self) -> int:
        """位置 · The end of the log."""
        return (await self.log.head()).position


@pytest.fixture
async def office(database: str, tmp_path: Path) -> AsyncIterator[Office]:
    async with (
        writer_pool(database) as writer,
        erasing.opened(database, tmp_path, size=8) as people,
    ):
        log, stored = Log(writer), asyncio.Queue[None]()
        importing = Importing(log, people, read_policy(), lambda: NOW, lambda: stored.put_nowait(None))
        yield Office(log, people, importing, stored)


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    out: Path = tmp_path_factory.mktemp("sample") / "ledger.xlsx"
    make_sample(enterprises=12, seed=1, today=date(2026, 11, 20), out=out)
    return out.read_bytes()


def counted(verdicts: list[RowVerdict]) -> Counter[Verdict]:
    return Counter(verdict.verdict for verdict in verdicts)


async def test_the_same_ledger_twice_adds_nothing_the_second_time(office: Office, street: bytes) -> None:
    first = await office.bring(street)
    end = await office.position()
    again = await office.bring(street)

    assert 29 == counted(first)[Verdict.ADDED]
    assert {Verdict.ADDED, Verdict.VISITED} == set(counted(first))
    assert {Verdict.UNCHANGED: len(first)} == counted(again)
    assert end == await office.position()


async def test_a_rehearsal_stores_nothing_and_tells_the_same(office: Office, street: bytes) -> None:
    rehearsed = await office.bring(street, dry_run=True)

    assert 0 == await office.position()
    assert counted(rehearsed) == counted(await office.bring(street))


async def test_the_workbook_handed_back_is_known_by_its_numbers(office: Office, street: bytes) -> None:
    verdicts = await office.bring(street)
    end = await office.position()
    handed_back = annotate(read(street), verdicts)
    again = await office.bring(handed_back)

    assert {Verdict.UNCHANGED: len(verdicts)} == counted(again)
    assert end == await office.position()


async def test_rows_filled_in_later_advance_and_no_others(office: Office, street: bytes) -> None:
    verdicts = await office.bring(street)
    workbook = openpyxl.load_workbook(io.BytesIO(annotate(read(street), verdicts)))
    sheet = workbook.active
    assert sheet is not None
    columns = {cell.value: cell.column for cell in sheet[3]}
    open_rows = [
        row.line for row in read(street).rows if row.deadline and not row.completed_on and not row.is_major
    ]
    for line in open_rows:
        sheet.cell(line, columns["整改措施"]).value = "已整改"
        sheet.cell(line, columns["整改完成日期"]).value = "2026-11-20"
    filled = io.BytesIO()
    workbook.save(filled)
    again = await office.bring(filled.getvalue())

    assert open_rows == [verdict.line for verdict in again if verdict.verdict is Verdict.ADVANCED]
    assert {Verdict.ADVANCED, Verdict.UNCHANGED} == set(counted(again))


async def test_an_import_that_was_broken_off_goes_on_where_it_stopped(office: Office, street: bytes) -> None:
    ledger = await office.hand_in(street)
    work = asyncio.create_task(office.importing.work_off(ledger))
    for _ in range(10):
        await office.stored.get()
    work.cancel()
    with suppress(asyncio.CancelledError):
        await work
    await office.importing.work_off(ledger)
    verdicts = await storing.verdicts(office.people, ledger)
    end = await office.position()
    again = await office.bring(street)

    assert 29 == counted(verdicts)[Verdict.ADDED]
    assert {Verdict.UNCHANGED: len(verdicts)} == counted(again)
    assert end == await office.position()


async def test_a_bad_row_is_refused_with_its_reason_and_harms_no_other(
    office: Office, workbook: Callable[..., bytes]
) -> None:
    lines = (
        (*FOUND, "2026-06-18", "王五"),
        (*FOUND, "2026-06-18", "王五"),
        (*FOUND[:5], "2号车间", "B77", "2026-06-18", "王五"),
        (*FOUND[:5], "3号车间", "B04", "2026-02-30", "王五"),
        (*FOUND[:5], "4号车间", "B04"),
        (*FOUND[:5], "5号车间", "B04", "2027-06-18", "王五"),
        ("乙公司", *FOUND[1:4], "未发现隐患"),
    )
    verdicts = await office.bring(workbook(HEADINGS, *lines))
    reasons = [(verdict.verdict, verdict.reason) for verdict in verdicts]

    assert [
        (Verdict.ADDED, ""),
        (Verdict.REFUSED, "与第 2 行重复"),
        (Verdict.REFUSED, "「隐患类别」未知的隐患类别：B77"),
        (Verdict.REFUSED, "「整改期限」日期不存在：2026-02-30"),
        (Verdict.ADDED, "止于「已登记」，缺：整改期限、整改责任人"),
        (Verdict.REFUSED, "整改期限最长 90 天，不得晚于 2026-09-01"),
        (Verdict.VISITED, ""),
    ] == reasons


async def test_a_changed_past_cell_is_refused_and_changes_nothing(
    office: Office, workbook: Callable[..., bytes]
) -> None:
    await office.bring(workbook(HEADINGS, (*FOUND, "2026-06-18", "王五")))
    end = await office.position()
    (verdict,) = await office.bring(
        workbook(HEADINGS, (*FOUND, "2026-06-20", "王五", "已接地", "2026-06-10"))
    )

    assert (Verdict.REFUSED, end) == (verdict.verdict, await office.position())
    assert verdict.reason.startswith("「整改期限」已记为2026-06-18，本次为2026-06-20")
