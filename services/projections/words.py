"""词元 · How a text is found again: which lexemes stand for it, and which a question asks for.

PostgreSQL has no dictionary of Chinese, and trigrams do not serve a word of two characters. So a run of Chinese
characters is kept as its pairs, a run of letters or of digits as it stands, and what is found by them is looked at
once more: pairs that are all there need not stand side by side.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import add

from services.projections.hanzi import folded
from services.projections.reading import like

RUN = re.compile(r"[0-9]+|[a-z]+|[^\W_0-9a-z]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """所问 · What a question of several words asks for: all its lexemes, and each word as it stands."""

    lexemes: str | None
    """A tsquery; None when the question holds nothing but signs."""
    patterns: list[str]
    """For LIKE, upon folded text."""


def lexemes(text: str) -> str:
    """词元 · Of a folded text, as the text of a tsvector: pairs of Chinese characters, whole letters and numerals."""
    return " ".join(set(_lexemes(text)))


def _lexemes(text: str) -> Iterator[str]:
    for run in RUN.findall(text):
        if run[0] > "z":
            yield from map(add, run, run[1:])
            yield run[-1]  # so that every character begins a lexeme
        else:
            yield run.lstrip("0") or "0"


def asked(text: str) -> Asked:
    """所问 · Words are separated by spaces, and all of them must be in a text; traditional or simplified alike.

    Letters and numerals are found by how they begin, Chinese characters anywhere.
    """
    words = folded(text).split()
    wanted = sorted({lexeme for word in words for lexeme in _wanted(RUN.findall(word))})
    return Asked(" & ".join(wanted) or None, [like(word) for word in words])


def _wanted(runs: Sequence[str]) -> Iterator[str]:
    """Of letters and numerals the last will do: every hazard's number begins like every other's."""
    plain = [wanted for run in runs if run[0] <= "z" and (wanted := run.lstrip("0"))]
    yield from (f"'{wanted}':*" for wanted in plain[-1:])
    for run in runs:
        if run[0] > "z":
            pairs = [f"'{pair}'" for pair in map(add, run, run[1:])]
            yield from pairs or [f"'{run}':*"]
