"""读模型的测试材料 · Real tables filled from a story, and the read API over them with a clock that stands still."""

from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI, Request

from contracts.values import Role
from given.street import NAMES, SHANGHAI, STREET, Street, in_lists_of
from services import erasing, problems
from services import people as people_door
from services.people import People
from services.postgres import Pool, pool
from services.projections import api, checkpoints
from services.projections.catalogue import PROJECTIONS
from services.projections.projection import Projection
from services.tokens import Caller

NOW = datetime(2026, 7, 5, 10, 0, tzinfo=SHANGHAI)
TOWN = Caller("p-9", Role.TWO, STREET, "org-town", "33011100123", "p-9")
DISTRICT = Caller("p-50", Role.DPO, "330111000000", "org-district", None, "p-50")
ELSEWHERE = Caller("p-8", Role.TWO, "330111006000", "org-other", None, "p-8")


@pytest.fixture
async def tables(database: str) -> AsyncIterator[Pool]:
    """读模型库 · Connections that act as the projections."""
    async with pool(database, role="hazard_projections", size=8) as opened:
        yield opened


@pytest.fixture
async def people(database: str, tmp_path: Path) -> AsyncIterator[People]:
    """人员库 · With the names of the story's persons."""
    async with erasing.opened(database, tmp_path, size=2) as opened:
        for person, name in NAMES.items():
            await people_door.add(opened, name=name, person=person, at=NOW)
        yield opened


async def project(
    tables: Pool, street: Street, *, size: int = 500, projections: Iterable[Projection] = PROJECTIONS
) -> None:
    """Bring the read models from nothing to the end of a story, in batches."""
    for projection in projections:
        async with tables.connection() as connection:
            at = await checkpoints.prepare(connection, projection, street_log(street))
        for batch in in_lists_of(size, street.recorded[at.position :]):
            async with tables.connection() as connection, connection.transaction():
                await projection.project(connection, batch)
                at = await checkpoints.move(connection, projection, at, batch[-1].position)


def street_log(street: Street) -> Any:
    return checkpoints.UUID(street.log)


@dataclass(slots=True)
class Office:
    """读接口 · The read API, asked by somebody."""

    client: httpx2.AsyncClient

    async def get(self, path: str, caller: Caller = TOWN, **more: Any) -> httpx2.Response:
        headers = {"X-Caller": caller.person} | more.pop("headers", {})
        CALLERS[caller.person] = caller
        return await self.client.get(f"/api/v1{path}", params=more, headers=headers)

    async def json(self, path: str, caller: Caller = TOWN, **more: Any) -> Any:
        answer = await self.get(path, caller, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()


CALLERS: dict[str, Caller] = {}


async def caller_of(request: Request) -> Caller:
    """Who the test says it is; tokens have tests of their own."""
    return CALLERS[request.headers["X-Caller"]]


@pytest.fixture
async def office(tables: Pool, people: People) -> AsyncIterator[Office]:
    app = FastAPI()
    problems.install(app)
    app.include_router(api.routes(tables, people, caller_of, lambda: NOW))
    async with AsyncExitStack() as stack:
        transport = httpx2.ASGITransport(app=app)
        client = httpx2.AsyncClient(transport=transport, base_url="http://office")
        yield Office(await stack.enter_async_context(client))
