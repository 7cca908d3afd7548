"""检查事由 · What a visit or a hazard is for: the campaign and the service plan that it names, read and leaned on."""

from datetime import date
from operator import attrgetter
from uuid import UUID

from contracts.values import VisitKind
from services.hazard import campaign
from services.hazard.campaign import Campaign
from services.hazard.handling import Handling
from services.hazard.recalling import Kind, NotFound
from services.hazard.service_plan.evolving import evolve
from services.hazard.service_plan.serving import check_serves
from services.hazard.service_plan.state import ServicePlan
from services.hazard.store import stream_of

CAMPAIGN = Kind("campaign", Campaign(), campaign.evolve, place=attrgetter("place"))
SERVICE_PLAN = Kind("service-plan", ServicePlan(), evolve, place=attrgetter("division"))

Leans = dict[UUID, int]


async def on_campaign(
    handling: Handling, key: str | None, division: str, on: date, *, ahead: bool = False
) -> Leans:
    """归入专项行动 · What a decision leans on that belongs to a campaign; `ahead`: it is only planned for that day.

    Raises NotFound, CampaignNotRunning, OutsideCampaign.
    """
    if key is None:
        return {}
    state = await handling.lean_on(CAMPAIGN, key)
    if state.stage is None:
        raise NotFound("专项行动")
    campaign.check_belongs(state, division, on, ahead=ahead)
    return {stream_of(CAMPAIGN.subject(key)): state.version}


async def on_plan(handling: Handling, key: str | None, enterprise: str, kind: VisitKind, on: date) -> Leans:
    """列入服务计划 · What a visit leans on that stands under a plan. Raises NotFound, NotUnderThisPlan."""
    if key is None:
        return {}
    state = await handling.lean_on(SERVICE_PLAN, key)
    if state.enterprise is None:
        raise NotFound("服务计划")
    check_serves(state, enterprise, kind, on)
    return {stream_of(SERVICE_PLAN.subject(key)): state.version}
