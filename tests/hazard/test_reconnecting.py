"""重连 · Servers may go away at any moment and for as long as they like; the relay is there when they are back."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit, urlunsplit

import pytest
import structlog

from given.relays import OwnNats, back_up, fill, in_log, in_stream, restore, until_published, until_said
from services.hazard import relay as relays
from services.hazard.relay import relay_for_ever
from services.hazard.store import Command, Log
from services.jetstream import connected
from services.servers.nats import Nats

Filed = Callable[..., Command]


class Between:
    """A wire between relay and server that can fall silent, and can say to the relay what a server may say."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.open = asyncio.Event()
        self.open.set()
        self.relays: list[asyncio.StreamWriter] = []
        self.servers: list[asyncio.StreamWriter] = []
        self.tasks: list[asyncio.Task[None]] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.relays.append(writer)
        with suppress(OSError):
            from_server, to_server = await asyncio.open_connection("127.0.0.1", self.port)
            self.servers.append(to_server)
            self.tasks += [
                asyncio.create_task(self.pass_on(reader, to_server)),
                asyncio.create_task(self.pass_on(from_server, writer)),
            ]

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                await self.open.wait()
                writer.write(data)
                await writer.drain()
        writer.close()

    def say(self, line: str) -> None:
        for writer in self.relays:
            writer.write(f"{line}\r\n".encode())

    async def end(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        for writer in (*self.relays, *self.servers):
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


@asynccontextmanager
async def between(url: str) -> AsyncIterator[tuple[Between, str]]:
    parts = urlsplit(url)
    wire = Between(parts.port or 0)
    server = await asyncio.start_server(wire.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    user = parts.netloc.rpartition("@")[0]
    yield wire, urlunsplit(parts._replace(netloc=f"{user}@127.0.0.1:{port}"))
    server.close()
    await wire.end()
    await server.wait_closed()


@asynccontextmanager
async def always(database: str, url: str) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(relay_for_ever(database, url))
    yield task
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_a_client_that_closed_for_good_is_replaced(
    database: str, log: Log, filed: Filed, nats_server: Nats, stream: str
) -> None:
    await log.append(filed())
    with structlog.testing.capture_logs() as logs:
        async with (
            connected(nats_server.url("admin"), name="test") as admin,
            between(nats_server.url("relay")) as (wire, url),
            always(database, url),
        ):
            await until_published(admin, 1)
            wire.say("-ERR 'Maximum Connections Exceeded'")  # at this the library gives up
            await until_said(logs, "relay.client_replaced")
            await log.append(filed())
            await until_published(admin, 2)

            assert await in_log(database) == await in_stream(admin)


async def test_a_server_that_falls_silent_in_the_middle_of_a_batch_costs_nothing(
    database: str, log: Log, filed: Filed, nats_server: Nats, stream: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relays, "AWAY", 0.1)
    async with (
        connected(nats_server.url("admin"), name="test") as admin,
        between(nats_server.url("relay")) as (wire, url),
        always(database, url),
    ):
        end = await fill(log, filed, 3000)
        await until_published(admin, 1)
        wire.open.clear()
        await asyncio.sleep(6)  # longer than the relay waits for an answer
        wire.open.set()
        await until_published(admin, end)

        assert await in_log(database) == await in_stream(admin)


async def test_nats_is_away_for_longer_than_any_patience_and_comes_back_empty(
    database: str, log: Log, filed: Filed, own_nats: OwnNats, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relays, "AWAY", 1.0)
    end = await fill(log, filed, 500)
    with structlog.testing.capture_logs() as logs:
        async with (
            connected(own_nats.server.url("admin"), name="test") as admin,
            always(database, own_nats.server.url("relay")) as relay,
        ):
            await until_published(admin, end)
            own_nats.kill()
            end = await fill(log, filed, 500)
            await until_said(logs, "relay.client_replaced")
            await asyncio.sleep(3)  # the new client finds nobody there
            shutil.rmtree(own_nats.store / "jetstream")
            own_nats.start()
            await until_published(admin, end)

            assert not relay.done()
            assert await in_log(database) == await in_stream(admin)


async def test_a_relay_that_comes_before_its_servers_waits_for_them(
    database: str, log: Log, filed: Filed, own_nats: OwnNats
) -> None:
    own_nats.kill()
    async with always(database, own_nats.server.url("relay")) as relay:
        await log.append(filed())
        await asyncio.sleep(2)
        own_nats.start()
        async with connected(own_nats.server.url("admin"), name="test") as admin:
            await until_published(admin, 1)

        assert not relay.done()


async def test_postgresql_goes_away_again_and_again(
    database: str, log: Log, filed: Filed, nats_server: Nats, stream: str
) -> None:
    end = 0
    async with (
        connected(nats_server.url("admin"), name="test") as admin,
        always(database, nats_server.url("relay")) as relay,
    ):
        for _ in range(3):
            end = await fill(log, filed, 1000)
            copy = await back_up(database)  # cuts everybody off
            await restore(database, copy)  # and the database is not there for a while
        await until_published(admin, end)

        assert not relay.done()
        assert await in_log(database) == await in_stream(admin)
