"""服务计划接口 · Over HTTP: made once a year, its expert changed by approval, nothing stored of what is refused."""

from datetime import date
from uuid import UUID, uuid4

from contracts.service_plan import plan_id
from contracts.values import Role
from given.answers import problem
from given.days import today
from services.hazard.store import Log

YEAR = today().year
CONTRACT = {
    "number": "蜀街应急服〔2026〕3号",
    "starts_on": f"{YEAR}-01-01",
    "ends_on": f"{YEAR + 1}-12-31",
}
PROPOSAL = {"expert": "p-72", "specialties": ["MACHINERY"], "reason": "原专家调离"}


def body(desk, **more: object) -> dict:
    return {
        "enterprise": desk.enterprise,
        "year": YEAR,
        "ground": "STANDARDISATION",
        "institution": "org-service",
        "contract": CONTRACT,
        "expert": "p-71",
        "specialties": ["MACHINERY"],
        **more,
    }


def expert(desk, organisation: str = "org-service", **more: object) -> dict[str, str]:
    return desk.token(Role.EXP, organisation=organisation, certificate=None, **more)


async def made(desk, **more: object) -> str:
    answer = await desk.post("service-plans", body(desk, **more), desk.token(Role.TWN))
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def types(log: Log, key: str) -> list[str]:
    return [fact.envelope.type for fact in await log.load(UUID(key))]


async def test_a_plan_is_made_once_a_year_and_a_repeat_is_the_same_plan(desk, log: Log):
    key, town = str(uuid4()), desk.token(Role.TWN)
    first = await desk.post("service-plans", body(desk), town, Idempotency_Key=key)
    again = await desk.post("service-plans", body(desk), town, Idempotency_Key=key)

    problem(await desk.post("service-plans", body(desk), town), 409, "service-plan-exists")

    assert first.json() == again.json()
    assert first.json()["id"] == plan_id(desk.enterprise, YEAR)
    assert await types(log, first.json()["id"]) == ["service-plan.made"]
    assert await made(desk, year=YEAR + 1) == plan_id(desk.enterprise, YEAR + 1)


async def test_a_closed_or_unknown_enterprise_gets_no_plan_and_nothing_is_stored(desk, log: Log):
    town = desk.token(Role.TWO)
    problem(await desk.post("service-plans", body(desk, enterprise=str(uuid4())), town), 404, "not-found")
    close = {"reason": "注销"}
    await desk.post(f"enterprises/{desk.enterprise}/close-down", close, town, If_Match='"1"')

    problem(await desk.post("service-plans", body(desk), town), 409, "already-closed-down")

    assert await types(log, plan_id(desk.enterprise, YEAR)) == []


async def test_who_may_not_or_is_elsewhere_makes_none(desk, log: Log):
    far = desk.token(Role.TWN, person="p-far", division="330111006000")

    problem(await desk.post("service-plans", body(desk), expert(desk)), 403, "may-not")
    problem(await desk.post("service-plans", body(desk), far), 404, "not-found")
    problem(await desk.post("service-plans", body(desk, unknown=1), desk.token(Role.TWN)), 422, "malformed")
    backwards = CONTRACT | {"ends_on": "2020-01-01"}
    problem(
        await desk.post("service-plans", body(desk, contract=backwards), desk.token(Role.TWN)),
        422,
        "malformed",
    )

    assert await types(log, plan_id(desk.enterprise, YEAR)) == []


async def test_another_expert_serves_only_with_a_reason_and_an_approval(desk, log: Log):
    plan = await made(desk)
    path, leader = f"service-plans/{plan}", desk.token(Role.TWL)
    problem(await desk.post(f"{path}/propose-expert-change", PROPOSAL, expert(desk)), 428, "if-match-missing")
    bare = {name: value for name, value in PROPOSAL.items() if name != "reason"}
    problem(
        await desk.post(f"{path}/propose-expert-change", bare, expert(desk), If_Match='"1"'),
        422,
        "malformed",
    )

    proposed = await desk.post(f"{path}/propose-expert-change", PROPOSAL, expert(desk), If_Match='"1"')
    waiting = (await desk.client.get(f"/api/v1/{path}", headers=leader)).json()
    problem(
        await desk.post(f"{path}/approve-expert-change", {}, desk.token(Role.TWN), If_Match='"2"'),
        403,
        "may-not",
    )
    approved = await desk.post(f"{path}/approve-expert-change", {}, leader, If_Match='"2"')
    now = await desk.client.get(f"/api/v1/{path}", headers=leader)

    assert (proposed.status_code, approved.status_code) == (200, 200)
    assert (waiting["expert"]["person"], waiting["proposal"]["expert"]["person"]) == ("p-71", "p-72")
    assert (now.json()["expert"]["person"], now.json().get("proposal"), now.headers["ETag"]) == (
        "p-72",
        None,
        '"3"',
    )
    assert await types(log, plan) == [
        "service-plan.made",
        "service-plan.expert-change-proposed",
        "service-plan.expert-changed",
    ]


