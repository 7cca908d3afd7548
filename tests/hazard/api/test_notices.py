"""指令书接口 · One paper for the hazards of a visit: its number, its service, and how it follows them to the end."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from contracts.values import Role
from given.answers import problem
from given.days import in_days
from given.noticed import IN_DAYS, VISITORS, drafted, drafting, found, visit, word
from services.hazard.store import Log, stream_of

YEAR = datetime.now(UTC).year


async def told(log: Log, subject: str) -> list[str]:
    return [fact.envelope.type.partition(".")[2] for fact in await log.load(stream_of(subject))]


async def series(desk, **more) -> dict:
    asked = {"kind": "RECTIFICATION_ORDER", "year": YEAR, **more}
    answer = await desk.client.get("/api/v1/number-series", params=asked, headers=desk.token(Role.TWO))
    return answer.json()


async def test_a_notice_goes_from_its_draft_to_its_last_hazard(desk, log: Log):
    paper = await drafted(desk, 2)
    numbered = await paper.must("number", {})
    for hazard in paper.hazards:
        assert (await paper.order(hazard)).json()["status"] == "RECTIFYING"
    served = await paper.must("serve", {"method": "DIRECT", "recipient": "p-301"})

    assert numbered.json()["number"] == f"（杭滨）应急责改〔{YEAR}〕1号"
    assert served.json()["status"] == "SERVED"
    for hazard, state in zip(paper.hazards, ("PARTLY_DONE", "DONE"), strict=True):
        await paper.closed(hazard)
        assert (await paper.now())["state"] == state
    assert await told(log, f"notice/{paper.id}") == [
        "drafted",
        "numbered",
        "item-ordered",
        "item-ordered",
        "served",
        "item-done",
        "item-done",
    ]


async def test_service_fixes_the_deadline_of_each_hazard_in_one_instant(desk, log: Log):
    paper = await (await drafted(desk, 3)).served()
    facts = [(await log.load(stream_of(f"hazard/{hazard}")))[-1] for hazard in paper.hazards]
    (notice,) = [
        fact
        for fact in await log.load(stream_of(f"notice/{paper.id}"))
        if fact.envelope.type == "notice.served"
    ]

    assert {fact.envelope.type for fact in facts} == {"hazard.notice-served"}
    assert {fact.event.deadline.isoformat() for fact in facts} == {in_days(15)}
    assert {fact.envelope.time for fact in facts} == {notice.envelope.time}
    assert [item.deadline for item in notice.event.items] == [fact.event.deadline for fact in facts]


async def test_a_hazard_ordered_under_a_notice_bears_its_number_and_its_term(desk, log: Log):
    paper = await (await drafted(desk, 1, deadline=in_days(20))).ordered()
    order = (await log.load(stream_of(f"hazard/{paper.hazards[0]}")))[-1].event

    assert (order.notice, order.notice_id) == (f"（杭滨）应急责改〔{YEAR}〕1号", paper.id)
    assert order.deadline.isoformat() == in_days(20)


async def test_what_the_notice_says_is_not_said_otherwise(desk):
    paper = await drafted(desk, 1)
    (hazard,) = paper.hazards
    problem(await paper.order(hazard), 409, "notice-not-open")
    await paper.must("number", {})
    for more in ({"deadline": in_days(5)}, {"notice": "另一个号"}, {"visit": str(uuid4())}):
        problem(await paper.order(hazard, **more), 409, "term-of-its-notice")
    (other,) = await found(desk)

    problem(await paper.order(other), 409, "not-in-notice")
    problem(await paper.order(hazard, notice_id=str(uuid4())), 404, "not-found")


async def test_a_hazard_of_a_notice_is_not_served_by_itself(desk):
    paper = await (await drafted(desk, 1)).ordered()
    answer = await desk.send(
        paper.hazards[0], "serve-notice", {"method": "DIRECT", "recipient": "p-301"}, paper.two
    )

    problem(answer, 409, "served-with-its-notice")


async def test_a_notice_is_served_whole_and_once(desk):
    paper = await drafted(desk, 2)
    body = {"method": "DIRECT", "recipient": "p-301"}
    problem(await paper.send("serve", body), 409, "notice-not-at-this-stage")
    await paper.must("number", {})
    await paper.order(paper.hazards[0])
    told = problem(await paper.send("serve", body), 409, "not-yet-ordered")
    await paper.order(paper.hazards[1])
    before = await paper.version()

    problem(await paper.send("serve", {"method": "DIRECT"}), 409, "recipient-missing")
    problem(await paper.send("serve", body | {"served_on": in_days(-1)}), 409, "date-invalid")
    assert "HZ-" in told["detail"]
    assert await paper.version() == before  # nothing was stored
    await paper.must("serve", body)
    problem(await paper.send("serve", body), 409, "already-served")


async def test_one_deadline_that_is_over_refuses_the_service_of_all(desk, log: Log):
    paper = await (await drafted(desk, 2, deadline=in_days(1))).ordered()
    tomorrow = datetime.now(UTC).replace(microsecond=0)
    handling = desk.handling
    handling.now = lambda: tomorrow.replace(year=tomorrow.year + 1)
    try:
        answer = await paper.send("serve", {"method": "DIRECT", "recipient": "p-301"})
    finally:
        handling.now = desk.clock

    problem(answer, 409, "deadline-before-service")
    for hazard in paper.hazards:
        assert (await told(log, f"hazard/{hazard}"))[-1] == "rectification-ordered"


async def test_a_refused_notice_is_left_there_before_witnesses(desk, log: Log):
    paper = await (await drafted(desk, 1)).ordered()
    left = {"method": "LEFT", "place": "企业门卫室"}
    told_first = problem(await paper.send("serve", left), 409, "refusal-not-recorded")
    refusal = {"refused_by": "p-301", "reason": "称对检查结论有异议"}
    problem(await paper.send("record-signature-refusal", refusal), 409, "refusal-not-reported")
    # Who refuses, and who serves, is no witness.
    refusal |= {"reported_to": "区应急管理局", "witnesses": ["p-301", "p-two"]}
    await paper.must("record-signature-refusal", refusal)
    problem(await paper.send("serve", left), 409, "witness-missing")
    await paper.must("record-signature-refusal", refusal | {"witnesses": ["p-501"]})

    assert (await paper.must("serve", left)).json()["status"] == "SERVED"
    assert "第八十九条" in told_first["detail"]
    assert (await told(log, f"hazard/{paper.hazards[0]}"))[-3:] == [
        "signature-refused",
        "signature-refused",
        "notice-served",
    ]


async def test_electronic_service_needs_the_party_s_consent(desk):
    paper = await (await drafted(desk, 1)).ordered()
    body = {"method": "ELECTRONIC", "recipient": "p-301"}
    said = problem(await paper.send("serve", body), 409, "consent-missing")

    assert "第六十一条" in said["detail"]
    await paper.must("serve", body | {"consent": desk.photo})


async def test_a_signature_stands_beside_the_log_and_the_event_holds_its_commitment(desk, log: Log):
    paper = await (await drafted(desk, 1)).served()
    body = {"person": "p-301", "capacity": "安全管理人员", "signature": "M12 40c3-8", "place": "企业办公室"}
    key = str(uuid4())
    known = await paper.version()
    first = await paper.send("acknowledge", body, Idempotency_Key=key, If_Match=known)
    again = await paper.send("acknowledge", body, Idempotency_Key=key, If_Match=known)
    signed = (await log.load(stream_of(f"notice/{paper.id}")))[-1]

    assert first.status_code == 200, first.text
    assert again.json() == first.json()
    assert signed.event.signature.commitment.startswith("sha256:")
    assert "M12 40c3-8" not in signed.envelope.model_dump_json()
    assert (await paper.now())["acknowledged"]
    problem(await paper.send("acknowledge", body), 409, "already-acknowledged")
    other = body | {"person": "p-302", "signature": "M1 1"}
    problem(await paper.send("acknowledge", other, desk.of_enterprise(Role.ENT_S)), 403, "signs-for-himself")


async def test_a_void_notice_keeps_its_number_and_gives_its_hazards_back(desk, log: Log):
    paper = await (await drafted(desk, 2)).ordered()
    await paper.must("void", {"reason": "当事人名称有误，另行制作"})
    answer = await drafting(desk, [{"hazard": hazard, "from_service": IN_DAYS} for hazard in paper.hazards])
    again = type(paper)(desk, answer.json()["id"], paper.hazards, paper.two)
    await again.served()

    assert (await paper.now())["state"] == "VOIDED"
    assert (await again.now())["number"] == f"（杭滨）应急责改〔{YEAR}〕2号"
    assert await series(desk) == {
        "office": "org-town",
        "kind": "RECTIFICATION_ORDER",
        "kind_name": "责令限期整改指令书",
        "year": YEAR,
        "last": 2,
        "voided": [1],
    }
    assert (await told(log, f"hazard/{paper.hazards[0]}"))[-4:] == [
        "rectification-ordered",
        "order-withdrawn",
        "rectification-ordered",
        "notice-served",
    ]


async def test_what_was_served_or_acted_on_is_not_void(desk):
    served = await (await drafted(desk, 1)).served()
    problem(await served.send("void", {"reason": "写错"}), 409, "already-served")
    acted = await (await drafted(desk, 1, deadline=in_days(10))).ordered()
    command, body, who = acted.steps_to_closure()[0]
    assert (await desk.send(acted.hazards[0], command, body, who)).status_code == 200

    problem(await acted.send("void", {"reason": "写错"}), 409, "order-acted-on")


async def test_an_overdue_item_makes_the_notice_overdue_and_its_closure_done(desk, log: Log):
    paper = await (await drafted(desk, 2)).served()
    hazard = paper.hazards[0]
    timer = desk.token(
        Role.SYS, commands=("record-deadline-missed",), certificate=None, division="330111000000"
    )
    state = (await desk.client.get(f"/api/v1/hazards/{hazard}", headers=paper.two)).json()
    later = datetime.fromisoformat(f"{state['deadline']}T20:00:00+00:00")
    desk.handling.now = lambda: later
    body = {"what": "RECTIFICATION", "deadline_version": state["version"]}
    answer = await desk.post(f"hazards/{hazard}/record-deadline-missed", body, timer)
    desk.handling.now = desk.clock

    assert answer.status_code == 200, answer.text
    assert (await paper.now())["state"] == "OVERDUE"
    assert (await told(log, f"notice/{paper.id}"))[-1] == "item-overdue"


async def test_a_relapse_reopens_the_item(desk, log: Log):
    paper = await (await drafted(desk, 1)).served()
    (hazard,) = paper.hazards
    await paper.closed(hazard)
    body = {"reason": "RELAPSE", "remark": "再次脱落", "deadline": in_days(5), "responsible": "p-301"}
    answer = await desk.send(hazard, "reopen", body, paper.two)

    assert answer.status_code == 200, answer.text
    assert (await paper.now())["state"] == "SERVED"
    await paper.closed(hazard)
    assert (await told(log, f"notice/{paper.id}"))[-3:] == ["item-done", "item-reopened", "item-done"]


@pytest.mark.parametrize("role", [Role.TWN, Role.EXP, Role.GRID, Role.SCO])
async def test_who_may_not_order_drafts_and_numbers_no_notice(desk, role: Role):
    paper = await drafted(desk, 1)
    who = desk.token(role, certificate=None)
    body = {"visit": await visit(desk), "items": [{"hazard": paper.hazards[0], "from_service": IN_DAYS}]}

    problem(await desk.post("notices", body, who), 403, "may-not")
    problem(await paper.send("number", {}, who), 403, "may-not")
    problem(await paper.send("serve", {"method": "DIRECT"}, who), 403, "may-not")
    problem(await paper.send("void", {"reason": "写错"}, who), 403, "may-not")


async def test_another_office_numbers_serves_and_voids_nothing(desk):
    paper = await drafted(desk, 1)
    other = desk.token(Role.TWO, person="p-other", organisation="org-other")

    problem(await paper.send("number", {}, other), 403, "not-the-issuer")
    problem(await paper.send("void", {"reason": "写错"}, other), 403, "not-the-drafter")
    head = desk.token(Role.TWL, organisation="org-other")
    problem(await paper.send("void", {"reason": "写错"}, head), 403, "not-the-issuer")
    far = desk.token(Role.TWO, person="p-far", division="330111006000")
    problem(await paper.send("number", {}, far), 404, "not-found")


async def test_a_notice_lists_what_waits_to_be_ordered_of_one_visit(desk):
    await word(desk)
    (hazard,) = await found(desk)
    item = {"hazard": hazard, "from_service": IN_DAYS}
    other = (
        await desk.post("enterprises", {"name": "乙厂", "division": "330111005000"}, desk.token(Role.TWO))
    ).json()["id"]

    problem(await drafting(desk, [item], visit=await visit(desk, enterprise=other)), 409, "not-of-this-visit")
    patrol = {"enterprise": desk.enterprise, "visit_kind": "GRID", "visited_on": in_days(0), "finds": 1}
    patrolled = (await desk.post("visits", patrol, desk.token(Role.TWO))).json()["id"]
    problem(await drafting(desk, [item], visit=patrolled), 403, "visit-may-not-order")
    planned = {
        "enterprise": desk.enterprise,
        "visit_kind": "ADMIN",
        "planned_on": in_days(0),
        "purpose": "用电安全检查",
        "participants": VISITORS,
        "lead": "p-two",
    }
    waiting = (await desk.post("visits/plan", planned, desk.token(Role.TWO))).json()["id"]
    problem(await drafting(desk, [item], visit=waiting), 409, "not-at-this-visit-stage")
    problem(await drafting(desk, [item], visit=str(uuid4())), 404, "not-found")
    problem(await drafting(desk, [item | {"hazard": str(uuid4())}]), 404, "not-found")
    problem(await drafting(desk, [{"hazard": hazard}]), 409, "date-invalid")
    problem(await drafting(desk, [item | {"deadline": in_days(5)}]), 409, "date-invalid")
    problem(await drafting(desk, [item | {"fixed_on_spot": True}]), 409, "nothing-to-order")
    problem(await drafting(desk, [item, item]), 422, "malformed")


async def test_without_its_word_an_office_has_no_numbers(desk):
    (hazard,) = await found(desk)
    answer = await drafting(desk, [{"hazard": hazard, "from_service": IN_DAYS}])
    key = answer.json()["id"]

    problem(
        await desk.post(f"notices/{key}/number", {}, desk.token(Role.TWO), If_Match='"1"'),
        409,
        "no-office-word",
    )
    assert (await series(desk))["last"] == 0


async def test_the_word_is_set_by_the_head_and_told_to_the_office(desk):
    problem(await word(desk, who=desk.token(Role.TWO)), 403, "may-not")
    assert (await word(desk)).json()["events"] == ["office-words.set"]
    problem(await word(desk), 409, "word-unchanged")
    department = desk.token(Role.DPL, organisation="org-dept")
    problem(await word(desk, who=department), 409, "word-taken")
    answer = await desk.client.get("/api/v1/office-word", headers=desk.token(Role.TWO))

    assert answer.json() == {"office": "org-town", "word": "杭滨"}
    problem(
        await desk.client.get("/api/v1/office-word", headers=desk.of_enterprise(Role.ENT_S)), 403, "may-not"
    )


async def test_a_refused_numbering_draws_nothing_and_a_repeat_draws_once(desk, log: Log):
    paper, key = await drafted(desk, 1), str(uuid4())
    problem(await paper.send("number", {}, If_Match='"7"'), 412, "stale-version")
    first = await paper.send("number", {}, Idempotency_Key=key, If_Match='"1"')
    again = await paper.send("number", {}, Idempotency_Key=key, If_Match='"1"')
    problem(await paper.send("number", {}), 409, "notice-not-at-this-stage")

    assert again.json() == first.json()
    assert (await series(desk))["last"] == 1
    assert await log.named(f"notice/{first.json()['number']}") == UUID(str(stream_of(f"notice/{paper.id}")))
