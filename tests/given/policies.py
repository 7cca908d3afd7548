"""给定 · Editions of the policy, drafted and published over the pure rules, and the people who do it."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from contracts.envelope import Event
from contracts.values import Role
from given.story import DIVISION, envelope
from services.hazard.calendar.reading import read_calendar
from services.hazard.occasion import Occasion
from services.hazard.policy import read_policy
from services.hazard.policy.content import Profiled
from services.hazard.policy.publishing import (
    DraftPolicy,
    Policies,
    PublishPolicy,
    draft_policy,
    evolve,
    publish_policy,
)
from services.hazard.refused import Refused

SHIPPED = Profiled(read_policy())
TODAY = datetime(2026, 6, 3, 1, 30, tzinfo=UTC)  # 9:30 in Shanghai
DRAFTER = {"person": "p-41", "role": Role.SCO, "organisation": "org-sco"}
PUBLISHER = {"person": "p-42", "role": Role.DPL, "organisation": "org-dept"}
TEN_DAYS = {"limits": {"general_default_days": 10}}


@dataclass(frozen=True)
class Book:
    """政策簿 · The editions so far, and the day it is."""

    policies: Policies = field(default_factory=Policies)
    now: datetime = TODAY
    events: tuple[Event, ...] = ()

    def occasion(self, who: dict, **more: object) -> Occasion:
        policy = self.policies.in_force(self.now.date(), SHIPPED).policy
        about = {
            "division": DIVISION,
            "at": self.now,
            "now": self.now,
            "policy": policy,
            "calendar": read_calendar(),
        }
        return Occasion(**{**about, **who, **more})

    def drafted(self, edition: str, changes: dict, who: dict = DRAFTER, *, whole: bool = False) -> "Book":
        ask = DraftPolicy(edition=edition, changes=changes, whole=whole, basis="区安委办〔2026〕8号")
        occasion = self.occasion(who)
        return self.told(draft_policy(self.policies, ask, occasion, shipped=SHIPPED), occasion)

    def published(self, edition: str, on: str, who: dict = PUBLISHER, **more: object) -> "Book":
        ask = PublishPolicy(effective_from=date.fromisoformat(on))
        occasion = self.occasion(who, **more)
        return self.told(
            publish_policy(self.policies, ask, occasion, edition=edition, shipped=SHIPPED), occasion
        )

    def told(self, events: tuple[Event, ...], occasion: Occasion) -> "Book":
        policies = self.policies
        for event in events:
            policies = evolve(policies, event, envelope(event, occasion, policies.version + 1))
        return replace(self, policies=policies, events=events)

    def later(self, days: int) -> "Book":
        return replace(self, now=self.now + timedelta(days=days))

    def limits_on(self, day: str) -> object:
        return self.policies.in_force(date.fromisoformat(day), SHIPPED).policy.limits


def refused(refusal: type[Refused], act, *given: object, **more: object) -> str:
    """拒绝 · The rule says no by this name; gives the sentence."""
    with pytest.raises(refusal) as told:
        act(*given, **more)
    assert type(told.value) is refusal
    return told.value.detail
