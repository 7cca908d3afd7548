"""资金 · What putting right has cost, what plans set aside for it, and what was paid as a penalty. PURE."""

from collections.abc import Sequence

from pydantic import BaseModel, Field

from services.projections.cases import CaseLine
from services.projections.enterprise_hazards import Hazard
from services.projections.status import UNCOUNTED


class Funds(BaseModel):
    """方案资金 · What the plan of a major hazard says of its money and material: words, as it was filed."""

    number: str | None = Field(description="隐患编号")
    in_place: bool = Field(description="资金到位")
    content: str


class Cost(BaseModel):
    """资金 · Money in fen; what plans set aside is told in words, no event gives it as a number."""

    rectification: int = Field(description="整改资金合计，单位分：各隐患最近一次填报的")
    reported: int = Field(description="填报了整改资金的隐患数")
    funds: list[Funds] = Field(description="治理方案中的资金保障")
    fines: int | None = Field(description="罚款决定数额合计，单位分；案件不供查阅的为 null")
    paid: int | None = Field(description="已缴，单位分")
    outstanding: int | None = Field(description="尚欠，单位分：最近一次缴款记录或者决定所示")


def cost_of(hazards: Sequence[Hazard], cases: Sequence[CaseLine] | None) -> Cost:
    """资金 · Of everything on file; what counts for nothing costs nothing."""
    counted = [hazard for hazard in hazards if hazard.status not in UNCOUNTED]
    known = [hazard.cost for hazard in counted if hazard.cost is not None]
    return Cost(
        rectification=sum(known),
        reported=len(known),
        funds=[funds for hazard in counted if (funds := _funds(hazard))],
        fines=None if cases is None else sum(case.fine or 0 for case in cases),
        paid=None if cases is None else sum(case.paid for case in cases),
        outstanding=None if cases is None else sum(case.outstanding or 0 for case in cases),
    )


def _funds(hazard: Hazard) -> Funds | None:
    """Of the last plan that was filed."""
    said = next((draft.plan["funds"] for draft in reversed(hazard.plans) if draft.plan), None)
    return Funds(number=hazard.number, **said) if said else None
