"""行 · Rows of read models in bulk: load those a batch touches, fold in memory, save them in one statement."""

from collections.abc import Collection, Iterable, Sequence
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
        return {str(getattr(row, "id")): row async for row in cursor}  # noqa: B009  # every table has an id


async def save(
    connection: Connection, table: LiteralString, rows: Collection[Row], key: LiteralString = "id"
) -> None:
    """存行 · Insert the rows, or put them in the place of those with the same key.

    Rows with another key than their id are written once and never loaded.
    """
    if not rows:
        return
    if isinstance(connection, Keeping):
        kept = connection.kept(table)
        kept.put(rows) if key == "id" else kept.added.extend(rows)
        return
    await connection.execute(
        _saving(table, type(next(iter(rows))), key), (orjson.dumps(list(rows)).decode(),)
    )


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
