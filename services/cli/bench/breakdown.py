"""时间去处 · Where the time of one creation goes: each step alone, over and over, in this process; microseconds."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from statistics import median
from uuid import uuid4

from contracts.envelope import encode
from services import tokens
from services.attachments import Attachments
from services.authentication import Authenticator
from services.cli.bench import lives
from services.cli.bench.figures import Figures
from services.cli.bench.growth import sender
from services.cli.bench.lengths import now
from services.cli.bench.size import Size
from services.cli.bench.stand import Stand
from services.hazard.api import guarding
from services.hazard.api.sending import Sent, answer
from services.hazard.handling import Done, Handling, envelop
from services.hazard.hazards import ENTERPRISE
from services.hazard.lifecycle import reporting
from services.hazard.lifecycle.state import Hazard
from services.hazard.policy import read_policy
from services.hazard.policy.publishing import Policies
from services.hazard.store import Log

TOGETHER = 32


@dataclass(frozen=True, slots=True)
class Bench:
    """材料 · One creation in all its stages."""

    stand: Stand
    log: Log
    enterprise: str

    def pure(self) -> dict[str, Callable[[], object]]:
        """纯计算步骤 · Token, body, sender, rule, envelope, bytes, answer."""
        body = json.dumps(lives.bodies([self.enterprise])[0], ensure_ascii=False).encode()
        ask = reporting.CaptureHazard.model_validate_json(body)
        caller_of = Authenticator(tokens.trusted_keys(self.stand.places.root, None), now=now)
        authorization = f"Bearer {self.stand.token}"
        caller = caller_of.proved(authorization)
        sent = Sent(caller, str(uuid4()), None, None, None, now())
        occasion = Handling(self.log, read_policy(), now).occasion(sender(), Policies())
        (event,) = reporting.capture_hazard(Hazard(), ask, occasion)
        subject = f"hazard/{uuid4()}"
        envelope = envelop(sender(), occasion, subject, 1, event, lives.TOWN)
        told = Done(
            answer={"id": str(uuid4()), "version": 1, "events": [event.TYPE]}, position=1, repeat=False
        )
        return {
            "token": lambda: caller_of.proved(authorization),
            "body": lambda: reporting.CaptureHazard.model_validate_json(body),
            "sender": lambda: sent.creating("capture-hazard", ask),
            "rule": lambda: reporting.capture_hazard(Hazard(), ask, occasion),
            "envelope": lambda: envelop(sender(), occasion, subject, 1, event, lives.TOWN),
            "encode": lambda: encode(envelope),
            "answer": lambda: answer(told, uuid4(), created_at="/api/v1/hazards"),
        }

    def awaited(self) -> dict[str, Callable[[], Awaitable[object]]]:
        """要等的步骤 · Free text, reading a state from PostgreSQL, appending alone."""
        attachments = Attachments.at(self.stand.places.root)
        ask = reporting.CaptureHazard.model_validate(lives.bodies([self.enterprise])[0])
        handling = Handling(self.log, read_policy(), now)
        return {
            "guarding": lambda: guarding.check(ask, attachments),
            "read": lambda: handling.read(ENTERPRISE, self.enterprise),
            "append_alone": self._append,
        }

    async def _append(self) -> None:
        (command,) = self.stand.lives.commands([1])
        await self.log.append(command)

    async def together(self) -> None:
        """一起追加 · As many as there are clients, at one moment."""
        await asyncio.gather(*(self._append() for _ in range(TOGETHER)))


async def measure(stand: Stand, size: Size, figures: Figures, told: Callable[[str], None]) -> None:
    """测量 · The median of each step; `append_of_32` is a command's share of thirty-two appended together."""
    async with stand.fresh_log("breakdown") as log:
        (enterprise,) = await lives.make_enterprises(log, 1)
        bench = Bench(stand, log, enterprise)
        for number in range(size.repetitions):
            told(f"时间去处，第 {number + 1} 次 · where the time goes, take {number + 1}")
            for name, step in bench.pure().items():
                figures.add(f"breakdown.{name}_us", _each(step, size.growth_commands))
            for name, awaited in bench.awaited().items():
                figures.add(f"breakdown.{name}_us", await _each_awaited(awaited, size.growth_commands))
            share = await _each_awaited(bench.together, max(2, size.growth_commands // TOGETHER)) / TOGETHER
            figures.add(f"breakdown.append_of_{TOGETHER}_us", share)


def _each(step: Callable[[], object], times: int) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        step()
        taken.append(time.perf_counter() - began)
    return median(taken) * 1_000_000


async def _each_awaited(step: Callable[[], Awaitable[object]], times: int) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        await step()
        taken.append(time.perf_counter() - began)
    return median(taken) * 1_000_000
