"""COPY 文本 · Rows of dataclasses as the lines that PostgreSQL's COPY reads."""

from collections.abc import Callable, Sequence
from typing import Any

import orjson

Column = tuple[str, str]  # a name, and whether it holds json, an array or a plain value
Text = Callable[[Any], str]  # a value as its column has it

NOTHING = r"\N"
ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
QUOTES = str.maketrans({"\\": r"\\", '"': r"\""})


def lines_of(rows: Sequence[Any], columns: Sequence[Column]) -> str:  # dataclasses of one table
    """成行 · One line for each row, its values in the order of the columns."""
    texts = [(name, TEXTS[kind]) for name, kind in columns]
    return "".join("\t".join([text(getattr(row, name)) for name, text in texts]) + "\n" for row in rows)


def _plain(value: Any) -> str:  # what a plain column holds
    if value is None:
        return NOTHING
    if isinstance(value, str):
        return _escaped(value)
    return str(value)


def _array(value: Any) -> str:  # a sequence of plain values
    if value is None:
        return NOTHING
    if not value:
        return "{}"
    quoted = ['"' + str(each).translate(QUOTES) + '"' for each in value]
    return _escaped("{" + ",".join(quoted) + "}")


def _json(value: Any) -> str:  # what is stored as JSON
    return NOTHING if value is None else _escaped(orjson.dumps(value).decode())


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\") if text.isprintable() else text.translate(ESCAPES)


TEXTS: dict[str, Text] = {"plain": _plain, "array": _array, "json": _json}
