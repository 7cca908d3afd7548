"""规模 · How long and how large each measure is: whole, quick, or as small as a test needs."""

from dataclasses import dataclass

YARDSTICK_CLIENTS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """规模 · Seconds are of one repetition; `growth` are sizes of the log in events, smallest first."""

    repetitions: int = 3
    clients: tuple[int, ...] = (32, 1, 64)
    seconds: float = 3.0
    seconds_beside: float = 2.0
    append_commands: int = 2048
    latency_seconds: float = 20.0
    latency_rate: float = 500.0
    load_lengths: tuple[int, ...] = (20, 200, 2000)
    load_times: int = 50
    growth: tuple[int, ...] = (10_000, 100_000, 1_000_000)
    growth_commands: int = 500
    writers_seconds: float = 5.0

    def seconds_of(self, clients: int) -> float:
        """时长 · The number of clients that is compared is measured longest."""
        return self.seconds if clients == YARDSTICK_CLIENTS else self.seconds_beside


WHOLE = Size()
FULL = Size(growth=(*WHOLE.growth, 10_000_000))
QUICK = Size(
    seconds=0.25,
    seconds_beside=0.1,
    append_commands=384,
    latency_seconds=1.5,
    load_times=10,
    growth=(10_000, 100_000),
    growth_commands=40,
    writers_seconds=1.0,
)
TINY = Size(
    repetitions=1,
    clients=(32, 1),
    seconds=0.2,
    seconds_beside=0.1,
    append_commands=128,
    latency_seconds=0.5,
    latency_rate=50,
    load_lengths=(20, 60),
    load_times=3,
    growth=(600, 1200),
    growth_commands=5,
    writers_seconds=0.2,
)
