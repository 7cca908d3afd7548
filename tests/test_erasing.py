"""删除 · Erased for good: whatever crashes, whatever backup comes back, nobody returns."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from services import erasing, people
from services.erasing import erase, opened
from services.keys import Erasure, Keys, UnfitKeys
from services.people import ERASED, Contact, People, PersonErased, PersonUnknown

NOW = datetime(2026, 6, 3, 1, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
TOWN = "330111005000"
PLACE = {"organisation": "org-town", "division": TOWN}
WHY = {"reason": "本人申请删除", "by": "operator"}
Opens = Callable[[], AbstractAsyncContextManager[People]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def opens(database: str, data: Path) -> Opens:
    """Opens the door as a process does at its start."""
    return lambda: opened(database, data)


@pytest.fixture
async def door(opens: Opens) -> AsyncIterator[People]:
    """With two people of one name, 张三 of the town and of the district."""
    async with opens() as found:
        await people.add(found, name="张三", phone="0571-1", email="z@e.cn", person="p-1", at=NOW, **PLACE)
        await people.add(found, name="张三", person="p-2", organisation="org-district", at=NOW)
        yield found


async def shown(door: People, *ids: str) -> dict[str, str]:
    return await people.names(door, ids or ("p-1", "p-2"), reader="p-9", why="test")


# ---- what erasing does


async def test_who_was_erased_is_called_so_wherever_named(door: People) -> None:
    await erase(door, "p-1", at=NOW, **WHY)

    assert await shown(door) == {"p-1": ERASED, "p-2": "张三"}
    assert await people.contacts(door, ["p-1"], reader="p-9", why="test") == {
        "p-1": Contact(ERASED, None, None)
    }
    assert await people.place_of(door, "p-1") == (TOWN, "org-town")


async def test_unknown_is_not_erased(door: People) -> None:
    assert await shown(door, "p-404") == {}
    with pytest.raises(PersonUnknown, match="p-404"):
        await erase(door, "p-404", at=NOW, **WHY)


async def test_the_same_name_afterwards_is_another_person(door: People) -> None:
    await erase(door, "p-1", at=NOW, **WHY)

    assert await people.find(door, name="张三", organisation="org-town") is None
    found = await people.find_or_add(door, name="张三", organisation="org-town", division=TOWN, at=NOW)
    assert found != "p-1"
    assert await shown(door, "p-1", found) == {"p-1": ERASED, found: "张三"}


async def test_nothing_more_is_kept_of_who_was_erased(door: People) -> None:
    await erase(door, "p-1", at=NOW, **WHY)

    with pytest.raises(PersonErased):
        await people.change(door, "p-1", people.Changes(phone="1"), at=LATER)
    with pytest.raises(PersonErased):
        await people.add(door, name="李四", person="p-1", at=LATER)


async def test_erasing_again_says_when_it_was_done(door: People) -> None:
    first = await erase(door, "p-1", at=NOW, **WHY)
    again = await erase(door, "p-1", reason="再次", by="another", at=LATER)

    assert (first.before, again.before) == (False, True)
    assert again.erasure == Erasure("p-1", NOW, "operator", "本人申请删除")


async def test_two_who_erase_at_once_agree(door: People, opens: Opens) -> None:
    async with opens() as other:
        done = await asyncio.gather(
            *(
                erase(one, "p-1", reason=f"{n}", by=f"o-{n}", at=NOW)
                for n, one in enumerate((door, other) * 4)
            )
        )

    assert len({each.erasure for each in done}) == 1
    assert sum(not each.before for each in done) == 1


async def test_another_process_shows_nothing_from_that_moment(door: People, opens: Opens) -> None:
    async with opens() as other:
        before = await shown(other)
        await erase(door, "p-1", at=NOW, **WHY)

        assert before == {"p-1": "张三", "p-2": "张三"}
        assert await shown(other) == {"p-1": ERASED, "p-2": "张三"}


async def test_a_reading_of_nobody_is_not_written_down(door: People, database: str) -> None:
    await erase(door, "p-1", at=NOW, **WHY)
    await shown(door)
    with psycopg.connect(database) as connection:
        read = connection.execute("select person from people.readings").fetchall()

    assert read == [("p-2",)]


async def test_nobody_is_put_on_file_as_erased(door: People) -> None:
    with pytest.raises(people.Trouble, match="不是姓名"):
        await people.add(door, name="已 删 除", at=NOW)


# ---- nothing in plain


def bytes_in(database: str) -> bytes:
    """Every row of every table of ours, as PostgreSQL writes it out, bytea as the bytes it holds."""
    listed = "select table_schema, table_name from information_schema.tables where table_schema = any(%s)"
    held = []
    with psycopg.connect(database) as connection:
        schemas = ["people", "log", "projections", "notifier", "public"]
        for schema, table in connection.execute(listed, (schemas,)).fetchall():
            query = sql.SQL("select * from {}").format(sql.Identifier(schema, table))
            for row in connection.execute(query).fetchall():
                held += [cell if isinstance(cell, bytes) else str(cell).encode() for cell in row]
    return b"\n".join(held)


def all_bytes(data: Path) -> bytes:
    return b"".join(file.read_bytes() for file in data.rglob("*") if file.is_file())


async def test_no_name_or_number_stands_in_plain_anywhere(door: People, database: str, data: Path) -> None:
    await people.find_or_add(door, name="欧阳锋", organisation="org-town", division=TOWN, at=NOW)
    everything = bytes_in(database) + all_bytes(data)

    assert b"org-town" in everything
    assert [word for word in ("张三", "欧阳锋", "0571-1", "z@e.cn") if word.encode() in everything] == []


# ---- crashes


class Cut(Exception):
    """The power goes."""


def cut(*_: object, **__: object) -> None:
    raise Cut


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("services.keys._transaction", "after the line"),
        ("services.erasing.repeat", "after the key"),
        ("services.erasing._blank", "before the row"),
    ],
)
async def test_an_erasure_cut_off_anywhere_is_finished_by_the_next_start(
    door: People, opens: Opens, monkeypatch: pytest.MonkeyPatch, place: str, name: str
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(place, cut)
        with pytest.raises(Cut):
            await erase(door, "p-1", at=NOW, **WHY)
    async with opens() as after:
        assert await shown(after) == {"p-1": ERASED, "p-2": "张三"}


async def test_a_registration_cut_off_before_its_row_leaves_nobody(
    door: People, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("services.people.sealed", cut)
        with pytest.raises(Cut):
            await people.add(door, name="李四", person="p-3", at=NOW)

    assert await shown(door, "p-3") == {}
    await people.add(door, name="李四", person="p-3", at=NOW)
    assert await shown(door, "p-3") == {"p-3": "李四"}


# ---- backups


def backed_up(database: str) -> Callable[[], None]:
    """A copy of the database as it is; what is given puts it in the place of the one there is."""
    name = conninfo_to_dict(database)["dbname"]
    other = make_conninfo(database, dbname="postgres")

    def copy(source: str, target: str) -> None:
        with psycopg.connect(other, autocommit=True) as connection:
            connection.execute(f"drop database if exists {target} with (force)")
            gone = "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s"
            connection.execute(gone, (source,))
            connection.execute(f"create database {target} template {source}")

    copy(name, f"{name}_backup")
    return lambda: copy(f"{name}_backup", name)


def kept(data: Path, *names: str) -> Callable[[], None]:
    """A copy of files beside the keys; what is given puts them back."""
    copies = {name: (data / "people" / name).read_bytes() for name in names}

    def restore() -> None:
        for name, content in copies.items():
            (data / "people" / name).write_bytes(content)
        for log in data.glob("people/keys.sqlite-*"):
            log.unlink()

    return restore


KEYS, LINES, BASE = "keys.sqlite", "erasures.jsonl", "database"


@pytest.mark.parametrize(
    "old", [(BASE,), (KEYS,), (LINES,), (BASE, KEYS), (BASE, LINES), (KEYS, LINES)], ids="+".join
)
async def test_whatever_two_lists_are_restored_old_nobody_comes_back(
    database: str, data: Path, opens: Opens, old: tuple[str, ...]
) -> None:
    async with opens() as door:
        await people.add(door, name="张三", phone="0571-1", person="p-1", at=NOW, **PLACE)
        await people.add(door, name="李四", person="p-2", at=NOW, **PLACE)
    restored = [backed_up(database)] if BASE in old else []
    restored.append(kept(data, *(name for name in old if name != BASE)))
    async with opens() as door:
        await erase(door, "p-1", at=NOW, **WHY)
    for restore in restored:
        restore()
    async with opens() as door:
        assert await shown(door) == {"p-1": ERASED, "p-2": "李四"}
        assert await people.find(door, name="张三", organisation="org-town") is None
        assert door.keys.of(["p-1"]) == {}
        assert [one.id for one in Keys.at(data).erasures()] == ["p-1"]
    with psycopg.connect(database) as connection:
        row = connection.execute(
            "select sealed_name, sealed_phone, matched from people.people where id = 'p-1'"
        )
        listed = connection.execute("select id from people.erasures")

        assert (row.fetchall(), listed.fetchall()) == ([(None, None, None)], [("p-1",)])


async def test_who_was_erased_is_called_so_by_a_database_that_never_knew_the_person(
    database: str, opens: Opens
) -> None:
    async with opens():
        restore = backed_up(database)
    async with opens() as door:
        await people.add(door, name="张三", person="p-1", at=NOW)
        await erase(door, "p-1", at=NOW, **WHY)
    restore()
    async with opens() as door:
        assert await shown(door) == {"p-1": ERASED}


async def test_the_keys_of_another_installation_are_refused(
    door: People, database: str, tmp_path: Path
) -> None:
    with pytest.raises(UnfitKeys, match="另一钥匙库"):
        async with opened(database, tmp_path / "other"):
            pass


async def test_older_keys_make_nobody_erased_who_is_not(database: str, data: Path, opens: Opens) -> None:
    async with opens():
        restore = kept(data, KEYS, LINES)
    async with opens() as door:
        await people.add(door, name="张三", person="p-1", at=NOW)
    restore()
    async with opens() as door:
        assert await shown(door, "p-1") == {}


# ---- what was kept in plain

PLAIN = """
create table people.people_in_plain (id text primary key, name text, phone text, email text, organisation text,
    division text, created_at timestamptz, changed_at timestamptz);
