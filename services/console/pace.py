"""速度 · How many events a second each read model has taken in, from what was seen of it: the API's own rate where it tells one. PURE."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

SEEN = 6  # looks back: about ten seconds

Json = Mapping[str, Any]  # an answer of the API


@dataclass(slots=True)
class Pace:
    """速度 · Remembers where each stood and when."""

    looks: dict[tuple[str, int], deque[tuple[datetime, int]]] = field(default_factory=dict)

    def saw(self, listed: Iterable[Json]) -> None:
        """所见 · One look at all of them."""
        for each in listed:
            if each["seen_at"] is not None:
                looks = self.looks.setdefault(_key(each), deque(maxlen=SEEN))
                looks.append((datetime.fromisoformat(each["seen_at"]), each["position"]))

    def of(self, each: Json) -> float:
        """速度 · Events a second over the last looks; what the API says goes before."""
        if each.get("rate") is not None:
            return float(each["rate"])
        looks = self.looks.get(_key(each), deque())
        if len(looks) < 2:  # noqa: PLR2004  # one look says nothing of speed
            return 0.0
        (since, first), (until, last) = looks[0], looks[-1]
        seconds = (until - since).total_seconds()
        return (last - first) / seconds if seconds > 0 else 0.0


def _key(each: Json) -> tuple[str, int]:
    return each["name"], each["version"]
