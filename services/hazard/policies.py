"""政策命令 · Drafting and publishing editions of the policy."""

from collections.abc import Mapping
from functools import partial

from services.hazard.governing import ALL, POLICY
from services.hazard.handling import Decision, Done, Handling, Sender
from services.hazard.occasion import Occasion
from services.hazard.policy.publishing import (
    DraftPolicy,
    Policies,
    PublishPolicy,
    draft_policy,
    publish_policy,
)


async def draft(handling: Handling, sender: Sender, ask: DraftPolicy) -> Done:
    """拟定政策 · An edition, or its draft anew."""

    async def decide(state: Policies, occasion: Occasion) -> Decision:
        occasion.check_time(None)
        events = draft_policy(state, ask, occasion, shipped=handling.governing.shipped)
        return Decision(events=events, division=sender.division)

    return await handling.handle(sender, POLICY, ALL, decide, partial(told, edition=ask.edition))


async def publish(handling: Handling, sender: Sender, edition: str, ask: PublishPolicy) -> Done:
    """公布政策 · A draft that somebody else made."""

    async def decide(state: Policies, occasion: Occasion) -> Decision:
        occasion.check_time(None)
        events = publish_policy(state, ask, occasion, edition=edition, shipped=handling.governing.shipped)
        return Decision(events=events, division=sender.division)

    return await handling.handle(sender, POLICY, ALL, decide, partial(told, edition=edition))


def told(state: Policies, edition: str) -> Mapping[str, str]:
    """回执 · The edition and where it stands."""
    known = state.find(edition)
    return {"id": edition} | ({"status": known.state} if known else {})
