"""并发写入 · Thirty-two writers in four processes on two hundred streams leave one log that is right in every part."""

import asyncio
import json
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest

from given import writing

ROOT = Path(writing.__file__).parents[2]


@dataclass(frozen=True)
class Left:
    """What the writers were told, and what the log holds when they have gone."""

    told: list[writing.Answer]
    events: list[tuple]  # position, event_id, stream, version, body, leaf, chain
    outcomes: dict[str, tuple[int, str]]
    streams: dict[str, tuple[int, int]]

    def of(self, *, repeat: bool) -> list[writing.Answer]:
        return [answer for answer in self.told if answer.get("repeat") is repeat]


async def one_process(dsn: str, name: int) -> list[writing.Answer]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "given.writing", dsn, str(name)),
        cwd=ROOT / "tests",
        env={"PYTHONPATH": f"{ROOT / 'tests'}:{ROOT}"},
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0
    return [json.loads(line) for line in said.splitlines()]


@pytest.fixture
async def left(database: str) -> Left:
    told = await asyncio.gather(*(one_process(database, n) for n in range(writing.PROCESSES)))
    async with await psycopg.AsyncConnection.connect(database) as connection:
        events = await connection.execute(
            "select position, event_id::text, stream::text, version, body, leaf, chain from log.events order by 1"
        )
        outcomes = await connection.execute("select key, position, answer from log.outcomes")
        streams = await connection.execute("select id::text, version, position from log.streams")
        return Left(
            [answer for each in told for answer in each],
            await events.fetchall(),
            {key: (position, answer.decode()) async for key, position, answer in outcomes},
            {stream: (version, position) async for stream, version, position in streams},
        )


async def test_thirty_two_writers_leave_a_log_that_is_whole(left: Left) -> None:
    gapless(left)
    versions_in_order(left)
    chained(left)
    every_command_exactly_once(left)
    repeats_told_the_same(left)
    disputed(left)


def gapless(left: Left) -> None:
    assert list(range(1, len(left.events) + 1)) == [position for position, *_ in left.events]


def versions_in_order(left: Left) -> None:
    found: dict[str, list[int]] = defaultdict(list)
    last: dict[str, tuple[int, int]] = {}
    for position, _, stream, version, *_ in left.events:
        found[stream].append(version)
        last[stream] = (version, position)

    assert all(versions == list(range(1, len(versions) + 1)) for versions in found.values())
    assert last == left.streams


def chained(left: Left) -> None:
    chain = bytes(32)
    for _, _, _, _, body, leaf, link in left.events:
        assert leaf == sha256(b"\x00" + body).digest()
        chain = sha256(chain + leaf).digest()
        assert link == chain


def every_command_exactly_once(left: Left) -> None:
    """One of those who sent it was told that it is new, and its events stand where it was told, side by side."""
    stored = left.of(repeat=False)
    ids = [event_id for _, event_id, *_ in left.events]

    assert {1} == set(Counter(answer["key"] for answer in stored).values())
    for answer in stored:
        end = answer["position"]
        assert answer["events"] == ids[end - len(answer["events"]) : end], answer
    assert len(ids) == sum(len(answer["events"]) for answer in stored)
    assert left.outcomes == {answer["key"]: (answer["position"], answer["answer"]) for answer in stored}


def repeats_told_the_same(left: Left) -> None:
    for answer in left.of(repeat=True):
        assert left.outcomes[answer["key"]] == (answer["position"], answer["answer"])
    assert all(answer["refused"] for answer in left.told if "refused" in answer)


def disputed(left: Left) -> None:
    """Otherwise all this would say little."""
    assert sum(answer["conflicts"] for answer in left.told if "conflicts" in answer) > 100
    assert len(left.of(repeat=True)) > 100
    assert any("refused" in answer for answer in left.told)
    shared = {answer["answer"].split("/")[0] for answer in left.of(repeat=True)}
    assert len(shared) == writing.PROCESSES
