"""举报原文 · Read models hold a report's id; its words are joined when read, and 已删除 once they were erased."""

import io
from datetime import UTC, datetime
from uuid import uuid4

import python_calamine

from contracts.hazard import HazardCaptured, HazardRegistered
from contracts.values import KEPT_BESIDE, Level, SealedText, Source, Track
from given.street import Life, Street, at
from services import texts
from services.people import People
from services.postgres import Pool

from .conftest import Office, project

NOW = datetime(2026, 6, 3, 1, 0, tzinfo=UTC)
WORDS = "老板的小舅子王大锤把消防通道锁了"


async def reported(people: People, street: Street) -> tuple[Life, SealedText]:
    """A hazard that a passer-by reported and an officer confirmed."""
    text = uuid4()
    commitment = await texts.put(people, text, WORDS, author="p-whistle", at=NOW)
    report = SealedText(id=str(text), commitment=f"sha256:{commitment.hex()}")
    hazard = street.enterprise().hazard()
    hazard.number = "HZ-330111-2026-000777"
    kept = {"category": "B04", "place": "楼道", "description": KEPT_BESIDE, "report": report}
    hazard.tell(
        HazardCaptured(object=hazard.firm.id, source=Source.REPORT, **kept), "2026-06-03", "p-whistle"
    )
    registered = HazardRegistered(
        **hazard.known,
        enterprise_name=hazard.firm.name,
        level=Level.GENERAL,
        source=Source.REPORT,
        track=Track.AUTHORITY,
        found_on=at("2026-06-03").date(),
        **kept,
    )
    return hazard.tell(registered, "2026-06-03"), report


async def shown(office: Office, hazard: Life) -> tuple[str, str, str, str]:
    ledger = await office.json("/hazards")
    trail = await office.json(f"/hazards/{hazard.id}/trail")
    file = await office.json(f"/enterprises/{hazard.firm.id}/file")
    workbook = python_calamine.CalamineWorkbook.from_filelike(
        io.BytesIO((await office.get("/hazards.xlsx")).content)
    )
    headings, row = workbook.get_sheet_by_index(0).to_python()
    return (
        ledger["items"][0]["description"],
        trail["steps"][0]["text"].partition("：")[2].rstrip("。"),
        file["hazards"][0]["description"],
        str(row[headings.index("隐患描述")]),
    )


async def test_the_words_are_shown_wherever_the_hazard_is_described_until_they_are_erased(
    tables: Pool, people: People, office: Office
) -> None:
    street = Street()
    hazard, report = await reported(people, street)
    await project(tables, street)
    before = await shown(office, hazard)
    await texts.erase(people, texts.UUID(report.id), reason="申请", by="operator", at=NOW)

    assert before == (WORDS,) * 4
    assert await shown(office, hazard) == ("已删除",) * 4


async def test_no_word_of_it_stands_in_a_read_model(tables: Pool, people: People, office: Office) -> None:
    street = Street()
    await reported(people, street)
    await project(tables, street)
    async with tables.connection() as connection:
        listed = await connection.execute(
            "select table_name from information_schema.tables where table_schema = 'projections'"
        )
        names = [name for (name,) in await listed.fetchall()]
        held = [
            str(await (await connection.execute(f"select * from projections.{name}".encode())).fetchall())
            for name in names
        ]

    assert len(names) > 5
    assert [name for name, rows in zip(names, held, strict=True) if "王大锤" in rows] == []
