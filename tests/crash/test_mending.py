"""出事后修复 · What an operator does when log and stream differ: an older backup was restored, a stranger published."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from random import Random
from threading import Event
from urllib.parse import urlsplit

import pytest

from crash import reconciling, restoring
from crash.clients import Book, Client, Told, Town, office, photograph, working
from crash.system import TOWN, ends_of, eventually, published
from services import jetstream
from walk.installation import AWAY, Installation, started
from walk.test_kill import meanwhile

SOME = 150  # commands
FIRM = {"name": "杭州恢复照明有限公司", "division": TOWN}
STRAY = "safety.33.01.11.005.hazard.closed"


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    """整套系统 · One `hazard up` for the tests of this file, which follow one another."""
    with started() as running:
        yield running


@pytest.fixture(scope="module")
def book() -> Book:
    """账本 · Of everything that was ever told in this installation."""
    return Book()


@pytest.fixture(scope="module")
def town() -> Town:
    """辖区 · What clients know of it, before and after."""
    return Town(Random(), photo="")


async def office_of(installation: Installation, town: Town, book: Book) -> list[Client]:
    port = urlsplit(installation.known.web).port
    town.photo = await photograph(installation.places, port)
    return office(installation.places, [port], town, book, 6)


async def work(installation: Installation, town: Town, book: Book) -> None:
    """干一阵 · So many commands more, all published."""
    enough = len(book.told) + SOME
    async with working(await office_of(installation, town, book)):
        await eventually(lambda: len(book.told) >= enough, "more commands")
    await published(installation)


# ---- an older backup was restored


async def test_events_lost_with_an_older_backup_are_taken_back_and_nothing_is_done_twice(
    installation: Installation, book: Book, town: Town
) -> None:
    await work(installation, town, book)
    backup, kept = await asyncio.to_thread(restoring.backed_up, installation), set(book.told)
    await work(installation, town, book)
    ends = await ends_of(installation)
    accepted = await asyncio.to_thread(restored, installation, backup)
    lost = [told for who, told in book.told.items() if who not in kept]
    await refused(installation, len(kept), lost)
    adopted = await asyncio.to_thread(installation.hazard, "log", "adopt", "--yes")

    assert adopted.returncode == 0, adopted.stdout + adopted.stderr
    assert accepted == []
    assert await ends_of(installation) == ends
    await reconciling.check(installation, book, lost)
    await repeated(installation, book, lost)
    assert await ends_of(installation) == ends
    await work(installation, town, book)
    await reconciling.check(installation, book, lost)
    assert [number for number, times in Counter(numbers(book)).items() if times > 1] == []


def restored(installation: Installation, backup: Path) -> list[str]:
    """恢复 · Put back and started, while somebody tries to write from the first moment on; gives what was accepted."""
    restoring.put_back(installation, backup)
    with meanwhile(write_at_once, installation) as trying:
        installation.start()
    return trying.result()


def write_at_once(installation: Installation, enough: Event) -> list[str]:
    accepted = []
    while not enough.wait(0.02):
        with suppress(*AWAY, ValueError, AssertionError):
            answer = installation.post("enterprises", FIRM)
            accepted += [answer.text] if answer.is_success else []
    return accepted


async def refused(installation: Installation, kept: int, lost: list[Told]) -> None:
    """拒绝受理 · A client is told why, and to come again; the operator, what to type."""
    answer = await asyncio.to_thread(installation.post, "enterprises", FIRM)
    status = await asyncio.to_thread(installation.hazard, "status")
    position, end = await ends_of(installation)

    assert lost
    assert position < end == max(told.position for told in lost)
    assert (answer.status_code, answer.json()["code"]) == (503, "log-refusing")
    assert "暂停受理" in answer.json()["detail"]
    assert int(answer.headers["Retry-After"]) > 0
    assert "hazard log adopt" in status.stdout
    assert status.returncode == 1
    assert len(installation.query("select key from log.outcomes")) == kept


async def repeated(installation: Installation, book: Book, lost: list[Told]) -> None:
    """重发 · Their keys are forgotten, what they did is not: they are refused as done already."""
    clients = await office_of(installation, Town(Random(), photo=""), Book())
    by_name = {client.name: client for client in clients}
    with ExitStack() as stack:
        for client in clients:
            stack.enter_context(closing(client))
        answers = [
            await by_name[told.client].ask(by_name[told.client].lines[0], told.command) for told in lost
        ]

    assert {answer.status for answer in answers if answer} <= {409, 412}
    assert None not in answers


def numbers(book: Book) -> list[str]:
    """编号 · That a submission gave to its hazard."""
    return [told.body["number"] for told in book.told.values() if told.command.path.endswith("/submit")]


# ---- a message that no relay put there


async def test_a_stray_message_stops_the_relay_by_name_until_a_person_has_the_stream_rebuilt(
    installation: Installation, book: Book, town: Town
) -> None:
    (before, _) = await ends_of(installation)
    await put_stray(installation)
    accepted = await asyncio.to_thread(installation.post, "enterprises", FIRM)
    status = await eventually(lambda: says(installation, "来历不明"), "the stray message is named")
    ends = await ends_of(installation)
    rebuilt = await asyncio.to_thread(
        installation.hazard, "log", "rebuild-stream", "--yes", "--reason", "外来消息"
    )
    await published(installation)

    assert accepted.status_code == 201
    assert f"第 {before + 1} 条" in status
    assert STRAY in status
    assert ends == (before + 1, before + 1)
    assert rebuilt.returncode == 0, rebuilt.stdout + rebuilt.stderr
    assert await reconciling.check_same(installation) == before + 1
    assert kept_aside(installation) == [STRAY]


async def put_stray(installation: Installation) -> None:
    """外来消息 · Admin may not publish events; but the server answers a request wherever it is asked to."""
    async with jetstream.connected(installation.nats_url("admin"), name="stranger") as admin:
        _, before = await ends_of(installation)
        await admin.publish("$JS.API.INFO", b"", reply=STRAY)
        await admin.flush()
        await eventually(lambda: asyncio.run(ends_of(installation))[1] > before, "it stands in the stream")


def says(installation: Installation, words: str) -> str | None:
    said = installation.hazard("status").stdout
    return said if words in said else None


def kept_aside(installation: Installation) -> list[str]:
    files = (installation.places.root / "discarded").glob("*.jsonl")
    return [json.loads(line)["subject"] for file in files for line in file.read_text("utf-8").splitlines()]
