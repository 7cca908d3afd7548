"""另存 · Words and signatures that stand beside the log, where they can be erased; the event holds an id and a commitment."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from contracts.values import SealedText
from services import texts
from services.hazard.hazards import Keep
from services.hazard.occasion import Ask
from services.people import People

Signing = TypeVar("Signing", bound=Ask)


def keeper(people: People, now: Callable[[], datetime]) -> Keep:
    """另存 · What keeps words under an id as their author's, and gives what the event holds of them."""

    async def keep(text: UUID, words: str, author: str) -> SealedText:
        commitment = await texts.put(people, text, words, author=author, at=now())
        return SealedText(id=str(text), commitment=f"sha256:{commitment.hex()}")

    return keep


def covered(people: People, ask: Signing) -> Signing:
    """遮盖签名 · For the hash by which a repeat is known, which the log keeps: of a signature a keyed hash."""
    signature = getattr(ask, "signature", None)
    if signature is None:
        return ask
    return ask.model_copy(update={"signature": people.keys.match("signature", signature).hex()})
