"""企业亮灯 · The light says how what is owed stands today, and by which hazards."""

from dataclasses import dataclass

import pytest

from contracts.values import Level, Status
from given.street import Street, a_street_with_every_kind_of_life
from services.postgres import Pool
from services.projections import cases, enterprise_file, service_duty, visits
from services.projections.enterprise_light import light_of

from .conftest import Office, project

READ_FROM = (enterprise_file, visits, service_duty, cases)


@dataclass(frozen=True)
class Found:
    number: str
    status: Status = Status.RECTIFYING
    level: Level = Level.GENERAL
    overdue: bool = False
    tries: int = 1


LATE = Found("late", overdue=True)
LATE_AGAIN = Found("late-again", overdue=True, tries=2)
MAJOR = Found("major", level=Level.MAJOR)
MAJOR_LATE = Found("major-late", level=Level.MAJOR, overdue=True)
AGAIN = Found("again", tries=2)


@pytest.mark.parametrize(
    ("hazards", "colour", "reasons"),
    [
        ([], "GREEN", []),
        ([Found("in-time")], "GREEN", []),
        ([LATE], "YELLOW", [("一般隐患逾期未整改", ["late"])]),
        ([AGAIN], "YELLOW", [("复查不合格或复发后尚未复查合格", ["again"])]),
        ([MAJOR], "YELLOW", [("重大隐患尚未复查合格", ["major"])]),
        ([LATE_AGAIN], "RED", [("复查不合格或复发后再次逾期", ["late-again"])]),
        (
            [LATE, MAJOR_LATE],
            "RED",
            [("重大隐患逾期未整改", ["major-late"]), ("一般隐患逾期未整改", ["late"])],
        ),
        ([Found("void", Status.VOIDED, Level.MAJOR), Found("done", Status.CLOSED, tries=3)], "GREEN", []),
    ],
)
def test_the_gravest_reason_gives_the_colour(
    hazards: list[Found], colour: str, reasons: list[tuple[str, list[str]]]
) -> None:
    light = light_of(hazards)

    assert (colour, reasons) == (light.colour, [(each.rule, each.hazards) for each in light.reasons])


async def test_a_file_shows_its_light_and_how_fresh_each_part_is(tables: Pool, office: Office) -> None:
    await project(tables, a_street_with_every_kind_of_life(), projections=READ_FROM)
    (firm,) = (await office.json("/enterprises", text="五金"))["items"]
    file = await office.json(f"/enterprises/{firm['id']}/file")
    late = [line["number"] for line in file["hazards"] if line["overdue"]]
    lasting = [line for line in file["hazards"] if line["status"] not in ("VERIFIED", "CLOSED")]
    again = [line["number"] for line in lasting if len(line["rounds"]) > 1]

    assert ("YELLOW", [("一般隐患逾期未整改", late), ("复查不合格或复发后尚未复查合格", again)]) == (
        file["light"]["colour"],
        [(each["rule"], each["hazards"]) for each in file["light"]["reasons"]],
    )
    newest = max(each["began_on"] for line in file["hazards"] for each in line["rounds"])
    last = {each["section"]: each["last"] for each in file["freshness"]}
    assert last["visits"] == "2026-06-03"
    assert last["hazards"] >= newest


async def test_a_file_without_visits_says_that_there_were_none(tables: Pool, office: Office) -> None:
    street = Street()
    firm = street.enterprise()
    await project(tables, street, projections=READ_FROM)
    file = await office.json(f"/enterprises/{firm.id}/file")

    last = {each["section"]: each["last"] for each in file["freshness"]}
    assert dict.fromkeys(last) | {"profile": "2026-01-08"} == last
    assert {"profile", "persons", "risk", "visits"} == {
        each["section"] for each in file["freshness"] if each["stale"]
    }
    assert "GREEN" == file["light"]["colour"]
