"""报送 · What was handed upward: by whom, when, of which position, under which formulas and form, with which hash.

A row of its own, apart from the read models, which are rebuilt: that somebody handed it in does not follow from the log.
It is written once and never changed. What it says does follow: computed again at its position, by its form and formulas,
it must give the same bytes, and the hash tells whether it does.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID, uuid5

import orjson
from psycopg.types.json import Jsonb

from services.projections.reading import Reads, Row
from services.projections.statutory.filling import Filled
from services.projections.statutory.forms import Table, plain
from services.tokens import Caller
from services.trouble import Trouble

SUBMISSIONS = UUID("2c7f7a0e-6f0b-5a5e-8d3b-1b7a0d1d5f60")  # of the ids that client and key make
# 新建一次 · Made when it is first needed: a read model's tables come and go, this one stays.
MADE: LiteralString = """
create table if not exists projections.submissions (
    id uuid primary key,
    name text not null,
    division text not null,
    first date not null,
    last date not null,
    at timestamptz not null,
    log_id uuid not null,
    position bigint not null,
    formulas text not null,
    edition text not null,
    form jsonb not null,
    digest text not null,
    body bytea not null,
    submitted_by text not null,
    role text not null,
    request jsonb not null
)
"""
KEEP: LiteralString = """
insert into projections.submissions (
    id, name, division, first, last, at, log_id, position, formulas, edition, form, digest, body,
    submitted_by, role, request
) values (
    %(id)s, %(name)s, %(division)s, %(first)s, %(last)s, %(at)s, %(log)s, %(position)s, %(formulas)s,
    %(edition)s, %(form)s, %(digest)s, %(body)s, %(by)s, %(role)s, %(request)s
) on conflict (id) do nothing
"""
FIND: LiteralString = "select * from projections.submissions where id = %(id)s"
LIST: LiteralString = """
select * from projections.submissions where name = %(name)s and division like %(pattern)s
order by at desc, id limit 200
"""


def id_of(caller: Caller, key: str) -> UUID:
    """报送标识 · One for a client and its key, so that a repeat finds what it did."""
    return uuid5(SUBMISSIONS, f"{caller.client}/{key}")


async def keep(
    reads: Reads, caller: Caller, key: str, table: Table, made: Filled, request: Mapping[str, Any]
) -> Row:
    """保存 · A submission, or the same one when it was made before. Raises Trouble: the key was for something else."""
    id_, about = id_of(caller, key), dict(request)
    async with reads.pool.connection() as connection:
        await connection.execute(MADE)
        await connection.execute(
            KEEP,
            {
                "id": id_,
                "name": table.name,
                "division": made.division,
                "first": made.first,
                "last": made.last,
                "at": datetime.fromisoformat(made.at),
                "log": made.log,
                "position": made.position,
                "formulas": made.formulas,
                "edition": made.edition,
                "form": Jsonb(plain(table)),
                "digest": made.digest,
                "body": made.bytes,
                "by": caller.person,
                "role": caller.role,
                "request": Jsonb(about),
            },
        )
    (row,) = await reads.fetch(FIND, {"id": id_})
    if row["request"] != orjson.loads(orjson.dumps(about)):
        raise Trouble("key-reused", "同一个操作键已用于另一次报送")
    return row


async def found(reads: Reads, id_: UUID) -> Row | None:
    """查一次报送 · The row of a submission, if there is one."""
    async with reads.pool.connection() as connection:
        await connection.execute(MADE)
    rows = await reads.fetch(FIND, {"id": id_})
    return rows[0] if rows else None


async def listed(reads: Reads, name: str, prefix: str) -> list[Row]:
    """历次报送 · Of a table, within a division, the last ones first."""
    async with reads.pool.connection() as connection:
        await connection.execute(MADE)
    return await reads.fetch(LIST, {"name": name, "pattern": f"{prefix}%"})
