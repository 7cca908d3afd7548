"""下一步接口检验 · What GET /next tells over the real routes, and certificates that the register decides."""

from contracts.values import Role
from given.answers import problem
from given.days import in_days
from services.hazard.hazard_commands import COMMANDS

TOWN = "330111005000"
BY_PATH = {command.path: command for command in COMMANDS}
NUMBERS = {"p-first": "33011100123", "p-second": "33011100124"}


async def read(desk, hazard: str, who: dict[str, str], **query: str) -> dict:
    answer = await desk.client.get(f"/api/v1/hazards/{hazard}/next", headers=who, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def example(command) -> dict:
    return command.ask.model_json_schema()["examples"][0]


async def appoint(desk, person: str, number: str, valid_to: str | None = None) -> str:
    certificate = {"number": number, "valid_to": valid_to}
    place = {"role": "TWO", "division": TOWN, "organisation": "org-town", "starts_on": in_days(-30)}
    body = {"name": "某某", "appointment": place | {"certificate": certificate}}
    answer = await desk.post("people", body, desk.token(Role.DPL, person="p-head"))
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def officers(*people: tuple[str, str]) -> dict[str, object]:
    """A party for a visit: each by id, with the number that is named."""
    party = [{"person": one, "function": "OFFICER", "certificate": number} for one, number in people]
    return {"participants": party, "lead": people[0][0]}


async def plan(desk, *people: tuple[str, str]):
    body = {"enterprise": desk.enterprise, "visit_kind": "ADMIN", "planned_on": in_days(0), "purpose": "检查"}
    return await desk.post("visits/plan", body | officers(*people), desk.token(Role.TWO, person=people[0][0]))


async def check_closed(desk, hazard: str, told: dict, who: dict[str, str]) -> None:
    """Each closed command is sent, and refused with the words that were told."""
    for step in told["closed"]:
        command = BY_PATH[step["command"]]
        body = {"other": hazard} if command.path == "mark-duplicate" else example(command)
        met = await desk.send(hazard, command.path, body, who)
        if met.status_code != 422:  # the example names photographs that are not there
            refused = met.json()
            assert (refused["code"], refused["detail"]) == (step["why"]["code"], step["why"]["detail"])


async def test_what_is_closed_is_refused_with_the_words_that_were_told(desk):
    hazard = await desk.capture()
    await desk.send(hazard, "submit", {}, desk.token(Role.TWO))
    opened = {}
    for role in (Role.ENT_M, Role.GRID, Role.EXP, Role.TWN, Role.TWO, Role.DPL, Role.SCO):
        at_home = {"organisation": desk.enterprise} if role is Role.ENT_M else {}
        who = desk.token(role, person=f"p-some-{role.lower().replace('_', '-')}", **at_home)
        told = await read(desk, hazard, who)
        opened[role] = {step["command"] for step in told["open"]}
        assert opened[role] | {step["command"] for step in told["closed"]} == set(BY_PATH)
        await check_closed(desk, hazard, told, who)

    assert "order-rectification" in opened[Role.TWO]
    assert "order-rectification" not in opened[Role.EXP] | opened[Role.TWN] | opened[Role.SCO]


async def test_what_is_out_of_reach_is_not_there(desk):
    hazard = await desk.capture()
    stranger = desk.token(Role.PUB, person="p-stranger", certificate=None)

    answer = await desk.client.get(f"/api/v1/hazards/{hazard}/next", headers=stranger)

    problem(answer, 404, "not-found")


async def test_one_asks_for_another_role_too(desk):
    hazard = await desk.capture()
    await desk.send(hazard, "submit", {}, desk.token(Role.TWO))

    answer = await read(desk, hazard, desk.token(Role.TWN, certificate=None), role="DPO")

    assert (answer["role"], answer["role_name"]) == ("DPO", "区县部门执法人员")
    assert "order-rectification" in {step["command"] for step in answer["open"]}
    ordering = next(step for step in answer["open"] if step["command"] == "order-rectification")
    assert set(ordering["open_to"]) == {"TWO", "DPO", "DPL", "ENF"}
    assert ordering["closed_to"]["EXP"] == "may-not"


async def test_the_public_is_told_only_of_its_own_draft(desk):
    public = desk.token(Role.PUB, person="p-whistle", certificate=None)
    hazard = await desk.capture(public, source="REPORT", visit_kind=None)

    answer = await read(desk, hazard, public)

    assert {step["command"] for step in answer["open"]} == {"submit", "void"}
    assert {step["why"]["code"] for step in answer["closed"]} == {"not-found"}


async def test_a_service_account_is_told_its_list(desk):
    hazard = await desk.capture()
    system = desk.token(Role.SYS, person="p-sys", commands=["record-deadline-missed"], certificate=None)

    answer = await read(desk, hazard, system)

    codes = {step["command"]: step["why"]["code"] for step in answer["closed"]}
    assert codes["order-rectification"] == "command-not-granted"


async def test_the_register_decides_whose_certificate_is_valid(desk):
    first = await appoint(desk, "p-first", NUMBERS["p-first"])
    second = await appoint(desk, "p-second", NUMBERS["p-second"], in_days(-3))
    hazard = await desk.capture()
    await desk.send(hazard, "submit", {}, desk.token(Role.TWO))
    officer = desk.token(Role.TWO, person=first)
    own = (first, NUMBERS["p-first"])

    problem(await plan(desk, own, (second, NUMBERS["p-second"])), 403, "certificate-expired")
    lapsed = desk.token(Role.TWO, person=second, certificate=NUMBERS["p-second"])
    told = await read(desk, hazard, lapsed)
    codes = {step["command"]: step["why"]["code"] for step in told["closed"]}
    assert codes["order-rectification"] == "certificate-expired"
    third = await appoint(desk, "p-third", "33011100125")
    problem(await plan(desk, own, (third, NUMBERS["p-second"])), 403, "certificate-not-own")
    visit = await desk.visit(first, third, **officers(own, (third, "33011100125")))
    good = await desk.order(visit=visit)
    assert (await desk.send(hazard, "order-rectification", good, officer)).status_code == 200


async def test_an_appointment_that_has_ended_orders_nothing_any_more(desk):
    first = await appoint(desk, "p-first", NUMBERS["p-first"])
    head = desk.token(Role.DPL, person="p-head")
    officer = desk.token(Role.TWO, person=first)
    hazard = await desk.capture(officer)
    await desk.send(hazard, "submit", {}, officer)
    assert "order-rectification" in {step["command"] for step in (await read(desk, hazard, officer))["open"]}

    visit = await desk.visit(first, "p-10", **officers((first, NUMBERS["p-first"]), ("p-10", "33011100199")))
    ending = {"role": "TWO", "organisation": "org-town", "ends_on": in_days(-2)}
    ended = await desk.post(f"people/{first}/end-appointment", ending, head, If_Match='"1"')
    assert ended.status_code == 200, ended.text

    refused = await desk.send(hazard, "order-rectification", await desk.order(visit=visit), officer)
    assert "没有带执法证的任职" in problem(refused, 403, "officer-uncertified")["detail"]
