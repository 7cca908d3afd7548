"""吞吐量 · Creations and loading commands over HTTP beside what they are measured by, one repetition of each in turn."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid4

import psutil

from services.cli.bench import lives, web
from services.cli.bench.figures import Figures
from services.cli.bench.jobs import Job, Result
from services.cli.bench.size import YARDSTICK_CLIENTS, Size
from services.cli.bench.stand import Stand

CAPTURE = "POST /api/v1/hazards"
CLASSIFY = '{"level": "GENERAL", "category": "B04", "cause": "CONDITION"}'
WARMING = 0.3  # seconds
FIRST_GUESS = {
    "bare_noop": 12_000.0,
    "trivial": 60_000.0,
    "stock": 2_000.0,
}  # requests a second, where it is not 8,000
ROOM = 1.5
STORING = frozenset({"ours", "loading", "stock"})
DIFFERENT = 500  # requests to a server that stores nothing; it gets them again and again

Line = tuple[str, dict[str, str]]
Told = Callable[[str], None]


@dataclass(slots=True)
class Loads:
    """负载 · Makes the jobs: as many requests as the fastest run so far would need, each with a key of its own."""

    stand: Stand
    bodies: list[str] = field(init=False)
    fastest: dict[str, float] = field(default_factory=lambda: dict(FIRST_GUESS))
    hazards: list[UUID] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.bodies = [json.dumps(body, ensure_ascii=False) for body in lives.bodies(self.stand.enterprises)]

    async def prepare(self, kind: str, clients: int, seconds: float) -> Job:
        """备一次 · Requests of one kind: ours, loading, noop, short_noop, bare_noop, stock or trivial. The relay has to run."""
        how_many = int(self.fastest.get(kind, 8000.0) * seconds * ROOM) + 2 * clients
        times = 1 if kind in STORING else how_many // DIFFERENT + 1
        lines = await self._lines(kind, how_many if kind in STORING else DIFFERENT)
        await self.stand.caught_up()
        return Job(
            port=self.stand.ports[{"stock": "stock", "trivial": "trivial"}.get(kind, "web")],
            lines=lines,
            bodies={"loading": [CLASSIFY], "bare_noop": [""]}.get(kind, self.bodies),
            token=self.stand.token,
            clients=clients,
            seconds=seconds,
            times=times,
        )

    async def paced(self, rate: float, clients: int, seconds: float) -> Job:
        """备定速一次 · Creations that fall due at a rate."""
        job = await self.prepare("ours", clients, seconds)
        lines = [(CAPTURE, _key()) for _ in range(int(rate * seconds))]
        return replace(job, lines=lines, rate=rate)

    async def run(self, kind: str, job: Job) -> Result:
        """执行 · One repetition."""
        result = await self.stand.load(job)
        self.fastest[kind] = max(result.rps, 100.0)
        if kind == "loading":
            del self.hazards[: result.sent]
        return result

    async def _lines(self, kind: str, how_many: int) -> list[Line]:
        if kind == "loading":
            await self.provide(how_many)
            return [
                (f"POST /api/v1/hazards/{hazard}/classify", {"If-Match": f'"{lives.REGISTERED}"'} | _key())
                for hazard in self.hazards[:how_many]
            ]
        line = {
            "noop": f"POST {web.NOOP}",
            "short_noop": f"POST {web.SHORT}",
            "bare_noop": f"GET {web.BARE}",
        }.get(kind, CAPTURE)
        return [(line, _key()) for _ in range(how_many)]

    async def provide(self, how_many: int) -> None:
        """备足 · Hazards that the web process has never seen, each to be changed once."""
        missing = how_many - len(self.hazards)
        if missing > 0:
            self.hazards += await lives.make_hazards(self.stand.log, self.stand.lives, missing)


def _key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid4())}


async def measure(stand: Stand, size: Size, figures: Figures, told: Told) -> None:
    """测量 · Every kind in turn, so that what drifts on the machine drifts for all; then again, and for more clients."""
    loads = Loads(stand)
    for kind in ("trivial", "bare_noop", "short_noop", "noop", "ours", "loading", "stock"):
        await loads.run(kind, await loads.prepare(kind, YARDSTICK_CLIENTS, WARMING))
    for clients in size.clients:
        for number in range(size.repetitions):
            told(f"{clients} 个客户端，第 {number + 1} 次 · {clients} clients, take {number + 1}")
            await take(loads, clients, size.seconds_of(clients), figures)
    figures.taken["http.p99_ms"] = list(figures.taken.get("http.ours_p99_ms", []))


async def take(loads: Loads, clients: int, seconds: float, figures: Figures) -> None:
    """一轮 · Each kind once with the relay running, then what writes to the log once more with it paused."""
    at = "" if clients == YARDSTICK_CLIENTS else f"clients_{clients}."
    bare = ("short_noop", "bare_noop") if clients == YARDSTICK_CLIENTS else ()  # told for information
    for kind in ("noop", "ours", "loading", *bare, "stock"):
        job = await loads.prepare(kind, clients, seconds)
        before = used(loads.stand)
        result = await loads.run(kind, job)
        figures.add_requests(f"http.{at}{kind}", result)
        figures.add(f"cpu.{at}{kind}.generator", result.cpu)
        for name, spent in used(loads.stand).items():
            figures.add(f"cpu.{at}{kind}.{name}", max(0.0, spent - before[name]) / result.seconds)
    for kind in ("ours", "loading"):
        job = await loads.prepare(kind, clients, seconds)
        with loads.stand.relay_paused():
            figures.add_requests(f"http.{at}{kind}_paused", await loads.run(kind, job))
    result = await loads.run("trivial", await loads.prepare("trivial", clients, seconds))
    figures.complain("generator", result)
    figures.add(f"generator.{at}rps", result.rps)


def used(stand: Stand) -> dict[str, float]:
    """处理器时间 · Seconds each process of the stand has computed so far, with its children."""
    return {
        name: sum(seconds_of(one) for one in (process, *process.children(recursive=True)))
        for name, process in stand.processes.items()
        if name != "trivial"
    }


def seconds_of(process: psutil.Process) -> float:
    """单个进程 · User and system time; none of one that has just ended."""
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)
