"""空转服务器 · Answers every request with one fixed 200: what the load generator can do at most is measured on it."""

import asyncio
import sys
from typing import cast

import uvloop

from services.cli.bench.wire import length_of

ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"


class Trivial(asyncio.Protocol):
    """空转 · One connection."""

    def __init__(self) -> None:
        self._received = b""
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)  # uvloop's own is no subclass of it

    def data_received(self, data: bytes) -> None:
        assert self._transport is not None
        self._received += data
        while (length := length_of(self._received)) and len(self._received) >= length:
            self._received = self._received[length:]
            self._transport.write(ANSWER)


async def _serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Trivial, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1])))
