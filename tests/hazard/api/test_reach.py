"""边界 · What nobody may do past his place, his role or his person, tried over the real routes."""

from uuid import UUID, uuid4

import pytest

from contracts.values import Role
from given.answers import problem
from services.hazard.store import Log

FAR = "440300001000"


async def pending(desk, **more) -> str:
    hazard = await desk.capture(desk.token(Role.GRID), source="GRID", visit_kind="GRID", **more)
    await desk.send(hazard, "submit", {}, desk.token(Role.GRID))
    return hazard


async def far_enterprise(desk) -> str:
    officer = desk.token(Role.TWO, person="p-far", division=FAR)
    answer = await desk.post("enterprises", {"name": "深圳某厂", "division": FAR}, officer)
    return answer.json()["id"]


async def test_a_stale_version_tells_nothing_to_somebody_out_of_reach(desk):
    hazard = await desk.capture()
    stranger = desk.token(Role.PUB, person="p-stranger", division=FAR)

    told = problem(await desk.send(hazard, "close", {}, stranger, If_Match='"0"'), 404, "not-found")

    assert "since" not in told


async def test_a_stale_version_does_not_name_who_reported(desk):
    public = desk.token(Role.PUB, person="p-whistle", certificate=None)
    hazard = await desk.capture(public, source="REPORT", visit_kind=None)
    await desk.send(hazard, "submit", {}, public)

    told = problem(
        await desk.send(hazard, "confirm", {}, desk.token(Role.TWO), If_Match='"0"'), 412, "stale-version"
    )

    assert {None} == {fact["actor"] for fact in told["since"]}


async def test_an_enterprise_records_only_its_own_people_as_fixing_on_the_spot(desk):
    own = desk.of_enterprise(Role.ENT_S)
    hazard = await desk.capture(own, source="SELF_ENTERPRISE", visit_kind="SELF")
    await desk.send(hazard, "submit", {}, own)
    body = {"measures": "清理", "before": [desk.photo], "after": [desk.photo], "fixed_by": "p-ghost"}

    problem(await desk.send(hazard, "fix-on-spot", body, own), 409, "fixer-missing")


async def test_a_find_is_not_confirmed_onto_another_enterprise_or_one_out_of_reach(desk):
    hazard = await pending(desk)
    other = await desk.post("enterprises", {"name": "邻厂", "division": "330111005000"}, desk.token(Role.TWO))
    two = desk.token(Role.TWO)

    problem(
        await desk.send(hazard, "confirm", {"enterprise": other.json()["id"]}, two), 409, "object-unknown"
    )
    at = {"longitude": 120.1, "latitude": 30.2, "datum": "CGCS2000"}
    in_words = await pending(desk, object=None, object_text="路边焊接点", coordinates=at)
    far = {"enterprise": await far_enterprise(desk)}
    problem(await desk.send(in_words, "confirm", far, two), 403, "out-of-scope")


async def test_an_object_in_words_takes_the_place_of_the_enterprise_it_is_registered_at(desk, log: Log):
    public = desk.token(Role.PUB, person="p-passer", division="330111000000", certificate=None)
    at = {"longitude": 120.1, "latitude": 30.2, "datum": "CGCS2000"}
    hazard = await desk.capture(
        public, source="REPORT", visit_kind=None, object=None, object_text="路边", coordinates=at
    )
    district = desk.token(Role.DPO, division="330111000000")
    body = {"If_Match": '"1"'}
    await desk.post(f"hazards/{hazard}/submit", {}, public, **body)

    confirm = {"enterprise": desk.enterprise}
    answer = await desk.post(f"hazards/{hazard}/confirm", confirm, district, If_Match='"3"')

    assert answer.status_code == 200, answer.text
    assert (await log.load(UUID(hazard)))[-1].envelope.division == "330111005000"
    town = await desk.client.get(f"/api/v1/hazards/{hazard}", headers=desk.token(Role.TWO))
    assert town.json()["status"] == "REGISTERED"


async def test_a_reporter_does_not_choose_the_enterprises_own_track(desk):
    hazard = await desk.capture(source="SELF_ENTERPRISE")
    two = desk.token(Role.TWO)
    await desk.send(hazard, "submit", {}, two)

    told = (await desk.client.get(f"/api/v1/hazards/{hazard}", headers=two)).json()

    assert told["track"] == "AUTHORITY"


@pytest.mark.parametrize("role", [Role.ENT_S, Role.EXP, Role.GRID, Role.TWN])
async def test_only_officers_record_an_administrative_inspection(desk, role: Role):
    body = {"enterprise": desk.enterprise, "visit_kind": "ADMIN", "visited_on": "2026-06-03", "finds": 0}
    who = desk.of_enterprise(role) if role is Role.ENT_S else desk.token(role)

    problem(await desk.post("visits", body, who), 403, "may-not-visit")


