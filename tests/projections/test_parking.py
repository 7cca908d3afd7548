"""搁置 · An event that cannot go in waits with all that follows of its subject; a person has it retried or skipped."""

from typing import Any

import pytest
from nats.aio.client import Client

from contracts.values import Role
from given.logged import log_street, own_log
from given.street import Street, a_street_with_every_kind_of_life
from services.postgres import Pool
from services.projections import ledger, operating, rebuilds
from services.projections.operating import Operator
from services.projections.runner import Runner
from services.tokens import Caller

from .conftest import CALLERS, DISTRICT, NOW, TOWN, Office, project
from .test_runner import (  # noqa: F401  # fixtures, asked for by name
    Counting,
    client,
    contents,
    fetch,
    publish,
    running,
    until,
)

POSITIONS = "select position from projections.counting_v1 order by position"
PARKED = "select count(*) from projections.parked where not skipped"
AT = "select position from projections.checkpoints where projection = 'counting'"
SKIPPING = Operator("p-50", "文书扫描件有误，已另行登记", NOW)


@pytest.fixture
def street() -> Street:
    return a_street_with_every_kind_of_life()


@pytest.fixture
def choking() -> Any:
    return Counting(chokes_on={"hazard.reopened"})


def of_its_subject(street: Street) -> list[int]:
    """The poison event and everything behind it of its hazard."""
    poison = next(each for each in street.recorded if each.envelope.type == "hazard.reopened")
    return [
        each.position
        for each in street.recorded
        if each.envelope.subject == poison.envelope.subject and each.position >= poison.position
    ]


async def decide(tables: Pool, choking: Any, decision: str) -> None:
    (first,) = await fetch(tables, "select id from projections.parked order by position limit 1")
    async with tables.connection() as connection:
        await operating.decide(connection, choking, first[0], decision, SKIPPING)


def a_runner(client: Client, tables: Pool) -> Runner:  # noqa: F811  # the fixture's value
    return Runner(client, tables, lambda: NOW, first_pause=0.01, look_every=0.02)


async def test_others_go_on_while_its_own_wait_in_their_order(
    tables: Pool,
    client: Client,  # noqa: F811
    publish: Any,  # noqa: F811
    street: Street,
    choking: Any,
) -> None:
    waiting = of_its_subject(street)
    await publish(street)
    async with running(a_runner(client, tables), [choking]):
        await until(tables, AT, len(street.recorded))

    aside = await fetch(tables, "select position, error from projections.parked order by position")
    assert [(position,) for position in range(1, len(street.recorded) + 1) if position not in waiting] == (
        await fetch(tables, POSITIONS)
    )
    assert [(waiting[0], "ValueError: 看不懂"), *((each, None) for each in waiting[1:])] == aside


async def test_retried_after_it_was_mended_everything_goes_in(
    tables: Pool,
    client: Client,  # noqa: F811
    publish: Any,  # noqa: F811
    street: Street,
    choking: Any,
) -> None:
    await publish(street)
    async with running(a_runner(client, tables), [choking]):
        await until(tables, AT, len(street.recorded))
        await decide(tables, choking, "retry")
        undecided = "select count(*) filter (where decision is not null) from projections.parked"
        await until(tables, undecided, 0)  # tried, and set aside again
        choking.chokes_on.clear()
        await decide(tables, choking, "retry")
        await until(tables, PARKED, 0)

    assert [(each.position,) for each in street.recorded] == await fetch(tables, POSITIONS)


async def test_skipped_it_stays_out_and_what_waited_goes_in(
    tables: Pool,
    client: Client,  # noqa: F811
    publish: Any,  # noqa: F811
    street: Street,
    choking: Any,
) -> None:
    skipped = of_its_subject(street)[0]
    await publish(street)
    async with running(a_runner(client, tables), [choking]):
        await until(tables, AT, len(street.recorded))
        await decide(tables, choking, "skip")
        await until(tables, PARKED, 0)

    assert [(each.position,) for each in street.recorded if each.position != skipped] == (
        await fetch(tables, POSITIONS)
    )
    kept = "select decision, decided_by, reason, position from projections.decisions"
    assert [("skip", "p-50", SKIPPING.reason, skipped)] == await fetch(tables, kept)


async def test_a_read_model_that_is_held_still_goes_on_when_it_is_let_go(
    tables: Pool,
    client: Client,  # noqa: F811
    publish: Any,  # noqa: F811
    street: Street,
) -> None:
    await publish(street)
    await project(tables, Street(recorded=street.recorded[:5]), projections=[ledger])
    async with tables.connection() as connection:
        await operating.pause(connection, ledger, SKIPPING)
    at = "select position from projections.checkpoints where projection = "
    async with running(a_runner(client, tables), [ledger, Counting()]):
        await until(tables, at + "'counting'", len(street.recorded))
        assert [(5,)] == await fetch(tables, at + "'ledger'")
        async with tables.connection() as connection:
            await operating.resume(connection, ledger, SKIPPING)
        await until(tables, at + "'ledger'", len(street.recorded))


