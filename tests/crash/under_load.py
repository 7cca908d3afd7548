"""负载下的重建 · Everything is built anew and changes places while officers work at full speed; nobody who reads notices.

Not part of `make test`: `make rebuild-crash` runs it.
"""

import asyncio
import os
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import httpx2
import psycopg
from psycopg.conninfo import make_conninfo
from rich.console import Console

from contracts.catalogue import open_event
from contracts.envelope import decode
from contracts.values import Role
from crash.clients import Book, Town, office, photograph, working
from crash.system import System, eventually, published
from given.histories import History
from given.street import Street
from projections.conftest import project
from projections.test_runner import contents
from projections.test_tallies_agree import Moment, agrees, reading
from services import postgres, tokens
from services.jetstream import Recorded
from services.projections.catalogue import PROJECTIONS

SECONDS = float(os.environ.get("HAZARD_REBUILD_SECONDS") or 60)
SEED = os.environ.get("HAZARD_REBUILD_SEED") or secrets.token_hex(4)
WANTED = 300  # commands a second; what the machine gave is said
OFFICERS = 16
DISTRICT = "330111"
YEAR = {"from": "2026-01-01", "to": "2026-12-31"}
NAMES = [each.NAME for each in PROJECTIONS]
CONSOLE = Console(stderr=True, highlight=False, soft_wrap=True)
LOG = "select position, appended_at, body from log.events where position > %s order by position limit 5000"


@dataclass
class Watched:
    """旁观 · An operator and readers at one web process, beside those who work."""

    system: System
    web: httpx2.AsyncClient
    book: Book
    chance: Random
    went: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0

    async def models(self) -> dict[str, Any]:
        listed = (await self.web.get("/api/v1/projections")).raise_for_status().json()
        return {each["name"]: each for each in listed["projections"]}

    async def ask(self, name: str, act: str) -> None:
        answer = await self.web.post(f"/api/v1/projections/{name}/{act}", json={"reason": "核对"})
        answer.raise_for_status()

    async def rebuild_all(self) -> None:
        """Each is built, compared row by row at one position, and takes the place of the live one."""
        for name in NAMES:
            await self.ask(name, "rebuild")
        waiting = set(NAMES)
        while waiting:
            models = await self.models()
            for name in sorted(waiting):
                rebuild = models[name]["rebuild"]
                if rebuild is None:
                    waiting.discard(name)
                    self.went["switched"] += 1
                elif rebuild["state"] == "ready":
                    self.same(name, rebuild["difference"])
                    await self.ask(name, "switch")
                assert rebuild is None or rebuild["state"] != "failed", rebuild["last_error"]
            await asyncio.sleep(0.1)

    def same(self, name: str, difference: dict[str, Any]) -> None:
        """两边相同 · Where both stand at one position."""
        self.went["compared"] += difference["same_position"]
        if difference["same_position"]:
            lone = {each["table"]: (each["only_live"], each["only_built"]) for each in difference["tables"]}
            assert {(0, 0)} == set(lone.values()), (name, lone)

    async def read(self) -> None:
        """What was just acknowledged is there, with all that its events come to; every other read is answered at once."""
        while True:
            began = time.monotonic()
            for path in ("/hazards?limit=50", "/enterprises?limit=50", "/projections"):
                answer = await self.web.get(f"/api/v1{path}")
                assert answer.status_code == 200, answer.text
            await self.same_again()
            await self.latest()
            self.slowest = max(self.slowest, time.monotonic() - began)
            self.went["reads"] += 6
            await asyncio.sleep(0.05)

    async def same_again(self) -> None:
        """A past figure stays as it was."""
        first = (await self.web.get("/api/v1/tallies", params=YEAR)).raise_for_status().json()
        if first["as_of"]["position"] == 0:  # before the first event it is now
            return
        asked = YEAR | {"as_of": first["as_of"]["position"]}
        once = (await self.web.get("/api/v1/tallies", params=asked)).raise_for_status().json()
        again = (await self.web.get("/api/v1/tallies", params=asked)).raise_for_status().json()
        assert once == again
        assert first["period"]["N04"] == once["period"]["N04"]

    async def latest(self) -> None:
        """The last hazard that somebody was told of, by the position he was told."""
        told = next(
            (one for one in reversed(self.book.told.values()) if one.command.path.endswith("/submit")), None
        )
        if told is None:
            return
        position = {"Min-Position": told.body["position"]}
        answer = await self.web.get(f"/api/v1/hazards/{told.body['id']}/why", headers=position)
        if answer.status_code == 503:
            self.went["late"] += 1
            return
        assert answer.status_code == 200, answer.text
        assert answer.json()["agrees"], answer.text


