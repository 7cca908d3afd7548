"""文书接口 · Issued, read again byte for byte, superseded, withdrawn; and the page that says so."""

from hashlib import sha256
from uuid import UUID

import pytest

from contracts.values import Role
from services.hazard.store import Log

OFFICE = "富阳区滨湖街道办事处"


@pytest.fixture
async def people(desk):
    """两名执法人员和企业负责人 · Two officers and the enterprise's responsible person, all with names."""
    found = {}
    for name, role, more in (
        ("张三", "TWO", {"certificate": {"number": "33011100123"}}),
        ("李四", "TWO", {"certificate": {"number": "33011100124"}}),
        ("王五", "ENT_M", {"organisation": desk.enterprise}),
    ):
        place = {
            "role": role,
            "division": "330111005000",
            "organisation": "org-town",
            "starts_on": "2026-01-01",
        }
        body = {"name": name, "appointment": place | more}
        body |= {"phone": "057188888888"} if role == "ENT_M" else {}
        answer = await desk.post("people", body, desk.token(Role.DPL, division="330111000000"))
        assert answer.status_code == 201, answer.text
        found[name] = answer.json()["id"]
    return found


@pytest.fixture
def officer(desk, people):
    return desk.token(Role.TWO, person=people["张三"])


async def visited(desk, officer, people) -> str:
    body = {
        "enterprise": desk.enterprise,
        "visit_kind": "ADMIN",
        "visited_on": "2026-01-10",
        "officers": [people["张三"], people["李四"]],
        "finds": 1,
        "remark": "检查了2号车间配电间和仓库。",
    }
    answer = await desk.post("visits", body, officer)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def ordered(desk, officer, people, number="滨湖应急责改〔2026〕1号") -> str:
    hazard = await desk.capture(officer)
    await desk.send(hazard, "submit", {}, officer)
    advice = {"advice": "外壳做保护接地", "basis": ["GB 50054-2011 5.2.1"]}
    await desk.send(hazard, "advise-rectification", advice, officer)
    order = {
        "from_service": {"amount": 15, "unit": "days"},
        "responsible": people["王五"],
        "visit_kind": "ADMIN",
        "notice": number,
        "certificates": ["33011100123", "33011100124"],
        "others": [people["李四"]],
    }
    answer = await desk.send(hazard, "order-rectification", order, officer)
    assert answer.status_code == 200, answer.text
    return hazard


@pytest.fixture
async def visit(desk, officer, people) -> str:
    path = f"enterprises/{desk.enterprise}/name-responsible-person"
    await desk.post(path, {"post": "MAIN", "person": people["王五"]}, officer, If_Match='"1"')
    return await visited(desk, officer, people)


def record(visit, *hazards, **more):
    return {"kind": "RECORD", "of": f"visit/{visit}", "hazards": hazards, "office": OFFICE, **more}


async def issued(desk, officer, body) -> dict:
    answer = await desk.post("papers", body, officer)
    assert answer.status_code == 201, answer.text
    return (await desk.client.get(f"/api/v1/papers/{answer.json()['id']}", headers=officer)).json()


async def file(desk, paper, form, who):
    return await desk.client.get(f"/api/v1/papers/{paper['id']}.{form}", headers=who)


async def looked_up(desk, paper, **query):
    return await desk.client.get("/p/" + paper["address"].rpartition("/")[2], params=query)


async def test_a_record_is_issued_in_both_forms_whose_digests_the_event_holds(desk, officer, people, visit):
    paper = await issued(desk, officer, record(visit, await ordered(desk, officer, people)))

    for form in ("pdf", "docx"):
        answer = await file(desk, paper, form, officer)

        assert answer.status_code == 200, answer.text
        assert paper[form] == f"sha256:{sha256(answer.content).hexdigest()}"
        assert answer.headers["X-Paper-Digest"] == paper[form]


async def test_the_page_says_genuine_and_current_and_nothing_of_persons_or_the_enterprise(
    desk, officer, people, visit
):
    paper = await issued(desk, officer, record(visit))
    answer = await looked_up(desk, paper, sha256=paper["pdf"].removeprefix("sha256:").upper())

    assert answer.status_code == 200
    assert "真实，现行有效" in answer.text
    assert "一致：" in answer.text
    assert paper["number"] in answer.text
    for hidden in ("张三", "王五", "蜀山精密机械", "配电"):
        assert hidden not in answer.text


async def test_no_name_stands_in_the_log(desk, officer, people, visit, log: Log):
    paper = await issued(desk, officer, record(visit))
    bodies = str([fact.envelope.model_dump(mode="json") for fact in await log.load(UUID(paper["id"]))])

    assert "张三" not in bodies
    assert "057188888888" not in bodies
