"""案件接口 · A hazard that failed twice becomes a case that is decided, published, executed and closed, over HTTP."""

from dataclasses import dataclass, field
from uuid import UUID

import pytest

from contracts.values import Role
from given.answers import problem
from given.days import in_days
from services.hazard.cases import penalties_of
from services.hazard.store import Log
from services.projections.sentences import told

YEAR = in_days(0)[:4]
OFFICERS = {
    "town": (Role.TWO, "org-town", "33011100123"),
    "filer": (Role.DPO, "org-dept", "33011199001"),
    "first": (Role.ENF, "org-brigade", "33011199100"),
    "second": (Role.ENF, "org-brigade", "33011199101"),
    "reviewer": (Role.ENF, "org-brigade", "33011199109"),
    "head": (Role.DPL, "org-dept", "33011199009"),
}
BASIS = ["《安全生产法》第一百零二条"]


@dataclass
class Brigade:
    """执法队 · The people of a case, appointed, with tokens as the identity service gives them."""

    desk: object
    ids: dict[str, str] = field(default_factory=dict)

    async def appoint(self) -> None:
        for who, (role, organisation, certificate) in OFFICERS.items():
            appointment = {
                "role": role,
                "division": "330111005000",
                "organisation": organisation,
                "certificate": {"number": certificate},
                "starts_on": in_days(-30),
            }
            body = {"name": "某某", "appointment": appointment}
            appointer = self.desk.token(Role.DPL, person="p-appointer", organisation="org-dept")
            answer = await self.desk.post("people", body, appointer)
            assert answer.is_success, answer.text
            self.ids[who] = answer.json()["id"]

    def of(self, who: str) -> dict[str, str]:
        role, organisation, certificate = OFFICERS[who]
        return self.desk.token(role, person=self.ids[who], organisation=organisation, certificate=certificate)

    async def case(self, case: str, who: str = "first") -> dict:
        answer = await self.desk.client.get(f"/api/v1/cases/{case}", headers=self.of(who))
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def send(self, case: str, command: str, body: dict, who: str | dict) -> object:
        version = (await self.case(case))["version"]
        sender = self.of(who) if isinstance(who, str) else who
        return await self.desk.post(f"cases/{case}/{command}", body, sender, If_Match=f'"{version}"')

    async def go(self, case: str, *steps: tuple[str, dict, str]) -> None:
        for command, body, who in steps:
            answer = await self.send(case, command, body, who)
            assert answer.status_code == 200, (command, answer.text)

    async def failed_twice(self, **more: object) -> str:
        hazard = await self.desk.capture(**more)
        two, owner = self.desk.token(Role.TWO), self.desk.of_enterprise(Role.ENT_S)
        done = {"measures": "已接地", "completed_on": in_days(0), "photos": [self.desk.photo], "cost": 100}
        fail = {"result": "fail", "photos": [self.desk.photo], "remark": "仍未接地", "deadline": in_days(9)}
        steps = [("submit", {}, two), ("order-rectification", await self.desk.order(), two)]
        for _ in range(2):
            steps += [("submit-rectification", done, owner), ("reinspect", fail, two)]
        for command, body, who in steps:
            answer = await self.desk.send(hazard, command, body, who)
            assert answer.status_code == 200, (command, answer.text)
        return hazard

    async def refer(self, *hazards: str) -> str:
        body = {"hazards": hazards, "reason": "SECOND_FAIL", "remark": "两次复查均不合格，移送立案"}
        answer = await self.desk.post("cases", body, self.of("filer"))
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def until_informed(self) -> tuple[tuple[str, dict, str], ...]:
        officers = [{"person": self.ids[who], "certificate": OFFICERS[who][2]} for who in ("first", "second")]
        photo, second = self.desk.photo, self.ids["second"]
        evidence = {"kind": "SITE", "description": "现场检查笔录：仍未接地", "file": [photo]}
        told = {"facts": "两次复查均未消除", "grounds": "未采取措施消除事故隐患", "basis": BASIS}
        told |= {
            "proposed": {"kinds": ["FINE"], "fine": 2_000_000},
        }
        filing = {"suspected": "未消除隐患", "basis": BASIS}
        return (
            ("file", filing, "filer"),
            ("assign-officers", {"officers": officers}, "head"),
            ("record-evidence", evidence | {"others": [second], "collected_on": in_days(0)}, "first"),
            ("inform", told | {"others": [second], "informed_on": in_days(0)}, "first"),
            ("waive-rights", {"file": [photo], "waived_on": in_days(0)}, "first"),
        )

    def decision(self) -> tuple[str, dict, str]:
        body = {
            "facts": "两次复查均未消除",
            "basis": BASIS,
        }
        return "decide", body | {"penalty": {"kinds": ["FINE"], "fine": 2_000_000}}, "head"

    def until_closed(self) -> tuple[tuple[str, dict, str], ...]:
        paid = {"amount": 2_000_000, "paid_on": in_days(0), "receipt": "NO.0012"}
        return (
            ("serve-decision", {"method": "DIRECT", "served_on": in_days(0)}, "first"),
            ("publish", {"place": "余杭区应急管理局行政处罚公示", "published_on": in_days(0)}, "first"),
            ("record-payment", paid, "first"),
            ("execute", {"executed_on": in_days(0), "manner": "罚款已缴清"}, "first"),
            ("close", {"outcome": "EXECUTED", "closed_on": in_days(0)}, "head"),
        )


