"""栏目通例 · Widths, styles and words that the tables of a file have in common."""

from collections.abc import Sequence
from decimal import Decimal

from services.projections.persons import Person

SHORT, DATE, MIDDLE, WIDE, BROAD = 9, 12, 16, 26, 44  # widths in characters


def day_style(_: object) -> str:
    """日期样式 · Of every line alike."""
    return "date"


def money_style(_: object) -> str:
    """金额样式 · Of every line alike."""
    return "money"


def centre(_: object) -> str:
    """居中 · Of every line alike."""
    return "centre"


def late_style(_: object) -> str:
    """逾期样式 · Of every line alike."""
    return "late"


def yuan(fen: int | None) -> Decimal:
    """元 · An amount in yuan; nothing is nought."""
    return Decimal(fen or 0) / 100


def name_of(person: Person | None) -> str | None:
    """姓名 · The name known now, else the id."""
    return (person.name or person.id) if person else None


def names_of(persons: Sequence[Person]) -> str | None:
    """若干姓名 · In the order given."""
    return "、".join(each.name or each.id for each in persons) or None
