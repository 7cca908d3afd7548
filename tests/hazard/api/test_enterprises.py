"""企业、检查与人员接口 · Files, credit codes, visits, people and appointments."""

from uuid import UUID, uuid4

from contracts.values import Role
from given.answers import problem
from given.days import in_days
from services.hazard.store import Log, stream_of

CODE = "91330424MA28AQAQXU"
ODD_CODE = "91350211M0000XUF46"
FILE = {"name": "乙厂", "division": "330111005000"}


async def test_a_credit_code_belongs_to_one_enterprise(desk):
    two = desk.token(Role.TWO)
    first = await desk.post("enterprises", FILE | {"credit_code": CODE}, two)

    problem(
        await desk.post("enterprises", FILE | {"name": "丙厂", "credit_code": CODE}, two),
        409,
        "credit-code-taken",
    )

    assert first.json()["events"] == ["enterprise.registered"]


async def test_a_doubtful_check_digit_is_warned_about_and_kept(desk):
    answer = await desk.post("enterprises", FILE | {"credit_code": ODD_CODE}, desk.token(Role.TWO))

    assert answer.status_code == 201
    assert ODD_CODE in answer.json()["warning"]


async def test_a_changed_credit_code_sets_the_old_one_free(desk, log: Log):
    two = desk.token(Role.TWO)
    one = (await desk.post("enterprises", FILE | {"credit_code": CODE}, two)).json()["id"]
    body = {"credit_code": "91350100M000100Y43"}
    await desk.post(f"enterprises/{one}/change-profile", body, two, If_Match='"1"')

    other = await desk.post("enterprises", FILE | {"name": "丙厂", "credit_code": CODE}, two)

    assert other.status_code == 201
    types = [fact.envelope.type for fact in await log.load(stream_of(f"credit-code/{CODE}"))]
    assert types == ["credit-code.claimed", "credit-code.released", "credit-code.claimed"]


async def test_a_file_is_graded_suspended_resumed_and_closed_down(desk):
    two, path = desk.token(Role.TWO), f"enterprises/{desk.enterprise}"
    steps = (
        ("grade", {"colour": "ORANGE", "reason": "涉粉"}),
        ("name-responsible-person", {"post": "MAIN", "person": "p-301"}),
        ("suspend", {"reason": "停产整改"}),
        ("resume", {"reason": "复查合格"}),
        ("close-down", {"reason": "注销"}),
    )
    for version, (command, body) in enumerate(steps, start=1):
        answer = await desk.post(f"{path}/{command}", body, two, If_Match=f'"{version}"')

        assert answer.status_code == 200, answer.text
    problem(
        await desk.post(f"{path}/suspend", {"reason": "停产"}, two, If_Match='"6"'),
        409,
        "already-closed-down",
    )


async def test_the_file_tells_the_version_that_a_command_must_name(desk):
    two, path = desk.token(Role.TWO), f"/api/v1/enterprises/{desk.enterprise}"
    before = await desk.client.get(path, headers=two)
    grade = {"colour": "ORANGE", "reason": "涉粉"}
    await desk.post(f"enterprises/{desk.enterprise}/grade", grade, two, If_Match=before.headers["ETag"])

    after = await desk.client.get(path, headers=two)

    assert (before.headers["ETag"], after.headers["ETag"]) == ('"1"', '"2"')
    assert after.json()["colour"] == "ORANGE"
    far = desk.token(Role.TWO, person="p-far", division="330111006000")
    problem(await desk.client.get(path, headers=far), 404, "not-found")


async def test_an_enterprise_does_not_grade_itself(desk):
    own = desk.of_enterprise(Role.ENT_M)
    body = {"colour": "BLUE", "reason": "自评"}

    problem(
        await desk.post(f"enterprises/{desk.enterprise}/grade", body, own, If_Match='"1"'), 403, "may-not"
    )


async def test_a_visit_without_finds_is_on_record(desk, log: Log):
    body = {"enterprise": desk.enterprise, "visit_kind": "GRID", "visited_on": "2026-06-03", "finds": 0}

    answer = await desk.post("visits", body, desk.token(Role.TWO))

    (fact,) = await log.load(UUID(answer.json()["id"]))
    assert (fact.envelope.type, fact.envelope.division) == ("visit.recorded", "330111005000")
    far = body | {"visited_on": "2999-01-01"}
    problem(await desk.post("visits", far, desk.token(Role.TWO)), 409, "date-invalid")
    problem(
        await desk.post("visits", body | {"enterprise": str(uuid4())}, desk.token(Role.TWO)), 404, "not-found"
    )


PERSON = {
    "name": "王建国",
    "phone": "13812345678",
    "appointment": {
        "role": "TWN",
        "division": "330111005000",
        "organisation": "org-town",
        "starts_on": "2026-01-01",
    },
}


async def test_a_person_is_registered_and_no_name_or_number_enters_the_log(desk, log: Log):
    leader = desk.token(Role.TWL)
    answer = await desk.post("people", PERSON, leader)

    person = answer.json()["id"]
    (fact,) = await log.load(stream_of(f"person/{person}"))
    text = fact.envelope.model_dump_json()
    assert "王建国" not in text
    assert "13812345678" not in text
    assert (await desk.client.get(f"/api/v1/people/{person}", headers=leader)).json()["name"] == "王建国"


async def test_a_key_used_for_another_person_is_refused_and_a_repeat_is_one_person(desk):
    key, leader = str(uuid4()), desk.token(Role.TWL)
    first = await desk.post("people", PERSON, leader, Idempotency_Key=key)

    assert (await desk.post("people", PERSON, leader, Idempotency_Key=key)).json() == first.json()
    problem(
        await desk.post("people", PERSON | {"name": "李四"}, leader, Idempotency_Key=key), 422, "key-reused"
    )


async def test_people_are_changed_appointed_and_let_go(desk):
    leader = desk.token(Role.TWL)
    person = (await desk.post("people", PERSON, leader)).json()["id"]
    changed = await desk.client.patch(f"/api/v1/people/{person}", json={"name": "王建军"}, headers=leader)
    end = {"role": "TWN", "organisation": "org-town", "ends_on": in_days(0)}

    ended = await desk.post(f"people/{person}/end-appointment", end, leader, If_Match='"1"')

    assert (changed.status_code, ended.status_code) == (204, 200)
    problem(
        await desk.post(f"people/{person}/end-appointment", end, leader, If_Match='"2"'), 409, "not-appointed"
    )
    stranger = desk.token(Role.TWL, person="p-x", division="330111006000")
    problem(await desk.client.get(f"/api/v1/people/{person}", headers=stranger), 404, "person-unknown")
