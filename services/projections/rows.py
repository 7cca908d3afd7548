"""行 · Rows of read models in bulk: load those a batch touches, fold in memory, save them in one statement."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, LiteralString, TypeVar
from uuid import UUID

import orjson
from psycopg import sql
from psycopg.rows import class_row

from services.postgres import Connection
from services.projections.keeping import Keeping

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Row = TypeVar("Row", bound="DataclassInstance")


async def load(
    connection: Connection, table: LiteralString, kind: type[Row], ids: Iterable[object]
) -> dict[str, Row]:
    """读行 · The rows with these ids, by id as text; a dataclass's fields are the table's columns."""
    if not isinstance(connection, Keeping):
        return await _select(connection, table, kind, [*ids])
    kept = connection.kept(table)
    wanted = {str(each): each for each in ids}
    if not kept.whole:
        missing = [each for name, each in wanted.items() if name not in kept.known]
        kept.known |= await _select(connection, table, kind, missing) if missing else {}
    kept.absent = wanted.keys() - kept.known.keys()
    return {name: kept.known[name] for name in wanted if name in kept.known}


async def _select(
    connection: Connection, table: LiteralString, kind: type[Row], ids: Sequence[object]
) -> dict[str, Row]:
    statement = sql.SQL("select {columns} from {table} where id = any(%s)").format(
        columns=_columns(kind), table=_identifier(table)
    )
    if next(each.type for each in fields(kind) if each.name == "id") is UUID:
        ids = [UUID(str(each)) for each in ids]
    async with connection.cursor(row_factory=class_row(kind)) as cursor:
        await cursor.execute(statement, (ids,))
        return {str(_id(row)): row async for row in cursor}


def _id(row: object) -> object:
    return getattr(row, "id")  # noqa: B009  # every table that is loaded has an id


async def save(
    connection: Connection, table: LiteralString, rows: Collection[Row] | Mapping[str, Row]
) -> None:
    """存行 · Insert the rows, or put them in the place of those with the same id; a mapping has them by id as text."""
    if not rows:
        return
    if isinstance(connection, Keeping):
        by_id = rows if isinstance(rows, Mapping) else {str(_id(row)): row for row in rows}
        connection.kept(table).put(by_id)
    else:
        await _insert(connection, table, list(rows.values() if isinstance(rows, Mapping) else rows), "id")


async def add(
    connection: Connection, table: LiteralString, rows: Collection[Row], key: LiteralString
) -> None:
    """添行 · Rows that are written once, under a key of their own, and never loaded."""
    if rows and isinstance(connection, Keeping):
        connection.kept(table).added.extend(rows)
    elif rows:
        await _insert(connection, table, list(rows), key)


async def _insert(
    connection: Connection, table: LiteralString, rows: Sequence[Row], key: LiteralString
) -> None:
    await connection.execute(_saving(table, type(rows[0]), key), (orjson.dumps(rows).decode(),))


# By json and not jsonb: an envelope keeps the bytes it came in.
@cache
def _saving(table: LiteralString, kind: type["DataclassInstance"], key: LiteralString) -> sql.Composed:
    return sql.SQL(
        "insert into {table} ({columns}) select {columns} from json_populate_recordset(null::{table}, %s::json) "
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
