"""回调渠道 · A real HTTP server takes, refuses and delays."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from services.notifier.channels import Log
from services.notifier.delivering import clear_up
from services.notifier.memory import claim, delivery_id
from services.notifier.webhook import Webhook, client

DEADLINE = date(2026, 6, 18)


class Receiver(ThreadingHTTPServer):
    """What was posted, and the statuses to answer with, 204 in the end."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.posted: list[tuple[str, dict[str, Any]]] = []
        self.statuses: list[int] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/reminders"

    def ids(self) -> list[str]:
        return [identifier for identifier, _ in self.posted]


class Answer(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.posted.append((self.headers["webhook-id"], body))
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 204)
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        """Nothing on the test's screen."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
async def way(receiver: Any) -> AsyncIterator[Webhook]:
    async with client() as opened:
        yield Webhook(opened, receiver.url)


@pytest.fixture
async def office(opened: Any, history: Any, way: Any) -> Any:
    history.hazard(DEADLINE)
    return await opened(way)


async def test_a_reminder_is_posted_with_a_stable_id_and_people_by_id(office: Any, receiver: Any) -> None:
    await office.works("2026-06-15")

    ((identifier, body),) = receiver.posted
    ((reminder,),) = await office.ledger("reminders.id", "verdict = 'send'")
    assert identifier == body["id"] == str(delivery_id(reminder, "webhook"))
    assert (body["recipient"], body["rung"], body["rule"]) == ("p-301", "T-3", "deadline-near")
    assert body["due"] == "2026-06-19T00:00:00+08:00"


async def test_an_answer_of_500_is_tried_again_with_the_same_id(office: Any, receiver: Any) -> None:
    receiver.statuses = [500, 503]
    for minute in (0, 1, 4):
        await office.works(f"2026-06-15T12:0{minute}:00+08:00")

    assert len(receiver.ids()) == 3
    assert len(set(receiver.ids())) == 1
    assert await office.ledger("state, attempts", "attempts > 0") == [("sent", 3)]


async def test_a_refusal_that_will_not_change_is_kept_with_its_reason(office: Any, receiver: Any) -> None:
    receiver.statuses = [404]
    await office.works("2026-06-15")
    await office.works("2026-06-15T13:00:00+08:00")

    assert await office.ledger("state, error", "attempts > 0") == [("failed", "回调地址拒收（404）")]
    assert len(receiver.posted) == 1


async def test_a_receiver_that_is_away_for_days_ends_in_the_ledger(
    opened: Any, history: Any, receiver: Any
) -> None:
    history.hazard(date(2026, 1, 1))
    async with client() as asking:
        office = await opened(Webhook(asking, "http://127.0.0.1:9/"))
        for hour in range(0, 24 * 6, 4):
            await office.works(f"2026-06-{4 + hour // 24:02}T{hour % 24:02}:00:00+08:00")

    ((state, attempts, error),) = await office.ledger("state, attempts, error", "attempts > 0")
    assert (state, attempts) == ("failed", 24)
    assert error.startswith("回调地址没有应答")


async def test_a_claim_left_by_a_dead_notifier_is_posted_again_with_the_same_id(
    office: Any, receiver: Any, opened: Any, way: Any
) -> None:
    receiver.statuses = [500]
    await office.works("2026-06-15")
    office.today = office.today.replace(hour=13)
    await claim(office.desk.connection, office.desk.tenure, "webhook", office.today, limit=20)

    heir = await opened(way)
    heir.today = office.today
    await clear_up(heir.desk)
    await heir.works("2026-06-15T13:00:10+08:00")

    assert len(receiver.ids()) == 2
    assert len(set(receiver.ids())) == 1
    assert await heir.ledger("state, attempts", "attempts > 0") == [("sent", 3)]


async def test_an_address_that_is_none_stops_the_webhook_and_no_other_channel(
    opened: Any, history: Any
) -> None:
    history.hazard(DEADLINE)
    async with client() as web:
        office = await opened(Webhook(web, "http://[::zz]/"), Log())
        await office.works("2026-06-15")

    assert await office.ledger("channel, state, error", "state is not null") == [
        ("log", "sent", None),
        ("webhook", "failed", "无法发送（InvalidURL）"),
    ]
