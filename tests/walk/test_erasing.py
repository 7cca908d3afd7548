"""删除人员 · From an imported ledger on: who was erased is gone from workbook, reasons and answers, and stays gone."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import httpx2
import psycopg
import pytest

from services.erasing import erase
from services.hazard.ledger.setting_aside import seal_plain_ledgers
from services.hazard.ledger.storing import let_go
from services.people import ERASED
from walk.ledgers import CLOSED, FOUND, NAMES, RECTIFIED, workbook
from walk.office import Imported, Office

NOW = datetime(2026, 11, 20, tzinfo=UTC)
WHY = {"reason": "本人申请", "by": "operator", "at": NOW}
WRONG = {**FOUND, "place": "3号车间", "category": "？", "responsible": "陆天明"}


async def id_of(office: Office, name: str) -> str:
    return next(person for person, known, _ in await office.known_people() if known == name)


async def asked(office: Office, ledger: str) -> httpx2.Response:
    """The answer to who asks for a workbook back, whatever it is."""
    return await office.client.get(f"/api/v1/imports/{ledger}/workbook", headers=office.token())


async def ledger_of(office: Office, content: bytes) -> tuple[str, Imported]:
    done = await office.imported(content)
    async with office.people.connection() as connection:
        row = await (
            await connection.execute("select id from people.imports order by handed_in_at desc limit 1")
        ).fetchone()
    assert row is not None
    return str(row[0]), done


async def test_no_name_of_a_ledger_stands_in_plain_in_the_database(office: Office, database: str) -> None:
    await office.imported(workbook(CLOSED, WRONG))
    held = []
    with psycopg.connect(database) as connection:
        tables = "select table_schema || '.' || table_name from information_schema.tables where table_schema in ('people', 'log')"
        for (table,) in connection.execute(tables).fetchall():
            for row in connection.execute(f"select * from {table}".encode()).fetchall():
                held += [cell if isinstance(cell, bytes) else str(cell).encode() for cell in row]

    assert len(held) > 100
    assert [name for name in NAMES if any(name.encode() in cell for cell in held)] == []


async def test_who_is_erased_takes_the_workbooks_along_that_name_the_person(office: Office) -> None:
    named, _ = await ledger_of(office, workbook(CLOSED, WRONG))
    others = {"inspectors": "阎斌", "responsible": "邵勇", "place": "9号车间"}
    unnamed, _ = await ledger_of(office, workbook({**FOUND, **others}))
    done = await erase(office.people, await id_of(office, "姜志远"), **WHY)
    gone, kept = [await asked(office, one) for one in (named, unnamed)]
    rows = (await office.get(f"imports/{named}/rows")).json()

    assert done.ledgers == 1
    assert (gone.status_code, gone.json()["code"], kept.status_code) == (410, "workbook-erased", 200)
    assert [(row["verdict"], row["reason"]) for row in rows] == [("added", ""), ("refused", "")]


async def test_a_person_named_only_in_a_refused_row_takes_it_along_too(office: Office) -> None:
    await office.imported(workbook({**FOUND, "inspectors": "龚莉"}))
    named, _ = await ledger_of(office, workbook({**WRONG, "inspectors": "龚莉"}))
    await erase(office.people, await id_of(office, "龚莉"), **WHY)

    assert (await asked(office, named)).status_code == 410


async def test_a_ledger_imported_again_after_an_erasure_changes_nothing_and_finds_nobody(
    office: Office,
) -> None:
    first = await office.imported(workbook(CLOSED))
    person = await id_of(office, "姜志远")
    await erase(office.people, person, **WHY)
    before = await office.log.head()
    again = await office.imported(workbook(CLOSED))

    assert (first.verdicts, again.verdicts) == (["added"], ["unchanged"])
    assert await office.log.head() == before
    assert (person, ERASED, "org-town") in await office.known_people()


async def test_the_same_name_in_a_later_row_is_another_person(office: Office) -> None:
    await office.imported(workbook(FOUND))
    person = await id_of(office, "姜志远")
    await erase(office.people, person, **WHY)
    await office.imported(workbook({**FOUND, "place": "7号车间"}))
    another = await id_of(office, "姜志远")

    assert another != person


async def test_a_row_may_not_name_the_erased_in_a_new_step(office: Office) -> None:
    await office.imported(workbook({**FOUND, "responsible": "陆天明"}))
    row = {**FOUND, **RECTIFIED, "place": "8号车间", "inspectors": ERASED}
    done = await office.imported(workbook(row))

    assert done.verdicts == ["refused"]
    assert "不是姓名" in done.reasons[0]


async def test_the_people_route_calls_them_erased_and_takes_no_change(office: Office) -> None:
    await office.imported(workbook(FOUND))
    person = await id_of(office, "姜志远")
    await erase(office.people, person, **WHY)
    shown = await office.get(f"people/{person}")

    assert (shown.status_code, shown.json()["name"]) == (200, ERASED)


async def test_a_workbook_is_let_go_when_its_time_is_over(office: Office) -> None:
    ledger, _ = await ledger_of(office, workbook(FOUND))
    soon = datetime.now(UTC) + timedelta(days=89)
    early = await let_go(office.people, days=90, at=soon)
    there = await asked(office, ledger)
    late = await let_go(office.people, days=90, at=soon + timedelta(days=2))

    assert (early, there.status_code, late) == (0, 200, 1)
    assert (await asked(office, ledger)).status_code == 410
    assert (await office.get(f"imports/{ledger}")).json()["counts"] == {"added": 1}


async def test_a_ledger_that_waits_is_ended_when_one_of_its_people_is_erased(office: Office) -> None:
    await office.imported(workbook(FOUND))
    waiting = (await office.hand_in(workbook({**FOUND, "place": "7号车间"}))).json()["id"]
    await erase(office.people, await id_of(office, "姜志远"), **WHY)
    await office.importing.attempt(UUID(waiting))
    about = (await office.get(f"imports/{waiting}")).json()

    assert (about["state"], about["failure"], about["done"]) == ("failed", "台账已删除，未导入完", 0)


PLAIN = """
create table people.imports_in_plain (id uuid primary key, client text, key text, digest bytea, importer jsonb,
    dry_run boolean, workbook bytea, state text, total integer, failure text, notes text[],
    handed_in_at timestamptz, finished_at timestamptz);
