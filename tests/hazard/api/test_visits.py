"""检查接口 · A visit over HTTP: planned, approved, scanned in, answered, recorded, signed, filed."""

import asyncio
from uuid import uuid4

import pytest

from contracts.values import Role
from given.answers import problem
from given.days import in_days, today
from services.hazard.store import Log, stream_of
from services.hazard.visit.counting import count_key

ITEMS = [
    {
        "id": f"1.{number}",
        "text": f"第{number}项",
        "category": "B04",
        "clause": f"GB 50054-2011 第5.{number}条",
        "advice": f"按第{number}项整改",
    }
    for number in range(1, 4)
]
OFFICERS = [
    {"person": "p-two", "function": "OFFICER", "certificate": "33011100123"},
    {"person": "p-10", "function": "OFFICER", "certificate": "33011100124"},
]


class Visitors:
    """检查组 · Sends the commands of one visit with the version it has come to."""

    def __init__(self, desk) -> None:
        self.desk = desk
        self.two, self.leader = desk.token(Role.TWO), desk.token(Role.TWL, certificate=None)
        self.visit = ""

    async def form(self) -> str:
        answer = await self.desk.post(
            "forms", {"name": "用电检查表", "items": ITEMS}, self.desk.token(Role.DPO)
        )
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    async def plan(self, **more: object):
        body = {
            "enterprise": self.desk.enterprise,
            "visit_kind": "ADMIN",
            "planned_on": in_days(0),
            "purpose": "用电安全检查",
            "participants": OFFICERS,
            "lead": "p-two",
            **more,
        }
        answer = await self.desk.post("visits/plan", body, self.two)
        self.visit = answer.json().get("id", self.visit)
        return answer

    async def read(self) -> tuple[dict, str]:
        answer = await self.desk.client.get(f"/api/v1/visits/{self.visit}", headers=self.two)
        return answer.json(), answer.headers["ETag"]

    async def send(self, command: str, body: object, who: dict | None = None, **headers: str):
        if "If_Match" not in headers:
            headers["If_Match"] = (await self.read())[1]
        return await self.desk.post(f"visits/{self.visit}/{command}", body, who or self.two, **headers)

    async def done(self, command: str, body: object, who: dict | None = None) -> dict:
        answer = await self.send(command, body, who)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def started(self, **more: object) -> None:
        assert (await self.plan(**more)).status_code == 201
        await self.done("approve", {"number": "余应急检批〔2026〕31号"}, self.leader)
        await self.done("start", {"scanned": self.desk.enterprise})


@pytest.fixture
def visitors(desk) -> Visitors:
    return Visitors(desk)


async def test_a_visit_goes_from_plan_to_file_and_its_deviations_are_drafts(visitors: Visitors, log: Log):
    form = await visitors.form()
    await visitors.started(form={"form": form, "version": 1})
    answers = [
        {"item": "1.1", "answer": "CONFORMS"},
        {"item": "1.2", "answer": "DEVIATES", "place": "2号车间", "photos": [visitors.desk.photo]},
        {"item": "1.3", "answer": "NOT_APPLICABLE", "remark": "无此设备"},
    ]
    await visitors.done("answer-checklist", {"answers": answers})
    recorded = await visitors.done("record", {})
    drawn = {"signature": "M13812345678 20 L30 40", "signed_by": "p-boss"}
    await visitors.done("sign", drawn, visitors.desk.of_enterprise(Role.ENT_M, person="p-boss"))
    filed = await visitors.done("archive", {"file_number": "余应急检〔2026〕31号"})

    now, _ = await visitors.read()
    assert (recorded["status"], filed["status"]) == ("RECORDED", "ARCHIVED")
    assert (now["state_name"], now["finds"], len(now["found"])) == ("已归档", 1, 1)
    (draft,) = await log.load(stream_of(f"hazard/{now['found'][0]}"))
    assert draft.envelope.visit == f"visit/{visitors.visit}"
    assert (draft.event.category, draft.event.basis, draft.event.advice, draft.event.place) == (
        "B04",
        ("GB 50054-2011 第5.2条",),
        "按第2项整改",
        "2号车间",
    )
    life = await log.load(stream_of(f"visit/{visitors.visit}"))
    assert not any("M138" in fact.envelope.model_dump_json() for fact in life)
    submitted = await visitors.desk.send(now["found"][0], "submit", {}, visitors.two)
    assert submitted.status_code == 200, submitted.text


async def test_the_same_answer_sent_again_makes_no_second_draft(visitors: Visitors, log: Log):
    await visitors.started(form={"form": await visitors.form(), "version": 1})
    version, key = (await visitors.read())[1], str(uuid4())
    body = {"item": "1.1", "answer": "DEVIATES"}

    sent = [await visitors.send("answer-item", body, If_Match=version, Idempotency_Key=key) for _ in range(2)]

    assert sent[0].json() == sent[1].json()
    assert sent[1].headers["Idempotency-Replayed"] == "true"
    now, _ = await visitors.read()
    assert len(await log.load(stream_of(f"hazard/{now['found'][0]}"))) == 1


