"""示例阶段 · The stages a ledger can express, how common each is, and how long ago its visit was."""

from enum import Enum
from random import Random
from typing import TypeVar


class Staged(Enum):
    """阶段 · Weight among the hazards of its level, days since the visit (newest, oldest), officers needed."""

    weight: int
    newest: int
    oldest: int
    needs_officers: bool

    def __init__(self, _: str, weight: int, newest: int, oldest: int, needs_officers: bool = False) -> None:
        self.weight, self.newest, self.oldest, self.needs_officers = weight, newest, oldest, needs_officers


class Stage(Staged):
    """一般隐患阶段 · Of a general hazard."""

    CLOSED = "已销号", 60, 28, 178
    SPOT = "当场整改", 3, 6, 170, True
    VERIFIED = "复查合格", 5, 18, 40
    FAILED = "复查不合格", 4, 18, 45
    SUBMITTED = "待复查", 9, 10, 24
    ORDERED = "整改中", 11, 0, 11
    OVERDUE = "已逾期", 8, 24, 60


class MajorStage(Staged):
    """重大隐患阶段 · Of a major hazard."""

    CLOSED = "已销号", 2, 90, 175, True
    RECTIFYING = "整改中", 1, 25, 40, True
    SUBMITTED = "待复查", 1, 48, 60, True
    PLAN_FILED = "方案已报", 1, 14, 20, True
    PLAN_REQUIRED = "待方案", 1, 5, 10, True
    REGISTERED = "已登记", 1, 0, 4, True


AnyStage = TypeVar("AnyStage", bound=Staged)


def quota(stages: tuple[AnyStage, ...], number: int, chance: Random) -> list[AnyStage]:
    """配额 · So many hazards spread over the stages by weight, each stage at least once if there is room."""
    total = sum(stage.weight for stage in stages)
    counts = dict.fromkeys(stages[:number], 1)
    while sum(counts.values()) < number:
        wanting = max(counts, key=lambda stage: stage.weight * number / total - counts[stage])
        counts[wanting] += 1
    spread = [stage for stage, count in counts.items() for _ in range(count)]
    chance.shuffle(spread)
    return spread