create table people.verdicts_in_plain (import uuid, line integer, verdict text, reason text, number text, steps integer);
grant select on people.imports_in_plain, people.verdicts_in_plain to hazard_people;
"""
LEDGER = UUID("0d3b2c44-6d6c-5f0b-9f07-2b6a2f0c1e55")
IMPORTER = '{"person": "p-importer", "role": "TWO", "division": "330111005000", "organisation": "org-town"}'


@pytest.mark.parametrize("fits", [True, False], ids=["a ledger", "no ledger"])
async def test_a_ledger_kept_in_plain_is_sealed_at_the_next_start(
    office: Office, database: str, fits: bool
) -> None:
    content = workbook({**FOUND, "deadline": date(2026, 6, 18)}) if fits else b"PK"
    with psycopg.connect(database) as connection:
        connection.execute(PLAIN)
        connection.execute(
            "insert into people.imports_in_plain values (%s, 'c', 'k', %s, %s, false, %s, 'finished', 1, null, '{}', %s, %s)",
            (LEDGER, b"digest", IMPORTER, content, NOW, NOW),
        )
        connection.execute(
            "insert into people.verdicts_in_plain values (%s, 2, 'refused', '姜志远不是……', null, 0)",
            (LEDGER,),
        )
    await seal_plain_ledgers(office.people)
    await seal_plain_ledgers(office.people)
    rows = (await office.get(f"imports/{LEDGER}/rows")).json()
    with psycopg.connect(database) as connection:
        there = connection.execute("select to_regclass('people.imports_in_plain')").fetchone()
        (sealed, named) = connection.execute("select sealed_workbook, named from people.imports").fetchone()

    assert rows[0]["reason"] == "姜志远不是……"
    assert there == (None,)
    assert b"PK" not in sealed[:64]
    assert len(named) == (3 if fits else 0)
