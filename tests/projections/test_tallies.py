"""统计 · The indicators of a street, by formulas computed by hand."""

from dataclasses import replace
from typing import Any

import pytest

from contracts.enterprise import EnterpriseClosedDown
from contracts.values import Role
from given.street import STREET, Street, a_street_with_every_kind_of_life
from services.postgres import Pool
from services.projections.indicators import rate
from services.tokens import Caller

from .conftest import DISTRICT, ELSEWHERE, TOWN, Office, project

JUNE = {"from": "2026-06-01", "to": "2026-06-30"}


async def period(office: Office, caller: Caller = TOWN, **asked: str) -> Any:
    return (await office.json("/tallies", caller, **JUNE | asked))["period"]


async def test_a_street_with_every_kind_of_life_adds_up(tables: Pool, office: Office) -> None:
    await project(tables, a_street_with_every_kind_of_life())
    june = await period(office)

    assert {
        "N01": {"objects": 2, "visits": 2},
        "N02": {"visited": 2, "in_scope": 2, "rate": 100.0},
        "N04": {"found": 7, "general": 6, "major": 2, "upgraded": 1},
        "N05": {"rectified": 1, "found": 7, "rate": 14.29},
        "N06": {"in_time": 1, "due": 5, "rate": 20.0},
        "N07": {"overdue": 4, "due": 5, "rate": 80.0},
        "N08": {"on_spot": 1, "found": 7, "rate": 14.29},
        "N09": {"closed": 1, "found": 7, "rate": 14.29},
        "N11": {"passed": 1, "rechecked": 2, "rate": 50.0},
        "N13": {"repeated": 5, "found": 7, "rate": 71.43},
        "N14": {"closed": 0, "found": 2, "rate": 0.0},
        "rectified": 1,
        "closed": 1,
        "relapsed": 1,
        "open": 6,
    }.items() <= june.items()


async def test_nothing_to_divide_by_has_no_rate(tables: Pool, office: Office) -> None:
    await project(tables, Street())
    empty = await period(office)

    assert {None} == {empty[code]["rate"] for code in ("N02", "N05", "N06", "N07", "N08", "N09", "N14")}


async def test_a_hazard_counts_by_finding_verification_and_closing_day(tables: Pool, office: Office) -> None:
    street = Street()
    hazard = street.enterprise().hazard().found("2026-05-30").ordered("2026-05-30", "2026-06-10")
    hazard.submitted("2026-06-09").passed("2026-06-12").closed("2026-07-01")
    await project(tables, street)
    may = await period(office, **{"from": "2026-05-01", "to": "2026-05-31"})
    june = await period(office)
    july = await period(office, **{"from": "2026-07-01", "to": "2026-07-31"})

    assert [(1, 0, 0), (0, 1, 0), (0, 0, 1)] == [
        (month["N04"]["found"], month["rectified"], month["closed"]) for month in (may, june, july)
    ]
    assert [None, 100.0, None] == [month["N06"]["rate"] for month in (may, june, july)]
    assert 100.0 == may["N09"]["rate"]


async def test_the_cumulative_figures_begin_on_new_years_day(tables: Pool, office: Office) -> None:
    street = Street()
    firm = street.enterprise()
    firm.hazard("去年").found("2025-12-31")
    firm.hazard("春天").found("2026-03-01")
    firm.hazard("六月").found("2026-06-01")
    await project(tables, street)
    tally = await office.json("/tallies", **JUNE)

    assert (1, 2) == (tally["period"]["N04"]["found"], tally["cumulative"]["N04"]["found"])
    assert (STREET[:9], "2026-06-01", "2026-06-30") == (tally["division"], tally["from"], tally["to"])


async def test_divisions_roll_up_by_prefix(tables: Pool, office: Office) -> None:
    street = Street()
    street.enterprise().hazard("这边").found("2026-06-03")
    neighbour = replace(street, division="330111006002")
    neighbour.enterprise().hazard("那边").found("2026-06-03")
    await project(tables, street)
    found = [
        (await period(office, DISTRICT, division=division))["N04"]["found"]
        for division in ("330111", "330111000000", "330111005", "330111006002", "330111007")
    ]

    assert [2, 2, 1, 1, 0] == found


