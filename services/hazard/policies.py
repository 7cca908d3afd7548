"""政策与区划命令 · Drafting and publishing editions of the policy, amending the tree of divisions."""

from collections.abc import Mapping
from functools import partial

from services.hazard import division_tree
from services.hazard.division_tree import AmendDivisions, DivisionTree, amend_divisions
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
from services.hazard.recalling import Kind

DIVISIONS = Kind("division-tree", DivisionTree(), division_tree.evolve)
TREE = "tree"


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


async def amend(handling: Handling, sender: Sender, ask: AmendDivisions) -> Done:
    """变更区划 · What was published of codes, names and parents."""

    async def decide(state: DivisionTree, occasion: Occasion) -> Decision:
        occasion.check_time(None)
        return Decision(events=amend_divisions(state, ask, occasion), division=sender.division)

    return await handling.handle(sender, DIVISIONS, TREE, decide)