@asynccontextmanager
async def watched(system: System, book: Book) -> AsyncIterator[Watched]:
    token = tokens.issue(
        tokens.own_key(system.places.root),
        role=Role.SCO,
        person="p-operator",
        division=f"{DISTRICT}000000",
        organisation="org-safety",
        client="operator",
        hours=24,
        now=datetime.now(UTC),
    )
    port = next(iter(system.ports.values()))
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=30) as web:
        yield Watched(system, web, book, Random(SEED))


async def test_a_rebuild_under_load_switches_without_a_wrong_or_missing_row_and_no_read_fails(
    system: System,
) -> None:
    CONSOLE.print(f"HAZARD_REBUILD_SEED={SEED}")
    system.supervisor.add(system.child("projector", "projector", "projections"))
    ports = list(system.ports.values())
    book = Book()
    town = Town(Random(SEED), await photograph(system.places, ports[0]))
    async with watched(system, book) as watching, working(office(system.places, ports, town, book, OFFICERS)):
        await asyncio.sleep(3)  # some have something to read
        began, before = time.monotonic(), len(book.told)
        reading_on = asyncio.create_task(watching.read())
        while time.monotonic() < began + SECONDS:
            await asyncio.wait_for(watching.rebuild_all(), 300)
            assert not reading_on.done(), reading_on.exception()
        seconds, done = time.monotonic() - began, len(book.told) - before
        reading_on.cancel()
    assert book.wrong == []
    await published(system)
    CONSOLE.print(
        f"{done / seconds:,.0f} commands/s acknowledged (wanted {WANTED}), {dict(watching.went)}, "
        f"slowest round of reads {watching.slowest:.2f} s"
    )
    await compare(system)
    assert watching.went["switched"] >= len(NAMES)


async def compare(system: System) -> None:
    """对照 · Every table as one calm reader makes it elsewhere from the same log; the figures as the naive way gives them."""
    log = history(system)
    ends = "select min(position) = %s and count(*) = %s from projections.checkpoints"
    await eventually(
        lambda: system.query(ends, len(log), len(NAMES)) == [(True,)], "the projector is at the end"
    )
    with psycopg.connect(system.running.dsn, autocommit=True) as connection:
        connection.execute("create database calm")
    elsewhere = make_conninfo(system.running.dsn, dbname="calm")
    await postgres.migrate(elsewhere)
    role = "hazard_projections"
    async with (
        postgres.pool(system.running.dsn, role=role) as live,
        postgres.pool(elsewhere, role=role) as calm,
    ):
        await project(calm, Street(log=log[0].log, recorded=log))
        found, expected = await contents(live), await contents(calm)
        assert {name: len(rows) for name, rows in expected.items()} == {
            n: len(rows) for n, rows in found.items()
        }
        assert expected == found
        moment = Moment(
            History(DISTRICT, log), DISTRICT, date(2026, 1, 1), date(2026, 12, 31), None, len(log)
        )
        await agrees(reading(live, None, log[-1].appended_at + timedelta(days=10)), moment)  # type: ignore[arg-type]  # no names asked


def history(system: System) -> list[Recorded]:
    """日志 · All of it, as a reader meets it."""
    ((log_id,),) = system.query("select log_id::text from log.identity")
    log: list[Recorded] = []
    while rows := system.query(LOG, len(log)):
        for position, appended_at, body in rows:
            envelope = decode(bytes(body))
            log.append(Recorded(log_id, position, appended_at, envelope, open_event(envelope), bytes(body)))
    return log
