"""企业亮灯 · Green, yellow or red, and why: what an official sees of an enterprise before the file is read.

A light says how what is owed stands today; the risk colour is something else, given by people for a longer time.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field

from contracts.values import Level, Named, Status
from services.projections.status import RECTIFIED, UNCOUNTED


class LightColour(Named):
    """亮灯 · In the order in which they are looked at first."""

    RED = "RED", "红灯"
    YELLOW = "YELLOW", "黄灯"
    GREEN = "GREEN", "绿灯"


class Reason(BaseModel):
    """亮灯事由 · One rule that holds, and the hazards by which it does."""

    colour: LightColour
    rule: str = Field(description="事由")
    hazards: list[str] = Field(description="隐患编号")


class Light(BaseModel):
    """亮灯 · The gravest colour of its reasons; green has none."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "colour": "YELLOW",
                    "colour_name": "黄灯",
                    "reasons": [
                        {
                            "colour": "YELLOW",
                            "rule": "一般隐患逾期未整改",
                            "hazards": ["HZ-330111-2026-000123"],
                        }
                    ],
                }
            ]
        }
    )

    colour: LightColour
    colour_name: str
    reasons: list[Reason]


class Standing(Protocol):
    """隐患现状 · What a light reads of a hazard."""

    @property
    def number(self) -> str:
        """编号 · By which it is named."""

    @property
    def status(self) -> Status:
        """状态 · How it stands."""

    @property
    def level(self) -> Level:
        """等级 · How grave it is."""

    @property
    def overdue(self) -> bool:
        """逾期 · On the day asked for."""

    @property
    def tries(self) -> int:
        """轮次 · How many rounds it has taken so far."""


def light_of(hazards: Sequence[Standing]) -> Light:
    """亮灯 · By the hazards of one enterprise as they stand on the day they were looked at."""
    reasons = list(_reasons([each for each in hazards if each.status not in UNCOUNTED]))
    order = list(LightColour)
    colour = min((each.colour for each in reasons), key=order.index, default=LightColour.GREEN)
    return Light(colour=colour, colour_name=colour.zh, reasons=reasons)


def _reasons(hazards: Sequence[Standing]) -> Iterator[Reason]:
    open_now = [each for each in hazards if each.status not in RECTIFIED]
    major = [each for each in open_now if each.level is Level.MAJOR]
    general = [each for each in open_now if each.level is not Level.MAJOR]
    rules = (
        (LightColour.RED, "重大隐患逾期未整改", [each for each in major if each.overdue]),
        (
            LightColour.RED,
            "复查不合格或复发后再次逾期",
            [each for each in general if each.overdue and each.tries > 1],
        ),
        (
            LightColour.YELLOW,
            "一般隐患逾期未整改",
            [each for each in general if each.overdue and each.tries <= 1],
        ),
        (LightColour.YELLOW, "重大隐患尚未复查合格", [each for each in major if not each.overdue]),
        (
            LightColour.YELLOW,
            "复查不合格或复发后尚未复查合格",
            [each for each in general if each.tries > 1 and not each.overdue],
        ),
    )
    for colour, rule, those in rules:
        if those:
            yield Reason(colour=colour, rule=rule, hazards=[each.number for each in those])
