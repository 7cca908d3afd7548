"""短语 · How parts of a sentence are put together."""

from services.projections.reading import Names


def add(*parts: str | None) -> str:
    """连句 · The parts there are, with commas between them."""
    return "，".join(part for part in parts if part)


def name(person: str | None, names: Names) -> str:
    """人名 · As people know a person, else the id."""
    return names.get(person, person) if person else "（未载明）"
