"""对账 · Everything an installation says, against everything it should say: a fold of its log, told naively."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from contracts.catalogue import open_event
from contracts.envelope import Envelope, decode
from contracts.hazard import HazardCaptured, HazardRegistered, HazardUpgraded
from contracts.values import Level, Status
from services import jetstream
from services.hazard.lifecycle.evolving import evolve
from services.hazard.lifecycle.state import Hazard
from services.keys import Keys
from services.pulling import pull
from walk.installation import Installation

STEPS = (
    "select position, event_id, stream, version, body, leaf, chain, subject from log.events order by position"
)


@dataclass(frozen=True)
class Entry:
    """一条 · A row of the log."""

    position: int
    event_id: UUID
    stream: UUID
    version: int
    body: bytes
    leaf: bytes
    chain: bytes
    subject: str

    @property
    def envelope(self) -> Envelope:
        return decode(self.body)


def known_names(installation: Installation) -> set[str]:
    """在册姓名 · Every name on file, opened with the installation's own keys."""
    rows = installation.query("select id, sealed_name from people.people where erased_at is null")
    keys = Keys.at(installation.places.root)
    try:
        found = keys.of(person for person, _ in rows)
        return {found[person].open("name", sealed).decode() for person, sealed in rows}
    finally:
        keys.close()


def log_of(installation: Installation) -> list[Entry]:
    rows = installation.query(STEPS)
    return [Entry(*(bytes(cell) if isinstance(cell, memoryview) else cell for cell in row)) for row in rows]


async def stream_of(installation: Installation, end: int) -> list[tuple[int, str, str, str, bytes]]:
    """事件流 · Sequence, subject, position, chain and bytes of every message, as the projections' user gets them."""
    found: list[tuple[int, str, str, str, bytes]] = []
    url = installation.nats_url("projections")
    async with jetstream.connected(url, name="proof") as client:
        api = jetstream.FOLLOWERS_API
        async with aclosing(pull(client, api, start=1, subjects="safety.>", batch=500)) as arriving:
            async for messages in arriving:
                for message in messages:
                    headers = message.headers or {}
                    place = (headers["Hazard-Position"], headers["Hazard-Chain"])
                    sequence = message.metadata.sequence.stream
                    found.append((sequence, message.subject, *place, message.data))
                if found[-1][0] >= end:
                    return found
    raise AssertionError("the stream ended")


def chained(log: Iterable[Entry]) -> list[bytes]:
    """链 · The hash chain as anybody can compute it from the bytes."""
    chain, chains = bytes(32), []
    for entry in log:
        chain = sha256(chain + sha256(b"\0" + entry.body).digest()).digest()
        chains.append(chain)
    return chains


@dataclass
class Folded:
    """折叠 · What the log says of one hazard."""

    hazard: Hazard
    positions: list[int]
    envelopes: list[Envelope]
    upgraded: bool = False

    @property
    def row(self) -> dict[str, Any]:
        """台账行 · What the ledger must show of it."""
        hazard, captured = self.hazard, open_event(self.envelopes[0])
        assert isinstance(captured, HazardCaptured)
        return {
            "version": hazard.version,
            "number": hazard.number,
            "status": hazard.status,
            "level": hazard.level,
            "division": hazard.division,
            "enterprise": hazard.enterprise,
            "place": hazard.place,
            "category": hazard.category,
            "description": hazard.description,
            "round": hazard.round,
            "deadline": hazard.deadline and hazard.deadline.isoformat(),
            "responsible": hazard.responsible,
        }

    @property
    def found_on(self) -> date | None:
        events = (open_event(envelope) for envelope in self.envelopes)
        return next((event.found_on for event in events if isinstance(event, HazardRegistered)), None)


def folded(log: Iterable[Entry]) -> dict[str, Folded]:
    """折叠 · Every hazard in the log, by its id."""
    hazards: dict[str, Folded] = {}
    for entry in log:
        envelope = entry.envelope
        if envelope.aggregate != "hazard":
            continue
        event = open_event(envelope)
        one = hazards.setdefault(envelope.key, Folded(Hazard(), [], []))
        one.hazard = evolve(one.hazard, event, envelope)
        one.positions.append(entry.position)
        one.envelopes.append(envelope)
        one.upgraded |= isinstance(event, HazardUpgraded)
    return hazards


def shown(item: dict[str, Any]) -> dict[str, Any]:
    """所示 · What the ledger shows of a hazard, in the fields of `Folded.row`."""
    fields = ("version", "number", "status", "level", "division", "enterprise", "place", "category")
    more = ("description", "round", "deadline")
    responsible = item["responsible"] and item["responsible"]["id"]
    return {field: item[field] for field in (*fields, *more)} | {"responsible": responsible}


