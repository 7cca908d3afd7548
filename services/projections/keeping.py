"""成批留存 · How a read model takes in much at once: rows stay in memory between batches and are written by COPY.

A read model notices nothing: it loads, folds and saves by `rows`, as it does with the stream. Its tables may stand in
another schema while it is built beside the live one; its own statements name the live schema and are led there.
"""

import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, LiteralString, Self

from psycopg import AsyncCopy, AsyncCursor, sql
from psycopg.abc import Params, Query
from psycopg.copy import AsyncWriter
from psycopg.rows import TupleRow

from services.postgres import Connection, Pool
from services.projections.copying import NOTHING, Column, lines_of

LIVE = "projections"
MOST_ROWS = 20_000  # kept of one table between two writings
CHUNK = 2_000  # rows in one piece of a COPY

COLUMNS = """
select attname, case when atttypid in ('json'::regtype, 'jsonb'::regtype) then 'json'
    when typcategory = 'A' then 'array' else 'plain' end as kind
from pg_attribute join pg_type on pg_type.oid = atttypid
where attrelid = to_regclass(%s) and attnum > 0 and not attisdropped
"""


@dataclass(slots=True)
class Kept:
    """留存 · The rows of one table: known by id, changed since they were written, and those only ever added."""

    key: LiteralString = "id"
    known: dict[str, Any] = field(default_factory=dict)  # rows of the table's dataclass
    changed: set[str] = field(default_factory=set)
    added: list[Any] = field(default_factory=list)  # as above
    whole: bool = True
    """Nothing of the table lies in the database alone."""

    def put(self, rows: Iterable[Any]) -> None:  # as above
        """放入 · Changed rows; the last one touched is the last to be forgotten."""
        for row in rows:
            name = str(row.id)
            self.known.pop(name, None)
            self.known[name] = row
            self.changed.add(name)

    def forget(self) -> None:
        """遗忘 · What was touched longest ago, above the limit; all of it is written."""
        for name in list(self.known)[: max(len(self.known) - MOST_ROWS, 0)]:
            del self.known[name]
            self.whole = False


class Keeping(Connection):
    """留存连接 · A connection that keeps rows for one read model; `place` is the schema of its tables."""

    place: str
    tables: dict[str, Kept]
    columns: dict[str, dict[str, str]]
    elsewhere: re.Pattern[bytes]
    whole: bool

    @classmethod
    async def to(cls, pool: Pool, projection: str, place: str, *, empty: bool) -> Self:
        """连接 · Like those of the pool. `empty`: the tables hold nothing yet."""
        assert isinstance(pool.conninfo, str)  # as services.postgres makes pools
        made = await cls.connect(pool.conninfo)
        made.place = place
        made.tables, made.columns = {}, {}
        made.whole = empty
        made.elsewhere = re.compile(rb'("?)projections\1\.("?)' + projection.encode() + rb"_v")
        made.cursor_factory = _Led
        try:
            # What is lost in a crash is built again from the checkpoint, which is lost with it.
            await made.execute("set synchronous_commit = off")
            await made.execute("set statement_timeout = 0")
            await made.commit()
        except BaseException:  # who is cancelled here leaves no connection behind
            await made.close()
            raise
        return made

    def kept(self, table: str) -> Kept:
        """留存表 · What is kept of a table, by the name its module gives it."""
        if table not in self.tables:
            self.tables[table] = Kept(whole=self.whole)
        return self.tables[table]

    def led(self, query: Query) -> bytes:
        """引导 · A statement of the read model, to where its tables stand."""
        match query:
            case str():
                text = query.encode()
            case bytes():
                text = query
            case sql.Composable():
                text = query.as_bytes(self)
            case _:
                raise TypeError(type(query).__name__)  # a template string has no place to be led to
        place = self.place.encode()
        return self.elsewhere.sub(lambda found: found[0].replace(b"projections", place, 1), text)

    async def write(self) -> None:
        """写出 · Everything that changed since the last writing, in the transaction that is open."""
        for table, kept in self.tables.items():
            if kept.added:
                await self._copy(table, table, kept.added)
                kept.added = []
            if kept.changed:
                await self._replace(table, [kept.known[name] for name in kept.changed], kept.key)
                kept.changed = set()
            kept.forget()

    async def _replace(self, table: str, rows: list[Any], key: LiteralString) -> None:  # of one table
        stage = f"pg_temp.{table.rpartition('.')[2]}"
        names = {"stage": _identifier(stage), "table": _identifier(table)}
        await self.execute(
            sql.SQL("create temp table if not exists {stage} (like {table}) on commit delete rows").format(
                **names
            )
        )
        await self._copy(stage, table, rows)
        columns = sql.SQL(", ").join(map(sql.Identifier, await self._columns(table)))
        await self.execute(
            sql.SQL(
                "insert into {table} select * from {stage} on conflict ({key}) do update set ({columns}) = row({given})"
            ).format(
                **names,
                key=sql.SQL(key),
                columns=columns,
                given=sql.SQL(", ").join(
                    sql.Identifier("excluded", name) for name in await self._columns(table)
                ),
            )
        )

    async def _copy(self, into: str, like: str, rows: list[Any]) -> None:  # of one table
        kinds = await self._columns(like)
        names = [name for name in kinds if hasattr(rows[0], name)]
        columns: list[Column] = [(name, kinds[name]) for name in names]
        statement = sql.SQL("copy {into} ({columns}) from stdin with (null {nothing})").format(
            nothing=NOTHING, into=_identifier(into), columns=sql.SQL(", ").join(map(sql.Identifier, names))
        )
        async with self.cursor() as cursor, cursor.copy(statement) as copy:
            for start in range(0, len(rows), CHUNK):
                await copy.write(lines_of(rows[start : start + CHUNK], columns))

    async def _columns(self, table: str) -> dict[str, str]:
        if table not in self.columns:
            name = self.led(table.encode()).decode()
            rows = await (await self.execute(COLUMNS, (name,))).fetchall()
            self.columns[table] = dict(rows)
        return self.columns[table]


class _Led(AsyncCursor[TupleRow]):
    """A cursor whose statements reach the tables where they stand."""

    async def execute(
        self,
        query: Query,
        params: Params | None = None,
        *,
        prepare: bool | None = None,
        binary: bool | None = None,
    ) -> Self:
        connection = self.connection
        assert isinstance(connection, Keeping)
        return await super().execute(connection.led(query), params, prepare=prepare, binary=binary)

    @asynccontextmanager
    async def copy(
        self, statement: Query, params: Params | None = None, *, writer: AsyncWriter | None = None
    ) -> AsyncIterator[AsyncCopy]:
        connection = self.connection
        assert isinstance(connection, Keeping)
        async with super().copy(connection.led(statement), params, writer=writer) as copying:
            yield copying


def _identifier(table: str) -> sql.Identifier:
    return sql.Identifier(*table.split("."))
