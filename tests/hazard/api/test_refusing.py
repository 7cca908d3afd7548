"""暂停受理 · What a client meets while the log takes nothing in, and that it is told the truth afterwards."""

from uuid import uuid4

import psycopg
import pytest

from contracts.values import Role
from given.answers import problem
from services.hazard.store import Log, LogRefusing, Unavailable

WHY = "日志缺少已公布的第 8 至 9 条事件，收回之前暂停受理；已受理的不受影响"


async def refuse(database: str, why: str | None) -> None:
    async with await psycopg.AsyncConnection.connect(database) as connection:
        await connection.execute("update log.identity set refusing = %s", (why,))


async def test_a_log_that_refuses_answers_503_with_its_reason_and_keeps_what_it_has(desk, database):
    two = desk.token(Role.TWO)
    hazard, key = await desk.capture(), str(uuid4())
    first = await desk.send(hazard, "submit", {}, two, Idempotency_Key=key, If_Match='"1"')
    await refuse(database, WHY)

    refused = await desk.post("enterprises", {"name": "甲厂", "division": "330111005000"}, two)
    repeated = await desk.send(hazard, "submit", {}, two, Idempotency_Key=key, If_Match='"1"')

    problem(refused, 503, "log-refusing")
    assert (WHY, "日志暂停受理") == (refused.json()["detail"], refused.json()["title"])
    assert refused.headers["Retry-After"]
    assert repeated.json() == first.json()


async def test_what_was_refused_is_accepted_once_the_log_takes_in_again(desk, database):
    two, key, body = desk.token(Role.TWO), str(uuid4()), {"name": "甲厂", "division": "330111005000"}
    await refuse(database, WHY)
    refused = await desk.post("enterprises", body, two, Idempotency_Key=key)
    await refuse(database, None)

    accepted = await desk.post("enterprises", body, two, Idempotency_Key=key)

    assert (503, 201) == (refused.status_code, accepted.status_code)


async def test_a_refusal_stores_nothing_and_forgets_the_numbers_in_hand(database: str, log: Log, filed):
    assert await log.next_number("HZ-330111-2026") == 1
    await refuse(database, WHY)
    with pytest.raises(LogRefusing) as refusal:
        await log.append(filed())

    assert isinstance(refusal.value, Unavailable)  # whoever waits for a server that is away, waits
    assert (False, 0) == (refusal.value.stored, (await log.head()).position)
    assert await log.next_number("HZ-330111-2026") == 101
