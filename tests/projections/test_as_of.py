"""任一时点 · Figures as of a position or an instant, told apart, filtered, and of divisions that were redrawn."""

from datetime import date, timedelta
from typing import Any

import pytest

from contracts.division_tree import DivisionEntry, DivisionsAmended
from contracts.values import Role
from given.street import STREET, Street, at
from services.postgres import Pool
from services.projections import tallies
from services.projections.scorecards import Card, card_of, ranked
from services.projections.tallying import keeping
from services.projections.tallying.division_tree import Entry, Part, parts
from services.tokens import Caller

from .conftest import DISTRICT, TOWN, Office, project

YEAR = {"from": "2026-01-01", "to": "2026-12-31"}
ZONE = "330111099000"
WHOLE = date(2026, 1, 1), date(2026, 12, 31)


def half_a_year() -> Street:
    """One hazard found each month, at two enterprises by turns; the odd ones closed in the month after."""
    street = Street()
    firms = street.enterprise("某五金厂", industry="五金"), street.enterprise("某家具厂", industry="家具")
    for month in range(1, 7):
        hazard = firms[month % 2].hazard(f"{month}月").found(f"2026-0{month}-20")
        hazard.ordered(f"2026-0{month}-20", f"2026-0{month}-28")
        if month % 2:
            hazard.submitted(f"2026-0{month}-25").passed(f"2026-0{month + 1}-02")
            hazard.closed(f"2026-0{month + 1}-03")
    return street


async def found(office: Office, caller: Caller = TOWN, **asked: str) -> tuple[int, int]:
    tally = await office.json("/tallies", caller, **YEAR | asked)
    return tally["period"]["N04"]["found"], tally["period"]["N09"]["closed"]


async def test_a_position_and_the_instant_of_its_appending_are_the_same_point(
    tables: Pool, office: Office
) -> None:
    street = half_a_year()
    await project(tables, street)
    march = next(e for e in street.recorded if e.appended_at >= at("2026-03-31"))
    by_position = await office.json("/tallies", **YEAR, as_of=str(march.position))
    by_log = await office.json("/tallies", **YEAR, as_of=f"{street.log}:{march.position}")
    by_instant = await office.json("/tallies", **YEAR, as_of=march.appended_at.isoformat())
    just_before = await office.json(
        "/tallies", **YEAR, as_of=(march.appended_at - timedelta(microseconds=1)).isoformat()
    )

    assert by_position == by_log == by_instant
    assert by_instant["as_of"]["position"] == march.position
    assert just_before["as_of"]["position"] == march.position - 1
    assert (0, 0) == await found(office, as_of="0")


async def test_what_is_neither_a_position_nor_an_instant_is_refused(tables: Pool, office: Office) -> None:
    await project(tables, Street())
    told = [
        (await office.get("/tallies", as_of=as_of)).status_code
        for as_of in ("gestern", "2026-07-01T00:00:00", "-3")
    ]

    assert [422, 422, 422] == told


async def test_a_position_that_is_not_there_yet_is_asked_for_again_later(
    tables: Pool, office: Office
) -> None:
    await project(tables, half_a_year())
    answer = await office.get("/tallies", as_of="4000")

    assert (503, "not-caught-up") == (answer.status_code, answer.json()["code"])


ASKED: tuple[tuple[dict[str, str], tuple[int, int]], ...] = (
    ({}, (6, 3)),
    ({"industry": "五金"}, (3, 0)),
    ({"industry": "家具", "level": "GENERAL"}, (3, 3)),
    ({"industry": "家具", "to": "2026-03-10"}, (1, 1)),
    ({"from": "2026-01-10", "to": "2026-05-19"}, (4, 2)),
    ({"level": "MAJOR"}, (0, 0)),
)


@pytest.mark.parametrize("bits", [2, 16])
async def test_filters_and_days_mean_the_same_whatever_was_summed_up(
    tables: Pool, office: Office, monkeypatch: pytest.MonkeyPatch, bits: int
) -> None:
    monkeypatch.setattr(keeping, "SMALLEST", bits)
    monkeypatch.setattr(keeping, "WIDER", 1)
    await project(tables, half_a_year(), size=5)

    told = [await found(office, **asked) for asked, _ in ASKED]

    assert [expected for _, expected in ASKED] == told


