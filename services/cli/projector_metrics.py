"""投影进程指标 · GET /metrics and GET /healthz on a port of the projector's own, for a scraper or a supervisor beside it.

No person, no content, only how far and how late: so it asks for no token. It listens on the machine itself unless told
otherwise, and answers when the web process does not.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus

import structlog

from services.exposition import MEDIA_TYPE, exposed, gauge
from services.projections.gauges import of_the_models
from services.projections.progress import Progress

PATIENCE = 5.0  # seconds for a request to arrive, and for its answer to be made
TEXT = "text/plain; charset=utf-8"

Models = Callable[[], Awaitable[list[Progress]]]
Answer = tuple[HTTPStatus, str, str]  # with its media type and its body

logger = structlog.get_logger()


@asynccontextmanager
async def metrics_port(models: Models, host: str, port: int | None) -> AsyncIterator[int | None]:
    """指标端口 · Answers while inside; gives the port it is, 0 being any that is free, and None when none is wanted."""
    if port is None:
        yield None
        return

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, EOFError, TimeoutError, asyncio.LimitOverrunError):
            async with asyncio.timeout(PATIENCE):
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(_bytes(await _answer(models, head)))
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, host, port)
    try:
        (listening,) = {each.getsockname()[1] for each in server.sockets}
        logger.info("projector.metrics", host=host, port=listening)
        yield listening
    finally:
        server.close()


async def _answer(models: Models, head: bytes) -> Answer:
    method, path, *_ = (*head.split(b"\r\n", 1)[0].split(b" "), b"", b"")
    match method, path.partition(b"?")[0]:
        case b"GET", b"/metrics":
            told = await _told(models)
            return told if isinstance(told, tuple) else (HTTPStatus.OK, MEDIA_TYPE, text_of(told))
        case b"GET", b"/healthz":
            told = await _told(models)
            return told if isinstance(told, tuple) else health_of(told)
    return HTTPStatus.NOT_FOUND, TEXT, "GET /metrics, GET /healthz\n"


async def _told(models: Models) -> list[Progress] | Answer:
    try:
        return await models()
    except Exception as error:  # noqa: BLE001  # whoever asks is told, and the projector goes on
        logger.warning("projector.metrics_failed", error=type(error).__name__)
        return HTTPStatus.SERVICE_UNAVAILABLE, TEXT, f"{type(error).__name__}\n"


def text_of(models: list[Progress]) -> str:
    """全文 · The end of the log, and how each read model stands against it."""
    ends = [one.head for one in models if one.head is not None]
    end = gauge("hazard_log_position", "日志末端位置 · last position of the log", max(ends, default=0))
    return exposed((end, *of_the_models(models)))


def health_of(models: list[Progress]) -> Answer:
    """是否正常 · 503 names those that are far behind and no less than before."""
    late = [one.name for one in models if not one.healthy]
    if late:
        return HTTPStatus.SERVICE_UNAVAILABLE, TEXT, f"落后很多且未在减少：{'、'.join(late)}\n"
    return HTTPStatus.OK, TEXT, "正常\n"


def _bytes(answer: Answer) -> bytes:
    status, media, text = answer
    body = text.encode()
    head = f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: {media}\r\n"
    return f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body
