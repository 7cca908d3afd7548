"""问答 · A client's line to a web process: plain HTTP/1.1, so that asking costs less than answering."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

AWAY = (OSError, EOFError, TimeoutError)
"""What a client meets when nobody answers it: refused, cut off, silent."""


@dataclass(frozen=True)
class Answer:
    """答复 · A status, headers by their lower-case names, a JSON body."""

    status: int
    headers: Mapping[str, str]
    body: dict[str, Any]

    @property
    def replayed(self) -> bool:
        return self.headers.get("idempotency-replayed") == "true"


@dataclass
class Line:
    """一条线 · One kept connection to an address, made anew after whatever happened to it."""

    port: int
    patience: float = 5.0  # seconds; less than a stuck server may take, so that both happen
    _ends: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = field(default=None, init=False)

    async def post(self, path: str, body: object, headers: Mapping[str, str]) -> Answer:
        """发送 · Raises one of AWAY when it is not known what came of it."""
        content = json.dumps(body, ensure_ascii=False).encode()
        head = [f"POST /api/v1/{path} HTTP/1.1", "Host: web", "Content-Type: application/json"]
        head += [f"{name}: {value}" for name, value in headers.items()]
        head += [f"Content-Length: {len(content)}", "", ""]
        try:
            async with asyncio.timeout(self.patience):
                reader, writer = await self._opened()
                writer.write("\r\n".join(head).encode() + content)
                return await _answer(reader)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if self._ends is not None:
            self._ends[1].transport.abort()
            self._ends = None

    async def _opened(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._ends is None:
            self._ends = await asyncio.open_connection("127.0.0.1", self.port)
        return self._ends


async def _answer(reader: asyncio.StreamReader) -> Answer:
    first, *rest = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    pairs = (line.partition(": ") for line in rest if line)
    headers = {name.lower(): value for name, _, value in pairs}
    content = await reader.readexactly(int(headers["content-length"]))
    return Answer(int(first.split(" ")[1]), headers, json.loads(content))
