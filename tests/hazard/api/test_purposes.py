"""检查事由接口 · Visits and hazards name the campaign and the plan they are for, and only those that they may."""

from datetime import timedelta
from uuid import UUID, uuid4

from contracts.values import Role
from given.answers import problem
from given.days import today
from services.hazard.store import Log

TODAY = today()
CAMPAIGN = {
    "division": "330111005000",
    "name": "厂中厂专项整治",
    "kind": "PLANT_IN_PLANT",
    "starts_on": (TODAY - timedelta(days=3)).isoformat(),
    "ends_on": (TODAY + timedelta(days=60)).isoformat(),
    "ordered_by": {"level": "TOWNSHIP"},
}


async def campaign(desk, *, started: bool = True) -> str:
    leader = desk.token(Role.TWL)
    key = (await desk.post("campaigns", CAMPAIGN, leader)).json()["id"]
    if started:
        answer = await desk.post(f"campaigns/{key}/start", {}, leader, If_Match='"1"')
        assert answer.status_code == 200, answer.text
    return key


async def plan(desk, enterprise: str) -> str:
    body = {
        "enterprise": enterprise,
        "year": TODAY.year,
        "ground": "STANDARDISATION",
        "institution": "org-service",
        "contract": {
            "number": "3号",
            "starts_on": f"{TODAY.year}-01-01",
            "ends_on": f"{TODAY.year + 1}-12-31",
        },
        "expert": "p-exp",
        "specialties": ["MACHINERY"],
    }
    answer = await desk.post("service-plans", body, desk.token(Role.TWN))
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def recorded(desk, **more: object) -> dict:
    return {
        "enterprise": desk.enterprise,
        "visit_kind": "EXPERT",
        "visited_on": TODAY.isoformat(),
        "finds": 0,
        **more,
    }


async def test_a_visit_is_recorded_for_a_campaign_and_under_a_plan(desk, log: Log):
    purpose = {"campaign": await campaign(desk), "plan": await plan(desk, desk.enterprise)}

    answer = await desk.post("visits", recorded(desk, **purpose), desk.token(Role.EXP))

    assert answer.status_code == 201, answer.text
    (fact,) = await log.load(UUID(answer.json()["id"]))
    assert purpose == {name: fact.envelope.data[name] for name in purpose}


async def test_a_visit_is_planned_for_a_campaign_that_has_yet_to_start(desk):
    key = await campaign(desk, started=False)
    body = {
        "enterprise": desk.enterprise,
        "visit_kind": "ADMIN",
        "planned_on": TODAY.isoformat(),
        "purpose": "专项检查",
        "participants": [
            {"person": "p-two", "function": "OFFICER", "certificate": "33011100123"},
            {"person": "p-10", "function": "OFFICER", "certificate": "33011100124"},
        ],
        "lead": "p-two",
    }
    two = desk.token(Role.TWO)

    answer = await desk.post("visits/plan", body | {"campaign": key}, two)
    late = {"planned_on": (TODAY + timedelta(days=61)).isoformat(), "campaign": key}
    problem(await desk.post("visits/plan", body | late, two), 409, "campaign-not-running")
    under = {"plan": await plan(desk, desk.enterprise)}
    problem(await desk.post("visits/plan", body | under, two), 409, "not-under-this-plan")

    assert answer.status_code == 201, answer.text


async def test_what_may_not_be_named_is_refused_and_nothing_is_stored(desk, log: Log):
    two = desk.token(Role.TWO)
    other = (await desk.post("enterprises", {"name": "乙厂", "division": "330111005000"}, two)).json()["id"]
    waiting, elsewhere = await campaign(desk, started=False), await plan(desk, other)
    before = (TODAY - timedelta(days=4)).isoformat()
    running = await campaign(desk)
    head = (await log.head()).position

    for more, status, code in (
        ({"campaign": waiting}, 409, "campaign-not-running"),
        ({"campaign": running, "visited_on": before}, 409, "campaign-not-running"),
        ({"campaign": str(uuid4())}, 404, "not-found"),
        ({"plan": elsewhere}, 409, "not-under-this-plan"),
        ({"plan": str(uuid4())}, 404, "not-found"),
        ({"plan": running}, 404, "not-found"),
    ):
        problem(await desk.post("visits", recorded(desk, **more), two), status, code)

    assert (await log.head()).position == head


async def test_a_hazard_is_captured_for_a_campaign_that_runs(desk, log: Log):
    key = await campaign(desk)
    hazard = await desk.capture(campaign=key)
    (fact,) = await log.load(UUID(hazard))
    waiting = await campaign(desk, started=False)
    body = {
        "object": desk.enterprise,
        "source": "SUPERVISION",
        "description": "通道堵塞",
        "campaign": waiting,
    }

    problem(await desk.post("hazards", body, desk.token(Role.TWO)), 409, "campaign-not-running")

    assert fact.envelope.data["campaign"] == key
