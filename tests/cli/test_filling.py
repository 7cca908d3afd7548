"""首次装入 · What a start loads, and what it leaves alone; the subcommands are small programs that note their call."""

import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import psycopg
import pytest

from services.cli.filling import Filling
from services.servers.places import Places
from services.servers.process import Program

TODAY = date(2026, 11, 22)
NOTE = """
import sys
from pathlib import Path
calls, fails, arguments = Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
calls.open("a").write(arguments[0] + "\\n")
if arguments[0] == fails:
    raise SystemExit(1)
if "--out" in arguments:
    Path(arguments[arguments.index("--out") + 1]).write_text("workbook")
"""


class Start:
    """One start on a data directory and a database."""

    def __init__(self, folder: Path, database: str, *, fails: str = "") -> None:
        self.said: list[str] = []
        self.calls = folder / "calls"
        self.calls.write_text("")

        def hazard(arguments: Sequence[str]) -> Program:
            argv = (sys.executable, "-c", NOTE, str(self.calls), fails, *arguments)
            return Program(arguments[0], argv, {**os.environ}, folder, None)

        self.filling = Filling(Places(folder), database, hazard, self.said.append)

    def called(self) -> list[str]:
        return self.calls.read_text().split()


def record_something(database: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute(
            "insert into log.events values (1, now(), gen_random_uuid(), gen_random_uuid(), 1, 'x', 'x', '', '', '')"
        )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


async def test_an_empty_installation_gets_the_sample(folder: Path, database: str) -> None:
    start = Start(folder, database)

    assert await start.filling.sample(TODAY)
    assert start.called() == ["sample", "import", "sample-year"]


async def test_what_was_loaded_is_not_loaded_again(folder: Path, database: str) -> None:
    await Start(folder, database).filling.sample(TODAY)
    record_something(database)
    again = Start(folder, database)

    assert await again.filling.sample(TODAY)
    assert again.called() == []


async def test_an_import_that_was_broken_off_goes_on_at_the_next_start(folder: Path, database: str) -> None:
    broken = Start(folder, database, fails="import")
    loaded = await broken.filling.sample(TODAY)
    record_something(database)
    next_one = Start(folder, database)

    assert not loaded
    assert broken.said[-1] == "未完成：import · `hazard import` ended with status 1"
    assert await next_one.filling.sample(TODAY)
    assert next_one.called() == ["import", "sample-year"]


async def test_an_installation_with_data_of_its_own_gets_no_sample(folder: Path, database: str) -> None:
    record_something(database)
    start = Start(folder, database)

    assert await start.filling.sample(TODAY)
    assert start.called() == []


async def test_an_offices_own_ledger_is_always_imported(folder: Path, database: str) -> None:
    record_something(database)
    start = Start(folder, database)

    assert await start.filling.ledger(folder / "台账.xlsx")
    assert start.called() == ["import"]
    assert any("台账归属 330111005000（用 HAZARD_TOWN 指定本镇街）" in said for said in start.said)


async def test_beside_the_sample_an_offices_own_ledger_comes_with_a_warning(
    folder: Path, database: str
) -> None:
    await Start(folder, database).filling.sample(TODAY)
    start = Start(folder, database)
    await start.filling.ledger(folder / "台账.xlsx")

    assert any("示例数据" in said for said in start.said)
