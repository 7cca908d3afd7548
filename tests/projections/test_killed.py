"""投影被杀 · Whoever kills the projector, and when: its read models end as a calm reader's, and as the naive computation."""

import asyncio
import os
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import psutil
import psycopg
import pytest
from rich.console import Console

from contracts.values import Role
from given.histories import History, histories
from given.logged import log_street, own_log
from given.projector import NAMED, Projector, kept
from given.street import Street, in_lists_of, message_of
from services.jetstream import Recorded, connected, publish_batch
from services.people import People
from services.postgres import Pool
from services.projections import ledger
from services.projections.catalogue import PROJECTIONS
from services.servers.nats import Nats
from services.tokens import Caller

from .conftest import CALLERS, Office, project
from .test_runner import all_at, contents, fetch, until
from .test_tallies_agree import Moment, agrees, reading

SECONDS = float(os.environ.get("HAZARD_REBUILD_SECONDS") or 0)
"""So long blows are drawn; without it each kind is dealt once."""
SEED = os.environ.get("HAZARD_REBUILD_SEED") or secrets.token_hex(4)
GROWS = SECONDS or 6.0  # seconds in which the log comes to its end
DISTRICTS = 6 + int(SECONDS / 4)
APART = 100  # events behind, from which on builders of their own share the work
ASKED_ABOUT = 4 + int(SECONDS / 8)  # districts whose figures are computed naively, too
COUNT = len(PROJECTIONS)
OPERATOR = Caller("p-60", Role.SCO, "330111000000", "org-safety", None, "p-60")
OFFICE = Caller("p-50", Role.DPO, "110011000000", "org-district", None, "p-50")
YEAR = {"from": "2026-01-01", "to": "2026-12-31"}
CONSOLE = Console(stderr=True, highlight=False, soft_wrap=True)

WANTS = f"""
select exists (
    select from pg_locks as locks join pg_stat_activity as who using (pid)
    where who.application_name = '{NAMED}' and not locks.granted and locks.relation = '%s'::regclass
)
"""
END_SESSIONS = f"select pg_terminate_backend(pid) from pg_stat_activity where application_name = '{NAMED}'"


async def soon(happened: Callable[[], Awaitable[Any]]) -> None:
    """Waits for it; the test's own time limit is the only one."""
    async with asyncio.timeout(120):
        while not await happened():  # noqa: ASYNC110  # a table sets no event
            await asyncio.sleep(0.02)


