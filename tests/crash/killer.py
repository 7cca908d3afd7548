"""杀手 · Hurts whom it draws, when it draws; the same seed draws the same."""

import asyncio
import signal
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random

from crash.system import RELAYS, WEBS, System, _signal

SOONEST, LATEST = 0.2, 3.0  # seconds between two blows
STAND_BY = 1.5  # seconds; who stands by looks each second


@dataclass
class Killer:
    """杀手 · What it did is counted by kind."""

    system: System
    chance: Random
    blows: Counter[str] = field(default_factory=Counter)

    async def work(self, enough: asyncio.Event) -> None:
        """干活 · Until it is enough; whoever was paused is let go at the end."""
        kinds: dict[str, tuple[int, Callable[[], Awaitable[None]]]] = {
            "writer killed": (3, self.kill_writer),
            "writer paused": (2, self.pause_writer),
            "relay killed": (4, self.kill_relay),
            "relay paused": (2, self.pause_relay),
            "leader deposed": (2, self.depose),
            "postgres killed": (4, self.kill_postgres),
            "backend killed": (2, self.kill_backend),
            "nats killed": (4, self.kill_nats),
            "nats paused": (2, self.pause_nats),
        }
        names, weights = list(kinds), [weight for weight, _ in kinds.values()]
        async with asyncio.TaskGroup() as blows:
            while not enough.is_set():
                await asyncio.sleep(self.chance.uniform(SOONEST, LATEST))
                (kind,) = self.chance.choices(names, weights)
                self.blows[kind] += 1
                # Beside the next: somebody is killed while somebody else is paused.
                blows.create_task(kinds[kind][1]())

    async def kill_writer(self) -> None:
        self.system.kill(self.chance.choice(WEBS))

    async def pause_writer(self) -> None:
        await self.system.pause(self.chance.choice(WEBS), self.chance.uniform(0.3, 6))

    async def kill_relay(self) -> None:
        self.system.kill(self.chance.choice(RELAYS))

    async def pause_relay(self) -> None:
        await self.system.pause(self.chance.choice(RELAYS), self.chance.uniform(0.3, 2))

    async def depose(self) -> None:
        """A leader who sleeps while another takes over, and wakes in the middle of what it was doing."""
        asleep = asyncio.create_task(self.system.pause(self.chance.choice(RELAYS), 2 * STAND_BY))
        await asyncio.sleep(0.1)
        await asyncio.to_thread(self.system.depose)
        await asleep

    async def kill_postgres(self) -> None:
        await asyncio.to_thread(self.system.kill_postgres)

    async def kill_backend(self) -> None:
        """The postmaster then ends all the others and recovers."""
        if found := await asyncio.to_thread(self.system.backends):
            _signal(self.chance.choice(found).pid, signal.SIGKILL)

    async def kill_nats(self) -> None:
        self.system.kill("nats")

    async def pause_nats(self) -> None:
        await self.system.pause("nats", self.chance.uniform(0.3, 2))
