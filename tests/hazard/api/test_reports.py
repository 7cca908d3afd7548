"""举报原文 · What the public says in its own words never enters the log, is shown to who may see, and can be erased."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from contracts.hazard import HazardCaptured, HazardRegistered, HazardSubmitted
from contracts.values import KEPT_BESIDE, Role
from services import erasing, texts
from services.hazard.store import Log

NOW = datetime(2026, 6, 3, 1, 0, tzinfo=UTC)
WORDS = "老板的小舅子王大锤把消防通道锁了，我住三楼看得见"


@pytest.fixture
def public(desk):
    return desk.token(Role.PUB, person="p-whistle", certificate=None)


def everything(database: str) -> str:
    with psycopg.connect(database) as connection:
        bodies = connection.execute("select body from log.events").fetchall()
        asked = connection.execute("select request, answer from log.outcomes").fetchall()
    return b"".join(bytes(cell) for row in (*bodies, *asked) for cell in row).decode(errors="replace")


async def reported(desk, public, **more):
    return await desk.capture(public, source="REPORT", visit_kind=None, description=WORDS, **more)


async def described(desk, hazard):
    answer = await desk.client.get(f"/api/v1/hazards/{hazard}", headers=desk.token(Role.TWO))
    return answer.json()["description"]


async def test_a_report_goes_through_its_life_with_its_words_beside_the_log(desk, public, log: Log, database):
    hazard = await reported(desk, public)
    await desk.send(hazard, "submit", {}, public)
    confirmed = await desk.send(hazard, "confirm", {}, desk.token(Role.TWO))
    events = [fact.event for fact in await log.load(UUID(hazard))]
    holding = [e for e in events if isinstance(e, HazardCaptured | HazardSubmitted | HazardRegistered)]

    assert confirmed.status_code == 200, confirmed.text
    assert [event.description for event in holding] == [KEPT_BESIDE] * 3
    assert len({event.report for event in holding}) == 1
    assert await described(desk, hazard) == WORDS
    assert "王大锤" not in everything(database)


async def test_words_given_at_submission_are_kept_beside_the_log_too(desk, public, database):
    hazard = await desk.capture(public, source="REPORT", visit_kind=None, description=None)
    answer = await desk.send(hazard, "submit", {"description": WORDS}, public)

    assert answer.status_code == 200, answer.text
    assert await described(desk, hazard) == WORDS
    assert "王大锤" not in everything(database)


async def test_erased_words_are_called_so_and_the_event_still_commits_to_them(
    desk, public, log: Log, database, tmp_path: Path
):
    hazard = await reported(desk, public)
    (captured,) = [fact.event for fact in await log.load(UUID(hazard))]
    text = UUID(captured.report.id)
    async with erasing.opened(database, tmp_path) as people:
        (opened,) = (await texts.opened(people, [text], reader="p-9", why="test")).values()
        await texts.erase(people, text, reason="举报人申请", by="operator", at=NOW)

    assert await described(desk, hazard) == "已删除"
    assert opened is not None
    assert texts.verify(WORDS, opened.salt, bytes.fromhex(captured.report.commitment.removeprefix("sha256:")))


async def test_a_repeat_has_the_one_answer_and_other_words_under_its_key_are_refused(desk, public):
    body = {"object": desk.enterprise, "source": "REPORT", "description": WORDS}
    key = str(uuid4())
    first, again = [await desk.post("hazards", body, public, Idempotency_Key=key) for _ in range(2)]
    other = await desk.post("hazards", body | {"description": "别的"}, public, Idempotency_Key=key)

    assert first.json() == again.json()
    assert (other.status_code, other.json()["code"]) == (422, "key-reused")


async def test_an_office_s_own_words_stand_in_the_event(desk, log: Log):
    hazard = await desk.capture(description="配电箱外壳未做保护接地")
    (captured,) = [fact.event for fact in await log.load(UUID(hazard))]

    assert (captured.description, captured.report) == ("配电箱外壳未做保护接地", None)
