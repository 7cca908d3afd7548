"""行 · Rows of read models in bulk: load those a batch touches, fold in memory, save them in one statement."""

from collections.abc import Collection, Iterable
from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, LiteralString, TypeVar

import orjson
from psycopg import sql
from psycopg.rows import class_row

from services.postgres import Connection

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Row = TypeVar("Row", bound="DataclassInstance")


async def load(
    connection: Connection, table: LiteralString, kind: type[Row], ids: Iterable[object]
) -> dict[str, Row]:
    """读行 · The rows with these ids, by id as text; a dataclass's fields are the table's columns."""
    statement = sql.SQL("select {columns} from {table} where id = any(%s)").format(
        columns=_columns(kind), table=_identifier(table)
    )
    async with connection.cursor(row_factory=class_row(kind)) as cursor:
        await cursor.execute(statement, (list(ids),))
        return {str(getattr(row, "id")): row async for row in cursor}  # noqa: B009  # every table has an id


async def save(
    connection: Connection, table: LiteralString, rows: Collection[Row], key: LiteralString = "id"
) -> None:
    """存行 · Insert the rows, or put them in the place of those with the same key."""
    if not rows:
        return
    await connection.execute(
        _saving(table, type(next(iter(rows))), key), (orjson.dumps(list(rows)).decode(),)
    )


@cache
def _saving(table: LiteralString, kind: type["DataclassInstance"], key: LiteralString) -> sql.Composed:
    return sql.SQL(
        "insert into {table} ({columns}) select {columns} from jsonb_populate_recordset(null::{table}, %s::jsonb) "
        "on conflict ({key}) do update set ({columns}) = row({excluded})"
    ).format(
        table=_identifier(table),
        columns=_columns(kind),
        key=sql.SQL(key),
        excluded=sql.SQL(", ").join(sql.Identifier("excluded", field.name) for field in fields(kind)),
    )


def _identifier(table: LiteralString) -> sql.Identifier:
    return sql.Identifier(*table.split("."))


@cache
def _columns(kind: type["DataclassInstance"]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(field.name) for field in fields(kind))
