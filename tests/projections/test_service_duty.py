"""服务矩阵 · What is owed in each quarter, which acts count towards it, and what is missing on a day."""

from typing import Any

import pytest

from contracts.enterprise import EnterpriseClosedDown
from contracts.service_plan import DutiesChanged, ExpertChangeProposed, ExpertChangeRefused
from contracts.values import Role, VisitKind
from given.serving import ONE, TWO, Served, duties, expert, in_full
from given.street import Street
from services.postgres import Pool
from services.projections import service_duty
from services.tokens import Caller

from .conftest import DISTRICT, ELSEWHERE, TOWN, Office
from .conftest import project as project_all

SEP = "2026-09-01"


async def project(tables: Pool, street: Street) -> None:
    """Only this read model: the hazards of these stories have no life but what is done about them."""
    await project_all(tables, street, projections=(service_duty,))


def served(street: Street, name: str = "某某五金厂", **more: Any) -> Served:
    return Served(street.enterprise(name)).planned(**more)


async def done(office: Office, which: Served, as_of: str = "2026-12-31") -> list[tuple[int, ...]]:
    """Checks, urges and re-checks done in each quarter."""
    matrix = await office.json(f"/service-plans/{which.plan}/matrix", as_of=as_of)
    return [tuple(cell["done"] for cell in quarter["cells"]) for quarter in matrix["quarters"]]


async def missing(office: Office, caller: Caller = TOWN, **asked: Any) -> list[tuple[str, int, str]]:
    """Whose quarters lack something, and how they stand."""
    page = await office.json("/service-plans/gaps", caller, **asked)
    return [(item["enterprise_name"], item["quarter"], item["state"]) for item in page["items"]]


async def test_visits_urges_and_re_checks_fill_the_matrix(tables: Pool, office: Office) -> None:
    plan = in_full(served(Street()))
    await project(tables, plan.firm.street)

    assert [(1, 1, 1)] * 4 == await done(office, plan)
    assert [] == await missing(office, as_of="2026-12-31")


async def test_an_act_counts_in_the_quarter_of_its_local_day(tables: Pool, office: Office) -> None:
    plan = served(Street())
    plan.visited("2026-03-31", recorded_on="2026-04-02").visited("2026-04-01")
    plan.urged("2025-12-31").urged("2026-06-30").rechecked("2027-01-01")
    await project(tables, plan.firm.street)

    assert [(1, 0, 0), (1, 1, 0), (0, 0, 0), (0, 0, 0)] == await done(office, plan)


async def test_several_on_one_day_count_once(tables: Pool, office: Office) -> None:
    plan = served(Street())
    plan.urged("2026-02-03").urged("2026-02-03").rechecked("2026-02-20").rechecked("2026-02-20", passed=False)
    plan.visited("2026-02-20", kind=VisitKind.RECHECK).urged("2026-02-04")
    await project(tables, plan.firm.street)

    assert (0, 2, 1) == (await done(office, plan))[0]


@pytest.mark.parametrize(
    ("visit", "counts"),
    [
        ({}, 1),
        ({"organisation": TWO}, 0),
        ({"organisation": "org-town", "officers": ("p-9",)}, 0),
        ({"organisation": "org-town", "officers": ("p-9", "p-71")}, 1),
        ({"organisation": "org-town", "by": "p-71"}, 1),
        ({"kind": VisitKind.ADMIN}, 0),
        ({"kind": VisitKind.REMOTE}, 0),
        ({"kind": VisitKind.RECHECK}, 0),
    ],
    ids=[
        "by the institution",
        "by another institution",
        "by the town alone",
        "by the town with the expert",
        "by the expert",
        "an inspection",
        "a look from afar",
        "a re-check",
    ],
)
async def test_a_check_is_a_visit_of_who_serves(
    tables: Pool, office: Office, visit: dict[str, Any], counts: int
) -> None:
    plan = served(Street()).visited("2026-02-03", **visit)
    await project(tables, plan.firm.street)

    assert counts == (await done(office, plan))[0][0]


