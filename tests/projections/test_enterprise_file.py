"""一企一档 · Everything about one enterprise, and the list of all of them."""

from dataclasses import replace
from uuid import uuid4

from contracts.enterprise import EnterpriseClosedDown, EnterpriseProfileChanged, EnterpriseSuspended
from contracts.values import Role
from given.street import STREET, Street, a_street_with_every_kind_of_life
from services.postgres import Pool
from services.tokens import Caller

from .conftest import DISTRICT, ELSEWHERE, TOWN, Office, project


async def test_a_file_holds_profile_history_persons_visits_and_figures(tables: Pool, office: Office) -> None:
    street = a_street_with_every_kind_of_life()
    await project(tables, street)
    (firm,) = (await office.json("/enterprises", text="五金"))["items"]
    file = await office.json(f"/enterprises/{firm['id']}/file")

    profile = {
        "village": "西村",
        "industry": "五金",
        "colour_name": "黄",
        "standing_name": "正常",
        "version": 4,
    }
    assert profile == {name: file["profile"][name] for name in profile}
    assert ["建档", "档案变更", "责任人", "风险定级"] == [change["name"] for change in file["history"]]
    assert [("主要负责人", "赵六")] == [(p["post_name"], p["person"]["name"]) for p in file["persons"]]
    assert [("2026-06-03", ["李四", "钱七"], 3)] == [
        (visit["visited_on"], [each["name"] for each in visit["officers"]], visit["finds"])
        for visit in file["visits"]
    ]
    assert {
        "visits": 1,
        "last_visit": "2026-06-03",
        "found": 3,
        "open": 2,
        "overdue": 1,
        "submitted": 1,
        "rectified": 1,
        "closed": 1,
        "major": 0,
        "major_open": 0,
    } == file["figures"]


async def test_a_file_shows_every_round_of_a_hazard(tables: Pool, office: Office) -> None:
    street = Street()
    firm = street.enterprise()
    hazard = firm.hazard().found("2026-06-03").ordered("2026-06-03", "2026-06-11")
    hazard.submitted("2026-06-10").failed("2026-06-11", "2026-06-20").submitted("2026-06-19")
    hazard.passed("2026-06-21").closed("2026-06-22").reopened("2026-06-30", "2026-07-20")
    await project(tables, street)
    (line,) = (await office.json(f"/enterprises/{firm.id}/file"))["hazards"]

    assert ("RECTIFYING", "2026-07-20", None, False) == (
        line["status"],
        line["deadline"],
        line["closed_on"],
        line["overdue"],
    )
    assert [
        (1, "2026-06-11", "王五", "2026-06-10", "2026-06-11", False, "接地线松动", None),
        (2, "2026-06-20", "王五", "2026-06-19", "2026-06-21", True, None, "2026-06-22"),
        (3, "2026-07-20", "王五", None, None, None, None, None),
    ] == [
        (
            each["round"],
            each["deadline"],
            each["responsible"]["name"],
            each["submitted_on"],
            each["reinspected_on"],
            each["passed"],
            each["remark"],
            each["closed_on"],
        )
        for each in line["rounds"]
    ]


async def test_an_upgrade_cancels_the_deadline_of_its_round(tables: Pool, office: Office) -> None:
    street = Street()
    firm = street.enterprise()
    hazard = firm.hazard().found("2026-06-03").ordered("2026-06-03", "2026-06-11").upgraded("2026-06-15")
    await project(tables, street)
    (upgraded,) = (await office.json(f"/enterprises/{firm.id}/file"))["hazards"]
    hazard.planned("2026-06-20", "2026-08-10")
    await project(tables, street)
    (planned,) = (await office.json(f"/enterprises/{firm.id}/file"))["hazards"]

    assert ("PLAN_REQUIRED", None, False, [None]) == (
        upgraded["status"],
        upgraded["deadline"],
        upgraded["overdue"],
        [each["deadline"] for each in upgraded["rounds"]],
    )
    assert ["2026-08-10"] == [each["deadline"] for each in planned["rounds"]]


async def test_what_was_put_right_on_the_spot_is_a_round_of_its_own(tables: Pool, office: Office) -> None:
    street = Street()
    firm = street.enterprise()
    firm.hazard().found("2026-06-04").fixed_on_spot("2026-06-04")
    await project(tables, street)
    (line,) = (await office.json(f"/enterprises/{firm.id}/file"))["hazards"]

    expected = {"deadline": None, "measures": "当场接好", "completed_on": "2026-06-04", "passed": True}
    assert expected == {name: line["rounds"][0][name] for name in expected}


