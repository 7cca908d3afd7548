"""`hazard notifier` · The process that tells people what is due."""

import asyncio
import signal
from contextlib import suppress
from datetime import UTC, datetime

import uvloop

from services import logs
from services.notifier.runner import run
from services.notifier.settings import Settings


def notifier() -> None:
    """提醒 · Tell people what is due until told to stop (Ctrl-C or SIGTERM). Settings are HAZARD_* variables."""
    logs.configure()
    uvloop.run(_notifier(Settings()))


async def _notifier(settings: Settings) -> None:
    task = asyncio.current_task()
    assert task is not None  # this is a coroutine that somebody runs
    for told in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(told, task.cancel)
    with suppress(asyncio.CancelledError):
        await run(settings, _now)


def _now() -> datetime:
    return datetime.now(UTC)