async def test_figures_are_told_apart_by_month_place_and_dimension(tables: Pool, office: Office) -> None:
    await project(tables, half_a_year())

    async def apart(by: str, caller: Caller = TOWN) -> dict[str, Any]:
        tally = await office.json("/tallies", caller, **YEAR, by=by)
        return {each["value"]: each["figures"]["N04"]["found"] for each in tally["groups"]}

    assert {f"2026-0{month}": 1 for month in range(1, 7)} == await apart("month")
    assert {"五金": 3, "家具": 3} == await apart("industry")
    assert {STREET[:9]: 6} == await apart("division", DISTRICT)
    assert {"B04": 6} == await apart("category")


async def test_what_a_retry_brings_late_counts_from_its_own_position(
    tables: Pool, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "SMALLEST", 2)
    monkeypatch.setattr(keeping, "WIDER", 1)
    street = half_a_year()
    parked = {e.envelope.subject for e in street.recorded if e.envelope.aggregate == "hazard"}.pop()
    late = [each for each in street.recorded if each.envelope.subject == parked]
    everything = list(street.recorded)
    await project(tables, street)
    expected = [await found(office, as_of=str(position)) for position in range(0, len(everything), 3)]
    street.log = "5f2cbe52-3a49-4c8f-8a7e-0d1c9f8b6a12"
    street.recorded = [each for each in everything if each.envelope.subject != parked]
    await project(tables, street, size=6)
    async with tables.connection() as connection, connection.transaction():
        await tallies.project(connection, late)
        await connection.execute(
            "update projections.checkpoints set position = %s where projection = 'tallies'",
            (len(everything),),
        )

    assert expected == [await found(office, as_of=str(position)) for position in range(0, len(everything), 3)]


async def test_a_zone_counts_a_town_from_the_day_on_which_it_came_under_it(
    tables: Pool, office: Office
) -> None:
    street = half_a_year()
    entry = DivisionEntry(code=STREET, name="某街道", parent="330199000000", valid_from=date(2026, 4, 1))
    street.record(
        "division-tree/330111", DivisionsAmended(source="省政府", entries=(entry,)), "p-9", at("2026-06-30")
    )
    await project(tables, street)
    city = Caller("p-60", Role.DPO, "330100000000", "org-city", None, "p-60")
    before = str(len(street.recorded) - 1)

    assert [(3, 2), (3, 1), (6, 3), (6, 3), (0, 0)] == [
        await found(office, city, division=division, **more)
        for division, more in (
            ("330111", {}),
            ("330199", {}),
            ("3301", {}),
            ("330111", {"as_of": before}),
            ("330199", {"as_of": before}),
        )
    ]


def test_a_division_is_its_digits_less_and_more_what_was_moved() -> None:
    gone = Entry("330111005000", date(2026, 4, 1), date(2026, 6, 30), "330199000000")
    back = Entry("330111006000", date(2025, 4, 1), None, "330111000000")

    assert [Part("330111", *WHOLE), Part("330111005", date(2026, 4, 1), date(2026, 6, 30), -1)] == parts(
        "330111", [gone, back], *WHOLE
    )
    assert [Part("330199", *WHOLE), Part("330111005", date(2026, 4, 1), date(2026, 6, 30))] == parts(
        "330199", [gone, back], *WHOLE
    )
    assert [[Part(where, *WHOLE)] for where in ("3301", "330111005", "330112")] == [
        parts(where, [gone, back], *WHOLE) for where in ("3301", "330111005", "330112")
    ]


CARD = {
    "name": "镇街",
    "items": [
        {"name": "整改率", "value": "N05.rate", "weight": 3, "floor": 60, "target": 100},
        {"name": "逾期率", "value": "N07.rate", "weight": 1, "floor": 20, "target": 0},
    ],
}


@pytest.mark.parametrize(
    ("rates", "score"),
    [((80, 10), 50.0), ((100, 0), 100.0), ((0, 90), 0.0), ((90, None), 75.0), ((None, None), None)],
)
def test_a_score_is_linear_between_floor_and_target_and_leaves_out_what_has_no_rate(
    rates: tuple[Any, Any], score: float | None
) -> None:
    card: Card = card_of(CARD)

    assert score == card.score({"N05": {"rate": rates[0]}, "N07": {"rate": rates[1]}})[0]


def test_equals_share_a_place() -> None:
    assert {"a": 1, "b": 2, "c": 2, "d": None} == ranked({"a": 90.0, "b": 80.0, "c": 80.0, "d": None})
