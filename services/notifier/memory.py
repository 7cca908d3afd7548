"""提醒台账 · What was owed, claimed, sent and not sent. It cannot be rebuilt: nothing here is ever deleted.

Claim, send, receipt: the claim commits, the message goes out with the delivery's id, the receipt commits. No lock is
held while sending. Every claim checks the epoch of the notifier that makes it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4, uuid5

from psycopg.rows import dict_row

from contracts.values import Named
from services.notifier.folding import case_of, obligation_of
from services.notifier.obligations import Case, Kind, Obligation
from services.notifier.recipients import Slot
from services.notifier.rules import Verdict
from services.postgres import Connection

NAMESPACE: Final = UUID("6f2a3c1e-6a0d-5b0e-9a55-0f8f6f1c7b21")

# A ledger row's steps come within moments of each other: what is owed in between is none of anybody's business.
SETTLES: Final = timedelta(seconds=5)


class State(Named):
    """送达状态 · How far the delivery of a reminder by one channel is."""

    WAITING = "waiting", "待发送"
    CLAIMED = "claimed", "发送中"
    SENT = "sent", "已发送"
    FAILED = "failed", "发送失败"
    UNKNOWN = "unknown", "结果未知"
    ENDED = "ended", "义务已了结，未发送"
    SUPERSEDED = "superseded", "已由更高一级提醒代替"


class Replaced(Exception):
    """已被接替 · Another notifier is active; this one has to stop."""


@dataclass(frozen=True, slots=True)
class Tenure:
    """当值 · The epoch of the active notifier, and when the ledger was opened."""

    epoch: int
    opened_at: datetime


async def take_over(connection: Connection) -> Tenure:
    """接任 · Become the active notifier: whoever was it can claim no more."""
    cursor = await connection.execute(
        "update notifier.ledger set epoch = epoch + 1 returning epoch, opened_at"
    )
    row = await cursor.fetchone()
    assert row is not None
    return Tenure(*row)


# ---- what is open, and what has been dealt with


@dataclass(frozen=True, slots=True)
class Open:
    """未了结的义务 · With the highest rung dealt with for each slot, and the rungs for which nobody was found."""

    case: Case
    obligation: Obligation
    settled: Mapping[Slot, int] = field(default_factory=dict)
    unanswered: Mapping[Slot, frozenset[int]] = field(default_factory=dict)


OPEN: Final = """
select cases.*, kind, version, due, set_at
from notifier.obligations join notifier.cases using (hazard)
where due <= %(due_before)s and set_at <= %(set_before)s
order by due, hazard, kind
"""
SETTLED: Final = """
select hazard::text, kind, slot, max(rung) filter (where verdict <> 'nobody'),
    array_agg(rung) filter (where verdict = 'nobody')
from notifier.obligations join notifier.reminders using (hazard, kind, version), unnest(slots) as slot
group by hazard, kind, slot
"""


async def open_obligations(connection: Connection, now: datetime, *, earliest: int) -> list[Open]:
    """未了结 · The open obligations whose first rung (in days, before is negative) may have come by now."""
    highest: dict[tuple[str, str], dict[Slot, int]] = {}
    unanswered: dict[tuple[str, str], dict[Slot, frozenset[int]]] = {}
    cursor = await connection.execute(SETTLED)
    for hazard, kind, slot, rung, nobody in await cursor.fetchall():
        if rung is not None:
            highest.setdefault((hazard, kind), {})[Slot(slot)] = rung
        if nobody is not None:
            unanswered.setdefault((hazard, kind), {})[Slot(slot)] = frozenset(nobody)
    limits = {"due_before": now + timedelta(days=1 - earliest), "set_before": now - SETTLES}
    async with connection.cursor(row_factory=dict_row) as rows:
        await rows.execute(OPEN, limits)
        return [
            Open(case_of([row]), obligation_of(row), highest.get(key, {}), unanswered.get(key, {}))
            for row in await rows.fetchall()
            for key in ((str(row["hazard"]), row["kind"]),)
        ]


# ---- settling: what is owed enters the ledger, once


@dataclass(frozen=True, slots=True)
class Entry:
    """台账条目 · A reminder owed to a recipient, and what becomes of it."""

    case: Case
    obligation: Obligation
    rung: int
    rule: str
    recipient: str
    slots: tuple[Slot, ...]
    verdict: Verdict

    @property
    def id(self) -> UUID:
        """标识 · The same for the same reminder, whoever computes it and whenever."""
        about = self.obligation
        parts = (self.case.hazard, about.kind.value, about.version, self.rung, self.recipient)
        return uuid5(NAMESPACE, "/".join(str(part) for part in parts))


REMIND: Final = """
insert into notifier.reminders as known
    (id, hazard, kind, version, rung, recipient, slots, rule, verdict, number, enterprise, division, due, owed_at, epoch)
