"""快慢 · How many events a second a reader has taken in of late, and how long its last batch took."""

import time
from collections import deque
from dataclasses import dataclass, field

OF_LATE = 10.0  # seconds


@dataclass(slots=True)
class Pace:
    """快慢 · Batches of the last seconds: when each ended, by a clock that only goes forward, and its events."""

    seconds: float = 0.0
    batches: deque[tuple[float, int]] = field(default_factory=deque)

    def begin(self) -> float:
        """开始 · A batch begins; gives what `end` is told."""
        return time.perf_counter()

    def end(self, began: float, events: int) -> None:
        """结束 · The batch is in."""
        now = time.perf_counter()
        self.seconds = now - began
        self.batches.append((now, events))
        self._forget(now)

    def rate(self) -> float:
        """速率 · Events a second over the last ten seconds."""
        self._forget(time.perf_counter())
        return sum(events for _, events in self.batches) / OF_LATE

    def _forget(self, now: float) -> None:
        while self.batches and self.batches[0][0] < now - OF_LATE:
            self.batches.popleft()
