"""直到停止 · How every long-running process of this command line ends: on SIGTERM or Ctrl-C, in order."""

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any


async def until_stopped(
    work: Coroutine[Any, Any, object],
) -> None:  # what a coroutine yields is asyncio's own
    """直到停止 · Runs work until it ends or a signal cancels it; what fails is raised."""
    task = asyncio.ensure_future(work)
    for told in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(told, task.cancel)
    with suppress(asyncio.CancelledError):
        await task
