"""随机杀进程 · Under load everybody is killed at random; whatever was acknowledged is true, once, everywhere."""

import asyncio
import os
import secrets
import time
from contextlib import suppress
from random import Random

from rich.console import Console

from crash import reconciling
from crash.clients import Book, Town, office, photograph, working
from crash.killer import Killer
from crash.system import System, published

SECONDS = float(os.environ.get("HAZARD_CRASH_SECONDS", "60"))
SEED = os.environ.get("HAZARD_CRASH_SEED") or secrets.token_hex(4)
CONSOLE = Console(stderr=True, highlight=False, soft_wrap=True)
EVERY = 1.0 if CONSOLE.is_terminal else 30.0  # seconds between two lines about how it goes


async def test_whatever_was_acknowledged_is_in_log_and_stream_once_whoever_is_killed(system: System) -> None:
    CONSOLE.print(f"HAZARD_CRASH_SEED={SEED}")
    book = Book()
    ports = list(system.ports.values())
    town = Town(Random(SEED), await photograph(system.places, ports[0]))
    killer = Killer(system, Random(f"killer {SEED}"))
    quiet = asyncio.Event()
    started = time.monotonic()
    async with working(office(system.places, ports, town, book)), asyncio.TaskGroup() as beside:
        beside.create_task(killer.work(quiet))
        telling = beside.create_task(tell(started, book, killer))
        await asyncio.sleep(SECONDS)
        quiet.set()
        telling.cancel()
    assert book.wrong == []
    await published(system)
    events = await reconciling.check(system, book)
    CONSOLE.print(summary(book, killer, events, time.monotonic() - started))

    assert system.errors() == []
    assert len(book.told) > 10 * SECONDS**0.5
    assert killer.blows.total() > SECONDS / 5


async def tell(started: float, book: Book, killer: Killer) -> None:
    """进度 · What is left, what was acknowledged, who was hurt."""
    with CONSOLE.status("") as status, suppress(asyncio.CancelledError):
        while True:
            await asyncio.sleep(EVERY)
            left = max(0, SECONDS - (time.monotonic() - started))
            line = f"还剩 {left:.0f} s left · 已确认 {len(book.told)} acknowledged · {counted(killer)}"
            status.update(line)
            if not CONSOLE.is_terminal:
                CONSOLE.print(line)


def counted(killer: Killer) -> str:
    return ", ".join(f"{kind} {times}" for kind, times in sorted(killer.blows.items()))


def summary(book: Book, killer: Killer, events: int, seconds: float) -> str:
    went = book.went
    return "\n".join(
        (
            "",
            f"seed {SEED}, {SECONDS:.0f} s of blows, {seconds:.0f} s in all",
            f"acknowledged {len(book.told)}, of them told as a repeat {went['replayed']}; refused {len(book.refused)}",
            f"sent again {went['retried']} (unanswered {went['unanswered']}, 503 {went['busy']})",
            f"blows {killer.blows.total()}: {counted(killer)}",
            f"events {events}; longest time without an acknowledgement {book.longest_outage:.1f} s",
        )
    )