async def test_a_corrected_answer_ends_its_draft_in_the_same_moment(visitors: Visitors, log: Log):
    await visitors.started(form={"form": await visitors.form(), "version": 1})
    await visitors.done("answer-item", {"item": "1.1", "answer": "DEVIATES"})
    (draft,) = (await visitors.read())[0]["found"]

    await visitors.done("answer-item", {"item": "1.1", "answer": "CONFORMS", "reason": "看错了箱体"})

    facts = await log.load(stream_of(f"hazard/{draft}"))
    assert [fact.envelope.type for fact in facts] == ["hazard.captured", "hazard.voided"]
    assert (await visitors.read())[0]["found"] == []


async def test_racing_starts_cannot_both_take_the_last_place_of_the_year(visitors: Visitors, desk, log: Log):
    others = [Visitors(desk) for _ in range(8)]
    for one in others:
        await one.plan()
        await one.done("approve", {"number": "余应急检批〔2026〕31号"}, one.leader)

    answers = await asyncio.gather(*(one.send("start", {"scanned": desk.enterprise}) for one in others))

    assert sorted(answer.status_code for answer in answers) == [200] * 6 + [409] * 2
    refused = next(answer for answer in answers if answer.status_code == 409)
    detail = problem(refused, 409, "yearly-cap-reached")["detail"]
    assert "6 次" in detail
    assert "国办发〔2024〕54号" in detail
    year = today().year
    counted = await log.load(stream_of(f"visit-count/{count_key(desk.enterprise, year)}"))
    assert [fact.event.count for fact in counted] == [1, 2, 3, 4, 5, 6]
    assert {fact.event.visit for fact in counted} == {
        one.visit for one, answer in zip(others, answers, strict=True) if answer.status_code == 200
    }


async def test_a_find_beside_the_form_is_counted_with_the_visit(visitors: Visitors, desk):
    await visitors.started()
    found = await desk.capture(visitors.two, visit=visitors.visit)

    recorded = await visitors.done("record", {})

    now, _ = await visitors.read()
    assert (recorded["status"], now["found"], now["finds"]) == ("RECORDED", [found], 1)


async def test_a_withdrawn_form_begins_no_visit(visitors: Visitors, desk):
    form, dpo = await visitors.form(), desk.token(Role.DPO)
    await visitors.plan(form={"form": form, "version": 1})
    await visitors.done("approve", {"number": "余应急检批〔2026〕31号"}, visitors.leader)
    withdrawn = {"form_version": 1, "reason": "标准已修订"}
    answer = await desk.post(f"forms/{form}/withdraw-version", withdrawn, dpo, If_Match='"1"')
    assert answer.status_code == 200, answer.text

    refused = await visitors.send("start", {"scanned": desk.enterprise})

    problem(refused, 409, "form-version-withdrawn")
    shown = (await desk.client.get(f"/api/v1/forms/{form}", headers=dpo)).json()
    assert [one["withdrawn"] for one in shown["versions"]] == [True]
    items = [*ITEMS, ITEMS[0] | {"id": "2.1"}]
    body = {"name": "用电检查表", "items": items}
    answer = await desk.post(f"forms/{form}/publish-version", body, dpo, If_Match='"2"')
    assert answer.status_code == 200, answer.text
    started = await visitors.send("start", {"scanned": desk.enterprise, "form": {"form": form, "version": 2}})
    assert started.status_code == 200, started.text


async def test_what_is_refused_stores_nothing(visitors: Visitors, desk, log: Log):
    before = (await log.head()).position

    problem(await visitors.plan(participants=OFFICERS[:1]), 403, "too-few-officers")
    problem(await visitors.plan(enterprise=str(uuid4())), 404, "not-found")
    far = desk.token(Role.TWO, person="p-far", division="330111006000")
    visitors.two, near = far, visitors.two
    problem(await visitors.plan(), 404, "not-found")
    visitors.two = near

    assert (await log.head()).position == before


async def test_somebody_else_s_visit_does_not_exist(visitors: Visitors, desk):
    await visitors.plan()
    far = desk.token(Role.TWO, person="p-far", division="330111006000")

    problem(await desk.client.get(f"/api/v1/visits/{visitors.visit}", headers=far), 404, "not-found")
    problem(await visitors.send("cancel", {"reason": "误录"}, far), 404, "not-found")


async def test_an_enterprise_does_not_read_of_an_inspection_before_the_visitors_are_there(
    visitors: Visitors, desk
):
    await visitors.plan()
    own = desk.of_enterprise(Role.ENT_M, person="p-boss")

    problem(await desk.client.get(f"/api/v1/visits/{visitors.visit}", headers=own), 404, "not-found")


async def test_a_recheck_names_hazards_that_are_there(visitors: Visitors):
    problem(await visitors.plan(visit_kind="RECHECK", hazards=[str(uuid4())]), 404, "not-found")


async def test_an_inspection_is_not_told_afterwards_in_short(desk):
    body = {"enterprise": desk.enterprise, "visit_kind": "ADMIN", "visited_on": "2026-06-03", "finds": 0}

    problem(await desk.post("visits", body, desk.token(Role.TWO)), 409, "full-visit-needed")
