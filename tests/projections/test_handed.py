"""经手与更正 · What was handed on is seen by who was asked, wherever they are; what was corrected is shown corrected."""

import pytest

from contracts.regions import CorrectedField, Holder
from contracts.values import Role
from given.street import Street
from services.postgres import Pool
from services.tokens import Caller

from .conftest import TOWN, Office, project

CITY = Holder(organisation="org-city-fire", division="330200000000")
THERE = Caller("p-70", Role.DPO, "330200000000", "org-city-fire", None, "p-70")
SAME_NAME_ELSEWHERE = Caller("p-71", Role.DPO, "330300000000", "org-city-fire", None, "p-71")
OTHER_OFFICE = Caller("p-72", Role.DPO, "330200000000", "org-city-water", None, "p-72")
ENTERPRISE_THERE = Caller("p-73", Role.ENT_M, "330200000000", "org-city-fire", None, "p-73")


async def seen(office: Office, hazard: object, caller: Caller) -> tuple[int, int]:
    """How many of the ledger's rows somebody sees, and what the trail answers."""
    rows = (await office.json("/hazards", caller))["items"]
    return len(rows), (await office.get(f"/hazards/{hazard}/trail", caller)).status_code


async def test_who_is_asked_to_take_it_over_sees_it_until_it_is_given_back(
    tables: Pool, office: Office
) -> None:
    street = Street()
    hazard = street.enterprise().hazard().found("2026-06-03").ordered("2026-06-03", "2026-06-18")
    street.enterprise("别家").hazard("别的").found("2026-06-03")
    answers = []
    for step in (
        lambda: None,
        lambda: hazard.offered("2026-06-04", CITY),
        lambda: hazard.given_back("2026-06-05", CITY),
        lambda: hazard.offered("2026-06-06", CITY),
        lambda: hazard.taken_over("2026-06-07", CITY),
    ):
        step()
        await project(tables, street)
        answers.append(await seen(office, hazard.id, THERE))

    assert [(0, 404), (1, 200), (0, 404), (1, 200), (1, 200)] == answers


@pytest.mark.parametrize("caller", [SAME_NAME_ELSEWHERE, OTHER_OFFICE, ENTERPRISE_THERE])
async def test_nobody_else_sees_what_was_handed_there(tables: Pool, office: Office, caller: Caller) -> None:
    street = Street()
    hazard = street.enterprise().hazard().found("2026-06-03")
    hazard.offered("2026-06-04", CITY).taken_over("2026-06-07", CITY)
    await project(tables, street)

    assert (0, 404) == await seen(office, hazard.id, caller)


async def test_the_ledger_names_the_holder_and_counts_it_where_it_was(tables: Pool, office: Office) -> None:
    street = Street()
    hazard = street.enterprise().hazard().found("2026-06-03")
    street.enterprise("别家").hazard("别的").found("2026-06-03")
    hazard.offered("2026-06-04", CITY).taken_over("2026-06-07", CITY)
    await project(tables, street)
    items = (await office.json("/hazards", TOWN))["items"]

    assert {"org-city-fire", None} == {item["holder"] for item in items}
    assert {street.division} == {item["division"] for item in items}


async def test_a_correction_shows_in_the_ledger_in_the_file_and_in_the_trail(
    tables: Pool, office: Office
) -> None:
    street = Street()
    firm = street.enterprise()
    hazard = firm.hazard().found("2026-06-03")
    hazard.corrected("2026-06-04", CorrectedField.PLACE, "2号车间", "3号车间")
    hazard.corrected("2026-06-04", CorrectedField.OBJECT_TEXT, "空", "东侧厂房")
    await project(tables, street)
    (item,) = (await office.json("/hazards"))["items"]
    file = await office.json(f"/enterprises/{firm.id}/file")
    trail = await office.json(f"/hazards/{hazard.id}/trail")

    assert "3号车间" == item["place"]
    assert "3号车间" in str(file)
    assert "隐患部位由「2号车间」改为「3号车间」，原因：录入有误" in trail["steps"][2]["text"]


async def test_an_offer_and_its_answers_are_told_in_chinese(tables: Pool, office: Office) -> None:
    street = Street()
    hazard = street.enterprise().hazard().found("2026-06-03")
    hazard.offered("2026-06-04", CITY).given_back("2026-06-05", CITY)
    await project(tables, street)
    steps = (await office.json(f"/hazards/{hazard.id}/trail"))["steps"]

    assert "移送org-city-fire：应由其他部门处理，应于2026年6月11日前答复，接收前仍由属地" in steps[2]["text"]
    assert "第1次退回移送：不属本部门职责，仍由属地（330111005000）负责" in steps[3]["text"]
