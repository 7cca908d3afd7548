"""往事 · A year of a district for the log: enterprises of many towns, visits, what they found, and what became of it.

The same seed gives the same year, event by event in the order in which it happened: lives lie across one another, as in
any log. It is written straight through the append, and by no rule.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from itertools import count, islice
from random import Random
from typing import Any, Final
from uuid import UUID

from contracts.catalogue import dataschema
from contracts.envelope import Envelope
from contracts.values import Role
from services.cli.bench.lives import CERTIFICATES, CLIENT, TOWN
from services.cli.bench.steps import (
    COLOURS,
    ENTERPRISE,
    FINDS,
    INDUSTRIES,
    LIVES,
    NOTICE,
    SIZES,
    SOURCES,
    VISIT,
    Step,
)
from services.hazard.store import Command, Log

SEED: Final = 330111
TOWNS: Final = tuple(f"330111{number:03}000" for number in range(1, 21))
HAZARDS_AN_ENTERPRISE: Final = 5
EVENTS_A_HAZARD: Final = 12  # with visits and notices
FINDS_A_VISIT: Final = (1, 2, 3, 3, 4, 5)
LARGEST: Final = 1500  # hazards of one enterprise
OF_ALL: Final = 0.2  # that the largest enterprise may have, where there are few
YEAR: Final = timedelta(days=365)
MORNING, HOURS = timedelta(hours=1), 6  # from nine o'clock in Shanghai, in UTC
PER_CALL: Final = 768  # events in one append

Said = dict[str, Any]  # fields of an event, as JSON has them


@dataclass(frozen=True, slots=True)
class Place:
    """企业 · Where hazards are found."""

    id: str
    name: str
    division: str


@dataclass(slots=True)
class Due:
    """将发生 · A step of somebody's life, and when it falls due."""

    at: datetime
    step: Step
    subject: str
    version: int
    said: Said
    division: str


