"""接口测试材料 · The real routes on a real database; a desk that sends commands as a person would."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest
from PIL import Image

from contracts.values import Role
from given import routed
from given.days import in_days
from services import erasing, postgres, tokens
from services.attachments import Attachments
from services.hazard.handling import Handling
from services.hazard.occasion import SHANGHAI
from services.hazard.store import Log, writer_pool

TOWN = "330111005000"
ELSEWHERE = "330111006000"


class Desk:
    """办事台 · Sends commands with a fresh key and the latest version, unless told otherwise."""

    def __init__(self, client: httpx2.AsyncClient, key: object) -> None:
        self.client = client
        self.key = key
        self.handling: Handling  # its clock can be set
        self.clock: Callable[[], datetime]
        self.enterprise = ""
        self.visits: dict[str, str] = {}
        self.photo = ""
        self.begun: dict[tuple[str, ...], str] = {}

    def token(self, role: Role, *, person: str | None = None, **more: object) -> dict[str, str]:
        claims = {
            "person": person or f"p-{role.value.lower().replace('_', '-')}",
            "division": TOWN,
            "organisation": "org-town",
            "certificate": "33011100123",
        }
        token = tokens.issue(self.key, role=role, now=datetime.now(UTC), **{**claims, **more})
        return {"Authorization": f"Bearer {token}"}

    def of_enterprise(self, role: Role, **more: object) -> dict[str, str]:
        return self.token(role, organisation=self.enterprise, certificate=None, **more)

    async def post(
        self, path: str, body: object, who: dict[str, str], **headers: str | None
    ) -> httpx2.Response:
        sent = {"Idempotency-Key": str(uuid4()), **who}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {name: value for name, value in sent.items() if value is not None}
        return await self.client.post(f"/api/v1/{path}", json=body, headers=sent)

    async def version(self, hazard: str, who: dict[str, str]) -> str:
        return (await self.client.get(f"/api/v1/hazards/{hazard}", headers=who)).headers["ETag"]

    async def send(
        self, hazard: str, command: str, body: object, who: dict[str, str], **headers: str | None
    ) -> httpx2.Response:
        known = {"If_Match": await self.version(hazard, self.token(Role.TWO)), **headers}
        return await self.post(f"hazards/{hazard}/{command}", body, who, **known)

    async def capture(self, who: dict[str, str] | None = None, **more: object) -> str:
        body = {
            "object": self.enterprise,
            "source": "SUPERVISION",
            "visit_kind": "ADMIN",
            "place": "2号车间",
            "category": "B04",
            "description": "配电箱外壳未做保护接地",
            "photos": [self.photo],
            **more,
        }
        answer = await self.post("hazards", body, who or self.token(Role.TWO))
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    async def visit(self, *people: str, **more: object) -> str:
        """检查 · An inspection under way at the enterprise, by these officers; the same one when it is asked for again."""
        party = people or ("p-two", "p-10")
        if not more and party in self.begun:
            return self.begun[party]
        officers = [
            {"person": person, "function": "OFFICER", "certificate": f"3301110012{place}"}
            for place, person in enumerate(party, start=3)
        ]
        body = {
            "enterprise": self.enterprise,
            "visit_kind": "ADMIN",
            "planned_on": datetime.now(SHANGHAI).date().isoformat(),
            "purpose": "用电安全检查",
            "participants": officers,
            "lead": party[0],
            **more,
        }
        officer = self.token(Role.TWO, person=party[0])
        planned = await self.post("visits/plan", body, officer)
        assert planned.status_code == 201, planned.text
        visit = planned.json()["id"]
        leader = self.token(Role.TWL, certificate=None)
        steps = (
            ("approve", {"number": "余应急检批〔2026〕31号"}, leader),
            ("start", {"scanned": self.enterprise}, officer),
        )
        for version, (command, step, who) in enumerate(steps, start=1):
            done = await self.post(f"visits/{visit}/{command}", step, who, If_Match=f'"{version}"')
            assert done.status_code == 200, done.text
        self.begun[party] = visit
        return visit

    async def order(self, **more: object) -> dict[str, object]:
        """责令 · The body of an order from a visit of the day."""
        body = {
            "deadline": in_days(10),
            "responsible": "p-301",
            "notice": "余应急责改〔2026〕12号",
        }
        return body | ({} if "visit" in more else {"visit": await self.visit()}) | more


@pytest.fixture
async def log(database: str) -> AsyncIterator[Log]:
    async with writer_pool(database, size=8) as pool:
        yield Log(pool)


@pytest.fixture
async def desk(log: Log, database: str, tmp_path: Path) -> AsyncIterator[Desk]:
    attachments = Attachments.at(tmp_path)
    async with (
        erasing.opened(database, tmp_path) as people,
        postgres.pool(database, role="hazard_writer", autocommit=True) as proofs,
    ):
        side, client = await routed.routed(log, people, attachments, proofs)
        async with client:
            desk = Desk(client, routed.key())
            desk.handling, desk.clock = side.handling, routed.now
            desk.photo = (await attachments.store(photograph())).digest
            answer = await desk.post(
                "enterprises", {"name": "蜀山精密机械有限公司", "division": TOWN}, desk.token(Role.TWO)
            )
            desk.enterprise = answer.json()["id"]
            yield desk


def photograph() -> bytes:
    picture = BytesIO()
    Image.new("RGB", (8, 8), "orange").save(picture, "JPEG")
    return picture.getvalue()
