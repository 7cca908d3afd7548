"""隐患台账 · Given a street's events, then the ledger an official reads and takes home as a workbook."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from contracts.values import Role
from given.street import STREET, Street, a_street_with_every_kind_of_life
from services.postgres import Pool
from services.tokens import Caller

from .conftest import DISTRICT, ELSEWHERE, TOWN, Office, project


async def listed(office: Office, caller: Caller = TOWN, **filters: Any) -> list[str]:
    items = (await office.json("/hazards", caller, **filters))["items"]
    return sorted(item["description"] for item in items)


@pytest.fixture
async def street(tables: Pool) -> Street:
    street = a_street_with_every_kind_of_life()
    await project(tables, street)
    return street


async def test_a_row_tells_how_a_hazard_stands(tables: Pool, office: Office) -> None:
    street = Street()
    hazard = street.enterprise().hazard().found("2026-06-28").ordered("2026-06-28", "2026-07-10")
    await project(tables, street)
    (item,) = (await office.json("/hazards"))["items"]

    expected = {
        "id": str(hazard.id),
        "version": 3,
        "number": hazard.number,
        "draft": False,
        "status": "RECTIFYING",
        "status_name": "整改中",
        "enterprise_name": "某某五金厂",
        "village": "东村",
        "category_name": "用电安全",
        "found_on": "2026-06-28",
        "inspectors": [{"id": "p-9", "name": "李四"}],
        "basis": ["GB 50054-2011 5.2.1"],
        "deadline": "2026-07-10",
        "days_left": 5,
        "overdue": False,
        "responsible": {"id": "p-301", "name": "王五"},
    }
    assert expected == {name: item[name] for name in expected}


async def test_the_inspectors_are_those_of_the_visit(office: Office, street: Street) -> None:
    (item,) = (await office.json("/hazards", text="箱体未接地"))["items"]

    assert ["李四", "钱七"] == [person["name"] for person in item["inspectors"]]


async def test_drafts_and_unconfirmed_finds_are_flagged(office: Office, street: Street) -> None:
    items = (await office.json("/hazards"))["items"]

    assert ["草稿"] == [item["description"] for item in items if item["draft"]]


async def test_a_new_round_shows_nothing_of_the_last_one(tables: Pool, office: Office) -> None:
    street = Street()
    hazard = street.enterprise().hazard().found("2026-06-03").ordered("2026-06-03", "2026-06-10")
    hazard.submitted("2026-06-09").failed("2026-06-10", "2026-07-20")
    await project(tables, street)
    (item,) = (await office.json("/hazards"))["items"]

    expected = {
        "status": "RECTIFYING",
        "round": 2,
        "deadline": "2026-07-20",
        "measures": None,
        "completed_on": None,
        "reinspected_on": None,
        "reinspectors": [],
        "passed": None,
    }
    assert expected == {name: item[name] for name in expected}


async def test_an_upgrade_cancels_the_deadline_and_what_was_submitted_for_it(
    tables: Pool, office: Office
) -> None:
    street = Street()
    hazard = street.enterprise().hazard().found("2026-06-03").ordered("2026-06-03", "2026-06-11")
    hazard.submitted("2026-06-10").upgraded("2026-06-15")
    await project(tables, street)
    (upgraded,) = (await office.json("/hazards"))["items"]
    hazard.planned("2026-06-20", "2026-08-10")
    await project(tables, street)
    (planned,) = (await office.json("/hazards"))["items"]

    expected = {
        "status": "PLAN_REQUIRED",
        "level": "MAJOR",
        "deadline": None,
        "days_left": None,
        "overdue": False,
        "responsible": {"id": "p-301", "name": "王五"},
        "measures": None,
        "completed_on": None,
    }
    assert expected == {name: upgraded[name] for name in expected}
    assert ("RECTIFYING", "2026-08-10", None) == (planned["status"], planned["deadline"], planned["measures"])


async def test_a_division_is_that_division_and_everything_below_it(tables: Pool, office: Office) -> None:
    street = Street()
    street.enterprise("镇上的厂").hazard("镇上").found("2026-06-03")
    for place, division in (("村里", "330111005003"), ("邻镇", "330111006002")):
        there = replace(street, division=division)
        there.enterprise(f"{place}的厂").hazard(place).found("2026-06-03")
    await project(tables, street)
    kept = [
        ("330111000000", {"镇上", "村里", "邻镇"}),
        ("330111005000", {"镇上", "村里"}),
        ("330111005003", {"村里"}),
        ("330111005", {"镇上", "村里"}),
        ("33011100", {"镇上", "村里", "邻镇"}),
        ("330111005004", set()),
    ]

    assert kept == [
        (division, set(await listed(office, DISTRICT, division=division))) for division, _ in kept
    ]


async def test_a_filter_keeps_what_it_names(office: Office, street: Street) -> None:
    kept: list[tuple[dict[str, Any], list[str]]] = [
        ({"status": "CLOSED"}, ["箱体未接地"]),
        ({"status": ["VOIDED", "DUPLICATE"]}, ["录错的", "重复的"]),
        ({"level": "MAJOR"}, ["有限空间未审批", "粉尘未清"]),
        ({"overdue": True}, ["导入的", "插座破损", "通道堵塞"]),
        ({"overdue": False, "level": "MAJOR"}, ["有限空间未审批", "粉尘未清"]),
        ({"category": "B09"}, ["有限空间未审批"]),
        ({"source": "GRID"}, []),
        ({"text": "甲乙", "status": "RECTIFYING"}, ["导入的", "插座破损"]),
        ({"text": "%"}, []),
        ({"text": "_"}, []),
        ({"text": "\\"}, []),
        ({"division": STREET, "status": "DRAFT"}, ["草稿"]),
        ({"division": "330111006"}, []),
    ]

    assert kept == [(filters, await listed(office, **filters)) for filters, _ in kept]


async def test_a_deadline_lasts_until_the_end_of_its_day(tables: Pool, office: Office) -> None:
    street = Street()
    firm = street.enterprise()
    firm.hazard("今天到期").found("2026-06-20").ordered("2026-06-20", "2026-07-05")
    firm.hazard("昨天到期").found("2026-06-20").ordered("2026-06-20", "2026-07-04")
    firm.hazard("到期前已交").found("2026-06-20").ordered("2026-06-20", "2026-07-04").submitted("2026-07-04")
    await project(tables, street)

    assert ["昨天到期"] == await listed(office, overdue=True)


async def test_an_enterprise_is_found_by_its_number_and_by_its_enterprise(
    office: Office, street: Street
) -> None:
    (item,) = (await office.json("/hazards", text="箱体未接地"))["items"]

    assert ["箱体未接地"] == await listed(office, text=item["number"])
    assert "甲乙纺织厂" not in {
        each["enterprise_name"]
        for each in (await office.json("/hazards", enterprise=item["enterprise"]))["items"]
    }


async def test_pages_follow_one_another_without_loss(office: Office, street: Street) -> None:
    whole = [item["id"] for item in (await office.json("/hazards"))["items"]]
    seen: list[str] = []
    answer = await office.get("/hazards", limit=5)
    while True:
        seen += [item["id"] for item in answer.json()["items"]]
        if "next" not in answer.links:
            break
        following = parse_qs(urlsplit(answer.links["next"]["url"]).query)
        answer = await office.get("/hazards", limit=5, cursor=following["cursor"][0])

    assert 11 == len(whole)
    assert whole == seen


async def test_a_cursor_that_is_not_ours_is_refused(tables: Pool, office: Office) -> None:
    await project(tables, Street())
    answers = [await office.get("/hazards", cursor=cursor) for cursor in ("x", "e30", "WyJ4IiwieSJd", "%00")]

    assert [(422, "malformed", "/cursor")] * 4 == [
        (answer.status_code, answer.json()["code"], answer.json()["errors"][0]["pointer"])
        for answer in answers
    ]


async def test_a_filter_without_meaning_is_refused(tables: Pool, office: Office) -> None:
    await project(tables, Street())
    meaningless: list[dict[str, Any]] = [
        {"limit": 201},
        {"status": "OPEN"},
        {"division": "33x"},
        {"category": "电"},
        {"overdue": "?"},
    ]
    answers = [await office.get("/hazards", **filters) for filters in meaningless]

    assert [(422, "application/problem+json")] * 5 == [
        (answer.status_code, answer.headers["Content-Type"]) for answer in answers
    ]


async def test_nobody_sees_beyond_their_division_or_enterprise(office: Office, street: Street) -> None:
    firm = (await office.json("/hazards", text="箱体未接地"))["items"][0]["enterprise"]
    owner = Caller("p-301", Role.ENT_S, STREET, firm)

    assert [] == await listed(office, ELSEWHERE)
    assert [] == await listed(office, ELSEWHERE, division=STREET)
    assert 11 == len(await listed(office, DISTRICT))
    assert ["灭火器过期", "箱体未接地", "通道堵塞"] == await listed(office, owner)


async def test_who_reported_as_the_public_is_not_shown(tables: Pool, office: Office) -> None:
    street = Street()
    hazard = street.enterprise().hazard().captured("2026-06-06", "p-99").waiting("2026-06-06", "p-99")
    await project(tables, street)
    (item,) = (await office.json("/hazards"))["items"]
    trail = await office.get(f"/hazards/{hazard.id}/trail")

    assert [] == item["inspectors"]
    assert "p-99" not in trail.text
