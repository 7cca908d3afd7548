"""记分政策 · What towns and enterprises are scored by: figures of indicators, weights, floors and targets."""

from typing import Self

from pydantic import Field, model_validator

from services.hazard.policy.section import Section


class ScorecardItem(Section):
    """记分项 · A figure such as N05.rate: 0 points at the floor, 100 at the target, whichever of them is greater."""

    name: str
    value: str = Field(pattern=r"^N[0-9]{2}\.[a-z_]+$")
    weight: int = Field(ge=1)
    floor: float
    target: float

    @model_validator(mode="after")
    def leads_somewhere(self) -> Self:
        """底线不得等于目标 · Between them there is a line."""
        if self.floor == self.target:
            raise ValueError("底线不得等于目标")
        return self


class Scorecard(Section):
    """记分卡 · Its name and its items."""

    name: str
    items: tuple[ScorecardItem, ...] = Field(min_length=1)


class Scorecards(Section):
    """各类记分卡 · One for towns, one for enterprises."""

    town: Scorecard
    enterprise: Scorecard