async def test_a_landlord_sets_no_deadline_on_what_an_officer_found(desk):
    hazard = await desk.capture()
    await desk.send(hazard, "submit", {}, desk.token(Role.TWO))
    body = {"deadline": "2099-01-01", "responsible": "p-301"}

    problem(
        await desk.send(hazard, "ask-rectification", body, desk.of_enterprise(Role.LND)),
        403,
        "not-self-found",
    )


async def test_an_author_elsewhere_has_no_power_over_what_he_once_reported(desk):
    own = desk.of_enterprise(Role.ENT_S)
    hazard = await desk.capture(own, source="SELF_ENTERPRISE", visit_kind="SELF")
    await desk.send(hazard, "submit", {}, own)
    moved_on = desk.token(Role.ENT_S, organisation=str(uuid4()), division=FAR)
    body = {"deadline": "2099-01-01", "responsible": "p-301"}

    problem(await desk.send(hazard, "ask-rectification", body, moved_on), 404, "not-found")


async def test_a_refused_registration_leaves_no_name_behind(desk):
    place = {"role": "TWN", "division": "330111005000", "organisation": "org-town", "starts_on": "2026-01-01"}
    key, grid = str(uuid4()), desk.token(Role.GRID)
    body = {"name": "王建国", "appointment": place}

    problem(await desk.post("people", body, grid, Idempotency_Key=key), 403, "may-not")

    later = await desk.post("people", body | {"name": "李四"}, desk.token(Role.TWL), Idempotency_Key=key)
    assert later.status_code == 201


@pytest.mark.parametrize(
    ("who", "granted"), [(Role.TWN, "DPL"), (Role.ENT_M, "TWO"), (Role.TWO, "ENF"), (Role.TWL, "SYS")]
)
async def test_nobody_grants_what_is_not_his_to_grant(desk, who: Role, granted: str):
    place = {
        "role": granted,
        "division": "330111005000",
        "organisation": "org-town",
        "starts_on": "2026-01-01",
    }
    sender = desk.of_enterprise(who) if who is Role.ENT_M else desk.token(who)

    answer = await desk.post("people", {"name": "王建国", "appointment": place}, sender)

    assert answer.status_code == 403, answer.text


async def test_an_appointments_reason_holds_no_phone_number(desk):
    leader = desk.token(Role.TWL)
    place = {"role": "TWN", "division": "330111005000", "organisation": "org-town", "starts_on": "2026-01-01"}
    person = (await desk.post("people", {"name": "王建国", "appointment": place}, leader)).json()["id"]
    end = {"role": "TWN", "organisation": "org-town", "ends_on": "2026-11-01", "reason": "电话13812345678"}

    answer = await desk.post(f"people/{person}/end-appointment", end, leader, If_Match='"1"')

    problem(answer, 422, "personal-data")


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("hazards", {"object_text": "a\x00b", "source": "OTHER"}, "/object_text"),
        ("enterprises", {"name": "甲\x00厂", "division": "330111005000"}, "/name"),
    ],
)
async def test_a_character_no_database_can_hold_is_refused(desk, path: str, body: dict, pointer: str):
    told = problem(await desk.post(path, body, desk.token(Role.TWO)), 422, "malformed")

    assert [error["pointer"] for error in told["errors"]] == [pointer]


async def test_figures_beyond_any_table_are_refused(desk):
    body = {"enterprise": desk.enterprise, "visit_kind": "ADMIN", "visited_on": "2026-06-03", "finds": 10**12}

    problem(await desk.post("visits", body, desk.token(Role.TWO)), 422, "malformed")


async def test_the_id_of_another_kind_of_thing_is_nobodys(desk):
    two = desk.token(Role.TWO)

    problem(await desk.client.get(f"/api/v1/hazards/{desk.enterprise}", headers=two), 404, "not-found")
    hazard = await desk.capture()
    problem(await desk.post("hazards", {"object": hazard, "source": "OTHER"}, two), 404, "not-found")


async def test_a_credit_code_is_one_whatever_its_capitals(desk):
    two, file = desk.token(Role.TWO), {"division": "330111005000"}
    await desk.post("enterprises", file | {"name": "丙厂", "credit_code": "91330424MA28AQAQXU"}, two)

    again = await desk.post("enterprises", file | {"name": "丁厂", "credit_code": "91330424ma28aqaqxu"}, two)

    problem(again, 409, "credit-code-taken")
