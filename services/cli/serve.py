"""网页进程 · `hazard serve`: one address, one OpenAPI document; the services' routers composed."""

import asyncio
import gc
import signal
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import structlog
import uvicorn
import uvloop
from fastapi import FastAPI
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from services import erasing, logs, postgres, tokens
from services.attachments import Attachments
from services.authentication import Authenticator
from services.cli.web import Doors, web_app
from services.console.settings import ConsoleSettings
from services.hazard.api.commanding import ShortWay
from services.hazard.calendar.reading import CalendarInvalid, read_calendar
from services.hazard.handling import Handling
from services.hazard.ledger.importing import Importing
from services.hazard.ledger.setting_aside import seal_plain_ledgers
from services.hazard.papers.templates import FOLDER, Templates
from services.hazard.policy import read_policy
from services.hazard.settings import WebSettings
from services.hazard.store import Head, Log, Unavailable, writer_pool
from services.hazard.waking import Waker
from services.keyfiles import UnfitKey
from services.keys import UnfitKeys

REMEMBERED = 20_000  # states of hazards and enterprises, of one to three KB each
GLANCE = 2.0  # seconds between two looks at the log
RETRY = 1.0  # seconds between two looks for a PostgreSQL that is not there yet

logger = structlog.get_logger()


def serve() -> None:
    """网页与接口进程 · Serve the API until it is told to stop. Settings come from HAZARD_* variables."""
    logs.configure()
    settings = WebSettings()
    try:
        uvloop.run(serving(settings, partial(app_with_console, settings, ConsoleSettings())))
    except (UnfitKeys, UnfitKey, CalendarInvalid) as unfit:
        sys.exit(str(unfit))


def app_with_console(settings: WebSettings, console: ConsoleSettings, doors: Doors) -> FastAPI:
    """应用与控制台 · The API, and the pages for people unless HAZARD_CONSOLE is off."""
    app = web_app(doors)
    if console.console:
        # Its library of pages takes longer to import than all else: only who shows pages waits for it.
        from services.console.mounting import add_console  # noqa: PLC0415  # see above

        add_console(app, console, settings.data_dir, doors.caller_of, doors.now)
    return app


async def serving(settings: WebSettings, app_of: Callable[[Doors], FastAPI] = web_app) -> None:
    """提供服务 · The web process's work, with the application that `app_of` makes, until a signal ends it."""
    async with opened(settings) as doors:
        app = app_of(doors)
        leave_alone_what_stays()
        log = doors.handling.log
        replaced = until_replaced(log, replace(await first_head(log), log_id=doors.log_id))
        await served(settings, app, beside=(doors.importing.run(), replaced))


def leave_alone_what_stays() -> None:
    """不再回收常驻对象 · The routes and their schemas live as long as the process: the collector need not look at them.

    Nor need it look so often: a request makes some hundred objects, which go by counting alone.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


async def served(
    settings: WebSettings,
    app: FastAPI,
    *,
    # What a coroutine yields is asyncio's own.
    beside: Sequence[Coroutine[Any, Any, object]] = (),
) -> None:
    """运行服务器 · One application in this process until a signal ends it, and the work that goes on beside it."""
    config = uvicorn.Config(
        # uvicorn writes the interface's types out, starlette does not
        ShortWay(app, ProxyHeadersMiddleware(app)),  # type: ignore[arg-type]  # as above
        proxy_headers=False,  # uvicorn's own stand before everything; commands ask for no address and no scheme
        host=settings.web_host,
        port=settings.web_port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    server = Server(config)
    for told in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(told, server.stop)
    tasks = [asyncio.create_task(work) for work in beside]
    for task in tasks:  # a web process that imports nothing, or knows another log, is not whole
        task.add_done_callback(lambda _: server.stop())
    await server.serve()
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


class Server(uvicorn.Server):
    """网页服务器 · Leaves signals to us: uvicorn's own raise them again before the doors are closed."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """不接管信号 · See the class."""
        yield

    def stop(self) -> None:
        """停止 · Finish the requests under way, take no more."""
        self.should_exit = True


@asynccontextmanager
async def opened(settings: WebSettings) -> AsyncIterator[Doors]:
    """开门 · The pools, the log, the keys and the waker that the web process needs, closed at the end."""
    async with AsyncExitStack() as stack:
        log = Log(await stack.enter_async_context(writer_pool(settings.postgres_dsn, size=8)))
        people = await stack.enter_async_context(
            erasing.opened(settings.postgres_dsn, settings.data_dir, settings.master)
        )
        await seal_plain_ledgers(people)
        reads = await stack.enter_async_context(
            postgres.pool(settings.postgres_dsn, role="hazard_projections", size=8)
        )
        reminders = await stack.enter_async_context(
            postgres.pool(settings.postgres_dsn, role="hazard_notifier", size=2)
        )
        # Of its own, so that proofs take no connection from commands.
        proofs = await stack.enter_async_context(
            postgres.pool(settings.postgres_dsn, role="hazard_writer", size=2, autocommit=True)
        )
        waker = await stack.enter_async_context(Waker.to(settings.nats_url))
        caller_of = authenticator(settings)
        head = await first_head(log)
        policy = read_policy()
        calendar = read_calendar(settings.calendar)
        importing = Importing(log, people, policy, _now, waker.wake, settings.import_days, calendar)
        yield Doors(
            handling=Handling(log, policy, _now, waker.wake, remembered=REMEMBERED, calendar=calendar),
            attachments=Attachments.at(settings.data_dir),
            people=people,
            proofs=proofs,
            importing=importing,
            reads=reads,
            reminders=reminders,
            caller_of=caller_of,
            log_id=head.log_id,
            now=_now,
            stream_end=waker.stream_end,
            templates=Templates(settings.templates or settings.data_dir / FOLDER),
            public_url=settings.public_url,
        )


def authenticator(settings: WebSettings) -> Authenticator:
    """身份核验 · By the keys of the installation, or of the deployment's issuer."""
    keys = tokens.trusted_keys(settings.data_dir, settings.token_keys)
    return Authenticator(keys, issuer=settings.token_issuer, audience=settings.token_audience, now=_now)


async def first_head(log: Log) -> Head:
    """日志末端 · The log's identity; waits for a PostgreSQL that is still coming up."""
    while True:
        try:
            return await log.head()
        except Unavailable:
            logger.warning("log.awaited")
            await asyncio.sleep(RETRY)


async def until_replaced(log: Log, head: Head) -> None:
    """直到更换 · Returns when the log is not the one this process began with: renamed, or an older backup of it.

    Its name is told with each position; and what is remembered (states, numbers in hand) may be of events that are gone.
    """
    known = head
    chain: bytes | None = known.chain
    # An older backup may have grown past what was known: the chain there tells one history from another.
    while head.log_id == known.log_id and chain == known.chain:
        known = head
        await asyncio.sleep(GLANCE)
        head = await first_head(log)
        with suppress(Unavailable):
            chain = await log.chain_at(known.position)
    logger.warning("log.replaced", log=str(head.log_id), position=head.position)


def _now() -> datetime:
    return datetime.now(UTC)