async def test_who_is_far_behind_reads_the_log_then_goes_over_to_the_stream(
    tables: Pool,
    client: Client,  # noqa: F811
    publish: Any,  # noqa: F811
    database: str,
) -> None:
    street = a_street_with_every_kind_of_life(Street(log=own_log(database)))
    log_street(database, street)
    await publish(Street(street.log, recorded=street.recorded[:30]))
    near = Runner(client, tables, lambda: NOW, first_pause=0.01, look_every=0.02, far=10)
    at = "select count(*), min(position), max(position) from projections.checkpoints"
    await project(tables, Street(street.log, recorded=street.recorded[:5]), projections=[Counting()])  # type: ignore[list-item]
    async with running(near, [Counting(), ledger]):
        await until(tables, at, 2, 30, 30)
        await publish(street)
        await until(tables, at, 2, len(street.recorded), len(street.recorded))

    built = await contents(tables)
    assert [(each.position,) for each in street.recorded] == await fetch(tables, POSITIONS)
    await project(tables, Street(), projections=[ledger])  # of another log: begins empty
    await project(tables, street, projections=[ledger])
    assert built == await contents(tables)


@pytest.fixture
async def aside(tables: Pool, database: str, street: Street) -> list[int]:
    """Two events of a hazard set aside by the ledger."""
    await project(tables, street, projections=[ledger])
    insert = (
        "insert into projections.parked (projection, version, log_id, subject, position, type, body, appended_at,"
        " error, parked_at) values ('ledger', 4, %s, 'hazard/1', %s, 'hazard.closed', '{}', %s, %s, %s) returning id"
    )
    ids = []
    async with tables.connection() as connection:
        for position, error in ((900, "ValueError: 看不懂"), (901, None)):
            row = await (await connection.execute(insert, (street.log, position, NOW, error, NOW))).fetchone()
            ids.append(row[0])
    return ids


SAFETY_OFFICE = Caller("p-60", Role.SCO, "330111000000", "org-safety", None, "p-60")


async def post(office: Office, path: str, caller: Any, **body: Any) -> Any:
    CALLERS[caller.person] = caller
    return await office.client.post(
        f"/api/v1/projections/{path}", json=body, headers={"X-Caller": caller.person}
    )


async def test_only_the_office_of_the_district_may_operate_and_only_with_a_reason(
    office: Office, aside: list[int]
) -> None:
    for caller in (TOWN, DISTRICT):
        refused = await post(office, "ledger/pause", caller, reason="检修")
        assert (403, "may-not-operate") == (refused.status_code, refused.json()["code"])
        assert 403 == (await office.get("/projections/ledger/parked", caller)).status_code
    assert 422 == (await post(office, "ledger/pause", SAFETY_OFFICE)).status_code
    assert 404 == (await post(office, "nothing/pause", SAFETY_OFFICE, reason="检修")).status_code


async def test_an_operator_holds_rebuilds_and_cancels(office: Office, aside: list[int]) -> None:
    held = await post(office, "ledger/pause", SAFETY_OFFICE, reason="检修")
    begun = await post(office, "ledger/rebuild", SAFETY_OFFICE, reason="核对台账")
    again = await post(office, "ledger/rebuild", SAFETY_OFFICE, reason="核对台账")
    early = await post(office, "ledger/switch", SAFETY_OFFICE, reason="无差异")
    ended = await post(office, "ledger/cancel", SAFETY_OFFICE, reason="改日再办")
    gone = await post(office, "ledger/cancel", SAFETY_OFFICE, reason="改日再办")
    on = await post(office, "ledger/resume", SAFETY_OFFICE, reason="检修完毕")

    assert ("paused", "检修") == (held.json()["state"], held.json()["paused"]["reason"])
    assert (202, "building") == (begun.status_code, begun.json()["rebuild"]["state"])
    assert "rebuild-under-way" == again.json()["code"]
    assert "rebuild-not-ready" == early.json()["code"]
    assert (202, "no-rebuild-under-way") == (ended.status_code, gone.json()["code"])
    assert (None, 2) == (on.json()["paused"], on.json()["parked"])


async def test_an_operator_sees_what_is_set_aside_and_decides_the_first_first(
    office: Office, tables: Pool, aside: list[int]
) -> None:
    page = await office.json("/projections/ledger/parked", SAFETY_OFFICE, limit=1)
    rest = await office.json("/projections/ledger/parked", SAFETY_OFFICE, cursor=page["next"])
    late = await post(office, f"ledger/parked/{aside[1]}/skip", SAFETY_OFFICE, reason="重复录入")
    done = await post(office, f"ledger/parked/{aside[0]}/skip", SAFETY_OFFICE, reason="重复录入")

    assert [("ValueError: 看不懂", {}), (None, {})] == [
        (each["error"], each["payload"]) for each in page["items"] + rest["items"]
    ]
    assert ("not-first-in-line", aside[0]) == (late.json()["code"], late.json()["first"])
    assert 202 == done.status_code
    assert [("skip", "p-60", "重复录入")] == await fetch(
        tables, "select decision, decided_by, reason from projections.parked where decision is not null"
    )


async def test_the_rows_of_a_difference_are_for_operators_only(
    office: Office, tables: Pool, aside: list[int]
) -> None:
    await post(office, "ledger/rebuild", SAFETY_OFFICE, reason="核对台账")
    async with tables.connection() as connection:
        await rebuilds.note(connection, "ledger", difference={"tables": []})

    for caller, expected in ((SAFETY_OFFICE, {"tables": []}), (TOWN, None)):
        found = (await office.json("/projections", caller))["projections"]
        assert [expected] == [each["rebuild"]["difference"] for each in found if each["rebuild"]]
