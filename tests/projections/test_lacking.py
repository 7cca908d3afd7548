"""所缺 · Figures say which events they lack, and a table that lacks one is not handed in until somebody decided."""

from typing import Any

import pytest

from given.street import STREET, Street
from services.postgres import Pool
from services.projections import tallies

from .conftest import TOWN, Office, project, street_log
from .test_statutory import JUNE, hand_in, three_industries

ASIDE = """
insert into projections.parked (projection, version, log_id, subject, position, type, body, appended_at, parked_at, error)
values ('tallies', %s, %s, 'hazard/x', 3, 'hazard.reopened', %s, now(), now(), 'ValueError: 看不懂')
"""


@pytest.fixture
async def street(tables: Pool) -> Street:
    told = three_industries()
    await project(tables, told)
    return told


async def set_aside(tables: Pool, street: Street, division: str) -> None:
    body = f'{{"division": "{division}"}}'.encode()
    async with tables.connection() as connection:
        await connection.execute(ASIDE, (tallies.VERSION, street_log(street), body))


async def lacks(office: Office, **asked: Any) -> list[tuple[int, bool]]:
    told = await office.json("/tallies", TOWN, **JUNE, **asked)
    return [(each["position"], each["skipped"]) for each in told["lacking"]]


async def test_figures_name_what_was_set_aside_and_are_not_handed_in(
    street: Street, tables: Pool, office: Office
) -> None:
    whole = await hand_in(office, "k-1")
    await set_aside(tables, street, STREET)
    refused = await hand_in(office, "k-2")
    again = await hand_in(office, "k-1")

    assert [(3, False)] == await lacks(office)
    assert (409, "figures-lack-events", [3]) == (
        refused.status_code,
        refused.json()["code"],
        refused.json()["positions"],
    )
    assert (201, whole.json()) == (again.status_code, again.json())


async def test_what_a_person_skipped_is_named_and_handed_in(
    street: Street, tables: Pool, office: Office
) -> None:
    await set_aside(tables, street, STREET)
    async with tables.connection() as connection:
        await connection.execute("update projections.parked set skipped = true, reason = '重复录入'")
    handed_in = await hand_in(office, "k-3")

    assert 201 == handed_in.status_code
    assert [(3, True)] == await lacks(office)


async def test_an_event_of_elsewhere_or_of_later_is_not_missed(
    street: Street, tables: Pool, office: Office
) -> None:
    await set_aside(tables, street, "330111006000")

    assert [] == await lacks(office)
    assert 201 == (await hand_in(office, "k-4")).status_code
    async with tables.connection() as connection:
        await connection.execute("update projections.parked set body = '{}'")
    assert [(3, False)] == await lacks(office)
    assert [] == await lacks(office, as_of="2")