@pytest.fixture
async def brigade(desk) -> Brigade:
    brigade = Brigade(desk)
    await brigade.appoint()
    word = await desk.post("office-word", {"word": "余"}, brigade.of("head"))
    assert word.status_code == 200, word.text
    return brigade


async def enforcement(brigade: Brigade, hazard: str) -> str:
    head = brigade.of("head")
    return (await brigade.desk.client.get(f"/api/v1/hazards/{hazard}", headers=head)).json()["enforcement"]


async def test_a_hazard_that_failed_twice_ends_as_a_case_and_its_trail_is_one_story(brigade, log: Log):
    hazard = await brigade.failed_twice()
    case = await brigade.refer(hazard)
    assert await enforcement(brigade, hazard) == "REFERRED"

    await brigade.go(case, *brigade.until_informed())
    assert await enforcement(brigade, hazard) == "CASE_OPEN"
    await brigade.go(case, brigade.decision())
    now = await brigade.case(case)
    assert [(one["what"], one["missed"]) for one in now["due"]] == [
        ("SERVICE", False),
        ("PUBLICATION", False),
    ]
    await brigade.go(case, *brigade.until_closed())

    now = await brigade.case(case)
    assert (now["status"], now["outcome"], now["owed"]["outstanding"]) == ("CLOSED", "EXECUTED", 0)
    assert await enforcement(brigade, hazard) == "CASE_CLOSED"
    said = [told(fact.envelope, fact.event, {}, sealed=False) for fact in await log.load(UUID(hazard))][-4:]
    for sentence, words in zip(
        said,
        (
            "移送执法（再次复查不合格）：两次复查均不合格，移送立案",
            f"立案：（余）应急立〔{YEAR}〕1号",
            f"处理决定：（余）应急罚〔{YEAR}〕1号，罚款、没收，罚款20000.00元",
            "结案：执行完毕",
        ),
        strict=True,
    ):
        assert words in sentence
    facts = await log.load(UUID(hazard))
    assert {fact.event.case for fact in facts[-4:]} == {case}