grant select on people.people_in_plain to hazard_people;
insert into people.people_in_plain
select 'p-' || n, '员工' || n, '0571-' || n, null, 'org-town', '330111005000', now(), now()
from generate_series(1, 2500) as n;
"""


async def test_names_kept_in_plain_are_sealed_at_the_next_start_but_for_the_erased(
    database: str, opens: Opens
) -> None:
    async with opens() as door:
        await asyncio.to_thread(door.keys.erase, [Erasure("p-7", NOW, "operator", "…")])
    with psycopg.connect(database) as connection:
        connection.execute(PLAIN)
    async with opens() as door, opens() as other:
        ids = [f"p-{n}" for n in range(1, 2501)]
        expected = {person: f"员工{person[2:]}" for person in ids} | {"p-7": ERASED}

        assert await shown(door, *ids) == await shown(other, *ids) == expected
        assert await people.find(door, name="员工9", organisation="org-town") == "p-9"
    assert "员工".encode() not in bytes_in(database)
    with psycopg.connect(database) as connection:
        gone = connection.execute("select to_regclass('people.people_in_plain')")
        assert gone.fetchone() == (None,)


async def test_a_start_waits_for_a_database_that_is_coming_up(
    database: str, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []
    real = erasing.repeat

    async def later(door: People) -> None:
        tries.append(1)
        if len(tries) < 2:
            raise psycopg.OperationalError
        await real(door)

    monkeypatch.setattr(erasing, "repeat", later)
    async with opened(database, data):
        assert len(tries) == 2
