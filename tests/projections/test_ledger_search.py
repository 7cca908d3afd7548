"""台账检索 · Found by any words of it, sorted by any column, page by page."""

from typing import Any

import pytest

from contracts.enterprise import EnterpriseProfileChanged
from contracts.hazard import HazardCorrected
from contracts.regions import CorrectedField, Correction
from given.street import Street, a_street_with_every_kind_of_life
from services.postgres import Pool
from services.projections import ledger, ledger_query
from services.projections.ledger_sorting import COLUMNS

from .conftest import Office, project


@pytest.fixture
async def street(tables: Pool) -> Street:
    street = Street()
    firm, other = street.enterprise("宏达五金厂"), street.enterprise("鑫盛纺织厂")
    firm.hazard("配电箱未接地").found("2026-06-03").ordered("2026-06-03", "2026-06-20")
    firm.hazard("消防通道堵塞").found("2026-06-04").ordered("2026-06-04", "2026-06-10")
    other.hazard("配電箱無漏電保護").found("2026-06-05").closed("2026-06-09")
    other.hazard("箱门配件缺失，电线老化").captured("2026-06-06", "p-71")
    await project(tables, street, projections=[ledger])
    return street


async def found(office: Office, **asked: Any) -> list[str]:
    return [item["description"] for item in (await office.json("/hazards", **asked))["items"]]


@pytest.mark.parametrize("walked", [ledger_query.WALKED, 0])
async def test_a_hazard_is_found_by_any_of_its_words(
    office: Office, street: Street, walked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger_query, "WALKED", walked)
    kept: dict[str, list[str]] = {
        "配电": ["配電箱無漏電保護", "配电箱未接地"],
        "配電箱": ["配電箱無漏電保護", "配电箱未接地"],
        "箱": ["箱门配件缺失，电线老化", "配電箱無漏電保護", "配电箱未接地"],
        "宏達": ["消防通道堵塞", "配电箱未接地"],
        "鑫盛": ["箱门配件缺失，电线老化", "配電箱無漏電保護"],
        "鑫盛　配电": ["配電箱無漏電保護"],
        "鑫盛 通道": [],
        "电箱配": [],
        "；": [],
    }

    assert kept == {text: await found(office, text=text) for text in kept}


async def test_a_hazard_is_found_by_its_number_and_how_that_ends(office: Office, street: Street) -> None:
    (item,) = (await office.json("/hazards", text="消防通道"))["items"]
    number = item["number"]

    assert [["消防通道堵塞"]] * 3 == [
        await found(office, text=text) for text in (number, number.lower(), number[-6:])
    ]
    assert ["消防通道堵塞"] == await found(office, number=number)


async def test_an_enterprise_is_found_by_its_new_name_and_by_its_old_one(
    tables: Pool, office: Office, street: Street
) -> None:
    firm = street.enterprise("永兴家具厂")
    firm.hazard("木屑堆积").found("2026-06-10")
    firm.tell(EnterpriseProfileChanged(name="永興智能家居厂"), "2026-06-12")
    await project(tables, street, projections=[ledger])

    assert [["木屑堆积"]] * 3 == [
        await found(office, text=text) for text in ("智能家居", "家具厂", "智能 木屑")
    ]


async def test_a_corrected_hazard_is_found_by_what_it_says_now(
    tables: Pool, office: Office, street: Street
) -> None:
    hazard = street.enterprise("天成化工厂").hazard("阀门滴漏").found("2026-06-10")
    change = Correction(field=CorrectedField.DESCRIPTION, before="阀门滴漏", after="法兰渗漏")
    hazard.tell(HazardCorrected(reason="写错", changes=(change,)), "2026-06-11")
    await project(tables, street, projections=[ledger])

    assert (["法兰渗漏"], []) == (await found(office, text="法兰"), await found(office, text="阀门"))


async def test_every_column_sorts_both_ways_page_by_page(tables: Pool, office: Office) -> None:
    await project(tables, a_street_with_every_kind_of_life(), projections=[ledger])
    for column in COLUMNS:
        await sorts_both_ways(office, column)


async def sorts_both_ways(office: Office, column: str) -> None:
    for sort in (column, f"-{column}"):
        whole = (await office.json("/hazards", sort=sort))["items"]
        paged: list[dict[str, Any]] = []
        cursor: dict[str, str] = {}
        while True:
            page = await office.json("/hazards", sort=sort, limit=3, **cursor)
            paged += page["items"]
            if page["next"] is None:
                break
            cursor = {"cursor": page["next"]}
        values = [item[column] for item in whole if column in item and item[column] is not None]

        assert [item["id"] for item in whole] == [item["id"] for item in paged], sort
        assert values == sorted(values, reverse=sort.startswith("-")), sort
        assert len(values) == sum(item.get(column) is not None for item in whole[: len(values)]), sort


async def test_a_cursor_goes_on_in_its_own_order_only(office: Office, street: Street) -> None:
    cursor = (await office.json("/hazards", sort="deadline", limit=1))["next"]
    answers = [
        await office.get("/hazards", sort=sort, cursor=cursor) for sort in ("-deadline", "number", "nothing")
    ]

    assert [(422, "/cursor"), (422, "/cursor"), (422, "/sort")] == [
        (answer.status_code, answer.json()["errors"][0]["pointer"]) for answer in answers
    ]


async def test_a_filter_on_any_column_keeps_what_it_names(office: Office, street: Street) -> None:
    kept: list[tuple[dict[str, Any], list[str]]] = [
        ({"found_from": "2026-06-04", "found_to": "2026-06-05"}, ["配電箱無漏電保護", "消防通道堵塞"]),
        ({"deadline_to": "2026-06-10"}, ["消防通道堵塞"]),
        ({"closed_from": "2026-06-09"}, ["配電箱無漏電保護"]),
        ({"responsible": "p-301", "sort": "deadline"}, ["消防通道堵塞", "配电箱未接地"]),
        ({"industry": "机械", "text": "通道"}, ["消防通道堵塞"]),
        ({"visit_kind": ["ADMIN", "JOINT"], "size_class": "ABOVE"}, []),
        ({"round_from": 2}, []),
    ]

    assert kept == [(filters, await found(office, **filters)) for filters, _ in kept]
