"""来由 · The events behind a row of the ledger and behind a figure: they come to what stands there, or it is told that not."""

from typing import Any

import pytest

from given.logged import log_street, own_log
from given.street import Street, a_street_with_every_kind_of_life
from services.postgres import Pool
from services.projections import ledger
from services.projections.tallying.behind import FIGURES

from .conftest import ELSEWHERE, TOWN, Office, project

JUNE = {"from": "2026-06-01", "to": "2026-06-30"}
SEEN = {  # how /tallies tells the same figure
    "found": ("N04", "found"),
    "general": ("N04", "general"),
    "major": ("N04", "major"),
    "found_rectified": ("N05", "rectified"),
    "found_closed": ("N09", "closed"),
    "found_on_spot": ("N08", "on_spot"),
    "found_repeated": ("N13", "repeated"),
    "due": ("N06", "due"),
    "due_in_time": ("N06", "in_time"),
    "overdue": ("N07", "overdue"),
    "visits": ("N01", "visits"),
}


@pytest.fixture
async def street(database: str, tables: Pool) -> Street:
    """The street of every kind of life, in this database's own log and in its read models."""
    told = a_street_with_every_kind_of_life(Street(log=own_log(database)))
    log_street(database, told)
    await project(tables, told)
    return told


async def test_the_events_of_every_row_come_to_it(street: Street, office: Office) -> None:
    items = (await office.json("/hazards", limit=200))["items"]
    for item in items:
        why = await office.json(f"/hazards/{item['id']}/why")
        own = [each for each in why["reasons"] if each["subject"] == f"hazard/{item['id']}"]

        assert (True, []) == (why["agrees"], why["differing"])
        assert item["version"] == len(own)
        assert {"in"} == {each["taken"] for each in why["reasons"]}
    assert items


async def test_each_event_says_which_columns_it_changed_in_words(street: Street, office: Office) -> None:
    item = (await office.json("/hazards", status="CLOSED"))["items"][0]
    why = await office.json(f"/hazards/{item['id']}/why")
    changes = [(each["type"], one) for each in why["reasons"] for one in each["changes"]]
    (closed,) = [one for kind, one in changes if kind == "hazard.closed" and one["column"] == "status"]
    names = [
        one["after"] for kind, one in changes if kind == "enterprise.registered" and one["column"] == "name"
    ]

    assert {"title": "状态", "before": "复查合格", "after": "已销号"}.items() <= closed.items()
    assert [item["enterprise_name"]] == names


async def test_a_row_that_its_events_do_not_come_to_is_told(
    street: Street, tables: Pool, office: Office
) -> None:
    item = (await office.json("/hazards"))["items"][0]
    async with tables.connection() as connection:
        await connection.execute(
            "update projections.ledger_v6 set place = '不知何处' where id = %s", (item["id"],)
        )
    why = await office.json(f"/hazards/{item['id']}/why")

    assert (False, ["部位"]) == (why["agrees"], why["differing"])


async def test_an_event_that_was_skipped_stays_out_and_says_why(
    street: Street, tables: Pool, office: Office
) -> None:
    item = (await office.json("/hazards", status="CLOSED"))["items"][0]
    last = max(each.position for each in street.recorded if each.key == item["id"])
    async with tables.connection() as connection:
        await connection.execute(
            "insert into projections.parked (projection, version, log_id, subject, position, type, body, appended_at,"
            " parked_at, reason, skipped) values ('ledger', %s, %s, 'hazard', %s, '', '', now(), now(), '重复录入', true)",
            (ledger.VERSION, street.log, last),
        )
    reasons = (await office.json(f"/hazards/{item['id']}/why"))["reasons"]

    assert [("skipped", "重复录入", [])] == [
        (each["taken"], each["said"], each["changes"]) for each in reasons if each["position"] == last
    ]


async def test_a_row_out_of_reach_has_no_reasons_to_tell(street: Street, office: Office) -> None:
    item = (await office.json("/hazards"))["items"][0]

    assert 404 == (await office.get(f"/hazards/{item['id']}/why", ELSEWHERE)).status_code


@pytest.mark.parametrize("more", [{}, {"level": "MAJOR"}], ids=["all", "major"])
async def test_the_events_behind_each_figure_add_up_to_it(
    street: Street, office: Office, more: dict[str, Any]
) -> None:
    period = (await office.json("/tallies", TOWN, **JUNE, **more))["period"]
    for figure in FIGURES:
        why = await office.json("/tallies/why", TOWN, figure=figure, limit=200, **JUNE, **more)
        code, name = SEEN.get(figure, (figure, ""))
        told = period.get(code)

        assert why["total"] == sum(each["amount"] for each in why["items"])
        if told is not None:
            assert (told[name] if name else told) == why["total"], figure


async def test_a_figure_s_events_come_in_pages_that_add_up(street: Street, office: Office) -> None:
    whole = await office.json("/tallies/why", figure="found", limit=200, **JUNE)
    page = await office.json("/tallies/why", figure="found", limit=2, **JUNE)
    found = page["items"]
    while page["next"]:
        page = await office.json("/tallies/why", figure="found", limit=2, cursor=page["next"], **JUNE)
        found += page["items"]

    assert whole["items"] == found
    assert whole["total"] == page["total"] > 2


async def test_a_figure_that_is_none_is_refused_with_those_there_are(street: Street, office: Office) -> None:
    answer = await office.get("/tallies/why", figure="nothing")

    assert 422 == answer.status_code
    assert "found" in answer.json()["detail"]
