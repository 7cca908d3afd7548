"""邮件渠道 · A real SMTP server takes, refuses and drops."""

from asyncio import WriteTransport
from collections.abc import Iterator
from datetime import date
from email import message_from_bytes, policy
from email.message import Message
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from services.notifier.delivering import deliver
from services.notifier.mail import Email
from services.notifier.memory import delivery_id
from services.people import Contact
from services.servers.ports import free_port

DEADLINE = date(2026, 6, 18)
CONTACTS = {"p-301": Contact("王安全", "13800000000", "wang@example.cn")}


class Postbox:
    """What the server was given, and what it answers next to a letter or a recipient."""

    def __init__(self) -> None:
        self.letters: list[Message] = []
        self.answers: list[str] = []
        self.recipient_answers: list[str] = []
        self.hangs_up = False
        self.port = free_port(0)
        self.open()

    def open(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def shut(self) -> None:
        if self._controller.server is not None:
            self._controller.stop()

    async def handle_RCPT(  # noqa: N802 — aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.recipient_answers.pop(0) if self.recipient_answers else "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.hangs_up:
            assert isinstance(server.transport, WriteTransport)
            server.transport.abort()
            return "250 never read"
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return answer


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    box = Postbox()
    yield box
    box.shut()


@pytest.fixture
async def office(opened: Any, history: Any, postbox: Any) -> Any:
    history.hazard(DEADLINE)
    way = Email(f"smtp://127.0.0.1:{postbox.port}", "office@street.example")
    return await opened(way, contacts=CONTACTS)


async def test_a_letter_arrives_addressed_by_name_with_the_id_of_the_ledger(
    office: Any, postbox: Any
) -> None:
    await office.works("2026-06-15")

    (letter,) = postbox.letters
    ((reminder,),) = await office.ledger("reminders.id", "verdict = 'send' and recipient = 'p-301'")
    text = letter.get_content()
    assert letter["Message-ID"] == f"<{delivery_id(reminder, 'email')}@street.example>"
    assert letter["To"] == "wang@example.cn"
    assert letter["Subject"].startswith("整改期限临近")
    assert text.startswith("王安全，您好：")
    assert "2号车间配电箱" in text
    assert "13800000000" not in text
    assert await office.ledger("state, attempts", "state <> 'superseded'") == [("sent", 1)]


async def test_a_refused_letter_is_tried_again_later_with_the_same_id(office: Any, postbox: Any) -> None:
    postbox.answers = ["451 later", "250 OK"]
    await office.works("2026-06-15")

    assert await office.ledger("state, error", "attempts = 1") == [("waiting", "邮件服务器拒收（451）")]

    await deliver(office.desk)

    assert postbox.letters == []

    await office.works("2026-06-15T12:01:00+08:00")

    (letter,) = postbox.letters
    ((state, delivery),) = await office.ledger("state, deliveries.id", "attempts = 2")
    assert state == "sent"
    assert str(delivery) in letter["Message-ID"]


async def test_an_address_that_does_not_exist_is_not_tried_again(office: Any, postbox: Any) -> None:
    postbox.recipient_answers = ["550 no such user wang@example.cn"]
    await office.works("2026-06-15")
    await office.works("2026-06-16")

    assert await office.ledger("state, attempts, error", "attempts > 0") == [
        ("failed", 1, "邮件服务器拒收（550）")
    ]


async def test_a_letter_lost_on_its_way_is_not_sent_twice(office: Any, postbox: Any) -> None:
    postbox.hangs_up = True
    await office.works("2026-06-15")
    postbox.hangs_up = False
    await office.works("2026-06-16")

    assert postbox.letters == []
    assert await office.ledger("state, attempts", "attempts > 0") == [("unknown", 1)]


async def test_a_server_that_is_away_delays_and_loses_nothing(office: Any, postbox: Any) -> None:
    postbox.shut()
    await office.works("2026-06-15")

    assert await office.ledger("state", "attempts = 1") == [("waiting",)]

    postbox.open()
    await office.works("2026-06-16")

    assert len(postbox.letters) == 1


async def test_a_letter_not_yet_sent_gives_way_to_the_next_rung(office: Any, postbox: Any) -> None:
    postbox.answers = ["451 later", "250 OK"]
    await office.works("2026-06-15")
    await office.works("2026-06-17")

    (letter,) = postbox.letters
    assert "还剩1天" in letter["Subject"]
    assert await office.ledger("rung, state", "attempts > 0") == [(-3, "superseded"), (-1, "sent")]


async def test_a_person_without_an_address_is_in_the_ledger_with_the_reason(
    opened: Any, history: Any
) -> None:
    history.hazard(DEADLINE)
    office = await opened(Email("smtp://127.0.0.1:9", "office@street.example"))
    await office.works("2026-06-15")

    assert await office.ledger("state, error", "state is not null") == [("failed", "通讯录中没有此人的邮箱")]


async def test_an_address_no_mail_can_be_sent_to_holds_up_no_other_letter(
    opened: Any, history: Any, postbox: Any
) -> None:
    addresses = {
        "p-301": "王建国@example.org",
        "p-302": "li@example.cn",
        "p-303": "a@[b",
        "p-304": "wu@example.cn",
    }
    for person in addresses:
        history.hazard(DEADLINE, responsible=person)
    contacts = {person: Contact("某人", "", address) for person, address in addresses.items()}
    way = Email(f"smtp://127.0.0.1:{postbox.port}", "office@street.example")
    office = await opened(way, contacts=contacts)
    await office.works("2026-06-15")
    ledger = dict(await office.ledger("recipient, deliveries.state", "state is not null"))
    reasons = await office.ledger("error", "state = 'failed'")

    assert {letter["To"] for letter in postbox.letters} == {"li@example.cn", "wu@example.cn"}
    assert ledger == {"p-301": "failed", "p-302": "sent", "p-303": "failed", "p-304": "sent"}
    assert set(reasons) == {("无法发送（UnicodeEncodeError）",), ("无法发送（AttributeError）",)}
