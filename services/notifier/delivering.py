"""送达 · Claim, send, receipt: every delivery that waits, by its channel."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import psycopg
import structlog

from services.notifier.channels import Channel, Message, NotSent, OutcomeUnknown
from services.notifier.memory import Claim, State, Tenure, claim, receipt, recover
from services.notifier.rules import title
from services.notifier.wording import write
from services.people import Contact
from services.postgres import Connection

AT_ONCE: Final = 20  # claimed and sent together: at most as many have an unknown outcome after a crash
FINISHING: Final = 12  # seconds a stop waits for what is on its way

FIRST_PAUSE: Final = timedelta(seconds=30)
LONGEST_PAUSE: Final = timedelta(hours=4)
TRIES: Final = 24  # about three days; a higher rung mostly takes its place before

Contacts = Callable[[Iterable[str]], Awaitable[Mapping[str, Contact]]]
Clock = Callable[[], datetime]


def _nobody(ids: Iterable[str]) -> frozenset[str]:
    return frozenset()


logger = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Desk:
    """当值台 · What the active notifier works with; `erased` says who gets nothing any more.

    Claims and receipts go over the connection that holds the lock: who lost it can claim no more.
    """

    connection: Connection
    tenure: Tenure
    channels: Sequence[Channel]
    contacts: Contacts
    now: Clock
    erased: Callable[[Iterable[str]], frozenset[str]] = _nobody


async def clear_up(desk: Desk) -> None:
    """善后 · What the notifier before this one claimed and left without a receipt."""
    for channel in desk.channels:
        left = await recover(desk.connection, channel.name, desk.now(), repeatable=channel.repeatable)
        if left:
            logger.warning("claims.recovered", channel=channel.name, count=left, again=channel.repeatable)


async def deliver(desk: Desk) -> None:
    """送达 · Everything that waits, the channels beside each other."""
    async with asyncio.TaskGroup() as group:
        for channel in desk.channels:
            group.create_task(_deliver_by(desk, channel))


async def _deliver_by(desk: Desk, channel: Channel) -> None:
    while claims := await claim(desk.connection, desk.tenure, channel.name, desk.now(), limit=AT_ONCE):
        if not any(await _undisturbed(_send_all(desk, channel, claims))):
            # Nothing gets through: the rest of the queue waits for the next sweep.
            return


async def _undisturbed(work: Awaitable[list[bool]]) -> list[bool]:
    """Being stopped waits for what is on its way: a receipt that is not written is an unknown outcome."""
    sending = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(sending)
    except asyncio.CancelledError:
        await asyncio.wait([sending], timeout=FINISHING)
        raise


async def _send_all(desk: Desk, channel: Channel, claims: Sequence[Claim]) -> list[bool]:
    gone = desk.erased({one.recipient for one in claims})
    for one in claims:
        if one.recipient in gone:
            await receipt(desk.connection, one, State.FAILED, desk.now(), error="收件人信息已删除")
    left = [one for one in claims if one.recipient not in gone]
    contacts = await _contacts(desk, channel, left)
    sent = await asyncio.gather(*(_send(desk, channel, one, contacts) for one in left))
    return [*sent, *(True for _ in gone)]


async def _contacts(desk: Desk, channel: Channel, claims: Sequence[Claim]) -> Mapping[str, Contact] | None:
    if not channel.personal:
        return {}
    try:
        return await desk.contacts({one.recipient for one in claims})
    except psycopg.Error as error:
        logger.warning("contacts.missed", error=type(error).__name__)
        return None


async def _send(desk: Desk, channel: Channel, one: Claim, contacts: Mapping[str, Contact] | None) -> bool:
    """Sends a claim and writes its receipt; gives whether the channel works."""
    try:
        await channel.send(_message(one, _contact(one, contacts), desk.now()))
    except NotSent as refused:
        again_at = _again_at(one, desk.now()) if refused.again else None
        await receipt(desk.connection, one, State.FAILED, desk.now(), error=refused.reason, again_at=again_at)
        _report("delivery.failed", channel, one, reason=refused.reason)
        return not refused.again
    except OutcomeUnknown:
        await receipt(desk.connection, one, State.UNKNOWN, desk.now(), error="发送中断，结果未知")
        _report("delivery.interrupted", channel, one)
        return False
    except Exception as broken:  # noqa: BLE001 — what one address or answer breaks is no reason to lose the others
        # Its words may hold the address: the kind alone is kept.
        kind = type(broken).__name__
        await receipt(desk.connection, one, State.FAILED, desk.now(), error=f"无法发送（{kind}）")
        told = {"channel": channel.name, "delivery": str(one.delivery), "error": kind}
        logger.error("delivery.broken", **told)  # noqa: TRY400 — a trace would hold the words
        return False
    await receipt(desk.connection, one, State.SENT, desk.now())
    return True


def _contact(one: Claim, contacts: Mapping[str, Contact] | None) -> Contact | None:
    if contacts is None:
        raise NotSent("通讯录暂时无法查询", again=True)
    return contacts.get(one.recipient)


def _message(one: Claim, contact: Contact | None, now: datetime) -> Message:
    return Message(
        id=one.delivery,
        at=now,
        recipient=one.recipient,
        contact=contact,
        hazard=one.case.hazard,
        number=one.case.number,
        enterprise=one.case.enterprise,
        division=one.case.division,
        kind=one.kind.value,
        rule=one.rule,
        rung=title(one.rung),
        due=one.due,
        words=write(one.rule, one.case, one.due, now),
    )


def _again_at(one: Claim, now: datetime) -> datetime | None:
    if one.attempts >= TRIES:
        return None
    longer: int = 4 ** min(one.attempts - 1, 10)
    return now + min(FIRST_PAUSE * longer, LONGEST_PAUSE)


def _report(event: str, channel: Channel, one: Claim, **more: str) -> None:
    logger.warning(event, channel=channel.name, delivery=str(one.delivery), attempts=one.attempts, **more)