async def test_the_hazard_and_the_case_close_each_by_itself(brigade):
    hazard, other = await brigade.failed_twice(), await brigade.failed_twice(place="3号车间")
    case = await brigade.refer(hazard, other)
    await brigade.go(case, *brigade.until_informed(), brigade.decision())
    two, owner = brigade.desk.token(Role.TWO), brigade.desk.of_enterprise(Role.ENT_S)
    photo = brigade.desk.photo
    done = {"measures": "已接地", "completed_on": in_days(0), "photos": [photo], "cost": 100}
    for command, body, who in (
        ("submit-rectification", done, owner),
        ("reinspect", {"result": "pass", "photos": [photo]}, two),
        ("close", {}, two),
    ):
        answer = await brigade.desk.send(hazard, command, body, who)
        assert answer.status_code == 200, answer.text

    assert (await brigade.case(case))["status"] == "DECIDED"
    await brigade.go(case, *brigade.until_closed())
    assert [await enforcement(brigade, one) for one in (hazard, other)] == ["CASE_CLOSED"] * 2
    found = await brigade.desk.client.get(f"/api/v1/hazards/{other}", headers=two)
    assert found.json()["status"] == "RECTIFYING"


async def test_a_hazard_in_a_case_is_in_no_other(brigade, log: Log):
    hazard = await brigade.failed_twice()
    case = await brigade.refer(hazard)
    again = {"hazards": [hazard], "reason": "SECOND_FAIL", "remark": "再次移送"}

    problem(await brigade.desk.post("cases", again, brigade.of("filer")), 409, "already-referred")
    await brigade.go(case, ("not-file", {"reason": "违法行为轻微并及时改正"}, "filer"))
    assert await enforcement(brigade, hazard) == "CASE_CLOSED"
    second = await brigade.refer(hazard)
    assert second != case
    types = [fact.envelope.type for fact in await log.load(UUID(hazard))]
    assert types[-3:] == ["hazard.enforcement-referred", "hazard.case-closed", "hazard.enforcement-referred"]


async def test_what_a_hand_referred_is_taken_up_by_the_case(brigade):
    hazard = await brigade.failed_twice()
    body = {"reason": "SECOND_FAIL", "remark": "两次复查均不合格"}
    await brigade.desk.send(hazard, "refer-to-enforcement", body, brigade.of("filer"))
    case = await brigade.refer(hazard)

    await brigade.go(case, brigade.until_informed()[0])
    assert await enforcement(brigade, hazard) == "CASE_OPEN"


async def test_separation_of_duties_and_roles_are_kept_and_nothing_is_stored(brigade):
    hazard = await brigade.failed_twice()
    case = await brigade.refer(hazard)
    filing, assigning, *more = brigade.until_informed()
    desk, ids = brigade.desk, brigade.ids
    grid, expert = desk.token(Role.GRID, certificate=None), desk.token(Role.EXP, certificate=None)
    before = (await brigade.case(case))["version"]
    for who in (grid, expert, desk.token(Role.TWN, certificate=None), desk.of_enterprise(Role.ENT_M)):
        problem(await brigade.send(case, "file", filing[1], who), 403, "may-not")
    problem(await brigade.send(case, "file", filing[1], "town"), 403, "town-outside-powers")
    assert before == (await brigade.case(case))["version"]

    await brigade.go(case, filing)
    one = {"officers": assigning[1]["officers"][:1]}
    problem(await brigade.send(case, "assign-officers", one, "head"), 403, "too-few-officers")
    posing = {"officers": [*one["officers"], {"person": ids["second"], "certificate": "33011199109"}]}
    problem(await brigade.send(case, "assign-officers", posing, "head"), 403, "certificate-not-own")
    await brigade.go(case, assigning, *more)
    as_head = desk.token(Role.DPL, person=ids["first"], organisation="org-dept", certificate="33011199100")
    problem(
        await brigade.send(case, "decide", brigade.decision()[1], as_head), 403, "decider-not-independent"
    )
    problem(await brigade.send(case, "decide", brigade.decision()[1], "first"), 403, "may-not")
    assert (await brigade.case(case))["status"] == "INFORMED"
    await brigade.go(case, brigade.decision())
    assert (await brigade.case(case))[
        "decision_number"
    ] == f"（余）应急罚〔{YEAR}〕1号"  # refused, none is lost


