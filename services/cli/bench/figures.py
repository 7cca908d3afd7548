"""数据 · The figures of a run: each taken several times, its median told; what went wrong, told too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any

from services.cli.bench.jobs import Result

DIGITS = 3


@dataclass(slots=True)
class Figures:
    """数据 · A list of values for each key; a dot in a key is nesting."""

    taken: dict[str, list[float]] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)  # any JSON: what the machine and the servers are
    errors: list[str] = field(default_factory=list)

    def add(self, key: str, value: float) -> None:
        """记一次 · One value more of a figure."""
        self.taken.setdefault(key, []).append(value)

    def of(self, key: str) -> float | None:
        """中位数 · The median of what was taken; None if it was not measured."""
        return median(self.taken[key]) if key in self.taken else None

    def ratio(self, one: str, other: str) -> float | None:
        """比值 · One median by another; None unless both were measured."""
        above, below = self.of(one), self.of(other)
        return above / below if above is not None and below else None

    def complain(self, what: str, result: Result) -> None:
        """报错 · Answers that were no success make a run invalid."""
        if result.errors:
            self.errors.append(f"{what}: {result.errors} × {result.complaint}")

    def add_requests(self, key: str, result: Result) -> None:
        """记请求 · Rate and latencies of a load."""
        self.complain(key, result)
        self.add(f"{key}_rps", result.rps)
        if result.latencies_ms:
            self.add(f"{key}_p50_ms", percentile(result.latencies_ms, 50))
            self.add(f"{key}_p99_ms", percentile(result.latencies_ms, 99))

    def medians(self) -> dict[str, float]:
        """中位数 · Of every figure, under its flat key."""
        return {key: rounded(median(values)) for key, values in self.taken.items()}


def percentile(values: Sequence[float], percent: int) -> float:
    """百分位数 · Of any number of values, in their own unit."""
    if len(values) == 1:
        return values[0]
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def rounded(value: float) -> float:
    """取整 · As many digits as anybody believes."""
    return round(value) if abs(value) >= 100 else round(value, DIGITS)  # noqa: PLR2004 — three digits either way


def nest(flat: Mapping[str, Any]) -> dict[str, Any]:
    """展开 · {"http.ours_rps": 1} becomes {"http": {"ours_rps": 1}}."""
    whole: dict[str, Any] = {}
    for key, value in flat.items():
        *folders, name = key.split(".")
        inside = whole
        for folder in folders:
            inside = inside.setdefault(folder, {})
        inside[name] = value
    return whole
