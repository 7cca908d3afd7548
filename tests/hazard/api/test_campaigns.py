"""专项行动接口 · Over HTTP: planned, started, closed, evaluated; whoever is elsewhere or may not is refused."""

from datetime import timedelta
from uuid import UUID, uuid4

from contracts.values import Role
from given.answers import problem
from given.days import today
from services.hazard.store import Log

TODAY = today()
PLAN = {
    "division": "330111005000",
    "name": "厂中厂专项整治",
    "kind": "PLANT_IN_PLANT",
    "starts_on": (TODAY - timedelta(days=1)).isoformat(),
    "ends_on": (TODAY + timedelta(days=60)).isoformat(),
    "ordered_by": {"level": "CITY", "body": "市安委会", "document": "市安委〔2026〕5号"},
    "scope": {"divisions": ["330111005"], "industries": ["机械"]},
}


async def planned(desk, **more: object) -> str:
    answer = await desk.post("campaigns", PLAN | more, desk.token(Role.TWL))
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def send(desk, campaign: str, command: str, body: object, who: dict[str, str]):
    path = f"/api/v1/campaigns/{campaign}"
    tag = (await desk.client.get(path, headers=desk.token(Role.TWL))).headers["ETag"]
    return await desk.post(f"campaigns/{campaign}/{command}", body, who, If_Match=tag)


async def test_a_campaign_is_planned_started_closed_and_evaluated(desk, log: Log):
    campaign, leader = await planned(desk), desk.token(Role.TWL)
    steps = (
        ("revise", {name: value for name, value in PLAN.items() if name != "division"} | {"name": "另名"}),
        ("change-targets", {"targets": {"enterprises": [desk.enterprise]}, "reason": "先查重点企业"}),
        ("start", {}),
        ("begin-closing", {"summary": "都已查到"}),
        ("evaluate", {"conclusion": "整改完毕"}),
    )
    stages = []
    for command, body in steps:
        answer = await send(desk, campaign, command, body, leader)
        assert answer.status_code == 200, answer.text
        stages.append(answer.json()["status"])
    now = (await desk.client.get(f"/api/v1/campaigns/{campaign}", headers=leader)).json()

    assert stages == ["PLANNED", "PLANNED", "RUNNING", "CLOSING", "EVALUATED"]
    assert (now["name"], now["stage_name"], now["targets"]["enterprises"]) == (
        "另名",
        "已总结",
        [desk.enterprise],
    )
    problem(await send(desk, campaign, "start", {}, leader), 409, "not-at-this-campaign-stage")
    assert len(await log.load(UUID(campaign))) == 6


async def test_a_district_s_campaign_is_read_in_its_towns_and_changed_by_the_district(desk):
    district = desk.token(Role.DPL, division="330111000000", organisation="org-dept")
    answer = await desk.post("campaigns", PLAN | {"division": "330111000000"}, district)
    campaign, town = answer.json()["id"], desk.token(Role.TWL)

    assert (await desk.client.get(f"/api/v1/campaigns/{campaign}", headers=town)).status_code == 200
    problem(await desk.post(f"campaigns/{campaign}/start", {}, town, If_Match='"1"'), 404, "not-found")
    own = desk.of_enterprise(Role.ENT_M)
    problem(await desk.client.get(f"/api/v1/campaigns/{campaign}", headers=own), 404, "not-found")


async def test_what_is_refused_is_not_stored(desk, log: Log):
    town = desk.token(Role.TWO)
    head = (await log.head()).position

    problem(await desk.post("campaigns", PLAN, desk.token(Role.GRID)), 403, "may-not")
    problem(await desk.post("campaigns", PLAN | {"division": "330111006000"}, town), 403, "out-of-scope")
    beyond = {"scope": {"divisions": ["330111"]}}
    problem(await desk.post("campaigns", PLAN | beyond, town), 409, "campaign-scope-outside")
    strangers = {"targets": {"enterprises": [str(uuid4())]}}
    problem(await desk.post("campaigns", PLAN | strangers, town), 409, "campaign-target-invalid")
    problem(await desk.post("campaigns", PLAN | {"ends_on": "2020-01-01"}, town), 409, "date-invalid")

    assert (await log.head()).position == head
