"""人员 · Names and phones behind one door, and the guard that keeps them out of free text."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from services import erasing, people, postgres
from services.people import Changes, Contact, People, PersonUnknown

NOW = datetime(2026, 6, 3, 1, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
TOWN = "330111005000"


@pytest.fixture
async def pool(database: str, tmp_path: Path) -> AsyncIterator[People]:
    async with erasing.opened(database, tmp_path, size=8) as opened:
        yield opened


def rows(database: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(database) as connection:
        return connection.execute(query).fetchall()  # type: ignore[arg-type]  # the test's own constant text


async def contact(door: People, person: str) -> Contact:
    return (await people.contacts(door, [person], reader="p-1", why="test"))[person]


READINGS = "select reader, person, what, why from people.readings order by person, what"


async def test_a_person_gets_an_id_that_says_nothing(pool: People) -> None:
    person = await people.add(pool, name="张三", phone="13812345678", organisation="org-town", at=NOW)

    assert re.fullmatch(r"p-[0-9A-Za-z-]{1,64}", person)
    assert {person: Contact("张三", "13812345678", None)} == await people.contacts(
        pool, [person], reader="p-1", why="test"
    )


async def test_adding_again_under_the_same_id_adds_nothing(pool: People) -> None:
    first = await people.add(pool, name="张三", person="p-9", at=NOW)
    second = await people.add(pool, name="李四", person="p-9", at=NOW)

    assert (first, second) == ("p-9", "p-9")
    assert await people.names(pool, ["p-9"], reader="p-1", why="test") == {"p-9": "张三"}


async def test_an_id_out_of_form_is_refused(pool: People) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        await people.add(pool, name="张三", person="张三", at=NOW)


@pytest.mark.parametrize("name", ["", " ", "\u3000"])
async def test_nobody_is_without_a_name(pool: People, name: str) -> None:
    with pytest.raises(ValueError, match="姓名不能为空"):
        await people.add(pool, name=name, at=NOW)


async def test_a_change_touches_only_what_it_names(pool: People, database: str) -> None:
    await people.add(
        pool, name="张三", phone="1", email="z@example.cn", organisation="org-town", person="p-9", at=NOW
    )
    await people.change(pool, "p-9", Changes(name="张三丰", phone=None), at=LATER)
    stored = "select organisation, division, created_at, changed_at from people.people"

    assert await contact(pool, "p-9") == Contact("张三丰", None, "z@example.cn")
    assert rows(database, stored) == [("org-town", None, NOW, LATER)]


async def test_a_change_of_everything(pool: People, database: str) -> None:
    await people.add(pool, name="张三", person="p-9", at=NOW)
    wanted = Changes(name="李四", phone="1", email="l@example.cn", organisation="org-1", division=TOWN)
    await people.change(pool, "p-9", wanted, at=LATER)
    stored = "select organisation, division from people.people"

    assert await contact(pool, "p-9") == Contact("李四", "1", "l@example.cn")
    assert rows(database, stored) == [("org-1", TOWN)]
    assert await people.find(pool, name="李四", organisation="org-1") == "p-9"
    assert await people.find(pool, name="张三", organisation="org-1") is None


async def test_a_person_s_place_is_known_without_looking_at_the_name(pool: People, database: str) -> None:
    await people.add(pool, name="张三", organisation="org-town", division=TOWN, person="p-9", at=NOW)

    assert await people.place_of(pool, "p-9") == (TOWN, "org-town")
    assert rows(database, READINGS) == []
    with pytest.raises(PersonUnknown, match="p-404"):
        await people.place_of(pool, "p-404")


async def test_a_stranger_cannot_be_changed(pool: People) -> None:
    with pytest.raises(PersonUnknown, match="p-404"):
        await people.change(pool, "p-404", Changes(phone="1"), at=NOW)


async def test_a_name_in_an_organisation_is_one_person(pool: People) -> None:
    known = await people.add(pool, name="张三", organisation="org-town", at=NOW)
    spellings = ["张三", " 张三 ", "张 三", "张\u3000三"]
    found = [
        await people.find_or_add(pool, name=name, organisation="org-town", division=TOWN, at=LATER)
        for name in spellings
    ]
    elsewhere = await people.find_or_add(pool, name="张三", organisation="org-2", division=TOWN, at=NOW)

    assert [known] * 4 == found
    assert known != elsewhere


async def test_of_namesakes_the_first_is_found(pool: People) -> None:
    await people.add(pool, name="张三", organisation="org-town", person="p-late", at=LATER)
    await people.add(pool, name="张三", organisation="org-town", person="p-early", at=NOW)
    found = await people.find_or_add(pool, name="张三", organisation="org-town", division=TOWN, at=NOW)

    assert found == "p-early"


async def test_two_imports_at_once_make_one_person(pool: People, database: str) -> None:
    asked = [
        people.find_or_add(pool, name=f"员工{number % 3}", organisation="org-town", division=TOWN, at=NOW)
        for number in range(60)
    ]
    found = await asyncio.gather(*asked)

    assert len(set(found)) == 3
    assert rows(database, "select count(*) from people.people") == [(3,)]


async def test_foreign_names_keep_their_spaces(pool: People) -> None:
    person = await people.add(pool, name=" John  Smith ", at=NOW)

    assert {person: "John Smith"} == await people.names(pool, [person], reader="p-1", why="test")


async def test_every_reading_is_written_down(pool: People, database: str) -> None:
    await people.add(pool, name="张三", person="p-1", at=NOW)
    await people.add(pool, name="李四", person="p-2", at=NOW)
    names = await people.names(pool, ["p-2", "p-1", "p-2", "p-404"], reader="p-9", why="hazard.trail")
    await people.contacts(pool, ["p-1"], reader="system/notifier", why="reminder.sent")

    assert names == {"p-1": "张三", "p-2": "李四"}
    expected = [
        ("system/notifier", "p-1", "contact", "reminder.sent"),
        ("p-9", "p-1", "name", "hazard.trail"),
        ("p-9", "p-2", "name", "hazard.trail"),
    ]
    assert expected == rows(database, READINGS)


async def test_reading_nobody_asks_nothing(pool: People, database: str) -> None:
    assert await people.names(pool, [], reader="p-9", why="hazard.trail") == {}
    assert rows(database, READINGS) == []


async def test_who_looked_cannot_be_unwritten(pool: People) -> None:
    async with pool.connection() as connection:
        for statement in ("delete from people.readings", "update people.readings set reader = 'p-0'"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                await connection.execute(statement)
            await connection.rollback()


@pytest.mark.parametrize("role", ["hazard_writer", "hazard_projections", "hazard_notifier"])
async def test_other_services_cannot_look_past_the_door(database: str, role: str) -> None:
    async with postgres.pool(database, role=role) as other, other.connection() as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await connection.execute("select * from people.people")
        await connection.rollback()
