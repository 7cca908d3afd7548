"""示例台账 · The ledger of an invented street, the same bytes for the same arguments."""

import random
from datetime import date
from pathlib import Path

from services.hazard.ledger.sample.life import rows_of
from services.hazard.ledger.sample.street import street_of
from services.hazard.ledger.sample.words import read_words
from services.hazard.ledger.sample.workbook import write


def make_sample(*, enterprises: int, seed: int, today: date, out: Path) -> int:
    """生成示例 · Writes the ledger of a street of so many enterprises, as kept up to `today`.

    Returns the number of its hazards. Raises ValueError when there is no enterprise to visit.
    """
    if enterprises < 1:
        raise ValueError("企业数至少为 1")
    words = read_words()
    chance = random.Random(f"{seed}/{enterprises}")  # noqa: S311 - a sample repeats, it keeps no secret
    street = street_of(words, enterprises, chance)
    rows = rows_of(street, words, today, chance)
    write(out, words.town, today, rows)
    return sum(row.has_find for row in rows)
