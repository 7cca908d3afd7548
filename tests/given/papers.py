"""给定 · Two officers, an enterprise with its responsible person, a visit, an order: what papers are made of."""

import zipfile
from io import BytesIO

from contracts.values import Role

OFFICE = "富阳区滨湖街道办事处"


async def staffed(desk) -> dict[str, str]:
    """Two officers and the enterprise's responsible person, all with names, by name."""
    found = {}
    for name, role, more in (
        ("张三", "TWO", {"certificate": {"number": "33011100123"}}),
        ("李四", "TWO", {"certificate": {"number": "33011100124"}}),
        ("王五", "ENT_M", {"organisation": desk.enterprise}),
    ):
        place = {"role": role, "division": "330111005000", "organisation": "org-town"}
        body = {"name": name, "appointment": place | {"starts_on": "2026-01-01"} | more}
        body |= {"phone": "057188888888"} if role == "ENT_M" else {}
        answer = await desk.post("people", body, desk.token(Role.DPL, division="330111000000"))
        assert answer.status_code == 201, answer.text
        found[name] = answer.json()["id"]
    answer = await desk.post("office-word", {"word": "滨湖"}, desk.token(Role.TWL))
    assert answer.status_code in (200, 201), answer.text
    path = f"enterprises/{desk.enterprise}/name-responsible-person"
    who = desk.token(Role.TWO)
    await desk.post(path, {"post": "MAIN", "person": found["王五"]}, who, If_Match='"1"')
    return found


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


def record(visit, *hazards, **more):
    return {"kind": "RECORD", "of": f"visit/{visit}", "hazards": hazards, "office": OFFICE, **more}


async def issued(desk, officer, body) -> dict:
    answer = await desk.post("papers", body, officer)
    assert answer.status_code == 201, answer.text
    return (await desk.client.get(f"/api/v1/papers/{answer.json()['id']}", headers=officer)).json()


async def file(desk, paper, form, who):
    return await desk.client.get(f"/api/v1/papers/{paper['id']}.{form}", headers=who)


def text_of(document: bytes) -> str:
    with zipfile.ZipFile(BytesIO(document)) as archive:
        return archive.read("word/document.xml").decode()


async def looked_up(desk, paper, **query):
    return await desk.client.get("/p/" + paper["address"].rpartition("/")[2], params=query)
