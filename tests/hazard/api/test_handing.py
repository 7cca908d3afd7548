"""移送与更正 · Over the real routes: an office elsewhere takes over, an author out of reach corrects his own."""

from contracts.values import Role
from given.answers import problem

ELSEWHERE = "330200000000"


def city(desk, role: Role = Role.DPO, **more) -> dict[str, str]:
    return desk.token(role, division=ELSEWHERE, organisation="org-city-fire", person="p-city", **more)


async def registered(desk) -> str:
    hazard = await desk.capture()
    await desk.send(hazard, "submit", {}, desk.token(Role.TWO))
    return hazard


def transfer(desk) -> dict:
    return {
        "department": "org-city-fire",
        "division": ELSEWHERE,
        "reason": "应由消防救援机构处理",
        "file": [desk.photo],
    }


async def test_an_office_elsewhere_reaches_what_it_is_asked_to_take_and_nothing_before(desk):
    hazard, two = await registered(desk), desk.token(Role.TWO)
    problem(await desk.send(hazard, "accept-transfer", {}, city(desk)), 404, "not-found")

    offered = await desk.send(hazard, "transfer", transfer(desk), two)
    assert offered.json()["events"] == ["hazard.transfer-offered"]
    read = await desk.client.get(f"/api/v1/hazards/{hazard}", headers=city(desk))
    assert (read.json()["holder"], read.json()["transfer"]) == ({"division": "330111005000"}, "OFFERED")
    assert (await desk.send(hazard, "accept-transfer", {}, city(desk))).status_code == 200

    read = await desk.client.get(f"/api/v1/hazards/{hazard}", headers=two)
    assert read.json()["holder"] == {"organisation": "org-city-fire", "division": ELSEWHERE}
    assert read.json()["division"] == "330111005000"


async def test_what_was_given_back_is_out_of_reach_again(desk):
    hazard = await registered(desk)
    await desk.send(hazard, "transfer", transfer(desk), desk.token(Role.TWO))
    back = await desk.send(hazard, "return-transfer", {"reason": "不属本部门职责"}, city(desk))

    assert back.status_code == 200
    problem(await desk.send(hazard, "accept-transfer", {}, city(desk)), 404, "not-found")


async def test_the_holder_elsewhere_may_order_there(desk):
    hazard = await registered(desk)
    await desk.send(hazard, "transfer", transfer(desk), desk.token(Role.TWO))
    await desk.send(hazard, "accept-transfer", {}, city(desk))

    advised = await desk.send(
        hazard, "advise-rectification", {"advice": "更换灭火器", "basis": ["消防法"]}, city(desk)
    )

    assert advised.status_code == 200, advised.text


async def test_who_reported_and_moved_on_still_corrects_the_own_record_for_a_day(desk):
    moved_on = desk.token(Role.TWO, division="330300000000", organisation="org-other")
    hazard = await registered(desk)
    body = {"place": "3号车间", "reason": "部位录入有误"}

    stranger = desk.token(Role.TWO, division="330300000000", organisation="org-other", person="p-stranger")
    problem(await desk.send(hazard, "correct-record", body, stranger), 404, "not-found")
    assert (await desk.send(hazard, "correct-record", body, moved_on)).status_code == 200


async def test_a_correction_holds_no_phone_number(desk):
    hazard = await registered(desk)
    body = {"place": "3号车间13812345678", "reason": "更正"}

    problem(await desk.send(hazard, "correct-record", body, desk.token(Role.TWO)), 422, "personal-data")
