"""履历故事 · A visit, its notice, its papers, the plan and the case behind it: each reads as one story."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from contracts import values
from contracts.catalogue import open_event
from contracts.envelope import Event, decode
from contracts.values import Role, VisitKind
from given.cases import referred
from given.street import STREET, Firm, Life, Street, at
from services.postgres import Pool
from services.projections import trail
from services.tokens import Caller

from .conftest import DISTRICT, ELSEWHERE, Office, project

GOLDEN = Path(values.__file__).parents[1] / "tests" / "contracts" / "golden"
VISIT, NOTICE, PLAN, PAPER, CASE = (str(UUID(int=n)) for n in range(1, 6))
DAY = "2026-06-03"


def golden(name: str, **changes: Any) -> Event:
    event = open_event(decode((GOLDEN / f"{name}.json").read_bytes()))
    return type(event).model_validate(event.model_dump() | changes)


def planned(street: Street, firm: Firm, **more: object) -> Callable[..., None]:
    """A visit that is planned; what is given back records its next steps."""

    def step(name: str, **changes: object) -> None:
        street.record(
            f"visit/{VISIT}", golden(f"visit.{name}", enterprise=firm.id, **changes), "p-9", at(DAY)
        )

    step("planned.1", **{"hazards": (), "plan": None, "case": None} | more)
    return step


def papers(street: Street, firm: Firm, life: Life) -> None:
    """The notice of a hazard, served and signed for; its paper, which a second one replaces."""
    about = {"enterprise": firm.id, "number": "（杭滨）应急责改〔2026〕12号"}
    item = {"hazard": str(life.id), "number": life.number, "deadline": "2026-06-18"}

    def notice(name: str, **changes: object) -> None:
        event = golden(f"notice.{name}.1", **{**about, "hazards": (str(life.id),), **changes})
        street.record(f"notice/{NOTICE}", event, "p-9", at(DAY))

    notice("drafted", visit=VISIT, items=(item,))
    notice("numbered", visit=VISIT)
    notice("signature-refused")
    notice("served", items=(item,))
    notice("acknowledged", person="p-301")
    made_from = [
        {"subject": f"notice/{NOTICE}", "version": 4},
        {"subject": f"visit/{VISIT}", "version": 3},
        {"subject": f"hazard/{life.id}", "version": 2},
        {"subject": f"enterprise/{firm.id}", "version": 1},
    ]
    issued = golden(
        "paper.issued.1", of=f"notice/{NOTICE}", made_from=made_from, enterprise=firm.id, kind="ORDER"
    )
    street.record(f"paper/{PAPER}", issued, "p-9", at(DAY))
    street.record(f"paper/{PAPER}", golden("paper.withdrawn.1", enterprise=firm.id), "p-9", at(DAY))


def a_visit_with_its_papers() -> tuple[Street, Firm, Life]:
    street = Street()
    firm = street.enterprise()
    step = planned(street, firm, plan=PLAN, case=CASE)
    step("approved.1")
    step("started.1")
    life = firm.hazard().found(DAY)
    step("item-answered.1", hazard=str(life.id))
    step("recorded.1.full", hazards=(str(life.id),), finds=1, plan=PLAN)
    papers(street, firm, life)
    return street, firm, life


async def types(office: Office, path: str, caller: Caller = DISTRICT) -> list[str]:
    return [step["type"] for step in (await office.json(f"{path}/trail", caller))["steps"]]


ON_PAPER = ["paper.issued", "paper.withdrawn"]


async def test_a_visit_reads_as_one_story_with_its_notice_and_papers(tables: Pool, office: Office) -> None:
    street, _, life = a_visit_with_its_papers()
    await project(tables, street, size=4)
    story = await office.json(f"/visits/{VISIT}/trail", DISTRICT)

    assert ["visit.planned", "visit.approved", "visit.started", "visit.item-answered", "visit.recorded"] == [
        step["type"] for step in story["steps"] if step["subject"] == f"visit/{VISIT}"
    ]
    assert (await types(office, f"/visits/{VISIT}"))[5:] == [
        "notice.drafted", "notice.numbered", "notice.signature-refused", "notice.served", "notice.acknowledged", *ON_PAPER
    ]  # fmt: skip
    assert f"由此记录隐患{life.number}" in story["steps"][3]["text"]
    assert "王五（" in story["steps"][9]["text"]


async def test_a_hazard_tells_who_signed_for_its_notice_and_its_papers_but_nothing_twice(
    tables: Pool, office: Office
) -> None:
    street, _, life = a_visit_with_its_papers()
    await project(tables, street)

    assert (await types(office, f"/hazards/{life.id}")) == [
        "hazard.captured", "hazard.registered", "notice.acknowledged", *ON_PAPER
    ]  # fmt: skip
    assert (await types(office, f"/notices/{NOTICE}"))[-2:] == ON_PAPER
    assert (await types(office, f"/papers/{PAPER}")) == ON_PAPER


async def test_a_case_tells_the_visit_behind_it_and_what_became_of_its_hazards_papers(
    tables: Pool, office: Office
) -> None:
    street, firm, life = a_visit_with_its_papers()
    (event,) = referred().all
    hazards = [event.hazards[0].model_copy(update={"id": str(life.id)})]
    said = event.model_copy(update={"enterprise": firm.id, "hazards": tuple(hazards)})
    street.record(f"case/{CASE}", said, "p-50", at("2026-06-30"))
    await project(tables, street)

    assert (await types(office, f"/cases/{CASE}")) == [
        "visit.started", "visit.recorded", "notice.signature-refused", "notice.served", "notice.acknowledged", *ON_PAPER,
        "case.referred",
    ]  # fmt: skip


async def test_a_service_plan_tells_its_changes_and_the_visits_under_it(tables: Pool, office: Office) -> None:
    street, firm, _ = a_visit_with_its_papers()
    made = golden("service-plan.made.1", enterprise=firm.id)
    street.record(f"service-plan/{PLAN}", made, "p-9", at(DAY))
    changed = golden("service-plan.expert-changed.1", enterprise=firm.id)
    street.record(f"service-plan/{PLAN}", changed, "p-9", at(DAY))
    await project(tables, street)

    assert (await types(office, f"/service-plans/{PLAN}")) == [
        "visit.started", "visit.recorded", "service-plan.made", "service-plan.expert-changed"
    ]  # fmt: skip


async def test_an_enterprise_learns_of_an_inspection_when_the_visitors_are_there(
    tables: Pool, office: Office
) -> None:
    street = Street()
    firm = street.enterprise()
    step = planned(street, firm, visit_kind=VisitKind.ADMIN)
    await project(tables, street, projections=[trail])
    own = Caller("p-300", Role.ENT_M, STREET, firm.id)
    other = Caller("p-302", Role.ENT_M, STREET, str(uuid4()))
    path = f"/visits/{VISIT}/trail"
    assert [200, 404, 404, 404] == [
        (await office.get(path, caller)).status_code for caller in (DISTRICT, own, other, ELSEWHERE)
    ]

    step("started.1", visit_kind=VisitKind.ADMIN)
    await project(tables, street, projections=[trail])
    assert [200, 404] == [(await office.get(path, caller)).status_code for caller in (own, other)]
    assert (await office.get(f"/notices/{VISIT}/trail", DISTRICT)).status_code == 404