@dataclass
class Story:
    """故事 · A log of many districts that grows, the projector that follows it, an operator, and somebody who reads."""

    database: str
    nats: Nats
    tables: Pool
    office: Office
    projector: Projector
    log: list[Recorded]
    of: list[History]
    chance: Random
    blows: Counter[str] = field(default_factory=Counter)
    builders: int = 0
    reads: int = 0
    end: int = 0

    async def grow(self, seconds: float) -> None:
        """The log comes in pieces, and the stream after it."""
        lists = list(in_lists_of(max(len(self.log) // int(seconds * 20), 1), self.log))
        async with connected(self.nats.url("relay"), name="relay") as relay:
            for events in lists:
                await asyncio.to_thread(log_street, self.database, Street(recorded=events))
                await publish_batch(relay, [message_of(each) for each in events], after=self.end)
                self.end = events[-1].position
                await asyncio.sleep(seconds / len(lists))

    async def read(self) -> None:
        """No read fails, no row is missed, and a past figure is the same each time, whatever changes places."""
        await until(self.tables, "select count(*) from projections.checkpoints", COUNT)
        seen: set[str] = set()
        figures = await self.figures()
        while True:
            page = await self.office.json("/hazards", OFFICE, limit=200)
            found = {each["id"] for each in page["items"]}
            assert seen <= found, f"SEED={SEED}"
            assert figures == await self.figures(figures["as_of"]["position"]), f"SEED={SEED}"
            seen = found
            if self.chance.random() < 0.2:
                figures = await self.figures()
            self.reads += 1
            await asyncio.sleep(0.3)

    async def figures(self, position: int | None = None) -> Any:
        """As of a position; of where the read model is by now unless told."""
        if position is None:
            position = (await self.office.json("/tallies", OFFICE, **YEAR))["as_of"]["position"]
        return await self.office.json("/tallies", OFFICE, as_of=position, **YEAR)

    # ---- what an operator does

    async def ask(self, name: str, act: str, **more: Any) -> int:
        CALLERS[OPERATOR.person] = OPERATOR
        answer = await self.office.client.post(
            f"/api/v1/projections/{name}/{act}",
            json={"reason": "核对", **more},
            headers={"X-Caller": OPERATOR.person},
        )
        return answer.status_code

    async def ask_all(self) -> None:
        for each in PROJECTIONS:
            await self.ask(each.NAME, "rebuild", at_once=self.chance.random() < 0.3)

    async def states(self) -> dict[str, str]:
        return dict(await fetch(self.tables, "select projection, state from projections.rebuilds"))

    async def at_work(self) -> None:
        """The projector of now is up and reads."""
        now = datetime.now(UTC).isoformat()
        query = f"select count(*) from projections.checkpoints where seen_at > '{now}'"
        await until(self.tables, query, COUNT)

    async def settle(self) -> None:
        """What is ready takes its place; nothing was stopped by what happened."""

        async def settled() -> bool:
            states = await self.states()
            assert "failed" not in states.values(), f"SEED={SEED}"
            for name, state in states.items():
                if state == "ready":
                    await self.ask(name, "switch")
            return not states

        await soon(settled)

    # ---- blows

    async def in_live_work(self) -> None:
        await asyncio.sleep(self.chance.uniform(0, 1))
        self.projector.kill()

    async def in_a_rebuild(self) -> None:
        await self.ask_all()
        await asyncio.sleep(self.chance.uniform(0, 3))
        builders = self.projector.children()
        self.projector.kill()
        await self.gone(builders)

    async def while_builders_build(self) -> None:
        """Left alone, they would write beside those of the next one, and stop its rebuild by what they run into."""
        await soon(self._long_enough)
        for each in PROJECTIONS[:2]:
            await self.ask(each.NAME, "rebuild")
        async with self.tables.connection() as holding:
            # A builder that has begun waits for this; who started it only looks at what there is to build.
            await holding.execute("lock table projections.rebuilds in exclusive mode")
            await soon(lambda: self._wants("projections.rebuilds"))
            builders = self.projector.children()
            self.projector.kill()
            _, left = await asyncio.to_thread(
                psutil.wait_procs, builders, 5
            )  # sooner than they give up by themselves
            assert [] == left, f"SEED={SEED}"
            self.builders += len(builders)
        if not SECONDS:
            self.projector.environment.clear()

    async def _long_enough(self) -> bool:
        return self.end > APART + APART // 2

    async def gone(self, builders: list[psutil.Process]) -> None:
        """One that is only starting first reads what it is made of; on a loaded machine that takes a while."""
        _, left = await asyncio.to_thread(psutil.wait_procs, builders, 60)
        assert [] == left, f"SEED={SEED}"
        self.builders += len(builders)

    async def in_a_switch(self) -> None:
        """Somebody reads the very table that is to change its place; while the switch waits, it is killed."""
        table = f"projections.ledger_v{ledger.VERSION}"
        await self.ask("ledger", "cancel")
        async with self.tables.connection() as reading:
            await reading.execute(f"select from {table} limit 1")
            await self.ask("ledger", "rebuild", at_once=True)
            await soon(lambda: self._wants(table))
            self.projector.kill()

    async def _wants(self, table: str) -> bool:
        return await fetch(self.tables, WANTS % table) == [(True,)]

    async def of_its_sessions(self) -> None:
        await self.ask_all()
        await asyncio.sleep(self.chance.uniform(0, 1.5))
        with psycopg.connect(self.database) as connection:
            connection.execute(END_SESSIONS)

    async def of_what_is_cancelled(self) -> None:
        await self.ask_all()
        await asyncio.sleep(self.chance.uniform(0, 1.5))
        for name in await self.states():
            await self.ask(name, "cancel")
        self.projector.kill()

    async def deal(self) -> None:
        """In the short form a blow of each kind that is hard to hit by chance; else as many as fit into the time."""
        kinds = [self.while_builders_build, self.in_a_switch, self.of_its_sessions]
        if SECONDS:
            kinds += [self.in_live_work, self.in_a_rebuild, self.of_what_is_cancelled]
        end = time.monotonic() + SECONDS
        while kinds:
            await self.at_work()
            blow = kinds.pop(0)
            await blow()
            self.blows[blow.__name__] += 1
            if time.monotonic() < end:
                kinds.insert(self.chance.randint(0, len(kinds)), blow)
        await self.at_work()


def told(log: str, recorded: Recorded) -> Recorded:
    """As an event of that log; what happened to a thing without an id happened to one that has one."""
    envelope = recorded.envelope
    if "thing" in recorded.key:
        subject = f"{recorded.aggregate}/{uuid5(NAMESPACE_URL, recorded.key)}"
        envelope = envelope.model_copy(update={"subject": subject})
    return Recorded(log, recorded.position, recorded.appended_at, envelope, recorded.event)


@pytest.fixture
async def story(
    database: str, nats_server: Nats, stream: str, tables: Pool, office: Office, tmp_path: Path
) -> Story:
    log, of = histories(Random(SEED).randrange(2**32), DISTRICTS)
    own = own_log(database)
    of = [History(each.district, [told(own, one) for one in each.recorded]) for each in of]
    log = [told(own, each) for each in log]
    projector = Projector(database, nats_server.url("projections"), tmp_path / "projector.log")
    projector.environment["HAZARD_REBUILD_APART"] = str(APART)
    return Story(database, nats_server, tables, office, projector, log, of, Random(f"blows {SEED}"))


@asynccontextmanager
async def beside(*work: Awaitable[None]) -> AsyncIterator[None]:
    """While inside somebody does this; whoever fails is heard."""
    tasks = [asyncio.ensure_future(each) for each in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for ended in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(ended, Exception):
                raise ended


async def test_a_projector_that_is_killed_whenever_ends_with_the_right_rows_and_no_read_fails(
    story: Story, tables: Pool, people: People
) -> None:
    CONSOLE.print(f"HAZARD_REBUILD_SEED={SEED}")
    growing = asyncio.create_task(story.grow(GROWS))
    async with kept(story.projector), beside(story.read()):
        await story.deal()
        await growing
        await story.settle()
        await all_at(tables, len(story.log))
    CONSOLE.print(
        f"{len(story.log)} events, {story.reads} reads, started {story.projector.starts} times: {dict(story.blows)}"
    )

    assert story.builders
    assert [] == await fetch(tables, "select subject from projections.parked")
    await same_as_calm(tables, story.log)
    reads = reading(tables, people, story.log[-1].appended_at + timedelta(days=10))
    for history in story.chance.sample(story.of, min(len(story.of), ASKED_ABOUT)):
        end = len(story.log)
        for division in history.divisions[:2]:
            await agrees(reads, Moment(history, division, date(2026, 1, 1), date(2026, 12, 31), None, end))


async def same_as_calm(tables: Pool, log: list[Recorded]) -> None:
    """Row by row as one reader makes them whom nobody disturbs."""
    found = await contents(tables)
    async with tables.connection() as connection:
        await connection.execute("delete from projections.checkpoints")
    await project(tables, Street(log=log[0].log, recorded=log))
    calm = await contents(tables)

    assert {name: len(rows) for name, rows in calm.items()} == {n: len(rows) for n, rows in found.items()}
    assert calm == found, f"SEED={SEED}"
