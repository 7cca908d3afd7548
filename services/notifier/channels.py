"""渠道 · What a way out is, and the first one: a line in the log. Mail and webhook have files of their own."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

import structlog

from services.notifier.wording import Words
from services.people import Contact

logger = structlog.get_logger()


class NotSent(Exception):
    """未发出 · It certainly did not arrive; `again` says whether another try may help.

    The reason is kept and shown: no address, no name, no text of a server in it.
    """

    def __init__(self, reason: str, *, again: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.again = again


class OutcomeUnknown(Exception):
    """结果未知 · It may have arrived or not, and the receiver would not notice a repeat."""


@dataclass(frozen=True, slots=True)
class Message:
    """消息 · A reminder on its way to one recipient; `id` stays the same however often it is tried."""

    id: UUID
    at: datetime
    recipient: str
    contact: Contact | None
    hazard: str
    number: str
    enterprise: str
    division: str
    kind: str
    rule: str
    rung: str
    due: datetime
    words: Words


class Channel(Protocol):
    """渠道 · `personal`: needs the recipient's name and address. `repeatable`: a repeat does no harm."""

    @property
    def name(self) -> str:
        """名称 · As in HAZARD_CHANNELS and in the ledger."""

    @property
    def personal(self) -> bool:
        """需通讯录 · Whether the recipient's contact is looked up for it."""

    @property
    def repeatable(self) -> bool:
        """可重发 · Whether the receiver tells a repeat by its id, so that an unknown outcome is sent again."""

    async def send(self, message: Message) -> None:
        """发送 · Returns when the receiver has taken it. Raises NotSent, OutcomeUnknown."""


class Log:
    """日志渠道 · A line in the log, people by id."""

    name = "log"
    personal = False
    repeatable = False

    async def send(self, message: Message) -> None:
        """发送 · Writes the line."""
        logger.info(
            "reminder.sent",
            reminder=str(message.id),
            recipient=message.recipient,
            hazard=message.hazard,
            number=message.number,
            rule=message.rule,
            rung=message.rung,
            subject=message.words.subject,
        )
