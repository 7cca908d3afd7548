"""降级与督办 · What a downgrade takes back in every list and figure, and that a listing changes none of them."""

from contracts import hazard as life
from contracts.regions import MeasureKind
from given.street import Life, Street
from services.postgres import Pool

from .conftest import Office, project

JUNE = {"from": "2026-06-01", "to": "2026-06-30"}


def planned(street: Street) -> Life:
    hazard = street.enterprise().hazard().found("2026-06-03").ordered("2026-06-03", "2026-06-11")
    return hazard.upgraded("2026-06-05").planned("2026-06-08", "2026-06-20")


async def test_a_downgrade_cancels_the_plan_and_its_deadline(tables: Pool, office: Office) -> None:
    street = Street()
    hazard = planned(street).downgraded("2026-06-25")
    await project(tables, street)
    (item,) = (await office.json("/hazards"))["items"]
    (filed,) = (await office.json(f"/enterprises/{hazard.firm.id}/file"))["hazards"]

    expected = {"status": "REGISTERED", "level": "GENERAL", "deadline": None, "overdue": False}
    assert expected == {name: item[name] for name in expected}
    assert expected == {name: filed[name] for name in expected}
    assert None in [each["deadline"] for each in filed["rounds"]]


async def test_a_downgraded_hazard_is_counted_as_general_and_due_by_its_next_order(
    tables: Pool, office: Office
) -> None:
    street = Street()
    hazard = planned(street).downgraded("2026-06-18")
    await project(tables, street)
    before = (await office.json("/tallies", **JUNE))["period"]
    hazard.ordered("2026-06-19", "2026-06-28").submitted("2026-06-26").passed("2026-06-27")
    await project(tables, street)
    after = (await office.json("/tallies", **JUNE))["period"]

    assert {"found": 1, "general": 1, "major": 0, "upgraded": 0} == before["N04"]
    assert (0, 1, 1) == (before["N06"]["due"], after["N06"]["in_time"], after["N06"]["due"])


async def test_measures_and_applications_leave_status_and_deadline_alone(
    tables: Pool, office: Office
) -> None:
    street = Street()
    hazard = planned(street)
    await project(tables, street)
    (before,) = (await office.json("/hazards"))["items"]
    kinds = (MeasureKind.EVACUATE,)
    hazard.tell(life.InterimMeasureImposed(**hazard.known, kinds=kinds, extent="3号车间"), "2026-06-09")
    hazard.tell(life.LiftRefused(**hazard.known, reason="尚未消除"), "2026-06-10")
    await project(tables, street)
    (after,) = (await office.json("/hazards"))["items"]

    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"version", "position"}
