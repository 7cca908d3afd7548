"""短语 · How parts of a sentence are put together."""


def add(*parts: str | None) -> str:
    """连句 · The parts there are, with commas between them."""
    return "，".join(part for part in parts if part)
