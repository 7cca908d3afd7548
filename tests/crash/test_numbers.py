"""随机杀进程中取号 · Sixteen officers number notices through four web processes while everybody is killed at random.

Then the series is compared with the papers, and with what the officers were told. `HAZARD_NUMBERS_SECONDS` of blows.
"""

import asyncio
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

from contracts.values import Role
from crash import reconciling
from crash.asking import Line
from crash.clients import Book, Client, Town, photograph, working
from crash.killer import Killer
from crash.system import TOWN, System, eventually, officer, published
from services import tokens
from services.hazard.occasion import SHANGHAI

SECONDS = float(os.environ.get("HAZARD_NUMBERS_SECONDS", "8"))
SEED = os.environ.get("HAZARD_CRASH_SEED") or secrets.token_hex(4)
OFFICERS = 16
ENOUGH = 50
MORE_WEBS = ("web-3", "web-4")
EVENTS = "select body from log.events where type = %s order by position"


@dataclass
class Registrar(Client):
    """办文人员 · Drafts a notice, has it numbered, and now and then makes it void."""

    draft: Mapping[str, Any] = field(default_factory=dict)

    async def step(self) -> None:
        drafted = await self.send("notices", self.draft)
        assert drafted is not None
        paper = drafted.body["id"]
        numbered = await self.send(f"notices/{paper}/number", {}, 1)
        if numbered and self.chance.random() < 0.2:
            await self.send(f"notices/{paper}/void", {"reason": "当事人名称有误"}, 2)


class KillerOfWriters(Killer):
    """杀手 · Of every web process there is, and of the database behind them."""

    async def work(self, enough: asyncio.Event) -> None:
        kinds = {
            "writer killed": (6, self.kill_writer),
            "writer paused": (3, self.pause_writer),
            "postgres killed": (1, self.kill_postgres),
        }
        names, weights = list(kinds), [weight for weight, _ in kinds.values()]
        async with asyncio.TaskGroup() as blows:
            while not enough.is_set():
                await asyncio.sleep(self.chance.uniform(0.3, 1.5))
                (kind,) = self.chance.choices(names, weights)
                self.blows[kind] += 1
                blows.create_task(kinds[kind][1]())

    async def kill_writer(self) -> None:
        self.system.kill(self.chance.choice(list(self.system.ports)))

    async def pause_writer(self) -> None:
        await self.system.pause(self.chance.choice(list(self.system.ports)), self.chance.uniform(0.3, 2))


def head(system: System) -> dict[str, str]:
    token = tokens.issue(
        tokens.own_key(system.places.root),
        role=Role.TWL,
        person="p-head",
        division=TOWN,
        organisation="org-town",
        client="head",
        now=datetime.now(UTC),
    )
    return {"Authorization": f"Bearer {token}"}


async def office(system: System, book: Book) -> list[Registrar]:
    """The office's word, an enterprise, a visit, a hazard that waits to be ordered; and who writes its papers."""
    town = Town(Random(SEED), await photograph(system.places, system.ports["web-1"]))
    lines = [Line(system.ports["web-1"])]
    leader = Client("head", head(system), lines, town, book)
    await leader.send("office-word", {"word": "杭滨"})
    first = Client("first", officer(system.places, "p-first", "first"), lines, town, book)
    await first.register()
    await first.capture()
    await first.submit(first.drafts[0])
    (enterprise,), (hazard,) = town.enterprises, town.hazards
    item = {"hazard": hazard, "from_service": {"amount": 15, "unit": "days"}}
    draft = {"visit": await visit(first, leader, enterprise), "items": [item]}
    first.close()  # the head's line, too
    return [
        Registrar(
            name,
            officer(system.places, f"p-{name}", name),
            [Line(port) for port in system.ports.values()],
            town,
            book,
            draft=draft,
        )
        for name in (f"desk-{number}" for number in range(OFFICERS))
    ]


async def visit(officer: Client, leader: Client, enterprise: str) -> str:
    plan = {
        "enterprise": enterprise,
        "visit_kind": "ADMIN",
        "planned_on": datetime.now(SHANGHAI).date().isoformat(),
        "purpose": "用电安全检查",
        "participants": [
            {"person": "p-first", "function": "OFFICER", "certificate": "33011100123"},
            {"person": "p-10", "function": "OFFICER", "certificate": "33011100124"},
        ],
        "lead": "p-first",
    }
    planned = await officer.send("visits/plan", plan)
    assert planned is not None
    key: str = planned.body["id"]
    await leader.send(f"visits/{key}/approve", {"number": "余应急检批〔2026〕31号"}, 1)
    await officer.send(f"visits/{key}/start", {"scanned": enterprise}, 2)
    return key


async def test_numbers_have_no_gap_and_no_double_whoever_is_killed(system: System) -> None:
    print(f"HAZARD_CRASH_SEED={SEED}")  # noqa: T201  # the seed draws the same blows
    for name in MORE_WEBS:
        await system.add_web(name)
    book, quiet = Book(), asyncio.Event()
    killer = KillerOfWriters(system, Random(f"killer {SEED}"))
    async with working(await office(system, book)), asyncio.TaskGroup() as beside:
        beside.create_task(killer.work(quiet))
        await asyncio.sleep(SECONDS)
        quiet.set()
        await eventually(lambda: numbers(book) >= ENOUGH, "too few numbers were drawn")
    assert book.wrong == []
    await published(system)
    await reconciling.check(system, book)
    print(check(system, book), dict(killer.blows), dict(book.went))  # noqa: T201  # how it went

    assert killer.blows["writer killed"] > 0


def check(system: System, book: Book) -> str:
    """核对 · The series, the papers, and what was told: one account. Gives how many of each."""
    drawn, voided, numbered, void = (
        [json.loads(body) for (body,) in system.query(EVENTS, kind)]
        for kind in ("number-series.drawn", "number-series.voided", "notice.numbered", "notice.voided")
    )
    of_papers = {event["subject"]: event["data"]["number"] for event in numbered}
    in_series = {event["data"]["document"]: event["data"]["number"] for event in drawn}
    told = {
        f"notice/{one.body['id']}": one.body["number"] for one in book.told.values() if is_number(one.body)
    }

    assert [event["data"]["n"] for event in drawn] == list(range(1, len(drawn) + 1))
    assert len(set(in_series.values())) == len(drawn)
    assert of_papers == in_series == told
    assert {event["data"]["document"] for event in voided} == {event["subject"] for event in void}
    assert len(drawn) >= ENOUGH
    return f"numbers {len(drawn)}, of them void {len(voided)}"


def numbers(book: Book) -> int:
    return sum(is_number(one.body) for one in list(book.told.values()))


def is_number(body: Mapping[str, Any]) -> bool:
    return body["events"] == ["notice.numbered"]