async def test_an_expert_of_another_institution_proposes_nothing(desk, log: Log):
    plan = await made(desk)
    stranger = expert(desk, "org-other")

    problem(
        await desk.post(f"service-plans/{plan}/propose-expert-change", PROPOSAL, stranger, If_Match='"1"'),
        403,
        "not-own-institution",
    )

    assert await types(log, plan) == ["service-plan.made"]


async def test_an_expert_on_record_elsewhere_is_refused_and_the_record_is_leaned_on(desk):
    appointment = {
        "role": "EXP",
        "division": "330111005000",
        "organisation": "org-other",
        "starts_on": f"{YEAR}-01-01",
    }
    person = {"name": "专家甲", "appointment": appointment}
    other = (await desk.post("people", person, desk.token(Role.TWL))).json()["id"]
    town = desk.token(Role.TWN)

    problem(
        await desk.post("service-plans", body(desk, expert=other), town), 409, "expert-not-of-institution"
    )

    assert await made(desk, expert=other, institution="org-other")


async def test_specialties_that_do_not_fit_are_warned_about_and_need_a_reason(desk):
    town, path = desk.token(Role.TWO), f"enterprises/{desk.enterprise}"
    await desk.post(f"{path}/change-profile", {"industry": "机械"}, town, If_Match='"1"')
    wrong = body(desk, specialties=["COAL"])

    problem(await desk.post("service-plans", wrong, town), 409, "specialty-mismatch")
    kept = await desk.post("service-plans", wrong | {"mismatch_reason": "年内补查瓦斯"}, town)

    assert kept.status_code == 201
    assert "年内补查瓦斯" in kept.json()["warning"]


async def test_a_plan_is_changed_and_ended_and_then_stays_as_it_is(desk):
    plan, town = await made(desk), desk.token(Role.TWN)
    path = f"service-plans/{plan}"
    institution = {
        "institution": "org-service-2",
        "contract": CONTRACT,
        "expert": "p-81",
        "specialties": ["MACHINERY"],
        "reason": "原合同解除",
    }
    more = {"duties": [{"quarter": 4, "checks": 2, "urges": 2, "rechecks": 2}], "reason": "红色风险"}
    end = {"ends_on": date(YEAR, 12, 31).isoformat(), "reason": "合同解除"}
    for version, (command, ask) in enumerate(
        (("change-institution", institution), ("change-duties", more), ("end", end)), start=1
    ):
        answer = await desk.post(f"{path}/{command}", ask, town, If_Match=f'"{version}"')
        assert answer.status_code == 200, answer.text

    problem(await desk.post(f"{path}/end", end, town, If_Match='"4"'), 409, "service-plan-over")
    problem(await desk.post(f"{path}/end", end, town, If_Match='"3"'), 412, "stale-version")


async def test_a_plan_elsewhere_does_not_exist_for_the_caller(desk):
    plan = await made(desk)
    far = desk.token(Role.TWN, person="p-far", division="330111006000")

    problem(await desk.client.get(f"/api/v1/service-plans/{plan}", headers=far), 404, "not-found")
    problem(await desk.post(f"service-plans/{plan}/end", {"ends_on": f"{YEAR}-12-31", "reason": "x"}, far, If_Match='"1"'), 404, "not-found")  # fmt: skip
    own = desk.of_enterprise(Role.ENT_M)
    assert (await desk.client.get(f"/api/v1/service-plans/{plan}", headers=own)).status_code == 200
