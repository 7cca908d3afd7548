"""内嵌消息服务器 · The embedded NATS server keeps its stream, and lets everyone do their work and nothing else."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from socket import create_connection, create_server

import pytest
from nats import connect
from nats.aio.client import Client
from nats.js.api import ConsumerConfig

from contracts.subjects import CHECKPOINTS, WAKE
from services.servers import nats as nats_servers
from services.servers.nats_users import (
    API,
    DEPLOYMENT,
    SERVICES,
    STREAM,
    Reader,
    deployment,
    password_variable,
)
from services.servers.places import Places
from services.servers.readers import ensure_consumers

RunNats = Callable[..., AbstractContextManager[nats_servers.Nats]]
Enter = Callable[[str], Awaitable[Client]]

READER = Reader("330111")
HERE, ELSEWHERE = "safety.33.01.11.005.hazard.closed", "safety.33.01.12.005.hazard.closed"
DEPLOY = Path(__file__).parents[2] / "deploy" / "nats.conf"


@pytest.fixture
async def enter(nats_server: nats_servers.Nats, stream: str) -> AsyncIterator[Enter]:
    """Connects as a user; the stream holds one event here and one elsewhere, the reader has its consumer."""
    clients: list[Client] = []

    async def as_user(user: str) -> Client:
        client = await connect(
            nats_server.url(user), inbox_prefix=f"_INBOX.{user}".encode(), error_cb=_ignore
        )
        clients.append(client)
        return client

    relay = (await as_user("relay")).jetstream()
    await relay.publish(HERE, b"here")
    await relay.publish(ELSEWHERE, b"elsewhere")
    await ensure_consumers((await as_user("admin")).jetstream(), [READER])
    yield as_user
    for client in clients:
        await client.close()


async def _ignore(_: Exception) -> None:
    """A refusal reaches the client here; what counts is what the stream shows."""


async def messages(enter: Enter) -> int:
    info = await (await enter("admin")).jetstream().stream_info(STREAM)
    return int(info.state.messages)


async def granted(client: Client, wishes: Sequence[str]) -> list[str]:
    """Which of the wishes JetStream answered, asked by either prefix."""
    asked = [f"{prefix}.{wish}" for prefix in (API, "$JS.API") for wish in wishes]
    answers = await asyncio.gather(
        *(client.request(subject, b'{"seq":2}', timeout=0.5) for subject in asked), return_exceptions=True
    )
    return [
        subject
        for subject, answer in zip(asked, answers, strict=True)
        if not isinstance(answer, BaseException)
    ]


async def test_a_restarted_server_has_its_stream(data: Places, nats_on: RunNats) -> None:
    for expected in (1, 2):
        with nats_on(data) as server:
            admin = await connect(server.url("admin"), inbox_prefix=b"_INBOX.admin")
            relay = await connect(server.url("relay"), inbox_prefix=b"_INBOX.relay")
            await admin.jetstream().add_stream(name=STREAM, subjects=["safety.>"])
            acknowledged = await relay.jetstream().publish(HERE, b"x")
            await admin.close()
            await relay.close()

            assert acknowledged.seq == expected


def test_a_taken_port_is_left_to_its_owner(data: Places, nats_on: RunNats) -> None:
    with create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        with nats_on(data, port=taken) as server:
            assert server.port != taken


def test_secrets_are_for_their_owner_only_and_kept(data: Places, nats_on: RunNats) -> None:
    with nats_on(data) as server:
        first = server.passwords
    with nats_on(data, READER) as server:
        second = server.passwords

    assert {path.stat().st_mode & 0o777 for path in data.secrets.iterdir()} == {0o600}
    assert first.items() <= second.items()
    assert nats_servers.known_readers(data.secrets) == (READER,)


async def test_an_admitted_reader_comes_in_from_the_next_start_on(data: Places, nats_on: RunNats) -> None:
    newcomer = Reader("3302")
    with nats_on(data, READER):
        nats_servers.admit(data.secrets, newcomer)
    readers = nats_servers.known_readers(data.secrets)
    with nats_on(data, *readers) as server:
        admin = await connect(server.url("admin"), inbox_prefix=b"_INBOX.admin")
        await admin.jetstream().add_stream(name=STREAM, subjects=["safety.>"])
        await ensure_consumers(admin.jetstream(), readers)
        reader = await connect(server.url(newcomer.user), inbox_prefix=f"_INBOX.{newcomer.user}")
        info = await reader.jetstream(prefix=API).consumer_info(STREAM, newcomer.user)
        await reader.close()
        await admin.close()

    assert info.config.filter_subject == "safety.33.02.>"
    assert set(readers) == {READER, newcomer}


@pytest.mark.parametrize(
    ("division", "subjects"),
    [
        ("33", "safety.33.>"),
        ("3301", "safety.33.01.>"),
        ("330111", "safety.33.01.11.>"),
        ("330111005", "safety.33.01.11.005.>"),
        ("330111005000", "safety.33.01.11.005.>"),
    ],
)
def test_a_readers_division_is_its_subjects(division: str, subjects: str) -> None:
    assert subjects == Reader(division).subjects


async def test_a_reader_reads_its_own_division_in_order_and_goes_on_where_it_stopped(enter: Enter) -> None:
    relay = (await enter("relay")).jetstream()
    await relay.publish(HERE, b"later")
    read = []
    for _ in range(2):
        context = (await enter(READER.user)).jetstream(prefix=API)
        pull = await context.pull_subscribe_bind(READER.user, stream=STREAM)
        [message] = await pull.fetch(1, timeout=5)
        read.append(message.data)
        await message.ack_sync()

    info = await context.consumer_info(STREAM, READER.user)

    assert read == [b"here", b"later"]
    assert info.num_pending == 0


async def test_a_reader_publishes_nothing(enter: Enter) -> None:
    reader = await enter(READER.user)
    for subject in (HERE, CHECKPOINTS, "safetylog.wake", "anything", f"$JS.API.STREAM.PURGE.{STREAM}"):
        await reader.publish(subject, b"forged")
    await reader.flush()

    assert await messages(enter) == 2


@pytest.mark.parametrize("user", [READER.user, "projections", "notifier", "web", "admin"])
async def test_only_the_relay_publishes_checkpoints_and_everybody_hears_them(enter: Enter, user: str) -> None:
    client = await enter(user)
    heard = await client.subscribe(CHECKPOINTS)
    await client.publish(CHECKPOINTS, b"forged")
    await client.flush()
    relay = await enter("relay")
    await relay.publish(CHECKPOINTS, b"true")
    await relay.flush()

    assert (await heard.next_msg(timeout=30)).data == b"true"


async def test_a_reader_hears_nothing_else_but_its_own_answers(enter: Enter) -> None:
    reader, heard = await enter(READER.user), []

    async def hear(message: object) -> None:
        heard.append(message)

    for subject in ("safety.>", HERE, ">", "_INBOX.>", "_INBOX.relay.>", "safetylog.>", WAKE, "$JS.>"):
        await reader.subscribe(subject, cb=hear)
    await reader.flush()
    relay = await enter("relay")
    await relay.publish(WAKE)
    await relay.publish(CHECKPOINTS)
    await relay.jetstream().publish(HERE, b"again")
    await reader.flush()

    assert heard == []


async def test_a_reader_touches_neither_stream_nor_consumers(enter: Enter) -> None:
    reader = await enter(READER.user)
    wishes = (
        f"STREAM.INFO.{STREAM}",
        f"STREAM.DELETE.{STREAM}",
        f"STREAM.PURGE.{STREAM}",
        f"STREAM.MSG.GET.{STREAM}",
        f"DIRECT.GET.{STREAM}",
        f"CONSUMER.CREATE.{STREAM}.mine",
        f"CONSUMER.DURABLE.CREATE.{STREAM}.mine",
        f"CONSUMER.DELETE.{STREAM}.{READER.user}",
        f"CONSUMER.LIST.{STREAM}",
        f"CONSUMER.MSG.NEXT.{STREAM}.other",
        "STREAM.LIST",
        "INFO",
    )

    assert await granted(reader, wishes) == []
    assert await messages(enter) == 2


@pytest.mark.parametrize("user", [READER.user, "projections", "notifier"])
async def test_an_answer_cannot_be_aimed_at_the_stream(enter: Enter, user: str) -> None:
    attacker = await enter(user)
    for wish in (
        f"CONSUMER.INFO.{STREAM}.{READER.user}",
        f"CONSUMER.MSG.NEXT.{STREAM}.{READER.user}",
        f"STREAM.INFO.{STREAM}",
    ):
        for prefix in (API, "$JS.API"):
            await attacker.publish(f"{prefix}.{wish}", b"", reply=HERE)
    await attacker.flush()
    await (await enter("relay")).jetstream().publish(HERE, b"after")

    assert await messages(enter) == 3


@pytest.mark.parametrize("user", ["projections", "notifier", "web", "admin"])
async def test_only_the_relay_publishes_events(enter: Enter, user: str) -> None:
    client = await enter(user)
    await client.publish(HERE, b"forged")
    await client.flush()

    assert await messages(enter) == 2


@pytest.mark.parametrize("user", ["relay", "projections", "notifier", "web"])
async def test_only_the_admin_deletes_or_changes_a_stream(enter: Enter, user: str) -> None:
    client = await enter(user)
    wishes = [f"STREAM.{wish}.{STREAM}" for wish in ("DELETE", "PURGE", "UPDATE", "MSG.DELETE")]

    assert await granted(client, wishes) == []
    assert await messages(enter) == 2


@pytest.mark.parametrize("user", ["projections", "notifier"])
async def test_a_follower_reads_through_a_consumer_of_its_own(enter: Enter, user: str) -> None:
    context = (await enter(user)).jetstream(prefix=API)
    await context.add_consumer(STREAM, ConsumerConfig(name=f"{user}-1", inactive_threshold=60))
    pull = await context.pull_subscribe_bind(f"{user}-1", stream=STREAM)
    fetched = await pull.fetch(2, timeout=5)

    assert [message.data for message in fetched] == [b"here", b"elsewhere"]


def test_without_a_password_nobody_comes_in(nats_server: nats_servers.Nats) -> None:
    with (
        create_connection(("127.0.0.1", nats_server.port)) as connection,
        connection.makefile("rwb") as lines,
    ):
        greeting = lines.readline()
        lines.write(b"CONNECT {}\r\nPING\r\n")
        lines.flush()

        assert greeting.startswith(b"INFO ")
        assert lines.readline() == b"-ERR 'Authorization Violation'\r\n"


def test_the_deployments_configuration_has_the_same_permissions() -> None:
    assert deployment() == DEPLOY.read_text(encoding="utf-8")


def test_the_server_accepts_the_deployments_configuration() -> None:
    users = [*SERVICES, *(reader.user for reader in DEPLOYMENT)]
    passwords = {password_variable(user).removeprefix("$"): f"secret{n}" for n, user in enumerate(users)}
    checked = subprocess.run(
        [nats_servers._binary(), "-t", "-c", DEPLOY],
        env=passwords,
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stderr


def test_the_server_accepts_the_embedded_configuration(data: Places) -> None:
    server = nats_servers.prepare(
        data.nats, data.secrets, data.logs / "nats.log", mark=data.root, readers=[READER]
    )
    checked = subprocess.run([*server.program.argv, "-t"], capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stderr
