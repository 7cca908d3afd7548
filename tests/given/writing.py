"""给定 · One process of writers who do not know of one another: `python -m given.writing <dsn> <process>`.

Each works from what it last saw of a stream, as people do who have read a page some time ago. It writes out every answer
it was given, one JSON object a line.
"""

import asyncio
import json
import random
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4, uuid5

from contracts.catalogue import dataschema
from contracts.envelope import Envelope
from contracts.hazard import HazardCaptured
from services.hazard.store import Command, KeyReused, Log, Outcome, StreamMoved, writer_pool

PROCESSES = 4
WRITERS = 8  # in each process
COMMANDS = 25  # of each writer
STREAMS = [uuid5(UUID(int=0), f"stream {n}") for n in range(200)]
HOT = STREAMS[:6]
SHARED = 40  # keys that writers of every process use, each for the same request
CLIENT = "mini-program"
PATIENCE = 240  # seconds

Answer = dict[str, Any]  # one line of JSON


class Writer:
    """One writer: what it believes of each stream, and its own choice of what to do next."""

    def __init__(self, log: Log, name: str) -> None:
        self._log = log
        self._name = name
        self._chance = random.Random(name)
        self._believed: dict[UUID, int] = {}
        self._attempts = 0

    async def answers(self) -> AsyncIterator[Answer]:
        for n in range(COMMANDS):
            shared = self._chance.random() < 0.2
            key = f"shared {self._chance.randrange(SHARED)}" if shared else f"{self._name} {n}"
            written = self._streams(of=random.Random(key))
            yield await self._stored(key, written)
            if self._chance.random() < 0.2:
                yield await self._stored(key, written)
            if self._chance.random() < 0.1:
                yield await self._refused(key)

    def _streams(self, of: random.Random) -> dict[UUID, int]:
        """How many events for which streams, the last of them only leaned on; the same for everybody with a key."""
        one = of.choice(HOT if of.random() < 0.4 else STREAMS)
        another, leaned_on = of.sample([stream for stream in STREAMS if stream != one], 2)
        return {one: of.randint(1, 3), another: of.randint(0, 1), leaned_on: 0}

    async def _stored(self, key: str, written: dict[UUID, int]) -> Answer:
        """Decided again on what is there, until it is stored or found to be: the end of every command."""
        conflicts = 0
        while True:
            command = self._command(key, written)
            try:
                outcome = await self._log.append(command)
            except StreamMoved as moved:
                conflicts += 1
                self._believed[moved.stream] = moved.actual
            else:
                return self._told(command, outcome, conflicts)

    def _told(self, command: Command, outcome: Outcome, conflicts: int) -> Answer:
        if not outcome.repeat:
            for envelope in command.events:
                self._believed[UUID(envelope.key)] = envelope.version
        return {
            "key": command.key,
            "position": outcome.position,
            "answer": outcome.answer.decode(),
            "repeat": outcome.repeat,
            "events": [str(envelope.id) for envelope in command.events],
            "conflicts": conflicts,
        }

    async def _refused(self, key: str) -> Answer:
        try:
            await self._log.append(self._command(key, {uuid4(): 1}, request=b"something else"))
        except KeyReused:
            return {"key": key, "refused": True}
        return {"key": key, "refused": False}

    def _command(self, key: str, written: dict[UUID, int], request: bytes = b"") -> Command:
        self._attempts += 1
        streams = [(stream, self._believed.get(stream, 0), events) for stream, events in written.items()]
        return Command(
            client=CLIENT,
            key=key,
            request=request or sha256(key.encode()).digest(),
            answer=f"{self._name}, attempt {self._attempts}".encode(),
            events=tuple(
                captured(stream, version + n)
                for stream, version, events in streams
                for n in range(1, events + 1)
            ),
            expected={stream: version for stream, version, events in streams if not events},
        )


def captured(stream: UUID, version: int) -> Envelope:
    now = datetime(2026, 6, 3, 9, 30, tzinfo=UTC)
    return Envelope(
        id=uuid4(),
        source="safety/330111",
        type=HazardCaptured.TYPE,
        subject=f"hazard/{stream}",
        time=now,
        dataschema=dataschema(HazardCaptured),
        version=version,
        occurredat=now,
        actor="p-9",
        role="TWO",
        division="330111005000",
        policyversion="2026.1",
        calendarversion="2026.1",
        data={"source": "GRID", "place": "3号车间"},
    )


async def write(dsn: str, process: str) -> None:
    async with writer_pool(dsn, patience=PATIENCE) as pool:
        log = Log(pool)

        async def report(writer: Writer) -> None:
            async for answer in writer.answers():
                sys.stdout.write(json.dumps(answer) + "\n")

        await asyncio.gather(*(report(Writer(log, f"{process}/{n}")) for n in range(WRITERS)))


if __name__ == "__main__":
    asyncio.run(write(*sys.argv[1:]))
