"""期限在读模型中 · A deadline that moved is the one that ledger, tallies and rounds count by."""

import pytest

from given.street import Life, Street
from services.postgres import Pool

from .conftest import Office, project

JUNE = {"from": "2026-06-01", "to": "2026-06-30"}


def unserved(street: Street) -> Life:
    return street.enterprise().hazard().found("2026-06-03").ordered_from_service("2026-06-03")


def served(street: Street) -> Life:
    return unserved(street).served("2026-06-05", "2026-06-20")


def extended(street: Street) -> Life:
    hazard = street.enterprise().hazard().found("2026-06-03").ordered("2026-06-03", "2026-06-18")
    return hazard.extended("2026-06-10", "2026-06-18", "2026-07-20")


@pytest.mark.parametrize(
    ("tell", "deadline", "overdue", "due"),
    [(unserved, None, False, 0), (served, "2026-06-20", True, 1), (extended, "2026-07-20", False, 0)],
)
async def test_the_deadline_in_force_is_counted_by(
    tables: Pool, office: Office, tell, deadline: str | None, overdue: bool, due: int
) -> None:
    street = Street()
    tell(street)
    await project(tables, street)
    (item,) = (await office.json("/hazards"))["items"]
    period = (await office.json("/tallies", **JUNE))["period"]

    assert (deadline, overdue) == (item["deadline"], item["overdue"])
    assert due == period["N07"]["due"]


async def test_the_enterprises_file_shows_the_deadline_in_force(tables: Pool, office: Office) -> None:
    street = Street()
    hazard = extended(street)
    await project(tables, street)
    (line,) = (await office.json(f"/enterprises/{hazard.firm.id}/file"))["hazards"]

    assert ("2026-07-20", ["2026-07-20"]) == (line["deadline"], [each["deadline"] for each in line["rounds"]])
