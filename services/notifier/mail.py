"""邮件渠道 · SMTP, with a Message-ID of ours that stays the same however often a mail is tried.

The standard library speaks it: the notification library gives every mail a new Message-ID.
"""

import asyncio
import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final
from urllib.parse import unquote, urlsplit

from services.notifier.channels import Message, NotSent, OutcomeUnknown
from services.notifier.wording import addressed

TIMEOUT: Final = 15  # seconds for each answer of the server
OK: Final = 250
FOR_GOOD: Final = 500  # an answer from here on will be the same tomorrow


class Email:
    """邮件 · Mail programs do not de-duplicate: what is not known to have failed is not sent again."""

    name = "email"
    personal = True
    repeatable = False

    def __init__(self, url: str, sender: str) -> None:
        """造 · `url` is smtp://, smtp+starttls:// or smtps://user:password@host:port; `sender` an address."""
        self._server = urlsplit(url)
        self._sender = sender

    async def send(self, message: Message) -> None:
        """发送 · To the recipient's address, if there is one. Raises NotSent, OutcomeUnknown."""
        address = message.contact.email if message.contact else None
        if address is None:
            raise NotSent("通讯录中没有此人的邮箱", again=False)
        await asyncio.to_thread(self._hand_over, self._letter(message, address).as_bytes(), address)

    def _letter(self, message: Message, address: str) -> EmailMessage:
        letter = EmailMessage(policy=SMTP)
        letter["From"] = self._sender
        letter["To"] = address
        letter["Subject"] = message.words.subject
        letter["Date"] = format_datetime(message.at)
        letter["Message-ID"] = f"<{message.id}@{self._sender.rpartition('@')[2]}>"
        letter["Auto-Submitted"] = "auto-generated"  # so that no out-of-office answers it
        letter.set_content(addressed(message.words, message.contact.name if message.contact else None))
        return letter

    def _hand_over(self, letter: bytes, address: str) -> None:
        try:
            connection = self._connect()
        except OSError as error:
            raise NotSent(f"无法连接邮件服务器（{type(error).__name__}）", again=True) from error
        try:
            self._introduce(connection, address)
            _transmit(connection, letter)
        finally:
            with suppress(OSError):
                connection.quit()

    def _connect(self) -> smtplib.SMTP:
        host, port = self._server.hostname or "localhost", self._server.port or 0
        if self._server.scheme == "smtps":
            return self._logged_in(
                smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
            )
        connection = smtplib.SMTP(host, port, timeout=TIMEOUT)
        if self._server.scheme == "smtp+starttls":
            connection.starttls(context=ssl.create_default_context())
        return self._logged_in(connection)

    def _logged_in(self, connection: smtplib.SMTP) -> smtplib.SMTP:
        if self._server.username:
            connection.login(unquote(self._server.username), unquote(self._server.password or ""))
        return connection

    def _introduce(self, connection: smtplib.SMTP, address: str) -> None:
        try:
            connection.ehlo_or_helo_if_needed()
            _accepted(connection.mail(self._sender)[0])
            _accepted(connection.rcpt(address)[0])
        except OSError as error:
            raise NotSent(f"邮件服务器中断连接（{type(error).__name__}）", again=True) from error


def _transmit(connection: smtplib.SMTP, letter: bytes) -> None:
    try:
        answer, _ = connection.data(letter)
    except smtplib.SMTPDataError as error:
        answer = error.smtp_code
    except OSError as error:
        # The letter was on its way when the line broke: it may have been taken.
        raise OutcomeUnknown from error
    _accepted(answer)


def _accepted(answer: int) -> None:
    if not OK <= answer < 300:  # noqa: PLR2004 — every 2xx is a yes
        raise NotSent(f"邮件服务器拒收（{answer}）", again=answer < FOR_GOOD)
