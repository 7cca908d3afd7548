"""所载人员 · What a paper prints of persons: joined when it is issued, kept erasable, found again for the same bytes.

One text for each person: whoever is erased takes along what every paper says of them, and nobody else's.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from contracts.paper import PrintedPerson
from contracts.values import PersonId, SealedText
from services import people, texts
from services.hazard.paper import NameNotOnFile
from services.hazard.papers.making import Printed
from services.people import ERASED, People

WHY: Final = "paper.issue"
AGAIN: Final = "paper.read"
GONE: Final = Printed(ERASED)


async def join(
    door: People, persons: Iterable[PersonId], *, phone_of: PersonId | None, reader: str
) -> dict[PersonId, Printed]:
    """取名 · The name of each, and the number of the one whose number is printed. Raises NameNotOnFile."""
    wanted = tuple(persons)
    found = await people.contacts(door, wanted, reader=reader, why=WHY)
    missing = [person for person in wanted if person not in found]
    if missing:
        raise NameNotOnFile(f"下列人员没有姓名登记，不能印在文书上：{'、'.join(missing)}")
    return {
        person: Printed(one.name, (one.phone or "") if person == phone_of else "")
        for person, one in found.items()
    }


async def keep(
    door: People, paper: str, printed: Mapping[PersonId, Printed], *, at: datetime
) -> tuple[tuple[PrintedPerson, ...], dict[PersonId, Printed]]:
    """留存 · One text for each person who is not erased; what stands on the paper, the same when it is sent again.

    Somebody's name may be mended between the first attempt and its repeat: the first one counts.
    """
    ids = {person: text_id(paper, person) for person in printed if printed[person].name != ERASED}
    before = await texts.opened(door, ids.values(), reader="system/papers", why=WHY)
    kept: list[PrintedPerson] = []
    shown = dict(printed)
    for person, text in ids.items():
        first = before.get(text)
        words = first.text if first else written(printed[person])
        commitment = await texts.put(door, text, words, author=person, at=at)
        sealed = SealedText(id=str(text), commitment=f"sha256:{commitment.hex()}")
        kept.append(PrintedPerson(person=person, text=sealed))
        shown[person] = read(words)
    return tuple(kept), shown


async def again(door: People, persons: Sequence[PrintedPerson], *, reader: str) -> dict[PersonId, Printed]:
    """重现 · What the paper printed of each then; 已删除 for whoever was erased since."""
    ids = {UUID(one.text.id): one.person for one in persons}
    found = await texts.opened(door, ids, reader=reader, why=AGAIN)
    return {ids[text]: read(one.text) if one else GONE for text, one in found.items()}


def any_erased(door: People, persons: Sequence[PrintedPerson]) -> bool:
    """是否有人已删除 · Whether somebody on the paper was erased since; says nothing of whom."""
    return bool(door.erased(texts.key_id(UUID(one.text.id)) for one in persons))


def text_id(paper: str, person: PersonId) -> UUID:
    """文字标识 · Of what one paper says of one person."""
    return uuid5(UUID(paper), f"printed/{person}")


def written(printed: Printed) -> str:
    """写出 · As it is kept."""
    return json.dumps({"name": printed.name, "phone": printed.phone}, ensure_ascii=False)


def read(words: str) -> Printed:
    """读回 · As it was printed."""
    told = json.loads(words)
    return Printed(told["name"], told["phone"])