async def test_without_a_word_the_office_of_the_case_numbers_nothing(desk):
    brigade = Brigade(desk)
    await brigade.appoint()
    case = await brigade.refer(await brigade.failed_twice())

    problem(await brigade.send(case, *brigade.until_informed()[0]), 409, "no-office-word")
    assert (await brigade.case(case))["status"] == "REFERRED"


async def test_a_case_is_seen_by_offices_of_its_area_and_by_the_party_only(brigade):
    case = await brigade.refer(await brigade.failed_twice())
    desk = brigade.desk

    async def seen(who: dict[str, str]) -> int:
        return (await desk.client.get(f"/api/v1/cases/{case}", headers=who)).status_code

    far = desk.token(Role.DPO, division="330110005000")
    outsiders = [far, desk.token(Role.GRID), desk.token(Role.EXP), desk.token(Role.PUB)]
    assert [await seen(who) for who in outsiders] == [404] * 4
    assert [await seen(who) for who in (desk.of_enterprise(Role.ENT_M), brigade.of("head"))] == [200] * 2
    other = desk.token(Role.ENT_M, organisation="7b0e1a52-3f54-5b6e-9d56-0f4a3a8e1c11", certificate=None)
    assert await seen(other) == 404


async def test_the_next_steps_say_what_is_open_to_whom_and_why_not(brigade):
    case = await brigade.refer(await brigade.failed_twice())
    path = f"/api/v1/cases/{case}/next"
    found = (await brigade.desk.client.get(path, headers=brigade.of("filer"))).json()

    assert [step["command"] for step in found["open"]] == ["file", "not-file"]
    assert found["open"][0]["by"] > in_days(6)
    closed = {step["command"]: step["why"]["code"] for step in found["closed"]}
    assert (closed["decide"], closed["publish"]) == ("may-not", "not-at-this-case-stage")
    found = (await brigade.desk.client.get(path, headers=brigade.of("filer"), params={"role": "GRID"})).json()
    assert found["open"] == []


async def test_the_third_penalty_with_a_major_hazard_states_the_condition_of_article_113(brigade, log: Log):
    for number in (1, 2, 3):
        case = await brigade.refer(await brigade.failed_twice(place=f"{number}号车间"))
        await brigade.go(case, *brigade.until_informed(), brigade.decision())
    enterprise = brigade.desk.enterprise
    path, head = f"/api/v1/enterprises/{enterprise}/penalties", brigade.of("head")
    record = (await brigade.desk.client.get(path, headers=head)).json()
    assert (len(record["penalties"]), record["condition_met"]) == (3, False)

    hazard = await brigade.failed_twice(place="污水池", category="B09")
    upgrade = {"clause": "工贸10号令-13(1)", "reason": "有限空间作业未审批"}
    answer = await brigade.desk.send(hazard, "upgrade-to-major", upgrade, brigade.of("filer"))
    assert answer.status_code == 200, answer.text
    case = await brigade.refer(hazard)
    await brigade.go(case, *brigade.until_informed(), brigade.decision())

    record = (await brigade.desk.client.get(path, headers=head)).json()
    assert record["grounds"] == ["SHORT", "LONG"]
    numbers = [one["decision_number"] for one in record["counted"]]
    assert numbers == [f"（余）应急罚〔{YEAR}〕{n}号" for n in (1, 2, 3, 4)]
    assert (await brigade.case(case))["closure_condition_met"] is True
    facts = await log.load(UUID(penalties_of(enterprise)))
    assert [fact.envelope.type for fact in facts][-2:] == [
        "penalties.noted",
        "penalties.closure-condition-met",
    ]
    await brigade.go(
        case, ("close", {"outcome": "WITHDRAWN", "reason": "复议撤销", "closed_on": in_days(0)}, "head")
    )
    record = (await brigade.desk.client.get(path, headers=head)).json()
    assert (len(record["penalties"]), record["condition_met"]) == (3, False)
