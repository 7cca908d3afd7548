"""专项行动覆盖 · Whom a campaign has to reach, whom it has reached, what it found; each sees his own part."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from contracts import campaign as campaigns
from contracts.campaign import CampaignPlanned, CampaignTargetsChanged
from contracts.enterprise import EnterpriseClosedDown, EnterpriseGraded
from contracts.values import RiskColour, Role, VisitKind
from contracts.visit import Function, Participant, VisitPlanned, VisitRecorded
from given.street import STREET, Firm, Street, at
from services.postgres import Pool
from services.projections import campaign_coverage
from services.tokens import Caller

from .conftest import DISTRICT, ELSEWHERE, TOWN, Office
from .conftest import project as project_all

NAME = "厂中厂专项整治"


async def project(tables: Pool, street: Street) -> None:
    await project_all(tables, street, projections=(campaign_coverage,))


def campaign(street: Street, name: str = NAME, **more: Any) -> str:
    """A campaign that runs in June."""
    key = str(uuid5(NAMESPACE_URL, f"campaign/{name}"))
    said = {
        "name": name,
        "kind": "PLANT_IN_PLANT",
        "starts_on": "2026-06-01",
        "ends_on": "2026-06-30",
        "ordered_by": {"level": "CITY", "document": "市安委〔2026〕5号"},
        "place": STREET,
    }
    street.record(f"campaign/{key}", CampaignPlanned.model_validate(said | more), "p-9", at("2026-05-25"))
    street.record(f"campaign/{key}", campaigns.CampaignStarted(name=name), "p-9", at("2026-06-01"))
    return key


def visit(firm: Firm, on: str, *, of: str | None = None, finds: int = 0) -> str:
    """A visit that was recorded, in short."""
    key = str(uuid5(NAMESPACE_URL, f"visit/{len(firm.street.recorded)}"))
    event = VisitRecorded(
        enterprise=firm.id,
        visit_kind=VisitKind.GRID,
        visited_on=date.fromisoformat(on),
        finds=finds,
        campaign=of,
    )
    firm.street.record(f"visit/{key}", event, "p-9", at(on))
    return key


async def coverage(office: Office, key: str, caller: Caller = TOWN, **asked: Any) -> Any:
    return await office.json(f"/campaigns/{key}/coverage", caller, **asked)


def covered(told: Any) -> dict[str, bool]:
    return {item["name"]: item["covered"] for item in told["items"]}


async def test_the_scope_tells_whom_it_has_to_reach(tables: Pool, office: Office) -> None:
    street = Street()
    scope = {"industries": ["机械", "纺织"], "object_kinds": ["ENTERPRISE"], "colours": ["RED", "ORANGE"]}
    key = campaign(street, scope=scope)
    for name, industry, colour in (
        ("机械红", "通用机械", RiskColour.RED),
        ("纺织橙", "纺织", RiskColour.ORANGE),
        ("机械蓝", "机械", RiskColour.BLUE),
        ("食品红", "食品", RiskColour.RED),
    ):
        street.enterprise(name, industry=industry).tell(
            EnterpriseGraded(colour=colour, reason="定级"), "2026-02-01"
        )
    street.enterprise("未定级")
    gone = street.enterprise("关闭的").tell(EnterpriseGraded(colour=RiskColour.RED, reason="x"), "2026-02-01")
    gone.tell(EnterpriseClosedDown(reason="注销"), "2026-03-01")
    await project(tables, street)
    told = await coverage(office, key)

    assert {"机械红": False, "纺织橙": False} == covered(told)
    assert (2, 0, 2, 0.0) == tuple(
        told["figures"][name] for name in ("targets", "covered", "uncovered", "rate")
    )


async def test_a_target_is_covered_by_a_visit_of_the_campaign_within_its_period(
    tables: Pool, office: Office
) -> None:
    street = Street()
    key, other = campaign(street), campaign(street, "另一个")
    visit(street.enterprise("已查"), "2026-06-03", of=key, finds=2)
    visit(street.enterprise("别的行动"), "2026-06-03", of=other)
    visit(street.enterprise("平常检查"), "2026-06-03")
    visit(street.enterprise("期外"), "2026-07-01", of=key)
    await project(tables, street)
    told = await coverage(office, key)

    assert {"已查": True, "别的行动": False, "平常检查": False, "期外": False} == covered(told)
    assert ["已查"] == list(covered(await coverage(office, key, covered=True)))
    assert 3 == len((await coverage(office, key, covered=False))["items"])


async def test_named_enterprises_are_targets_whatever_the_scope_says(tables: Pool, office: Office) -> None:
    street = Street()
    one, two = street.enterprise("甲"), street.enterprise("乙")
    key = campaign(street, targets={"enterprises": [one.id]}, scope={"industries": ["食品"]})
    visit(two, "2026-06-03", of=key)
    one.tell(EnterpriseClosedDown(reason="注销"), "2026-06-05")
    await project(tables, street)
    told = await coverage(office, key)

    assert {"甲": False} == covered(told)
    assert told["items"][0]["closed_down"]
    assert (0, 1, 1) == tuple(told["figures"][name] for name in ("covered", "visited", "visits"))


async def test_a_number_is_reached_by_every_enterprise_that_was_visited(tables: Pool, office: Office) -> None:
    street = Street()
    key = campaign(street, targets={"count": 4})
    for name in ("甲", "乙"):
        firm = street.enterprise(name)
        visit(firm, "2026-06-03", of=key)
        visit(firm, "2026-06-04", of=key)
    await project(tables, street)
    before = (await coverage(office, key))["figures"]
    changed = CampaignTargetsChanged.model_validate({"name": NAME, "targets": {"count": 8}, "reason": "新增"})
    street.record(f"campaign/{key}", changed, "p-9", at("2026-06-10"))
    await project(tables, street)

    assert (4, 2, 50.0, 4) == tuple(before[name] for name in ("targets", "covered", "rate", "visits"))
    assert 25.0 == (await coverage(office, key))["figures"]["rate"]


async def test_a_full_visit_belongs_to_the_campaign_it_was_planned_for(tables: Pool, office: Office) -> None:
    street = Street()
    key, firm = campaign(street), street.enterprise("甲")
    subject = f"visit/{uuid5(NAMESPACE_URL, 'full')}"
    planned = VisitPlanned(
        enterprise=firm.id,
        visit_kind=VisitKind.ADMIN,
        planned_on=date(2026, 6, 3),
        purpose="专项检查",
        participants=(Participant(person="p-9", function=Function.OFFICER),),
        lead="p-9",
        campaign=key,
    )
    recorded = VisitRecorded(
        enterprise=firm.id, visit_kind=VisitKind.ADMIN, visited_on=date(2026, 6, 3), finds=0
    )
    street.record(subject, planned, "p-9", at("2026-06-02"))
    await project(tables, street)
    before = covered(await coverage(office, key))
    street.record(subject, recorded, "p-9", at("2026-06-03"))
    await project(tables, street)

    assert ({"甲": False}, {"甲": True}) == (before, covered(await coverage(office, key)))


async def test_hazards_belong_by_themselves_or_through_their_visit(tables: Pool, office: Office) -> None:
    street = Street()
    key, firm = campaign(street), street.enterprise("甲")
    on = visit(firm, "2026-06-03", of=key, finds=1)
    firm.hazard("检查发现").found("2026-06-03", visit=on).ordered("2026-06-03", "2026-06-18").submitted(
        "2026-06-10"
    ).passed("2026-06-12")
    firm.hazard("点名归入").found("2026-06-04", campaign=key).major("2026-06-04")
    firm.hazard("无关").found("2026-06-04")
    firm.hazard("作废").found("2026-06-04", campaign=key).voided("2026-06-05")
    firm.hazard("草稿").captured("2026-06-04", campaign=key)
    await project(tables, street)

    figures = (await coverage(office, key))["figures"]
    assert (2, 1, 1) == tuple(figures[name] for name in ("hazards", "major", "rectified"))


async def test_each_town_sees_its_own_part_and_the_district_the_whole(tables: Pool, office: Office) -> None:
    street = Street()
    key = campaign(street, place="330111000000", targets={"count": 10})
    neighbour = replace(street, division="330111006000")
    visit(street.enterprise("这边"), "2026-06-03", of=key)
    visit(neighbour.enterprise("那边"), "2026-06-03", of=key)
    neighbour.enterprise("那边未查")
    await project(tables, street)
    seen = {caller.person: await coverage(office, key, caller) for caller in (TOWN, DISTRICT, ELSEWHERE)}
    enterprise = Caller("p-300", Role.ENT_M, STREET, street.enterprise("企业").id, None, "p-300")

    assert {
        "p-9": (1, 1, ["这边"]),
        "p-50": (10, 2, ["这边", "那边", "那边未查"]),
        "p-8": (2, 1, ["那边", "那边未查"]),
    } == {
        person: (told["figures"]["targets"], told["figures"]["covered"], sorted(covered(told)))
        for person, told in seen.items()
    }
    assert [("330111005", 1, 1), ("330111006", 2, 1)] == [
        (town["division"], town["targets"], town["covered"]) for town in seen["p-50"]["divisions"]
    ]
    assert 404 == (await office.get(f"/campaigns/{key}/coverage", enterprise)).status_code


async def test_campaigns_are_listed_to_whom_they_concern_and_paged(tables: Pool, office: Office) -> None:
    street = Street()
    here = campaign(street)
    above = campaign(street, "全区", place="330111000000", starts_on="2026-05-01")
    campaign(street, "邻镇", place="330111006000")
    await project(tables, street)
    first = await office.json("/campaigns", limit=1)
    second = await office.json("/campaigns", limit=1, cursor=first["next"])

    assert ([here], [above], None) == (
        [item["id"] for item in first["items"]],
        [item["id"] for item in second["items"]],
        second["next"],
    )
    assert 3 == len(
        (await office.json("/campaigns", DISTRICT, stage="RUNNING", kind="PLANT_IN_PLANT"))["items"]
    )
    assert [] == (await office.json("/campaigns", DISTRICT, stage="EVALUATED"))["items"]
    assert 404 == (await office.get(f"/campaigns/{here}/coverage", ELSEWHERE)).status_code


async def test_targets_are_paged_by_name(tables: Pool, office: Office) -> None:
    street = Street()
    key = campaign(street)
    for name in "丙乙甲丁":
        street.enterprise(name)
    await project(tables, street)
    names, cursor = [], None
    while True:
        told = await coverage(office, key, limit=3, **({"cursor": cursor} if cursor else {}))
        names += [item["name"] for item in told["items"]]
        cursor = told["next"]
        if cursor is None:
            break

    assert sorted("丙乙甲丁") == names
