"""给定 · Two officers, an enterprise with its responsible person, a visit, an order: what papers are made of."""

import zipfile
from datetime import datetime
from io import BytesIO

from contracts.values import Role
from services.hazard.calendar import ZONE

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


async def must(desk, path: str, body: object, who, **headers) -> dict:
    answer = await desk.post(path, body, who, **headers)
    assert answer.is_success, f"{path}: {answer.text}"
    return answer.json()


async def step(desk, thing: str, command: str, body: object, who) -> dict:
    """One command on what is there, with the version it has come to."""
    read = await desk.client.get(f"/api/v1/{thing}", headers=who)
    return await must(desk, f"{thing}/{command}", body, who, If_Match=read.headers["ETag"])


async def begun(desk, officer, people) -> str:
    """A visit of two officers whom the enterprise's responsible person receives."""
    both = (("张三", "33011100123"), ("李四", "33011100124"))
    there = [{"person": people[name], "function": "OFFICER", "certificate": number} for name, number in both]
    host = {"person": people["王五"], "function": "ENTERPRISE"}
    planned = {
        "enterprise": desk.enterprise,
        "visit_kind": "ADMIN",
        "planned_on": datetime.now(ZONE).date().isoformat(),
        "purpose": "用电安全检查",
        "participants": [*there, host],
        "lead": people["张三"],
    }
    visit = (await must(desk, "visits/plan", planned, officer))["id"]
    await step(desk, f"visits/{visit}", "approve", {"number": "滨湖检批〔2026〕31号"}, desk.token(Role.TWL))
    await step(desk, f"visits/{visit}", "start", {"scanned": desk.enterprise}, officer)
    return visit


async def found(desk, officer, visit: str) -> str:
    """A registered hazard, with advice, that was found on a visit."""
    hazard = await desk.capture(officer, visit=visit)
    for command, body in (
        ("submit", {}),
        ("advise-rectification", {"advice": "外壳做保护接地", "basis": ["GB 50054-2011 5.2.1"]}),
    ):
        answer = await desk.send(hazard, command, body, officer)
        assert answer.is_success, answer.text
    return hazard


async def recorded(desk, officer, visit: str) -> str:
    await step(desk, f"visits/{visit}", "record", {"remark": "检查了2号车间配电间和仓库。"}, officer)
    return visit


async def advised(desk, officer, people) -> str:
    """A visit of an expert, recorded in short: it needs no approval and counts to no yearly number."""
    body = {
        "enterprise": desk.enterprise,
        "visit_kind": "EXPERT",
        "visited_on": "2026-01-10",
        "officers": [people["张三"], people["李四"]],
        "finds": 0,
        "remark": "专家对照用电检查表逐项检查。",
    }
    return (await must(desk, "visits", body, officer))["id"]


async def noticed(desk, officer, people, visit: str, hazards: list[str]) -> str:
    """A numbered notice under which each of these hazards was ordered to be put right."""
    items = [{"hazard": hazard, "from_service": {"amount": 15, "unit": "days"}} for hazard in hazards]
    notice = (await must(desk, "notices", {"visit": visit, "items": items}, officer))["id"]
    await step(desk, f"notices/{notice}", "number", {}, officer)
    order = {"notice_id": notice, "responsible": people["王五"]}
    for hazard in hazards:
        answer = await desk.send(hazard, "order-rectification", order, officer)
        assert answer.is_success, answer.text
    return notice


def record(visit, **more):
    return {"kind": "RECORD", "of": f"visit/{visit}", "office": OFFICE, **more}


def order(notice):
    return {"kind": "ORDER", "of": f"notice/{notice}", "office": OFFICE}


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
