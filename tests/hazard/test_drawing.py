"""并发取号 · Sixteen officers in four processes number papers at one office; who is killed, tests/crash/test_numbers.py tells."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from contracts.notice import NoticeNumbered, NoticeVoided
from contracts.numbering import NumberDrawn, NumberVoided
from given import drawing
from services.hazard.numbering import series_key
from services.hazard.store import Log, stream_of

ROOT = Path(drawing.__file__).parents[2]
PAPERS = 6  # of each officer
KIND = drawing.DRAFTED.kind


async def process(dsn: str, name: int) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "given.drawing", dsn, str(name), str(PAPERS)),
        cwd=ROOT / "tests",
        env={"PYTHONPATH": f"{ROOT / 'tests'}:{ROOT}"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def worked(dsn: str, name: int) -> list[dict[str, Any]]:
    running = await process(dsn, name)
    said, wrong = await running.communicate()
    assert running.returncode == 0, wrong.decode()
    return [json.loads(line) for line in said.splitlines()]


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
    each = await asyncio.gather(*(worked(database, name) for name in range(drawing.PROCESSES)))
    told = [one for of_one in each for one in of_one]

    await counted(log, told)
    assert {one["repeat"] for one in told} == {False}