class Past:
    """往事 · So many hazards within the year before an instant; what would happen after it has not happened yet."""

    def __init__(self, hazards: int, until: datetime, seed: int = SEED) -> None:
        """备料 · Enterprises are there from the beginning."""
        self._chance = Random(seed)  # noqa: S311 — no secret
        self.hazards = hazards
        self.until = until
        self._waiting: list[tuple[datetime, int, Due]] = []  # what was said first, first
        self._n = count()
        self._envelopes: dict[int, Envelope] = {}
        self._numbers = count(1)
        self._lives = [steps for weight, steps in LIVES for _ in range(weight)]
        self._sources = [(source, kind) for weight, source, kind in SOURCES for _ in range(weight)]
        self.places = [self._place(n) for n in range(max(hazards // HAZARDS_AN_ENTERPRISE, len(TOWNS)))]
        self.largest = next(place for place in self.places if place.division == TOWN)

    def commands(self) -> Iterator[Command]:
        """指令 · The year, in pieces of one append each."""
        happened = self.events()
        while events := tuple(islice(happened, PER_CALL)):
            key = str(events[0].id)
            yield Command(client=CLIENT, key=key, request=b"", answer=b"{}", events=events)

    def events(self) -> Iterator[Envelope]:
        """事件 · In the order in which they happened."""
        begins = self.until - YEAR
        for place in self.places:
            self._register(place, begins - timedelta(days=10))
        found = 0
        while found < self.hazards:
            day = begins + timedelta(days=int(YEAR.days * found / self.hazards))
            yield from self._happened(day - timedelta(days=max(-VISIT[0].after, 0) + 1))
            found += self._visit(day, self.hazards - found)
        yield from self._happened(self.until)

    def _happened(self, until: datetime) -> Iterator[Envelope]:
        while self._waiting and self._waiting[0][0] < until:
            yield self._envelope(heappop(self._waiting)[-1])

    def _id(self) -> str:
        return str(UUID(int=self._chance.getrandbits(128), version=4))

    def _place(self, n: int) -> Place:
        return Place(
            self._id(),
            f"蜀山第{n}{self._chance.choice(('机械', '五金', '塑料', '家具'))}有限公司",
            TOWNS[n % len(TOWNS)],
        )

    def _register(self, place: Place, at: datetime) -> None:
        said = {
            "name": place.name,
            "division": place.division,
            "industry": self._chance.choice(INDUSTRIES),
            "size_class": self._chance.choice(SIZES),
            "colour": self._chance.choice(COLOURS),
        }
        self._live(ENTERPRISE, f"enterprise/{place.id}", place, said, at)

    def _visit(self, day: datetime, most: int) -> int:
        """One visit with what it found; gives how many."""
        chance = self._chance
        finds = min(chance.choice(FINDS_A_VISIT), most)
        often = min(LARGEST / self.hazards, OF_ALL)
        place = self.largest if chance.random() < often else chance.choice(self.places)
        source, kind = chance.choice(self._sources)
        visit, notice, n = self._id(), self._id(), next(self._numbers)
        of_all = {"enterprise": place.id, "visit": visit, "visit_kind": kind.value, "source": source.value}
        at = (
            day.replace(hour=0, minute=0, second=0)
            + MORNING
            + timedelta(seconds=chance.randrange(HOURS * 3600))
        )
        hazards = [(self._id(), f"HZ-330111-2026-{next(self._numbers):06}") for _ in range(finds)]
        paper = {"notice": f"（杭滨）应急责改〔2026〕{n}号", "notice_id": notice}
        for hazard, number in hazards:
            category, where, description = chance.choice(FINDS)
            find = {"category": category, "place": f"{where}{n % 97}区", "description": description}
            named = {"object": place.id, "enterprise_name": place.name, "number": number}
            said = of_all | paper | find | named | {"cost": chance.randrange(1, 50) * 10_000}
            self._live(chance.choice(self._lives), f"hazard/{hazard}", place, said, at)
        ids = [hazard for hazard, _ in hazards]
        self._live(VISIT, f"visit/{visit}", place, of_all | {"hazards": ids, "finds": finds}, at)
        deadline = (at + timedelta(days=31)).date().isoformat()
        items = [{"hazard": hazard, "number": number, "deadline": deadline} for hazard, number in hazards]
        listed = {"number": paper["notice"], "n": n, "hazards": ids, "items": items}
        self._live(NOTICE, f"notice/{notice}", place, of_all | listed, at)
        return finds

    def _live(self, steps: tuple[Step, ...], subject: str, place: Place, said: Said, at: datetime) -> None:
        """Some are quick, some are slow."""
        pace = self._chance.uniform(0.6, 1.6)
        for version, step in enumerate(steps, start=1):
            due = at + timedelta(days=step.after * (pace if step.after > 0 else 1))
            if due < self.until:
                happens = Due(due, step, subject, version, said, place.division)
                heappush(self._waiting, (due, next(self._n), happens))

    def _envelope(self, due: Due) -> Envelope:
        step = due.step
        said = {name: due.said[name] for name in step.takes if name in due.said}
        days = {name: (due.at + timedelta(days=days)).date().isoformat() for name, days in step.dates.items()}
        id_ = UUID(int=self._chance.getrandbits(128), version=4)
        visit = due.said.get("visit") if step.by[1] is Role.TWO else None
        if id(step) not in self._envelopes:
            self._envelopes[id(step)] = envelope_of(step)
        # Proved once for each step: to prove every one again would take longer than to store it.
        return self._envelopes[id(step)].model_copy(
            update={
                "id": id_,
                "subject": due.subject,
                "time": due.at + timedelta(seconds=40),
                "version": due.version,
                "occurredat": due.at,
                "visit": f"visit/{visit}" if visit else None,
                "division": due.division,
                "correlationid": str(id_),
                "data": {**step.data, **said, **days},
            }
        )


def envelope_of(step: Step) -> Envelope:
    """信封 · That of a step, to be copied with what differs each time."""
    person, role = step.by
    return Envelope(
        id=UUID(int=0),
        source="safety/330111",
        type=step.event.TYPE,
        subject="",
        time=datetime.min.replace(tzinfo=UTC),
        dataschema=dataschema(step.event),
        version=1,
        occurredat=datetime.min.replace(tzinfo=UTC),
        actor=person,
        role=role,
        organisation="org-town",
        certificate=CERTIFICATES[0] if role is Role.TWO else None,
        policyversion="2026.1",
        calendarversion="2026.1",
        data={},
    )


async def write(log: Log, past: Past, told: Callable[[int], None] = lambda _: None) -> None:
    """写入 · All of it, one append after the other; the next is made while the last is stored.

    `told` hears of events stored. Raises as `store`.
    """
    storing: asyncio.Task[int] | None = None
    for command in past.commands():
        if storing is not None:
            told(await storing)
        storing = asyncio.create_task(store(log, command))
        await asyncio.sleep(0)  # so that it is on its way
    if storing is not None:
        told(await storing)


async def store(log: Log, command: Command) -> int:
    """存一条 · Gives how many events it held. Raises what the log raised."""
    (verdict,) = await log.append_all([command])
    if isinstance(verdict, Exception):
        raise verdict
    return len(command.events)
