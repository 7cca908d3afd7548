"""施行中的政策 · A decision is never taken by a policy older than the one that was acknowledged as published."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4, uuid5

import psycopg
import pytest

from contracts.catalogue import open_event
from contracts.division import NOWHERE
from contracts.envelope import Envelope, decode
from contracts.values import Role
from given.lives import capturing, ordering, registered
from given.policies import DRAFTER, PUBLISHER, TODAY
from given.story import TWL, TWO
from given.visits import APPROVE, planning
from services.hazard import hazard_commands, hazards, policies, visits
from services.hazard.enterprise import RegisterEnterprise
from services.hazard.enterprises import register
from services.hazard.governing import POLICY
from services.hazard.handling import Done, Handling, Sender
from services.hazard.lifecycle.ordering import OrderRectification
from services.hazard.lifecycle.reporting import SubmitHazard
from services.hazard.occasion import SHANGHAI, DateInvalid
from services.hazard.policy import read_policy
from services.hazard.policy.publishing import DraftPolicy, PublishPolicy
from services.hazard.store import Command, Log, Outcome, writer_pool
from services.hazard.visit.starting import StartVisit

TOWN = "330111005000"
DAY = TODAY.date()
COMMANDS = {command.path: command for command in hazard_commands.COMMANDS}
VISITING = {command.path: command for command in visits.COMMANDS}


class Clock:
    """时钟 · Stands until it is moved."""

    def __init__(self) -> None:
        self.at = TODAY

    def __call__(self) -> datetime:
        return self.at


class Office:
    """办公室 · Commands through one process's handling."""

    def __init__(self, log: Log, clock: Clock, remembered: int = 100) -> None:
        self.handling = Handling(log, read_policy(), clock, remembered=remembered)
        self.log, self.clock = log, clock
        self.visits: dict[UUID, str] = {}
        self.of_enterprise: dict[str, str] = {}

    def sender(self, who: dict, **more: object) -> Sender:
        about = {"client": "test", "key": str(uuid4()), "request": b"", "division": TOWN}
        return Sender(**{**about, **who, **more})

    async def draft(self, edition: str, limit: int) -> Done:
        ask = DraftPolicy(edition=edition, changes={"limits": {"general_max_days": limit}}, basis="试")
        return await policies.draft(self.handling, self.sender(DRAFTER), ask)

    async def publish(self, edition: str, limit: int, on: date) -> Done:
        await self.draft(edition, limit)
        ask = PublishPolicy(effective_from=on)
        return await policies.publish(self.handling, self.sender(PUBLISHER), edition, ask)

    async def enterprise(self) -> str:
        key = str(uuid4())
        ask = RegisterEnterprise(name=f"某厂{key}", division=TOWN)
        await register(self.handling, self.sender(TWO), key, ask)
        return key

    async def found(self, enterprise: str) -> UUID:
        hazard = uuid4()
        await hazards.capture(self.handling, self.sender(TWO), str(hazard), capturing(object=enterprise))
        await hazards.change(self.handling, self.sender(TWO), str(hazard), COMMANDS["submit"], SubmitHazard())
        known = self.of_enterprise.get(enterprise) or await self.visit(enterprise)
        self.visits[hazard] = self.of_enterprise[enterprise] = known
        return hazard

    async def visit(self, enterprise: str) -> str:
        """检查 · Under way by two officers of the town."""
        key, today = str(uuid4()), self.clock.at.date()
        await visits.plan(self.handling, self.sender(TWO), key, planning(on=today, enterprise=enterprise))
        scan = StartVisit(scanned=enterprise)
        for command, ask, who in (("approve", APPROVE, TWL), ("start", scan, TWO)):
            await visits.change(self.handling, self.sender(who), key, VISITING[command], ask)
        return key

    async def order(self, hazard: UUID, days: int) -> Done:
        today = self.clock.at.date()
        ask = OrderRectification(
            **{
                **ordering(registered()).model_dump(),
                "deadline": today + timedelta(days=days),
                "visit": self.visits[hazard],
            }
        )
        return await hazards.change(
            self.handling, self.sender(TWO), str(hazard), COMMANDS["order-rectification"], ask
        )


@pytest.fixture
async def log(database: str) -> AsyncIterator[Log]:
    async with writer_pool(database, size=4) as pool:
        yield Log(pool)


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def versions(log: Log, hazard: UUID) -> list[str]:
    return [fact.envelope.policyversion for fact in await log.load(hazard)]


async def test_changing_one_limit_changes_the_next_decision_and_no_past_one(log: Log, clock: Clock):
    office = Office(log, clock)
    firm = await office.enterprise()
    one, two = await office.found(firm), await office.found(firm)
    await office.order(one, 80)
    before = await log.load(one)

    await office.publish("2026.2", 60, DAY + timedelta(days=1))

    await office.order(await office.found(firm), 80)  # today the day's policy decides
    clock.at += timedelta(days=1)
    with pytest.raises(DateInvalid, match="最长 60 天"):
        await office.order(two, 80)
    await office.order(two, 60)
    assert await log.load(one) == before
    assert set(await versions(log, one)) == {"2026.1"}
    assert (await versions(log, two))[-1] == "2026.2"


