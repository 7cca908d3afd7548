"""指令书材料 · A desk's way to a notice: a visit with hazards, drafted, numbered, ordered, served, over HTTP."""

from dataclasses import dataclass, field
from typing import Any

import httpx2

from contracts.values import Role
from given.days import in_days

IN_DAYS = {"amount": 15, "unit": "days"}
CERTIFICATES = ["33011100123", "33011100124"]


@dataclass
class Paper:
    """指令书 · One notice as an officer at a desk goes on with it."""

    desk: Any  # the API tests' desk
    id: str
    hazards: list[str]
    two: dict[str, str] = field(default_factory=dict)

    async def version(self) -> str:
        return (await self.desk.client.get(f"/api/v1/notices/{self.id}", headers=self.two)).headers["ETag"]

    async def now(self) -> dict[str, Any]:
        return (await self.desk.client.get(f"/api/v1/notices/{self.id}", headers=self.two)).json()

    async def send(
        self, command: str, body: object, who: dict[str, str] | None = None, **headers: str | None
    ) -> httpx2.Response:
        known = {"If_Match": await self.version(), **headers}
        return await self.desk.post(f"notices/{self.id}/{command}", body, who or self.two, **known)

    async def must(self, command: str, body: object, who: dict[str, str] | None = None) -> httpx2.Response:
        answer = await self.send(command, body, who)
        assert answer.status_code == 200, answer.text
        return answer

    async def order(self, hazard: str, **more: object) -> httpx2.Response:
        body = {
            "notice_id": self.id,
            "responsible": "p-301",
            **more,
        }
        return await self.desk.send(hazard, "order-rectification", body, self.two)

    async def ordered(self) -> "Paper":
        await self.must("number", {})
        for hazard in self.hazards:
            answer = await self.order(hazard)
            assert answer.status_code == 200, answer.text
        return self

    async def served(self) -> "Paper":
        await self.ordered()
        await self.must("serve", {"method": "DIRECT", "recipient": "p-301"})
        return self

    async def closed(self, hazard: str, who: dict[str, str] | None = None) -> None:
        """The whole way from an order to the closure."""
        desk, steps = self.desk, self.steps_to_closure()
        for command, body, sender in steps:
            answer = await desk.send(hazard, command, body, sender)
            assert answer.status_code == 200, answer.text

    def steps_to_closure(self) -> list[tuple[str, dict[str, Any], dict[str, str]]]:
        desk = self.desk
        submitted = {
            "measures": "已做保护接地",
            "completed_on": in_days(0),
            "photos": [desk.photo],
            "cost": 0,
        }
        return [
            ("submit-rectification", submitted, desk.of_enterprise(Role.ENT_S)),
            ("reinspect", {"result": "pass", "photos": [desk.photo]}, self.two),
            ("close", {}, self.two),
        ]


VISITORS = [
    {"person": "p-two", "function": "OFFICER", "certificate": CERTIFICATES[0]},
    {"person": "p-10", "function": "OFFICER", "certificate": CERTIFICATES[1]},
]


async def visit(desk: Any, enterprise: str | None = None) -> str:
    """An administrative visit that two officers have begun; one to an enterprise, however often it is asked for."""
    place = enterprise or desk.enterprise
    if place not in desk.visits:
        desk.visits[place] = await begun(desk, place)
    return desk.visits[place]


async def begun(desk: Any, enterprise: str) -> str:
    plan = {
        "enterprise": enterprise,
        "visit_kind": "ADMIN",
        "planned_on": in_days(0),
        "purpose": "用电安全检查",
        "participants": VISITORS,
        "lead": "p-two",
    }
    two, head = desk.token(Role.TWO), desk.token(Role.TWL, certificate=None)
    answer = await desk.post("visits/plan", plan, two)
    assert answer.status_code == 201, answer.text
    key = answer.json()["id"]
    steps = (("approve", {"number": "余应急检批〔2026〕31号"}, head), ("start", {"scanned": enterprise}, two))
    for version, (command, body, who) in enumerate(steps, start=1):
        answer = await desk.post(f"visits/{key}/{command}", body, who, If_Match=f'"{version}"')
        assert answer.status_code == 200, answer.text
    return key


async def found(desk: Any, how_many: int = 1) -> list[str]:
    """Registered hazards."""
    hazards = []
    for _ in range(how_many):
        hazard = await desk.capture()
        answer = await desk.send(hazard, "submit", {}, desk.token(Role.TWO))
        assert answer.status_code == 200, answer.text
        hazards.append(hazard)
    return hazards


async def word(desk: Any, word: str = "杭滨", who: dict[str, str] | None = None) -> httpx2.Response:
    return await desk.post("office-word", {"word": word}, who or desk.token(Role.TWL))


async def drafting(desk: Any, items: list[dict[str, Any]], **more: object) -> httpx2.Response:
    body = {"visit": more.pop("visit", None) or await visit(desk), "items": items, **more}
    return await desk.post("notices", body, desk.token(Role.TWO))


async def drafted(desk: Any, how_many: int = 2, **item: object) -> Paper:
    """A draft of so many hazards, each within fifteen days of service unless told otherwise."""
    await word(desk)
    hazards = await found(desk, how_many)
    term = item or {"from_service": IN_DAYS}
    answer = await drafting(desk, [{"hazard": hazard, **term} for hazard in hazards])
    assert answer.status_code == 201, answer.text
    return Paper(desk, answer.json()["id"], hazards, desk.token(Role.TWO))
