"""提醒接口 · Whoever asks sees what was owed within reach, and why it did or did not arrive."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from contracts.values import Role
from services import erasing, people, problems, tokens
from services.authentication import Authenticator
from services.notifier.api import routes
from services.notifier.channels import Log
from services.postgres import pool

ENTERPRISE = "0d5e3c7a-9b1c-5c7e-8f3a-2b6d4e8f9a01"
NOW = datetime(2026, 6, 20, tzinfo=UTC)


@pytest.fixture
async def ask(database: str, tmp_path: Path) -> AsyncIterator[Any]:
    """Asks the API as somebody; TWO of the town when nobody else is named."""
    key = tokens.own_key(tmp_path)
    caller_of = Authenticator(tokens.public_keys(key), now=lambda: NOW)
    async with (
        pool(database, role="hazard_notifier") as rows,
        erasing.opened(database, tmp_path) as persons,
    ):
        await people.add(persons, name="王安全", person="p-301", at=NOW)
        app = FastAPI()
        problems.install(app)
        app.include_router(routes(rows, persons, caller_of))
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:

            async def asks(
                query: str = "",
                role: Role = Role.TWO,
                division: str = "330111005000",
                organisation: str = "org-town",
            ) -> Any:
                who = {"role": role, "division": division, "organisation": organisation}
                token = tokens.issue(key, person="p-9", now=NOW, **who)
                return await client.get(
                    f"/api/v1/reminders{query}", headers={"Authorization": f"Bearer {token}"}
                )

            yield asks


@pytest.fixture
async def hazard(opened: Any, history: Any) -> Any:
    """One hazard, of which two people of the enterprise were told."""
    office = await opened(Log())
    history.named("p-300")
    made = history.hazard(date(2026, 6, 18))
    await office.works("2026-06-11")
    await office.works("2026-06-15")
    return made


async def test_a_reminder_shows_whom_it_went_to_and_how_it_fared(ask: Any, hazard: Any) -> None:
    answer = await ask("?person=p-301&limit=1")

    (item,) = answer.json()["items"]
    (delivery,) = item.pop("deliveries")
    expected = {
        "number": hazard.number,
        "rung": "T-3",
        "due": "2026-06-18",
        "recipient": "p-301",
        "recipient_name": "王安全",
        "slots": ["整改责任人"],
        "kind_name": "整改",
        "verdict_name": "发送",
        "owed_at": "2026-06-15T12:00:00+08:00",
    }
    assert expected.items() <= item.items()
    assert (delivery["channel"], delivery["state_name"], delivery["attempts"]) == ("log", "已发送", 1)


async def test_reminders_are_found_by_hazard_and_by_its_number(ask: Any, hazard: Any) -> None:
    by_id = (await ask(f"?hazard={hazard.id}")).json()["items"]
    by_number = (await ask(f"?hazard={hazard.number}")).json()["items"]
    by_another = (await ask("?hazard=HZ-330111-2026-999999")).json()["items"]

    assert [item["rung"] for item in by_id] == ["T-3", "T-3", "T-7", "T-7"]
    assert by_id == by_number
    assert by_another == []


async def test_pages_follow_each_other_without_gap_or_repeat(ask: Any, hazard: Any) -> None:
    whole = (await ask()).json()["items"]
    found = []
    cursor = ""
    for _ in range(3):
        answer = await ask(f"?limit=2{cursor}")
        page = answer.json()
        found += page["items"]
        cursor = f"&cursor={page['next']}"
        if page["next"] is None:
            break

        assert 'rel="next"' in answer.headers["Link"]

    assert whole == found
    assert len(found) == 4


@pytest.mark.parametrize(
    ("role", "division", "organisation", "seen"),
    [
        (Role.DPO, "330111000000", "org-department", 4),
        (Role.TWO, "330111006000", "org-other-town", 0),
        (Role.ENT_M, "330111005000", ENTERPRISE, 4),
        (Role.ENT_M, "330111005000", "8d5e3c7a-9b1c-5c7e-8f3a-2b6d4e8f9a01", 0),
        (Role.PUB, "330111005000", "public", 0),
    ],
)
async def test_only_what_is_within_reach_is_seen(
    ask: Any, hazard: Any, role: Role, division: str, organisation: str, seen: int
) -> None:
    answer = await ask("", role=role, division=division, organisation=organisation)

    assert len(answer.json()["items"]) == seen


@pytest.mark.parametrize("query", ["?hazard=what", "?cursor=what", "?person=what", "?limit=0", "?limit=201"])
async def test_a_malformed_question_is_answered_with_what_is_wrong(ask: Any, query: str) -> None:
    answer = await ask(query)

    assert answer.status_code == 422
    assert answer.json()["code"] == "malformed"
