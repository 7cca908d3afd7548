"""给定 · A service plan and a campaign over the pure rules: given, when, then, and the hour it is."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from contracts.envelope import Event
from contracts.values import Role
from given.sentences import is_for_people
from given.story import DIVISION, ENTERPRISE, FILE, POLICY, START, envelope
from services.hazard import campaign as campaigns
from services.hazard.appointment import Appointment
from services.hazard.calendar import Calendar, day_of
from services.hazard.calendar.reading import read_calendar
from services.hazard.campaign import Campaign
from services.hazard.enterprise import Enterprise
from services.hazard.occasion import Occasion
from services.hazard.policy import Policy
from services.hazard.refused import Refused
from services.hazard.service_plan.evolving import evolve
from services.hazard.service_plan.making import MakeServicePlan, make_service_plan
from services.hazard.service_plan.state import ServicePlan

INSTITUTION, OTHER_INSTITUTION = "org-service", "org-service-2"
CONTRACT = {
    "number": "蜀街应急服〔2026〕3号",
    "starts_on": "2026-01-01",
    "ends_on": "2026-12-31",
}
MAKING = {
    "enterprise": ENTERPRISE,
    "year": 2026,
    "ground": "STANDARDISATION",
    "institution": INSTITUTION,
    "contract": CONTRACT,
    "expert": "p-71",
    "specialties": ["MACHINERY"],
}
PLANNING = {
    "name": "厂中厂专项整治",
    "kind": "PLANT_IN_PLANT",
    "starts_on": "2026-06-01",
    "ends_on": "2026-08-31",
    "ordered_by": {"level": "CITY", "document": "市安委〔2026〕5号"},
}


def making(**more: object) -> MakeServicePlan:
    return MakeServicePlan.model_validate(MAKING | more)


def of_industry(industry: str | None, *tags: str, **more: object) -> Enterprise:
    """A file that says so much of the enterprise's trade and risks."""
    assert FILE.profile is not None
    profile = FILE.profile.model_copy(update={"industry": industry, "tags": tags, **more})
    return replace(FILE, profile=profile)


def expert_of(institution: str, **more: Any) -> tuple[Appointment, ...]:
    """One appointment as an expert."""
    of = {"role": Role.EXP, "organisation": institution, "certificate": None, "ends_on": None, **more}
    return (Appointment(**{"starts_on": day_of(START) - timedelta(days=100), **of}),)


@dataclass(frozen=True)
class Told:
    """到目前为止 · A plan or a campaign so far."""

    state: Any
    evolve: Callable[[Any, Any, Any], Any]
    at: datetime = START
    events: tuple[Event, ...] = ()
    policy: Policy = POLICY
    calendar: Calendar = field(default_factory=read_calendar)

    def occasion(self, who: dict, **more: object) -> Occasion:
        about = {
            "division": DIVISION,
            "at": self.at,
            "now": self.at,
            "policy": self.policy,
            "calendar": self.calendar,
            "enterprise": of_industry("机械"),
        }
        return Occasion(**{**about, **who, **more})

    def when(self, rule: Any, ask: Any, who: dict, **more: object) -> "Told":
        """一步 · The rule decides, its events change the state, an hour passes."""
        occasion = self.occasion(who, **more)
        occasion.check_time(self.state.last_at)
        events = rule(self.state, ask, occasion)
        state = self.state
        for event in events:
            state = self.evolve(state, event, envelope(event, occasion, state.version + 1))
        return replace(self, state=state, events=events, at=self.at + timedelta(hours=1))

    def later(self, days: int) -> "Told":
        return replace(self, at=self.at + timedelta(days=days))

    def refused(self, refusal: type[Refused], rule: Any, ask: Any, who: dict, **more: object) -> str:
        """拒绝 · The rule says no by this name; gives the sentence."""
        with pytest.raises(refusal) as told:
            self.when(rule, ask, who, **more)
        assert type(told.value) is refusal
        assert is_for_people(told.value.detail), told.value.detail
        return told.value.detail


def no_plan() -> Told:
    return Told(ServicePlan(), evolve)


def plan(who: dict, **more: object) -> Told:
    return no_plan().when(make_service_plan, making(**more), who)


def no_campaign() -> Told:
    return Told(Campaign(), campaigns.evolve)
