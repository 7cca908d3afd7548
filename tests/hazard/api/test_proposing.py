"""建议 · What an expert proposes over the real routes is kept, changes nothing, and is said to be no more than that."""

from contracts.values import Role
from services.hazard.store import Log, stream_of


async def step(desk, hazard: str, command: str, who: dict[str, str], **query: str) -> dict:
    told = (await desk.client.get(f"/api/v1/hazards/{hazard}/next", headers=who, params=query)).json()
    return next(each for each in told["open"] if each["command"] == command)


async def test_an_expert_proposes_and_an_officer_decides(desk, log: Log):
    grid, two = desk.token(Role.GRID), desk.token(Role.TWO)
    expert = desk.token(Role.EXP, certificate=None)
    hazard = await desk.capture(grid, source="GRID", visit_kind="GRID")
    await desk.send(hazard, "submit", {}, grid)

    own, of_expert = (
        await step(desk, hazard, "confirm", expert),
        await step(desk, hazard, "confirm", two, role="EXP"),
    )
    officers = await step(desk, hazard, "confirm", two)
    proposed = await desk.send(hazard, "confirm", {"note": "接地线确已脱落"}, expert)
    confirmed = await desk.send(hazard, "confirm", {}, two)

    assert (own["proposal"], of_expert["proposal"], officers.get("proposal")) == (True, True, None)
    assert own["proposing"] == officers["proposing"] == ["EXP"]
    assert proposed.status_code == confirmed.status_code == 200, proposed.text
    assert (proposed.json()["status"], proposed.json().get("number")) == ("PENDING_CONFIRMATION", None)
    assert confirmed.json()["status"] == "REGISTERED"
    kept = [each.envelope for each in await log.load(stream_of(f"hazard/{hazard}"))]
    assert [(each.type, each.role) for each in kept][3:] == [
        ("hazard.decision-proposed", Role.EXP),
        ("hazard.confirmed", Role.TWO),
        ("hazard.registered", Role.TWO),
    ]
