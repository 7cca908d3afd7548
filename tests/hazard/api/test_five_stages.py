"""五个环节 · A street's loop over HTTP: found by an expert, ordered by a joint visit, put right, looked at, or a case."""

from dataclasses import dataclass, field
from uuid import UUID

import pytest

from contracts.values import Role
from given.answers import problem
from given.days import in_days
from given.issuing import issued, step
from given.noticed import Paper
from services.hazard.store import Log
from services.projections.sentences import told

from .test_cases import OFFICERS, Brigade

OFFICE = "余杭区蜀山街道办事处"
ITEMS = [
    {
        "id": f"2.{n}",
        "text": f"第{n}项电气安全",
        "category": "B04",
        "clause": f"GB 50054-2011 第5.{n}条",
        "advice": f"按第{n}项整改",
    }
    for n in range(1, 8)
]
FOUND = 6
CERTIFICATES = ("33011100123", "33011100124")


@dataclass
class Street:
    """街道 · The people of the loop, and how they go on with a visit, a notice, a hazard and a case."""

    brigade: Brigade
    expert: dict[str, str] = field(default_factory=dict)
    officer: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        desk = self.brigade.desk
        self.officer = self.brigade.of("town")
        who = {"person": self.brigade.ids["expert"], "organisation": "org-service", "certificate": None}
        self.expert = desk.token(Role.EXP, **who)

    async def visit(self, kind: str, participants: list[dict], who: dict, **more: object) -> str:
        body = {"enterprise": self.brigade.desk.enterprise, "visit_kind": kind, "planned_on": in_days(0)}
        body |= {"purpose": "用电安全检查", "participants": participants, "lead": participants[0]["person"]}
        answer = await self.brigade.desk.post("visits/plan", body | more, who)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    async def on_visit(self, visit: str, *steps: tuple[str, object, dict]) -> None:
        for command, body, who in steps:
            await step(self.brigade.desk, f"visits/{visit}", command, body, who)

    async def on_hazard(self, hazard: str, *steps: tuple[str, dict, dict]) -> None:
        for command, body, who in steps:
            answer = await self.brigade.desk.send(hazard, command, body, who)
            assert answer.status_code == 200, (command, answer.text)

    async def found(self) -> tuple[str, list[str]]:
        """发现 · An expert looks by a checklist, led by an officer of the town: six deviations, one item in order."""
        desk, town = self.brigade.desk, self.brigade.ids["town"]
        form = await desk.post("forms", {"name": "用电检查表", "items": ITEMS}, desk.token(Role.DPO))
        party = [
            {"person": town, "function": "COMPANION", "department": "镇应急办"},
            {"person": self.brigade.ids["expert"], "function": "EXPERT", "department": "安全技术服务公司"},
        ]
        named = {"form": form.json()["id"], "version": 1}
        visit = await self.visit("EXPERT", party, self.officer, form=named)
        answers = [
            {"item": one["id"], "answer": "DEVIATES", "place": f"{n}号车间", "photos": [desk.photo]}
            for n, one in enumerate(ITEMS[:FOUND], start=1)
        ]
        answers.append({"item": ITEMS[FOUND]["id"], "answer": "CONFORMS"})
        boss = self.brigade.ids["boss"]
        await self.on_visit(
            visit,
            ("start", {}, self.officer),
            ("answer-checklist", {"answers": answers}, self.expert),
            ("record", {"remark": "专家对照检查表逐项检查"}, self.officer),
            (
                "sign",
                {"signature": "M10 20 L30 40", "signed_by": boss},
                desk.of_enterprise(Role.ENT_M, person=boss),
            ),
            ("archive", {}, self.officer),
        )
        drafts = (await desk.client.get(f"/api/v1/visits/{visit}", headers=self.officer)).json()["found"]
        for draft in drafts:
            await self.on_hazard(draft, ("submit", {}, self.expert))
        return visit, drafts

    async def joined(self) -> str:
        """联合检查 · The town leads, the department joins; approved and scanned in."""
        ids, desk = self.brigade.ids, self.brigade.desk
        party = [
            {"person": ids["town"], "function": "OFFICER", "department": "镇应急办"},
            {"person": ids["filer"], "function": "OFFICER", "department": "区应急管理局"},
        ]
        for one, who in zip(party, ("town", "filer"), strict=True):
            one["certificate"] = OFFICERS[who][2]
        visit = await self.visit("JOINT", party, self.officer, lead_department="镇应急办")
        leader = desk.token(Role.TWL, certificate=None)
        await self.on_visit(
            visit,
            ("approve", {"number": "余应急检批〔2026〕31号"}, leader),
            ("start", {"scanned": desk.enterprise}, self.officer),
        )
        return visit

    async def ordered(self, visit: str, hazards: list[str]) -> Paper:
        """责令 · One notice for two of them, numbered, ordered, served."""
        items = [{"hazard": one, "from_service": {"amount": 15, "unit": "days"}} for one in hazards]
        answer = await self.brigade.desk.post("notices", {"visit": visit, "items": items}, self.officer)
        assert answer.status_code == 201, answer.text
        notice = Paper(self.brigade.desk, answer.json()["id"], hazards, self.officer)
        await notice.must("number", {})
        boss = self.brigade.ids["boss"]
        for hazard in hazards:
            assert (await notice.order(hazard, responsible=boss)).status_code == 200
        await notice.must("serve", {"method": "DIRECT", "recipient": boss})
        return notice

    def rectified(self) -> tuple[str, dict, dict]:
        desk = self.brigade.desk
        done = {"measures": "已做保护接地", "completed_on": in_days(0), "photos": [desk.photo], "cost": 100}
        return "submit-rectification", done, desk.of_enterprise(Role.ENT_S, person=self.brigade.ids["safety"])

    def looked_at(self, result: str) -> tuple[str, dict, dict]:
        failed = {"remark": "仍未接地", "deadline": in_days(9)} if result == "fail" else {}
        return "reinspect", {"result": result, "photos": [self.brigade.desk.photo], **failed}, self.officer

    async def story(self, log: Log, hazard: str) -> list[str]:
        return [told(fact.envelope, fact.event, {}, sealed=False) for fact in await log.load(UUID(hazard))]

    async def paper(self, kind: str, of: str) -> dict:
        desk = self.brigade.desk
        paper = await issued(desk, self.officer, {"kind": kind, "of": of, "office": OFFICE})
        for form, begins in (("pdf", b"%PDF-"), ("docx", b"PK")):
            made = await desk.client.get(f"/api/v1/papers/{paper['id']}.{form}", headers=self.officer)
            assert made.content.startswith(begins)
        return paper


