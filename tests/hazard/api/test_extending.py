"""延期接口 · An order in days, its service, an extension by three people, and the timer, over HTTP."""

from datetime import date

from contracts.values import Role
from given.answers import problem
from given.days import in_days

IN_DAYS = {"amount": 15, "unit": "days"}


async def served(desk) -> str:
    hazard = await desk.capture()
    two = desk.token(Role.TWO)
    await desk.send(hazard, "submit", {}, two)
    ordered = await desk.send(
        hazard, "order-rectification", await desk.order(deadline=None, from_service=IN_DAYS), two
    )
    assert ordered.status_code == 200, ordered.text
    answer = await desk.send(hazard, "serve-notice", {"method": "DIRECT", "recipient": "p-301"}, two)
    assert answer.status_code == 200, answer.text
    return hazard


async def deadline(desk, hazard: str) -> date:
    now = await desk.client.get(f"/api/v1/hazards/{hazard}", headers=desk.token(Role.TWO))
    return date.fromisoformat(now.json()["deadline"])


async def test_an_extension_goes_through_three_hands(desk):
    hazard = await served(desk)
    before = await deadline(desk, hazard)
    wanted = {"deadline": in_days(40), "reason": "电机须订制", "protection": "停用该工位并隔离"}
    steps = (
        ("request-extension", wanted, desk.of_enterprise(Role.ENT_M)),
        ("agree-extension", {}, desk.token(Role.TWO)),
        ("grant-extension", {}, desk.token(Role.TWL)),
    )
    for command, body, who in steps:
        answer = await desk.send(hazard, command, body, who)
        assert answer.status_code == 200, answer.text

    assert before.isoformat() < (await deadline(desk, hazard)).isoformat() == in_days(40)
    problem(
        await desk.send(hazard, "grant-extension", {}, desk.token(Role.TWL)), 409, "no-extension-requested"
    )


async def test_the_timer_needs_no_if_match_and_is_held_to_the_clock_and_the_version(desk):
    hazard = await served(desk)
    timer = desk.token(
        Role.SYS, commands=("record-deadline-missed",), certificate=None, division="330111000000"
    )
    early = {"what": "RECTIFICATION", "deadline_version": 5}

    problem(await desk.post(f"hazards/{hazard}/record-deadline-missed", early, timer), 409, "not-yet-over")
    old = early | {"deadline_version": 4}
    problem(await desk.post(f"hazards/{hazard}/record-deadline-missed", old, timer), 409, "deadline-moved")
    problem(await desk.post(f"hazards/{hazard}/close", {}, timer), 403, "command-not-granted")


async def test_a_person_records_no_miss(desk):
    hazard = await served(desk)
    ask = {"what": "RECTIFICATION", "deadline_version": 5}

    problem(await desk.send(hazard, "record-deadline-missed", ask, desk.token(Role.TWO)), 403, "may-not")


async def test_a_term_in_hours_is_no_term(desk):
    hazard = await desk.capture()
    await desk.send(hazard, "submit", {}, desk.token(Role.TWO))
    body = await desk.order(deadline=None, from_service={"amount": 24, "unit": "hours"})

    problem(await desk.send(hazard, "order-rectification", body, desk.token(Role.TWO)), 422, "malformed")
