"""提醒的测试材料 · Histories of hazards as a reader meets them, and a connection that acts as the notifier."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

import psycopg
import pytest

from contracts.catalogue import dataschema
from contracts.enterprise import ResponsiblePersonNamed
from contracts.envelope import Envelope, Event
from contracts.hazard import HazardClosed, HazardRegistered, RectificationAsked, RectificationSubmitted
from contracts.person import PersonAppointed
from contracts.values import Level, Post, Role, Source, Track
from services.jetstream import Recorded
from services.notifier.channels import Channel
from services.notifier.delivering import Desk, deliver
from services.notifier.folding import begin, fold_batch
from services.notifier.memory import take_over
from services.notifier.sweeping import sweep
from services.people import Contact
from services.postgres import Connection, conninfo

TOWN = "330111005000"
ENTERPRISE = "0d5e3c7a-9b1c-5c7e-8f3a-2b6d4e8f9a01"
FOUND = datetime(2026, 6, 3, 2, 0, tzinfo=UTC)


class History:
    """A log: events of any streams in one order, each with its position and version."""

    def __init__(self) -> None:
        self.log = str(uuid4())
        self.recorded: list[Recorded] = []
        self._versions: Counter[str] = Counter()
        self._folded = 0

    def add(self, subject: str, event: Event, *, at: datetime = FOUND, division: str = TOWN) -> Envelope:
        self._versions[subject] += 1
        position = len(self.recorded) + 1
        envelope = Envelope(
            id=uuid5(UUID(self.log), str(position)),
            source="safety/330111",
            type=event.TYPE,
            subject=subject,
            time=at,
            dataschema=dataschema(type(event)),
            version=self._versions[subject],
            occurredat=at,
            actor="p-9",
            role=Role.TWO,
            division=division,
            policyversion="2026.1",
            calendarversion="2026.1",
            data=event.model_dump(mode="json", exclude_none=True),
        )
        self.recorded.append(Recorded(self.log, position, at, envelope, event))
        return envelope

    async def fold(self, connection: Connection) -> None:
        """What the notifier has not folded yet, it folds."""
        if self._folded == 0:
            await begin(connection, self.log)
        if new := self.recorded[self._folded :]:
            await fold_batch(connection, new)
        self._folded = len(self.recorded)

    async def fold_anew(self, connection: Connection) -> None:
        """A replay: everything folded is forgotten, and all of it folded again."""
        self._folded = 0
        await self.fold(connection)

    def hazard(
        self,
        deadline: date,
        *,
        responsible: str = "p-301",
        level: Level = Level.GENERAL,
        track: Track = Track.AUTHORITY,
        at: datetime = FOUND,
    ) -> "Hazard":
        """A registered hazard with a deadline."""
        return Hazard(self, deadline, responsible=responsible, level=level, track=track, at=at)

    def appointed(
        self, person: str, role: Role, division: str = TOWN, *, starts_on: date = date(2020, 1, 1)
    ) -> None:
        event = PersonAppointed(
            person=person,
            appointed_role=role,
            appointed_division=division,
            appointed_organisation="org-town",
            starts_on=starts_on,
        )
        self.add(f"person/{person}", event)

    def named(self, person: str, post: Post = Post.MAIN, enterprise: str = ENTERPRISE) -> None:
        self.add(f"enterprise/{enterprise}", ResponsiblePersonNamed(post=post, person=person))


class Hazard:
    """One hazard of a history; each method is one more event of its life."""

    def __init__(
        self,
        history: History,
        deadline: date,
        *,
        responsible: str,
        level: Level,
        track: Track,
        at: datetime,
    ) -> None:
        self.id = str(uuid4())
        self.number = f"HZ-330111-2026-{len(history.recorded):06}"
        self.history = history
        self.add(
            HazardRegistered(
                **self.common,
                enterprise_name="杭州甲机械有限公司",
                level=level,
                category="B04",
                place="2号车间配电箱",
                description="配电箱外壳未做保护接地",
                source=Source.EXPERT,
                track=track,
                found_on=at.date(),
            ),
            at=at,
        )
        self.add(
            RectificationAsked(**self.common, deadline=deadline, responsible=responsible),
            at=at + timedelta(minutes=1),
        )

    @property
    def common(self) -> dict[str, str]:
        return {"number": self.number, "enterprise": ENTERPRISE}

    def add(self, event: Event, *, at: datetime = FOUND) -> Envelope:
        return self.history.add(f"hazard/{self.id}", event, at=at)

    def submitted(self, reinspection_due: date, *, at: datetime = FOUND) -> None:
        event = RectificationSubmitted(
            **self.common,
            round=1,
            measures="已重新接地",
            completed_on=at.date(),
            reinspection_due=reinspection_due,
        )
        self.add(event, at=at)

    def closed(self, *, at: datetime = FOUND) -> None:
        self.add(HazardClosed(**self.common, round=1, track=Track.AUTHORITY), at=at)


class Office:
    """An active notifier at a day of the test's choosing, with the channels it is given."""

    def __init__(self, desk: Desk, history: History) -> None:
        self.desk = desk
        self.history = history
        self.today = FOUND

    async def works(self, day: str) -> None:
        """It reads what is new, sweeps and delivers at noon of a day, or at an instant."""
        self.today = datetime.fromisoformat(day if "T" in day else f"{day}T12:00:00+08:00")
        await self.history.fold(self.desk.connection)
        await self.sweeps()
        await deliver(self.desk)

    async def sweeps(self) -> None:
        names = [channel.name for channel in self.desk.channels]
        await sweep(self.desk.connection, self.desk.tenure, names, self.today)

    async def ledger(self, columns: str, where: str = "true") -> list[tuple[Any, ...]]:
        query = (
            f"select {columns} from notifier.reminders left join notifier.deliveries"
            f" on reminder = reminders.id where {where} order by owed_at, rung, recipient, channel"
        )
        return await (await self.desk.connection.execute(query.encode())).fetchall()


Opened = Callable[..., Awaitable[Office]]


@pytest.fixture
def opened(connection: Connection, history: History) -> Opened:
    """Opens an office: a notifier takes over, with its channels and the contacts of people."""

    async def opens(*channels: Channel, contacts: Mapping[str, Contact] | None = None) -> Office:
        async def look_up(ids: Iterable[str]) -> Mapping[str, Contact]:
            return {person: found for person in ids if (found := (contacts or {}).get(person))}

        tenure = await take_over(connection)
        desk = Desk(connection, tenure, channels, look_up, lambda: office.today)
        office = Office(desk, history)
        return office

    return opens


@pytest.fixture
def history() -> History:
    return History()


@pytest.fixture
async def connection(database: str) -> AsyncIterator[Connection]:
    """As the active notifier's: a role of its own, each statement commits; the ledger began long ago."""
    wanted = conninfo(database, role="hazard_notifier")
    async with await psycopg.AsyncConnection.connect(wanted, autocommit=True) as opened:
        await opened.execute("update notifier.ledger set opened_at = '2026-01-01T00:00Z'")
        yield opened