async def test_neither_the_system_urges_nor_the_enterprise_re_checks_itself(
    tables: Pool, office: Office
) -> None:
    plan = served(Street()).urged("2026-02-03", role=Role.SYS).rechecked("2026-02-04", role=Role.ENT_S)
    await project(tables, plan.firm.street)

    assert (0, 0, 0) == (await done(office, plan))[0]


async def test_who_served_before_counts_until_the_day_before(tables: Pool, office: Office) -> None:
    plan = served(Street()).other_institution("2026-05-10", TWO)
    for day in ("2026-02-03", "2026-05-09", "2026-05-10", "2026-08-03"):
        plan.visited(day, organisation=ONE)
    plan.visited("2026-03-03", organisation=TWO).visited("2026-08-04", organisation=TWO)
    await project(tables, plan.firm.street)
    matrix = await office.json(f"/service-plans/{plan.plan}/matrix", as_of="2026-12-31")

    assert [1, 1, 1, 0] == [quarter["cells"][0]["done"] for quarter in matrix["quarters"]]
    assert ["2026-02-03", "2026-05-09", "2026-08-04"] == [
        act["on"] for act in matrix["acts"] if act["counts"]
    ]
    assert 6 == len(matrix["acts"])


async def test_acts_from_before_the_plan_was_written_count_within_its_contract(
    tables: Pool, office: Office
) -> None:
    street = Street()
    plan = Served(street.enterprise()).visited("2026-01-20").urged("2026-01-21")
    plan.planned("2026-02-10")
    await project(tables, street)

    assert (1, 1, 0) == (await done(office, plan))[0]


async def test_an_overdue_quarter_is_told_as_of_a_day(tables: Pool, office: Office) -> None:
    plan = served(Street()).visited("2026-02-03").urged("2026-02-04").rechecked("2026-04-07")
    await project(tables, plan.firm.street)
    states = {
        day: await missing(office, as_of=day)
        for day in ("2026-03-15", "2026-03-16", "2026-03-31", "2026-04-01", "2026-04-07")
    }

    name = "某某五金厂"
    assert {
        "2026-03-15": [(name, 1, "OPEN")],
        "2026-03-16": [(name, 1, "DUE_SOON")],
        "2026-03-31": [(name, 1, "DUE_SOON")],
        "2026-04-01": [(name, 1, "OVERDUE"), (name, 2, "OPEN")],
        "2026-04-07": [(name, 1, "OVERDUE"), (name, 2, "OPEN")],
    } == states


async def test_numbers_of_its_own_are_owed(tables: Pool, office: Office) -> None:
    plan = in_full(served(Street()))
    twice = DutiesChanged.model_validate(
        plan.of | {"institution": ONE, "duties": duties(*[(1, 1, 1)] * 3, (2, 2, 2)), "reason": "红色风险"}
    )
    plan.tell(twice, "2026-09-10")
    await project(tables, plan.firm.street)
    (gap,) = (await office.json("/service-plans/gaps", as_of="2026-12-31"))["items"]

    assert (4, [(2, 1, 1)] * 3) == (
        gap["quarter"],
        [(cell["owed"], cell["done"], cell["missing"]) for cell in gap["cells"]],
    )


async def test_nothing_is_owed_in_a_quarter_that_the_plan_or_the_enterprise_did_not_see_the_end_of(
    tables: Pool, office: Office
) -> None:
    street = Street()
    served(street, "甲").ended("2026-05-01", "2026-06-30")
    served(street, "乙").ended("2026-05-01", "2026-06-29")
    closed = served(street, "丙").firm
    closed.tell(EnterpriseClosedDown(reason="注销"), "2026-04-02")
    await project(tables, street)

    assert [("丙", 1), ("乙", 1), ("甲", 1), ("甲", 2)] == [
        gap[:2] for gap in await missing(office, as_of="2026-12-31")
    ]