select id, hazard, kind, version, rung, recipient, string_to_array(slots, ','), rule, verdict, number, enterprise,
    division, due, %(now)s, %(epoch)s
from unnest(
    %(id)s::uuid[], %(hazard)s::uuid[], %(kind)s::text[], %(version)s::integer[], %(rung)s::integer[],
    %(recipient)s::text[], %(slots)s::text[], %(rule)s::text[], %(verdict)s::text[], %(number)s::text[],
    %(enterprise)s::text[], %(division)s::text[], %(due)s::timestamptz[]
) as owed (
    id, hazard, kind, version, rung, recipient, slots, rule, verdict, number, enterprise, division, due
)
on conflict (hazard, kind, version, rung, recipient) do update
set slots = array(select distinct unnest(known.slots || excluded.slots))
"""
SUPERSEDE: Final = """
update notifier.deliveries set state = 'superseded', settled_at = %(now)s
from notifier.reminders as older,
    unnest(%(id)s::uuid[]) as owed (id) join notifier.reminders as newer using (id)
where deliveries.reminder = older.id and deliveries.state = 'waiting' and newer.verdict = 'send'
    and older.hazard = newer.hazard and older.kind = newer.kind and older.recipient = newer.recipient
    and (older.version, older.rung) < (newer.version, newer.rung)
"""
DELIVER: Final = """
insert into notifier.deliveries (id, reminder, channel, try_after)
select delivery, reminder, channel, %(now)s
from unnest(%(delivery)s::uuid[], %(reminder)s::uuid[], %(channel)s::text[]) as made (delivery, reminder, channel)
on conflict do nothing
"""


async def settle(
    connection: Connection, tenure: Tenure, entries: Sequence[Entry], channels: Sequence[str], now: datetime
) -> None:
    """入账 · Enter reminders into the ledger, each once, with a delivery for each channel where it is to be sent.

    An older delivery for the same person that has not gone out gives way. Raises Replaced.
    """
    owed = {"now": now, "epoch": tenure.epoch, **_columns(entries)}
    made = [(entry.id, channel) for entry in entries if entry.verdict is Verdict.SEND for channel in channels]
    deliveries = {
        "now": now,
        "delivery": [delivery_id(reminder, channel) for reminder, channel in made],
        "reminder": [reminder for reminder, _ in made],
        "channel": [channel for _, channel in made],
    }
    async with connection.transaction():
        await _check(connection, tenure)
        await connection.execute(REMIND, owed)
        await connection.execute(SUPERSEDE, owed)
        await connection.execute(DELIVER, deliveries)


def _columns(entries: Sequence[Entry]) -> dict[str, list[object]]:
    return {
        "id": [entry.id for entry in entries],
        "hazard": [entry.case.hazard for entry in entries],
        "kind": [entry.obligation.kind.value for entry in entries],
        "version": [entry.obligation.version for entry in entries],
        "rung": [entry.rung for entry in entries],
        "recipient": [entry.recipient for entry in entries],
        "slots": [",".join(slot.value for slot in entry.slots) for entry in entries],
        "rule": [entry.rule for entry in entries],
        "verdict": [entry.verdict.value for entry in entries],
        "number": [entry.case.number for entry in entries],
        "enterprise": [entry.case.enterprise for entry in entries],
        "division": [entry.case.division for entry in entries],
        "due": [entry.obligation.due for entry in entries],
    }


def delivery_id(reminder: UUID, channel: str) -> UUID:
    """送达标识 · The stable id a message carries: Message-ID, webhook-id."""
    return uuid5(reminder, channel)


async def _check(connection: Connection, tenure: Tenure) -> None:
    cursor = await connection.execute(
        "select from notifier.ledger where epoch = %s for share", (tenure.epoch,)
    )
    if cursor.rowcount != 1:
        raise Replaced


# ---- claim and receipt


@dataclass(frozen=True, slots=True)
class Claim:
    """认领 · A delivery this notifier is about to make; nobody else will."""

    delivery: UUID
    attempt: UUID
    attempts: int
    reminder: UUID
    recipient: str
    rule: str
    rung: int
    kind: Kind
    due: datetime
    case: Case


END: Final = """
update notifier.deliveries set state = 'ended', settled_at = %(now)s
from notifier.reminders
where deliveries.reminder = reminders.id and deliveries.state = 'waiting' and deliveries.channel = %(channel)s
    and not exists (
        select from notifier.obligations
        where obligations.hazard = reminders.hazard and obligations.kind = reminders.kind
            and obligations.version = reminders.version
    )
