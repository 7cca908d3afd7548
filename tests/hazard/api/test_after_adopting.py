"""收回之后 · What clients meet whose commands came back from the stream, but not the record that they were answered."""

from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest

from contracts.values import Role
from given.answers import problem
from given.mending import take_back
from given.relays import back_up, relaying, restore, until_published
from services.hazard.store import Log, writer_pool
from services.servers.nats import Nats


async def of_table(database: str, query: str) -> list[tuple]:
    async with await psycopg.AsyncConnection.connect(database) as connection:
        return await (await connection.execute(query)).fetchall()


NAMES = "select * from log.names order by name"


@pytest.fixture
async def taken_back(desk, database: str, log: Log, nats_server: Nats, stream: str):
    """An enterprise and a registered hazard that the database lost and got back; with the keys they went under."""
    two = desk.token(Role.TWO)
    copy = await back_up(database)
    keys = {name: str(uuid4()) for name in ("enterprise", "submit")}
    enterprise = {"name": "乙 厂", "division": "330111005000"}
    await desk.post("enterprises", enterprise, two, Idempotency_Key=keys["enterprise"])
    hazard = await desk.capture()
    submitted = await desk.send(hazard, "submit", {}, two, Idempotency_Key=keys["submit"], If_Match='"1"')
    names = await of_table(database, NAMES)
    async with relaying(database, nats_server.url("relay")) as client:
        await until_published(client, (await log.head()).position)
    await restore(database, copy)
    await take_back(database, nats_server)
    return desk, keys, hazard, submitted.json()["number"], enterprise, names


async def test_things_are_found_by_the_names_they_had(taken_back, database: str):
    *_, names = taken_back

    assert names == await of_table(database, NAMES)
    assert len(names) == 3


async def test_a_number_that_came_back_is_not_given_out_again(taken_back, database: str, log: Log):
    _, _, _, number, *_ = taken_back
    prefix = f"HZ-330111-{datetime.now(UTC).year}"

    assert number == f"{prefix}-000001"
    # This process has the rest of its block in hand still; whatever another one is given lies behind all such blocks.
    assert await log.next_number(prefix) == 2
    async with writer_pool(database) as pool:
        assert await Log(pool).next_number(prefix) == 1002


async def test_a_creation_sent_again_finds_its_thing_there(taken_back):
    desk, keys, _, _, enterprise, _ = taken_back
    again = await desk.post(
        "enterprises", enterprise, desk.token(Role.TWO), Idempotency_Key=keys["enterprise"]
    )

    problem(again, 409, "already-registered")


async def test_a_change_sent_again_is_stale_and_names_its_own_first_sending(taken_back):
    desk, keys, hazard, *_ = taken_back
    two = desk.token(Role.TWO)
    again = await desk.send(hazard, "submit", {}, two, Idempotency_Key=keys["submit"], If_Match='"1"')

    told = problem(again, 412, "stale-version")
    assert ["hazard.submitted", "hazard.registered"] == [one["type"] for one in told["since"]]
