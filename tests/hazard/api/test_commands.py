"""命令接口 · Keys, versions, tokens, reach, and bodies that are wrong."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from contracts.problems import PROBLEM_TYPES
from contracts.values import Role
from given.answers import problem
from services.hazard.api.refusals import refusals
from services.hazard.refused import Refused
from services.hazard.store import Log


async def test_a_hazard_is_captured_submitted_and_ordered(desk):
    hazard = await desk.capture()
    two = desk.token(Role.TWO)

    submitted = await desk.send(hazard, "submit", {}, two)
    ordered = await desk.send(hazard, "order-rectification", await desk.order(), two)

    assert submitted.json()["events"] == ["hazard.submitted", "hazard.registered"]
    assert submitted.json()["number"].startswith(f"HZ-330111-{datetime.now(UTC).year}-")
    assert (ordered.json()["status"], ordered.headers["ETag"]) == ("RECTIFYING", '"4"')
    assert ordered.headers["X-Position"].endswith(":9")  # behind the enterprise's and the visit's


async def test_a_repeat_with_the_same_key_gets_the_first_answer_even_when_its_version_is_old(desk):
    hazard = await desk.capture()
    key, two = str(uuid4()), desk.token(Role.TWO)
    first = await desk.send(hazard, "submit", {}, two, Idempotency_Key=key, If_Match='"1"')

    again = await desk.send(hazard, "submit", {}, two, Idempotency_Key=key, If_Match='"1"')

    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"


async def test_a_second_use_of_a_key_with_another_body_is_refused(desk):
    key, two = str(uuid4()), desk.token(Role.TWO)
    body = {"name": "甲厂", "division": "330111005000"}
    assert (await desk.post("enterprises", body, two, Idempotency_Key=key)).status_code == 201

    problem(
        await desk.post("enterprises", body | {"name": "乙厂"}, two, Idempotency_Key=key), 422, "key-reused"
    )


async def test_a_write_without_a_key_or_without_a_version_is_refused(desk):
    hazard = await desk.capture()
    two = desk.token(Role.TWO)

    problem(await desk.send(hazard, "submit", {}, two, Idempotency_Key=None), 400, "idempotency-key-missing")
    problem(await desk.send(hazard, "submit", {}, two, If_Match=None), 428, "if-match-missing")
    problem(await desk.send(hazard, "submit", {}, two, If_Match="latest"), 400, "bad-request")


async def test_a_stale_version_names_who_changed_what_since(desk):
    hazard = await desk.capture()
    two = desk.token(Role.TWO)
    await desk.send(hazard, "submit", {}, two)

    told = problem(
        await desk.send(hazard, "order-rectification", await desk.order(), two, If_Match='"1"'),
        412,
        "stale-version",
    )

    assert [(fact["type"], fact["actor"]) for fact in told["since"]] == [
        ("hazard.submitted", "p-two"),
        ("hazard.registered", "p-two"),
    ]


async def test_nobody_writes_or_reads_without_a_token(desk):
    hazard = await desk.capture()

    problem(await desk.send(hazard, "submit", {}, {}), 401, "unauthenticated")
    answer = await desk.client.get(f"/api/v1/hazards/{hazard}")
    problem(answer, 401, "unauthenticated")


async def test_another_towns_officer_finds_nothing_and_registers_nothing_here(desk):
    hazard = await desk.capture()
    stranger = desk.token(Role.TWO, person="p-far", division="330111006000")

    problem(await desk.client.get(f"/api/v1/hazards/{hazard}", headers=stranger), 404, "not-found")
    problem(await desk.send(hazard, "submit", {}, stranger), 404, "not-found")
    body = {"name": "别处的厂", "division": "330111005000"}
    problem(await desk.post("enterprises", body, stranger), 403, "out-of-scope")


async def test_an_enterprise_reaches_only_its_own_hazards(desk):
    hazard = await desk.capture()
    own = desk.of_enterprise(Role.ENT_M)
    other = desk.token(Role.ENT_M, person="p-other", organisation=str(uuid4()))

    assert (await desk.client.get(f"/api/v1/hazards/{hazard}", headers=own)).status_code == 200
    problem(await desk.client.get(f"/api/v1/hazards/{hazard}", headers=other), 404, "not-found")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"deadline": "2026-02-30"}, "/deadline"),
        ({"visit_kind": "PARTY"}, "/visit_kind"),
        ({"surprise": 1}, "/surprise"),
        ({"responsible": "王建国"}, "/responsible"),
    ],
)
async def test_a_malformed_body_points_at_the_field(desk, body, pointer):
    hazard = await desk.capture()

    told = problem(
        await desk.send(hazard, "order-rectification", await desk.order(**body), desk.token(Role.TWO)),
        422,
        "malformed",
    )

    assert [error["pointer"] for error in told["errors"]] == [pointer]


async def test_a_command_at_the_wrong_stage_says_where_the_hazard_stands(desk):
    hazard = await desk.capture()

    told = problem(await desk.send(hazard, "close", {}, desk.token(Role.TWO)), 409, "not-at-this-stage")

    assert told["detail"] == "隐患处于「草稿」，不能销号；该操作只适用于「复查合格」"


async def test_an_order_by_a_grid_member_is_refused_with_its_article(desk):
    hazard = await desk.capture()
    await desk.send(hazard, "submit", {}, desk.token(Role.TWO))

    told = problem(
        await desk.send(hazard, "order-rectification", await desk.order(), desk.token(Role.GRID)),
        403,
        "may-not",
    )

    assert "国办发〔2024〕54号" in told["detail"]


async def test_free_text_with_a_phone_number_is_refused_and_stores_nothing(desk, log: Log):
    before = (await log.head()).position
    body = {"object": desk.enterprise, "source": "SUPERVISION", "description": "联系张三 13812345678 处理"}

    told = problem(await desk.post("hazards", body, desk.token(Role.TWO)), 422, "personal-data")

    assert told["errors"][0]["pointer"] == "/description"
    assert (await log.head()).position == before


async def test_an_attachment_that_was_never_uploaded_is_refused(desk):
    body = {"object": desk.enterprise, "source": "SUPERVISION", "photos": ["sha256:" + "e" * 64]}

    told = problem(await desk.post("hazards", body, desk.token(Role.TWO)), 422, "attachment-unknown")

    assert told["errors"][0]["pointer"] == "/photos/0"


async def test_a_record_that_waited_offline_keeps_its_time_and_says_so(desk, log: Log):
    seen = datetime.now(UTC) - timedelta(hours=5)
    body = {"object": desk.enterprise, "source": "SUPERVISION"}

    answer = await desk.post("hazards", body, desk.token(Role.TWO), Occurred_At=seen.isoformat())

    (fact,) = await log.load(UUID(answer.json()["id"]))
    assert (fact.envelope.entry, fact.envelope.occurredat) == ("offline", seen)
    late = (datetime.now(UTC) - timedelta(hours=80)).isoformat()
    problem(await desk.post("hazards", body, desk.token(Role.TWO), Occurred_At=late), 409, "too-late")


async def test_the_same_creation_sent_twice_is_one_hazard(desk, log: Log):
    key, body = str(uuid4()), {"object": desk.enterprise, "source": "SUPERVISION"}
    first = await desk.post("hazards", body, desk.token(Role.TWO), Idempotency_Key=key)

    again = await desk.post("hazards", body, desk.token(Role.TWO), Idempotency_Key=key)

    assert (again.json()["id"], (await log.head()).position) == (first.json()["id"], 2)


async def test_a_service_account_sends_only_what_it_was_granted(desk):
    hazard = await desk.capture()
    system = desk.token(Role.SYS, person="p-sys", commands=["record-deadline-missed"], certificate=None)

    problem(await desk.send(hazard, "close", {}, system), 403, "command-not-granted")


def test_every_refusal_of_the_rules_has_a_problem_type_and_a_chinese_sentence():
    def below(parent):
        for child in parent.__subclasses__():
            yield child
            yield from below(child)

    known = refusals()

    for refusal in below(Refused):
        assert known[refusal] in PROBLEM_TYPES, refusal
        assert refusal().detail
    assert set(known.values()) <= set(PROBLEM_TYPES)


async def test_schemas_and_the_catalogue_are_served(desk):
    catalogue = (await desk.client.get("/api/v1/contracts")).json()
    schema = (await desk.client.get("/api/v1/contracts/hazard.closed")).json()

    assert schema["$id"] == "contracts/hazard.closed/1"
    assert "hazard.closed" in catalogue
    problem(await desk.client.get("/api/v1/contracts/hazard.flown"), 404, "not-found")
