"""给定 · One process of officers who number papers at the same office: `python -m given.drawing <dsn> <process> <how many>`.

Each drafts a notice, has it numbered, and now and then finds that it is wrong and makes it void. Whatever they are told
is written out, one JSON object a line.
"""

import asyncio
import json
import random
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from contracts.notice import NoticeDrafted, NoticeItem
from contracts.values import Role, SealedText, VisitKind
from services.hazard import notices
from services.hazard.handling import Decision, Handling, Sender
from services.hazard.notices import COMMANDS
from services.hazard.noticing import NOTICE
from services.hazard.numbering import SetOfficeWord
from services.hazard.numbers import set_word
from services.hazard.occasion import Ask
from services.hazard.policy import read_policy
from services.hazard.store import Log, writer_pool

PROCESSES = 4
WRITERS = 4  # in each process
OFFICE = "org-town"
TOWN = "330111005000"
ENTERPRISE = "7b0e1a52-3f54-5b6e-9d56-0f4a3a8e1c11"
VISIT = "e1b5c7d9-2a4f-5e68-8c90-4d7b3f6a1e25"
HAZARD = "5b1f0c8e-2f0e-5a51-8f1e-9d6f1f2a7c10"
VOIDED = 0.2
"""How often a paper is wrong."""
BY_PATH = {command.path: command for command in COMMANDS}

DRAFTED = NoticeDrafted(
    enterprise=ENTERPRISE,
    visit=VISIT,
    visit_kind=VisitKind.ADMIN,
    office=OFFICE,
    items=(
        NoticeItem(
            hazard=HAZARD,
            number="HZ-330111-2026-000001",
            deadline=(datetime.now(UTC) + timedelta(days=20)).date(),
        ),
    ),
)


def sender(person: str, key: str, role: Role = Role.TWO) -> Sender:
    return Sender(
        client="desk",
        key=key,
        request=key.encode(),
        person=person,
        role=role,
        organisation=OFFICE,
        division=TOWN,
        certificate="33011100123",
    )


async def unsigned(_text: UUID, _words: str, _author: str) -> SealedText:
    raise AssertionError("nobody signs here")


async def send(handling: Handling, name: str, paper: UUID, path: str, ask: Ask) -> dict[str, Any]:
    who = sender(f"p-{name}", f"{paper} {path}")
    done = await notices.change(handling, who, str(paper), BY_PATH[path], ask, unsigned)
    return {"path": path, "repeat": done.repeat, **done.answer}


async def draft(handling: Handling, name: str, paper: UUID) -> None:
    """As a draft was stored; what it lists is not asked about here."""

    async def decide(*_: object) -> Decision:
        return Decision(events=(DRAFTED,), division=TOWN)

    await handling.handle(sender(f"p-{name}", f"{paper} draft"), NOTICE, str(paper), decide)


async def officer(handling: Handling, name: str, how_many: int) -> None:
    chance = random.Random(name)
    for nth in range(how_many):
        paper = uuid5(UUID(int=1), f"{name}/{nth}")
        await draft(handling, name, paper)
        started = time.perf_counter()
        told = await send(handling, name, paper, "number", BY_PATH["number"].ask())
        tell(told | {"seconds": time.perf_counter() - started})
        if chance.random() < VOIDED:
            ask = BY_PATH["void"].ask(reason="当事人名称有误")
            tell(await send(handling, name, paper, "void", ask))


def tell(told: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


async def work(dsn: str, process: str, how_many: int) -> None:
    async with writer_pool(dsn, patience=60) as pool:
        handling = Handling(Log(pool), read_policy(), lambda: datetime.now(UTC), remembered=1000)
        # Every process asks for the word, under one key: it is set once.
        await set_word(handling, sender("p-head", "word", Role.TWL), SetOfficeWord(word="杭滨"))
        await asyncio.gather(*(officer(handling, f"{process}-{n}", how_many) for n in range(WRITERS)))


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], sys.argv[2], int(sys.argv[3])))