async def test_drafts_and_rejected_finds_stand_in_no_file(tables: Pool, office: Office) -> None:
    street = Street()
    firm = street.enterprise()
    firm.hazard("草稿").captured("2026-06-07", "p-71")
    firm.hazard("不算").captured("2026-06-06", "p-99").waiting("2026-06-06", "p-99").rejected("2026-06-07")
    await project(tables, street)

    assert [] == (await office.json(f"/enterprises/{firm.id}/file"))["hazards"]


async def test_a_profile_change_keeps_what_it_does_not_name(tables: Pool, office: Office) -> None:
    street = Street()
    firm = street.enterprise().tell(EnterpriseProfileChanged(address="工业区8号"), "2026-02-01")
    await project(tables, street)
    profile = (await office.json(f"/enterprises/{firm.id}/file"))["profile"]

    assert ("东村", "工业区8号", "规下") == (
        profile["village"],
        profile["address"],
        profile["size_class_name"],
    )


async def test_the_list_of_enterprises_is_filtered(tables: Pool, office: Office) -> None:
    street = Street()
    street.enterprise("某厂")
    street.enterprise("丙厂", industry="纺织").tell(EnterpriseClosedDown(reason="注销"), "2026-03-01")
    street.enterprise("丁厂").tell(EnterpriseSuspended(reason="停产"), "2026-03-01")
    await project(tables, street)
    kept: list[tuple[dict[str, str], set[str]]] = [
        ({}, {"某厂", "丙厂", "丁厂"}),
        ({"text": "某"}, {"某厂"}),
        ({"industry": "纺织"}, {"丙厂"}),
        ({"standing": "SUSPENDED"}, {"丁厂"}),
        ({"standing": "CLOSED_DOWN"}, {"丙厂"}),
        ({"size_class": "ABOVE"}, set()),
        ({"division": "330111006"}, set()),
    ]

    assert kept == [
        (filters, {item["name"] for item in (await office.json("/enterprises", **filters))["items"]})
        for filters, _ in kept
    ]


async def test_a_division_lists_the_enterprises_there_and_below(tables: Pool, office: Office) -> None:
    street = Street()
    street.enterprise("镇上的厂")
    replace(street, division="330111005003").enterprise("村里的厂")
    replace(street, division="330111006002").enterprise("邻镇的厂")
    await project(tables, street)
    kept = [
        ("330111000000", {"镇上的厂", "村里的厂", "邻镇的厂"}),
        ("330111005000", {"镇上的厂", "村里的厂"}),
        ("330111005003", {"村里的厂"}),
        ("330111005", {"镇上的厂", "村里的厂"}),
    ]

    assert kept == [
        (
            division,
            {
                item["name"]
                for item in (await office.json("/enterprises", DISTRICT, division=division))["items"]
            },
        )
        for division, _ in kept
    ]


async def test_the_list_counts_what_is_open_and_goes_on_page_by_page(tables: Pool, office: Office) -> None:
    await project(tables, a_street_with_every_kind_of_life())
    first = await office.json("/enterprises", limit=1)
    second = await office.json("/enterprises", limit=1, cursor=first["next"])

    counted = {
        item["name"]: [item[name] for name in ("found", "open", "overdue", "major_open")]
        for item in (*first["items"], *second["items"])
    }
    assert {"某某五金厂": [3, 2, 1, 0], "甲乙纺织厂": [4, 4, 2, 2]} == counted
    assert second["next"] is None


async def test_a_foreign_file_is_not_found(tables: Pool, office: Office) -> None:
    street = Street()
    firm, other = street.enterprise(), street.enterprise("另一厂")
    await project(tables, street)
    own = Caller("p-300", Role.ENT_M, STREET, firm.id)

    assert [200, 200, 404, 404, 404] == [
        (await office.get(f"/enterprises/{key}/file", caller)).status_code
        for key, caller in (
            (firm.id, TOWN),
            (firm.id, own),
            (other.id, own),
            (firm.id, ELSEWHERE),
            (uuid4(), TOWN),
        )
    ]
    assert [firm.name] == [item["name"] for item in (await office.json("/enterprises", own))["items"]]
