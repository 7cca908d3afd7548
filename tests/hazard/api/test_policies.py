"""政策接口 · Drafted, published and read over HTTP."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from contracts.values import Role
from given.answers import problem
from services.hazard.policy.publishing import DraftPolicy

DRAFT = DraftPolicy.model_config["json_schema_extra"]["examples"][0]
TODAY = datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai")).date()
SOON = str(TODAY + timedelta(days=7))


async def read(desk, path, **query):
    answer = await desk.client.get(f"/api/v1/{path}", params=query, headers=desk.token(Role.TWN))
    assert answer.status_code == 200, answer.text
    return answer


async def publish(desk, edition="2026.2", on=SOON, role=Role.DPL, **more):
    tag = (await read(desk, f"policies/{edition}")).headers["ETag"]
    headers = {"If_Match": tag, **more}
    return await desk.post(f"policies/{edition}/publish", {"effective_from": on}, desk.token(role), **headers)


async def test_the_shipped_policy_is_in_force_on_an_empty_log(desk):
    listed = (await read(desk, "policies")).json()
    shown = (await read(desk, "policies/in-force")).json()

    assert (listed["in_force"], [one["state"] for one in listed["editions"]]) == ("2026.1", ["PUBLISHED"])
    assert shown["tables"]["limits"]["general_default_days"] == 15
    assert shown["tables"]["clauses"]["工贸10号令-13(1)"]["from"] == "2023-05-15"


async def test_an_edition_is_drafted_published_and_read_by_day(desk):
    drafted = await desk.post("policies", DRAFT, desk.token(Role.SCO))
    answer = await publish(desk)

    assert (drafted.status_code, drafted.headers["Location"]) == (201, "/api/v1/policies/2026.2")
    assert drafted.json()["status"] == "DRAFT"
    assert answer.json()["events"] == ["policy.published", "policy.superseded"]
    today, later = (await read(desk, "policies")).json(), (await read(desk, "policies", on=SOON)).json()
    assert (today["in_force"], later["in_force"]) == ("2026.1", "2026.2")
    assert [one["state"] for one in later["editions"]] == ["SUPERSEDED", "PUBLISHED"]
    in_force = (await read(desk, "policies/in-force", on=SOON, division="370102001000")).json()
    assert in_force["tables"]["limits"]["general_default_days"] == 10
    assert in_force["tables"]["powers"]["town_closes_uncertified"] is False
    assert (in_force["drafted_by"], in_force["published_by"]) == ("p-sco", "p-dpl")


async def test_who_may_not_is_told_the_rule(desk):
    problem(await desk.post("policies", DRAFT, desk.token(Role.TWO)), 403, "may-not-set-policy")
    await desk.post("policies", DRAFT, desk.token(Role.SCO))

    problem(await publish(desk, role=Role.DPO), 403, "may-not-set-policy")
    problem(await publish(desk, role=Role.SCO), 403, "drafter-may-not-publish")
    problem(await publish(desk, on=str(TODAY)), 409, "effective-too-early")


async def test_nothing_of_a_refused_draft_is_stored(desk):
    for changes, code in (
        ({"limits": {"general_default_days": 100}}, "policy-contradicts-itself"),
        ({"limits": {"general_days": 10}}, "not-a-policy"),
        ({"clauses": {"工贸10号令-13(1)": None}}, "would-orphan"),
    ):
        problem(await desk.post("policies", DRAFT | {"changes": changes}, desk.token(Role.SCO)), 409, code)

    listed = await read(desk, "policies")
    assert (len(listed.json()["editions"]), listed.headers["ETag"]) == (1, '"0"')


async def test_a_publisher_publishes_what_was_read(desk):
    sco = desk.token(Role.SCO)
    await desk.post("policies", DRAFT, sco)
    tag = (await read(desk, "policies/2026.2")).headers["ETag"]
    await desk.post("policies", DRAFT | {"changes": {"limits": {"general_default_days": 30}}}, sco)

    problem(await publish(desk, If_Match=tag), 412, "stale-version")
    problem(await publish(desk, If_Match=None), 428, "if-match-missing")


async def test_sending_again_publishes_once(desk):
    await desk.post("policies", DRAFT, desk.token(Role.SCO))
    tag = (await read(desk, "policies/2026.2")).headers["ETag"]
    key = {"Idempotency_Key": "publish-2026.2"}
    once = await publish(desk, If_Match=tag, **key)
    again = await publish(desk, If_Match=tag, **key)

    assert once.status_code == again.status_code == 200
    assert again.headers["Idempotency-Replayed"] == "true"
    assert once.json() == again.json()


async def test_no_telephone_number_enters_a_policy(desk):
    body = DRAFT | {"changes": {"formulas": {"tallies": "13800138000"}}}

    problem(await desk.post("policies", body, desk.token(Role.SCO)), 422, "personal-data")


async def test_an_edition_that_is_not_there_is_not_found(desk):
    answer = await desk.client.get("/api/v1/policies/2030.1", headers=desk.token(Role.TWN))

    problem(answer, 404, "not-found")


async def test_a_clause_not_in_force_on_the_finding_date_is_refused(desk):
    two = desk.token(Role.TWO)
    hazard = await desk.capture()
    await desk.send(hazard, "submit", {}, two)
    body = {"level": "MAJOR", "category": "B09", "clause": "工贸2017版-有限空间1"}

    problem(await desk.send(hazard, "classify", body, two), 409, "clause-not-in-force")