async def test_a_deadline_still_to_come_is_not_missed(tables: Pool, office: Office) -> None:
    street = Street()
    firm = street.enterprise()
    firm.hazard("今天").found("2026-06-03").ordered("2026-06-03", "2026-07-05")
    firm.hazard("昨天").found("2026-06-03").ordered("2026-06-03", "2026-07-04")
    await project(tables, street)
    july = await period(office, **{"from": "2026-07-01", "to": "2026-07-31"})

    assert {"overdue": 1, "due": 2, "rate": 50.0} == july["N07"]


async def test_a_granted_round_moves_the_due_day(tables: Pool, office: Office) -> None:
    street = Street()
    hazard = street.enterprise().hazard().found("2026-06-03").ordered("2026-06-03", "2026-06-11")
    hazard.submitted("2026-06-10").failed("2026-06-11", "2026-07-20")
    await project(tables, street)

    assert 0 == (await period(office))["N06"]["due"]


async def test_an_upgraded_hazard_is_due_by_its_plan_alone(tables: Pool, office: Office) -> None:
    street = Street()
    hazard = street.enterprise().hazard().found("2026-06-03").ordered("2026-06-03", "2026-06-11")
    hazard.submitted("2026-06-10").upgraded("2026-06-15")
    await project(tables, street)
    june = await period(office)
    hazard.planned("2026-06-20", "2026-07-02").submitted("2026-07-04").passed("2026-07-05")
    await project(tables, street)
    later = [await period(office), await period(office, **{"from": "2026-07-01", "to": "2026-07-31"})]

    assert (0, 0) == (june["N06"]["due"], june["N07"]["due"])
    assert [(0, 0), (0, 1)] == [(each["N06"]["in_time"], each["N06"]["due"]) for each in later]


async def test_reopening_counts_as_relapse_and_not_as_found_again(tables: Pool, office: Office) -> None:
    street = Street()
    hazard = street.enterprise().hazard().found("2026-06-03").fixed_on_spot("2026-06-03")
    hazard.closed("2026-06-03").reopened("2026-06-10", "2026-06-20")
    await project(tables, street)
    june = await period(office)

    assert (1, 1, 0, 0) == (june["N04"]["found"], june["relapsed"], june["rectified"], june["closed"])


async def test_coverage_counts_objects_once_and_leaves_out_those_closed_down(
    tables: Pool, office: Office
) -> None:
    street = Street()
    one, two, gone = (street.enterprise(name) for name in ("甲", "乙", "丙"))
    gone.tell(EnterpriseClosedDown(reason="注销"), "2026-05-31")
    for day in ("2026-06-01", "2026-06-02"):
        street.visit(one, day)
    street.visit(two, "2026-07-01")
    await project(tables, street)
    june = await period(office)

    assert ({"objects": 1, "visits": 2}, {"visited": 1, "in_scope": 2, "rate": 50.0}) == (
        june["N01"],
        june["N02"],
    )


async def test_only_ones_own_division_is_tallied(tables: Pool, office: Office) -> None:
    street = Street()
    firm = street.enterprise()
    await project(tables, street)
    owner = Caller("p-300", Role.ENT_M, STREET, firm.id)

    assert [200, 404, 404, 403] == [
        (await office.get("/tallies", caller, division=division)).status_code
        for caller, division in (
            (TOWN, STREET),
            (TOWN, "330111"),
            (ELSEWHERE, STREET),
            (owner, STREET),
        )
    ]


async def test_a_period_that_ends_before_it_begins_is_refused(tables: Pool, office: Office) -> None:
    await project(tables, Street())
    answer = await office.get("/tallies", **{"from": "2026-06-30", "to": "2026-06-01"})

    assert (422, "/from") == (answer.status_code, answer.json()["errors"][0]["pointer"])


@pytest.mark.parametrize(
    ("part", "whole", "percent"), [(1, 3, 33.33), (2, 3, 66.67), (1, 16, 6.25), (1, 800, 0.13), (0, 0, None)]
)
def test_a_rate_has_two_decimals(part: int, whole: int, percent: float | None) -> None:
    assert percent == rate(part, whole)