@pytest.fixture
async def street(desk) -> Street:
    brigade = Brigade(desk)
    await brigade.appoint()
    for who, word in (("head", "余"), ("town", "蜀")):
        sender = brigade.of(who) if who == "head" else desk.token(Role.TWL)
        answer = await desk.post("office-word", {"word": word}, sender)
        assert answer.status_code == 200, answer.text
    for who, role, organisation in (
        ("expert", "EXP", "org-service"),
        ("boss", "ENT_M", desk.enterprise),
        ("safety", "ENT_S", desk.enterprise),
    ):
        place = {"role": role, "division": "330111005000", "organisation": organisation}
        body = {"name": "某某", "appointment": place | {"starts_on": in_days(-30)}}
        answer = await desk.post("people", body, brigade.of("head"))
        assert answer.status_code == 201, answer.text
        brigade.ids[who] = answer.json()["id"]
    return Street(brigade)


async def test_the_loop_of_a_street_goes_from_an_experts_visit_to_a_published_case(street: Street, log: Log):
    advised, hazards = await street.found()
    assert len(hazards) == FOUND
    joint = await street.joined()
    good, bad, *others = hazards
    notice = await street.ordered(joint, [good, bad])

    await street.on_hazard(good, street.rectified(), street.looked_at("pass"), ("close", {}, street.officer))
    await street.on_hazard(bad, *[street.rectified(), street.looked_at("fail")] * 2)
    brigade = street.brigade
    case = await brigade.refer(bad)
    await brigade.go(case, *brigade.until_informed(), brigade.decision(), *brigade.until_closed())

    assert ((await brigade.case(case))["status"], (await notice.now())["state"]) == ("CLOSED", "PARTLY_DONE")
    assert in_order(
        await street.story(log, good), "发现", "登记", "责令", "送达", "提交第1轮整改", "合格", "销号"
    )
    assert in_order(
        await street.story(log, bad), "责令", "不合格", "不合格", "移送执法", "立案", "处理决定", "结案"
    )
    for other in others:
        assert len(await street.story(log, other)) == len(("captured", "submitted", "registered"))
    for kind, of in (
        ("RECORD", f"visit/{advised}"),
        ("REPORT", f"visit/{advised}"),
        ("ORDER", f"notice/{notice.id}"),
        ("REINSPECTION", f"notice/{notice.id}"),
        ("LIST", f"enterprise/{brigade.desk.enterprise}"),
    ):
        assert (await street.paper(kind, of))["number"], kind


async def test_an_expert_orders_nothing_nor_does_his_visit(street: Street):
    advised, (hazard, *_) = await street.found()
    ask = {
        "deadline": in_days(10),
        "responsible": "p-301",
        "visit": advised,
        "notice": "蜀应急责改〔2026〕1号",
    }
    desk = street.brigade.desk

    problem(await desk.send(hazard, "order-rectification", ask, street.expert), 403, "may-not")
    problem(await desk.send(hazard, "order-rectification", ask, street.officer), 403, "visit-may-not-order")


def in_order(story: list[str], *words: str) -> bool:
    """Each word in a sentence behind that of the word before."""
    sentences = iter(story)
    return all(any(word in sentence for sentence in sentences) for word in words)
