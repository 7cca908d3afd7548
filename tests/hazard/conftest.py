"""写入端的测试材料 · A log on a fresh database, and events to put into it."""

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from contracts.envelope import Envelope
from contracts.hazard import HazardCaptured
from given.relays import OwnNats
from services.hazard.store import Command, Log, writer_pool

Happened = Callable[..., Envelope]
Filed = Callable[..., Command]


@pytest.fixture
def happened() -> Happened:
    """An event of a hazard, at a version, in a town."""

    def make(stream: UUID, version: int = 1, *, place: str = "3号车间东侧通道") -> Envelope:
        now = datetime(2026, 6, 3, 9, 30, tzinfo=UTC)
        return Envelope(
            id=uuid4(),
            source="safety/330111",
            type=HazardCaptured.TYPE,
            subject=f"hazard/{stream}",
            time=now,
            dataschema="contracts/hazard.captured/1",
            version=version,
            occurredat=now,
            actor="p-9",
            role="TWO",
            division="330111005000",
            policyversion="2026.1",
            calendarversion="2026.1",
            data={"source": "GRID", "place": place, "description": "消防通道堵塞"},
        )

    return make


@pytest.fixture
def filed(happened: Happened) -> Filed:
    """A command that adds events to one hazard, behind a version."""

    def make(
        stream: UUID | None = None,
        *,
        after: int = 0,
        events: int = 1,
        key: str | None = None,
        request: bytes = b"request",
        answer: bytes = b"answer",
        place: str = "3号车间东侧通道",
        expected: dict[UUID, int] | None = None,
        names: dict[str, UUID] | None = None,
    ) -> Command:
        hazard = stream or uuid4()
        return Command(
            client="mini-program",
            key=key or str(uuid4()),
            request=request,
            answer=answer,
            events=tuple(happened(hazard, after + n, place=place) for n in range(1, events + 1)),
            expected=expected or {},
            names=names or {},
        )

    return make


@pytest.fixture
async def log(database: str) -> AsyncIterator[Log]:
    """An empty log with a door to it."""
    async with writer_pool(database) as pool:
        yield Log(pool)


@pytest.fixture
def own_nats(tmp_path: Path) -> Iterator[OwnNats]:
    """A NATS server of one test's own, to be killed."""
    own = OwnNats(tmp_path)
    yield own
    own.kill()
