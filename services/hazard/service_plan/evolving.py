"""服务计划演变 · The state of a plan after one more event."""

from dataclasses import replace
from typing import assert_never

from contracts.envelope import Envelope
from contracts.service_plan import (
    DutiesChanged,
    ExpertChanged,
    ExpertChangeProposed,
    ExpertChangeRefused,
    InstitutionChanged,
    ServicePlanEnded,
    ServicePlanEvent,
    ServicePlanMade,
)
from services.hazard.service_plan.state import Proposal, ServicePlan


def evolve(plan: ServicePlan, event: ServicePlanEvent, envelope: Envelope) -> ServicePlan:
    """演变 · The state after one event."""
    return replace(changed(plan, event, envelope), version=envelope.version, last_at=envelope.occurredat)


def changed(plan: ServicePlan, event: ServicePlanEvent, envelope: Envelope) -> ServicePlan:
    """变化 · What one event changes."""
    match event:
        case ServicePlanMade():
            return replace(
                plan,
                enterprise=event.enterprise,
                year=event.year,
                division=envelope.division or "",
                institution=event.institution,
                contract=event.contract,
                expert=event.expert,
                duties=event.duties,
            )
        case ExpertChangeProposed():
            proposal = Proposal(proposed_by=envelope.actor, expert=event.expert, reason=event.reason)
            return replace(plan, proposal=proposal)
        case ExpertChanged():
            return replace(plan, expert=event.expert, proposal=None)
        case ExpertChangeRefused():
            return replace(plan, proposal=None)
        case InstitutionChanged():
            return replace(
                plan,
                institution=event.institution,
                contract=event.contract,
                expert=event.expert,
                proposal=None,
            )
        case DutiesChanged():
            return replace(plan, duties=event.duties)
        case ServicePlanEnded():
            return replace(plan, ended_on=event.ends_on)
        case _:
            assert_never(event)
