"""唤醒 · The web process beside the stream: tells the relay that something was stored, and knows the stream's end.

While NATS is away the relay's own poll must do.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from nats.aio.client import Client
from nats.errors import Error as NatsError

from services import jetstream

RETRY = 1.0  # seconds
PATIENCE = 1.0  # seconds for the stream to say where it ends


class Waker:
    """唤醒者 · wake() costs a command nothing: it sets a flag that one task acts on."""

    def __init__(self, url: str | None) -> None:
        """装配 · Without a URL nobody is woken."""
        self._url = url
        self._stored = asyncio.Event()
        self._client: Client | None = None

    def wake(self) -> None:
        """唤醒 · Something was stored."""
        self._stored.set()

    async def stream_end(self) -> int | None:
        """流尾 · The stream's last sequence as the stream says it; None when it cannot be asked now."""
        if self._client is None or not self._client.is_connected:
            return None
        try:
            async with asyncio.timeout(PATIENCE):
                return await jetstream.stream_end(self._client)
        except (NatsError, OSError, TimeoutError):
            return None

    @classmethod
    @asynccontextmanager
    async def to(cls, url: str | None) -> AsyncIterator["Waker"]:
        """连接 · The connection is made, lost and made again in the background."""
        waker = cls(url)
        task = asyncio.create_task(waker._run())
        try:
            yield waker
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _run(self) -> None:
        if self._url is None:
            return
        while True:  # the library closes a client for good on some errors: then there is another
            async with jetstream.connected(self._url, name="web") as client:
                self._client = client
                while not client.is_closed:
                    await self._stored.wait()
                    self._stored.clear()
                    with suppress(NatsError, OSError):
                        await jetstream.wake(client)
            await asyncio.sleep(RETRY)
