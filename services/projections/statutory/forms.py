"""报表格式 · A table as its file says it: rows are filters on industry and kind of object, columns are indicators. PURE.

A pair of industry and kind belongs to the first row that it fits, so that no hazard stands in two rows and the rows add
up to the total.
"""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from contracts.values import ObjectKind, Role
from services.projections.statutory.columns import known

SHIPPED = "services.projections.statutory"
Trade = tuple[str, str]  # industry in words, kind of object


class Form(BaseModel):
    """格式 · Frozen, and strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(Form):
    """栏 · Its headings from the widest to the narrowest, and the figure under them."""

    headings: tuple[str, ...] = Field(min_length=1, max_length=3)
    value: str

    @field_validator("value")
    @classmethod
    def is_known(cls, value: str) -> str:
        """栏目须可算 · An indicator and one of its figures."""
        if value not in known():
            raise ValueError(f"没有这个指标：{value}")
        return value


class Row(Form):
    """行 · What belongs to it: an industry with one of the words, a kind of object; neither: whatever is left."""

    name: str
    words: tuple[str, ...] = ()
    kinds: tuple[ObjectKind, ...] = ()

    def fits(self, trade: Trade) -> bool:
        """属于此行 · One of the words stands in the industry and the kind is among them, so far as they are given."""
        industry, kind = trade
        said = not self.words or any(word in industry for word in self.words)
        return said and (not self.kinds or kind in self.kinds)


class Table(Form):
    """报表 · One statutory table."""

    name: str
    title: str
    edition: str
    source: str
    submitters: frozenset[Role] = Field(min_length=1)
    columns: tuple[Column, ...] = Field(min_length=1)
    rows: tuple[Row, ...] = Field(min_length=1)

    def divided(self, trades: Iterable[Trade]) -> list[tuple[Row, list[Trade]]]:
        """归行 · Each row with the trades that belong to it; a trade that fits no row is left to the total alone."""
        rows: list[tuple[Row, list[Trade]]] = [(row, []) for row in self.rows]
        for trade in sorted(trades):
            for row, own in rows:
                if row.fits(trade):
                    own.append(trade)
                    break
        return rows


class WrongTable(ValueError):
    """报表配置有误 · A table's file cannot be read."""


def read(text: str) -> Table:
    """读取 · A table from its TOML. Raises WrongTable with all that is wrong."""
    try:
        return Table.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise WrongTable(str(error)) from None


@cache
def shipped() -> Mapping[str, Table]:
    """随附报表 · The tables that come with the software, by name."""
    folder = files(SHIPPED)
    tables = [read(each.read_text("utf-8")) for each in folder.iterdir() if each.name.endswith(".toml")]
    return {table.name: table for table in sorted(tables, key=lambda table: table.name)}


def plain(table: Table) -> dict[str, Any]:
    """可存 · A table as JSON has it, to be read again as it was."""
    return table.model_dump(mode="json")
