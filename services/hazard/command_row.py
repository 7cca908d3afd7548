"""命令行目 · What every command of every aggregate is written as: one row of an explicit table."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from contracts.envelope import Event
from services.hazard.occasion import Ask


@dataclass(frozen=True, slots=True)
class CommandRow:
    """命令 · One row: the path under the thing it changes, the ask, the rule, the words for people."""

    path: str
    ask: type[Ask]
    # Any: each rule takes the state of its aggregate and its own ask; the row pairs them.
    rule: Callable[[Any, Any, Any], tuple[Event, ...]]
    title: str