async def test_gaps_are_filtered_and_paged(tables: Pool, office: Office) -> None:
    street = Street()
    for name in ("甲", "乙", "丙"):
        served(street, name)
    served(street, "丁", institution=TWO)
    await project(tables, street)
    everything = await missing(office, as_of=SEP)
    pages, cursor = [], None
    while True:
        more = {"cursor": cursor} if cursor else {}
        page = await office.json("/service-plans/gaps", as_of=SEP, limit=5, **more)
        pages += [(item["enterprise_name"], item["quarter"], item["state"]) for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break

    assert 12 == len(everything)
    assert everything == pages
    assert 4 == len(await missing(office, as_of=SEP, quarter=2))
    assert [("丁", 1), ("丁", 2), ("丁", 3)] == [
        gap[:2] for gap in await missing(office, as_of=SEP, institution=TWO)
    ]
    assert [] == await missing(office, as_of=SEP, year=2025)
    assert 422 == (await office.get("/service-plans/gaps", quarter=5)).status_code
    assert 422 == (await office.get("/service-plans/gaps", cursor="x")).status_code


async def test_what_lies_elsewhere_is_not_seen(tables: Pool, office: Office) -> None:
    plan = served(Street())
    await project(tables, plan.firm.street)
    own = Caller("p-300", Role.ENT_M, "330111005000", plan.firm.id, None, "p-300")
    another = Caller("p-301", Role.ENT_M, "330111005000", "somebody-else", None, "p-301")
    seen = [
        (
            len(await missing(office, caller, as_of=SEP)),
            (await office.get(f"/service-plans/{plan.plan}/matrix", caller)).status_code,
        )
        for caller in (TOWN, DISTRICT, own, ELSEWHERE, another)
    ]

    assert [(3, 200), (3, 200), (3, 200), (0, 404), (0, 404)] == seen
    assert [3, 3, 0] == [
        len(await missing(office, DISTRICT, as_of=SEP, division=division))
        for division in ("330111", "330111005", "330111006")
    ]


async def test_the_list_shows_each_plan_with_its_quarters(tables: Pool, office: Office) -> None:
    street = Street()
    one, two = in_full(served(street, "甲")), served(street, "乙", institution=TWO)
    proposal = {"institution": TWO, "former": "p-71", "expert": expert("p-50"), "reason": "调离"}
    two.tell(ExpertChangeProposed.model_validate(two.of | proposal), "2026-05-01", "p-71")
    await project(tables, street)
    first = await office.json("/service-plans", as_of="2026-12-31", limit=1)
    second = await office.json("/service-plans", as_of="2026-12-31", limit=1, cursor=first["next"])
    (late,), (whole,) = first["items"], second["items"]

    assert ("乙", "张三", "钱七", None) == (
        late["enterprise_name"],
        late["expert"]["name"],
        late["proposed"]["name"],
        second["next"],
    )
    assert ["DONE"] * 4 == [quarter["state"] for quarter in whole["quarters"]]
    assert ["OVERDUE"] * 3 + ["DUE_SOON"] == [quarter["state"] for quarter in late["quarters"]]
    assert whole["plan"] == one.plan
    refused = {"institution": TWO, "expert": "p-50", "proposed_by": "p-71", "reason": "不同意"}
    two.tell(ExpertChangeRefused.model_validate(two.of | refused), "2026-05-02")
    await project(tables, street)
    assert {None} == {item["proposed"] for item in (await office.json("/service-plans"))["items"]}


async def test_coverage_and_continuity_are_rates_of_plans(tables: Pool, office: Office) -> None:
    street = Street()
    in_full(served(street, "甲"))
    served(street, "乙").visited("2026-02-03").other_expert("2026-05-01", "p-72")
    served(street, "丙")
    await project(tables, street)
    figures = await office.json("/service-plans/figures", as_of="2026-12-31")

    assert {
        "year": 2026,
        "as_of": "2026-12-31",
        "plans": 3,
        "served": 2,
        "coverage_rate": 66.67,
        "continuous": 2,
        "continuity_rate": 66.67,
        "overdue": 2,
    } == figures
    nothing = await office.json("/service-plans/figures", year=2031)
    assert (0, None, None) == (nothing["plans"], nothing["coverage_rate"], nothing["continuity_rate"])
