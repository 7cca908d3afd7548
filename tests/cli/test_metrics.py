"""指标 · What a scraper is told of log, stream, relay and read models; a relay that is dead looks late."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx2
import psycopg
import pytest

from contracts.envelope import Envelope
from contracts.hazard import HazardCaptured
from contracts.values import Role
from given.relays import forget, relaying, until_published
from services import tokens
from services.cli import serve
from services.cli.serve import opened, until_replaced
from services.cli.web import Doors, web_app
from services.exposition import Gauge, exposed, gauge
from services.hazard.settings import WebSettings
from services.hazard.store import Command
from services.servers.nats import Nats

Figures = dict[str, float]


@pytest.fixture(autouse=True)
def _short_glances(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "GLANCE", 0.1)


@pytest.fixture
async def doors(database: str, nats_server: Nats, stream: str, tmp_path: Path) -> AsyncIterator[Doors]:
    settings = WebSettings(postgres_dsn=database, nats_url=nats_server.url("web"), data_dir=tmp_path)
    async with opened(settings) as found:
        yield found


@pytest.fixture
def ask(doors: Doors) -> Callable[..., Awaitable[httpx2.Response]]:
    app = web_app(doors)

    async def asked(address: str = "127.0.0.1", **headers: str) -> httpx2.Response:
        transport = httpx2.ASGITransport(app=app, client=(address, 1), raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://web") as client:
            return await client.get("/metrics", headers=headers)

    return asked


def figures(answer: httpx2.Response) -> Figures:
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


async def append(doors: Doors, events: int) -> None:
    now = datetime.now(UTC)
    hazard = uuid4()
    envelopes = tuple(
        Envelope(
            id=uuid4(),
            source="safety/330111",
            type=HazardCaptured.TYPE,
            subject=f"hazard/{hazard}",
            time=now,
            dataschema="contracts/hazard.captured/1",
            version=version,
            occurredat=now,
            actor="p-9",
            role=Role.TWO,
            division="330111005000",
            policyversion="2026.1",
            calendarversion="2026.1",
            data={"source": "GRID", "place": "3号车间", "description": "消防通道堵塞"},
        )
        for version in range(1, events + 1)
    )
    await doors.handling.log.append(
        Command(client="test", key=str(uuid4()), request=b"", answer=b"", events=envelopes)
    )


async def until(ask: Callable[[], Awaitable[httpx2.Response]], name: str, value: float) -> Figures:
    async with asyncio.timeout(180):
        while True:
            found = figures(await ask())
            if found.get(name) == value:
                return found
            await asyncio.sleep(0.05)


async def test_a_relay_that_is_dead_looks_late_and_one_that_publishes_does_not(
    doors: Doors, database: str, nats_server: Nats, ask: Callable[..., Awaitable[httpx2.Response]]
) -> None:
    await until(ask, "hazard_stream_reachable", 1)
    await append(doors, 3)
    dead = figures(await ask())
    async with relaying(database, nats_server.url("relay")) as client:
        await until_published(client, 3)
        alive = await until(ask, 'hazard_relay_state{state="publishing"}', 1)

    assert (3, 0, 3, 1) == (
        dead["hazard_log_position"],
        dead["hazard_stream_last_sequence"],
        dead["hazard_relay_lag_events"],
        dead['hazard_relay_state{state="absent"}'],
    )
    assert dead["hazard_relay_lag_seconds"] > 0
    assert (3, 0, 0, 0) == (
        alive["hazard_stream_last_sequence"],
        alive["hazard_relay_lag_events"],
        alive["hazard_relay_lag_seconds"],
        alive["hazard_log_refusing"],
    )


async def test_a_stopped_relay_and_a_log_that_refuses_are_seen(
    doors: Doors, database: str, nats_server: Nats, ask: Callable[..., Awaitable[httpx2.Response]]
) -> None:
    await append(doors, 3)
    async with relaying(database, nats_server.url("relay")) as client:
        await until_published(client, 3)
    await forget(database, after=2)
    async with relaying(database, nats_server.url("relay")):
        found = await until(ask, 'hazard_relay_state{state="ahead"}', 1)

    assert (1, 2) == (found["hazard_log_refusing"], found["hazard_log_position"])


async def test_without_the_stream_the_last_word_of_the_relay_counts(
    database: str, tmp_path: Path, nats_server: Nats, stream: str
) -> None:
    async with opened(WebSettings(postgres_dsn=database, data_dir=tmp_path)) as alone:
        await append(alone, 5)
        transport = httpx2.ASGITransport(app=web_app(alone), client=("127.0.0.1", 1))
        async with httpx2.AsyncClient(transport=transport, base_url="http://web") as client:
            found = figures(await client.get("/metrics"))

    assert (0, 5) == (found["hazard_stream_reachable"], found["hazard_relay_lag_events"])


async def test_who_asks_from_elsewhere_shows_a_token(
    doors: Doors, tmp_path: Path, ask: Callable[..., Awaitable[httpx2.Response]]
) -> None:
    token = tokens.issue(
        tokens.own_key(tmp_path),
        role=Role.SYS,
        commands=("record-deadline-missed",),
        person="p-metrics",
        division="330111000000",
        organisation="org-district",
        now=datetime.now(UTC),
    )
    known = await ask("10.0.0.9", Authorization=f"Bearer {token}")

    assert (401, 401, 200, 200) == (
        (await ask("10.0.0.9")).status_code,
        (await ask("10.0.0.9", Authorization="Bearer x")).status_code,
        known.status_code,
        (await ask("::1")).status_code,
    )
    assert known.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"


@pytest.mark.parametrize(
    "change",
    [
        "update log.identity set log_id = gen_random_uuid()",
        "delete from log.events where position > 2",  # as a restored older backup does
    ],
)
async def test_a_web_process_ends_when_its_log_is_another(doors: Doors, database: str, change: str) -> None:
    await append(doors, 3)
    watching = asyncio.create_task(until_replaced(doors.handling.log, await doors.handling.log.head()))
    await append(doors, 3)
    await asyncio.sleep(2 * serve.GLANCE)
    assert not watching.done()

    async with await psycopg.AsyncConnection.connect(database) as connection:
        await connection.execute(change)
    async with asyncio.timeout(180):
        await watching


def test_figures_are_written_as_a_scraper_reads_them() -> None:
    found = exposed(
        (
            gauge("late_seconds", "how late", 0.25),
            Gauge("state", "what is", [({"of": 'a "b"\n', "in": "c\\"}, 1.0), ({}, 12345678.0)]),
            Gauge("nothing", "has no value", []),
        )
    )

    assert found.splitlines() == [
        "# HELP late_seconds how late",
        "# TYPE late_seconds gauge",
        "late_seconds 0.25",
        "# HELP state what is",
        "# TYPE state gauge",
        'state{of="a \\"b\\"\\n",in="c\\\\"} 1',
        "state 12345678",
    ]
