"""文书重现 · The papers of many visits come out to the same bytes in another process, on another day, in another place."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

from contracts.values import Role
from given.issuing import advised, begun, found, issued, noticed, order, record, recorded, staffed

VISITS = int(os.environ.get("HAZARD_PAPER_VISITS") or 10)
ORDERED = max(
    VISITS // 4, 1
)  # each so many-th visit ordered something; an enterprise has not more inspections in a year
TESTS = Path(__file__).parents[2]
ELSEWHERE = {"TZ": "America/New_York", "LC_ALL": "C", "LANG": "C", "PYTHONHASHSEED": "7", "PYTHONUTF8": "1"}


async def papers_of(desk, officer, people, n: int) -> list[dict]:
    """What an office hands out about one visit: a record or a report, and the order where there is one."""
    if n % ORDERED:
        visit = await advised(desk, officer, people)
        return [await issued(desk, officer, record(visit) | {"kind": "REPORT" if n % 2 else "RECORD"})]
    visit = await begun(desk, officer, people)
    hazards = [await found(desk, officer, visit) for _ in range(2)]
    await recorded(desk, officer, visit)
    notice = await noticed(desk, officer, people, visit, hazards)
    return [await issued(desk, officer, body) for body in (record(visit), order(notice))]


async def test_the_papers_of_many_visits_come_out_the_same_on_another_day(desk, database, tmp_path: Path):
    people = await staffed(desk)
    officer = desk.token(Role.TWO, person=people["张三"])
    papers = [paper for n in range(VISITS) for paper in await papers_of(desk, officer, people, n)]
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "given.reprinting", database, str(tmp_path), "400"),
        env={**os.environ, **ELSEWHERE, "PYTHONPATH": str(TESTS)},
        stdin=PIPE,
        stdout=PIPE,
    )
    told, _ = await running.communicate("".join(f"{paper['id']}\n" for paper in papers).encode())
    again = {made["id"]: made for made in map(json.loads, told.splitlines())}

    assert len(papers) == VISITS + len(range(0, VISITS, ORDERED))
    assert [(again[one["id"]]["pdf"], again[one["id"]]["docx"]) for one in papers] == [
        (one["pdf"], one["docx"]) for one in papers
    ]
