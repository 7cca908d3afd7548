"""统计的一致 · Random histories: kept as they come, built anew, and computed naively, the figures are the same at every point."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import repeat
from random import Random, SystemRandom
from typing import Any

import pytest

from given.histories import History, histories
from given.naive import Naive
from given.naive_indicators import indicators
from services.jetstream import Recorded
from services.people import People
from services.postgres import Pool
from services.projections import checkpoints, tallies
from services.projections.reading import Reads
from services.projections.tallies_routes import figures_of
from services.projections.tallying import keeping
from services.projections.tallying.asking import asked_at, bases
from services.projections.tallying.summing import Question

HISTORIES = 2_000
TOGETHER = 200  # histories in one log
TALLIES = ("tallies", tallies.VERSION)


def how_many() -> int:
    """HAZARD_HISTORIES of them; a fortieth unless told: of a tenth, the naive way alone takes minutes."""
    return int(os.environ.get("HAZARD_HISTORIES") or HISTORIES // 40)


def which_seed() -> int:
    """HAZARD_SEED repeats a run; without it each run has its own."""
    return int(os.environ.get("HAZARD_SEED") or SystemRandom().randrange(2**32))


SEED = which_seed()


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a log of some thousand events has blocks of every size."""
    monkeypatch.setattr(keeping, "SMALLEST", 8)
    monkeypatch.setattr(keeping, "WIDER", 2)


async def keep(tables: Pool, log: list[Recorded], of: Iterator[int]) -> None:
    async with tables.connection() as connection:
        at = await checkpoints.prepare(connection, tallies, checkpoints.UUID(log[0].log))
    while batch := log[at.position : at.position + next(of)]:
        async with tables.connection() as connection, connection.transaction():
            await tallies.project(connection, batch)
            at = await checkpoints.move(connection, tallies, at, batch[-1].position)


async def contents(tables: Pool) -> dict[str, list[str]]:
    names = "select tablename from pg_tables where schemaname = 'projections' and tablename like 'tallies_v%'"
    async with tables.connection() as connection:
        found = await (await connection.execute(names)).fetchall()
        return {
            name: sorted(
                row
                for (row,) in await (
                    await connection.execute(f"select t::text from projections.{name} as t")
                ).fetchall()
            )
            for (name,) in found
        }


def sizes(random: Random) -> Iterator[int]:
    while True:
        yield random.choice((1, 50, 700, 1500))


def reading(tables: Pool, people: People, now: datetime) -> Reads:
    return Reads(tables, people, None, lambda: now)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Moment:
    """What is asked of a history: a division, days, and as of which position or instant."""

    history: History
    division: str
    first: date
    last: date
    as_of: str | None
    position: int


def some(random: Random, asked: list[Moment]) -> list[Moment]:
    """In make test each history is asked about once, in make property at every one of its moments."""
    return asked if "HAZARD_HISTORIES" in os.environ else random.sample(asked, min(len(asked), 1))


def moments(random: Random, history: History, log: list[Recorded]) -> Iterator[Moment]:
    """At the end; as of an instant between two of its events; as of a position."""
    somewhere, anywhere = random.choice(history.recorded), random.choice(history.recorded)
    instant = somewhere.appended_at + timedelta(seconds=random.choice((0, 1, 3600)))
    by_then = max(each.position for each in log if each.appended_at <= instant)
    for as_of, position in (
        (None, len(log)),
        (instant.isoformat(), by_then),
        (str(anywhere.position), anywhere.position),
    ):
        first = date(2026, random.randint(1, 8), random.choice((1, 1, 17)))
        last = random.choice((date(2026, 6, 30), date(2026, 12, 31), first + timedelta(days=40)))
        if last >= first:
            yield Moment(history, random.choice(history.divisions), first, last, as_of, position)


async def test_kept_built_anew_and_computed_naively_figures_are_the_same(
    tables: Pool, people: People, small_blocks: None
) -> None:
    for nth in range(max(how_many() // TOGETHER, 1)):
        random = Random(SEED + nth)
        log, all_of_them = histories(SEED + nth, min(how_many(), TOGETHER))
        await keep(tables, log, sizes(random))
        reads = reading(tables, people, log[-1].appended_at + timedelta(days=10))
        for history in all_of_them:
            for moment in some(random, list(moments(random, history, log))):
                await agrees(reads, moment)
        as_it_came = await contents(tables)
        await forget(tables)
        await keep(tables, log, repeat(5000))

        assert as_it_came == await contents(tables), f"SEED={SEED}"
        await forget(tables)


async def forget(tables: Pool) -> None:
    async with tables.connection() as connection:
        await connection.execute("delete from projections.checkpoints")


async def agrees(reads: Reads, moment: Moment) -> None:
    asked = await asked_at(reads, TALLIES, moment.as_of, moment.first, moment.last)
    (basis,) = await bases(reads, asked, Question(moment.division), [moment.first])
    naive = Naive(
        [each for each in moment.history.recorded if each.position <= moment.position],
        moment.division,
        moment.first,
        moment.last,
        asked.today,
        position=moment.position,
    )

    assert asked.point.position == moment.position
    assert told(indicators(naive)) == told(figures_of(basis)), f"SEED={SEED} {moment.division} {moment.as_of}"


def told(figures: dict[str, Any]) -> list[str]:
    return [f"{code} {figures[code]}" for code in sorted(figures)]
