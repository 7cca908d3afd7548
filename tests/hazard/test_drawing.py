"""并发取号 · Sixteen officers in four processes number papers at one office; some processes are killed and begin anew."""

import asyncio
import json
import random
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from contracts.notice import NoticeNumbered, NoticeVoided
from contracts.numbering import NumberDrawn, NumberVoided
from given import drawing
from services.hazard.numbering import series_key
from services.hazard.store import Log, stream_of

ROOT = Path(drawing.__file__).parents[2]
PAPERS = 6  # of each officer
LIVES = 1  # of each process, before the one that is left to finish
KIND = drawing.DRAFTED.kind


async def process(dsn: str, name: int) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "given.drawing", dsn, str(name), str(PAPERS)),
        cwd=ROOT / "tests",
        env={"PYTHONPATH": f"{ROOT / 'tests'}:{ROOT}"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def worked(dsn: str, name: int, lives: int) -> list[dict[str, Any]]:
    """One process to its end: killed in the middle of its work as often as it has lives, then left to finish.

    Its officers send everything again under the same keys, as people do whose machine went off.
    """
    told: list[dict[str, Any]] = []
    chance = random.Random(name)
    for _ in range(lives):
        running = await process(dsn, name)
        assert running.stdout is not None
        for _ in range(chance.randint(2, 20)):
            line = await running.stdout.readline()
            told += [json.loads(line)] if line.endswith(b"\n") else []
        if running.returncode is None:
            running.kill()
        await running.communicate()
    running = await process(dsn, name)
    said, wrong = await running.communicate()
    assert running.returncode == 0, wrong.decode()
    return told + [json.loads(line) for line in said.splitlines()]


async def at_work(dsn: str, lives: int) -> list[dict[str, Any]]:
    told = await asyncio.gather(*(worked(dsn, name, lives) for name in range(drawing.PROCESSES)))
    return [one for each in told for one in each]


async def counted(log: Log, told: list[dict[str, Any]]) -> None:
    """The series, the papers and what the officers were told: three accounts of the same."""
    year = int(told[0]["number"].partition("〔")[2][:4])
    facts = await log.load(stream_of(f"number-series/{series_key(drawing.OFFICE, KIND, year)}"))
    drawn = [fact.event for fact in facts if isinstance(fact.event, NumberDrawn)]
    voided = [fact.event for fact in facts if isinstance(fact.event, NumberVoided)]
    papers: dict[str, list[object]] = {
        event.document: [fact.event for fact in await log.load(stream_of(event.document))] for event in drawn
    }

    assert [event.n for event in drawn] == list(range(1, len(drawn) + 1))
    assert len(drawn) == drawing.PROCESSES * drawing.WRITERS * PAPERS
    assert len(papers) == len(drawn)
    for event in drawn:
        numbers = [one.number for one in papers[event.document] if isinstance(one, NoticeNumbered)]
        assert numbers == [event.number]
    assert {event.document for event in voided} == {
        paper for paper, life in papers.items() if isinstance(life[-1], NoticeVoided)
    }
    said = {(f"notice/{one['id']}", one["number"]) for one in told}
    assert said == {(event.document, event.number) for event in drawn}
    assert 0 < len(voided) == len({event.n for event in voided})


async def test_sixteen_officers_draw_without_a_gap_and_nobody_is_told_to_come_again(
    database: str, log: Log
) -> None:
    told = await at_work(database, lives=0)

    await counted(log, told)
    assert {one["repeat"] for one in told} == {False}


async def test_killed_in_the_middle_they_leave_no_gap_and_no_double(database: str, log: Log) -> None:
    told = await at_work(database, lives=LIVES)

    await counted(log, told)
    keys = Counter((one["id"], one["path"]) for one in told)
    assert max(keys.values()) > 1  # sent again, and told the same
    assert len({(one["id"], one["number"]) for one in told}) == len({one["id"] for one in told})
