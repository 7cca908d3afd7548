"""COPY 文本 · Rows of dataclasses as the lines that PostgreSQL's COPY reads, `with (null E'\\x02')`."""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, Final

import orjson

Column = tuple[str, str]  # a name, and whether it holds json, an array or a plain value
Text = Callable[[Any], str]  # a value as its column has it

# No text of ours holds it: so a line without a backslash needs no second look.
NOTHING: Final = "\x02"
ESCAPES: Final = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r", NOTHING: ""})
QUOTES: Final = str.maketrans({"\\": r"\\", '"': r"\""})


def lines_of(rows: Sequence[Any], columns: Sequence[Column]) -> str:  # dataclasses of one table
    """成行 · One line for each row, its values in the order of the columns."""
    texts = [TEXTS[kind] for _, kind in columns]
    values = attrgetter(*(name for name, _ in columns))
    return "".join([_line(texts, values(row)) for row in rows])


def _line(texts: Sequence[Text], values: Sequence[Any]) -> str:  # of one row
    told = [text(value) for text, value in zip(texts, values, strict=True)]
    line = "\t".join(told)
    if "\\" in line or "\n" in line or "\r" in line or line.count("\t") != len(told) - 1:
        line = "\t".join([one if one == NOTHING else one.translate(ESCAPES) for one in told])
    return line + "\n"


def _plain(value: Any) -> str:  # what a plain column holds
    if type(value) is str:
        return value
    return NOTHING if value is None else str(value)


def _array(value: Any) -> str:  # a sequence of plain values
    if value is None:
        return NOTHING
    return "{" + ",".join(['"' + str(each).translate(QUOTES) + '"' for each in value]) + "}"


def _json(value: Any) -> str:  # what is stored as JSON
    return NOTHING if value is None else orjson.dumps(value).decode()


TEXTS: Final[dict[str, Text]] = {"plain": _plain, "array": _array, "json": _json}
