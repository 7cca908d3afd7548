"""给定 · An event with three versions that no production event has yet, and what its makers would add with each."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from contracts.envelope import Data, Envelope, Event
from services.hazard.recalling import Kind

FOLDER = Path(__file__).parents[1] / "contracts" / "made_up"


def in_millimetres(data: Mapping[str, Any]) -> Data:
    """Version 1 said the depth in words: 1.2 m."""
    metres = float(data["depth"].removesuffix(" m"))
    return {"depth_mm": round(metres * 1000), **{name: data[name] for name in data if name != "depth"}}


def by_whom_it_was_known(data: Mapping[str, Any]) -> Data:
    """Up to version 2 there was one way to know."""
    return {**data, "method": "dipstick"}


class TankDipped(Event):
    """液位测量 · Somebody looked how full a tank was."""

    TYPE: ClassVar[str] = "tank.dipped"
    VERSION: ClassVar[int] = 3
    STEPS = (in_millimetres, by_whom_it_was_known)
    tank: str
    depth_mm: int
    method: str


@dataclass(frozen=True, slots=True)
class Tank:
    """How deep at most, and by which methods it was known."""

    version: int = 0
    deepest: int = 0
    methods: tuple[str, ...] = ()


def evolve(state: Tank, event: TankDipped, envelope: Envelope) -> Tank:
    return Tank(envelope.version, max(state.deepest, event.depth_mm), (*state.methods, event.method))


TANK = Kind("tank", Tank(), evolve)