@pytest.mark.parametrize("remembered", [0, 100])
async def test_another_process_decides_by_what_was_published_here(log: Log, clock: Clock, remembered: int):
    here, there = Office(log, clock), Office(log, clock, remembered)
    firm = await there.enterprise()
    hazard = await there.found(firm)
    await here.publish("2026.2", 60, DAY + timedelta(days=1))
    clock.at += timedelta(days=1)

    with pytest.raises(DateInvalid):
        await there.order(hazard, 80)
    await there.order(await there.found(firm), 60)

    assert (await there.handling.policy_at(TOWN)).version == "2026.2"


class Slow(Log):
    """慢日志 · Lets something else happen between a decision and its append."""

    meanwhile = None

    async def append(self, command: Command) -> Outcome:
        if self.meanwhile is not None and "rectification-ordered" in command.events[0].type:
            first, self.meanwhile = self.meanwhile, None
            await first()
        return await super().append(command)


async def test_a_publication_between_a_decision_and_its_append_has_it_decided_again(
    database: str, clock: Clock
):
    async with writer_pool(database, size=4) as pool:
        slow, other = Slow(pool), Office(Log(pool), clock)
        office = Office(slow, clock)
        hazard = await office.found(await office.enterprise())
        decided = office.handling.occasion
        policies_of = []

        def noted(sender: Sender, state, division: str = ""):
            occasion = decided(sender, state, division)
            policies_of.append(state.version)
            return occasion

        office.handling.occasion = noted

        async def publishing():
            await other.publish("2026.2", 60, DAY + timedelta(days=1))

        slow.meanwhile = publishing
        await office.order(hazard, 30)

    assert policies_of == [0, 3]  # decided by nothing published, then by the log as it was when it was stored


async def test_every_decision_in_the_log_is_by_the_policy_that_stood_before_it(
    log: Log, database: str, clock: Clock
):
    offices = [Office(log, clock, remembered) for remembered in (100, 100, 0)]
    firm = await offices[0].enterprise()
    for office in offices:  # its visit, while the day stands still
        office.of_enterprise[firm] = await office.visit(firm)

    async def find(office: Office) -> None:
        for _ in range(8):
            await office.found(firm)

    async def publish() -> None:
        for number in range(2, 7):
            await offices[0].publish(f"2026.{number}", 60 + number, clock.at.date() + timedelta(days=1))
            clock.at += timedelta(days=1)

    await asyncio.gather(*(find(office) for office in offices), publish())
    await find(offices[1])

    editions, wrong, policies = set(), [], POLICY.empty
    for envelope in stored(database):
        day = envelope.occurredat.astimezone(SHANGHAI).date()
        decided_by = policies.on(day)
        editions.add(envelope.policyversion)
        if envelope.policyversion != (decided_by.edition if decided_by else "2026.1"):
            wrong.append(envelope)
        if envelope.aggregate == POLICY.name:
            policies = POLICY.evolve(policies, open_event(envelope), envelope)
    assert wrong == []
    assert {"2026.1", "2026.6"} <= editions


def stored(database: str) -> list[Envelope]:
    with psycopg.connect(database) as connection:
        rows = connection.execute("select body from log.events order by position").fetchall()
    return [decode(bytes(body)) for (body,) in rows]


async def test_the_place_of_the_thing_chooses_the_province(log: Log, clock: Clock):
    office = Office(log, clock)
    nowhere = office.sender({**TWO, "role": Role.SYS}, division=NOWHERE)

    shandong = await office.handling.occasion_of(nowhere, "370102001000")
    of_sender = await office.handling.occasion_of(office.sender(TWO))

    assert shandong.policy.powers.town_closes_uncertified is False
    assert of_sender.policy.powers.town_emergency_measures
    assert not (await office.handling.occasion_of(nowhere)).policy.powers.town_emergency_measures


async def test_a_step_of_yesterday_is_decided_by_yesterday_s_policy(log: Log, clock: Clock):
    office = Office(log, clock)
    await office.publish("2026.2", 60, DAY + timedelta(days=1))
    clock.at += timedelta(days=2)

    now = await office.handling.occasion_of(office.sender(TWO))
    then = await office.handling.occasion_of(office.sender(TWO, at=TODAY))

    assert (then.policy.version, now.policy.version) == ("2026.1", "2026.2")


async def test_what_a_process_knows_costs_no_round_trip(log: Log, clock: Clock):
    office = Office(log, clock)
    firm = await office.enterprise()
    await office.found(firm)
    asked = []
    recall = log.recall

    async def counted(stream: UUID, **more: object):
        asked.append(stream)
        return await recall(stream, **more)

    log.recall = counted
    await hazards.capture(
        office.handling, office.sender(TWO), str(uuid5(UUID(int=1), firm)), capturing(object=firm)
    )

    assert asked == []
