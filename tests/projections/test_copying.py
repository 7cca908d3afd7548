"""COPY 文本 · Whatever a row holds comes out of the database as it went in."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import psycopg

from services.projections.copying import NOTHING, lines_of

COLUMNS = [
    ("id", "plain"),
    ("text", "plain"),
    ("number", "plain"),
    ("yes", "plain"),
    ("day", "plain"),
    ("at", "plain"),
    ("texts", "array"),
    ("days", "array"),
    ("data", "json"),
]


@dataclass
class Row:
    id: UUID
    text: str | None
    number: int | None
    yes: bool | None
    day: date | None
    at: datetime | None
    texts: Any
    days: Any
    data: Any


HARD = 'tab\t, line\n, return\r, \\N, \\., "quoted", {brace}, 引号“”, null'
ROWS = [
    Row(
        UUID(int=1),
        HARD,
        -7,
        True,
        date(2026, 6, 3),
        datetime(2026, 6, 3, tzinfo=UTC),
        [HARD, ""],
        [],
        {"a": HARD},
    ),
    Row(UUID(int=2), None, None, None, None, None, None, [date(2026, 6, 3)], None),
    Row(UUID(int=3), "", 0, False, None, None, ["平常"], None, [1, None]),
]


def test_hard_texts_come_back_as_they_went_in(database: str) -> None:
    table = "id uuid, text text, number bigint, yes boolean, day date, at timestamptz, texts text[], days date[], data json"
    with psycopg.connect(database) as connection:
        connection.execute(f"create temp table given ({table})")
        connection.execute("set timezone to 'UTC'")
        with connection.cursor().copy(
            psycopg.sql.SQL("copy given from stdin with (null {})").format(NOTHING)
        ) as copy:
            copy.write(lines_of(ROWS, COLUMNS))
        found = connection.execute("select * from given order by id").fetchall()

    assert ROWS == [Row(*row) for row in found]
