"""镇街办公室 · Hands ledgers in as an importer does, over the real routes, and works them off on the spot."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx2

from contracts.values import Role
from services import people, tokens
from services.hazard.ledger.importing import Importing
from services.hazard.store import Log
from services.people import People

TOWN = "330111005000"


@dataclass
class Imported:
    """已导入 · How an import stands, and the verdict on each row by its line."""

    about: dict[str, Any]
    rows: dict[int, dict[str, Any]]

    @property
    def verdicts(self) -> list[str]:
        return [row["verdict"] for row in self.rows.values()]

    @property
    def reasons(self) -> list[str]:
        return [row["reason"] for row in self.rows.values()]


@dataclass
class Office:
    """办公室 · A client of the real routes, and the importing that a web process would run beside them."""

    client: httpx2.AsyncClient
    key: object
    importing: Importing
    log: Log
    people: People

    def token(self, role: Role = Role.TWO) -> dict[str, str]:
        token = tokens.issue(
            self.key,
            role=role,
            person="p-importer",
            division=TOWN,
            organisation="org-town",
            now=datetime.now(UTC),
        )
        return {"Authorization": f"Bearer {token}"}

    async def hand_in(
        self, content: bytes, *, dry_run: bool = False, role: Role = Role.TWO, key: str | None = None
    ) -> httpx2.Response:
        return await self.client.post(
            "/api/v1/imports",
            params={"dry_run": dry_run},
            files={"file": ("台账.xlsx", content)},
            headers={"Idempotency-Key": key or str(uuid4()), **self.token(role)},
        )

    async def imported(self, content: bytes, *, dry_run: bool = False, role: Role = Role.TWO) -> Imported:
        answer = await self.hand_in(content, dry_run=dry_run, role=role)
        assert answer.status_code == 202, answer.text
        ledger = answer.json()["id"]
        await self.importing.work_off(UUID(ledger))
        return await self.look(ledger)

    async def look(self, ledger: str) -> Imported:
        about = await self.get(f"imports/{ledger}")
        rows = await self.get(f"imports/{ledger}/rows?limit=1000")
        return Imported(about.json(), {row["line"]: row for row in rows.json()})

    async def get(self, path: str) -> httpx2.Response:
        answer = await self.client.get(f"/api/v1/{path}", headers=self.token())
        return answer.raise_for_status()

    async def events(self) -> list[tuple[str, str]]:
        """事件 · The type and the body of every event in the log, in order."""
        async with self.log._connection() as connection:
            rows = await connection.execute("select type, body from log.events order by position")
            return [(kind, bytes(body).decode()) for kind, body in await rows.fetchall()]

    async def steps_of(self, number: str) -> list[str]:
        """步骤 · The types of a hazard's events, by its number."""
        hazard = await self.log.named(number)
        return [fact.envelope.type for fact in await self.log.load(hazard)]

    async def known_people(self) -> list[tuple[Any, ...]]:
        async with self.people.connection() as connection:
            rows = await connection.execute("select id, organisation from people.people order by id")
            places = await rows.fetchall()
        names = await people.names(self.people, [person for person, _ in places], reader="p-1", why="test")
        return [(person, names[person], organisation) for person, organisation in places]