"""
# What has ended between END and this is not open any more, so it is not claimed either.
CLAIM: Final = """
with ready as (
    select deliveries.id
    from notifier.deliveries
    join notifier.reminders on reminders.id = deliveries.reminder
    join notifier.obligations using (hazard, kind, version)
    where deliveries.channel = %(channel)s and deliveries.state = 'waiting' and try_after <= %(now)s
    order by try_after, owed_at, reminders.id
    limit %(limit)s
    for update of deliveries skip locked
)
update notifier.deliveries
set state = 'claimed', attempt = %(attempt)s, attempts = attempts + 1, epoch = %(epoch)s, claimed_at = %(now)s
from ready, notifier.reminders, notifier.cases
where deliveries.id = ready.id and reminders.id = deliveries.reminder and cases.hazard = reminders.hazard
    and (select epoch from notifier.ledger) = %(epoch)s
returning cases.*, deliveries.id as delivery, attempt, attempts, reminder, recipient, rule, rung, kind, due
"""


async def claim(
    connection: Connection, tenure: Tenure, channel: str, now: datetime, *, limit: int
) -> list[Claim]:
    """认领 · Deliveries of a channel to make now, oldest first; what has ended meanwhile is closed unsent."""
    asked = {"channel": channel, "now": now, "limit": limit, "attempt": uuid4(), "epoch": tenure.epoch}
    await connection.execute(END, asked)
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(CLAIM, asked)
        return [_claim_of(row) for row in await cursor.fetchall()]


def _claim_of(row: dict[str, Any]) -> Claim:  # a row as psycopg gives it
    return Claim(
        delivery=row["delivery"],
        attempt=row["attempt"],
        attempts=row["attempts"],
        reminder=row["reminder"],
        recipient=row["recipient"],
        rule=row["rule"],
        rung=row["rung"],
        kind=Kind(row["kind"]),
        due=row["due"],
        case=case_of([{**row, "kind": None}]),
    )


RECEIPT: Final = """
update notifier.deliveries
set state = %(state)s, error = %(error)s, settled_at = %(settled_at)s, try_after = coalesce(%(try_after)s, try_after)
where id = %(id)s and attempt = %(attempt)s and state in ('claimed', 'unknown')
"""


async def receipt(
    connection: Connection,
    claimed: Claim,
    state: State,
    now: datetime,
    *,
    error: str | None = None,
    again_at: datetime | None = None,
) -> None:
    """回执 · What came of a claim. With `again_at` it waits for another try."""
    result = {
        "id": claimed.delivery,
        "attempt": claimed.attempt,
        "state": (state if again_at is None else State.WAITING).value,
        "error": error,
        "settled_at": now if again_at is None else None,
        "try_after": again_at,
    }
    await connection.execute(RECEIPT, result)


async def recover(connection: Connection, channel: str, now: datetime, *, repeatable: bool) -> int:
    """善后 · Claims that a notifier before this one left without a receipt; gives how many.

    Where the receiver de-duplicates they are made again with the same id; elsewhere their outcome stays unknown.
    """
    state = State.WAITING if repeatable else State.UNKNOWN
    cursor = await connection.execute(
        "update notifier.deliveries set state = %(state)s, try_after = %(now)s,"
        " settled_at = case when %(repeatable)s then null else %(now)s end"
        " where channel = %(channel)s and state = 'claimed'",
        {"state": state.value, "now": now, "repeatable": repeatable, "channel": channel},
    )
    return cursor.rowcount