def ledger_of(installation: Installation) -> dict[str, dict[str, Any]]:
    """台账 · Every page of the ledger, by hazard."""
    items: dict[str, dict[str, Any]] = {}
    asked: dict[str, Any] = {"limit": 200}
    while True:
        page = installation.get("hazards", **asked).raise_for_status().json()
        items |= {item["id"]: item for item in page["items"]}
        if page.get("next") is None:
            return items
        asked["cursor"] = page["next"]


def tallied(hazards: Iterable[Folded], start: date, end: date) -> dict[str, dict[str, int]]:
    """统计 · N04, N05 and N09 counted one hazard after another, as domain/tallies.md says them."""
    found = [
        one
        for one in hazards
        if one.found_on and start <= one.found_on <= end
        and one.hazard.status not in {Status.NOT_A_HAZARD, Status.DUPLICATE, Status.VOIDED}
    ]  # fmt: skip
    major = [one for one in found if one.hazard.level is Level.MAJOR]
    general = [one for one in found if one.hazard.level is Level.GENERAL or one.upgraded]
    rectified = [one for one in found if one.hazard.status in {Status.VERIFIED, Status.CLOSED}]
    closed = [one for one in found if one.hazard.status is Status.CLOSED]
    return {
        "N04": {"found": len(found), "general": len(general), "major": len(major)},
        "N05": {"rectified": len(rectified), "found": len(found)},
        "N09": {"closed": len(closed), "found": len(found)},
    }


def check_log(log: list[Entry]) -> None:
    """日志 · Gapless, each stream's versions without a gap, every event once, the chain as computed."""
    versions: defaultdict[UUID, list[int]] = defaultdict(list)
    for entry in log:
        versions[entry.stream].append(entry.version)
    ids = Counter(entry.event_id for entry in log)

    assert [entry.position for entry in log] == list(range(1, len(log) + 1))
    assert [held for held in versions.values() if held != list(range(1, len(held) + 1))] == []
    assert [event for event, times in ids.items() if times > 1] == []
    assert [entry.chain for entry in log] == chained(log)


def check_outcomes(installation: Installation, log: list[Entry]) -> None:
    """结果 · Every command that was accepted has its events in the log, and no event came from nowhere."""
    positions = [position for (position,) in installation.query("select position from log.outcomes")]
    held = dict(installation.query("select id, version from log.streams"))
    latest = {entry.stream: entry.version for entry in log}

    assert held == latest
    assert max(positions) == len(log)
    assert len(set(positions)) == len(positions)


async def check_stream(installation: Installation, log: list[Entry]) -> None:
    """事件流 · The same bytes on the same subject at the same place."""
    stream = await stream_of(installation, len(log))
    expected = [
        (entry.position, entry.subject, str(entry.position), entry.chain.hex(), entry.body) for entry in log
    ]

    assert len(expected) == len(stream)
    assert expected == stream


def check_read_models(installation: Installation, hazards: dict[str, Folded]) -> None:
    """读模型 · The ledger row by row, the trail line by line, the tallies month by month."""
    ledger = ledger_of(installation)
    trail: defaultdict[str, list[int]] = defaultdict(list)
    for hazard, position in installation.query(
        "select hazard::text, position from projections.trail_v3_step order by position"
    ):
        trail[hazard].append(position)

    assert hazards.keys() == ledger.keys()
    for key, one in hazards.items():
        assert one.row == shown(ledger[key])
    assert {key: one.positions for key, one in hazards.items()} == trail
    for start, end in periods(hazards.values()):
        tally = installation.get("tallies", **{"from": start, "to": end}).raise_for_status().json()["period"]
        expected = tallied(hazards.values(), start, end)

        assert expected == {code: {name: tally[code][name] for name in expected[code]} for code in expected}


def periods(hazards: Iterable[Folded]) -> list[tuple[date, date]]:
    """时段 · All time, and each month in which something was found."""
    days = sorted(one.found_on for one in hazards if one.found_on)
    months = sorted({day.replace(day=1) for day in days})
    return [
        (days[0], days[-1]),
        *((month, max(day for day in days if day.replace(day=1) == month)) for month in months),
    ]


def check_reminders(installation: Installation) -> int:
    """提醒 · Each at most once: in the notifier's own ledger, and in the log it is written to. Gives how many."""
    owed = installation.query(
        "select hazard, kind, version, rung, recipient, count(*) from notifier.reminders"
        " group by 1, 2, 3, 4, 5 having count(*) > 1"
    )
    sent = {
        str(delivery)
        for (delivery,) in installation.query("select id from notifier.deliveries where state = 'sent'")
    }
    unknown = {
        str(delivery)
        for (delivery,) in installation.query("select id from notifier.deliveries where state = 'unknown'")
    }
    told = Counter(installation.reminders_in_the_log())

    assert owed == []
    assert [reminder for reminder, times in told.items() if times > 1] == []
    assert sent <= told.keys() <= sent | unknown
    return len(told)
