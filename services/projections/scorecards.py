"""记分卡 · Score = Σ weight × f(indicator) ÷ Σ weight, f linear from 0 at the floor to 100 at the target. PURE.

Weights, floors and targets are policy data ([scorecards]); an indicator with nothing to divide by is left out of both sums.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from services.projections.indicators import Figures, Value, rounded

FULL = Decimal(100)


@dataclass(frozen=True, slots=True)
class Item:
    """记分项 · A figure of an indicator, its weight, and where its points begin and end."""

    name: str
    value: str  # such as N05.rate
    weight: Decimal
    floor: Decimal
    target: Decimal

    def points(self, value: Value) -> Decimal | None:
        """得分 · 0 to 100, linear between floor and target, whichever of them is greater; None without a value."""
        if value is None:
            return None
        share = (Decimal(str(value)) - self.floor) / (self.target - self.floor)
        return FULL * min(max(share, Decimal(0)), Decimal(1))


@dataclass(frozen=True, slots=True)
class Card:
    """记分卡 · A name and its items."""

    name: str
    items: Sequence[Item]

    def score(
        self, figures: Mapping[str, Figures]
    ) -> tuple[float | None, list[tuple[Item, Value, float | None]]]:
        """总分 · Two decimals, and each item with its value and points; None when no item has a value."""
        told: list[tuple[Item, Value, float | None]] = []
        weighed, weights = Decimal(0), Decimal(0)
        for item in self.items:
            group, _, name = item.value.partition(".")
            value = figures[group][name]
            points = item.points(value)
            told.append((item, value, None if points is None else rounded(points)))
            if points is not None:
                weighed, weights = weighed + item.weight * points, weights + item.weight
        return (rounded(weighed / weights) if weights else None), told


def card_of(content: Mapping[str, Any]) -> Card:  # Any: a table of policy data, validated where it is kept
    """读取 · A card from its policy data."""
    return Card(
        content["name"],
        [
            Item(
                each["name"],
                each["value"],
                *(Decimal(str(each[key])) for key in ("weight", "floor", "target")),
            )
            for each in content["items"]
        ],
    )


def ranked(scores: Mapping[str, float | None]) -> dict[str, int | None]:
    """名次 · 1 for the highest; equals share a place; without a score there is none."""
    have = [score for score in scores.values() if score is not None]
    return {
        key: None if score is None else 1 + sum(other > score for other in have)
        for key, score in scores.items()
    }
