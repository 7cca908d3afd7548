"""负载发生器 · The load generator, a process of its own: raw asyncio protocols on uvloop, no HTTP library.

Requests are bytes before the clock starts; of an answer only the status and the length are read. It reads jobs from
its standard input and writes results to its standard output.
"""

import asyncio
import gc
import re
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from typing import cast

import uvloop

from services.cli.bench.jobs import JOB, RESULT, Job, Result
from services.cli.bench.wire import length_of, requests

HOST = "127.0.0.1"
POSITION = re.compile(rb"x-position: [^:\r]+:(\d+)", re.IGNORECASE)
STATUS_AT = 9  # HTTP/1.1 201
SUCCESS = ord("2")
LONGEST_COMPLAINT = 400
GRACE = 30.0  # seconds an answer may take when the job is over


@dataclass(slots=True)
class Tally:
    """记数 · What all clients of a job share: what is left to send, and what came back."""

    waiting: deque[bytes]
    deadline: float = 0.0
    paced: bool = False
    under_way: int = 0
    sent: int = 0
    errors: int = 0
    complaint: str = ""
    last: float = 0.0
    latencies: list[float] = field(default_factory=list)
    heads: list[tuple[bytes, float]] = field(default_factory=list)
    idle: deque["Client"] = field(default_factory=deque)
    finished: asyncio.Event = field(default_factory=asyncio.Event)

    def complain(self, answer: bytes) -> None:
        """抱怨 · An answer that is no success, or a connection that was closed."""
        self.errors += 1
        self.complaint = self.complaint or answer[:LONGEST_COMPLAINT].decode("utf-8", "replace")


class Client(asyncio.Protocol):
    """客户 · One connection that stays open; one request under way at a time."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._received = b""
        self._sent_at = 0.0
        self._busy = False
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)  # uvloop's own is no subclass of it

    def begin(self, since: float) -> None:
        """发送 · The next request; `since` is when it was due."""
        assert self._transport is not None
        tally = self._tally
        self._sent_at = since
        self._busy = True
        tally.sent += 1
        tally.under_way += 1
        self._transport.write(tally.waiting.popleft())

    def data_received(self, data: bytes) -> None:
        received = self._received + data if self._received else data
        length = length_of(received)
        if not length or len(received) < length:
            self._received = received
            return
        self._received = b""
        self._answered(received, time.monotonic())

    def _answered(self, answer: bytes, now: float) -> None:
        tally = self._tally
        self._busy = False
        tally.under_way -= 1
        tally.last = now
        if answer[STATUS_AT] == SUCCESS:
            tally.latencies.append(now - self._sent_at)
            if tally.paced:
                tally.heads.append((answer, now))
        else:
            tally.complain(answer)
        if tally.paced:
            tally.idle.append(self)
            if not tally.waiting and not tally.under_way:
                tally.finished.set()
        elif tally.waiting and now < tally.deadline:
            self.begin(now)
        elif not tally.under_way:
            tally.finished.set()

    def connection_lost(self, error: Exception | None) -> None:
        if self._busy:
            self._busy = False
            self._tally.under_way -= 1
            self._tally.complain(f"connection closed: {error}".encode())
        if not self._tally.under_way:
            self._tally.finished.set()

    def close(self) -> None:
        """关闭 · The job is over."""
        assert self._transport is not None
        self._transport.close()


async def run(job: Job) -> Result:
    """执行 · Connects every client, makes every request, then starts the clock."""
    once = list(requests(job.lines, [body.encode() for body in job.bodies], token=job.token))
    tally = Tally(deque(once * job.times), paced=job.rate is not None)
    loop = asyncio.get_running_loop()
    clients = [
        (await loop.create_connection(lambda: Client(tally), HOST, job.port))[1] for _ in range(job.clients)
    ]
    gc.collect()
    gc.disable()  # a collection of all these requests would be measured as an answer that was late
    began, cpu = time.monotonic(), time.process_time()
    if job.rate is None:
        _let_loose(clients, tally, began + job.seconds)
    else:
        await _pace(clients, tally, job.rate)
    async with asyncio.timeout(job.seconds + GRACE):
        await tally.finished.wait()
    seconds = tally.last - began
    cpu = (time.process_time() - cpu) / max(seconds, 1e-9)
    gc.enable()
    for client in clients:
        client.close()
    return _result(tally, seconds, cpu)


def _let_loose(clients: list[Client], tally: Tally, deadline: float) -> None:
    tally.deadline = deadline
    for client in clients:
        if tally.waiting:
            client.begin(time.monotonic())


async def _pace(clients: list[Client], tally: Tally, rate: float) -> None:
    """Every request at its instant; one that finds all clients busy goes as soon as one is free, and counts from when it was due."""
    # Who has been idle longest goes first: a server closes a connection that says nothing for some seconds.
    tally.idle = deque(clients)
    began = time.monotonic()
    due = 0
    while tally.waiting:
        now = time.monotonic()
        while tally.waiting and tally.idle and began + due / rate <= now:
            tally.idle.popleft().begin(began + due / rate)
            due += 1
        await asyncio.sleep(0.001)  # what the event loop can tell apart


def _result(tally: Tally, seconds: float, cpu: float) -> Result:
    found = ((POSITION.search(answer), at) for answer, at in tally.heads)
    return Result(
        done=len(tally.latencies),
        sent=tally.sent,
        errors=tally.errors,
        complaint=tally.complaint,
        seconds=seconds,
        cpu=cpu,
        latencies_ms=[round(latency * 1000, 4) for latency in tally.latencies],
        accepted=[(int(match[1]), at) for match, at in found if match is not None],
    )


def main() -> None:
    """入口 · Job after job until the input ends."""
    for line in sys.stdin:
        result = uvloop.run(run(JOB.validate_json(line)))
        sys.stdout.buffer.write(RESULT.dump_json(result) + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
