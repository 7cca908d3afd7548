"""所缺 · Events that a figure lacks, because they were set aside or skipped: told beside it, and a reason not to hand it in."""

from collections.abc import Iterator, Sequence
from typing import LiteralString

from psycopg import sql
from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from services.projections.reading import Parameters, Reads
from services.projections.tallying.asking import Asked
from services.projections.tallying.division_tree import parts

SHOWN = 200
ASIDE: LiteralString = """
select position, type, subject, skipped, reason from (
    select position, type, subject, skipped, reason,
        convert_from(body, 'UTF8')::json ->> 'division' as division
    from projections.parked
    where projection = %(projection)s and version = %(version)s and log_id = %(log)s
        and position <= %(position)s
) as aside
where division is null or {anywhere}
order by position limit %(limit)s
"""
EXAMPLE: JsonDict = {
    "position": 1042,
    "type": "hazard.reopened",
    "subject": "hazard/5b1f0c8e-2f0e-5a51-8f1e-9d6f1f2a7c10",
    "skipped": False,
    "reason": None,
}


class Lacking(BaseModel):
    """所缺事件 · One event that the figures are without."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    position: int = Field(description="在事件日志中的位置")
    type: str
    subject: str
    skipped: bool = Field(description="已决定跳过；否则仍在搁置，待办理")
    reason: str | None = Field(description="跳过的事由")


async def lacking(reads: Reads, projection: tuple[str, int], asked: Asked, division: str) -> list[Lacking]:
    """所缺 · Of a division as its tree was, up to the point asked about; what belongs nowhere concerns everybody."""
    name, version = projection
    point = asked.point
    patterns = {part.pattern for part in parts(division, point.entries, asked.first, asked.last)}
    parameters: Parameters = {
        "projection": name,
        "version": version,
        "log": point.log,
        "position": point.position,
        "limit": SHOWN,
        **{f"pattern_{n}": pattern for n, pattern in enumerate(sorted(patterns))},
    }
    query = sql.SQL(ASIDE).format(anywhere=sql.SQL(" or ").join(_patterns(len(patterns))))
    return [Lacking.model_validate(row) for row in await reads.fetch(query, parameters)]


def _patterns(how_many: int) -> Iterator[sql.Composed]:
    for n in range(how_many):
        yield sql.SQL("division like {}").format(sql.Placeholder(f"pattern_{n}"))


def waiting(found: Sequence[Lacking]) -> list[Lacking]:
    """仍在搁置 · Those that nobody decided to leave out."""
    return [each for each in found if not each.skipped]
